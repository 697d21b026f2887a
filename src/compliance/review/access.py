"""Who may see and do what: one pure answer that every page asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from compliance.model.history import Deed
from compliance.register.case import Case
from compliance.register.moves import OWN


class Role(StrEnum):
    """What somebody is to the review pages."""

    OFFICER = "officer"
    HEAD = "head"
    EMPLOYEE = "employee"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Person:
    """Who has logged in. `superiors` are all whose case this person may not deal with."""

    employee: str
    role: Role
    department: str | None = None
    superiors: tuple[str, ...] = ()


SEE = "see"
"""The action of reading a case; all others are deeds."""

SPOKEN: frozenset[Deed] = frozenset({Deed.ANSWERED, Deed.APPEALED})
"""What only those say who answer for the incident: nobody else may put words into their mouths."""

OFF_PAGES: frozenset[Deed] = frozenset({Deed.PURGED})
"""What is done on the command line only."""


def may(person: Person, action: Deed | str, case: Case) -> bool:
    """Whether this person may do this with the case; whether its state allows the deed is asked of the moves."""
    own = _named(person.employee, case.responsible)
    if action == SEE:
        return own or _in_reach(person, case)
    if person.role is Role.AUDITOR or action in OFF_PAGES:
        return False
    if own:
        return action in OWN
    if person.role is Role.EMPLOYEE or action in SPOKEN or not _in_reach(person, case):
        return False
    return action == Deed.COMMENTED or not any(_named(each, case.responsible) for each in person.superiors)


def _in_reach(person: Person, case: Case) -> bool:
    """The department is that of the act, as the last audit that found the incident says."""
    if person.role is Role.HEAD:
        return person.department is not None and person.department == case.found.department
    return person.role in {Role.OFFICER, Role.AUDITOR}


def _named(who: str, among: Iterable[str]) -> bool:
    return who.strip().casefold() in {each.strip().casefold() for each in among}
