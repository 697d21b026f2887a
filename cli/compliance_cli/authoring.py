"""`compliance rules` for whoever writes them: the files' schema, a new rule, and what a change of rules changes."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from compliance.model.incident import Grade
from compliance.model.printable import printable
from compliance.model.problem import UserError
from compliance.standing import Exit
from compliance_cli import options, output
from compliance_cli.called import called
from compliance_cli.talk import Command, Talk, talking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compliance.rulebook.schema import Clause


class Begun(TypedDict):
    """What a new rule is to be."""

    folder: Path
    kind: str | None
    clause: str | None
    name: str | None
    title: str | None
    severity: str


KINDS = (
    "quota", "deadline", "response", "precedence", "prohibition", "condition", "limit", "interval", "sequence",
    "fulfilment", "level", "reconciliation",
)  # fmt: skip
"""The kinds, written out: `--help` must not wait for their modules; a test holds the two together."""

FILES = ("rule", "case", "document", "parameters", "manifest", "waivers")
"""The sorts of files that have a schema."""


@click.command(cls=Command, short_help="Print the JSON Schema of a sort of file.")
@click.argument("name", metavar="[FILE]", type=click.Choice(FILES), default="rule")
def schema(name: str) -> None:
    """Print the JSON Schema (draft 2020-12) of FILE: rule, case, document, parameters, manifest or waivers.

    It is made from the models that read these files. Keep it beside them and write
    `# yaml-language-server: $schema=rule.schema.json` as a file's first line: an editor completes its keys and marks
    those it does not know. Tables, columns and names in expressions are checked by `compliance rules lint`.
    """
    from compliance.schemas import render  # noqa: PLC0415 `--help` must not wait for it

    output.write(render(name), None, exact=True)


@click.command(cls=Command, short_help="Begin a rule, with its cases.")
@click.argument("folder", metavar="DIR", type=options.FOLDER)
@click.option("--kind", type=click.Choice(KINDS), metavar="KIND", help=f"One of {', '.join(KINDS)}; else asked for.")
@click.option("--clause", metavar="CLAUSE", help="The clause that obliges, as form/duties/1; else asked for.")
@click.option(
    "--name", metavar="NAME", help="The file's name and the last part of the id; default: of kind and clause."
)
@click.option("--title", metavar="TITLE", help="What the rule asks, in a sentence; default: the words of the clause.")
@click.option("--severity", type=options.GRADE, default="minor", help="How grave a breach is.")
@talking
def new(talk: Talk, **given: Unpack[Begun]) -> None:
    """Write a new rule of any kind to DIR, a pack or a folder to become one, with the cases beside it.

    Both pass `rules lint` and `rules test` as they are written. What stands in them is an example on a standard
    table, with the rule's name as a word of records: put in the records, bounds and cases that are meant. Where the
    pack has a document, the clause is one of its duties, with the norms that no rule of the pack covers yet, and the
    bearer holds its position; without one the bearer is an example, too. A file that is there already is never touched.
    """
    from compliance.rulebook import outline  # noqa: PLC0415 `--help` must not wait for it

    pack = outline.pack_at(given["folder"])
    try:
        kind = given["kind"] or click.prompt("Kind", type=click.Choice(KINDS), err=True)
        clause = given["clause"] or _asked_clause(talk, outline.clauses(pack))
    except click.Abort:
        if talk.interrupted:
            raise
        raise UserError("nobody is there to answer", help="give --kind and --clause") from None
    severity = Grade(given["severity"])
    files = outline.outlined(pack, outline.Wanted(kind, clause, given["name"], given["title"], severity))
    outline.write(files)
    output.write("".join(f"{path}\n" for path in files), None, exact=False)
    folder = given["folder"]
    talk.say(f"put in what is meant; then `{called()} rules lint {folder}` and `{called()} rules test {folder}`")


def _asked_clause(talk: Talk, known: "Mapping[str, Clause]") -> str:
    """The clause that is typed in; where there is a document, one of its own."""
    for name, clause in known.items():
        talk.say(printable(f"  {name}  {' '.join(clause.text.split())}"))
    kind = click.Choice(list(known)) if known else click.STRING
    found: str = click.prompt("Clause", type=kind, show_choices=False, err=True)
    return found


@click.command(cls=Command, short_help="Tell what changed between two states of rules.")
@click.argument("old", metavar="OLD", type=options.FOLDER)
@click.argument("new", metavar="NEW", type=options.FOLDER)
@click.option("--on", type=options.FOLDER, metavar="WORKSPACE", help="Tell what it changes on these records, too.")
@click.option("--format", type=click.Choice(["text", "json", "md"]), default="text", help="How changes are written.")
@talking
def diff(talk: Talk, old: Path, new: Path, on: Path | None, format: str) -> Exit:  # noqa: A002 the word users see
    """Tell which rules came, which went, and of the others each key that differs, with its old and new value.

    OLD and NEW are packs, folders of packs, or rule files. Of folders, parameters are compared too, value by value
    and day by day, and documents clause by clause. Rules are told apart by their ids, wherever they stand. Comments,
    layout, short forms and defaults that are written out are no change.

    With --on the workspace is audited twice: with the packs at OLD, and with those at NEW, each beside its other packs.
    Breaches that came, went or are graded otherwise are told by person and rule.

    Exit status: 0 nothing changed; 1 something did; 2 a file can't be read.
    """
    from compliance.changes import compare, json, md, text, tried  # noqa: PLC0415 `--help` must not wait for it

    changes = compare(old, new)
    found = tried(old, new, on) if on is not None else None
    if format == "json":
        written = json.render(changes, found)
    elif format == "md":
        written = md.render(changes) + (md.render_effects(found) if found is not None else "")
    else:
        colour = talk.coloured_result
        told = text.render_effects(found, colour=colour) if found is not None else ""
        written = text.render(changes, colour=colour) + told
    output.write(written, None, exact=format != "text")
    return Exit.INCIDENT if changes or found else Exit.FINE
