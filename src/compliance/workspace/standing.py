"""Which rows stand in a table, each key once, and which are kept apart as rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.sql import Lasting
from compliance.workspace.rows import DARK, PARTS, PLACE, STRANGER, Rows
from compliance.workspace.sql import (
    Stages,
    all_of,
    call,
    column,
    named,
    null,
    number,
    query,
    selected,
    sql,
    staged,
    table,
    text,
)
from compliance.workspace.tables import marked, rejected_of, relation_of
from compliance.workspace.twins import alike, twins

_OUT = """
    select judged._file, judged._row, _told, _key, coalesce(outcome = 'repeated', false) as repeated,
        case when outcome = 'repeated' then null else coalesce(_reason, :disputed) end as _reason
    from judged left join twins on judged._file = twins._file and judged._row = twins._row
    where judged._reason is not null or outcome is not null"""
_ONLY_FAULTY = """
    select _file, _row, _told, _key, false as repeated, _reason from judged where _reason is not null"""
_NUMBERED = """
    case when alike.nth is null then standing._key
         else left(standing._key, 17) || cast(alike.nth as varchar) end"""
_DISAGREED = "case when count(:it) > 0 and (count(distinct :it) > 1 or count(:it) < count(*)) then :name end"
_OF_EITHER = frozenset({"absences"})
_AGREED = "case when count(distinct :it) = 1 and count(:it) = count(*) then min(:it) end"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One table and its names on the engine, its columns, and the columns that no two of its rows may share.

    `light` rows are read where they lie whenever they are asked for, others are worked out once; `few` rows are asked
    all at once, since each question costs more than they do. Rows without a key of their own are `numbered` among those
    alike. `bearer` is the column of the bearer, if it is one, and `recorded` that of when a row was written down.
    """

    name: str
    columns: tuple[str, ...]
    identity: tuple[str, ...]
    bearer: str | None
    recorded: str | None
    light: bool
    few: bool
    numbered: bool

    @property
    def judged(self) -> str:
        """All rows, with what is wrong with each."""
        return f"rows {self.name}"

    @property
    def out(self) -> str:
        """The places of rows that do not stand in the table, with the reason of those rejected."""
        return f"out {self.name}"

    @property
    def twins(self) -> str:
        """The places of rows that share a key, and what becomes of each."""
        return f"twins {self.name}"

    @property
    def alike(self) -> str:
        """The places of rows without a key that are like an earlier one, numbered from 2."""
        return f"alike {self.name}"

    @property
    def apart(self) -> str:
        """The rejected rows as they were worked out, where there are any."""
        return f"apart {self.name}"

    @property
    def rejected(self) -> str:
        """The rejected rows, with null for what could not be read."""
        return rejected_of(self.name)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last moment of rows, and when the last of them was written down."""

    first: datetime | None
    last: datetime | None
    recorded: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows read, and whether any is faulty by itself, repeats or disputes a key, or is like another without a key.

    `bounds` are those of all rows, where they came with the count.
    """

    read: int
    faulty: bool
    twins: bool
    alike: bool
    bounds: Bounds | None = None

    @property
    def out(self) -> bool:
        """Whether any row does not stand."""
        return self.faulty or self.twins


@dataclass(frozen=True, slots=True)
class Course:
    """What is asked for a table to stand; `counted`, `empty` and `whole` where few rows are read and each stands."""

    judged: Lasting
    counted: Lasting
    empty: Lasting
    whole: Lasting


def course(ledger: Ledger, rows: Rows) -> Course:
    """The usual course of things, to be written once for all tables laid out alike."""
    return Course(
        Lasting(rows.judged),
        Lasting(_asking([*_counts(), _few_digests(ledger), *_bounds(ledger)], ledger.judged)),
        Lasting(_nothing(ledger)),
        Lasting(_table(ledger, rows, Tally(0, faulty=False, twins=False, alike=False))),
    )


def stand(engine: Engine, ledger: Ledger, rows: Rows, usual: Course) -> Tally:
    """Make the table and its rejected rows known; `ledger.out` is there only where any row does not stand."""
    engine.create(ledger.judged, usual.judged, kept=not ledger.light)
    tally = _tally(engine, ledger, rows, usual)
    if tally.twins:
        compared = tuple(dict.fromkeys((*ledger.identity, *ledger.columns, *PARTS, "_reason")))
        engine.create(ledger.twins, twins(ledger.judged, ledger.identity, compared), kept=True)
    if tally.alike:
        engine.create(ledger.alike, alike(ledger.judged), kept=True)
    if tally.out:
        engine.create(ledger.out, _out(ledger, tally, disputed=len(rows.reasons)), kept=True)
        engine.create(ledger.apart, _rejected(ledger, rows), kept=True)
        engine.create(ledger.rejected, all_of(ledger.apart), kept=False)
    else:
        engine.offer(ledger.rejected, lambda: usual.empty)
    standing = _table(ledger, rows, tally) if tally.out or tally.alike else usual.whole
    engine.create(relation_of(ledger.name), standing, kept=False)
    return tally


def bounds(engine: Engine, ledger: Ledger) -> Bounds:
    """The bounds of the rows that stand."""
    return Bounds(*_answers(engine, _asking(_bounds(ledger), relation_of(ledger.name))))


def _tally(engine: Engine, ledger: Ledger, rows: Rows, usual: Course) -> Tally:
    """Count the rows, and prove that no key stands twice."""
    if ledger.few:
        read, faulty, keyed, digests, *moments = _answers(engine, usual.counted)
        return _tallied(ledger, read, faulty, shared=digests != keyed, moments=Bounds(*moments))
    read, faulty, keyed = _answers(engine, _asking(_counts(), ledger.judged))
    return _tallied(ledger, read, faulty, shared=not _all_differ(engine, ledger, rows, keyed))


def _tallied(ledger: Ledger, read: int, faulty: int, *, shared: bool, moments: Bounds | None = None) -> Tally:
    twins_, alike_ = shared and not ledger.numbered, shared and ledger.numbered
    return Tally(read, faulty > 0, twins=twins_, alike=alike_, bounds=moments)


def _all_differ(engine: Engine, ledger: Ledger, rows: Rows, keyed: int) -> bool:
    """Whether no two keys are the same."""
    if _ascending(engine, ledger, rows, keyed):
        return True
    return _answers(engine, _asking([_digests(ledger)], ledger.judged)) == [keyed]


def _ascending(engine: Engine, ledger: Ledger, rows: Rows, keyed: int) -> bool:
    """Whether each key is above the one before it, in whatever order they come; then all differ, as in many a log."""
    if ledger.numbered or ledger.identity != ("_key",):
        return False
    listed = rows.plain if ledger.light else all_of(ledger.judged)
    before = query("select _key, lag(_key) over () as _before from listed")
    above = staged(
        [("listed", listed), ("before", before)], query("select count(*) as above from before where _key > _before")
    )
    return keyed > 0 and _answers(engine, above) == [keyed - 1]


def _counts() -> list[exp.Expr]:
    return [sql(each) for each in ("count(*)", "count(_reason)", "count(_key)")]


def _digests(ledger: Ledger) -> exp.Expr:
    """How many digests of keys there are: as many as keys, where these all differ."""
    return sql("count(distinct :digest)", digest=_digest(ledger))


def _few_digests(ledger: Ledger) -> exp.Expr:
    """The same of few rows, as a list: planning a distinct count takes longer than their whole table."""
    return sql("coalesce(array_length(array_distinct(array_agg(:digest))), 0)", digest=_digest(ledger))


def _digest(ledger: Ledger) -> exp.Expr:
    hashed = call("hash", *(column(each) for each in ledger.identity))
    return sql("case when _key is not null then :hashed end", hashed=hashed)


def _bounds(ledger: Ledger) -> list[exp.Expr]:
    recorded = sql("max(cast(:it as timestamp))", it=column(ledger.recorded)) if ledger.recorded else null("TIMESTAMP")
    return [sql("min(_at)"), sql("max(_at)"), recorded]


def _asking(asked: Sequence[exp.Expr], relation: str) -> exp.Select:
    """Values of a relation, in one row."""
    return selected([named(each, f"n{nth}") for nth, each in enumerate(asked)], table(relation))


def _answers(engine: Engine, asked: exp.Select | Lasting) -> list[Any]:
    return [each[0].as_py() for each in engine.fetch(asked).columns]


def _out(ledger: Ledger, tally: Tally, *, disputed: int) -> exp.Select:
    judged: Stages = [("judged", all_of(ledger.judged))]
    if tally.twins:
        return staged([*judged, ("twins", all_of(ledger.twins))], query(_OUT, disputed=number(disputed)))
    return staged(judged, query(_ONLY_FAULTY))


def _rejected(ledger: Ledger, rows: Rows) -> exp.Select:
    """The rejected rows, those of one key as one; what they disagree in is null, and so is an unknown bearer.

    Of absences of two people under one key either may be right, so that each of both may have been away.
    """
    names = (*ledger.columns, *PARTS)
    agreed = (named(sql(_AGREED, it=column(each)), each) for each in names)
    keyless = (sql(f"case when _key is null then {each} end") for each in PLACE)
    same = (*ledger.identity, "_bearer") if ledger.name in _OF_EITHER else ledger.identity
    told = [*agreed, named(_dark(ledger), DARK)]
    one = selected(told, "away").group_by(*(column(each) for each in same), *keyless)
    return staged([("judged", all_of(ledger.judged)), ("away", _away(ledger, rows))], one)


def _dark(ledger: Ledger) -> exp.Expr:
    """The columns of the rows of one key that could not be read in one of them, or in which they disagree."""
    disagreed = (sql(_DISAGREED, it=column(each), name=text(marked(each))) for each in ledger.columns)
    return call("concat", sql(f"min({DARK})"), sql(f"max({DARK})"), *disagreed)


def _away(ledger: Ledger, rows: Rows) -> exp.Select:
    rostered = any(reason.of_bearer for reason in rows.reasons)
    hidden = {"_bearer", ledger.bearer} if rostered else set()
    known = f"case when not judged.{STRANGER} then :it end"
    held = {each: column(each, "judged") for each in (*PLACE, *ledger.columns, *PARTS)}
    shown = (named(sql(known, it=held[each]) if each in hidden else held[each], each) for each in held)
    hides = ledger.bearer is not None and rostered
    stranger = (
        sql(f"case when judged.{STRANGER} then :it end", it=text(marked(ledger.bearer or ""))) if hides else text("")
    )
    dark = call("concat", column(DARK, "judged"), stranger)
    places = sql("judged._file = out._file and judged._row = out._row and out._reason is not null")
    return selected([*shown, named(dark, DARK)], "judged").join(table(ledger.out, "out"), on=places)


def _nothing(ledger: Ledger) -> exp.Select:
    """No rows, in the shape of the table."""
    return selected((column(each) for each in (*ledger.columns, *PARTS, DARK)), table(ledger.judged)).limit(0)


def _table(ledger: Ledger, rows: Rows, tally: Tally) -> exp.Select:
    """The rows that stand, each key once."""
    held: dict[str, exp.Expr] = {each: column(each, "standing") for each in (*ledger.columns, *PARTS)}
    if tally.alike:
        held["_key"] = sql(_NUMBERED)
    standing = selected((named(value, each) for each, value in held.items()), "standing")
    if tally.alike:
        places = sql("alike._file = standing._file and alike._row = standing._row")
        standing = standing.join(table(ledger.alike, "alike"), on=places, join_type="left")
    if tally.out:
        elsewhere = query("select 1 where out._file = standing._file and out._row = standing._row")
        standing = standing.where(exp.Not(this=exp.Exists(this=elsewhere.from_(table(ledger.out, "out")))))
    return staged([("standing", rows.plain if ledger.light else all_of(ledger.judged))], standing)
