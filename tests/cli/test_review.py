import socket
import stat
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from compliance.review.access import Role
from compliance.review.accounts import accounts, knows
from compliance.review.vault import file_of

REGISTER = Path("work/register.sqlite")
ANN = ("review", "users", "add", "ann", "--employee", "ann", "--role", "officer", "--register", REGISTER)


@pytest.fixture
def audited(compliance: Command, workspace: Path) -> Path:
    assert compliance("audit", workspace).status == 1
    return workspace


@pytest.mark.usefixtures("audited")
def test_an_account_from_its_first_password_to_its_end(compliance: Command) -> None:
    made = compliance(*ANN, "--no-superior")
    first = made.out.removeprefix("ann: ").strip()
    assert (made.status, made.err) == (0, "warning: nobody on the roster has the id ann\n")
    assert knows(REGISTER, "ann", first)
    assert not knows(REGISTER, "ann", first + "x")
    assert first not in file_of(REGISTER).read_text(encoding="utf-8")
    assert stat.S_IMODE(file_of(REGISTER).stat().st_mode) == 0o600

    second = compliance("review", "users", "reset", "ann", "--register", REGISTER).out.removeprefix("ann: ").strip()
    assert not knows(REGISTER, "ann", first)
    head = ("--role", "head", "--department", "Sales", "--superior", "ines", "--register", REGISTER)
    assert compliance("review", "users", "role", "ann", *head).status == 0
    person = accounts(REGISTER)["ann"].person
    assert (person.employee, person.role, person.department, person.superiors) == ("ann", Role.HEAD, "Sales", ("ines",))

    assert compliance("review", "users", "disable", "ann", "--register", REGISTER).status == 0
    assert not knows(REGISTER, "ann", second)
    assert compliance("register", "verify", "--register", REGISTER).status == 0


@pytest.mark.usefixtures("audited")
def test_ids_and_departments_that_the_roster_does_not_have_are_warned_of(compliance: Command) -> None:
    ran = compliance(
        *("review", "users", "add", "kim", "--employee", "mara", "--role", "head", "--department", "sale"),
        *("--superior", "boss", "--register", REGISTER),
    )
    assert (ran.status, ran.err) == (
        0,
        (
            "warning: nobody on the roster has the id boss\n"
            "warning: nobody on the roster is in a department sale; did you mean `Sales`?\n"
        ),
    )
    role = ("review", "users", "role", "kim", "--role", "head", "--department", "Sales", "--superior", "jon")
    assert compliance(*role, "--register", REGISTER) == (0, "", "")


@pytest.mark.usefixtures("audited")
def test_what_is_wrong_is_told_in_a_sentence(compliance: Command) -> None:
    assert "whose case this officer may not deal with" in compliance(*ANN).err
    assert "whose case this officer may not deal with" in compliance(*ANN, "--superior", "x", "--no-superior").err
    assert compliance(*ANN, "--no-superior").status == 0
    again = compliance(*ANN, "--no-superior")
    assert (again.status, "is there already" in again.err) == (2, True)
    nobody = compliance("review", "users", "disable", "bob", "--register", REGISTER)
    assert (nobody.status, "there is no log-in bob" in nobody.err) == (2, True)
    headless = ("review", "users", "role", "ann", "--role", "head", "--no-superior", "--register", REGISTER)
    assert "a head needs a department" in compliance(*headless).err
    missing = compliance("review", "work", "--register", "none.sqlite")
    assert (missing.status, "there is no such file" in missing.err) == (2, True)


@pytest.mark.usefixtures("audited")
def test_a_port_that_another_program_listens_at_is_told(compliance: Command) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ran = compliance("review", "work", "--register", REGISTER, "--port", port)
    assert (ran.status, ran.err.splitlines()) == (
        2,
        [
            f"the pages can't be served at 127.0.0.1:{port}: address already in use",
            "  help: give another one with --port",
        ],
    )
