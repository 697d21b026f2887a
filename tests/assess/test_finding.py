from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from tests.assess.workspaces import written

from compliance.assess.finding import Row, bare, findings_of, fingerprint
from compliance.kinds.base import VERDICT_COLUMNS
from compliance.model.audit import Person
from compliance.model.finding import Finding, How, RecordRef, Verdict, Window
from compliance.model.names import Namer
from compliance.rulebook import LoadedRule, load_rulebook

MESSAGE = "{bearer}|{record}|{window}|{measured} of {required}|{due}|{done}|{how}|{cause}"
NAMER = Namer({"a": Person("a", "Ann"), "b": Person("b", "b")})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def rule(tmp_path: Path) -> LoadedRule:
    text = f"id: own.a\ntitle: A\nseverity: minor\nprohibition: {{of: calls}}\nmessage: '{MESSAGE}'\n"
    return load_rulebook([written(tmp_path / "own", {"a.yaml": text})]).rules["own.a"]


def found(rule: LoadedRule, evidence: tuple[RecordRef, ...] = (), **values: object) -> Finding:
    row = dict.fromkeys(Row._fields) | {"verdict": "breached"} | values
    types = {
        name: pa.array([row[name]]) if row[name] is not None else pa.array([None], pa.string())
        for name in VERDICT_COLUMNS
    }
    (finding,) = findings_of(rule, pa.table(types), {0: evidence}, NAMER)
    return finding


def test_rows_have_the_columns_of_verdicts() -> None:
    assert Row._fields == tuple(VERDICT_COLUMNS)


def test_a_finding_says_all_that_its_row_says(rule: LoadedRule) -> None:
    one = found(
        rule,
        bearer="a",
        department="north",
        start=at("2026-03-01"),
        stop=at("2026-04-01"),
        how="short",
        measured=Decimal("1.500000000000"),
        required=Decimal("2.000000000000"),
        full_bound=Decimal(4),
        present=12,
        total=22,
        at=at("2026-03-01"),
    )
    assert one == Finding(
        id=fingerprint("own.a", "a", "2026-03-01T00:00:00/2026-04-01T00:00:00", None),
        rule="own.a",
        verdict=Verdict.BREACHED,
        how=How.SHORT,
        bearer="a",
        responsible="a",
        department="north",
        window=Window(at("2026-03-01"), at("2026-04-01")),
        measured=Decimal("1.5"),
        required=2,
        message="Ann (a)||2026-03|1.5 of 2||not done|short|",
        arithmetic="4 x 12/22 = 2.18, so 2",
        at=at("2026-03-01"),
        extent=Decimal("0.2500"),
    )


@pytest.mark.parametrize(
    ("due", "done", "days", "told"),
    [
        ("2026-04-04", "2026-04-04 00:00", 1, "2026-04-03|2026-04-04 00:00"),
        ("2026-04-04", "2026-04-05 09:30", 2, "2026-04-03|2026-04-05 09:30"),
        ("2026-04-03 18:00", "2026-04-03 18:01", 0, "2026-04-03 18:00|2026-04-03 18:01"),
        ("2026-04-03 18:00", "2026-04-04 09:00", 1, "2026-04-03 18:00|2026-04-04 09:00"),
    ],
)
def test_days_late_are_counted_from_the_last_day_in_time(
    rule: LoadedRule, due: str, done: str, days: int, told: str
) -> None:
    one = found(rule, bearer="b", how="late", due=at(due), done=at(done))
    assert (one.days_late, one.message) == (days, f"b|||nothing of an unknown bound|{told}|late|")


def test_only_what_is_late_has_days_and_only_what_is_measured_an_extent(rule: LoadedRule) -> None:
    three, two = Decimal(3), Decimal(2)
    assert found(rule, how="missing", due=at("2026-04-04")).days_late is None
    assert [
        found(rule, how=how, measured=three, required=two).extent for how in ("over", "short", "ratified_late")
    ] == [
        Decimal("0.5000"),
        Decimal("0.5000"),
        None,
    ]
    assert found(rule, how="over", measured=Decimal(3), required=Decimal(0)).extent is None


def test_an_extent_beyond_what_is_reckoned_with_by_default_is_still_told(rule: LoadedRule) -> None:
    most = Decimal(10) ** 27
    extent = found(rule, how="over", measured=most, required=Decimal("0.5")).extent
    assert extent is not None
    assert extent.compare_total(Decimal(f"{2 * 10**27 - 1}.0000")) == 0


def test_how_belongs_to_a_breach_and_a_cause_is_told_in_words(rule: LoadedRule) -> None:
    one = found(rule, verdict="undetermined", how="short", cause="silence")
    assert (one.how, one.cause) == (None, "calls holds no record at all on a working day in this time")
    first = found(rule, verdict="undetermined", cause="silence", silent="2026-03-04").cause
    assert first == "calls holds no record at all on a working day in this time, first on 2026-03-04"


def test_a_rule_s_own_message_speaks_of_breaches_only(rule: LoadedRule) -> None:
    record: dict[str, object] = {"record_table": "calls", "record_key": "1"}
    told = {
        verdict: found(rule, (), verdict=verdict, **record).message for verdict in ("breached", "met", "undetermined")
    }
    assert told == {
        "breached": "nobody|calls 1||nothing of an unknown bound||not done|breached|",
        "met": "calls 1 is allowed",
        "undetermined": "whether calls 1 is allowed",
    }


def test_a_moment_is_told_as_exactly_as_it_is_known(rule: LoadedRule) -> None:
    one = found(rule, how="late", due=at("2026-04-03 18:00:00"), done=at("2026-04-03 18:00:30"))
    assert one.message == "nobody|||nothing of an unknown bound|2026-04-03 18:00|2026-04-03 18:00:30|late|"


def test_the_record_of_a_breach_is_its_first_evidence_and_stands_there_once(rule: LoadedRule) -> None:
    own, other = RecordRef("calls", "1"), RecordRef("approvals", "2")
    given = {"record_table": "calls", "record_key": "1"}
    assert found(rule, (other,), how="forbidden", **given).evidence == (own, other)
    assert found(rule, (other, own), how="forbidden", **given).evidence == (other, own)
    assert found(rule, (), verdict="met", **given).evidence == ()


def test_idle_zeros_are_dropped_and_no_digit_else(rule: LoadedRule) -> None:
    numbers = [found(rule, measured=Decimal(text)).measured for text in ("30.000000000000", "0.10", "100", "-0.5", "0")]
    assert [str(number) for number in numbers] == ["30", "0.1", "100", "-0.5", "0"]


def test_a_rule_s_only_finding_is_about_nobody() -> None:
    one = bare("own.a", Verdict.UNDETERMINED, "the table calls is not there")
    assert (one.bearer, one.window, one.record, one.message) == (None, None, None, one.cause)


def test_ids_tell_apart_what_is_different() -> None:
    parts = [
        ("r", "a", None, None),
        ("r", None, "a", None),
        ("r", "a", "w", None),
        ("r", "a", None, "w"),
        ("ra", None, None, None),
    ]
    assert len({fingerprint(*part) for part in parts}) == len(parts)
