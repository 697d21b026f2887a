"""What the names of an expression mean where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlglot import exp

from compliance.language.values import Listed, Typed


@dataclass(eq=False)  # whoever hands it on writes its way into it
class UnknownName(Exception):  # noqa: N818 said of a name, and always caught
    """A scope does not know a name; `known` are the names it does know there, `advice` is for where it knows none."""

    says: str
    known: tuple[str, ...] = ()
    advice: str = ""

    @property
    def help(self) -> str:
        """What may be done where no known name is near."""
        return f"there are: {', '.join(self.known)}" if self.known else self.advice

    def __str__(self) -> str:
        return self.says


class Scope(Protocol):
    """What the names of an expression mean where it stands."""

    def column(self, path: tuple[str, ...]) -> Typed:
        """The value of a column or reference; raises UnknownName."""
        ...

    def parameter(self, name: str) -> Typed | Listed:
        """The value of `:name`, or the values of a list; raises UnknownName."""
        ...

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:
        """`working_days` and `nth`, which need the calendar or the table; raises UnknownName."""
        ...

    def instant(self, local: exp.Expr) -> exp.Expr:
        """A local time as the same moment in UTC."""
        ...

    def local(self, instant: exp.Expr) -> exp.Expr:
        """A moment in UTC as local time."""
        ...
