"""Local time and UTC, in Python and on the engine, without any engine's own idea of time zones.

A local time that occurs twice is the first of the two; one that does not exist moves on by the jump.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlglot import exp

from compliance.yearly import Era, eras, in_between

_FIRST = datetime(1970, 1, 1)  # noqa: DTZ001 UTC, kept without a zone as everything here
_LAST = datetime(2100, 1, 1)  # noqa: DTZ001 as above
_STRIDE = timedelta(days=3)  # no zone has changed its clocks twice within so few days
_SECOND = timedelta(seconds=1)
_MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time with one offset from UTC, from its first instant (in UTC) on."""

    start: datetime
    offset: timedelta


@cache
def pieces(zone: str) -> tuple[Piece, ...]:
    """The stretches of one offset that a zone goes through from 1970 to 2100, the first one open to the past."""
    return tuple(_pieces(ZoneInfo(zone)))


def _pieces(zone: ZoneInfo) -> Iterator[Piece]:
    at, offset = _FIRST, _offset(zone, _FIRST)
    yield Piece(at, offset)
    while at < _LAST:
        after = at + _STRIDE
        if _offset(zone, after) == offset:
            at = after
            continue
        at = _turn(zone, at, after)
        offset = _offset(zone, at)
        yield Piece(at, offset)


def _turn(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second at which the offset is no longer that of `before`."""
    offset = _offset(zone, before)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // (2 * _SECOND))
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.replace(tzinfo=timezone.utc).astimezone(zone).utcoffset() or timedelta(0)  # noqa: UP017 one word fewer to look up


def to_local(instant: datetime, zone: str) -> datetime:
    """The local time of a moment in UTC; both without a zone of their own."""
    return instant + _at(pieces(zone), [piece.start for piece in pieces(zone)], instant)


def to_instant(local: datetime, zone: str) -> datetime:
    """The moment in UTC of a local time; both without a zone of their own."""
    return local - _at(pieces(zone), _local_starts(pieces(zone)), local)


def _at(found: Sequence[Piece], starts: Sequence[datetime], moment: datetime) -> timedelta:
    return found[max(0, bisect_right(starts, moment) - 1)].offset


def _local_starts(found: Sequence[Piece]) -> list[datetime]:
    """From which local time on each offset is meant: after the jump, or after the second time that clocks show it."""
    before = [found[0], *found]
    return [piece.start + max(old.offset, piece.offset) for old, piece in zip(before, found, strict=False)]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one moment, its `parameter`, as an engine is to know it."""

    name: str
    parameter: str
    body: exp.Expr


def functions(zone: str) -> tuple[Function, ...]:
    """What the expressions below call; an engine has to know it before it is asked. None in a zone of one offset."""
    moment = exp.column(_MOMENT, quoted=True)
    return tuple(
        Function(_name(way, zone), _MOMENT, _shifted(moment, starts, shifts))
        for way, (starts, shifts) in _steps(zone).items()
        if len(shifts) > 1
    )


def local_sql(instant: exp.Expr, zone: str) -> exp.Expr:
    """`to_local` as an engine expression."""
    return _turned(instant, "local", zone)


def instant_sql(local: exp.Expr, zone: str) -> exp.Expr:
    """`to_instant` as an engine expression."""
    return _turned(local, "instant", zone)


def existing_sql(local: exp.Expr, zone: str) -> exp.Expr:
    """A local time as clocks show it, as an engine expression: one that a jump leaves out moves on by the jump."""
    return _turned(local, "existing", zone)


def _turned(moment: exp.Expr, way: str, zone: str) -> exp.Expr:
    """A call, since the tree itself has some hundred branches; where one offset does, that is added in its place."""
    starts, shifts = _steps(zone)[way]
    if len(shifts) == 1:
        return _shifted(moment, starts, shifts)
    return exp.Anonymous(this=_name(way, zone), expressions=[moment if moment.parent is None else moment.copy()])


def _name(way: str, zone: str) -> str:
    place = re.sub(r"\W", "_", zone).lower()
    return f"{way}_in_{place}"


@cache
def _steps(zone: str) -> dict[str, tuple[Sequence[datetime], Sequence[timedelta]]]:
    """For each way, from when on how much is added."""
    found = pieces(zone)
    return {
        "local": ([piece.start for piece in found], [piece.offset for piece in found]),
        "instant": (_local_starts(found), [-piece.offset for piece in found]),
        "existing": _jumps(found),
    }


def _jumps(found: Sequence[Piece]) -> tuple[Sequence[datetime], Sequence[timedelta]]:
    jumps = [
        (new.start + old.offset, new.offset - old.offset) for old, new in pairwise(found) if new.offset > old.offset
    ]
    starts = [_FIRST, *(moment for start, jump in jumps for moment in (start, start + jump))]
    return starts, [timedelta(0), *(shift for _, jump in jumps for shift in (jump, timedelta(0)))]


def _shifted(moment: exp.Expr, starts: Sequence[datetime], shifts: Sequence[timedelta]) -> exp.Expr:
    if not any(shifts):
        return moment
    moment = moment if isinstance(moment, exp.Column) else exp.Paren(this=moment.copy())
    leaves = [*_leaves(moment, starts, shifts)]
    return exp.Paren(this=exp.Add(this=moment.copy(), expression=_tree(moment, leaves)))


def _leaves(
    moment: exp.Expr, starts: Sequence[datetime], shifts: Sequence[timedelta]
) -> Iterator[tuple[datetime, exp.Expr]]:
    """From when on which shift applies, told once for all the years in which it follows one rule."""
    by_rule = {era.place: era for era in eras(starts, shifts)}
    place = 0
    while place < len(starts):
        era = by_rule.get(place)
        yield starts[place], _shift(shifts[place]) if era is None else _by_rule(moment, era, shifts)
        # After the last of its changes an era leaves its last shift behind, whatever comes then.
        place += 1 if era is None else era.count - 1


def _by_rule(moment: exp.Expr, era: Era, shifts: Sequence[timedelta]) -> exp.Expr:
    between = exp.If(this=in_between(moment, era), true=_shift(shifts[era.place]))
    return exp.Case(ifs=[between], default=_shift(shifts[era.place + 1]))


def _tree(moment: exp.Expr, leaves: Sequence[tuple[datetime, exp.Expr]]) -> exp.Expr:
    """The shift that applies to a moment: a balanced tree of comparisons with the starts."""
    if len(leaves) == 1:
        return leaves[0][1]
    middle = len(leaves) // 2
    border = exp.Cast(
        this=exp.Literal.string(leaves[middle][0].isoformat(sep=" ")),
        to=exp.DataType(this=exp.DataType.Type.TIMESTAMP),
    )
    branch = exp.If(this=exp.LT(this=moment.copy(), expression=border), true=_tree(moment, leaves[:middle]))
    return exp.Case(ifs=[branch], default=_tree(moment, leaves[middle:]))


def _shift(shift: timedelta) -> exp.Expr:
    return exp.Interval(this=exp.Literal.string(str(shift // _SECOND)), unit=exp.Var(this="SECOND"))
