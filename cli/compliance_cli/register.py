"""`compliance register`: whether the register still is what was written, and what to keep of it."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compliance.model.finding import day_of
from compliance.model.problem import UserError
from compliance.standing import Exit
from compliance_cli import options, output, strangers
from compliance_cli.called_on import done_at, local_now
from compliance_cli.talk import Group, Talk, talking

if TYPE_CHECKING:
    from compliance.register.home import Home
    from compliance.register.signature import SignedHead
    from compliance.register.verify import Verified

LIMITS = """\
A chain can't show that its newest rows were cut off, nor that all of it was written anew. Keep the head elsewhere,
and give it with --head the next time.
"""


@click.group(cls=Group)
def register() -> None:
    """Verify and sign the register, take evidence out, look through its cases, remove personal texts."""


@register.command(short_help="Show whether anything in the register was changed.")
@options.register("The register to verify (default: that of the current folder).")
@click.option("--head", metavar="DIGEST", help="The head that was kept elsewhere; it must be in the chain.")
@click.option("--signed", type=options.FOLDER, metavar="FILE", help="A signed head, instead of --head.")
@click.option("--public-key", type=options.FOLDER, metavar="FILE", help="The key of whoever signed it.")
def verify(register: "Home | None", head: str | None, signed: Path | None, public_key: Path | None) -> Exit:
    """Read every row of the register and compare it with the chain of digests that was written with it.

    The first broken link is named: a row that was changed, is missing, was added or moved. The head of the chain is
    printed; kept elsewhere, it shows the next time that nothing was cut off.

    Exit status: 0 all of it holds; 1 a link is broken, or a signature; 2 there is no register.
    """
    from compliance.register.verify import verify as verified  # noqa: PLC0415 `--help` must not wait for it

    told = _signed(signed, public_key, head)
    if signed and not told:
        says = f"{signed}: not signed with the key {public_key}, or changed since; the register was not looked at\n"
        output.write(says, None, exact=False)
        return Exit.INCIDENT
    home = options.register_home(register)
    found = verified(home, told.head if told else head, told.events if told else None)
    if found.broken:
        output.write(broken(home, found), None, exact=False)
        return Exit.INCIDENT
    output.write(_sound(home, found, told), None, exact=False)
    return Exit.FINE


@register.command(short_help="Look for cases that may have been dealt with unfairly.")
@options.register("The register to look through (default: that of the current folder).")
@click.option("--within", type=options.DAYS, default="7d", show_default=True, metavar="DAYS", help="What is near.")
@click.option("--at", type=options.MOMENT, metavar="MOMENT", help="From when on, if not from now.")
@click.option(
    "--workspace", type=options.FOLDER, metavar="DIR", help="Look for what came since into these records, too."
)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How it is written.")
def check(
    register: "Home | None",
    within: timedelta,
    at: date | None,
    workspace: Path | None,
    format: str,  # noqa: A002 the words users see
) -> Exit:
    """Look for cases closed without evidence, decided without a hearing or close to the last day to act.

    It also tells who excuses far more than all others, which incidents alike in rule, number of findings and every step
    of their grade were judged differently, and which days or tables no audit covers. With --workspace, which records
    were written down after the audit of their period, and which waivers are about to lapse.

    Exit status: 0 there is nothing to look at; 1 there is.
    """
    from compliance.register import json, text  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.cases import all_cases  # noqa: PLC0415 as above
    from compliance.register.doubts import doubts  # noqa: PLC0415 as above
    from compliance.register.reviewed import audits  # noqa: PLC0415 as above

    home = options.register_home(register)
    today = day_of(at or local_now(options.zone(home)))
    until = today + within
    known = audits(home)
    found = doubts(all_cases(home), today=today, until=until, audits=known)
    if workspace:
        from compliance.later import later  # noqa: PLC0415 as above

        found += later(workspace, known, today=today, until=until)
    output.write(json.doubts(found) if format == "json" else text.doubts(found), None, exact=format == "json")
    return Exit.INCIDENT if found else Exit.FINE


@register.command(short_help="Remove people's own words about an incident.")
@click.argument("id", metavar="INCIDENT")
@options.register("The register (default: that of the current folder).")
@click.option("--by", metavar="EMPLOYEE", required=True, help="Who does this: an employee's id.")
@click.option("--at", type=options.MOMENT, metavar="MOMENT", help="When it was done, if not just now.")
@click.option("--why", metavar="TEXT", help="Why.")
def purge(id: str, register: "Home | None", by: str, at: date | None, why: str | None) -> None:  # noqa: A002 as above
    """Remove what people wrote in their own words about INCIDENT: reasons, explanations, remarks.

    Who did what and when stays, and so does the chain: it holds a salted digest of the words, never the words. The
    removal is a deed of its own. Copies elsewhere, such as evidence taken out before, are not reached.
    """
    from compliance.register import text  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.deeds import purge as purged  # noqa: PLC0415 as above

    home = options.register_home(register)
    now = local_now(options.zone(home))
    when = done_at(at, now)
    case = purged(home, id, by=by, at=when, text=why, written_down=now)
    output.write(text.shown(case), None, exact=False)
    strangers.warn(home, by)


@register.command(short_help="Take the evidence of an incident out.")
@click.argument("id", metavar="INCIDENT")
@options.register("The register (default: that of the workspace).")
@click.option(
    "--workspace",
    type=options.FOLDER,
    metavar="DIR",
    help="The workspace that was audited (default: that of the register, else the current folder).",
)
@click.option("-o", "--output", "target", type=options.FOLDER, metavar="FILE", required=True, help="The ZIP file.")
@options.taken_out_by
@talking
def export(  # noqa: PLR0917 as many as the command has
    talk: Talk,
    id: str,  # noqa: A002 as above
    register: "Home | None",
    workspace: Path | None,
    target: Path,
    by: str | None,
) -> None:
    """Write what INCIDENT rests on into one ZIP file, with a command that derives its verdict again.

    The records that count with their digests, the rules with theirs, the calendar and the roster as used, the
    explanation, what was done about it, and a small workspace of the people concerned. The verdict is derived again
    from that before anything is written; where it comes out differently, nothing is. That
    the file was taken out is put on record.
    """
    from compliance.evidence import export as exported  # noqa: PLC0415 `--help` must not wait for it
    from compliance.register.exports import exporting  # noqa: PLC0415 as above
    from compliance.review.enrolled import workspace_of  # noqa: PLC0415 as above

    output.check(target)
    beside = workspace_of(register) if register else None
    found = exported(workspace or beside or Path(), register, id)
    content = _zipped(found.files)
    now = local_now(options.zone(found.register))
    exporting(found.register, content, at=now, form="zip", incident=found.incident, by=by)
    output.keep(content, target)
    if found.whole:
        talk.say("records of people who are not concerned are in it too: without them the verdict would be another")
    output.write(f"{target}: evidence of incident {found.incident}, {len(found.files)} files\n", None, exact=False)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """The files in one ZIP, the same for the same files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _signed(signed: Path | None, public_key: Path | None, head: str | None) -> "SignedHead | None":
    """The signed head, if the key signed it; None where it did not, or where none was given."""
    if signed is None and public_key is None:
        return None
    if signed is None or public_key is None or head is not None:
        says = "a signed head is verified by its key alone"
        raise UserError(says, help="give --signed together with --public-key, and without --head")
    from compliance.register.signature import holds, read  # noqa: PLC0415 `--help` must not wait for it

    told = read(options.content(signed), str(signed))
    return told if holds(told, options.content(public_key), str(public_key)) else None


def broken(home: "Home", found: "Verified") -> str:
    """What is said of a register in which a link is broken."""
    head = f"head: {found.head}\n" if found.head else ""
    return f"register {home}: broken: {found.broken}\n{head}"


def _sound(home: "Home", found: "Verified", told: "SignedHead | None") -> str:
    audits = f"{found.audits} of them {'an audit' if found.audits == 1 else 'audits'}"
    lines = [f"register {home}: {_plural(found.events, 'event')}, {audits}; every link holds"]
    if told:
        lines.append(f"the head after {_plural(told.events, 'event')} was signed with the key {told.key} at {told.at}")
    if found.since is not None:
        lines.append(f"the head that was kept is in it, with {_plural(found.since, 'event')} after it")
    return "\n".join([*lines, f"head: {found.head}", LIMITS])


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
