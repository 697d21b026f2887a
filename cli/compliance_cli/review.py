"""`compliance review`: the review pages, and who may log in to them."""

import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar, Unpack
from zoneinfo import ZoneInfo

import click

from compliance.model.problem import UserError
from compliance_cli import options, output, strangers
from compliance_cli.talk import Group, Talk, talking

if TYPE_CHECKING:
    from compliance.register.home import Home
    from compliance.workspace.manifest import Manifest

F = TypeVar("F", bound=Callable[..., object])
HOST = "127.0.0.1"
REGISTER = options.register("The register (default: that of the current folder).")
LOGIN = click.argument("login", metavar="LOGIN")


class Standing(TypedDict):
    """What an account may do, as it was given."""

    role: str
    department: str | None
    superior: tuple[str, ...]
    no_superior: bool


class Pages(Group):
    """A group whose bare argument is the workspace to serve."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read `review WORKSPACE` as `review serve WORKSPACE`."""
        bare = bool(args) and args[0] not in {*self.commands, "-h", "--help"}
        return super().parse_args(ctx, ["serve", *args] if bare else args)


def _role(function: F) -> F:
    """The options that say what an account may do."""
    says = "Whose case this person may not deal with; may be repeated."
    function = click.option("--no-superior", is_flag=True, help="This person has no superior.")(function)
    function = click.option("--superior", multiple=True, metavar="EMPLOYEE", help=says)(function)
    says = "Whose cases a head sees, as reports write it."
    function = click.option("--department", metavar="NAME", help=says)(function)
    roles = click.Choice(["officer", "head", "employee", "auditor"])
    return click.option("--role", type=roles, required=True, help="What this person may see and do.")(function)


@click.group(cls=Pages)
def review() -> None:
    """Serve the review pages of a workspace (`compliance review WORKSPACE`), and keep who may log in to them."""


@review.command(short_help="Serve the pages of a workspace to this computer.")
@click.argument("workspace", type=options.FOLDER, metavar="WORKSPACE")
@options.register("The register (default: that of the workspace).")
@click.option("--port", type=click.IntRange(1, 65535), default=8321, show_default=True, help="The port to listen on.")
@talking
def serve(talk: Talk, workspace: Path, register: "Home | None", port: int) -> None:
    """Serve the pages of WORKSPACE to browsers on this computer, until it is interrupted."""
    from compliance.register.file import reading  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.home import home  # noqa: PLC0415 as above
    from compliance.workspace.manifest import load_manifest  # noqa: PLC0415 as above

    document = load_manifest(workspace)
    file = register or home(document.value.register_, Path(document.file).parent)
    with reading(file):
        pass  # so that a register that is not there is told at once
    _free(port)
    talk.say(f"The pages: http://{HOST}:{port}/ (Ctrl-C ends them)")
    _run(document.value, file, workspace, port)


def _free(port: int) -> None:
    """Raise UserError where another program listens at the port already."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError as error:
            says = f"the pages can't be served at {HOST}:{port}: {(error.strerror or str(error)).lower()}"
            raise UserError(says, help="give another one with --port") from None


def _run(manifest: "Manifest", register: "Home", workspace: Path, port: int) -> None:
    from time import monotonic  # noqa: PLC0415 as above

    import uvicorn  # noqa: PLC0415 as above

    from compliance.review.above import Roll  # noqa: PLC0415 as above
    from compliance.review.app import app  # noqa: PLC0415 as above
    from compliance.review.desk import Desk  # noqa: PLC0415 as above
    from compliance.review.sessions import Sessions  # noqa: PLC0415 as above

    zone = ZoneInfo(manifest.timezone)

    def now() -> datetime:
        return datetime.now(zone).replace(tzinfo=None, microsecond=0)

    name, roll = manifest.organisation or workspace.resolve().name, Roll(workspace, lambda: now().date())
    roll.above("")  # so that a roster that can't be read is told at once
    desk = Desk(register, name, manifest.calendar, Sessions(monotonic), now, roll.above)
    desk.shelf.view(register)
    uvicorn.run(app(desk), host=HOST, port=port, log_level="warning", access_log=False, server_header=False)


@review.group(cls=Group)
def users() -> None:
    """Keep the accounts, which stand beside the register. A password is random, and printed once."""


@users.command(short_help="Make an account.")
@LOGIN
@REGISTER
@click.option("--employee", metavar="EMPLOYEE", required=True, help="Whose it is: an employee's id.")
@_role
def add(login: str, register: "Home | None", employee: str, **given: Unpack[Standing]) -> None:
    """Make the account LOGIN and print its password."""
    from compliance.review import accounts  # noqa: PLC0415 `--help` must not wait for it
    from compliance.review.access import Person, Role  # noqa: PLC0415 as above

    _check_superior(given)
    home = options.register_home(register)
    person = Person(employee, Role(given["role"]), given["department"], given["superior"])
    _print_password(login, accounts.add(home, login, person))
    strangers.warn(home, employee, *given["superior"], department=given["department"])


@users.command(short_help="Give an account a new password.")
@LOGIN
@REGISTER
def reset(login: str, register: "Home | None") -> None:
    """Give the account LOGIN a new password, print it, and let the account log in again."""
    from compliance.review import accounts  # noqa: PLC0415 `--help` must not wait for it

    _print_password(login, accounts.reset(options.register_home(register), login))


@users.command(short_help="Let an account log in no more.")
@LOGIN
@REGISTER
def disable(login: str, register: "Home | None") -> None:
    """Let the account LOGIN log in no more, and log it out."""
    from compliance.review import accounts  # noqa: PLC0415 `--help` must not wait for it

    accounts.disable(options.register_home(register), login)


@users.command(name="role", short_help="Give an account another role.")
@LOGIN
@REGISTER
@_role
def change_role(login: str, register: "Home | None", **given: Unpack[Standing]) -> None:
    """Give the account LOGIN another role, department and superiors, all of them anew."""
    from compliance.review import accounts  # noqa: PLC0415 `--help` must not wait for it
    from compliance.review.access import Person, Role  # noqa: PLC0415 as above

    _check_superior(given)
    person = Person("", Role(given["role"]), given["department"], given["superior"])
    home = options.register_home(register)
    accounts.change(home, login, person)
    strangers.warn(home, *given["superior"], department=given["department"])


def _check_superior(given: Standing) -> None:
    """Raise UserError where it is not said whose case somebody who decides may not deal with."""
    role = given["role"]
    if role in {"officer", "head"} and bool(given["superior"]) == given["no_superior"]:
        says = f"it is not said whose case this {role} may not deal with"
        raise UserError(says, help="name every superior with --superior, or give --no-superior")


def _print_password(login: str, password: str) -> None:
    output.write(f"{login}: {password}\n", None, exact=False)
