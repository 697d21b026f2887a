"""The cases of a register, kept at hand by a server: read whole once, then as far as they have changed."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar, cast

import pyarrow as pa

from compliance.register.case import Case
from compliance.register.cases import cases
from compliance.register.chain import AUDIT, head
from compliance.register.database import Database
from compliance.register.file import reading
from compliance.register.home import Home
from compliance.review.access import SEE, Person, Role, may
from compliance.review.columns import Columns, Standing, columns, moved, stands

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
REMEMBERED: Final = 64
"""How many answers are kept until the register changes."""

SINCE = "select kind, incident from events where number > ? order by number"
THEN = "select digest from events where number = ?"


class View:
    """All cases as they stood at one event of the register, the gravest first, and what was worked out of them."""

    def __init__(
        self, head: tuple[int, str], listed: Sequence[Case], table: Columns, standing: Sequence[Standing]
    ) -> None:
        self.head, self.listed, self.table, self.standing = head, listed, table, standing
        self._answers: dict[Hashable, object] = {}

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """In which row each case stands."""
        return {case.id: row for row, case in enumerate(self.listed)}

    def mask(self, person: Person) -> pa.Array | None:
        """Which rows the person may read; None: all of them."""
        if person.role in {Role.OFFICER, Role.AUDITOR}:
            return None
        return self.once((SEE, person), lambda: pa.array([may(person, SEE, each) for each in self.listed], pa.bool_()))

    def seen(self, person: Person) -> Sequence[Case]:
        """The cases that the person may read."""
        mask = self.mask(person)
        return self.listed if mask is None else [self.listed[row] for row in _rows(mask)]

    def once(self, question: "Hashable", answer: "Callable[[], T]") -> T:
        """The answer, worked out unless it was already: nothing that it rests on changes in a view."""
        if question not in self._answers:
            if len(self._answers) >= REMEMBERED:
                self._answers = {}
            self._answers[question] = answer()
        return cast("T", self._answers[question])

    def after(self, head: tuple[int, str], changed: Mapping[str, Case]) -> "View":
        """As it is after deeds on these cases, which move none of them to another place."""
        rows = {self.rows[key]: case for key, case in changed.items()}
        listed, standing = [*self.listed], [*self.standing]
        for row, case in rows.items():
            listed[row], standing[row] = case, stands(case)
        view = View(head, listed, moved(self.table, {row: standing[row] for row in rows}), standing)
        view.rows = self.rows
        return view


class Shelf:
    """The newest view of a register."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._view = _view((-1, ""), ())

    def view(self, register: Home) -> View:
        """As the register stands; whoever comes while it is being read waits for that."""
        with reading(register) as db:
            newest, view = head(db.conn), self._view
            if newest == view.head:
                return view
            with self._lock:
                if newest != self._view.head:
                    self._view = self._read(db, newest)
                return self._view

    def _read(self, db: Database, newest: tuple[int, str]) -> View:
        number, digest = self._view.head
        then = db.execute(THEN, [number]).fetchone()
        since = db.execute(SINCE, [number]).fetchall() if then and then[0] == digest else [(AUDIT, None)]
        if any(kind == AUDIT for kind, _ in since):
            with _uncollected():
                return _view(newest, cases(db).values())
        changed = cases(db, only={incident for _, incident in since if incident is not None})
        return self._view.after(newest, {key: _slim(case) for key, case in changed.items()})


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is made in the block is left alone by the collector, which else walks over it all, again and again."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _view(head: tuple[int, str], found: Iterable[Case]) -> View:
    listed = sorted((_slim(case) for case in found), key=_gravest)
    standing = [stands(each) for each in listed]
    return View(head, listed, columns(listed, standing), standing)


def _slim(case: Case) -> Case:
    """Without what only its own page tells: of a hundred thousand, that would fill the memory."""
    sightings = tuple(replace(each, steps="[]", measures="[]") for each in case.sightings)
    return replace(case, sightings=sightings, events=tuple(replace(each, because=None) for each in case.events))


def _gravest(case: Case) -> tuple[int, str]:
    return (-case.found.grade.rank if case.found.grade else 0, case.id)


def _rows(mask: pa.Array) -> list[int]:
    return [row for row, passes in enumerate(mask.to_pylist()) if passes]
