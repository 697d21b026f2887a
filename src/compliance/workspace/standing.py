"""Which rows stand in a table, each key once, and which are kept apart as rejected."""

from dataclasses import dataclass

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.workspace.rows import PARTS, PLACE, Rows
from compliance.workspace.sql import all_of, column, named, number, query, sql, staged, table

_TWINS = """
    select _file, _row,
        case when disputed._key is not null then 'disputed'
             when twins._reason is null and twins.nth > 1 then 'repeated' end as outcome
    from twins left join disputed on :same"""
_OUT = """
    select judged._file, judged._row, _told, _key, outcome = 'repeated' as repeated,
        case when outcome = 'repeated' then null else coalesce(_reason, :disputed) end as _reason
    from judged left join twins on judged._file = twins._file and judged._row = twins._row
    where judged._reason is not null or outcome is not null"""
_NO_TWINS = """
    select _file, _row, _told, _key, false as repeated, _reason from judged where _reason is not null"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One table's names on the engine, its columns, and the columns that no two of its rows may share.

    `light` rows are read where they lie whenever they are asked for, others are worked out once. Rows without a key of
    their own are `numbered` among those alike.
    """

    name: str
    columns: tuple[str, ...]
    identity: tuple[str, ...]
    light: bool
    numbered: bool

    @property
    def judged(self) -> str:
        """All rows, with what is wrong with each."""
        return f"{self.name}__rows"

    @property
    def out(self) -> str:
        """The places of rows that do not stand in the table, with the reason of those rejected."""
        return f"{self.name}__out"

    @property
    def twins(self) -> str:
        """The places of rows that share a key, and what becomes of each."""
        return f"{self.name}__twins"

    @property
    def alike(self) -> str:
        """The places of rows without a key that are like an earlier one, numbered from 2."""
        return f"{self.name}__alike"

    @property
    def rejected(self) -> str:
        """The rejected rows, with null for what could not be read."""
        return f"{self.name}__rejected"


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows read, rows with something wrong, and whether every key stands once."""

    read: int
    faulty: int
    unique: bool


def stand(engine: Engine, ledger: Ledger, rows: Rows, bearer: str | None) -> int:
    """Make the table and its rejected rows known; answer how many rows were read."""
    engine.create(ledger.judged, rows.judged, kept=not ledger.light)
    tally = _tally(engine, ledger)
    twins = not tally.unique and not ledger.numbered
    if twins:
        engine.create(ledger.twins, _twins(ledger), kept=True)
    if alike := not tally.unique and ledger.numbered:
        engine.create(ledger.alike, _alike(ledger), kept=True)
    out = bool(tally.faulty or twins)
    engine.create(ledger.out, _out(ledger, len(rows.reasons), twins=twins, any_=out), kept=True)
    engine.create(ledger.rejected, _rejected(ledger, rows, bearer) if out else _nobody(ledger), kept=True)
    engine.create(ledger.name, _table(ledger, rows, out=out, alike=alike), kept=False)
    return tally.read


def _tally(engine: Engine, ledger: Ledger) -> Tally:
    """One pass; as many digests of keys as there are keys prove that none stands twice."""
    hashed = exp.func("hash", *(column(each) for each in ledger.identity), dialect="duckdb")
    counted = query(
        """select count(*) as read, count(_reason) as faulty, count(_key) as keyed,
                  count(distinct case when _key is not null then :hashed end) as digests""",
        hashed=hashed,
    )
    read, faulty, keyed, digests = (
        each[0].as_py() for each in engine.fetch(counted.from_(table(ledger.judged))).columns
    )
    return Tally(read, faulty, keyed == digests)


def _alike(ledger: Ledger) -> exp.Select:
    shared = query("select _key from judged where _key is not null group by _key having count(*) > 1")
    nth = query(
        """select _file, _row, row_number() over (partition by _key order by _file, _row) as nth from judged
           where exists (select 1 from shared where shared._key = judged._key)"""
    )
    stages = [("judged", all_of(ledger.judged)), ("shared", shared), ("numbered", nth)]
    return staged(stages, query("select * from numbered where nth > 1"))


def _twins(ledger: Ledger) -> exp.Select:
    """Of rows that share a key: those of a key with differing rows, and those that repeat an earlier one."""
    key = [column(each) for each in ledger.identity]
    shared = exp.select(*key).from_("judged").where("_key is not null").group_by(*key).having("count(*) > 1")
    columns = [column(each, "judged") for each in (*ledger.columns, *PARTS, *PLACE, "_reason")]
    nth = sql("row_number() over (partition by :key order by judged._file, judged._row)", key=_tuple(ledger, "judged"))
    twins = (
        exp.select(*columns, named(nth, "nth"))
        .from_("judged")
        .join(exp.to_table("shared"), on=_same(ledger, "judged", "shared"))
    )
    held = [column(each) for each in dict.fromkeys((*ledger.identity, *ledger.columns, *PARTS, "_reason"))]
    variants = exp.select(*held).distinct().from_("twins")
    disputed = exp.select(*key).from_("variants").group_by(*key).having("count(*) > 1")
    stages = [
        ("judged", all_of(ledger.judged)),
        ("shared", shared),
        ("twins", twins),
        ("variants", variants),
        ("disputed", disputed),
        ("told", query(_TWINS, same=_same(ledger, "twins", "disputed"))),
    ]
    return staged(stages, query("select * from told where outcome is not null"))


def _tuple(ledger: Ledger, relation: str) -> exp.Tuple:
    return exp.Tuple(expressions=[column(each, relation) for each in ledger.identity])


def _same(ledger: Ledger, one: str, other: str) -> exp.Expression:
    """Whether two relations' rows have one identity; a moment that is open equals itself."""
    return exp.and_(
        *(sql(":a is not distinct from :b", a=column(each, one), b=column(each, other)) for each in ledger.identity)
    )


def _out(ledger: Ledger, disputed: int, *, twins: bool, any_: bool) -> exp.Select:
    judged = ("judged", all_of(ledger.judged))
    if twins:
        return staged([judged, ("twins", all_of(ledger.twins))], query(_OUT, disputed=number(disputed)))
    return staged([judged], query(_NO_TWINS) if any_ else query(_NO_TWINS).limit(0))


def _rejected(ledger: Ledger, rows: Rows, bearer: str | None) -> exp.Select:
    """The rejected rows, those of one key as one; what they disagree in is null, and so is an unknown bearer."""
    unknown = next((code for code, reason in enumerate(rows.reasons) if reason.of_bearer), -1)
    hidden = {"_bearer", *((bearer,) if bearer in ledger.columns else ())}
    known = sql("away._reason <> :unknown", unknown=exp.convert(unknown))
    away = exp.select(
        *(column(each, "judged") for each in PLACE),
        *(
            named(exp.Case(ifs=[exp.If(this=known.copy(), true=held)]) if each in hidden else held, each)
            for each in (*ledger.columns, *PARTS)
            for held in [column(each, "judged")]
        ),
    )
    places = sql("judged._file = away._file and judged._row = away._row and away._reason is not null")
    away = away.from_("judged").join(table(ledger.out, "away"), on=places)
    agreed = "case when count(distinct :it) = 1 and count(:it) = count(*) then min(:it) end"
    columns = (named(sql(agreed, it=column(each)), each) for each in (*ledger.columns, *PARTS))
    keyless = [sql("case when _key is null then _file end"), sql("case when _key is null then _row end")]
    one = exp.select(*columns).from_("rejected").group_by(*(column(each) for each in ledger.identity), *keyless)
    return staged([("judged", all_of(ledger.judged)), ("rejected", away)], one)


def _nobody(ledger: Ledger) -> exp.Select:
    """No rejected rows, in the shape of the table."""
    return exp.select(*(column(each) for each in (*ledger.columns, *PARTS))).from_(table(ledger.judged)).limit(0)


def _table(ledger: Ledger, rows: Rows, *, out: bool, alike: bool) -> exp.Select:
    """The rows that stand, each key once."""
    held = {each: column(each, "standing") for each in (*ledger.columns, *PARTS)}
    if alike:
        held["_key"] = sql(
            """case when alike.nth is null then standing._key
                    else left(standing._key, 17) || cast(alike.nth as varchar) end"""
        )
    standing = exp.select(*(named(value, each) for each, value in held.items())).from_("standing")
    if alike:
        places = sql("alike._file = standing._file and alike._row = standing._row")
        standing = standing.join(table(ledger.alike, "alike"), on=places, join_type="left")
    if out:
        places = sql("out._file = standing._file and out._row = standing._row")
        elsewhere = exp.select("1").from_(table(ledger.out, "out")).where(places)
        standing = standing.where(exp.not_(exp.Exists(this=elsewhere)))
    source = rows.plain if ledger.light else all_of(ledger.judged)
    return staged([("standing", source)], standing)
