"""What lists and counts ask of every case, as columns: a hundred thousand cases are filtered in milliseconds."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from compliance.model.history import CaseState
from compliance.register.case import Case
from compliance.register.due import Due, due

FILTERS = ("state", "department", "rule", "grade", "q")


@dataclass(frozen=True, slots=True)
class Standing:
    """A case's state, everything that will fall due, the soonest first, and whether it is still to be dealt with."""

    state: str
    terms: tuple[Due, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """A row for each case, the gravest first; `states`, `opened` and the terms are all that a deed changes.

    A search looks into `ids`, `people` (ids and names) and `abouts` (rules and department), all without regard to case;
    what many cases share is looked into once. `rules` has a line for each rule of a case, `places` its department and
    rules as JSON. `opened`: not closed, or with a further breach since. Terms are apart: on which day (as a number),
    and of which row.
    """

    ids: pa.Array
    people: pa.Array
    abouts: pa.Array
    departments: pa.Array
    rules: pa.Array
    grades: pa.Array
    places: pa.Array
    months: pa.Array
    states: pa.Array
    opened: pa.Array
    days: pa.Array
    rows: pa.Array

    def passing(self, wanted: Mapping[str, str], among: pa.Array | None) -> pa.Array:
        """Which rows pass every filter; without a state, closed ones don't. `among` are those that may be seen."""
        return reduce(pc.and_, self._tests(wanted), pa.scalar(value=True) if among is None else among)

    def _tests(self, wanted: Mapping[str, str]) -> Iterator[pa.Array]:
        state = wanted["state"]
        yield pc.equal(self.states, state) if state else self.opened
        if sought := wanted["q"]:
            parts = (self.ids, self.people, self.abouts)
            yield reduce(pc.or_, (_holding(each, sought.casefold()) for each in parts))
        if department := wanted["department"]:
            yield pc.equal(self.departments, department)
        if rule := wanted["rule"]:
            yield pc.match_substring(self.rules, f"\n{rule}\n")
        if grade := wanted["grade"]:
            yield pc.equal(self.grades, grade)

    def counted(self, found: pa.Array) -> dict[tuple[str, str], int]:
        """How many of these rows each department has of each rule."""
        counts: dict[tuple[str, str], int] = {}
        for each in pc.value_counts(self.places.take(found)).to_pylist():
            department, *rules = json.loads(each["values"])
            for rule in rules:
                counts[department, rule] = counts.get((department, rule), 0) + each["counts"]
        return counts

    def monthly(self, found: pa.Array) -> dict[date, int]:
        """How many of these rows became known in each month."""
        counts = pc.value_counts(self.months.take(found)).to_pylist()
        return {date.fromordinal(each["values"]): each["counts"] for each in counts}

    def soonest(self, passes: pa.Array, until: date) -> pa.Array:
        """The rows with a term up to that day, the soonest first, one for each term."""
        near = pc.and_(pc.less_equal(self.days, until.toordinal()), passes.take(self.rows))
        terms = pa.table({"day": self.days.filter(near), "row": self.rows.filter(near)})
        return terms.take(pc.sort_indices(terms, sort_keys=[("day", "ascending"), ("row", "ascending")]))


def columns(cases: Sequence[Case], standing: Sequence[Standing]) -> Columns:
    """The columns of these cases, whose order they keep, with how each stands."""
    texts = pa.string()
    days, rows = _terms(enumerate(standing))
    return Columns(
        ids=_texts(" ".join((each.id, *each.earlier)) for each in cases),
        people=_texts(map(_people, cases)).dictionary_encode(),
        abouts=_texts(
            f"{' '.join(each.found.rules)} {each.found.department or ''}" for each in cases
        ).dictionary_encode(),
        departments=pa.array([each.found.department or "" for each in cases], texts),
        rules=pa.array(["".join(("\n", *(f"{rule}\n" for rule in each.found.rules))) for each in cases], texts),
        grades=pa.array([str(each.found.grade) for each in cases], texts),
        places=pa.array([_place(each) for each in cases], texts).dictionary_encode(),
        months=pa.array([each.known_at.date().replace(day=1).toordinal() for each in cases], pa.int32()),
        states=pa.array([each.state for each in standing], texts),
        opened=pa.array([each.opened for each in standing], pa.bool_()),
        days=days,
        rows=rows,
    )


def moved(before: Columns, changed: Mapping[int, Standing]) -> Columns:
    """The columns after deeds on the cases of these rows."""
    others = pc.invert(pc.is_in(before.rows, pa.array([*changed], pa.int32())))
    days, rows = _terms(changed.items())
    states, opened = before.states, before.opened
    for row, standing in changed.items():
        states = _with(states, row, pa.array([standing.state], pa.string()))
        opened = _with(opened, row, pa.array([standing.opened], pa.bool_()))
    return replace(
        before,
        states=states,
        opened=opened,
        days=pa.concat_arrays([before.days.filter(others), days]),
        rows=pa.concat_arrays([before.rows.filter(others), rows]),
    )


def _with(column: pa.Array, row: int, cell: pa.Array) -> pa.Array:
    """The column with another cell in one row."""
    return pa.concat_arrays([column.slice(0, row), cell, column.slice(row + 1)])


def _terms(standing: Iterable[tuple[int, Standing]]) -> tuple[pa.Array, pa.Array]:
    """Days and rows of everything that will fall due."""
    flat = [(each.day.toordinal(), row) for row, stands in standing for each in stands.terms]
    return pa.array([day for day, _ in flat], pa.int32()), pa.array([row for _, row in flat], pa.int32())


def stands(case: Case) -> Standing:
    """How the deeds so far have left it."""
    state = case.state
    return Standing(state.value, due([case], until=date.max), state is not CaseState.CLOSED or case.unsettled)


def _place(case: Case) -> str:
    return json.dumps([case.found.department or "", *case.found.rules])


def _people(case: Case) -> str:
    """Everybody who answered for it, by id and by name."""
    return " ".join((*case.responsible, *(each.name for each in case.sightings if each.name)))


def _texts(told: Iterable[str]) -> pa.Array:
    return pa.array([each.casefold() for each in told], pa.string())


def _holding(column: pa.Array, sought: str) -> pa.Array:
    if isinstance(column, pa.DictionaryArray):
        return pc.match_substring(column.dictionary, sought).take(column.indices)
    return pc.match_substring(column, sought)
