"""Which type the cells of a column have where nobody says it: the narrowest that fits every filled one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.model.types import ColumnType
from compliance.workspace.cells import MOMENTS, OWN_TYPE, Cell, Native
from compliance.workspace.sql import Stages, named, selected, sql, staged
from compliance.workspace.written import fits, says_offset, trimmed

# From the narrowest to the widest; text fits always.
_NARROWEST = (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.BOOLEAN, ColumnType.DATE, ColumnType.DATETIME)
_SAMPLE = 2000  # rows that rule most types out, before all rows are asked for those that are left


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey found: the type of each column asked for, and which text columns hold moments with an offset."""

    types: Mapping[str, ColumnType]
    offsets: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is still open of a column: which types it may have, and whether it holds moments with an offset.

    Of a column that is `read_as_moment` whatever its cells, the offset is asked for in any case.
    """

    cell: Cell
    types: tuple[ColumnType, ...]
    read_as_moment: bool

    @property
    def asks_offset(self) -> bool:
        """Whether it is asked for offsets."""
        return self.read_as_moment or bool(MOMENTS & {*self.types})

    @property
    def counts(self) -> list[exp.Expr]:
        """Its filled cells, those that fit each type, and those with an offset."""
        conditions = [self.cell.filled(), *(fits(self.cell, wanted) for wanted in self.types)]
        if self.asks_offset:
            conditions.append(says_offset(self.cell))
        return [exp.Count(this=exp.Case(ifs=[exp.If(this=each, true=exp.Literal.number(1))])) for each in conditions]


@dataclass(frozen=True, slots=True)
class _Answer:
    filled: int
    fitting: tuple[ColumnType, ...]
    with_offset: bool


def survey(engine: Engine, stages: Stages, asked: Sequence[Cell], moments: Sequence[Cell]) -> Surveyed:
    """Look through the last of the stages: the types of the cells `asked`, and offsets in them and in `moments`."""
    known = {cell.name: cell.declared or OWN_TYPE[cell.native] for cell in asked if not cell.infers}
    declared = [cell for cell in asked if known.get(cell.name) in MOMENTS]
    read = {cell.name: cell for cell in (*moments, *declared) if cell.native is Native.TEXT}
    told = {cell.name: cell for cell in asked if cell.infers}
    stage, bare = trimmed(read | told, stages[-1][0])
    questions = [
        _Question(cell, _candidates(cell) if name in told else (), read_as_moment=name in read)
        for name, cell in bare.items()
    ]
    answers = _answers(engine, [*stages, *stage], questions)
    types = {name: next(iter(answers[name].fitting), ColumnType.TEXT) for name in told}
    return Surveyed(known | types, frozenset(name for name, answer in answers.items() if answer.with_offset))


def _candidates(cell: Cell) -> tuple[ColumnType, ...]:
    """What a column may be, its declared type first."""
    if cell.declared is ColumnType.TEXT:
        return ()
    return tuple(dict.fromkeys((*((cell.declared,) if cell.declared else ()), *_NARROWEST)))


def _answers(engine: Engine, stages: Stages, questions: list[_Question]) -> dict[str, _Answer]:
    """The answers of all rows; of a column that is empty no type fits, so that it is text."""
    source = stages[-1][0]
    sample = ("sample", selected(["*"], source).limit(_SAMPLE, copy=False))
    read, answers = _asked(engine, [*stages, sample], questions)
    if read == _SAMPLE:
        left = [replace(question, types=answers[question.cell.name].fitting) for question in questions]
        _, answers = _asked(engine, stages, left)
    return {name: answer if answer.filled else _Answer(0, (), with_offset=False) for name, answer in answers.items()}


def _asked(engine: Engine, stages: Stages, questions: list[_Question]) -> tuple[int, dict[str, _Answer]]:
    """One pass over the last of the stages: how many rows there are, and the answers."""
    counts = [count for question in questions for count in question.counts]
    if not counts:
        return 0, {}
    numbered = [named(count, f"n{nth}") for nth, count in enumerate([sql("count(*)"), *counts])]
    found = engine.fetch(staged(stages, selected(numbered, stages[-1][0])))
    numbers = iter([each[0].as_py() for each in found.columns])
    return next(numbers), {
        question.cell.name: _Answer(
            filled := next(numbers),
            tuple(wanted for wanted in question.types if next(numbers) == filled),
            with_offset=question.asks_offset and next(numbers) > 0,
        )
        for question in questions
    }
