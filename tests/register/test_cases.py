from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.register.deeds import ANSWERS, LATE, ONE, OVER, ask, filled, later, step, walk
from tests.reports.sample import INCIDENTS, SINGLE, moment

from compliance.model.history import CaseState, Deed
from compliance.model.incident import Grade, Incident
from compliance.model.problem import UserError
from compliance.register.case import Case, Sighting, changes
from compliance.register.cases import all_cases, one_case
from compliance.register.deeds import check_measure, default_due, do, term_of
from compliance.register.due import Due, due
from compliance.register.store import record
from compliance.register.verify import verify
from compliance.workspace.manifest import Calendar

D, S = Deed, CaseState
REMARK = '[{"measure": "remark", "last_day": "2026-05-01"}]'
ALWAYS = {D.COMMENTED, D.PURGED}
WORK = ALWAYS | {D.ASSIGNED, D.SNOOZED}
HEARD = {D.ASKED, D.ANSWERED, D.UPHELD, D.EXCUSED, D.DECIDED, D.CLOSED}
EXPLAINED = (D.ASKED, D.ANSWERED)
ALLOWED = {
    (): (S.NEW, WORK | {D.ASKED, D.ANSWERED, D.EXCUSED, D.CLOSED}),
    (D.ASKED,): (S.ASKED, WORK | {D.ASKED, D.ANSWERED, D.REFUSED, D.EXCUSED}),
    EXPLAINED: (S.EXPLAINED, WORK | HEARD),
    (D.ASKED, D.REFUSED): (S.REFUSED, WORK | HEARD),
    (*EXPLAINED, D.ASSIGNED): (S.UNDER_REVIEW, WORK | HEARD),
    (*EXPLAINED, D.UPHELD): (S.UPHELD, WORK | {D.DECIDED, D.APPEALED, D.REOPENED, D.CLOSED}),
    (*EXPLAINED, D.EXCUSED): (S.EXCUSED, WORK | {D.REOPENED, D.CLOSED}),
    (*EXPLAINED, D.DECIDED): (S.DECIDED, WORK | {D.APPEALED, D.REOPENED, D.CLOSED}),
    (*EXPLAINED, D.DECIDED, D.APPEALED): (
        S.APPEALED,
        WORK | {D.ASKED, D.UPHELD, D.EXCUSED, D.DECIDED, D.REOPENED},
    ),
    (*EXPLAINED, D.DECIDED, D.CLOSED): (S.CLOSED, ALWAYS | {D.REOPENED, D.APPEALED}),
    (*EXPLAINED, D.EXCUSED, D.CLOSED): (S.CLOSED, ALWAYS | {D.REOPENED}),
    (D.CLOSED, D.REOPENED): (S.UNDER_REVIEW, WORK | {D.ASKED, D.ANSWERED, D.EXCUSED, D.CLOSED}),
}


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return filled(tmp_path / "register.sqlite")


@pytest.mark.parametrize("deeds", ALLOWED, ids=lambda deeds: ", ".join(deeds) or "nothing")
def test_after_each_way_only_these_deeds_are_allowed(register: Path, deeds: tuple[Deed, ...]) -> None:
    walk(register, deeds)
    state, allowed = ALLOWED[deeds]
    assert one_case(register, ONE).state is state
    before = register.read_bytes()
    for deed in Deed:
        register.write_bytes(before)
        if deed in allowed:
            step(register, deed, "2026-04-02 12:00")
            continue
        with pytest.raises(UserError, match=f"incident {ONE}: it "):
            step(register, deed, "2026-04-02 12:00")
        assert register.read_bytes() == before


@pytest.mark.parametrize(
    ("deed", "may"),
    [(deed, deed in {D.ANSWERED, D.REFUSED, D.COMMENTED}) for deed in Deed if deed is not D.APPEALED],
)
def test_whoever_answers_may_only_explain_refuse_and_comment(register: Path, deed: Deed, *, may: bool) -> None:
    ask(register)
    if may:
        step(register, deed, "2026-04-07", by=ANSWERS[ONE])
        return
    with pytest.raises(UserError, match="e-18 answers for it, and nobody deals with the own case"):
        step(register, deed, "2026-04-07", by=ANSWERS[ONE])


def test_the_own_case_may_be_appealed(register: Path) -> None:
    walk(register, (*EXPLAINED, D.UPHELD))
    assert step(register, D.APPEALED, "2026-04-08", by=ANSWERS[ONE]).state is S.APPEALED


@pytest.mark.parametrize("by", ["E-18", " e-18 "])
def test_another_spelling_of_the_own_id_is_the_own_case_too(register: Path, by: str) -> None:
    with pytest.raises(UserError, match="nobody deals with the own case"):
        step(register, D.EXCUSED, "2026-04-02", by=by)


def test_who_answered_in_an_earlier_audit_does_not_decide_either(register: Path) -> None:
    other = replace(INCIDENTS[1], responsible="e-40")
    record(register, later(1, incidents=(other,)))
    for by in ("e-18", "e-40"):
        with pytest.raises(UserError, match="nobody deals with the own case"):
            step(register, D.EXCUSED, "2026-04-03", by=by)


def test_nothing_is_judged_on_the_last_day_of_the_term_and_it_is_on_the_day_after(register: Path) -> None:
    ask(register)
    with pytest.raises(UserError, match="the explanation may be given until the end of 2026-04-06"):
        step(register, D.UPHELD, "2026-04-06 23:59")
    assert step(register, D.UPHELD, "2026-04-07 00:00").state is S.UPHELD


def test_an_explanation_asked_for_again_is_awaited_again(register: Path) -> None:
    walk(register, EXPLAINED)
    do(register, ONE, D.ASKED, by="head", at=moment("2026-04-03"), details={"due": "2026-04-08"})
    with pytest.raises(UserError, match="until the end of 2026-04-08"):
        step(register, D.DECIDED, "2026-04-08", measure="remark")


def test_a_measure_whose_last_day_is_over_is_refused_and_upholding_is_named() -> None:
    last = date(2026, 5, 1)
    sighting = Sighting("a", moment("2026-04-01"), "new", last_day=last, measures=REMARK)
    case = Case(ONE, (sighting,))
    check_measure(case, "remark", last)
    with pytest.raises(UserError) as refused:
        check_measure(case, "remark", date(2026, 5, 2))
    assert [(each.says, each.help) for each in refused.value.problems] == [
        (
            f"incident {ONE}: `remark` could be decided until 2026-05-01, and that has passed",
            "uphold it, without a measure: the breach stays on record",
        )
    ]


def test_a_second_question_cuts_no_term_short(register: Path) -> None:
    ask(register)
    do(register, ONE, D.ASKED, by="head", at=moment("2026-04-03"), details={"due": "2026-04-03"})
    with pytest.raises(UserError, match="until the end of 2026-04-06"):
        step(register, D.UPHELD, "2026-04-04")
    assert step(register, D.UPHELD, "2026-04-07").state is S.UPHELD


def test_a_question_without_a_term_is_never_over(register: Path) -> None:
    do(register, ONE, D.ASKED, by="head", at=moment("2026-04-03"))
    with pytest.raises(UserError, match="no term was set for the explanation"):
        step(register, D.UPHELD, "2026-12-31")


def test_a_case_assigned_once_the_term_ran_out_is_under_review(register: Path) -> None:
    ask(register)
    assert step(register, D.ASSIGNED, "2026-04-06", to="lawyer").state is S.ASKED
    assert step(register, D.ASSIGNED, "2026-04-07", to="lawyer").state is S.UNDER_REVIEW


def test_a_deed_before_the_last_one_is_refused(register: Path) -> None:
    ask(register)
    with pytest.raises(UserError, match="its last deed was at 2026-04-02 09:00, and this one lies before it"):
        step(register, D.ANSWERED, "2026-04-02 08:59", by=ANSWERS[ONE])


def test_a_short_id_is_enough_where_no_other_begins_so(register: Path) -> None:
    assert one_case(register, "2b").id == ONE
    with pytest.raises(UserError, match="no incident has the id ffff"):
        one_case(register, "ffff")
    record(register, later(1, incidents=(replace(INCIDENTS[1], id="2b99", findings=("another",)), *INCIDENTS)))
    with pytest.raises(UserError, match="2b: several incidents begin so, such as 2b00b1e50001, 2b99"):
        one_case(register, "2b")


def test_deeds_make_no_register(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        ask(tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()


def test_an_incident_that_is_gone_stays_open_and_says_so(register: Path) -> None:
    walk(register, (*EXPLAINED, D.UPHELD))
    record(register, later(5, incidents=()))
    case = one_case(register, ONE)
    assert (case.state, case.gone) == (S.UPHELD, True)
    assert changes(case) == (f"audit {later(5).id}, as of 2026-04-06 18:30: not found any more",)


def found(**changed: object) -> tuple[Incident, ...]:
    return (replace(INCIDENTS[1], **changed),)  # type: ignore[arg-type]


def test_an_incident_that_is_found_changed_keeps_the_grade_that_was_judged(register: Path) -> None:
    walk(register, (*EXPLAINED, D.UPHELD))
    record(register, later(5, incidents=found(grade=Grade.SERIOUS, department="Sales South")))
    case = one_case(register, ONE)
    assert case.state is S.UPHELD
    assert case.judged
    assert (case.judged.grade, case.found.grade) == (Grade.OBSERVATION, Grade.SERIOUS)
    (told,) = changes(case)
    assert told.endswith("found changed, grade observation to serious, department Sales North to Sales South")


def test_an_incident_that_was_gone_and_is_found_again_says_so(register: Path) -> None:
    record(register, later(5, incidents=()))
    record(register, later(6, incidents=found(grade=Grade.SERIOUS)))
    case = one_case(register, ONE)
    assert not case.gone
    assert changes(case) == (
        f"audit {later(5).id}, as of 2026-04-06 18:30: not found any more",
        f"audit {later(6).id}, as of 2026-04-07 18:30: found again",
        f"audit {later(6).id}, as of 2026-04-07 18:30: found changed, grade observation to serious",
    )


def test_an_incident_found_again_alike_changed_nothing(register: Path) -> None:
    record(register, later(1))
    assert changes(one_case(register, ONE)) == ()


def test_a_case_goes_on_under_the_id_that_its_findings_are_judged_in_now(register: Path) -> None:
    walk(register, EXPLAINED)
    record(register, later(5, incidents=found(id="heir")))
    for key in ("heir", ONE):
        case = one_case(register, key)
        assert (case.id, case.earlier, case.state) == ("heir", (ONE,), S.EXPLAINED)
    assert step(register, D.UPHELD, "2026-04-08", key=ONE).events[-1].incident == "heir"


def test_an_appeal_keeps_what_was_decided(register: Path) -> None:
    walk(register, (*EXPLAINED, D.DECIDED, D.APPEALED, D.EXCUSED))
    case = one_case(register, ONE)
    assert case.state is S.EXCUSED
    assert [(event.deed, event.grade, event.measure) for event in case.events[2:]] == [
        (D.DECIDED, Grade.OBSERVATION, "remark"),
        (D.APPEALED, None, None),
        (D.EXCUSED, Grade.OBSERVATION, None),
    ]


def test_the_default_term_is_two_working_days(register: Path) -> None:
    assert str(default_due(moment("2026-04-02 09:00"), Calendar())) == "2026-04-06", "a Thursday; then Friday, Monday"
    off = Calendar(extra_days_off=(moment("2026-04-06").date(),))
    assert str(term_of(moment("2026-04-02 09:00"), None, off)) == "2026-04-07"
    with pytest.raises(UserError, match="the term would end on 2026-04-01, before it begins on 2026-04-02"):
        term_of(moment("2026-04-02 09:00"), moment("2026-04-01").date(), off)
    assert register.exists()


def test_what_is_due_up_to_a_day_that_day_included(register: Path) -> None:
    ask(register)
    term = Due(moment("2026-04-06").date(), "the term of the explanation ends", ONE)
    known = all_cases(register)
    assert term not in due(known, until=moment("2026-04-05").date())
    assert term in due(known, until=moment("2026-04-06").date())
    act = Due(moment("2026-03-31").date(), "last day to act", LATE)
    assert act in due(known, until=moment("2026-03-31").date())


def test_a_reminder_is_put_off_but_not_the_last_day_to_act(register: Path) -> None:
    do(register, LATE, D.ASKED, by="head", at=moment("2026-03-20"), details={"due": "2026-03-24"})
    step(register, D.SNOOZED, "2026-03-21", key=LATE, until="2026-03-30")
    told = [(str(each.day), each.what) for each in due(all_cases(register), until=moment("2026-03-31").date())]
    assert told == [("2026-03-30", "the term of the explanation ends"), ("2026-03-31", "last day to act")]


def test_nothing_is_due_of_a_closed_case(register: Path) -> None:
    step(register, D.CLOSED, "2026-03-20", key=LATE)
    assert LATE not in {each.incident for each in due(all_cases(register), until=moment("2026-12-31").date())}


def grown(register: Path, days: int = 20, more: str = "f0ff") -> None:
    """A later audit finds the incident with only a breach that it did not hold before, as the next month's does."""
    audit, further = later(days), replace(SINGLE, id=more)
    incidents = (replace(INCIDENTS[1], findings=(more,)), *(each for each in audit.incidents if each.id != ONE))
    record(register, replace(audit, findings=(*audit.findings, further), incidents=incidents))


@pytest.mark.parametrize("deeds", [(*EXPLAINED, D.UPHELD), (*EXPLAINED, D.EXCUSED), (*EXPLAINED, D.UPHELD, D.CLOSED)])
def test_a_breach_that_comes_after_the_word_is_told_and_falls_due_again(
    register: Path, deeds: tuple[Deed, ...]
) -> None:
    walk(register, deeds)
    record(register, later(10))
    assert not one_case(register, ONE).unsettled
    grown(register)
    case = one_case(register, ONE)
    assert case.unsettled
    assert changes(case)[-1].endswith("found changed, with 1 breach that it did not hold before")
    found = replace(case.found, last_day=date(2026, 5, 1))
    assert due([replace(case, sightings=(*case.sightings, found))], until=date.max)[0].what == "last day to act"
    record(register, later(30))
    assert one_case(register, ONE).unsettled


def test_nothing_is_upheld_before_the_person_was_heard_on_the_breach_that_came_since(register: Path) -> None:
    walk(register, EXPLAINED)
    grown(register)
    with pytest.raises(UserError, match="a further breach came into it since, and its person was not heard on that"):
        step(register, D.UPHELD, "2026-04-22 10:00")
    step(register, D.ANSWERED, "2026-04-22 11:00", by=ANSWERS[ONE])
    assert step(register, D.UPHELD, "2026-04-22 12:00").state is S.UPHELD


def test_no_measure_follows_an_old_word_on_a_breach_that_came_since(register: Path) -> None:
    walk(register, (*EXPLAINED, D.UPHELD))
    grown(register)
    with pytest.raises(UserError) as refused:
        step(register, D.DECIDED, "2026-04-22 10:00", measure="remark")
    assert refused.value.problems[0].help == "reopen it, then ask, and wait for the answer or the term"
    step(register, D.REOPENED, "2026-04-22 11:00")
    assert not one_case(register, ONE).unsettled


def test_every_deed_is_a_link_of_the_chain(register: Path) -> None:
    walk(register, (*EXPLAINED, D.DECIDED, D.APPEALED))
    walk(register, EXPLAINED, OVER)
    assert (verify(register).events, verify(register).broken) == (7, None)
