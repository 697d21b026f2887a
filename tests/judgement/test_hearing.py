from datetime import date, datetime

import pytest
from tests.judgement.around import AS_OF, RU, case, dossier, entry
from tests.judgement.sample import CALLS, breach

from compliance.judgement.hearing import hearing
from compliance.judgement.incidents import Sentence, incident
from compliance.model.history import CaseEvent, Deed, Past
from compliance.model.incident import NOT_ASKED, Grade, Heard, Hearing, Step

TERM = RU.hearing.term if RU.hearing else None


def _events(*deeds: tuple[Deed, str]) -> Past:
    return Past(events={"c": tuple(CaseEvent("c", deed, datetime.fromisoformat(at), "boss") for deed, at in deeds)})


@pytest.mark.parametrize(
    ("past", "found"),
    [
        (Past(), Hearing(Heard.NOT_ASKED, missing=NOT_ASKED)),
        (
            _events((Deed.ASKED, "2026-03-27 17:00")),
            Hearing(Heard.TERM_RAN_OUT, date(2026, 3, 27), date(2026, 3, 31), missing=None),
        ),
        (
            _events((Deed.ASKED, "2026-03-30 09:00")),
            Hearing(
                Heard.ASKED,
                date(2026, 3, 30),
                date(2026, 4, 1),
                missing="the explanation was asked for on 2026-03-30 and may be given until 2026-04-01",
            ),
        ),
        (
            _events((Deed.ASKED, "2026-03-30 09:00"), (Deed.ANSWERED, "2026-03-31 09:00")),
            Hearing(Heard.GIVEN, date(2026, 3, 30), date(2026, 4, 1), date(2026, 3, 31), missing=None),
        ),
        (
            _events((Deed.ASKED, "2026-03-30 09:00"), (Deed.REFUSED, "2026-03-31 09:00")),
            Hearing(Heard.REFUSED, date(2026, 3, 30), date(2026, 4, 1), date(2026, 3, 31), missing=None),
        ),
        (_events((Deed.ASKED, "2026-04-02 09:00")), Hearing(Heard.NOT_ASKED, missing=NOT_ASKED)),
    ],
)
def test_two_working_days_to_explain_counted_from_the_day_after(past: Past, found: Hearing) -> None:
    assert hearing(case(dossier(past=past)), TERM) == found


def test_an_explanation_on_record_after_the_act_counts_and_one_before_does_not() -> None:
    assert hearing(case(dossier(entry("1", "2026-03-05 10:00", "explanation", "sorry"))), TERM).done
    assert not hearing(case(dossier(entry("1", "2026-03-01 10:00", "explanation", "sorry"))), TERM).done


def test_what_the_bearer_explained_is_not_the_explanation_of_who_answers() -> None:
    answered = breach("1", CALLS, responsible="boss")
    around = dossier(entry("1", "2026-03-05 10:00", "explanation", "sorry"))
    assert not hearing(case(around, answered), TERM).done
    assert around.as_of == AS_OF


def test_what_is_on_record_of_who_answers_is_the_hearing() -> None:
    around = dossier(entry("e1", "2026-03-05 09:00", "explanation", who="boss"))
    finding = breach("1", CALLS, responsible="boss")
    assert hearing(case(around, finding), TERM).state is Heard.GIVEN


@pytest.mark.parametrize(("places", "heard"), [((4,), True), ((6,), False), ((), False)])
def test_who_answered_before_a_breach_was_on_record_was_not_heard_on_it(
    places: tuple[int, ...], *, heard: bool
) -> None:
    answer = CaseEvent("c", Deed.ANSWERED, datetime.fromisoformat("2026-03-30 09:00"), "a", number=5)
    found = breach("1", CALLS)
    known = Past(events={"c": (answer,)}, placed=dict(zip([found.id], places, strict=False)))
    assert hearing(case(dossier(past=known), found), TERM).done is heard


@pytest.mark.parametrize(
    ("discovered", "place", "closed"),
    [
        ("2026-03-20 10:00", 6, True),  # known by then by date alone
        ("2026-04-02 00:00", 4, True),  # first found by an audit as of a moment that was still to come, and on record
        ("2026-04-02 00:00", 6, False),
    ],
)
def test_a_case_stays_closed_where_every_breach_was_on_record_before(
    discovered: str, place: int, *, closed: bool
) -> None:
    at = datetime.fromisoformat("2026-03-20 10:00")
    past = Past(
        discovered={"1": datetime.fromisoformat(discovered)},
        events={"c": (CaseEvent("c", Deed.CLOSED, at, "boss", number=5),)},
        closed={"c": at},
        placed={"1": place},
    )
    sentence = Sentence(case(dossier(past=past)), (Step("severity", Grade.MINOR, Grade.MINOR, "set"),))
    assert incident(sentence, (), None).closed is closed
