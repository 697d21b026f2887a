"""What was worked out lately, so that it is worked out once for all who ask the same."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The answers to the latest `most` questions; one that is asked again counts as late."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Hashable, T] = {}

    def once(self, asked: Hashable, work_out: Callable[[], T]) -> T:
        """The answer, worked out unless it is known."""
        found = self._known.pop(asked) if asked in self._known else work_out()
        self._known[asked] = found
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]
        return found
