from datetime import date, datetime

import pytest
from tests.judgement.around import ACT, AS_OF, RU, case, dossier, entry, leave
from tests.judgement.sample import CALLS, breach, day

from compliance.dossier import Leave
from compliance.judgement.law import Law, Liability, Term
from compliance.judgement.limits import breached_on, discovery, limitation
from compliance.model.history import CaseEvent, Deed, Past
from compliance.model.incident import Limitation

TERM = RU.terms[Liability.DISCIPLINARY]


def test_without_a_law_only_the_discovery_is_told() -> None:
    assert limitation(case(dossier()), None) == Limitation(AS_OF.date(), discovered_by="first recorded by this audit")


def test_the_earliest_discovery_counts_and_the_report_says_which_it_was() -> None:
    first = {"1": datetime.fromisoformat("2026-03-20 00:00")}
    known = dossier(past=Past(discovered=first))
    assert limitation(case(known), None).discovered == date(2026, 3, 20)
    assert limitation(case(known), None).discovered_by == "first recorded by an earlier audit"
    told = dossier(entry("d1", "2026-03-05 08:00", "discovered"), past=Past(discovered=first))
    assert limitation(case(told), None) == Limitation(date(2026, 3, 5), discovered_by="recorded in circumstances d1")


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("2026-03-01 23:59", "2026-03-20"),  # before the act on the 2nd: a slip of the pen
        ("2026-03-02 00:00", "2026-03-02"),
        ("2026-03-19 23:59", "2026-03-19"),
        ("2026-03-21 00:00", "2026-03-20"),
    ],
)
def test_whoever_was_asked_before_the_first_audit_was_known_of_then(asked: str, known: str) -> None:
    deed = CaseEvent("c", Deed.ASKED, datetime.fromisoformat(asked), "boss")
    first = {"1": datetime.fromisoformat("2026-03-20 00:00")}
    found = limitation(case(dossier(past=Past(discovered=first, events={"c": (deed,)}))), TERM)
    how = "first recorded by an earlier audit" if known == "2026-03-20" else "dealt with on that day, by the register"
    assert (found.discovered, found.discovered_by) == (date.fromisoformat(known), how)


@pytest.mark.parametrize(
    ("away", "last"),
    [
        ([], date(2026, 4, 5)),
        ([leave("2026-03-01", "2026-03-06")], date(2026, 4, 5)),
        ([leave("2026-03-06", "2026-03-07")], date(2026, 4, 6)),
        ([leave("2026-04-05", "2026-04-06")], date(2026, 4, 6)),
        ([leave("2026-04-06", "2026-04-10")], date(2026, 4, 5)),
        ([leave("2026-03-30", "2026-04-09")], date(2026, 4, 15)),
        ([leave("2026-03-10", "2026-03-12", "business trip")], date(2026, 4, 5)),
        ([leave("2026-03-10", "2026-03-12", None)], date(2026, 4, 7)),
        ([leave("2026-03-10", "2026-03-12"), leave("2026-03-11", "2026-03-13", "illness", "2")], date(2026, 4, 8)),
    ],
)
def test_a_month_from_discovery_and_each_day_of_leave_in_it_one_more(away: list[Leave], last: date) -> None:
    around = dossier(entry("d1", "2026-03-05 08:00", "discovered"), leaves={"anna": tuple(away)})
    found = limitation(case(around), TERM)
    assert (found.last_day, found.expired) == (last, False)


def test_the_arithmetic_is_told() -> None:
    around = dossier(
        entry("d1", "2026-03-05 08:00", "discovered"), leaves={"anna": (leave("2026-03-30", "2026-04-09"),)}
    )
    assert limitation(case(around), TERM).arithmetic == (
        "1 month from discovery on 2026-03-05: 2026-04-05, and 10 days of leave or illness (2026-03-30 to 2026-04-08): "
        "2026-04-15; 6 months from the act on 2026-03-02: 2026-09-02"
    )


def test_the_term_from_the_act_may_end_first_and_no_leave_moves_it() -> None:
    old = breach("1", CALLS, at=datetime.fromisoformat("2025-09-30 10:00"))
    around = dossier(leaves={"anna": (leave("2026-01-01", "2026-03-01"),)})
    found = limitation(case(around, old), TERM)
    assert (found.last_day, found.expired) == (date(2026, 3, 30), True)


def test_on_the_last_day_itself_the_time_has_not_run_out() -> None:
    act = breach("1", CALLS, at=datetime.fromisoformat("2025-10-01 10:00"))
    found = limitation(case(dossier(), act), TERM)
    assert (found.last_day, found.expired) == (AS_OF.date(), False)


def test_a_duty_of_a_window_is_breached_on_its_last_day_and_what_was_due_on_the_due_day() -> None:
    assert breached_on(breach("1", CALLS, at=ACT)) == date(2026, 3, 2)
    assert breached_on(breach("1", CALLS, window=day("2026-03-02"))) == date(2026, 3, 2)
    assert breached_on(breach("1", CALLS, due=datetime.fromisoformat("2026-03-04 00:00"))) == date(2026, 3, 3)


def test_a_law_without_a_term_of_discovery_counts_from_the_act_alone() -> None:
    term = Term.model_validate({"basis": "b", "source": "s", "from": date(2002, 2, 1), "from_act": "1 month"})
    assert limitation(case(dossier()), term).last_day == date(2026, 4, 2)
    assert isinstance(RU, Law)


def test_who_was_asked_about_the_very_rule_was_known_of_then() -> None:
    asked = entry("1", "2026-03-20 09:00", "explanation asked", rule=CALLS)
    assert discovery(case(dossier(asked))) == (date(2026, 3, 20), "dealt with on that day, by circumstances 1")
    assert discovery(case(dossier(entry("1", "2026-03-20 09:00", "explanation asked")))).day == AS_OF.date()
    assert discovery(case(dossier(entry("1", "2026-03-01 09:00", "explanation asked", rule=CALLS)))).day == AS_OF.date()
