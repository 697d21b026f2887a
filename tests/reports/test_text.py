from dataclasses import replace

from tests.reports.sample import CALLS, INCIDENTS, empty_audit, large_audit, sample_audit, unclear
from tests.reports.snapshots import assert_snapshot

from compliance.model.audit import Changes
from compliance.model.incident import Grade
from compliance.reports.text import render
from compliance.reports.view import View


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


def test_lines_fit_a_terminal() -> None:
    lines = render(sample_audit(), View()).splitlines()[:-1]
    assert max(map(len, lines)) <= 120


def test_of_many_causes_the_most_frequent_are_named_and_the_rest_counted() -> None:
    findings = tuple(unclear(f"u{n}", "e-17", 2, 0, f"cause {n % 11:02}") for n in range(23))
    written = render(replace(sample_audit(), findings=findings), View())
    assert "           3  cause 00\n           2  cause 01\n" in written
    assert "           6  for 3 other causes" in written


def test_of_many_that_are_gone_some_are_named_and_the_rest_counted() -> None:
    changes = Changes(gone=tuple(f"g{n:02}" for n in range(25)))
    written = render(replace(sample_audit(), changes=changes), View())
    assert "  gone  g19\n  and 5 more\n" in written
