"""The rows of one table on the engine: typed, placed in time, given to a bearer, each with what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from compliance.clock import instant_sql
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.language.values import Family, Typed
from compliance.model.problem import UserError
from compliance.model.types import ColumnType
from compliance.workspace.cells import read
from compliance.workspace.draft import Draft, Roles
from compliance.workspace.reasons import (
    Reason,
    cast_name,
    code,
    missing_key,
    reversed_span,
    told,
    unknown_bearer,
    unreadable,
)
from compliance.workspace.references import RowScope
from compliance.workspace.shape import Shape
from compliance.workspace.sql import column, named, null, sql, staged, table, text
from compliance.workspace.standard import EMPLOYEES
from compliance.workspace.tables import Table

PLACE = ("_file", "_row")
PARTS = ("_key", "_at", "_instant", "_bearer")
_SPANS = (("starts_on", "ends_on"), ("hired_on", "left_on"), ("in_force_from", "in_force_to"))
_MOMENTS = {ColumnType.DATE, ColumnType.DATETIME}


@dataclass(frozen=True, slots=True)
class Parts:
    """When a row happened and whose it is, as far as that can be had."""

    at: Typed | None
    bearer: Typed | None
    instant: exp.Expression | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Queries of a table's rows with their place: with all parts, and also with `_reason` and `_told`."""

    plain: exp.Select
    judged: exp.Select
    reasons: tuple[Reason, ...]
    parts: Parts


def rows(draft: Draft, roles: Roles, shape: Shape, tables: Mapping[str, Table], zone: str) -> Rows:
    """Write the queries; raises UserError where a part that the manifest gives can't be had."""
    scope = RowScope({name: each.type for name, each in shape.columns.items()}, roles.refs, tables, zone)
    parts = _parts(draft, roles, scope)
    checked = parts.bearer is not None and EMPLOYEES in tables and draft.name != EMPLOYEES
    early, late = unreadable(shape), _late(roles, shape, checked=checked)
    stages = [
        *shape.stages,
        ("read", _read(shape)),
        ("typed", _typed(shape, roles, early)),
        ("placed", _placed(shape, roles, parts, scope)),
        ("timed", _timed(parts, zone)),
    ]
    held = [column(each) for each in (*shape.columns, *PARTS, *PLACE)]
    judged = exp.select(*(each.copy() for each in held), *_judged(early, late)).from_("known")
    return Rows(
        staged(stages, exp.select(*held).from_("timed")),
        staged([*stages, ("known", _known(roster=checked))], judged),
        (*early, *late),
        parts,
    )


# --- parts ----------------------------------------------------------------------------------


def _parts(draft: Draft, roles: Roles, scope: RowScope) -> Parts:
    at = _part(draft, roles, scope, "at")
    bearer = _part(draft, roles, scope, "bearer")
    if bearer is not None and roles.bearer_where is not None:
        where = compile_expression(roles.bearer_where, scope, wants=Family.BOOLEAN)
        bearer = Typed(sql("case when :where then :bearer end", where=where.sql, bearer=bearer.sql), Family.TEXT)
    instant = scope.instant_of(paths(parse(roles.at))[0]) if at is not None and "." in (roles.at or "") else None
    return Parts(at, bearer, instant)


def _part(draft: Draft, roles: Roles, scope: RowScope, part: Literal["at", "bearer"]) -> Typed | None:
    written: str | None = getattr(roles, part)
    if written is None:
        return None
    try:
        return _wanted(draft, scope, written, part)
    except ExpressionError as error:
        if part not in roles.given:
            return None
        loc = ("tables", draft.name, part)
        problem = draft.document.problem(loc, error.says, error.help, offset=error.start, width=error.width)
        raise UserError(problem) from None


def _wanted(draft: Draft, scope: RowScope, written: str, part: Literal["at", "bearer"]) -> Typed:
    typed = scope.column((written,)) if written in draft.names else compile_expression(written, scope)
    if part == "bearer":
        return Typed(sql("cast(:it as varchar)", it=typed.sql), Family.TEXT)
    if typed.family not in {Family.DATE, Family.DATETIME}:
        message = f"`at` is a date or a datetime, and this is {typed.family.value}"
        raise ExpressionError(message, 0, len(written), "say its type under `types`")
    return typed


# --- stages ---------------------------------------------------------------------------------


def _read(shape: Shape) -> exp.Select:
    casts = [named(read(each.cell, each.type), cast_name(nth)) for nth, each in enumerate(shape.columns.values())]
    return exp.select("*", *casts).from_("worked")


def _typed(shape: Shape, roles: Roles, early: tuple[Reason, ...]) -> exp.Select:
    columns = [named(column(cast_name(nth)), name) for nth, name in enumerate(shape.columns)]
    at = shape.columns.get(roles.at or "")
    utc = at.cell.utc if at and at.cell.utc is not None else null("TIMESTAMP")
    return exp.select(
        *columns,
        *(column(each) for each in PLACE),
        named(utc.copy(), "_utc"),
        named(code(early), "_unread"),
        named(told(early), "_shown"),
        named(_digest(shape) if not roles.key else null("VARCHAR"), "_digest"),
    ).from_("read")


def _digest(shape: Shape) -> exp.Expression:
    """What a row without a key is known by: a digest of its source's cells, whatever their order."""
    cells = [
        sql("coalesce(cast(:cell as varchar), '')", cell=shape.source[name].raw or shape.source[name].value)
        for name in sorted(shape.source)
    ]
    joined = exp.func("concat_ws", text("\x1f"), *cells, dialect="duckdb")
    return sql("case when _fault is null then left(md5(:joined), 16) || '-1' end", joined=joined)


def _placed(shape: Shape, roles: Roles, parts: Parts, scope: RowScope) -> exp.Select:
    columns = [column(each, "typed") for each in (*shape.columns, *PLACE, "_unread", "_shown")]
    utc = (
        sql("coalesce(:own, :other)", own=column("_utc", "typed"), other=parts.instant)
        if parts.instant
        else column("_utc", "typed")
    )
    placed = exp.select(
        *columns,
        named(utc, "_utc"),
        named(_key(roles), "_key"),
        named(sql("cast(:at as timestamp)", at=parts.at.sql) if parts.at else null("TIMESTAMP"), "_at"),
        named(parts.bearer.sql.copy() if parts.bearer else null("VARCHAR"), "_bearer"),
    ).from_("typed")
    for joined in scope.joins.values():
        placed = joined.join(placed)
    return placed


def _key(roles: Roles) -> exp.Expression:
    if not roles.key:
        return column("_digest", "typed")
    parts = [sql("cast(:part as varchar)", part=column(each, "typed")) for each in roles.key]
    whole = parts[0]
    for part in parts[1:]:
        whole = sql(":whole || ' / ' || :part", whole=whole, part=part)
    return whole


def _timed(parts: Parts, zone: str) -> exp.Select:
    instant = sql("coalesce(_utc, :worked)", worked=instant_sql(column("_at"), zone)) if parts.at else null("TIMESTAMP")
    return exp.select("*", named(instant, "_instant")).from_("placed")


# --- what is wrong --------------------------------------------------------------------------


def _late(roles: Roles, shape: Shape, *, checked: bool) -> tuple[Reason, ...]:
    """What is decided of a row once it is read, in this order."""
    types = {name: each.type for name, each in shape.columns.items()}
    spans = [span for span in _SPANS if all(types.get(each) in _MOMENTS for each in span)]
    return (
        *((missing_key(roles.key),) if roles.key else ()),
        *(reversed_span(*span) for span in spans),
        *((unknown_bearer(roles.bearer or ""),) if checked else ()),
    )


def _known(*, roster: bool) -> exp.Select:
    """The rows, with the key of their bearer on the roster beside them where there is one."""
    if not roster:
        return exp.select("*", named(null("VARCHAR"), "_known")).from_("timed")
    people = exp.select("_key").distinct().from_(table(EMPLOYEES)).subquery("roster")
    known = exp.select(
        exp.Column(this=exp.Star(), table=exp.to_identifier("timed")), named(column("_key", "roster"), "_known")
    )
    return known.from_("timed").join(people, on=sql("roster._key = timed._bearer"), join_type="left")


def _judged(early: tuple[Reason, ...], late: tuple[Reason, ...]) -> tuple[exp.Expression, exp.Expression]:
    reason = sql("coalesce(_unread, :late)", late=code(late, start=len(early)))
    shown = sql("case when _unread is null then :late else _shown end", late=told(late))
    return named(reason, "_reason"), named(shown, "_told")
