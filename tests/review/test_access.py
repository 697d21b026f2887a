"""Who may see and do what, deed by deed."""

from datetime import datetime

import pytest

from compliance.model.history import Deed
from compliance.register.case import Case, Sighting
from compliance.review.access import SEE, Person, Role, may

AT = datetime(2026, 3, 16)  # noqa: DTZ001 local
CASE = Case(
    "c1",
    (
        Sighting("a1", AT, "new", responsible="old", department="Sales"),
        Sighting("a2", AT, "known", responsible="jon", department="Sales"),
    ),
)
OWN = {SEE, Deed.ANSWERED, Deed.REFUSED, Deed.APPEALED, Deed.COMMENTED}
ALL = {SEE, *Deed} - {Deed.ANSWERED, Deed.APPEALED, Deed.PURGED}


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        (Person("ann", Role.OFFICER), ALL),
        (Person("ann", Role.OFFICER, superiors=("Jon ",)), {SEE, Deed.COMMENTED}),
        (Person("ann", Role.OFFICER, superiors=("old",)), {SEE, Deed.COMMENTED}),
        (Person("JON", Role.OFFICER), OWN),
        (Person("old", Role.OFFICER), OWN),
        (Person("ines", Role.HEAD, "Sales"), ALL),
        (Person("jon", Role.HEAD, "Sales"), OWN),
        (Person("jon", Role.HEAD, "Logistics"), OWN),
        (Person("otto", Role.HEAD, "Logistics"), set()),
        (Person("otto", Role.HEAD, "sales"), set()),
        (Person("otto", Role.HEAD), set()),
        (Person("jon", Role.EMPLOYEE), OWN),
        (Person("old", Role.EMPLOYEE, "Sales"), OWN),
        (Person("mara", Role.EMPLOYEE, "Sales"), set()),
        (Person("audrey", Role.AUDITOR), {SEE}),
        (Person("jon", Role.AUDITOR), {SEE}),
    ],
)
def test_each_person_may_do_exactly_this(person: Person, allowed: set[str]) -> None:
    assert {action for action in (SEE, *Deed) if may(person, action, CASE)} == allowed


def test_a_case_without_a_department_is_in_no_head_s_reach() -> None:
    case = Case("c2", (Sighting("a1", AT, "new", responsible="jon"),))
    assert not may(Person("otto", Role.HEAD), SEE, case)
    assert not may(Person("otto", Role.HEAD, ""), SEE, case)
