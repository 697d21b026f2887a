"""`compliance incidents`: the cases that the register holds, and what people do about them."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar, Unpack

import click

from compliance.model.finding import day_of
from compliance.model.history import CaseState, Deed
from compliance.standing import Exit
from compliance_cli import options, output
from compliance_cli.called_on import local_now, moment
from compliance_cli.talk import Group

if TYPE_CHECKING:
    from compliance.register.case import Case

F = TypeVar("F", bound=Callable[..., object])
REGISTER = options.register("The register (default: that of the current folder).")
FORMAT = click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
ID = click.argument("id", metavar="ID")
STATES = click.Choice([state.value for state in CaseState])


class Given(TypedDict):
    """What every deed is given."""

    id: str
    register: Path | None
    by: str
    at: date | None
    why: str | None
    format: str


class Filters(TypedDict):
    """Which cases are listed."""

    register: Path | None
    state: str | None
    department: str | None
    responsible: str | None
    assigned_to: str | None
    all: bool
    format: str


@click.group(cls=Group)
def incidents() -> None:
    """Hear, judge and close incidents that audits put into the register.

    A case is new, then an explanation is asked for; it is explained, or refused, reviewed, and upheld, excused or
    decided; it may be appealed and reopened, and is closed. Whoever answers for an incident may explain, appeal and
    comment, and do nothing else about it. The beginning of an ID is enough where no other one begins so.
    """


def _deed(*, why: bool) -> Callable[[F], F]:
    """The argument and options that every deed has."""
    says = "Why, in your own words; they can be removed later." if why else "Why, if there is something to say."

    def decorate(function: F) -> F:
        function = FORMAT(function)
        function = click.option("--why", metavar="TEXT", required=why, help=says)(function)
        at = "When it was done, if not just now."
        function = click.option("--at", type=options.MOMENT, metavar="MOMENT", help=at)(function)
        by = "Who does this: an employee's id."
        function = click.option("--by", metavar="EMPLOYEE", required=True, help=by)(function)
        return ID(REGISTER(function))

    return decorate


@incidents.command(name="list", short_help="List cases, a line each.")
@REGISTER
@click.option("--state", type=STATES, metavar="STATE", help="Only cases that stand there, such as new or upheld.")
@click.option("--department", metavar="NAME", help="Only cases of this department.")
@click.option("--responsible", metavar="EMPLOYEE", help="Only cases that this person answers for.")
@click.option("--assigned-to", metavar="EMPLOYEE", help="Only cases that were assigned to this person.")
@click.option("--all", is_flag=True, help="Closed cases too.")
@FORMAT
def listed(**given: Unpack[Filters]) -> None:
    """List the cases that are not closed, the gravest first."""
    from compliance.register import json, text  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.cases import all_cases  # noqa: PLC0415 as above

    found = [case for case in all_cases(options.register_file(given["register"])) if _chosen(case, given)]
    found.sort(key=lambda case: (-case.found.grade.rank if case.found.grade else 0, case.id))
    written = json.listed(found) if given["format"] == "json" else text.listed(found)
    output.write(written, None, exact=given["format"] == "json")


def _chosen(case: "Case", given: Filters) -> bool:
    wanted = (
        (given["state"], case.state.value),
        (given["department"], case.found.department),
        (given["responsible"], case.found.responsible),
        (given["assigned_to"], case.assignee),
    )
    is_open = given["all"] or given["state"] is not None or case.state is not CaseState.CLOSED
    return is_open and all(asked is None or asked == told for asked, told in wanted)


@incidents.command(short_help="Show the whole story of a case.")
@ID
@REGISTER
@FORMAT
def show(id: str, register: Path | None, format: str) -> None:  # noqa: A002 the words users see
    """Show the case ID: what audits said of it, what was done about it, by whom, when and why."""
    from compliance.register.cases import one_case  # noqa: PLC0415 `--help` must not wait for it

    _show(one_case(options.register_file(register), id), format)


@incidents.command(short_help="Say what has to be done soon.")
@REGISTER
@click.option("--within", type=options.DAYS, default="7d", show_default=True, metavar="DAYS", help="How far to look.")
@click.option("--at", type=options.MOMENT, metavar="MOMENT", help="From when on, if not from now.")
@FORMAT
def due(register: Path | None, within: timedelta, at: date | None, format: str) -> Exit:  # noqa: A002 as above
    """List terms of explanations, reminders that were put off and last days to act, overdue ones first.

    Exit status: 0 nothing is due; 1 something is.
    """
    from compliance.register import json, text  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.cases import all_cases  # noqa: PLC0415 as above
    from compliance.register.due import due as falling_due  # noqa: PLC0415 as above

    until = day_of(at or local_now()) + within
    found = falling_due(all_cases(options.register_file(register)), until=until)
    output.write(json.due(found) if format == "json" else text.due(found), None, exact=format == "json")
    return Exit.INCIDENT if found else Exit.FINE


@incidents.command(short_help="Give a case to somebody.")
@_deed(why=False)
@click.option("--to", metavar="EMPLOYEE", required=True, help="Who is to review it.")
def assign(to: str, **given: Unpack[Given]) -> None:
    """Give the case ID to somebody; once its person was heard, it is then under review."""
    from compliance.register.cases import one_case  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.deeds import check_assignee  # noqa: PLC0415 as above

    check_assignee(one_case(options.register_file(given["register"]), given["id"]), to)
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

    at = moment(given["at"] or local_now())
    _done(Deed.ASKED, given, due=term_of(at, day_of(due) if due else None, options.calendar()).isoformat())


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

    now = local_now()
    at = moment(given["at"] or now)
    written_down = {"recorded_at": now.isoformat()} if given["at"] else {}
    file = options.register_file(given["register"])
    case = do(file, given["id"], deed, by=given["by"], at=at, text=given["why"], details=details | written_down)
    _show(case, given["format"])


def _show(case: "Case", form: str) -> None:
    from compliance.register import json, text  # noqa: PLC0415 `--help` must not wait for it

    output.write(json.shown(case) if form == "json" else text.shown(case), None, exact=form == "json")
