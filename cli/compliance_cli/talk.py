"""What the command says beside its result: all of it on stderr."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

import click

from compliance.model.printable import in_lines


@contextmanager
def unheard() -> Iterator[None]:
    """Where stderr takes nothing (a full disk, a closed pipe), what is said there is lost, and nothing else is."""
    try:
        yield
    except OSError:
        # What is still held back would fail once more at the very end, and that would be the exit status.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stderr__.fileno() if sys.__stderr__ else 2)


@dataclass
class Talk:
    """How much is said, and whether in colour."""

    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    interrupted: bool = False

    def interrupt(self, _signal: int, _frame: object) -> NoReturn:
        """Ctrl-C was pressed; remembered, since the engine makes an error of its own of it."""
        self.interrupted = True
        raise KeyboardInterrupt

    def say(self, text: str) -> None:
        """Something worth knowing; silent with `-q`."""
        if not self.quiet:
            with unheard():
                click.echo(in_lines(text), err=True)

    def detail(self, text: str) -> None:
        """Something for whoever asked with `-v`."""
        if self.verbose:
            self.say(text)

    @property
    def colour(self) -> bool:
        """Whether colour is welcome where a terminal shows it (https://no-color.org)."""
        return not self.no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def coloured_result(self) -> bool:
        """Whether the result goes to a terminal that shows colour."""
        return self.colour and sys.stdout is not None and sys.stdout.isatty()

    @property
    def width(self) -> int | None:
        """The columns of the terminal that the result goes to; None where it goes to none."""
        return shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None

    @property
    def on_terminal(self) -> bool:
        """Whether somebody watches stderr."""
        return not self.quiet and sys.stderr is not None and sys.stderr.isatty()


def _noted(context: click.Context, option: click.Parameter, value: bool) -> None:  # noqa: FBT001 click's callback
    if value and option.name:
        setattr(context.ensure_object(Talk), option.name, True)


def _flag(*names: str, says: str) -> click.Option:
    return click.Option(names, is_flag=True, expose_value=False, callback=_noted, help=says)


def flags() -> list[click.Parameter]:
    """The options that every command has, before or after the command's name."""
    return [
        _flag("-q", "--quiet", says="Say nothing beside the result and errors."),
        _flag("-v", "--verbose", says="Say more: how long each stage took, and where an error came from."),
        _flag("--no-color", says="No colours; the environment's NO_COLOR does the same."),
    ]


class Command(click.Command):
    """A command with the options that every command has."""

    def __init__(self, name: str | None, *, params: list[click.Parameter] | None = None, **rest: object) -> None:
        super().__init__(name, params=[*(params or ()), *flags()], **rest)  # type: ignore[arg-type]


class Group(click.Group):
    """A group with the options that every command has; its commands have them, too."""

    command_class = Command

    def __init__(self, name: str | None = None, *, params: list[click.Parameter] | None = None, **rest: object) -> None:
        super().__init__(name, params=[*(params or ()), *flags()], **rest)  # type: ignore[arg-type]


talking = click.make_pass_decorator(Talk, ensure=True)
