"""`compliance demo`: judge the example trading house."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from compliance import shipped
from compliance.model.problem import UserError
from compliance_cli import output
from compliance_cli.called import called
from compliance_cli.examine import Examined, examine, rendered
from compliance_cli.progress import Progress
from compliance_cli.talk import Command, Talk, talking

FOLDER = Path("dutybook-demo")
MARK = ".gitignore"
MARKED = "# Made by `compliance demo`; remove the folder to start anew.\n*\n"
"""Keeps the demo out of a repository, and tells our folder from somebody else's."""

LEFT_BEHIND = (".*", "__pycache__", "*.py", "*.json", "register.sqlite*")
"""What lies in the example's folder but is no part of its workspace."""

NEXT = """
The same report as a page: {page}
The house's records, to look at and to change: {folder}, and what is hidden in them: {folder}/planted.md
What to try next:"""

TRIES = (
    "explain {incident} --register {register}",
    "audit {folder} --rule wholesale.calls-per-day --all",
    "init my-workspace",
)

PAGES = """
To deal with the incidents on pages, make a log-in, whose password is printed once, then serve them:
    {called} review users add sedov --employee sedov --role officer --superior orlova --register {register}
    {called} review {folder}"""


@click.command(cls=Command)
@talking
def demo(talk: Talk) -> None:
    """Judge the example: three months of a trading house.

    Copies the house's records to ./dutybook-demo (a copy that is there already is kept), audits them, and writes the
    report to stdout and, as a page, to dutybook-demo/report.html. The exit status is 0, whatever is found.
    """
    from compliance.audit import Options  # noqa: PLC0415 `--help` must not wait for it
    from compliance.reports.view import View  # noqa: PLC0415 as above

    _settle(FOLDER)
    page = FOLDER / "report.html"
    with Progress(talk) as progress:
        found = examine(FOLDER, Options(records=True), progress)
        report = rendered("text", found.audit, View(colour=talk.coloured_result, width=talk.width))
        output.write(rendered("html", found.audit, View()), page, exact=True)
    output.write(report, None, exact=False)
    progress.done("report")
    pages = PAGES.format(called=called(), register=found.register, folder=FOLDER)
    talk.say("\n".join([NEXT.format(page=page, folder=FOLDER), *_tries(found), pages]))


def _tries(found: Examined) -> Iterator[str]:
    """Commands that work as they stand; what there is nothing for is left out."""
    incident = next((incident.id[:8] for incident in found.audit.incidents), None)
    for words in TRIES[0 if incident else 1 :]:
        yield f"  {called()} {words.format(incident=incident, register=found.register, folder=FOLDER)}"


def _settle(folder: Path) -> None:
    """Put a copy of the example there, whole or not at all; keep one that is there; raise UserError for other files."""
    if folder.is_dir() and _ours(folder):
        return
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        says = f"./{folder} is there already, and `compliance demo` did not make it"
        raise UserError(says, help="move it away, or run the demo in another folder")
    try:
        with TemporaryDirectory(prefix=f".{folder}-", dir=folder.parent) as parent:
            made = Path(parent) / folder.name
            shutil.copytree(shipped.demo_world(), made, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
            (made / MARK).write_text(MARKED, encoding="utf-8")
            made.replace(folder)
    except OSError as error:
        raise UserError(f"./{folder} can't be made: {(error.strerror or str(error)).lower()}") from error


def _ours(folder: Path) -> bool:
    mark = folder / MARK
    return mark.is_file() and mark.read_text(encoding="utf-8", errors="replace") == MARKED
