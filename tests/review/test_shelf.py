"""The cases kept at hand: as the register stands, and with no more work for many than for few."""

import importlib.util
import sqlite3
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compliance.model.history import CaseState, Deed
from compliance.register.cases import EVENTS, OF_THESE, SIGHTINGS, all_cases
from compliance.register.deeds import do
from compliance.register.due import due
from compliance.register.store import record
from compliance.review.access import SEE, Person, Role, may
from compliance.review.columns import FILTERS
from compliance.review.overview import Summary, summary
from compliance.review.paging import LENGTH, paged
from compliance.review.shelf import SINCE, THEN, Shelf

if TYPE_CHECKING:
    from compliance.model.audit import Audit

_SCRIPT = Path(__file__).parents[2] / "bench" / "pages.py"
_spec = importlib.util.spec_from_file_location("bench_pages", _SCRIPT)
assert _spec is not None
assert _spec.loader is not None
pages = importlib.util.module_from_spec(_spec)
sys.modules["bench_pages"] = pages
_spec.loader.exec_module(pages)

AT, UNTIL = datetime(2026, 4, 1, 9), date(2026, 4, 25)  # noqa: DTZ001 local
MANY = 300
HEAD, OWN = Person("e00003", Role.HEAD, "Sales"), Person("e00003", Role.EMPLOYEE)
OFFICER = Person("ann", Role.OFFICER)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = pages.register_of(tmp_path_factory.mktemp("shelf") / "register.sqlite", MANY)
    for number in range(20, 26):
        do(made, f"i{number:015}", Deed.CLOSED, by="ann", at=AT, text="done")
    return made


def wanted(**given: str) -> dict[str, str]:
    return {name: given.get(name, "") for name in FILTERS}


@pytest.mark.parametrize("person", [OFFICER, HEAD, OWN], ids=lambda person: person.role)
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"state": "closed"},
        {"q": "NAME 3"},
        {"q": "nothing of this kind"},
        {"department": "Sales", "grade": "minor"},
        {"rule": "pack.rule-1"},
        {"q": "rule-1", "state": "new"},
    ],
    ids=str,
)
def test_the_overview_tells_what_a_look_at_each_case_tells(
    register: Path, person: Person, asked: dict[str, str]
) -> None:
    view, given = Shelf().view(register), wanted(**asked)
    told = summary(view, view.mask(person), given, UNTIL)
    expected = [case for case in all_cases(register) if may(person, SEE, case)]
    state = given["state"]
    expected = [each for each in expected if (each.state == state if state else each.state is not CaseState.CLOSED)]
    for name, text in (("department", "department"), ("grade", "grade")):
        expected = [each for each in expected if given[name] in {"", str(getattr(each.found, text))}]
    expected = [each for each in expected if given["rule"] in {"", *each.found.rules}]
    names = {each.id: f"{each.id} {each.found.rules[0]} {each.found.name}".casefold() for each in expected}
    expected = [each for each in expected if given["q"].casefold() in names[each.id]]

    assert {view.listed[row].id for row in told.found.to_pylist()} == {each.id for each in expected}
    terms = due(expected, until=UNTIL)
    assert [each.day for each in told.due] == [each.day for each in terms[: len(told.due)]]
    assert len(told.due) + told.more == len(terms)
    counts = Counter((each.found.department, rule) for each in expected for rule in each.found.rules)
    assert _heat(told) == counts
    assert sum(bar.count for bar in told.bars) == len(expected)


def _heat(told: Summary) -> Counter[tuple[str | None, str]]:
    pairs = (
        ((name, rule), count) for name, row in told.heat.rows for rule, count in zip(told.heat.rules, row, strict=True)
    )
    return Counter({place: count for place, count in pairs if count})


def test_the_gravest_stand_first(register: Path) -> None:
    ranks = [case.found.grade.rank for case in Shelf().view(register).listed if case.found.grade]
    assert ranks == sorted(ranks, reverse=True)
    assert len(ranks) == MANY


def test_a_view_follows_deeds_and_audits(tmp_path: Path) -> None:
    shelf, register = Shelf(), pages.register_of(tmp_path / "register.sqlite", 30)
    first = shelf.view(register)
    assert shelf.view(register) is first
    do(register, f"i{7:015}", Deed.CLOSED, by="ann", at=AT, text="done")
    second = shelf.view(register)
    assert second.head[0] == first.head[0] + 1
    assert [each.id for each in second.listed] == [each.id for each in first.listed]
    assert len(summary(second, None, wanted(state="closed"), UNTIL).found) == 1
    assert not len(summary(first, None, wanted(state="closed"), UNTIL).found)

    later: Audit = pages.audit_of(40)
    record(register, replace(later, as_of=AT + timedelta(days=1)))
    third = shelf.view(register)
    assert len(third.listed) == 40
    assert len(summary(third, None, wanted(state="closed"), UNTIL).found) == 1


def test_a_view_after_deeds_is_the_one_that_is_read_whole(tmp_path: Path) -> None:
    shelf, register = Shelf(), pages.register_of(tmp_path / "register.sqlite", 30)
    shelf.view(register)
    for number, deed, details in (
        (4, Deed.ASKED, {"due": "2026-04-03"}),
        (9, Deed.SNOOZED, {"until": "2026-04-10"}),
        (4, Deed.REFUSED, {}),
        (0, Deed.ASKED, {"due": "2026-04-04"}),
        (29, Deed.CLOSED, {}),
    ):
        do(register, f"i{number:015}", deed, by="ann", at=AT, text="so", details=details)
        kept, fresh = (summary(each.view(register), None, wanted(), UNTIL) for each in (shelf, Shelf()))
        assert kept.found.to_pylist() == fresh.found.to_pylist()
        assert (kept.due, kept.more, kept.heat, kept.bars) == (fresh.due, fresh.more, fresh.heat, fresh.bars)
    assert {"the term of the explanation ends", "put off until this day"} <= {each.what for each in kept.due}


def test_another_register_in_the_same_place_is_read_whole(tmp_path: Path) -> None:
    shelf, register = Shelf(), pages.register_of(tmp_path / "register.sqlite", 30)
    assert len(shelf.view(register).listed) == 30
    pages.register_of(tmp_path / "other.sqlite", 45).replace(register)
    assert len(shelf.view(register).listed) == 45


def statements(monkeypatch: pytest.MonkeyPatch, shelf: Shelf, register: Path) -> list[str]:
    """What is asked of the database for one view."""
    asked, connect = list[str](), sqlite3.connect

    def traced(*given: object, **named: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*given, **named)  # type: ignore[call-overload]
        connection.set_trace_callback(asked.append)
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", traced)
        shelf.view(register)
    return asked


def test_as_much_is_asked_of_a_large_register_as_of_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[int]] = []
    for count in (20, 400):
        shelf, register = Shelf(), pages.register_of(tmp_path / f"{count}.sqlite", count)
        first = statements(monkeypatch, shelf, register)
        again = statements(monkeypatch, shelf, register)
        do(register, f"i{3:015}", Deed.COMMENTED, by="ann", at=AT, text="seen")
        after = statements(monkeypatch, shelf, register)
        told.append([len(first), len(again), len(after)])
        assert not [each for each in again if "audit_incidents" in each or "stories" in each]
    assert told[0] == told[1]


def test_what_is_read_after_a_deed_is_found_by_keys(register: Path) -> None:
    queries = (
        (SINCE, [1], "events"),
        (THEN, [1], "events"),
        (SIGHTINGS.format(where=f"where row.{OF_THESE}"), {"only": "[]"}, "row"),
        (
            EVENTS.format(only=f"and events.{OF_THESE}"),
            {"only": "[]", "audit": "audit", "exported": "exported"},
            "events",
        ),
    )
    db = sqlite3.connect(register)
    for query, given, table in queries:
        plan = [row[3] for row in db.execute(f"explain query plan {query}", given)]
        assert [each for each in plan if each.startswith(f"SEARCH {table} ")], plan
        assert not [each for each in plan if each.startswith(f"SCAN {table}")], plan
    db.close()


def test_answers_are_forgotten_before_they_fill_the_memory(register: Path) -> None:
    view, worked = Shelf().view(register), list[int]()
    for number in (*range(500), 499):
        view.once(number, lambda number=number: worked.append(number))  # type: ignore[misc]
    assert worked == [*range(500)]
    view.once(0, lambda: worked.append(0))
    assert worked[-1] == 0


@pytest.mark.parametrize(
    ("count", "asked", "number", "last", "first"),
    [
        (0, "", 1, 1, 0),
        (LENGTH, "2", 1, 1, 0),
        (LENGTH + 1, "2", 2, 2, LENGTH),
        (1000, "0", 1, 20, 0),
        (1000, "-3", 1, 20, 0),
        (1000, "x", 1, 20, 0),
        (1000, "²", 1, 20, 0),
        (1000, "9" * 5000, 1, 20, 0),
        (1000, "99", 20, 20, 950),
    ],
)
def test_a_page_is_the_one_asked_for_or_the_nearest(count: int, asked: str, number: int, last: int, first: int) -> None:
    at = paged(count, asked, "/", {"q": "a&b", "rule": ""})
    assert (at.number, at.last, at.first) == (number, last, first)
    assert at.before == (f"/?q=a%26b&page={number - 1}" if number > 1 else None)
    assert at.after == (f"/?q=a%26b&page={number + 1}" if number < last else None)
