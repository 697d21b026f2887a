"""One record with a column of every type, and what an expression over it gives on the engine or is refused with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
from sqlglot import exp

from compliance.clock import functions, instant_sql, local_sql
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError, parse
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Listed, Literal, Typed, column, literal
from compliance.model.problem import Place, Problem
from compliance.model.types import ColumnType

COLUMNS: dict[str, ColumnType] = {
    "n": ColumnType.INTEGER,
    "d": ColumnType.DECIMAL,
    "m": ColumnType.MONEY,
    "p": ColumnType.PERCENT,
    "b": ColumnType.BOOLEAN,
    "t": ColumnType.TEXT,
    "x": ColumnType.TEXT,
    "on_day": ColumnType.DATE,
    "at": ColumnType.DATETIME,
}
RECORD = """
    create table r as select 7 as n, 2.5::decimal(18, 4) as d, 10.10::decimal(18, 2) as m, 15::decimal(18, 4) as p,
        true as b, 'Abc' as t, null::varchar as x, date '2026-01-31' as on_day, timestamp '2026-01-31 18:00' as at
"""


@dataclass(frozen=True)
class OneRecord:
    """The names of the record, two parameters, and a clock."""

    zone: str = "UTC"

    def column(self, path: tuple[str, ...]) -> Typed:
        if len(path) == 1 and path[0] in COLUMNS:
            return column(path[0], COLUMNS[path[0]])
        raise UnknownName(f"no column `{'.'.join(path)}`", tuple(COLUMNS))

    def parameter(self, name: str) -> Typed | Listed:
        kinds = Listed(((None, (literal("u"), literal("v"))),))
        known: dict[str, Typed | Listed] = {"most": literal(3), "kinds": kinds}
        if name in known:
            return known[name]
        raise UnknownName(f"there is no parameter `{name}`", tuple(known))

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:
        raise UnknownName(f"`{name}` of {len(arguments)} can't be told here")

    def instant(self, local: exp.Expr) -> exp.Expr:
        return instant_sql(local, self.zone)

    def local(self, instant: exp.Expr) -> exp.Expr:
        return local_sql(instant, self.zone)


def compiled(text: str, wants: Family | None = None, zone: str = "UTC") -> Typed:
    return compile_expression(text, OneRecord(zone), wants=wants)


def evaluated(text: str, zone: str = "UTC") -> Literal:
    """What the engine answers for the record."""
    query = exp.select(compiled(text, zone=zone).sql.as_("answer")).from_("r")
    answer: Literal = _engine(zone).execute(query.sql(dialect="duckdb")).fetchall()[0][0]
    return answer


@cache
def _engine(zone: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(RECORD)
    for function in functions(zone):
        connection.execute(f"create macro {function.name}({function.parameter}) as {function.body.sql('duckdb')}")
    return connection


def refusal(text: str) -> str:
    """What a user reads of an expression that can't be bound; one that can is given back with a mark."""
    return _drawn(text, lambda: compile_expression(text, OneRecord()))


def misread(text: str) -> str:
    """What a user reads of an expression that can't be parsed."""
    return _drawn(text, lambda: parse(text))


def _drawn(text: str, work: Callable[[], object]) -> str:
    try:
        work()
    except ExpressionError as error:
        place = Place("rule.yaml", 1, error.start + 1)
        return Problem(place, error.says, error.help, text, error.width).shown()
    return f"{text} is fine"
