"""What other programs read: OSCAL, OCSF and calendar files, each read back with the models of its own field."""

import json
import warnings
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from tests.reports.sample import DISCLOSED, FINDINGS, INCIDENTS, empty_audit, sample_audit, with_kept

from compliance.model.audit import Audit
from compliance.model.finding import Verdict
from compliance.model.incident import Heard, Hearing, Limitation
from compliance.reports import ics, ocsf, oscal
from compliance.reports.view import View

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from trestle.oscal.assessment_results import AssessmentResults

WICKED = 'a; b, c\\ "d"\r\nEND:VCALENDAR\r\nX:\x00\ud83d'


def wicked_audit() -> Audit:
    """The sample with texts and names that would act in any format."""
    people = {key: replace(each, name=WICKED) for key, each in sample_audit().people.items()}
    return replace(
        sample_audit(),
        findings=tuple(replace(each, message=WICKED) for each in FINDINGS),
        people=people,
        organisation=WICKED,
        zone="Europe/Moscow",
    )


# --- OSCAL ----------------------------------------------------------------------------------


def results(audit: Audit, view: View | None = None) -> tuple[dict[str, Any], AssessmentResults]:
    """The document as plain JSON, and as the models read it; a member that they do not know is refused."""
    read = json.loads(oscal.render(audit, view or View()))["assessment-results"]
    return read, AssessmentResults.model_validate(read)


@pytest.mark.parametrize("audit", [sample_audit(), empty_audit(), wicked_audit(), with_kept(5)])
def test_oscal_is_what_its_models_know(audit: Audit) -> None:
    _, read = results(audit)
    assert [each.title for each in read.results] != []


def test_oscal_has_an_observation_for_each_finding_and_a_risk_for_each_incident() -> None:
    told = results(sample_audit())[0]["results"][0]
    assert len(told["observations"]) == len(FINDINGS)
    named = {prop["value"] for risk in told["risks"] for prop in risk["props"] if prop["name"] == "id"}
    assert named == {incident.id for incident in INCIDENTS}
    observed = {each["uuid"] for each in told["observations"]}
    for each in (*told["risks"], *told["findings"]):
        assert {ref["observation-uuid"] for ref in each.get("related-observations", ())} <= observed


def test_oscal_calls_a_rule_satisfied_or_not_only_where_that_was_decided() -> None:
    told = results(sample_audit())[0]["results"][0]
    states = {each["target"]["target-id"]: each["target"]["status"]["state"] for each in told["findings"]}
    for account in sample_audit().rules:
        decided = account.breached or (account.met and not account.undetermined + account.pending + account.excused)
        assert (account.rule in states) is bool(decided)
        assert states.get(account.rule) in {None, "not-satisfied" if account.breached else "satisfied"}


def test_oscal_tells_moments_with_their_offset_and_the_deadline_as_the_end_of_its_day() -> None:
    told = results(replace(sample_audit(), zone="Europe/Moscow"))[0]
    assert told["metadata"]["last-modified"] == "2026-04-01T18:30:00+03:00"
    risks = {prop["value"]: risk for risk in told["results"][0]["risks"] for prop in risk["props"]}
    assert risks["1c0ffee1a2b3"]["deadline"] == "2026-05-02T00:00:00+03:00"


# --- OCSF -----------------------------------------------------------------------------------


def events(audit: Audit, view: View | None = None) -> list[dict[str, Any]]:
    """The events; each is what the models know."""
    read = [json.loads(line) for line in ocsf.render(audit, view or View()).split("\n")[:-1]]
    for event in read:
        ComplianceFinding.model_validate(event)
    return read


@pytest.mark.parametrize("audit", [sample_audit(), wicked_audit(), with_kept(5)])
def test_ocsf_has_a_valid_event_for_each_finding(audit: Audit) -> None:
    assert [event["finding_info"]["uid"] for event in events(audit)] == [each.id for each in audit.findings]


def test_ocsf_blames_nobody_for_what_is_not_determined() -> None:
    for event in events(with_kept(2)):
        passed = {"met": "Pass", "breached": "Fail", "undetermined": "Unknown"}
        verdict = event["unmapped"]["verdict"]
        assert event["compliance"]["status"] == passed.get(verdict, verdict.replace("_", " "))
        assert (event["severity"] == "Unknown") is (verdict == Verdict.UNDETERMINED)


def test_ocsf_counts_time_from_1970_in_utc() -> None:
    event = events(replace(sample_audit(), zone="Europe/Moscow", findings=(DISCLOSED,)))[0]
    assert event["time"] == datetime.fromisoformat("2026-04-01T18:30+03:00").timestamp() * 1000
    assert event["timezone_offset"] == 180


def test_ocsf_of_nothing_is_empty() -> None:
    assert ocsf.render(empty_audit(), View()) == ""


# --- calendar -------------------------------------------------------------------------------


def terms(audit: Audit, view: View | None = None) -> list[dict[str, Any]]:
    """The calendar's events, read back; every line is at most 75 octets long and ends as it must."""
    written = ics.render(audit, view or View()).encode("utf-8", "replace")
    assert written.endswith(b"\r\n")
    assert max(map(len, written.split(b"\r\n"))) <= ics.OCTETS
    assert b"\n" not in written.replace(b"\r\n", b"")
    read = Calendar.from_ical(written)
    return [dict(each) for each in read.walk("VEVENT")]


def test_the_calendar_has_the_last_day_of_every_incident_that_has_one() -> None:
    last = [incident for incident in INCIDENTS if incident.limitation.last_day]
    told = {str(term["UID"]): term for term in terms(sample_audit())}
    assert {f"{each.id}-limitation@dutybook" for each in last} == set(told)
    term = told["1c0ffee1a2b3-limitation@dutybook"]
    assert (term["DTSTART"].dt, term["DTEND"].dt) == (date(2026, 5, 1), date(2026, 5, 2))
    assert str(term["SUMMARY"]).startswith("last day to act: At least 30 calls every working day, ")


def test_the_calendar_has_an_explanation_only_while_it_is_awaited() -> None:
    def with_hearing(hearing: Hearing) -> Audit:
        return replace(sample_audit(), incidents=(replace(INCIDENTS[0], hearing=hearing, limitation=Limitation()),))

    asked = Hearing(Heard.ASKED, date(2026, 4, 1), date(2026, 4, 3), None, "the term runs")
    assert [term["DTSTART"].dt for term in terms(with_hearing(asked))] == [date(2026, 4, 3)]
    assert terms(with_hearing(replace(asked, state=Heard.GIVEN, answered=date(2026, 4, 2), missing=None))) == []


def test_no_name_can_put_a_line_into_the_calendar() -> None:
    told = terms(wicked_audit())
    assert len(told) == len(terms(sample_audit()))
    assert all('a; b, c\\ "d"  END:VCALENDAR  X:\\x00\\ud83d' in str(term["SUMMARY"]) for term in told)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n")))
def test_a_folded_line_unfolds_to_what_it_was(line: str) -> None:
    folded = ics.folded(line)
    assert folded.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= ics.OCTETS for piece in folded.split("\r\n"))


def test_the_calendar_of_nothing_is_a_calendar() -> None:
    assert terms(empty_audit()) == []
