"""The rows of one table on the engine: typed, placed in time, given to a bearer, each with what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from compliance.clock import existing_sql, instant_sql
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError
from compliance.language.values import Family, Typed
from compliance.model.problem import UserError
from compliance.model.types import ColumnType
from compliance.workspace import reasons
from compliance.workspace.cells import MOMENTS, Native
from compliance.workspace.draft import Draft, Roles
from compliance.workspace.reading import read
from compliance.workspace.reasons import Reason
from compliance.workspace.references import APART, Joined, RowScope
from compliance.workspace.shape import Column, Shape
from compliance.workspace.sql import Stages, call, column, named, null, selected, sql, staged, table, text
from compliance.workspace.standard import EMPLOYEES
from compliance.workspace.tables import Table

PLACE = ("_file", "_row")
DARK = "_dark"
STRANGER = "_stranger"
PARTS = ("_key", "_at", "_instant", "_bearer")
_SPANS = (("starts_on", "ends_on"), ("hired_on", "left_on"), ("in_force_from", "in_force_to"))


@dataclass(frozen=True, slots=True)
class Parts:
    """When a row happened and whose it is, as far as that can be had."""

    at: Typed | None
    bearer: Typed | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Queries of a table's rows with their place: with all parts, and also with `_reason` and `_told`.

    Where a roster is kept, `_stranger` tells that the bearer is not on it, whatever else is wrong with the row.
    """

    plain: exp.Select
    judged: exp.Select
    reasons: tuple[Reason, ...]
    parts: Parts


def rows(draft: Draft, roles: Roles, shape: Shape, tables: Mapping[str, Table], zone: str) -> Rows:
    """Write the queries; raises UserError where a part that the manifest gives can't be had."""
    scope = RowScope(shape.types, shape.instants, shape.leading(roles.refs), tables, zone)
    parts, astray = _parts(draft, roles, scope)
    on_roster = parts.bearer is not None and EMPLOYEES in tables and draft.name != EMPLOYEES
    early, late = (
        reasons.of_source(shape, sound=draft.opened.sound),
        tuple(_late(roles, shape, astray, on_roster=on_roster)),
    )
    stages: Stages = [
        *(joined.stage() for joined in scope.joins.values()),
        *([("roster", selected(["_key"], table(tables[EMPLOYEES].relation)).distinct())] if on_roster else []),
        *shape.stages,
        ("read", _read(shape)),
        ("typed", _typed(shape, roles, early, zone, reasons.dark(shape, sound=draft.opened.sound))),
        ("placed", _placed(shape, roles, parts, scope, astray)),
        ("timed", _timed(parts, zone)),
    ]
    held = (*shape.columns, *shape.instants.values(), *PARTS, *PLACE)
    plain = selected((column(each) for each in held), "timed")
    strange = [named(reasons.STRANGE.copy(), STRANGER)] if on_roster else []
    judged = selected([*(column(each) for each in held), *_judged(early, late), *strange, column(DARK)], "known")
    known = ("known", _known(on_roster=on_roster))
    return Rows(staged(stages, plain), staged([*stages, known], judged), (*early, *late), parts)


# --- parts ----------------------------------------------------------------------------------


def _parts(draft: Draft, roles: Roles, scope: RowScope) -> tuple[Parts, Sequence[Joined]]:
    """The parts, and the references of the time that may lead to a rejected row: whoever's it is may be told there."""
    at = _part(draft, roles, scope, "at")
    astray = scope.heed_rejected()
    return Parts(at, _own(roles, scope, _part(draft, roles, scope, "bearer"))), astray


def _own(roles: Roles, scope: RowScope, bearer: Typed | None) -> Typed | None:
    """The bearer of the rows that are the organisation's own; nobody can tell which, where the source does not."""
    if bearer is None or roles.bearer_where is None:
        return bearer
    try:
        where = compile_expression(roles.bearer_where, scope, wants=Family.BOOLEAN)
    except ExpressionError:
        return None
    return Typed(sql("case when :own then :bearer end", own=where.sql, bearer=bearer.sql), Family.TEXT)


def _part(draft: Draft, roles: Roles, scope: RowScope, part: Literal["at", "bearer"]) -> Typed | None:
    written: str | None = getattr(roles, part)
    if written is None:
        return None
    try:
        return _wanted(draft, scope, written, part)
    except ExpressionError as error:
        if part not in roles.given:
            return None
        raise UserError(draft.misread(error, part)) from None


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
    read_ = (named(read(each.cell, each.type), reasons.cast(nth)) for nth, each in enumerate(shape.columns.values()))
    return selected(["*", *read_], "worked")


def _typed(shape: Shape, roles: Roles, early: tuple[Reason, ...], zone: str, dark: exp.Expr) -> exp.Select:
    told = list(enumerate(shape.columns.items()))
    columns = [
        *(named(_existing(nth, each, zone), name) for nth, (name, each) in told),
        *(
            named(_moment(nth, each.cell.utc, zone), shape.instants[name])
            for nth, (name, each) in told
            if name in shape.instants and each.cell.utc is not None
        ),
        *(column(each) for each in PLACE),
        named(reasons.code(early), "_unread"),
        named(reasons.told(early), "_shown"),
        named(dark, DARK),
        named(null("VARCHAR") if roles.key else _digest(shape), "_digest"),
    ]
    return selected(columns, "read")


def _moment(nth: int, utc: exp.Expr, zone: str) -> exp.Expr:
    """The moment in UTC that the cell tells, else the one that its local time is."""
    return sql("coalesce(:told, :worked)", told=utc, worked=instant_sql(column(reasons.cast(nth)), zone))


def _existing(nth: int, taken: Column, zone: str) -> exp.Expr:
    """The cell that was read; a written time that clocks never showed moves on."""
    read_ = column(reasons.cast(nth))
    text = taken.cell.native is Native.TEXT or taken.cell.raw is not None
    return existing_sql(read_, zone) if text and taken.type is ColumnType.DATETIME else read_


def _digest(shape: Shape) -> exp.Expr:
    """What a row without a key is known by: a digest of its source's cells, whatever the order of columns."""
    cells = (shape.source[name].source for name in sorted(shape.source))
    texts = (sql("coalesce(cast(:cell as varchar), '')", cell=cell) for cell in cells)
    joined = call("concat_ws", text("\x1f"), text(""), *texts)
    return sql("case when _fault is null then left(md5(:joined), 16) || '-1' end", joined=joined)


def _placed(shape: Shape, roles: Roles, parts: Parts, scope: RowScope, astray: Sequence[Joined]) -> exp.Select:
    at = sql("cast(:at as timestamp)", at=parts.at.sql) if parts.at else null("TIMESTAMP")
    utc = parts.at.instant if parts.at and parts.at.instant is not None else null("TIMESTAMP")
    columns = [
        *(
            column(each, "typed")
            for each in (*shape.columns, *shape.instants.values(), *PLACE, "_unread", "_shown", DARK)
        ),
        named(utc, "_utc"),
        named(_key(roles), "_key"),
        named(at, "_at"),
        named(parts.bearer.sql if parts.bearer else null("VARCHAR"), "_bearer"),
        *(named(column(APART, each.alias), _astray(nth)) for nth, each in enumerate(astray)),
    ]
    placed = selected(columns, "typed")
    for joined in scope.joins.values():
        placed = joined.join(placed)
    return placed


def _key(roles: Roles) -> exp.Expr:
    """The key as text, the parts of a composite one joined; null where any part is."""
    if not roles.key:
        return column("_digest", "typed")
    first, *rest = (sql("cast(:part as varchar)", part=column(each, "typed")) for each in roles.key)
    for part in rest:
        first = sql(":whole || ' / ' || :part", whole=first, part=part)
    return first


def _timed(parts: Parts, zone: str) -> exp.Select:
    worked = sql("coalesce(_utc, :worked)", worked=instant_sql(column("_at"), zone)) if parts.at else null("TIMESTAMP")
    return selected(["*", named(worked, "_instant")], "placed")


# --- what is wrong --------------------------------------------------------------------------


def _astray(nth: int) -> str:
    """The name of the column that tells whether the nth reference of the time leads to a rejected row."""
    return f"_astray_{nth}"


def _late(roles: Roles, shape: Shape, astray: Sequence[Joined], *, on_roster: bool) -> Iterable[Reason]:
    """What is decided of a row once it is read, in this order."""
    if roles.key:
        yield reasons.missing_key(roles.key)
    yield from (
        reasons.reversed_span(*span) for span in _SPANS if all(shape.types.get(each) in MOMENTS for each in span)
    )
    for nth, each in enumerate(astray):
        yield reasons.led_astray(each.by.name, each.table.name, column(_astray(nth)))
    if on_roster:
        yield reasons.unknown_bearer(roles.bearer or "")


def _known(*, on_roster: bool) -> exp.Select:
    """The rows, with the key of their bearer on the roster beside them where there is one."""
    known = column("_key", "roster") if on_roster else null("VARCHAR")
    rows_ = selected([exp.Column(this=exp.Star(), table=exp.to_identifier("timed")), named(known, "_known")], "timed")
    if not on_roster:
        return rows_
    return rows_.join(table("roster"), on=sql("roster._key = timed._bearer"), join_type="left", copy=False)


def _judged(early: tuple[Reason, ...], late: tuple[Reason, ...]) -> tuple[exp.Expr, exp.Expr]:
    reason = sql("coalesce(_unread, :late)", late=reasons.code(late, start=len(early)))
    shown = sql("case when _unread is null then :late else _shown end", late=reasons.told(late))
    return named(reason, "_reason"), named(shown, "_told")
