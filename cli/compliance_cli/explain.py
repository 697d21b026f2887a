"""`compliance explain`: why an incident or finding is what it is, as a tree."""

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from compliance.model.problem import UserError
from compliance_cli import options, output
from compliance_cli.talk import Command

if TYPE_CHECKING:
    from compliance.register.home import Home


class Given(TypedDict):
    """The argument and the options as they were given."""

    id: str
    register: "Home | None"
    format: str


@click.command(cls=Command, short_help="Explain an incident or finding: why it is what it is.")
@click.argument("id", metavar="ID")
@options.register("The register to look in (default: that of the current folder).")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How the explanation is written.")
def explain(**given: Unpack[Given]) -> None:
    """Explain the incident or finding ID as the last audit that found it left it.

    The clause, the values read, the records, the arithmetic, who answers and why, each step of the grade, what would
    put it right. The beginning of an ID is enough where no other one begins so.
    """
    from compliance.register.recall import find  # noqa: PLC0415 `--help` must not wait for it
    from compliance.reports import explain as reports  # noqa: PLC0415 as above

    file, key = options.register_home(given["register"]), given["id"]
    stored = find(file, key)
    if stored is None:
        advice = "ids stand in reports; what was met is not kept in the register"
        raise UserError(f"register {file}: no incident or finding has the id {key}", help=advice)
    written = reports.explain(stored) if given["format"] == "text" else reports.explain_json(stored)
    output.write(written, None, exact=given["format"] != "text")
