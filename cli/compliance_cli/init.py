"""`compliance init`: begin an own workspace with a small one that runs as it is."""

import shutil
from pathlib import Path

import click

from compliance.model.problem import UserError
from compliance_cli import options
from compliance_cli.called import called
from compliance_cli.talk import Command, Talk, talking

STARTER = Path(__file__).parent / "starter"

NEXT = """Wrote {folder}: a manifest with every key explained, three small tables and two rules. They run as they are:
  {called} audit {folder}
Then name your own files in {manifest}."""


@click.command(cls=Command, short_help="Write a small workspace to begin with.")
@click.argument("folder", metavar="[DIR]", type=options.FOLDER, default=Path())
@talking
def init(talk: Talk, folder: Path) -> None:
    """Write a small, commented workspace to DIR (default: the current folder), which must be empty or absent."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not an empty folder", help="name another one; nothing was written")
    try:
        shutil.copytree(STARTER, folder, dirs_exist_ok=True, copy_function=shutil.copyfile, ignore=_ignored)
    except (OSError, shutil.Error) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise UserError(f"{folder} can't be written to: {reason}", help="name another folder") from error
    talk.say(NEXT.format(called=called(), folder=folder, manifest=folder / "compliance.yaml"))


def _ignored(_folder: str, names: list[str]) -> list[str]:
    """What an audit of the starter itself may have left there."""
    return [name for name in names if name.startswith((".", "_", "register.sqlite"))]
