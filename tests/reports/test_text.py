from dataclasses import replace
from datetime import date

import pytest
from tests.reports.sample import (
    BIRTHDAY,
    CALLS,
    DISCLOSURE,
    DISCOUNTED,
    FINDINGS,
    INCIDENTS,
    SINGLE,
    day,
    empty_audit,
    large_audit,
    sample_audit,
    unclear,
    with_kept,
)
from tests.reports.snapshots import assert_snapshot

from compliance.model.audit import Audit, Changes, RuleAccount
from compliance.model.finding import Finding, RecordRef
from compliance.model.incident import Grade, Limitation
from compliance.reports import html
from compliance.reports.ledger import NONE
from compliance.reports.text import render
from compliance.reports.view import View

GRADES = tuple(f"  {grade.value} " for grade in Grade)


def incident_rows(written: str) -> list[str]:
    return [line for line in block(written, "Incidents") if line.startswith(GRADES)]


def block(written: str, name: str) -> list[str]:
    """The lines from a heading on, up to the next heading."""
    lines = written.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(name))
    rest = lines[start + 1 :]
    end = next((n for n, line in enumerate(rest) if line and not line.startswith(" ")), len(rest))
    return [line for line in rest[:end] if line]


def with_finding(finding: Finding) -> Audit:
    """The sample with this finding in the place of the one of its id."""
    return replace(sample_audit(), findings=tuple(finding if each.id == finding.id else each for each in FINDINGS))


def test_the_whole_audit() -> None:
    assert_snapshot("sample.txt", render(sample_audit(), View()))


def test_in_colour() -> None:
    assert_snapshot("sample-colour.txt", render(sample_audit(), View(colour=True)))


def test_filtered() -> None:
    assert_snapshot("sample-filtered.txt", render(sample_audit(), View(rule=CALLS, department="Sales North", limit=1)))


def test_an_audit_that_found_nothing() -> None:
    assert_snapshot("empty.txt", render(empty_audit(), View()))


def test_what_could_not_be_determined_stands_before_any_incident_and_the_summary_last() -> None:
    written = render(sample_audit(), View())
    assert written.index("Could not be determined") < written.index("Incidents:")
    assert written.splitlines()[-1].startswith("findings: 1,692 met, 38 breached, 1 excused")


def test_a_filter_changes_no_count() -> None:
    whole, part = (render(sample_audit(), view).splitlines() for view in (View(), View(bearer="e-17")))
    assert part[-1] == whole[-1]
    assert [line for line in part if "Could not" in line] == [line for line in whole if "Could not" in line]
    assert "A filter is on: only bearer e-17 is shown. All counts are of the whole audit." in part


def test_the_bearer_of_a_duty_that_another_answers_for_is_found() -> None:
    assert "3a7e4e90" in render(sample_audit(), View(bearer="e-21"))
    assert "3a7e4e90" in render(sample_audit(), View(bearer="e-40"))
    assert "3a7e4e90" not in render(sample_audit(), View(bearer="e-17"))


def test_a_filter_that_nothing_passes_says_so() -> None:
    assert "none passes the filter" in render(sample_audit(), View(rule="wholesale.unheard-of"))


def test_500_incidents_are_shown_the_gravest_first_and_the_rest_counted() -> None:
    audit = large_audit(60_000)
    worst = replace(audit.incidents[-1], grade=Grade.CRITICAL)
    written = render(replace(audit, incidents=(*audit.incidents[:-1], worst)), View())
    rows = [line for line in written.splitlines() if line.startswith(("  critical ", "  moderate "))]
    assert len(rows) == 500
    assert rows[0].startswith("  critical ")
    assert "100 more incidents not shown, none graver than these" in written


def test_of_one_grade_the_first_to_lapse_comes_first() -> None:
    late, early = (replace(INCIDENTS[0], id=key) for key in ("late0000", "early000"))
    early = replace(early, limitation=replace(early.limitation, last_day=INCIDENTS[2].limitation.last_day))
    written = render(replace(sample_audit(), incidents=(late, early)), View())
    assert written.index("early000") < written.index("late0000")


def test_data_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in render(sample_audit(), View())


@pytest.mark.parametrize("width", [110, 120, 200])
def test_incidents_fit_the_terminal_and_titles_are_cut_before_keys(width: int) -> None:
    rows = incident_rows(render(sample_audit(), View(width=width)))
    assert max(map(len, rows)) <= width
    assert "order_lines 10250 / 51  15.5 against 10" in "\n".join(rows)


def test_a_narrow_terminal_breaks_lines_but_not_keys() -> None:
    assert "  No disc…  order_lines 10250 / 51  15.5" in render(sample_audit(), View(width=60))


def test_only_on_a_terminal_is_a_long_key_cut() -> None:
    key = "a key of many parts / " * 5
    audit = with_finding(replace(DISCOUNTED, record=RecordRef("order_lines", key)))
    assert f"order_lines {key}  15.5 against 10" in render(audit, View())
    assert f"order_lines {key}" not in render(audit, View(width=120))


def test_incidents_of_one_person_and_grade_stand_by_date_whatever_their_ids() -> None:
    days = {"first": 2, "second": 12, "third": 20}
    findings = tuple(replace(SINGLE, id=f"f-{name}", window=day(number)) for name, number in days.items())
    raised = [replace(INCIDENTS[1], id=key, findings=(f"f-{name}",)) for key, name in zip("zya", days, strict=True)]
    written = render(replace(sample_audit(), findings=findings, incidents=tuple(raised)), View())
    assert [row.split()[1] for row in incident_rows(written)] == ["z", "y", "a"]


def test_a_rule_that_looked_at_nothing_says_so() -> None:
    accounts = (RuleAccount(CALLS), RuleAccount(DISCLOSURE), RuleAccount(DISCLOSURE, met=1))
    written = render(replace(sample_audit(), rules=accounts), View())
    assert [line.split(maxsplit=7) for line in block(written, "Rules")[1:]] == [
        [CALLS, *"000000", "looked at nothing"],
        [DISCLOSURE, NONE, *"00000", "nothing of the kind found"],
        [DISCLOSURE, "1", *"00000"],
    ]


def test_where_all_was_asked_for_what_was_met_or_not_owed_is_listed() -> None:
    written = render(with_kept(2), View())
    assert (
        "Met or not owed: 4 findings\n\n"
        "  At least 30 calls every working day (wholesale.calls-per-day)\n"
        "  met          m0        Anna Petrova (e-17)     2026-03-02  31 against 30\n"
        "  met          m1        Anna Petrova (e-17)     2026-03-03  31 against 30\n"
        "  not owed     n0        Ole Lindqvist (e-18)    2026-03-02  on leave\n"
        "  not owed     n1        Ole Lindqvist (e-18)    2026-03-03  on leave\n"
    ) in written


def test_of_many_that_were_met_some_are_listed_and_the_rest_counted() -> None:
    assert "  3 more findings not shown\n" in render(with_kept(2), View(limit=1))
    assert "Met or not owed: 4 findings\n\n  4 findings not shown\n" in render(with_kept(2), View(limit=0))
    assert "Met or not owed: 4 findings\n  none passes the filter\n" in render(with_kept(2), View(rule=DISCLOSURE))


def test_a_parameter_that_nobody_gave_a_value_is_told() -> None:
    said = "parameter wholesale.calls_per_day is assumed: the document gives no value (wholesale.calls-per-day)"
    assert f"\n  {said}\n" in render(sample_audit(), View())


def test_what_other_rules_could_not_determine_is_counted_but_not_listed() -> None:
    written = render(sample_audit(), View(rule=BIRTHDAY))
    assert "Could not be determined: 5 findings." in written
    assert "activities holds no record" not in written
    assert "       4  of other rules, not listed\n" in written


def test_of_none_shown_none_is_called_the_gravest() -> None:
    written = render(sample_audit(), View(limit=0))
    assert "\n  6 incidents not shown\n" in written


def test_of_many_causes_the_most_frequent_are_named_and_the_rest_counted() -> None:
    findings = tuple(unclear(f"u{n}", "e-17", 2, 0, f"cause {n % 11:02}") for n in range(23))
    written = render(replace(sample_audit(), findings=findings), View())
    assert "           3  cause 00\n           2  cause 01\n" in written
    assert "           6  for 3 other causes" in written


def test_of_many_that_are_gone_some_are_named_and_the_rest_counted() -> None:
    changes = Changes(gone=tuple(f"g{n:02}" for n in range(25)))
    written = render(replace(sample_audit(), changes=changes), View())
    assert "  gone  g19\n  and 5 more\n" in written


def test_the_nearest_last_days_to_act_are_told_and_those_that_have_passed_are_not() -> None:
    first = sample_audit().incidents[0]
    days = [date(2026, 5, 1), date(2026, 4, 9), date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]
    limits = [*(Limitation(last_day=day) for day in days), Limitation(last_day=date(2026, 3, 1), expired=True)]
    incidents = tuple(replace(first, id=f"{number:012}", limitation=each) for number, each in enumerate(limits))
    told = render(replace(sample_audit(), incidents=incidents), View())
    says = "2026-04-09 for 1 incident, 2026-05-01 for 2 incidents, 2026-06-01 for 1 incident, later for 2"
    assert f"\n  Last day to act: {says}\n" in told
    assert "Last day to act" not in render(replace(sample_audit(), incidents=()), View())


def test_where_nothing_was_owed_the_report_does_not_say_that_all_could_be_determined() -> None:
    nothing = replace(empty_audit(), rules=())
    says = "Nothing was owed in this period, as far as the rules and records tell."
    assert render(nothing, View()).splitlines()[5] == says
    assert "Everything could be determined." in render(empty_audit(), View())
    assert f"<p>{says}</p>" in html.render(nothing, View())
