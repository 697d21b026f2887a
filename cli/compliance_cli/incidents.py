"""`compliance incidents`: the cases that the register holds; what people do about them stands in `deeds`."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from compliance.model.finding import day_of
from compliance.model.history import CaseState
from compliance.standing import Exit
from compliance_cli import options, output
from compliance_cli.called_on import local_now
from compliance_cli.talk import Group

if TYPE_CHECKING:
    from compliance.register.case import Case
    from compliance.register.home import Home

REGISTER = options.register("The register (default: that of the current folder).")
FORMAT = click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
ID = click.argument("id", metavar="ID")
STATES = click.Choice([state.value for state in CaseState])


class Filters(TypedDict):
    """Which cases are listed."""

    register: "Home | None"
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


@incidents.command(name="list", short_help="List cases, a line each.")
@REGISTER
@click.option("--state", type=STATES, metavar="STATE", help="Only cases that stand there, such as new or upheld.")
@click.option("--department", metavar="NAME", help="Only cases of this department.")
@click.option("--responsible", metavar="EMPLOYEE", help="Only cases that this person answers for.")
@click.option("--assigned-to", metavar="EMPLOYEE", help="Only cases that were assigned to this person.")
@click.option("--all", is_flag=True, help="Closed cases too.")
@FORMAT
def listed(**given: Unpack[Filters]) -> None:
    """List the cases that are not closed, or got a further breach since, the gravest first."""
    from compliance.register import json, text  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.cases import all_cases  # noqa: PLC0415 as above

    found = [case for case in all_cases(options.register_home(given["register"])) if _chosen(case, given)]
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
    is_open = given["all"] or given["state"] is not None or case.state is not CaseState.CLOSED or case.unsettled
    return is_open and all(asked is None or asked == told for asked, told in wanted)


@incidents.command(short_help="Show the whole story of a case.")
@ID
@REGISTER
@FORMAT
def show(id: str, register: "Home | None", format: str) -> None:  # noqa: A002 the words users see
    """Show the case ID: what audits said of it, what was done about it, by whom, when and why."""
    from compliance.register.cases import one_case  # noqa: PLC0415 `--help` must not wait for it

    show_case(one_case(options.register_home(register), id), format)


@incidents.command(short_help="Say what has to be done soon.")
@REGISTER
@click.option("--within", type=options.DAYS, default="7d", show_default=True, metavar="DAYS", help="How far to look.")
@click.option("--at", type=options.MOMENT, metavar="MOMENT", help="From when on, if not from now.")
@FORMAT
def due(register: "Home | None", within: timedelta, at: date | None, format: str) -> Exit:  # noqa: A002 as above
    """List terms of explanations, reminders that were put off and last days to act, overdue ones first.

    Exit status: 0 nothing is due; 1 something is.
    """
    from compliance.register import json, text  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.cases import all_cases  # noqa: PLC0415 as above
    from compliance.register.due import due as falling_due  # noqa: PLC0415 as above

    home = options.register_home(register)
    until = day_of(at or local_now(options.zone(home))) + within
    found = falling_due(all_cases(home), until=until)
    output.write(json.due(found) if format == "json" else text.due(found), None, exact=format == "json")
    return Exit.INCIDENT if found else Exit.FINE


def show_case(case: "Case", form: str) -> None:
    """Print the whole story of a case."""
    from compliance.register import json, text  # noqa: PLC0415 `--help` must not wait for it

    output.write(json.shown(case) if form == "json" else text.shown(case), None, exact=form == "json")
