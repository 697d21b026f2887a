from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.judgement.around import ACT, case, dossier, entry, person
from tests.judgement.sample import CALLS, RULEBOOK, SHIPPED, breach

from compliance.dossier import Waiver, load_waivers
from compliance.judgement import judge, load_judgement
from compliance.judgement.excusing import considered, with_waivers
from compliance.model.finding import RecordRef, Verdict, Window
from compliance.model.problem import UserError
from compliance.roster import Roster
from compliance.roster.deputies import StandIn

JUDGEMENT = load_judgement([SHIPPED])


def waiver(**more: Any) -> Waiver:  # noqa: ANN401 whatever a waiver holds
    given = {"id": "w", "rule": CALLS, "reason": "the exchange is down", "owner": "anna", "approver": "boss"}
    return Waiver.model_validate({**given, **more})


def _covered(*waivers: Waiver, days: tuple[int, ...] = (2, 3, 4)) -> list[str]:
    findings = [breach(str(number), CALLS, at=ACT.replace(day=number)) for number in days]
    return sorted(with_waivers(findings, dossier(waivers=waivers)).waived)


def test_a_waiver_covers_its_days_both_ends_included() -> None:
    assert _covered(waiver(**{"from": date(2026, 3, 3), "to": date(2026, 3, 3)})) == ["3"]
    assert _covered(waiver()) == ["2", "3", "4"]


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [("03-04", "03-31", True), ("02-01", "03-04", True), ("03-05", "03-31", False), ("02-01", "03-03", False)],
)
def test_a_waiver_covers_what_was_due_while_it_was_in_force(first: str, last: str, *, covered: bool) -> None:
    """The report for February is due by the end of 4 March."""
    february = Window(datetime.fromisoformat("2026-02-01"), datetime.fromisoformat("2026-03-01"))
    report = breach("1", CALLS, window=february, due=datetime.fromisoformat("2026-03-05"))
    given = waiver(**{"from": date.fromisoformat(f"2026-{first}"), "to": date.fromisoformat(f"2026-{last}")})
    assert bool(with_waivers([report], dossier(waivers=(given,))).waived) is covered


def test_a_waiver_covers_so_many_the_earliest_first_and_the_next_goes_on() -> None:
    assert _covered(waiver(at_most=2), days=(4, 2, 3)) == ["2", "3"]
    assert _covered(waiver(at_most=1), waiver(id="v", at_most=1)) == ["2", "3"]


def test_a_waiver_is_for_whom_it_names_and_nobody_waives_the_own_breach() -> None:
    assert _covered(waiver(bearer="ben")) == []
    assert _covered(waiver(bearer=["anna", "ben"])) == ["2", "3", "4"]
    assert _covered(waiver(owner="boss", approver="anna")) == []
    assert _covered(waiver(owner="boss", approver="Anna ")) == []


def test_what_is_excused_stays_with_its_reason_and_the_entry_that_it_rests_on() -> None:
    around = dossier(entry("h1", "2026-03-02 09:30", "hazard", "fire on the third floor"))
    found, incidents, _ = judge([breach("1", CALLS, at=ACT)], RULEBOOK, JUDGEMENT, around)
    assert incidents == ()
    assert (found[0].verdict, found[0].how, found[0].cause) == (
        Verdict.EXCUSED,
        None,
        "Life or health was in danger; fire on the third floor (circumstances h1)",
    )
    assert found[0].evidence == (RecordRef("circumstances", "h1"),)


@pytest.mark.parametrize(("until", "excused"), [("2026-03-10", True), ("2026-03-04", False)])
def test_what_endangered_the_deputy_in_charge_excuses_the_deputy(until: str, *, excused: bool) -> None:
    row = StandIn("d1", "anna", "ben", date(2026, 3, 1), date.fromisoformat(until))
    around = dossier(entry("h1", "2026-03-02 09:30", "hazard", "fire", who="ben"))
    around = replace(around, roster=Roster((), deputies=(row,)))
    late = breach("1", CALLS, responsible="ben", at=ACT, due=datetime.fromisoformat("2026-03-05 00:00"))
    found, _, _ = judge([late], RULEBOOK, JUDGEMENT, around)
    assert (found[0].verdict is Verdict.EXCUSED) is excused
    assert (RecordRef("circumstances", "h1") in found[0].evidence) is excused


def test_a_waiver_is_used_up_and_told() -> None:
    around = dossier(waivers=(waiver(at_most=1, to=date(2026, 3, 31)), waiver(id="idle", bearer="ben")))
    findings = [breach("1", CALLS, at=ACT), breach("2", CALLS, at=ACT.replace(day=3))]
    found, incidents, notes = judge(findings, RULEBOOK, JUDGEMENT, around, mode="plain")
    assert [each.verdict for each in found] == [Verdict.EXCUSED, Verdict.BREACHED]
    assert found[0].cause == "A waiver in force covers it; waiver w (the exchange is down), approved by boss"
    assert incidents[0].excuses == (
        "waiver w does not cover it: its limit of 1 is used up",
        "waiver idle does not cover it: it is for others",
    )
    assert notes == (
        "waiver w (the exchange is down) covered 1 of 1 at most; it expired on 2026-03-31",
        "waiver idle (the exchange is down) covered nothing",
    )


def test_whom_a_waiver_names_and_the_roster_does_not_know_is_told() -> None:
    people = (person("ben"), person("boss"))
    around = dossier(waivers=(waiver(bearer=["ben", "bern"]), waiver(id="v", approver="Boss")), people=people)
    assert judge([], RULEBOOK, JUDGEMENT, around, mode="plain")[2] == (
        "waiver w (the exchange is down) covered nothing; it names bern, whom the roster does not know",
        "waiver v (the exchange is down) covered nothing; it names Boss, whom the roster does not know",
    )


def test_why_an_excuse_does_not_hold_is_told() -> None:
    early = datetime.fromisoformat("2026-03-01 09:00")
    around = dossier(entry("u1", "2026-03-02 09:00", "unanswered request", "r7"), answered={"r7": early})
    assert considered(case(around)) == (
        (
            "circumstances u1 names an unanswered request: request r7 was answered on 2026-03-01 09:00, "
            "before the duty's time"
        ),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "- {rule: sales.calls, reason: r, owner: a, approver: a}\n",
            "waivers.yaml:1:54: nobody approves a waiver of their own; name somebody else",
        ),
        (
            "- {rule: sales.call, reason: r, owner: a, approver: b}\n",
            "waivers.yaml:1:10: no pack has a rule `sales.call`; did you mean `sales.calls`?",
        ),
        (
            "- {rule: sales.calls, reason: r, owner: a, approver: b, from: 2026-03-02, to: 2026-03-01}\n",
            "waivers.yaml:1:79: the waiver ends before it begins",
        ),
        (
            "- {rule: sales.calls, reason: r, owner: a, approver: 'A '}\n",
            "waivers.yaml:1:54: nobody approves a waiver of their own; name somebody else",
        ),
        (
            "- {rule: sales.calls, bearer: [], reason: r, owner: a, approver: b}\n",
            "waivers.yaml:1:31: the list names nobody; name whom it is for; left out, it is for everybody",
        ),
        (
            "- {rule: [], reason: r, owner: a, approver: b}\n",
            "waivers.yaml:1:10: a waiver names at least one rule; name the rules that it excepts from",
        ),
        (
            "- {rule: sales.calls, owner: a, approver: b}\n",
            "waivers.yaml:1:3: `reason` is missing in entry 1 of the file",
        ),
    ],
)
def test_a_wrong_waiver_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "waivers.yaml").write_text(text)
    with pytest.raises(UserError) as told:
        load_waivers(tmp_path / "waivers.yaml", [CALLS])
    sentences = [each.line() + (f"; {each.help}" if each.help else "") for each in told.value.problems]
    assert [each.replace(f"{tmp_path}/", "") for each in sentences] == [says]
