"""Which type the cells of a column have where nobody says it: the narrowest that fits every filled one."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.model.types import ColumnType
from compliance.sql import Lasting
from compliance.workspace.cells import MOMENTS, OWN_TYPE, Cell, Native
from compliance.workspace.sql import Stages, named, selected, sql, staged
from compliance.workspace.written import fits, says_offset, trimmed

# From the narrowest to the widest; text fits always.
_NARROWEST = (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.BOOLEAN, ColumnType.DATE, ColumnType.DATETIME)
_SAMPLE = 2000  # rows that rule most types out, before all rows are asked for those that are left
_AT_ONCE = 25
"""Of how many columns one query asks: to plan one of so many questions takes longer than in proportion."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey found: the type of each column asked for, and which text columns hold moments with an offset."""

    types: Mapping[str, ColumnType]
    offsets: frozenset[str]

    @property
    def told(self) -> tuple[Hashable, ...]:
        """All that it says."""
        return tuple(self.types.items()), self.offsets


@dataclass(frozen=True, slots=True)
class _Question:
    """What is still open of a column: which types it may have, and whether it holds moments with an offset.

    Its type is `told` by the answer where nobody else tells it. Of a column that is `read_as_moment` whatever its
    cells, the offset is asked for in any case.
    """

    cell: Cell
    types: tuple[ColumnType, ...]
    told: bool
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


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A survey before it is made: what is `known` of types, and what is asked of the last of the stages.

    `first` is what is asked of the first rows, of some columns after the other.
    """

    known: Mapping[str, ColumnType]
    stages: Stages
    questions: Sequence[_Question]
    first: Sequence[tuple[Sequence[_Question], Lasting]]

    def made(self, engine: Engine) -> Surveyed:
        """Look through the rows."""
        answers = self._answers(engine)
        told = (each.cell.name for each in self.questions if each.told)
        types = {name: next(iter(answers[name].fitting), ColumnType.TEXT) for name in told}
        return Surveyed(
            dict(self.known) | types, frozenset(name for name, answer in answers.items() if answer.with_offset)
        )

    def _answers(self, engine: Engine) -> dict[str, _Answer]:
        """The answers of all rows; of a column that is empty no type fits, so that it is text."""
        read, answers = 0, dict[str, _Answer]()
        for questions, asked in self.first:
            read, found = _answered(engine, asked, questions)
            answers |= found
        if read == _SAMPLE:
            left = [replace(each, types=answers[each.cell.name].fitting) for each in self.questions]
            _, answers = _answered(engine, _asked(self.stages, left), left)
        return {
            name: answer if answer.filled else _Answer(0, (), with_offset=False) for name, answer in answers.items()
        }


def inquiry(stages: Stages, asked: Sequence[Cell], moments: Sequence[Cell]) -> Inquiry:
    """What to ask of the last of the stages: the types of the cells `asked`, and offsets in them and in `moments`."""
    known = {cell.name: cell.declared or OWN_TYPE[cell.native] for cell in asked if not cell.infers}
    declared = [cell for cell in asked if known.get(cell.name) in MOMENTS]
    read = {cell.name: cell for cell in (*moments, *declared) if cell.native is Native.TEXT}
    told = {cell.name: cell for cell in asked if cell.infers}

    def of(cells: Mapping[str, Cell]) -> tuple[Stages, list[_Question]]:
        stage, bare = trimmed(cells, stages[-1][0])
        return [*stages, *stage], [
            _Question(cell, _candidates(cell) if name in told else (), told=name in told, read_as_moment=name in read)
            for name, cell in bare.items()
        ]

    cells = list((read | told).items())
    whole = of(dict(cells))
    parts = [whole] if len(cells) <= _AT_ONCE else [of(dict(part)) for part in _parts(cells)]
    return Inquiry(known, *whole, [_of_the_first_rows(*part) for part in parts if cells])


def _parts(cells: Sequence[tuple[str, Cell]]) -> Iterator[Sequence[tuple[str, Cell]]]:
    return (cells[nth : nth + _AT_ONCE] for nth in range(0, len(cells), _AT_ONCE))


def _of_the_first_rows(stages: Stages, questions: Sequence[_Question]) -> tuple[Sequence[_Question], Lasting]:
    sample = ("sample", selected(["*"], stages[-1][0]).limit(_SAMPLE, copy=False))
    return questions, Lasting(_asked([*stages, sample], questions))


def _candidates(cell: Cell) -> tuple[ColumnType, ...]:
    """What a column may be, its declared type first; what a format is given for is a moment."""
    if cell.notation.format is not None:
        # The midnight of another place is no day here.
        return (ColumnType.DATETIME,) if cell.notation.tells_offset else (ColumnType.DATE, ColumnType.DATETIME)
    if cell.declared is ColumnType.TEXT:
        return ()
    return tuple(dict.fromkeys((*((cell.declared,) if cell.declared else ()), *_NARROWEST)))


def _asked(stages: Stages, questions: Sequence[_Question]) -> exp.Select:
    """One pass over the last of the stages: how many rows there are, and what each question counts."""
    counts = [sql("count(*)"), *(count for question in questions for count in question.counts)]
    return staged(stages, selected([named(count, f"n{nth}") for nth, count in enumerate(counts)], stages[-1][0]))


def _answered(
    engine: Engine, asked: exp.Select | Lasting, questions: Sequence[_Question]
) -> tuple[int, dict[str, _Answer]]:
    numbers = iter([each[0].as_py() for each in engine.fetch(asked).columns])
    return next(numbers), {
        question.cell.name: _Answer(
            filled := next(numbers),
            tuple(wanted for wanted in question.types if next(numbers) == filled),
            with_offset=question.asks_offset and next(numbers) > 0,
        )
        for question in questions
    }
