"""Tables and views of a PostgreSQL server, read through ADBC as text, in one order and at one moment."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.model.types import ColumnType
from compliance.workspace.address import SCHEMES, filled, place_of, schema_and_table, variables
from compliance.workspace.cells import Cell, Notation
from compliance.workspace.source import Source
from compliance.workspace.sources.opened import FAULT, ROW, SAID, Located, Opened, SourceError, distinct_names
from compliance.workspace.sql import all_of, call, column, named, null, query, selected, sql, staged, text
from compliance.yamldoc import did_you_mean

_TYPES: dict[str, ColumnType] = {
    **dict.fromkeys(("int2", "int4", "int8"), ColumnType.INTEGER),
    **dict.fromkeys(("numeric", "float4", "float8", "money"), ColumnType.DECIMAL),
    **dict.fromkeys(("timestamp", "timestamptz"), ColumnType.DATETIME),
    "bool": ColumnType.BOOLEAN,
    "date": ColumnType.DATE,
}
_PATIENCE = "10"  # seconds in which a server must answer, unless the address or PGCONNECT_TIMEOUT say otherwise
_SETTINGS = (
    "set transaction isolation level repeatable read read only",
    "set datestyle to 'ISO, YMD'",
    "set timezone to 'UTC'",
    "set client_encoding to 'UTF8'",
)
_TABLES = """
    select n.nspname::text as schema, c.relname::text as name, n.nspname = any(current_schemas(false)) as near,
        has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select') as readable,
        c.oid::int8 as id
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    order by array_position(current_schemas(false), n.nspname), 1, 2"""
# A domain is read as what it is made of.
_COLUMNS = """
    select a.attname::text as name, coalesce(b.typname, t.typname)::text as kind,
        coalesce(a.attnum = any(i.indkey), false) as keyed
    from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
        left join pg_catalog.pg_type b on b.oid = t.typbasetype and t.typbasetype <> 0
        left join pg_catalog.pg_index i on i.indrelid = a.attrelid and i.indisprimary
    where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped
        and has_column_privilege(a.attrelid, a.attnum, 'select')
    order by a.attnum"""
# Of the rows in their order, some thousands at a time, so that no text grows beyond memory.
_PARTS = """
    select _row // 65536 as nth, sha256(string_agg(sha256(:cells), '' order by _row)) as part
    from source group by _row // 65536"""
_WHOLE = "select sha256(:names || coalesce(string_agg(part, '' order by nth), '')) from parts"
_REFUSALS = (
    ("no password supplied", "asks for a password", "set PGPASSWORD, or write ${NAME} into the address"),
    ("password authentication failed", "refuses this user or its password", "check both, and where they are set"),
    ("FATAL:  role ", "knows no such user", "check the user"),
    ("FATAL:  database ", "has no such database", "check the name behind the host"),
    ("FATAL", "refuses the connection", "ask whoever keeps the server who may connect, and from where"),
    ("connect: invalid ", "is no address that PostgreSQL understands", "write postgresql://user@host:port/database"),
    ("", "can't be reached", "check host and port, and whether the server is running"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the table: its name, the name of its type, and whether the primary key holds it."""

    name: str
    kind: str
    keyed: bool


def open_postgresql(
    engine: Engine, name: str, located: Located, source: Source, notations: Callable[[str], Notation]
) -> Opened:
    """Copy the table's rows to the engine: every column that may be read, in the order of its primary key."""
    place, table = place_of(source.path), source.table or ""
    driver, broken = _driver(), list[Exception]()
    with _connected(driver, source.path, place) as cursor:
        try:
            schema, relation, fields = _found(cursor, place, table)
            names = distinct_names([field.name for field in fields])
            cursor.execute(_as_text(exp.table_(relation, db=schema, quoted=True), fields, names))
            engine.hand_over(name, _checked(cursor.fetch_record_batch(), broken))
        except SourceError:
            raise
        except Exception as error:  # what the driver says may hold what was to be kept secret
            if not broken and not isinstance(error, driver.Error):
                raise
            says = f"{place}::{table} could not be read to its end"
            raise SourceError(says, "try again, or ask whoever keeps the server") from None
    cells = {
        each: Cell(each, column(each), notation=notations(each), declared=_TYPES.get(field.kind, ColumnType.TEXT))
        for each, field in zip(names, fields, strict=True)
    }
    return Opened(name, cells, located.names, sound=True, digest=_digest(engine, name, names))


# --- the server -----------------------------------------------------------------------------


@contextmanager
def _connected(driver: Any, address: str, place: str) -> Iterator[Any]:  # noqa: ANN401 ADBC is untyped
    """A cursor in a transaction that only reads, and sees the tables as they are at its beginning."""
    try:
        connection = driver.connect(patient(with_secrets(address, place)))
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 its text may hold the password, and is only looked at
        says, advice = refused(str(error))
        raise SourceError(f"{place} {says}", advice) from None
    with connection, connection.cursor() as cursor:
        for setting in _SETTINGS:
            cursor.execute(setting)
        yield cursor


def _driver() -> Any:  # noqa: ANN401 as above
    try:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415 needed for PostgreSQL only, and may be left out
    except ImportError:
        says = "PostgreSQL is read by a driver that is not installed"
        raise SourceError(says, "install it: pip install 'dutybook[postgresql]'") from None
    return dbapi


def refused(said: str) -> tuple[str, str]:
    """Why a server took no connection, in our words, and what to do; what it said is only looked at."""
    return next((says, advice) for sign, says, advice in _REFUSALS if sign in said)


def with_secrets(address: str, place: str) -> str:
    """The address with the values of its variables; raises SourceError where one is not set."""
    values = {name: os.environ.get(name, "") for name in variables(address)}
    if missing := [name for name, value in values.items() if not value]:
        says = f"the variable {missing[0]} is not set" if len(missing) == 1 else f"not set: {', '.join(missing)}"
        raise SourceError(f"{says}, and {place} needs it", "set it in the environment of the command")
    whole = filled(address, values)
    if not whole.startswith(SCHEMES):
        raise SourceError(f"{place} is no address of PostgreSQL", "it must begin with postgresql://")
    return whole


def patient(address: str) -> str:
    """The address with how long a server may take to answer."""
    if "connect_timeout=" in address or "PGCONNECT_TIMEOUT" in os.environ:
        return address
    return f"{address}{'&' if '?' in address else '?'}connect_timeout={_PATIENCE}"


def _found(cursor: Any, place: str, table: str) -> tuple[str, str, list[Field]]:  # noqa: ANN401 as above
    """The schema, the name and the columns of a table."""
    cursor.execute(_TABLES)
    known = cursor.fetch_arrow_table().to_pylist()
    schema, wanted = schema_and_table(table)
    seen = [each for each in known if (each["schema"] == schema if schema else each["near"])]
    match = next((each for each in seen if each["name"] == wanted), None)
    if match is None:
        raise _not_there(place, schema, wanted, known, seen)
    if not match["readable"]:
        says = f"this user may not read {match['schema']}.{wanted} of {place}"
        raise SourceError(says, "grant it select on the table, or on the columns that it may see")
    cursor.execute(_COLUMNS, parameters=(match["id"],))
    fields = [Field(**each) for each in cursor.fetch_arrow_table().to_pylist()]
    return match["schema"], match["name"], fields


def _not_there(
    place: str, schema: str | None, wanted: str, known: Sequence[dict[str, Any]], seen: Sequence[dict[str, Any]]
) -> SourceError:
    schemas = list(dict.fromkeys(each["schema"] for each in known))
    if schema and schema not in schemas:
        listed = f"there are: {', '.join(schemas) or 'none with a table'}"
        return SourceError(f"{place} has no schema `{schema}`", did_you_mean(schema, schemas) or listed)
    names = [each["name"] for each in seen]
    says = f"{place} has no table `{wanted}`" + (f" in schema `{schema}`" if schema else "")
    return SourceError(says, did_you_mean(wanted, names) or f"there are: {', '.join(names) or 'none'}")


# --- rows -----------------------------------------------------------------------------------


def _as_text(table: exp.Table, fields: Sequence[Field], names: Sequence[str]) -> str:
    """Every column as text; rows without a primary key stand in the order of all their cells."""
    cells = [named(_text_of(field), name) for field, name in zip(fields, names, strict=True)]
    binary = exp.to_identifier("C", quoted=True)
    keyed: list[exp.Expr] = [column(field.name) for field in fields if field.keyed]
    ordered = keyed or [exp.Collate(this=_text_of(field), expression=binary.copy()) for field in fields]
    row = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=ordered))
    places = [sql("cast(0 as int) as _file"), named(row, ROW), named(null("TEXT"), FAULT), named(null("TEXT"), SAID)]
    return selected([*cells, *places], table).sql(dialect="postgres")


def _text_of(field: Field) -> exp.Expr:
    if field.kind == "bytea":
        return sql("'0x' || upper(:hex)", hex=call("encode", column(field.name), text("hex")))
    value: exp.Expr = column(field.name)
    if field.kind == "money":  # its text is the server's own, with the sign of a currency
        value = exp.Cast(this=value, to=exp.DataType.build("DECIMAL"))
    return exp.Cast(this=value, to=exp.DataType.build("TEXT"))


def _checked(rows: pa.RecordBatchReader, broken: list[Exception]) -> pa.RecordBatchReader:
    """The rows, each batch proven to be text in UTF-8; what ends them early is kept in `broken`."""

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for batch in rows:
                batch.validate(full=True)
                yield batch
        except Exception as error:
            broken.append(error)
            raise

    return pa.RecordBatchReader.from_batches(rows.schema, batches())


def _digest(engine: Engine, name: str, names: Sequence[str]) -> str:
    """The SHA-256 of the rows that were read, as that of a file is one of its bytes."""
    told = (sql("coalesce(:cell, chr(30))", cell=column(each)) for each in names)
    cells = call("concat_ws", text("\x1f"), text(""), *told)
    parts = query(_PARTS, cells=cells)
    whole = query(_WHOLE, names=text("\x1f".join(names)))
    return str(engine.fetch(staged([("source", all_of(name)), ("parts", parts)], whole))[0][0].as_py())
