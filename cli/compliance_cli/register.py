"""`compliance register`: whether the register still is what was written, and what to keep of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.standing import Exit
from compliance_cli import options, output
from compliance_cli.talk import Group

if TYPE_CHECKING:
    from compliance.register.verify import Verified

LIMITS = """\
A chain can't show that its newest rows were cut off, nor that all of it was written anew. Keep the head elsewhere,
and give it with --head the next time.
"""


@click.group(cls=Group)
def register() -> None:
    """Verify the register, take evidence out of it, look through its cases, remove personal texts."""


@register.command(short_help="Show whether anything in the register was changed.")
@options.register("The register to verify (default: that of the current folder).")
@click.option("--head", metavar="DIGEST", help="The head that was kept elsewhere; it must be in the chain.")
def verify(register: Path | None, head: str | None) -> Exit:
    """Read every row of the register and compare it with the chain of digests that was written with it.

    The first broken link is named: a row that was changed, is missing, was added or moved. The head of the chain is
    printed; kept elsewhere, it shows the next time that nothing was cut off.

    Exit status: 0 all of it holds; 1 a link is broken; 2 the file is no register.
    """
    from compliance.register.verify import verify as verified  # noqa: PLC0415 `--help` must not wait for it

    file = options.register_file(register)
    found = verified(file, head)
    output.write("".join(f"{line}\n" for line in _lines(file, found)), None, exact=False)
    return Exit.INCIDENT if found.broken else Exit.FINE


def _lines(file: Path, found: "Verified") -> list[str]:
    counted = (
        f"{_plural(found.events, 'event')}, {found.audits} of them {'an audit' if found.audits == 1 else 'audits'}"
    )
    if found.broken:
        return [f"register {file}: broken: {found.broken}", *([f"head: {found.head}"] if found.head else [])]
    since = (
        []
        if found.since is None
        else [f"the head that was kept is in it, with {_plural(found.since, 'event')} after it"]
    )
    return [f"register {file}: {counted}; every link holds", *since, f"head: {found.head}", LIMITS.rstrip()]


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
