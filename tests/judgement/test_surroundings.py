from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from tests.judgement.around import ACT, AS_OF, case, dossier, entry, person
from tests.judgement.sample import CALLS, RULEBOOK, breach, day

from compliance.dossier.circumstances import Sort, unread
from compliance.judgement import surroundings
from compliance.judgement.surroundings import Tenure
from compliance.model.finding import RecordRef, Window
from compliance.model.history import CaseEvent, Deed, Past, PastIncident


@pytest.mark.parametrize(
    ("hired", "tenure"),
    [
        (date(2025, 9, 2), Tenure(known=True, days=181, months=6)),
        (date(2025, 9, 3), Tenure(known=True, days=180, months=5)),
        (date(2025, 8, 31), Tenure(known=True, days=183, months=6)),
        (date(2026, 3, 2), Tenure(known=True, days=0, months=0)),
        (date(2026, 3, 3), Tenure()),
        (None, Tenure()),
    ],
)
def test_six_months_are_over_on_the_day_of_the_same_number(hired: date | None, tenure: Tenure) -> None:
    assert surroundings.tenure(case(dossier(people=(person("anna", hired_on=hired),)))) == tenure


@pytest.mark.parametrize(
    ("hired", "known"), [(date(2026, 3, 2), True), (date(2026, 3, 31), True), (date(2026, 4, 1), False)]
)
def test_who_was_hired_within_the_window_is_as_new_as_can_be(hired: date, *, known: bool) -> None:
    month = Window(datetime.fromisoformat("2026-03-01"), datetime.fromisoformat("2026-04-01"))
    around = dossier(people=(person("anna", hired_on=hired),))
    assert surroundings.tenure(case(around, breach("1", CALLS, window=month))) == Tenure(known=known)


def test_the_tenure_is_of_who_answers() -> None:
    around = dossier(people=(person("anna", hired_on=date(2026, 3, 1)), person("boss", hired_on=date(2020, 1, 1))))
    answered = replace(breach("1", CALLS, at=ACT), responsible="boss")
    assert surroundings.tenure(case(around, answered)).months == 74


@pytest.mark.parametrize(
    ("entries", "intent"),
    [
        ([], "unknown"),
        ([("2026-03-02 09:00", "negligent")], "negligent"),
        ([("2026-03-02 09:00", "intentional"), ("2026-03-02 12:00", "negligent")], "negligent"),
        ([("2026-03-02 09:00", "negligent"), ("2026-03-02 09:00", "intentional")], "negligent"),
        ([("2026-03-02 09:00", "probably on purpose")], "unknown"),
        ([("2026-03-03 00:00", "intentional")], "unknown"),
    ],
)
def test_of_intent_the_last_word_of_the_day_counts_and_the_milder_of_two(
    entries: list[tuple[str, str]], intent: str
) -> None:
    around = dossier(*(entry(str(key), at, "intent", value) for key, (at, value) in enumerate(entries)))
    assert surroundings.intent(case(around)) == intent


def test_damage_is_counted_once_for_two_breaches_of_one_day() -> None:
    around = dossier(entry("1", "2026-03-02 08:00", "harm", "700.50"), entry("2", "2026-03-02 09:00", "harm", "much"))
    findings = (breach("1", CALLS, at=ACT), breach("2", CALLS, at=ACT + timedelta(hours=1)))
    assert str(surroundings.harm(case(around, *findings))) == "700.50"


def test_a_circumstance_may_be_about_one_rule() -> None:
    around = dossier(entry("1", "2026-03-02 08:00", "hazard", rule="sales.visits"))
    assert not surroundings.hindered(case(around), Sort.HAZARD)
    assert surroundings.hindered(case(around, breach("1", "sales.visits", at=ACT)), Sort.HAZARD)


def test_from_the_window_s_first_instant_to_the_due_one_a_hazard_excuses() -> None:
    late = breach("1", CALLS, window=day("2026-03-02"), due=datetime.fromisoformat("2026-03-04 00:00"))
    known = {"2026-03-01 23:59": False, "2026-03-02 00:00": True, "2026-03-03 23:59": True, "2026-03-04 00:00": False}
    for at, excuses in known.items():
        assert surroundings.hindered(case(dossier(entry("1", at, "hazard")), late), Sort.HAZARD) is excuses


@pytest.mark.parametrize(
    ("answered", "holds"),
    [("2026-03-01 23:59", False), ("2026-03-02 00:00", False), ("2026-03-02 00:01", True), (None, True)],
)
def test_a_request_answered_before_the_time_of_the_duty_excuses_nothing(answered: str | None, *, holds: bool) -> None:
    at = datetime.fromisoformat(answered) if answered else None
    around = dossier(entry("1", "2026-03-02 09:00", "unanswered request", "r7"), answered={"r7": at})
    assert surroundings.hindered(case(around), Sort.UNANSWERED_REQUEST) is holds
    assert (surroundings.hindrances(case(around))[0][1] is None) is holds


def test_an_excuse_that_names_a_ground_is_that_ground_and_any_other_is_none() -> None:
    around = dossier(entry("1", "2026-03-02 09:00", "excuse", "Force majeure"))
    assert surroundings.hindered(case(around), Sort.FORCE_MAJEURE)
    vague = dossier(entry("1", "2026-03-02 09:00", "excuse", "was busy"))
    assert [why for _, why in surroundings.hindrances(case(vague))] == ["it names none of the grounds that excuse"]


def _past(rules: tuple[str, ...], who: str, upheld: str, deed: Deed = Deed.UPHELD) -> Past:
    moment = datetime.fromisoformat(upheld)
    earlier = PastIncident("old", rules, who, date(2025, 1, 10))
    return Past(events={"old": (CaseEvent("old", deed, moment, "boss"),)}, upheld=(earlier,))


@pytest.mark.parametrize(
    ("past", "count"),
    [
        (_past((CALLS,), "anna", "2026-03-01 12:00"), 1),
        (_past((CALLS,), "anna", "2026-03-02 09:00"), 0),
        (_past((CALLS,), "anna", "2025-03-03 09:00"), 1),
        (_past((CALLS,), "anna", "2025-03-02 09:00"), 0),
        (_past(("sales.visits",), "anna", "2026-02-01 12:00"), 0),
        (_past((CALLS,), "ben", "2026-02-01 12:00"), 0),
        (Past(), 0),
    ],
)
def test_upheld_before_the_act_and_less_than_twelve_months_ago_counts(past: Past, count: int) -> None:
    assert len(surroundings.upheld_before(case(dossier(past=past)))) == count


def test_the_tier_is_that_of_the_record_s_client() -> None:
    around = dossier(tiers={"1": "A"})
    assert surroundings.client_tier(case(around, breach("1", CALLS, record=RecordRef("orders", "7")))) == "A"
    assert surroundings.client_tier(case(around, breach("2", CALLS))) == ""


def test_what_is_recorded_after_the_audit_s_moment_is_not_seen() -> None:
    around = dossier(entry("1", "2026-04-01 00:01", "explanation"))
    assert around.as_of == AS_OF
    assert [*surroundings.entries(case(around), Sort.EXPLANATION)] == []
    assert surroundings.acted(case(around, info=RULEBOOK[CALLS])) == date(2026, 3, 2)


def test_an_entry_that_seems_to_be_meant_and_weighs_nothing_is_told() -> None:
    given = [
        *(("hazzard", "fire"), ("forse majeure", None), ("harm", "70,000"), ("harm", None), ("intent", "on purpose")),
        *(
            ("harm", "70000"),
            ("intent", "Intentional"),
            ("violation of house rules", None),
            ("Explanation asked", None),
        ),
    ]
    rows = [entry(str(key), "2026-03-02 10:00", kind, value) for key, (kind, value) in enumerate(given)]
    assert unread([*rows, entry("late", "2026-12-02 10:00", "harm", "lots")], AS_OF) == (
        "circumstances: the kind `forse majeure` weighs nothing; did you mean `force majeure`? (rows: 1)",
        "circumstances: the kind `hazzard` weighs nothing; did you mean `hazard`? (rows: 1)",
        "circumstances: the value of a harm is no amount, so no damage is counted (rows: 2)",
        (
            "circumstances: the value of an intent is none of unknown, negligent, intentional, so it counts as unknown "
            "(rows: 1)"
        ),
    )
