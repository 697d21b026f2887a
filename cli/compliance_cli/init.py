"""`compliance init`: begin an own workspace, with a small one that runs as it is or with a manifest for own files."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

import click

from compliance.model.problem import UserError
from compliance_cli import options
from compliance_cli.called import called
from compliance_cli.talk import Command, Talk, talking

STARTER = Path(__file__).parent / "starter"

MANIFEST = "compliance.yaml"

NEXT = """Wrote {folder}: a manifest with every key explained, three small tables and two rules. They run as they are:
  {called} audit {folder}
Then name your own files in {manifest}."""

PROPOSED = """Wrote {manifest}: {tables}. What is guessed says so; read it, then see what can be answered:
  {called} check {folder}"""

Given = TypedDict("Given", {"from": tuple[str, ...], "folder": Path})


@click.command(cls=Command, short_help="Write a workspace to begin with.")
@click.option("--from", multiple=True, metavar="FILE", help="Write a manifest for this file; may be repeated.")
@click.argument("folder", metavar="[DIR]", type=options.FOLDER, default=Path())
@talking
def init(talk: Talk, **given: Unpack[Given]) -> None:
    """Write a small, commented workspace to DIR (default: the current folder), which must be empty or absent.

    With --from, write only the manifest for a file of yours to DIR, where there must be none: a CSV, JSON Lines or
    Parquet file, a sheet of a workbook (FILE::SHEET, where it has several), or an SQLite file with all its tables
    (FILE::TABLE for one). Which standard table each is, its key, times, people and types are guesses, each told as
    one in a comment. The file is not copied and not changed.
    """
    folder = given["folder"]
    if given["from"]:
        _propose(talk, given["from"], folder)
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not an empty folder", help="name another one; nothing was written")
    try:
        shutil.copytree(STARTER, folder, dirs_exist_ok=True, copy_function=shutil.copyfile, ignore=_ignored)
    except (OSError, shutil.Error) as error:
        raise _unwritable(folder, error) from error
    talk.say(NEXT.format(called=called(), folder=folder, manifest=folder / MANIFEST))


def _propose(talk: Talk, files: tuple[str, ...], folder: Path) -> None:
    from compliance.proposal import propose  # noqa: PLC0415 `--help` must not wait for it

    manifest = folder / MANIFEST
    if os.path.lexists(manifest):
        raise UserError(f"{manifest} is there already", help="name another folder; nothing was written")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is not a folder", help="name another one; nothing was written")
    proposal = propose(files, folder, datetime.now(tz=UTC).date())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with manifest.open("x", encoding="utf-8") as file:
            file.write(proposal.text)
    except OSError as error:
        raise _unwritable(folder, error) from error
    tables = ", ".join(proposal.tables)
    talk.say(PROPOSED.format(called=called(), folder=folder, manifest=manifest, tables=tables))


def _unwritable(folder: Path, error: Exception) -> UserError:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return UserError(f"{folder} can't be written to: {reason}", help="name another folder")


def _ignored(_folder: str, names: list[str]) -> list[str]:
    """What an audit of the starter itself may have left there."""
    return [name for name in names if name.startswith((".", "_", "register.sqlite"))]
