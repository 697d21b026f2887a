"""Which type the cells of a column have where nobody says it: the narrowest that fits every filled one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.model.types import ColumnType
from compliance.workspace.cells import OWN_TYPE, Cell, Native, fits, says_offset
from compliance.workspace.sql import staged

Stages = Sequence[tuple[str, exp.Query]]

# From the narrowest to the widest; text fits always.
_NARROWEST = (
    ColumnType.INTEGER,
    ColumnType.DECIMAL,
    ColumnType.BOOLEAN,
    ColumnType.DATE,
    ColumnType.DATETIME,
)
_SAMPLE = 2000  # rows that rule most types out, before all rows are asked for those that are left


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey found: the type of each column asked for, and which text columns hold moments with an offset."""

    types: Mapping[str, ColumnType]
    offsets: frozenset[str]


def survey(engine: Engine, stages: Stages, asked: Sequence[Cell], moments: Sequence[Cell]) -> Surveyed:
    """Look through the last of the stages: the types of the cells `asked`, and offsets in them and in `moments`."""
    known = {cell.name: OWN_TYPE[cell.native] for cell in asked if not cell.infers}
    asked = [cell for cell in asked if cell.infers]
    left = {cell.name: _candidates(cell) for cell in asked}
    sampled = _Tally(asked, left, ())
    left = sampled.surviving(engine, stages, _SAMPLE)
    may_be_moments = [cell for cell in asked if {ColumnType.DATE, ColumnType.DATETIME} & {*left[cell.name]}]
    told = _Tally(asked, left, (*may_be_moments, *(cell for cell in moments if cell.native is Native.TEXT)))
    left = told.surviving(engine, stages, None)
    found = {name: types[0] if types else ColumnType.TEXT for name, types in left.items()}
    return Surveyed(known | found, told.with_offset)


def _candidates(cell: Cell) -> tuple[ColumnType, ...]:
    """What a column may be, its declared type first."""
    if cell.declared is ColumnType.TEXT:
        return ()
    return tuple(dict.fromkeys((*((cell.declared,) if cell.declared else ()), *_NARROWEST)))


class _Tally:
    """One pass that counts, for each column, the filled cells and those that fit each candidate."""

    def __init__(
        self, asked: Sequence[Cell], left: Mapping[str, tuple[ColumnType, ...]], moments: Sequence[Cell]
    ) -> None:
        self._asked, self._left, self._moments = asked, left, moments
        self.with_offset: frozenset[str] = frozenset()

    def surviving(self, engine: Engine, stages: Stages, rows: int | None) -> dict[str, tuple[ColumnType, ...]]:
        counts = [_count(cell.filled()) for cell in self._asked]
        counts += [_count(fits(cell, wanted)) for cell in self._asked for wanted in self._left[cell.name]]
        counts += [_count(says_offset(cell)) for cell in self._moments]
        if not counts:
            return dict(self._left)
        source = stages[-1][0]
        if rows is not None:
            stages = [*stages, ("sample", exp.select("*").from_(source).limit(rows))]
            source = "sample"
        numbered = [exp.alias_(each, f"n{nth}") for nth, each in enumerate(counts)]
        found = engine.fetch(staged(stages, exp.select(*numbered).from_(source)))
        return self._told([column[0].as_py() for column in found.columns], whole=rows is None)

    def _told(self, counts: list[int], *, whole: bool) -> dict[str, tuple[ColumnType, ...]]:
        """The candidates that fit; a column that is empty in the whole is text, in a sample anything."""
        filled, rest = counts[: len(self._asked)], iter(counts[len(self._asked) :])
        fitting = {cell.name: {wanted: next(rest) for wanted in self._left[cell.name]} for cell in self._asked}
        self.with_offset = frozenset(cell.name for cell in self._moments if next(rest))
        return {
            cell.name: tuple(
                wanted for wanted, fit in fitting[cell.name].items() if fit == full and (full or not whole)
            )
            for cell, full in zip(self._asked, filled, strict=True)
        }


def _count(condition: exp.Expression) -> exp.Expression:
    return exp.Count(this=exp.Case(ifs=[exp.If(this=condition, true=exp.Literal.number(1))]))
