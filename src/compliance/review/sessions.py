"""Who is logged in, for how long, and how often a log-in may fail. Kept in memory: a new start logs everybody out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hmac import compare_digest
from secrets import token_urlsafe

IDLE = 30 * 60.0
"""After how many seconds without a page a session ends."""

LONGEST = 10 * 60 * 60.0
"""After how many seconds any session ends."""

FAILURES = 5
ADDRESS_FAILURES = 50
PAUSE = 15 * 60.0
"""So many failed attempts at one log-in, or from one address, within so many seconds, and it has to wait."""


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in in use. `hash` is the password's when it began: with a new password it ends."""

    login: str
    hash: str
    csrf: str
    began: float
    seen: float


class Sessions:
    """The sessions of one server; `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, Session] = {}
        self._failed: dict[tuple[str, str], list[float]] = {}

    def begin(self, login: str, password_hash: str) -> str:
        """Open a session; answers its secret token."""
        token, now = token_urlsafe(32), self._clock()
        self._open = {key: each for key, each in self._open.items() if self._alive(each)}
        self._open[token] = Session(login, password_hash, token_urlsafe(32), now, now)
        return token

    def get(self, token: str | None) -> Session | None:
        """The session of the token, as long as it lasts."""
        found = self._open.get(token or "")
        if token is None or found is None or not self._alive(found):
            self.end(token)
            return None
        self._open[token] = replace(found, seen=self._clock())
        return found

    def end(self, token: str | None) -> None:
        """Log out."""
        self._open.pop(token or "", None)

    def attempt(self, login: str, address: str) -> bool:
        """Count an attempt to log in; whether it may be made at all."""
        now = self._clock()
        if len(self._failed) > 10_000:  # noqa: PLR2004 so that made-up names can't fill the memory
            self._failed = {name: times for name, times in self._failed.items() if now - times[-1] < PAUSE}
        limits = {("login", login): FAILURES, ("address", address): ADDRESS_FAILURES}
        recent = {key: [each for each in self._failed.get(key, ()) if now - each < PAUSE] for key in limits}
        if any(len(recent[key]) >= most for key, most in limits.items()):
            return False
        self._failed |= {key: [*times, now] for key, times in recent.items()}
        return True

    def succeeded(self, login: str, address: str) -> None:
        """Forget the attempts at the log-in before, and the one that succeeded at its address."""
        self._failed.pop(("login", login), None)
        if earlier := self._failed.pop(("address", address), [])[:-1]:
            self._failed["address", address] = earlier

    def _alive(self, session: Session) -> bool:
        now = self._clock()
        return now - session.seen < IDLE and now - session.began < LONGEST


def same(given: str | None, expected: str | None) -> bool:
    """Whether a token that came back is the one that was given out."""
    return bool(given and expected) and compare_digest(str(given).encode(), str(expected).encode())
