"""A register's tables on a PostgreSQL server: those of the file, with a server's words for types, guards and JSON."""

import re
from collections.abc import Iterator

from compliance.register.database import Connection
from compliance.register.shape import DECLARED, TABLES, VERSION

SCHEMA = "dutybook"
"""The schema that holds nothing but the register, so that a database has one at most."""

STAMP = "Dutybook register, shape "
"""How the schema's comment begins, which says what it is; the number of the shape follows."""

# Text sorts by its bytes, as in a file: what the chain covers must not depend on a server's locale.
_WORDS = {"blob": "bytea", "integer": "bigint", "text": 'text collate "C"', "without rowid": ""}
_PATH = "string_to_array(replace(replace(substr(path, 3), '[', '.'), ']', ''), '.')"
# What SQLite has and the register's queries use, so that they are the same text on both.
_FUNCTIONS = (
    (
        "typeof(given anyelement) returns text",
        """select case when given is null then 'null' when pg_typeof(given) = 'bigint'::regtype then 'integer'
           when pg_typeof(given) = 'bytea'::regtype then 'blob' else pg_typeof(given)::text end""",
    ),
    ("hex(given text) returns text", "select upper(encode(convert_to(coalesce(given, ''), 'UTF8'), 'hex'))"),
    ("hex(given bytea) returns text", "select upper(encode(coalesce(given, ''), 'hex'))"),
    ("hex(given bigint) returns text", "select upper(encode(convert_to(coalesce(given::text, ''), 'UTF8'), 'hex'))"),
    ("sha256_of_hex(given text) returns bytea", "select sha256(decode(given, 'hex'))"),
    (
        "json_each(list text) returns table (key bigint, value text)",
        """select place - 1, element from json_array_elements_text(list::json)
           with ordinality as listed (element, place)""",
    ),
    ("json_extract(body text, path text) returns text", f"select body::json #>> {_PATH}"),
    (
        "json_array_length(body text, path text) returns integer",
        f"select pg_catalog.json_array_length(body::json #> {_PATH})",
    ),
)
_REFUSE = "begin raise exception 'a register is never changed, only added to'; end"
_REFUSE_UNLESS_PURGED = """declare is_purged boolean; begin
    execute format('select exists (select 1 from %I.purged where event = $1)', tg_table_schema)
        into is_purged using old.event;
    if is_purged then return old; end if;
    raise exception 'a register is never changed, only added to'; end"""

_DESCRIBED = """
    select case relkind when 'v' then 'view ' when 'i' then 'index ' when 'S' then 'sequence ' else 'table ' end
        || relname, concat_ws(' ', relkind, relpersistence = 'u', relrowsecurity, relforcerowsecurity,
            case relkind when 'v' then pg_get_viewdef(oid) when 'i' then pg_get_indexdef(oid) end)
    from pg_class where relnamespace = :schema
    union all
    select 'column ' || relname || '.' || attname, concat_ws(' ', attnum, format_type(atttypid, atttypmod), attnotnull,
        collname, atthasdef)
    from pg_attribute join pg_class on pg_class.oid = attrelid left join pg_collation on pg_collation.oid = attcollation
    where relnamespace = :schema and relkind in ('r', 'v') and attnum > 0
    union all
    select 'constraint ' || conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = :schema
    union all
    select 'trigger ' || tgname, concat_ws(' ', tgenabled, pg_get_triggerdef(pg_trigger.oid, true))
    from pg_trigger join pg_class on pg_class.oid = tgrelid where relnamespace = :schema
    union all
    select 'rule ' || relname || '.' || rulename, pg_get_ruledef(pg_rewrite.oid)
    from pg_rewrite join pg_class on pg_class.oid = ev_class where relnamespace = :schema and rulename <> '_RETURN'
    union all
    select 'function ' || proname || '(' || pg_get_function_arguments(oid) || ')',
        concat_ws(' ', pg_get_function_result(oid), provolatile, prosecdef, proconfig, prosrc)
    from pg_proc where pronamespace = :schema
"""


def statements(schema: str = SCHEMA) -> Iterator[str]:
    """What makes the tables in a schema that is the first in the search path."""
    for heading, body in _FUNCTIONS:
        yield f"create function {schema}.{heading} language sql immutable as $${body}$$"
    yield from map(_translated, DECLARED)
    for name, body in (("refuse", _REFUSE), ("refuse_unless_purged", _REFUSE_UNLESS_PURGED)):
        yield f"create function {schema}.{name}() returns trigger language plpgsql as $${body}$$"
    for table in TABLES:
        changes = "update or truncate" if table == "texts" else "update or delete or truncate"
        does = f"for each statement execute function {schema}.refuse()"
        yield f"create trigger {table}_never_changed before {changes} on {table} {does}"
    does = f"for each row execute function {schema}.refuse_unless_purged()"
    yield f"create trigger texts_never_deleted before delete on texts {does}"


def make(connection: Connection) -> None:
    """Make the register's schema in a database that has none, and all that belongs into it."""
    connection.execute(f"create schema {SCHEMA}")
    for statement in statements():
        connection.execute(statement)
    connection.execute(f"comment on schema {SCHEMA} is '{STAMP}{VERSION}'")


def damages(connection: Connection) -> Iterator[str]:
    """What the schema has, or lacks, that the register would make otherwise: a table, a guard, a function."""
    # The model is made after that, since its tables would hide those of the register.
    found = _described(connection, "select oid from pg_namespace where nspname = ?", SCHEMA)
    connection.execute("savepoint model")
    connection.execute("set local search_path = pg_temp")
    for statement in statements("pg_temp"):
        connection.execute(statement)
    expected = _described(connection, "select pg_my_temp_schema()")
    connection.execute("rollback to savepoint model")
    for name, _ in sorted(expected ^ found):
        yield f"the {name} is not as the register makes it"


def _described(connection: Connection, schema: str, *given: str) -> set[tuple[str, str]]:
    """Everything that a schema declares, by name and in the server's words without the schema's name."""
    oid = connection.execute(schema, given).fetchone()[0]
    rows = connection.execute(_DESCRIBED, {"schema": oid})
    return {(name, re.sub(rf"\b(pg_temp(_\d+)?|{SCHEMA})\.", "", declared)) for name, declared in rows}


def _translated(statement: str) -> str:
    return re.sub("|".join(rf"\b{word}\b" for word in _WORDS), lambda found: _WORDS[found[0]], statement)
