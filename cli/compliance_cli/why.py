"""`compliance why`: any verdict on a rule, a person and a day, with its margin and what would have met it."""

from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack

import click

from compliance.model.finding import day_of
from compliance_cli import options, output
from compliance_cli.called_on import local_now
from compliance_cli.progress import Progress
from compliance_cli.talk import Command, Talk, talking


class Given(TypedDict):
    """The options as they were given."""

    rule: str
    who: str | None
    on: date
    as_of: date | None
    pack: tuple[str, ...]
    memory_limit: str
    format: str


@click.command(cls=Command, short_help="Say why a verdict is what it is, or why there is none.")
@click.argument("workspace", type=options.FOLDER)
@click.option("--rule", metavar="ID", required=True, help="The rule that is asked about.")
@click.option("--who", metavar="ID", help="Who owes or answers; without it what names nobody.")
@click.option("--on", type=options.MOMENT, metavar="DATE", required=True, help="The day that is asked about.")
@click.option("--as-of", type=options.MOMENT, metavar="DATE", help="Judge by what was known at this moment.")
@options.pack
@click.option("--memory-limit", type=options.MEMORY, default="1GB", show_default=True, help="What the engine may use.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How the answer is written.")
@talking
def why(talk: Talk, workspace: Path, **given: Unpack[Given]) -> None:
    """Say why the verdict on a rule, a person and a day is what it is, whatever it is.

    Without --who the verdicts are explained that name nobody, such as those on the other party of a contract.

    What was owed and why, what was read, what decided, by how much, and what would have met the duty: each such change
    is judged again before it is told. Where nothing was judged, the answer says why not. Every finding is shown whose
    window holds DATE, whose record happened on it, or that was due on it. Nothing is written to the register.

    Exit status: 0 there is an answer; 2 nobody knows the rule or the person, or the workspace or a rule is wrong.
    """
    from compliance.assess.period import ahead_of  # noqa: PLC0415 `--help` must not wait for it
    from compliance.why import Question, json, text  # noqa: PLC0415 as above
    from compliance.why import why as asked  # noqa: PLC0415 as above

    packs = options.anchored(given["pack"])
    on = day_of(given["on"])
    question = Question(given["rule"], given["who"], on, given["as_of"], packs, given["memory_limit"])
    with Progress(talk, ("why",)) as progress:
        found = asked(workspace, question, working=progress.working)
        progress.done("why")
    if given["as_of"] is None and (says := ahead_of(local_now(found.zone), found.as_of, found.period)):
        talk.say(f"warning: {says}")
    written = json.render(found) if given["format"] == "json" else text.render(found)
    output.write(written, None, exact=given["format"] == "json")
