"""Who stands above whom by the roster, and what that forbids."""

import threading
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.review.test_killed import GIFT
from tests.review.test_story import entered as enter
from tests.review.test_story import fill_in as send
from tests.review.test_story import serving, worlds

from compliance.model.problem import UserError
from compliance.register.cases import one_case
from compliance.register.deeds import do
from compliance.register.verify import verify
from compliance.review import incident
from compliance.review.above import Roll
from compliance.review.access import Person, Role
from compliance.review.accounts import accounts, add, change, disable, unchanged
from compliance.review.desk import Desk, standing
from compliance.review.sessions import ADDRESS_FAILURES, FAILURES, PAUSE, Sessions
from compliance.workspace.manifest import Calendar

__all__ = ["worlds"]
EMPLOYEES = """employee_id,name,position,department,superior_id
ann,Ann,officer,Staff,boss
jon,Jon,seller,Sales,ines
Ines,Ines,head,Sales,boss
boss,Boss,director,,
ring,Ring,seller,,round
round,Round,seller,,ring
"""
MANIFEST = "timezone: Europe/Berlin\ntables:\n  employees: employees.csv\n  visits: visits.csv\n"
DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2)  # noqa: DTZ001 local


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "compliance.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "employees.csv").write_text(EMPLOYEES.replace("ines\n", "Ines\n"), encoding="utf-8")
    (tmp_path / "visits.csv").write_text("not,a,log\n", encoding="utf-8")
    return tmp_path


def roll(house: Path) -> Roll:
    return Roll(house, lambda: DAY)


@pytest.mark.parametrize(
    ("who", "above"),
    [
        ("jon", ("Ines", "boss")),
        (" JON ", ("Ines", "boss")),
        ("ines", ("boss",)),
        ("boss", ()),
        ("ring", ("round",)),
        ("nobody", None),
    ],
)
def test_all_up_to_the_top_stand_above(house: Path, who: str, above: tuple[str, ...] | None) -> None:
    assert roll(house).above(who) == above


def test_the_head_of_the_department_stands_above_whoever_is_in_it(house: Path) -> None:
    (house / "departments.csv").write_text("department_id,name,head_id\nd1,Sales,Ines\n", encoding="utf-8")
    manifest = MANIFEST + "  departments: departments.csv\n"
    (house / "compliance.yaml").write_text(manifest, encoding="utf-8")
    (house / "employees.csv").write_text("employee_id,department\njon,Sales\nInes,Sales\n", encoding="utf-8")
    assert roll(house).above("jon") == ("Ines",)
    assert roll(house).above("ines") == ()


def test_of_departments_with_a_history_the_head_of_the_day_stands_above(house: Path) -> None:
    heads = "department_id,name,head_id,since\nd1,Sales,boss,2026-03-03\nd1,Sales,Ines,2026-03-02\nd1,Sales,ring,\n"
    (house / "departments.csv").write_text(heads, encoding="utf-8")
    manifest = MANIFEST + "  departments: {source: departments.csv, valid_from: since}\n"
    (house / "compliance.yaml").write_text(manifest, encoding="utf-8")
    people = "employee_id,department\njon,Sales\nInes,Sales\nboss,\nring,\n"
    (house / "employees.csv").write_text(people, encoding="utf-8")
    assert roll(house).above("jon") == ("Ines",)
    assert Roll(house, lambda: date(2026, 3, 3)).above("jon") == ("boss",)


def test_a_roster_that_names_nobody_above_leaves_the_account_its_word(house: Path) -> None:
    (house / "employees.csv").write_text("employee_id,name\njon,Jon\n", encoding="utf-8")
    assert roll(house).above("jon") is None


def test_a_change_of_the_roster_counts_at_once_and_a_broken_one_is_told(house: Path) -> None:
    kept = roll(house)
    assert kept.above("jon") == ("Ines", "boss")
    (house / "employees.csv").write_text(EMPLOYEES.replace("Sales,ines", "Sales,ann"), encoding="utf-8")
    assert kept.above("jon") == ("ann", "boss")
    (house / "employees.csv").unlink()
    with pytest.raises(UserError):
        kept.above("jon")


def test_an_account_overrides_nothing_of_the_roster(house: Path) -> None:
    desk = Desk(house / "r", "", Calendar(), Sessions(time.monotonic), lambda: AT, roll(house).above)
    assert standing(desk, Person("jon", Role.OFFICER, superiors=("x",))).superiors == ("Ines", "boss")
    assert standing(desk, Person("pia", Role.OFFICER, superiors=("x",))).superiors == ("x",)


@pytest.mark.parametrize("how", ["auditor", "below", "disabled", "roster"])
def test_who_lost_the_right_while_deciding_is_refused_within_the_transaction(
    worlds: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    register, clock = worlds[0] / "register.sqlite", [datetime(2026, 3, 17, 9)]  # noqa: DTZ001 local
    above: list[tuple[str, ...] | None] = [None]

    def lose() -> None:
        if how == "disabled":
            disable(register, "ann")
        elif how == "roster":
            above[0] = ("jon",)
        else:
            role = Role.AUDITOR if how == "auditor" else Role.OFFICER
            change(register, "ann", Person("ann", role, superiors=("jon",)))

    def first_lose_then_do(*given: object, **named: object) -> object:
        lose()
        return do(*given, **named)  # type: ignore[arg-type]

    with serving(register, clock, lambda _who: above[0]) as port:
        client = enter(port, register, "ann")
        assert not send(client, GIFT, deed="commented", why="before")
        monkeypatch.setattr(incident, "do", first_lose_then_do)
        assert "That is not allowed" in send(client, GIFT, deed="excused", why="after")
    assert [event.because for event in one_case(register, GIFT).events] == ["before"]
    assert verify(register).broken is None


def test_a_role_waits_for_the_deed_that_rests_on_it(worlds: tuple[Path, Path]) -> None:
    register = worlds[0] / "register.sqlite"
    add(register, "ann", Person("ann", Role.OFFICER))
    waits = threading.Thread(target=disable, args=(register, "ann"))
    with unchanged(register) as known:
        waits.start()
        waits.join(0.2)
        assert not accounts(register)["ann"].disabled
        assert not known["ann"].disabled
    waits.join()
    assert accounts(register)["ann"].disabled


def test_one_address_may_not_try_many_log_ins() -> None:
    clock = [0.0]
    sessions = Sessions(lambda: clock[0])
    tried = [sessions.attempt(f"user{number}", "127.0.0.1") for number in range(ADDRESS_FAILURES + 1)]
    assert tried == [True] * ADDRESS_FAILURES + [False]
    assert sessions.attempt("somebody", "127.0.0.2")
    clock[0] = PAUSE
    assert sessions.attempt("user1", "127.0.0.1")


def test_whoever_succeeds_takes_back_the_own_attempt_and_no_other() -> None:
    sessions = Sessions(lambda: 0.0)
    for _ in range(ADDRESS_FAILURES * 2):
        assert sessions.attempt("ann", "127.0.0.1")
        sessions.succeeded("ann", "127.0.0.1")
    for number in range(ADDRESS_FAILURES):
        assert sessions.attempt(f"user{number}", "127.0.0.1")
    assert not sessions.attempt("ann", "127.0.0.1")
    assert [sessions.attempt("ann", f"10.0.0.{number}") for number in range(FAILURES + 1)] == [True] * FAILURES + [
        False
    ]
