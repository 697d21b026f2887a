"""`compliance explain`: why an incident or finding is what it is, as a tree, as JSON or as a letter."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from compliance.model.problem import UserError
from compliance_cli import edition as editions
from compliance_cli import options, output
from compliance_cli.called_on import local_now
from compliance_cli.talk import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compliance.model.history import CaseEvent
    from compliance.register.home import Home
    from compliance.reports.kept import Stored


class Given(TypedDict):
    """The argument and the options as they were given."""

    id: str
    register: "Home | None"
    format: str
    output: Path | None
    edition: str
    salt: str | None
    by: str | None


@click.command(cls=Command, short_help="Explain an incident or finding: why it is what it is.")
@click.argument("id", metavar="ID")
@options.register("The register to look in (default: that of the current folder).")
@options.output("text", "json", "pdf")
@editions.options
@options.taken_out_by
def explain(**given: Unpack[Given]) -> None:
    """Explain the incident or finding ID as the last audit that found it left it, and how its case stands now.

    The clause, the values read, the records, the arithmetic, who answers and why, each step of the grade, what would
    put it right. The beginning of an ID is enough where no other one begins so. As PDF an incident is a letter to the
    person concerned, with what may be answered and until when. What is written to a file is put on record.
    """
    from compliance.register.recall import find  # noqa: PLC0415 `--help` must not wait for it

    file, key, form = options.register_home(given["register"]), given["id"], given["format"]
    target = given["output"] if str(given["output"]) != "-" else None
    output.check(target, form)
    edition = editions.chosen(given["edition"], given["salt"])
    stored = find(file, key)
    if stored is None:
        advice = "ids stand in reports; what was met is not kept in the register"
        raise UserError(f"register {file}: no incident or finding has the id {key}", help=advice)
    if form == "pdf" and stored.kind != "incident":
        raise UserError(f"{stored.id} is a finding, and a letter is about an incident", help="give an incident's id")
    written = _written(form, *_told(file, stored, edition))
    if target:
        _exporting(file, stored, output.encoded(written), given)
    output.write(written, target, exact=form != "text")


def _told(file: "Home", stored: "Stored", edition: editions.Edition) -> "tuple[Stored, Sequence[CaseEvent]]":
    """What is told and what was done about it, in the edition that was asked for."""
    from compliance.register.cases import one_case  # noqa: PLC0415 as above
    from compliance.register.recall import people  # noqa: PLC0415 as above
    from compliance.reports import pseudonymous_story as story  # noqa: PLC0415 as above
    from compliance.reports.pseudonyms import Pseudonyms  # noqa: PLC0415 as above

    events = one_case(file, stored.id).events if stored.kind == "incident" else ()
    if not edition.pseudonymous:
        return stored, events
    names = Pseudonyms(edition.salt, stored.audit, people(file))
    return story.pseudonymous(stored, names), story.events(events, names)


def _written(form: str, stored: "Stored", events: "Sequence[CaseEvent]") -> str | bytes:
    from compliance.register.moves import state_of  # noqa: PLC0415 as above
    from compliance.reports import explain as reports  # noqa: PLC0415 as above
    from compliance.reports import letter  # noqa: PLC0415 as above

    if form == "pdf":
        return letter.render(stored, events)
    if form == "json":
        return reports.explain_json(stored)
    return reports.explain(stored, events, state_of(events) if events else None)


def _exporting(file: "Home", stored: "Stored", content: bytes, given: Given) -> None:
    from compliance.register.exports import exporting  # noqa: PLC0415 as above

    incident = stored.id if stored.kind == "incident" else None
    finding = {} if incident else {"finding": stored.id}
    how = {"form": given["format"], "edition": given["edition"]}
    now = local_now(options.zone(file))
    exporting(file, content, at=now, incident=incident, by=given["by"], **how, **finding)
