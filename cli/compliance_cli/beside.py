"""A report made in a process of its own, beside the register: each takes about as long as the other.

A thread would not do. Both are Python's own work, and it does one thing at a time.
"""

import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import IO, Generic, NoReturn, Self, TypeVar

Matter = TypeVar("Matter")


def able() -> bool:
    """Whether a process can be doubled here: elsewhere than on Linux, libraries of the system may not survive it."""
    return sys.platform == "linux"


class Beside(Generic[Matter]):
    """Bytes that `make` makes of a matter: begun ahead in a process of its own, or made here once they are asked for.

    As a context it leaves no process behind. What fails ahead is made again here, so that it fails where it is told.
    """

    def __init__(self, make: Callable[[Matter], bytes]) -> None:
        self._make = make
        self._begun: tuple[int, IO[bytes]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finished()

    def begin(self, matter: Matter) -> None:
        """Begin ahead, where this system can and has room; nothing of the matter may change from now on."""
        if self._begun or not able():
            return
        with suppress(OSError):
            self._begin(matter)

    def _begin(self, matter: Matter) -> None:
        from tempfile import TemporaryFile  # noqa: PLC0415 `--help` must not wait for it

        answer = TemporaryFile()  # noqa: SIM115 it is closed when the answer is taken
        try:
            child = doubled()
        except OSError:
            answer.close()
            raise
        if not child:
            self._work(matter, answer)
        self._begun = child, answer

    def answer(self, matter: Matter) -> bytes:
        """The bytes, made of this matter where none was begun with."""
        made = self._finished()
        return self._make(matter) if made is None else made

    def _work(self, matter: Matter, answer: IO[bytes]) -> NoReturn:
        """In the process of its own: leave at once when it is done, since all else that is open is another's."""
        status = 1
        try:
            answer.write(self._make(matter))
            answer.flush()
            status = 0
        finally:
            os._exit(status)

    def _finished(self) -> bytes | None:
        """What was made ahead; None where nothing was begun, or it failed."""
        if self._begun is None:
            return None
        (child, answer), self._begun = self._begun, None
        with answer:
            _, status = os.waitpid(child, 0)
            answer.seek(0)
            return answer.read() if status == 0 else None


def doubled() -> int:
    """0 in the new process, its number in this one."""
    with warnings.catch_warnings():
        # From Python 3.12 on it warns of other threads: the new process needs none of them, nor what they may hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
