"""Accounts of the review pages, beside the register, as JSON.

Not in the register: that is append-only, and passwords change and have to be forgotten.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from compliance.model.problem import UserError
from compliance.register.home import Home
from compliance.review import vault
from compliance.review.access import Person, Role

HASHER = PasswordHasher()
NOBODY = HASHER.hash(token_urlsafe())
"""What the password of a log-in that is not there is compared with, so that it takes as long as one that is."""


@dataclass(frozen=True, slots=True)
class Account:
    """One log-in; `hash` is what argon2 made of the password."""

    person: Person
    hash: str
    disabled: bool = False


def accounts(register: Home) -> Mapping[str, Account]:
    """The accounts by log-in; none where there is no file."""
    try:
        told = json.loads(vault.kept(register) or b"{}")
        return {login: _account(each) for login, each in told.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        says = f"accounts {vault.called(register)}: they can't be read"
        raise UserError(says, help="restore a copy of them") from error


def knows(register: Home, login: str, password: str) -> Account | None:
    """The account, where the password is its own and it is not disabled."""
    found = accounts(register).get(login)
    try:
        HASHER.verify(found.hash if found else NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    return found if found and not found.disabled else None


def add(register: Home, login: str, person: Person) -> str:
    """Make the account; answers its random password."""
    _check(login, person)
    with _changing(register) as known:
        if login in known:
            raise UserError(f"the log-in {login} is there already", help="`review users reset` gives it a new password")
        password = token_urlsafe(12)
        known[login] = Account(person, HASHER.hash(password))
    return password


def reset(register: Home, login: str) -> str:
    """Give the account a new random password, which is answered, and let it log in."""
    with _changing(register) as known:
        password = token_urlsafe(12)
        known[login] = replace(_found(known, login), hash=HASHER.hash(password), disabled=False)
    return password


def disable(register: Home, login: str) -> None:
    """Let the account log in no more; whoever is logged in with it is logged out."""
    with _changing(register) as known:
        known[login] = replace(_found(known, login), disabled=True)


def change(register: Home, login: str, person: Person) -> None:
    """Give the account another role, department and superiors; whose it is stays."""
    with _changing(register) as known:
        found = _found(known, login)
        standing = replace(person, employee=found.person.employee)
        _check(login, standing)
        known[login] = replace(found, person=standing)


def _check(login: str, person: Person) -> None:
    if not login.strip() or not person.employee.strip():
        raise UserError("a log-in and an employee's id are needed", help="write neither of them empty")
    if person.role is Role.HEAD and not person.department:
        raise UserError("a head needs a department", help="name it with --department, as reports write it")


def _found(known: Mapping[str, Account], login: str) -> Account:
    if login not in known:
        raise UserError(f"there is no log-in {login}", help="`review users add` makes one")
    return known[login]


@contextmanager
def unchanged(register: Home) -> Iterator[Mapping[str, Account]]:
    """The accounts, which nobody changes before the block ends."""
    with vault.held(register):
        yield accounts(register)


@contextmanager
def _changing(register: Home) -> Iterator[dict[str, Account]]:
    """The accounts, written back whole when the block ends well; one who changes them waits for the other."""
    with vault.keeping(register) as keep:
        known = dict(accounts(register))
        yield known
        told = {login: asdict(each) for login, each in sorted(known.items())}
        keep(json.dumps(told, ensure_ascii=False, indent=2).encode())


def _account(told: Mapping[str, object]) -> Account:
    given = told["person"]
    if not isinstance(given, dict):
        raise TypeError("no person")
    person = Person(given["employee"], Role(given["role"]), given["department"], tuple(given["superiors"]))
    return Account(person, str(told["hash"]), bool(told["disabled"]))
