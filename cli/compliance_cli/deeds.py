"""The commands of `compliance incidents` that put a deed on record."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypedDict, TypeVar, Unpack

import click

from compliance.model.finding import day_of
from compliance.model.history import Deed
from compliance_cli import options, strangers
from compliance_cli.called_on import done_at, local_now, moment
from compliance_cli.incidents import FORMAT, ID, REGISTER, incidents, show_case

if TYPE_CHECKING:
    from compliance.register.home import Home

__all__ = ["incidents"]

F = TypeVar("F", bound=Callable[..., object])


class Given(TypedDict):
    """What every deed is given."""

    id: str
    register: "Home | None"
    by: str
    at: date | None
    why: str | None
    format: str


def _deed(*, why: bool) -> Callable[[F], F]:
    """The argument and options that every deed has."""
    says = "Why, in your own words; they can be removed later." if why else "Why, if there is something to say."

    def decorate(function: F) -> F:
        function = FORMAT(function)
        written = _written if why else None
        function = click.option("--why", metavar="TEXT", required=why, callback=written, help=says)(function)
        at = "When it was done, if not just now."
        function = click.option("--at", type=options.MOMENT, metavar="MOMENT", help=at)(function)
        by = "Who does this: an employee's id."
        function = click.option("--by", metavar="EMPLOYEE", required=True, help=by)(function)
        return ID(REGISTER(function))

    return decorate


def _written(_context: click.Context, _parameter: click.Parameter, words: str) -> str:
    """The words, refused where there are none."""
    if not words.strip():
        raise click.BadParameter("nothing is written there.")
    return words


@incidents.command(short_help="Give a case to somebody.")
@_deed(why=False)
@click.option("--to", metavar="EMPLOYEE", required=True, help="Who is to review it.")
def assign(to: str, **given: Unpack[Given]) -> None:
    """Give the case ID to somebody; once its person was heard, it is then under review."""
    from compliance.register.cases import one_case  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.deeds import check_assignee  # noqa: PLC0415 as above

    check_assignee(one_case(options.register_home(given["register"]), given["id"]), to)
    _done(Deed.ASSIGNED, given, to=to)


@incidents.command(short_help="Say something about a case.")
@_deed(why=True)
def comment(**given: Unpack[Given]) -> None:
    """Put a remark beside the case ID; it stays as it is."""
    _done(Deed.COMMENTED, given)


@incidents.command(short_help="Put the reminder of a case off.")
@_deed(why=False)
@click.option("--until", type=options.MOMENT, metavar="DATE", required=True, help="The day to be reminded on.")
def snooze(until: date, **given: Unpack[Given]) -> None:
    """Put off when the case ID is due; never the last day on which the law allows to act."""
    _done(Deed.SNOOZED, given, until=day_of(until).isoformat())


@incidents.command(short_help="Ask for an explanation.")
@_deed(why=False)
@click.option("--due", type=options.MOMENT, metavar="DATE", help="The last day for it (default: two working days on).")
def ask(due: date | None, **given: Unpack[Given]) -> None:
    """Ask whoever answers for the incident ID to explain; nothing is judged before the answer, or the term's end."""
    from compliance.register.deeds import term_of  # noqa: PLC0415 `--help` must not wait for it

    home = options.register_home(given["register"])
    at = moment(given["at"] or local_now(options.zone(home)))
    _done(Deed.ASKED, given, due=term_of(at, day_of(due) if due else None, options.calendar(home)).isoformat())


@incidents.command(short_help="Record the explanation.")
@_deed(why=True)
def answer(**given: Unpack[Given]) -> None:
    """Record what was explained about the incident ID; --why is the explanation."""
    _done(Deed.ANSWERED, given)


@incidents.command(short_help="Record that the explanation was refused.")
@_deed(why=False)
def refuse(**given: Unpack[Given]) -> None:
    """Record that the explanation of the incident ID was refused."""
    _done(Deed.REFUSED, given)


@incidents.command(short_help="Say that the breach stands.")
@_deed(why=True)
def uphold(**given: Unpack[Given]) -> None:
    """Say that the incident ID is a breach and whoever answers for it answers; only after the person was heard."""
    _done(Deed.UPHELD, given)


@incidents.command(short_help="Say that there was a good reason.")
@_deed(why=True)
def excuse(**given: Unpack[Given]) -> None:
    """Say that there was a good reason for the incident ID; it stays on record."""
    _done(Deed.EXCUSED, given)


@incidents.command(short_help="Say what follows from it.")
@_deed(why=True)
@click.option("--measure", metavar="TEXT", required=True, help="The measure that was decided.")
def decide(measure: str, **given: Unpack[Given]) -> None:
    """Uphold the incident ID, if nobody has yet, and decide the measure; only after the person was heard."""
    _done(Deed.DECIDED, given, measure=measure)


@incidents.command(short_help="Contest what was decided.")
@_deed(why=True)
def appeal(**given: Unpack[Given]) -> None:
    """Contest that the incident ID was upheld or what was decided; what stood until then stays on record."""
    _done(Deed.APPEALED, given)


@incidents.command(short_help="Look at a case again.")
@_deed(why=True)
def reopen(**given: Unpack[Given]) -> None:
    """Put the incident ID under review again; what was said before stays on record and no longer holds."""
    _done(Deed.REOPENED, given)


@incidents.command(short_help="Close a case.")
@_deed(why=True)
def close(**given: Unpack[Given]) -> None:
    """Close the case ID; it can be reopened. No audit closes one, not even where it finds the incident no more."""
    _done(Deed.CLOSED, given)


def _done(deed: Deed, given: Given, **details: str) -> None:
    """Put the deed on record and show the case."""
    from compliance.register.deeds import do  # noqa: PLC0415 `--help` must not wait for it

    file = options.register_home(given["register"])
    now = local_now(options.zone(file))
    at = done_at(given["at"], now)
    written_down = {"recorded_at": now.isoformat()} if given["at"] else {}
    case = do(file, given["id"], deed, by=given["by"], at=at, text=given["why"], details=details | written_down)
    show_case(case, given["format"])
    strangers.warn(file, given["by"], *([details["to"]] if "to" in details else ()))
