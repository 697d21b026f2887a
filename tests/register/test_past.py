from dataclasses import replace
from pathlib import Path

import pytest
from tests.register.deeds import LATE, ONE, filled, later, step, walk
from tests.reports.sample import INCIDENTS, SINGLE, moment, sample_audit

from compliance.model.history import Deed, Past, PastIncident
from compliance.register.past import past
from compliance.register.store import record

D = Deed
HEARD = (D.ASKED, D.ANSWERED)
FIRST = sample_audit().as_of
CALLS = INCIDENTS[1].rules


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return filled(tmp_path / "register.sqlite")


def test_without_a_register_there_is_no_past(tmp_path: Path) -> None:
    assert past(tmp_path / "none.sqlite", FIRST) == Past()
    assert not (tmp_path / "none.sqlite").exists()


def test_an_audit_made_again_finds_the_past_as_it_was_the_first_time(register: Path) -> None:
    assert past(register, FIRST) == Past()


def test_a_breach_is_discovered_by_the_first_audit_on_record_before(register: Path) -> None:
    record(register, later(1))
    assert past(register, later(2).as_of).discovered[SINGLE.id] == FIRST


def test_deeds_after_the_moment_are_not_seen_and_at_it_they_are(register: Path) -> None:
    walk(register, HEARD)
    step(register, D.UPHELD, "2026-04-08 10:00")
    seen = past(register, moment("2026-04-08 09:59"))
    assert [event.deed for event in seen.events[ONE]] == [*HEARD]
    assert seen.upheld == ()
    seen = past(register, moment("2026-04-08 10:00"))
    assert seen.events[ONE][-1].because == "Because it is upheld."
    assert seen.upheld == (PastIncident(ONE, CALLS, "e-18", SINGLE.at and SINGLE.at.date()),)


@pytest.mark.parametrize(
    ("deeds", "stands"),
    [
        ((*HEARD, D.UPHELD), True),
        ((*HEARD, D.DECIDED), True),
        ((*HEARD, D.UPHELD, D.DECIDED, D.CLOSED), True),
        ((*HEARD, D.UPHELD, D.COMMENTED), True),
        ((*HEARD, D.DECIDED, D.APPEALED), False),
        ((*HEARD, D.DECIDED, D.APPEALED, D.UPHELD), True),
        ((*HEARD, D.DECIDED, D.APPEALED, D.EXCUSED), False),
        ((*HEARD, D.UPHELD, D.REOPENED), False),
        ((*HEARD, D.EXCUSED, D.CLOSED), False),
        (HEARD, False),
    ],
)
def test_it_stands_where_the_last_word_says_so(register: Path, deeds: tuple[Deed, ...], *, stands: bool) -> None:
    walk(register, deeds)
    assert [each.id for each in past(register, moment("2026-05-01")).upheld] == [ONE] * stands


def test_a_later_audit_that_finds_it_no_more_takes_nothing_back(register: Path) -> None:
    walk(register, (*HEARD, D.UPHELD))
    record(register, later(5, incidents=()))
    assert [each.id for each in past(register, moment("2026-05-01")).upheld] == [ONE]


def test_the_last_audit_before_the_moment_says_who_answers(register: Path) -> None:
    walk(register, (*HEARD, D.UPHELD))
    record(register, later(5, incidents=(replace(INCIDENTS[1], responsible="e-40"),)))
    told = [past(register, later(days).as_of).upheld[0].responsible for days in (5, 6)]
    assert told == ["e-18", "e-40"]


def test_what_was_dealt_with_before_its_audit_was_as_of_is_known(register: Path) -> None:
    step(register, D.ANSWERED, "2026-03-20", key=LATE)
    step(register, D.UPHELD, "2026-03-21", key=LATE)
    assert [each.id for each in past(register, moment("2026-03-22")).upheld] == [LATE]


def test_deeds_are_found_under_every_id_that_the_incident_had(register: Path) -> None:
    walk(register, HEARD)
    record(register, later(5, incidents=(replace(INCIDENTS[1], id="heir"),)))
    seen = past(register, moment("2026-05-01")).events
    assert seen["heir"] == seen[ONE] != ()


def test_a_deed_is_about_the_breaches_that_were_on_record_before_it(register: Path) -> None:
    walk(register, HEARD)
    more = replace(SINGLE, id="f0ff")
    grown = replace(INCIDENTS[1], findings=(SINGLE.id, more.id))
    audit = later(20)
    record(register, replace(audit, findings=(*audit.findings, more), incidents=(grown,)))
    seen = past(register, later(30).as_of)
    answer = seen.events[ONE][-1]
    assert seen.about(answer, SINGLE.id)
    assert not seen.about(answer, more.id)
