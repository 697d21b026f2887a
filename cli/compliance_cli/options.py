"""What options may hold, and the options that commands share."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from click.shell_completion import CompletionItem

from compliance.model.incident import GRADES
from compliance.model.problem import UserError

if TYPE_CHECKING:
    from compliance.register.home import Home
    from compliance.workspace.manifest import Calendar, Manifest

F = TypeVar("F", bound=Callable[..., object])

FOLDER = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, allow_dash=True)
MANIFEST = "compliance.yaml"
GRADE = click.Choice([grade.value for grade in GRADES])


class Moment(click.ParamType[date]):
    """A local day, or a local date and time."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date or datetime; a date stands for its 00:00."""
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            moment = date.fromisoformat(text) if len(text) <= len("2026-03-31") else datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"'{text}' is no date; write it as 2026-03-31 or '2026-03-31 18:00'.", param, ctx)
        if isinstance(moment, datetime) and moment.tzinfo:
            self.fail(f"'{text}' has an offset; local time is meant, so leave it out.", param, ctx)
        return moment


class Memory(click.ParamType[str]):
    """An amount of memory."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The amount as the engine takes it."""
        text = str(value)
        if not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", text):
            self.fail(f"'{text}' is no amount of memory; write it as 1GB or 512MB.", param, ctx)
        return text


class Days(click.ParamType[timedelta]):
    """A number of days, as `7d` or `7 days`, or of weeks, as `2w`."""

    name = "days"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The length."""
        if isinstance(value, timedelta):
            return value
        read = re.fullmatch(r"(\d{1,4}) ?(?:d|days?|(w|weeks?))?", str(value))
        if not read:
            self.fail(f"'{value}' is no number of days; write it as 7d or 2w.", param, ctx)
        return timedelta(days=int(read[1]) * (7 if read[2] else 1))


class Register(click.ParamType["Home"]):
    """A file, or the address of a PostgreSQL database without a secret in it."""

    name = "register"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> "Home":  # noqa: ARG002 click's own
        """Where the register is."""
        from compliance.register.home import home  # noqa: PLC0415 `--help` must not wait for it

        return home(str(value))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 as above
        """Files, as of any other path."""
        return [CompletionItem(incomplete, type="file")]


MOMENT = Moment()
DAYS = Days()
MEMORY = Memory()
REGISTER = Register()


def output(*formats: str) -> Callable[[F], F]:
    """`--format`, which a file's ending says where nobody does, and `-o`."""

    def chosen(context: click.Context, _: click.Parameter, given: str | None) -> str:
        file: Path | None = context.params["output"]
        ending = file.suffix.removeprefix(".").lower() if file else ""
        return given or (ending if ending in formats else "text")

    def decorate(function: F) -> F:
        says = "Write the report to this file instead of stdout, whole or not at all."
        function = click.option("-o", "--output", type=FILE, is_eager=True, metavar="FILE", help=says)(function)
        says = "How the report is written; default: as the ending of FILE says, else text."
        return click.option("--format", type=click.Choice(formats), callback=chosen, help=says)(function)

    return decorate


def pack(function: F) -> F:
    """`--pack`."""
    says = "A shipped pack by its name, or an own one by its path; may be repeated."
    return click.option("--pack", multiple=True, metavar="PACK", help=says)(function)


def register(says: str) -> Callable[[F], F]:
    """`--register`."""
    return click.option("--register", type=REGISTER, metavar="FILE|ADDRESS", help=says)


def taken_out_by(function: F) -> F:
    """`--by`."""
    says = "Who takes the file out: an employee's id, for the record."
    return click.option("--by", metavar="EMPLOYEE", help=says)(function)


def here() -> "Manifest | None":
    """The manifest of the workspace that the current folder is, if it is one."""
    from compliance.workspace.manifest import load_manifest  # noqa: PLC0415 `--help` must not wait for it

    return load_manifest(Path()).value if Path(MANIFEST).is_file() else None


def register_home(given: "Home | None") -> "Home":
    """The register that is named; else that of the workspace that the current folder is; else `register.sqlite`."""
    from compliance.register.home import home  # noqa: PLC0415 `--help` must not wait for it

    manifest = None if given else here()
    return given or home(manifest.register_ if manifest else "register.sqlite")


def content(file: Path) -> bytes:
    """What is in the file; raises UserError where it can't be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} can't be read", help="name a file that is there and that you may read") from error


def kept_by(register: "Home") -> "Manifest | None":
    """The manifest of the workspace that the register lies in, else of the one that the current folder is, if it is."""
    from compliance.review.enrolled import workspace_of  # noqa: PLC0415 `--help` must not wait for it
    from compliance.workspace.manifest import load_manifest  # noqa: PLC0415 as above

    workspace = workspace_of(register)
    return load_manifest(workspace).value if workspace else None


def calendar(register: "Home") -> "Calendar":
    """The calendar of that workspace; else Monday to Friday."""
    from compliance.workspace.manifest import Calendar  # noqa: PLC0415 `--help` must not wait for it

    manifest = kept_by(register)
    return manifest.calendar if manifest else Calendar()


def zone(register: "Home") -> str | None:
    """The time zone of that workspace; None where there is none."""
    manifest = kept_by(register)
    return manifest.timezone if manifest else None


def anchored(packs: tuple[str, ...]) -> tuple[str, ...]:
    """The packs with paths made absolute: on the command line they are relative to the current folder."""
    return tuple(str(Path(name).absolute()) if "/" in name or name.startswith(".") else name for name in packs)
