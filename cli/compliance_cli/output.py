"""Where a result goes: stdout, or a file that is written whole or not at all."""

import os
import shutil
import sys
from pathlib import Path

import click

from compliance.model.problem import UserError

BINARY = frozenset({"xlsx", "pdf"})
"""The forms that are no text, so that a file or another program can take them, and no terminal."""


def check(path: Path | None, form: str = "text") -> None:
    """Refuse early what can't be written to, or a form that has no place there; raises UserError."""
    if path is None and form in BINARY and on_terminal():
        raise UserError(f"{form} is no text that can be shown here", help=f"name a file, as in -o report.{form}")
    if form == "pdf":
        from compliance.reports.paper import ready  # noqa: PLC0415 `--help` must not wait for it

        ready()
    if path is None:
        return
    if path.is_dir():
        raise UserError(f"{path} is a folder", help="name a file in it, such as report.html")
    if not path.parent.is_dir():
        raise UserError(f"there is no folder {path.parent}", help="make it first, or name a file elsewhere")


def on_terminal() -> bool:
    """Whether stdout is shown to somebody, and not read by a file or program."""
    return sys.stdout is not None and sys.stdout.isatty()


def write(written: str | bytes, path: Path | None, *, exact: bool) -> None:
    """Write the result; raises UserError where that fails, an earlier file then stands untouched.

    `exact` results are UTF-8 wherever they go; others follow the terminal's encoding.
    """
    content = encoded(written)
    if path is None:
        show(content if exact else written)
        return
    keep(content, path)


def encoded(written: str | bytes) -> bytes:
    """The bytes that a file gets."""
    return written if isinstance(written, bytes) else written.encode("utf-8", "backslashreplace")


def keep(content: bytes, path: Path) -> None:
    """Write bytes to a file, whole or not at all; raises UserError where that fails."""
    try:
        _put(content, path.resolve())
    except OSError as error:
        raise UserError(f"{path} can't be written: {_reason(error)}", help="name another file with -o") from error


def show(result: str | bytes) -> None:
    """Write to stdout; raises UserError where that fails, BrokenPipeError where nobody reads on."""
    try:
        click.echo(result, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError(f"the result can't be written: {_reason(error)}") from error


def _put(content: bytes, target: Path) -> None:
    """A file beside the target takes its place once it is whole; devices and pipes are written to directly."""
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
