"""`compliance check`: what a workspace's records can answer, and what is missing."""

from pathlib import Path

import click

from compliance.standing import Exit
from compliance_cli import options, output
from compliance_cli.progress import Progress
from compliance_cli.talk import Command, Talk, talking


@click.command(cls=Command, short_help="Say what WORKSPACE can answer, and what is missing.")
@click.argument("workspace", type=options.FOLDER)
@options.pack
@click.option("--memory-limit", type=options.MEMORY, default="1GB", show_default=True, help="What the engine may use.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How the outcome is written.")
@talking
def check(talk: Talk, workspace: Path, pack: tuple[str, ...], memory_limit: str, format: str) -> Exit:  # noqa: A002 the word users see
    """Say which rules can be answered from what WORKSPACE records, and what is missing for the others.

    Also: every table with its columns, their types and what tells them, and its first rows; titles that no rule
    names; what looks odd. Nobody is judged, and nothing is written to the register.

    Exit status: 0 every rule can be answered, at least in part; 1 some rule can't; 2 the command, the workspace or a
    rule is wrong, or a source can't be read.
    """
    from compliance import check as checking  # noqa: PLC0415 `--help` must not wait for it
    from compliance.check import json, text  # noqa: PLC0415 as above

    with Progress(talk, ("check",)) as progress:
        found = checking.check(workspace, options.anchored(pack), memory_limit=memory_limit, working=progress.working)
        progress.done("check")
    if format == "json":
        output.write(json.render(found), None, exact=True)
    else:
        output.write(text.render(found, colour=talk.coloured_result, width=talk.width), None, exact=False)
    return Exit.FINE if found.answerable else Exit.INCIDENT
