"""`compliance audit`: judge what a workspace records by what its rules demand."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from compliance.model.incident import Grade
from compliance.model.printable import in_lines
from compliance.model.problem import UserError
from compliance.standing import Exit, exit_status
from compliance_cli import edition as editions
from compliance_cli import options, output
from compliance_cli.beside import Beside
from compliance_cli.called_on import local_now
from compliance_cli.examine import FORMS, WHOLE, Examined, examine, rendered
from compliance_cli.progress import Progress
from compliance_cli.talk import Command, Talk, talking

if TYPE_CHECKING:
    from compliance.audit import Options
    from compliance.register.home import Home
    from compliance.reports.earlier import Earlier
    from compliance.reports.view import View


MANY = 5_000
"""From how many findings and incidents on a report is worth a process of its own."""

MOST = 150_000
"""Up to how many: such a process comes to hold a second copy of what it tells."""

# By the options' names, since the environment's are made of them: --from is COMPLIANCE_AUDIT_FROM.
Given = TypedDict(
    "Given",
    {
        "from": date | None,
        "to": date | None,
        "as_of": date | None,
        "pack": tuple[str, ...],
        "judge": Literal["durable", "plain", "both"],
        "engine": Literal["duckdb"],
        "memory_limit": str,
        "all": bool,
        "strict": bool,
        "fail_on": str,
        "baseline": Path | None,
        "format": str,
        "edition": str,
        "salt": str | None,
        "smallest_group": int,
        "output": Path | None,
        "register": "Home | None",
        "show_sql": bool,
        "rule": str | None,
        "bearer": str | None,
        "department": str | None,
        "limit": int | None,
    },
)


@click.command(cls=Command)
@click.argument("workspace", type=options.FOLDER)
@click.option("--from", type=options.MOMENT, metavar="DATE", help="First day of the audited period.")
@click.option("--to", type=options.MOMENT, metavar="DATE", help="The day after the last one of the period.")
@click.option("--as-of", type=options.MOMENT, metavar="DATE", help="Judge by what was known at this moment.")
@options.pack
@click.option(
    "--judge",
    type=click.Choice(["durable", "plain", "both"]),
    default="both",
    show_default=True,
    help="Who grades: durable-rules, the plain judge, or both, who must agree.",
)
@click.option(
    "--engine", type=click.Choice(["duckdb"]), default="duckdb", show_default=True, help="Who asks the records."
)
@click.option("--memory-limit", type=options.MEMORY, default="1GB", show_default=True, help="What the engine may use.")
@click.option("--all", is_flag=True, help="Report what was met and what was not owed, too.")
@click.option("--strict", is_flag=True, help="Exit with 3 if anything could not be determined.")
@click.option(
    "--fail-on",
    type=options.GRADE,
    default="moderate",
    show_default=True,
    metavar="GRADE",
    help="Exit with 1 if an incident is at least of this grade: observation, minor, moderate, serious or critical.",
)
@click.option(
    "--baseline",
    type=options.FOLDER,
    metavar="FILE",
    help="An earlier audit's JSON report: mark what is new against it, and let the exit status count only that.",
)
@options.output(*FORMS)
@editions.options
@click.option(
    "--smallest-group",
    type=click.IntRange(min=2),
    default=5,
    show_default=True,
    metavar="N",
    help="In the pseudonymous edition, tell no group of fewer.",
)
@options.register("Remember the audit there instead of in the workspace's own register.")
@click.option("--show-sql", is_flag=True, help="Print the queries that were asked, on stderr.")
@click.option("--rule", metavar="ID", help="Show only this rule.")
@click.option("--bearer", metavar="ID", help="Show only who owes or answers under this id.")
@click.option("--department", metavar="NAME", help="Show only this department.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Show at most so many incidents.")
@talking
def audit(talk: Talk, workspace: Path, **given: Unpack[Given]) -> Exit:
    """Judge what WORKSPACE records by what its rules demand.

    WORKSPACE is a folder with a compliance.yaml. The report goes to stdout. --rule, --bearer, --department and
    --limit choose what is shown; they change neither a count nor the exit status.

    Exit status: 0 no incident at or above --fail-on is open; 1 one is; 2 the command, the workspace or a rule is
    wrong; 3 nothing could be checked; 70 a fault of this program. With --baseline, incidents known to it do not
    count; one with a further breach, or a graver one, is new.
    """
    target = given["output"] if str(given["output"]) != "-" else None
    output.check(target, given["format"])
    edition = editions.chosen(given["edition"], given["salt"], given["smallest_group"])
    earlier = _earlier(given["baseline"])
    form = given["format"]

    def made(found: Examined) -> str | bytes:
        view = _view(talk, given, found, shown=target is None)
        return rendered(form, edition.of(found.audit, view), view)

    beside: Beside[Examined] = Beside(lambda found: output.encoded(made(found)))
    with Progress(talk) as progress, beside:
        found = examine(workspace, _options(given, talk), progress, earlier, partial(_ahead, beside, form))
        report = beside.answer(found) if form in WHOLE else made(found)
    _warn(talk, given, found)
    _spare(found.register, target)
    if target:
        _exporting(found, output.encoded(report), form, edition)
    output.write(report, target, exact=form != "text")
    progress.done("report")
    if given["show_sql"]:
        _show(found)
    return exit_status(found.audit, fail_on=Grade(given["fail_on"]), strict=given["strict"])


def _show(found: Examined) -> None:
    """Every query on stderr, as a statement in lines."""
    from compliance.sql import laid_out  # noqa: PLC0415 `--help` must not wait for it

    told = (in_lines(laid_out(query, found.audit.engine)) for query in found.queries)
    click.echo("\n\n".join(f"{each};" for each in told), err=True)


def _warn(talk: Talk, given: Given, found: Examined) -> None:
    """Say on stderr what the report has no place for: it stays the same whenever it is made and whoever proof-reads."""
    from compliance.assess.period import ahead_of  # noqa: PLC0415 `--help` must not wait for it

    audit = found.audit
    if given["as_of"] is None and (says := ahead_of(local_now(audit.zone), audit.as_of, audit.period)):
        talk.say(f"warning: {says}")
    for doubt in found.doubts:
        talk.say(f"note: {doubt.line()} (`rules lint` calls this an error)")


def _ahead(beside: Beside[Examined], form: str, found: Examined) -> None:
    """Begin the report beside the register, if it is long."""
    if form in WHOLE and MANY <= len(found.audit.findings) + len(found.audit.incidents) <= MOST:
        beside.begin(found)


def _exporting(found: Examined, content: bytes, form: str, edition: editions.Edition) -> None:
    from compliance.register.exports import exporting  # noqa: PLC0415 `--help` must not wait for it

    at = local_now(found.audit.zone)
    exporting(found.register, content, at=at, form=form, edition=edition.name, audit=found.audit.id)


def _earlier(path: Path | None) -> "Earlier | None":
    from compliance.reports.earlier import read  # noqa: PLC0415 `--help` must not wait for it

    return read(path) if path else None


def _options(given: Given, talk: Talk) -> "Options":
    from compliance.audit import Options  # noqa: PLC0415 `--help` must not wait for it

    return Options(
        start=given["from"],
        end=given["to"],
        as_of=given["as_of"],
        packs=options.anchored(given["pack"]),
        judge=given["judge"],
        engine=given["engine"],
        memory_limit=given["memory_limit"],
        keep_all=given["all"],
        records=given["format"] in {"html", "pdf"},
        proofread=not talk.quiet,
        register=given["register"],
    )


def _view(talk: Talk, given: Given, found: Examined, *, shown: bool) -> "View":
    """What is shown; raises UserError where a filter names what the audit does not know."""
    from compliance.reports.view import View  # noqa: PLC0415 `--help` must not wait for it
    from compliance_cli import filters  # noqa: PLC0415 as above

    rule, bearer, department = given["rule"], given["bearer"], given["department"]
    filters.check(found.audit, rule, bearer, department)
    width = talk.width if shown else None
    return View(rule, bearer, department, given["limit"], shown and talk.coloured_result, width)


def _spare(register: "Home", target: Path | None) -> None:
    """Refuse to write the report over the register."""
    if target and isinstance(register, Path) and target.exists() and register.exists() and target.samefile(register):
        raise UserError(f"{target} is the register", help="name another file with -o")
