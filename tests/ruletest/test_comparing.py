from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from compliance.model.finding import Finding, How, RecordRef, Verdict, Window
from compliance.ruletest.comparing import differences
from compliance.ruletest.written import Expected

DAY = Window(datetime.fromisoformat("2026-03-02"), datetime.fromisoformat("2026-03-03"))
SHORT = Finding(
    id="1",
    rule="house.calls",
    verdict=Verdict.BREACHED,
    how=How.SHORT,
    bearer="a",
    responsible="a",
    window=DAY,
    measured=29,
    required=Decimal("30.0"),
    due=DAY.end,
)
MET = replace(SHORT, id="2", bearer="b", verdict=Verdict.MET, how=None, measured=30)
OPEN = Finding(
    id="3",
    rule="house.gifts",
    verdict=Verdict.UNDETERMINED,
    record=RecordRef("gifts", "g/1"),
    cause="its value is not recorded",
)


def told(*expected: dict[str, object], found: tuple[Finding, ...] = (SHORT, MET, OPEN)) -> tuple[str, ...]:
    return tuple(each.says for each in differences([Expected.model_validate(each) for each in expected], found))


def test_every_given_field_equal_and_everything_else_met_is_no_difference() -> None:
    whole: dict[str, object] = {"rule": "house.calls", "bearer": "a", "responsible": "a", "window": "2026-03-02"}
    whole |= {"record": None, "verdict": "breached", "how": "short", "measured": 29, "required": "30.00"}
    assert told(whole, {"record": "gifts/g/1", "verdict": "undetermined", "cause": "not recorded"}) == ()


@pytest.mark.parametrize("record", ["g/1", "gifts/g/1", {"table": "gifts", "key": "g/1"}])
def test_a_record_is_named_by_key_or_by_table_and_key(record: object) -> None:
    assert told({"record": record, "verdict": "undetermined"}, found=(OPEN,)) == ()


def test_the_cause_is_told_of_what_can_not_be_determined_and_should_be() -> None:
    assert told({"record": "g/1", "verdict": "breached"}, found=(OPEN,)) == (
        "house.gifts for gifts/g/1: verdict should be breached, is undetermined (its value is not recorded)",
    )
    assert told({"record": "g/1", "verdict": "breached", "cause": "silent"}, found=(OPEN,)) == (
        (
            "house.gifts for gifts/g/1: verdict should be breached, is undetermined; "
            "cause should be silent, is its value is not recorded"
        ),
    )
    assert told({"bearer": "b", "verdict": "breached"}, found=(MET,)) == (
        "house.calls of b in 2026-03-02: verdict should be breached, is met",
    )


@pytest.mark.parametrize("record", ["1", "gift/g/1", {"table": "gifts", "key": "1"}])
def test_another_record_is_another(record: object) -> None:
    assert len(told({"record": record, "verdict": "undetermined"}, found=(OPEN,))) == 2


@pytest.mark.parametrize("due", ["2026-03-02", "2026-03-03 00:00"])
def test_a_due_date_is_the_last_day_in_time_and_a_due_instant_itself(due: str) -> None:
    moment = datetime.fromisoformat(due) if ":" in due else datetime.fromisoformat(due).date()
    assert told({"bearer": "a", "verdict": "breached", "due": moment}, found=(SHORT,)) == ()
    assert told({"bearer": "b", "verdict": "met", "due": moment}, found=(replace(MET, due=None),)) == (
        f"house.calls of b in 2026-03-02: due should be {moment}, is nothing",
    )


@pytest.mark.parametrize(("due", "got"), [("2026-03-01", "2026-03-02"), ("2026-03-02 18:00", "2026-03-03 00:00:00")])
def test_what_was_due_is_told_as_a_day_beside_a_day_and_as_an_instant_beside_one(due: str, got: str) -> None:
    moment = datetime.fromisoformat(due)
    wanted = moment if ":" in due else moment.date()
    assert told({"bearer": "a", "verdict": "breached", "due": wanted}, found=(SHORT,)) == (
        f"house.calls of a in 2026-03-02: due should be {wanted}, is {got}",
    )


def test_a_field_that_differs_is_told_with_both_values() -> None:
    assert told({"bearer": "a", "verdict": "met", "measured": 30}, found=(SHORT,)) == (
        "house.calls of a in 2026-03-02: verdict should be met, is breached; measured should be 30, is 29",
    )


def test_a_finding_that_is_not_there_is_told_with_those_nearest_to_it() -> None:
    assert told({"bearer": "c", "verdict": "met"}, found=(MET, replace(MET, bearer="d")))[0] == (
        "expected bearer: c, verdict: met; "
        "found house.calls of b in 2026-03-02 met, 30 of 30.0, house.calls of d in 2026-03-02 met, 30 of 30.0"
    )
    assert told({"bearer": "c", "verdict": "met"}, found=()) == ("expected bearer: c, verdict: met; found nothing",)
    many = tuple(replace(MET, bearer=str(number)) for number in range(5))
    assert told({"bearer": "c", "verdict": "met"}, found=many)[0].endswith(
        "house.calls of 2 in 2026-03-02 met, 30 of 30.0 and 2 more"
    )


def test_what_is_not_listed_may_only_be_met_or_not_applicable() -> None:
    quiet = replace(MET, verdict=Verdict.NOT_APPLICABLE)
    backdated = replace(SHORT, rule="dutybook.backdated", window=None, record=RecordRef("calls", "7"), measured=None)
    assert told(found=(MET, quiet, OPEN, backdated)) == (
        "found house.gifts for gifts/g/1 undetermined, because its value is not recorded, which is not listed",
        "found dutybook.backdated of a for calls/7 breached (short), which is not listed",
    )


def test_one_finding_answers_one_expectation_only() -> None:
    once: dict[str, object] = {"bearer": "a", "verdict": "breached"}
    assert len(told(once, once, found=(SHORT,))) == 1
    assert (
        told({"verdict": "breached"}, {"bearer": "a", "verdict": "breached"}, found=(SHORT, replace(SHORT, bearer="c")))
        == ()
    )


def test_of_several_that_may_be_meant_the_one_that_fits_is_taken() -> None:
    later = replace(SHORT, window=Window(DAY.end, datetime.fromisoformat("2026-03-04")), measured=28)
    assert (
        told(
            {"bearer": "a", "verdict": "breached", "measured": 28},
            {"bearer": "a", "verdict": "breached"},
            found=(SHORT, later),
        )
        == ()
    )


def test_absent_says_that_no_such_finding_may_be_there_even_if_met() -> None:
    assert told({"bearer": "b", "window": "2026-03-03", "absent": True}, found=(MET,)) == ()
    assert told({"bearer": "b", "absent": True}, {"bearer": "a", "verdict": "breached"}, found=(MET, SHORT)) == (
        "expected no finding bearer: b, found house.calls of b in 2026-03-02 met, 30 of 30.0",
    )
