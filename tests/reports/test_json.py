import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from time import perf_counter
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.sample import CALLS, REPORT, SINGLE, empty_audit, large_audit, sample_audit
from tests.reports.snapshots import assert_snapshot

from compliance.model.audit import Assumed, Audit
from compliance.model.finding import Number
from compliance.model.incident import Measure
from compliance.reports.exact import compact
from compliance.reports.json import render
from compliance.reports.ledger import assumed_by
from compliance.reports.pseudonymous import pseudonymous
from compliance.reports.version1 import PseudonymousV1, ReportV1
from compliance.reports.view import View

DAY = timedelta(days=1)
ORDER = {
    "audit": ["id", "from", "to", "as_of", "engine", "rulebook_digest", "data_digest"],
    "tables": ["table", "read", "accepted", "rejected", "silent_days", "reasons"],
    "rules": ["rule", "met", "breached", "excused", "pending", "undetermined", "not_applicable"],
    "findings": [
        *["id", "rule", "verdict", "how", "bearer", "responsible", "window", "record"],
        *["measured", "required", "message", "cause", "evidence"],
    ],
    "incidents": [
        *["id", "rules", "grade", "severity", "responsible", "department", "findings"],
        *["steps", "measures", "limitation", "state"],
    ],
}


def loaded(audit: Audit, view: View | None = None) -> ReportV1:
    report: ReportV1 = json.loads(render(audit, view or View()), parse_float=Decimal)
    return report


def conforms(value: object, shape: Any) -> bool:  # noqa: ANN401 a type of any form
    """Whether the value has exactly the typed dictionary's members, each of its type, all the way down."""
    if is_typeddict(shape):
        hints = get_type_hints(shape)
        return (
            isinstance(value, dict)
            and hints.keys() == value.keys()
            and all(conforms(value[name], hint) for name, hint in hints.items())
        )
    origin, arguments = get_origin(shape), get_args(shape)
    if origin in (Union, UnionType):
        return any(conforms(value, argument) for argument in arguments)
    if origin is Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(conforms(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(conforms(item, arguments[1]) for item in value.values())
    return type(value) is shape


def test_the_whole_audit() -> None:
    assert_snapshot("sample.json", render(sample_audit(), View()))


def test_an_audit_that_found_nothing() -> None:
    assert_snapshot("empty.json", render(empty_audit(), View()))


def test_version_1_has_the_promised_shape() -> None:
    assert conforms(loaded(sample_audit()), ReportV1)
    assert conforms(loaded(empty_audit()), ReportV1)
    assert conforms(loaded(pseudonymous(sample_audit(), b"a salt", 5)), PseudonymousV1)


def test_the_promised_fields_come_first_and_in_order() -> None:
    report = loaded(sample_audit())
    assert list(report)[:6] == ["version", *ORDER]
    for member, fields in ORDER.items():
        value = report[member]  # type: ignore[literal-required]
        first = value[0] if isinstance(value, list) else value
        assert list(first)[: len(fields)] == fields


def test_what_there_is_none_of_is_null() -> None:
    findings = {finding["id"]: finding for finding in loaded(sample_audit())["findings"]}
    column = findings["0bd200000005"]
    assert (column["window"], column["record"], column["bearer"], column["measured"]) == (None, None, None, None)
    assert loaded(empty_audit())["changes"] is None


def test_what_a_measure_takes_is_a_number() -> None:
    taken = Measure(
        "recovery", "material", "a", "c", capped=True, proposed=Decimal("70000.50"), allowed=Decimal(50_000)
    )
    audit = sample_audit()
    incident = replace(audit.incidents[0], measures=(taken,))
    [told] = loaded(replace(audit, incidents=(incident,)))["incidents"][0]["measures"]
    assert (told["proposed"], told["allowed"]) == (Decimal("70000.5"), 50_000)


def test_what_rests_on_an_assumed_value_says_so() -> None:
    report = loaded(sample_audit())
    resting = {finding["rule"] for finding in report["findings"] if finding["assumed"] == ["wholesale.calls_per_day"]}
    assert resting == {CALLS}
    assert {entry["rule"]: entry["assumed"] for entry in report["rules"] if entry["assumed"]} == {
        CALLS: ["wholesale.calls_per_day"]
    }


def test_a_finding_rests_on_an_assumed_value_only_where_that_was_in_force() -> None:
    audit = sample_audit()
    monthly = next(each for each in audit.findings if each.rule == CALLS and each.window)
    assert monthly.window is not None
    first, last = monthly.window.days
    stretches = ((None, first), (None, first + DAY), (last, None), (last + DAY, None))
    told = [assumed_by(_assuming(audit, Assumed("house.most", *each)), monthly) for each in stretches]
    assert told == [(), ("house.most",), ("house.most",), ()]


@pytest.mark.parametrize(
    ("kind", "since", "until", "rests"),
    [
        ("condition", 0, 1, True),
        ("condition", -9, 0, False),
        ("response", -9, 0, True),
        ("response", -900, -400, False),
        ("response", 1, 9, False),
    ],
)
def test_what_is_judged_later_than_it_began_may_rest_on_an_earlier_value(
    kind: str, since: int, until: int, *, rests: bool
) -> None:
    audit, day = sample_audit(), date(2026, 3, 4)
    single = replace(audit.findings[0], rule=CALLS, window=None, at=datetime.combine(day, time(10)))
    value = Assumed("house.most", day + since * DAY, day + until * DAY)
    told = assumed_by(_assuming(audit, value, kind=kind), single)
    assert told == (("house.most",) if rests else ())


def _assuming(audit: Audit, value: Assumed, kind: str = "quota") -> Audit:
    return replace(audit, rulebook={CALLS: replace(audit.rulebook[CALLS], assumed=(value,), kind=kind)})


def test_an_incident_the_register_knew_is_known() -> None:
    states = {incident["id"]: incident["state"] for incident in loaded(sample_audit())["incidents"]}
    assert states["3a7e4e9047aa"] == "known"
    assert states["5ec4e700aaaa"] == "new"


def test_a_filter_thins_findings_and_incidents_but_no_count() -> None:
    whole, part = loaded(sample_audit()), loaded(sample_audit(), View(rule=REPORT))
    assert {finding["rule"] for finding in part["findings"]} == {REPORT}
    assert [incident["rules"] for incident in part["incidents"]] == [[REPORT]]
    assert (part["rules"], part["tables"]) == (whole["rules"], whole["tables"])
    assert (whole["filter"], part["filter"]) == (None, {"rule": REPORT})


def test_without_a_limit_every_incident_is_written() -> None:
    assert len(loaded(large_audit(60_000))["incidents"]) == 600
    assert len(loaded(sample_audit(), View(limit=2))["incidents"]) == 2


def test_a_limit_that_leaves_incidents_out_is_a_filter_and_one_that_leaves_none_out_is_not() -> None:
    every = len(sample_audit().incidents)
    assert loaded(sample_audit(), View(limit=every - 1))["filter"] == {"limit": str(every - 1)}
    assert loaded(sample_audit(), View(limit=every))["filter"] is None


def test_half_a_surrogate_pair_is_escaped_and_can_be_written() -> None:
    odd = replace(SINGLE, message="torn \ud83d apart")
    written = render(replace(sample_audit(), findings=(odd,)), View())
    assert json.loads(written.encode())["findings"][0]["message"] == "torn \ud83d apart"


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_figure_is_written_exactly(number: Number) -> None:
    written = compact({"measured": number, "beside": ["it", None]})
    assert json.loads(written, parse_float=Decimal, parse_int=Decimal)["measured"] == number


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("0.1", "0.1"),
        ("69.0000", "69"),
        ("-0.00", "0"),
        ("1E+3", "1000"),
        ("0.15000000596", "0.15000000596"),
        ("1E+99", "1E+99"),
    ],
)
def test_one_figure_has_one_form_whatever_its_scale(number: str, written: str) -> None:
    assert compact(Decimal(number)) == written


def test_a_figure_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="must be finite"):
        compact(Decimal("NaN"))


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    assert json.loads(compact({"a": text, "b": Decimal(1)}))["a"] == text
    assert json.loads(compact({"a": text})) == {"a": text}


def test_200_000_findings_are_written_in_seconds() -> None:
    audit = large_audit(20_000)
    began = perf_counter()
    render(audit, View())
    assert perf_counter() - began < 4, "a tenth of them takes a third of a second on a laptop"
