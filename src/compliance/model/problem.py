"""What a user got wrong: a value with a place and a sentence, collected and shown whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from compliance.model.printable import printable, unseen_as_blanks


class Level(StrEnum):
    """Whether a problem stops the work (`error`) or only deserves a look (`warning`)."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a text file; line and column count from 1, 0 where unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(part) for part in (self.line, self.column) if part)])


@dataclass(frozen=True, slots=True)
class Mend:
    """What mends a mistake without thought: at its place, `old` becomes `new`; an empty `new` removes a comment."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, one sentence about it, what to do, the source line for the caret, and who found it."""

    where: Place | None
    says: str
    help: str = ""
    excerpt: str = ""
    width: int = 1
    level: Level = Level.ERROR
    lint: str = ""
    mend: Mend | None = None

    def line(self) -> str:
        """The problem on one line: `file:line:column: sentence`, whatever the file that it quotes holds."""
        place = f"{self.where}: " if self.where else ""
        return printable(f"{place}{self.says}")

    def shown(self) -> str:
        """The problem with its source line, a caret below the place and the help."""
        lines = [self.line()]
        if self.excerpt and self.where and self.where.column:
            lines += [
                f"  {unseen_as_blanks(self.excerpt)}",
                "  " + " " * (self.where.column - 1) + "^" * max(1, self.width),
            ]
        if self.help:
            lines.append(printable(f"  help: {self.help}"))
        return "\n".join(lines)


class UserError(Exception):
    """The user's files or words can't be worked with; carries every problem found (exit status 2)."""

    def __init__(self, problems: Iterable[Problem] | Problem | str, *, help: str = "") -> None:  # noqa: A002 the word users see
        if isinstance(problems, str):
            problems = Problem(None, problems, help)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.shown() for problem in self.problems))
