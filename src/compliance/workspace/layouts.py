"""What is worked out of a table before its rows are read: once for all tables laid out alike."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from compliance.engines.base import Engine
from compliance.recent import Recent
from compliance.workspace.cells import MOMENTS
from compliance.workspace.draft import Draft, Roles, roles
from compliance.workspace.order import key_tables
from compliance.workspace.rows import Rows, rows
from compliance.workspace.shape import Shape, shape, survey
from compliance.workspace.standard import EMPLOYEES
from compliance.workspace.standing import Course, Ledger, course
from compliance.workspace.survey import Surveyed
from compliance.workspace.tables import Table

T = TypeVar("T")
_MOST = 200
"""So many surveys and layouts are kept; each holds the trees and the texts of its queries."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Who plays which part, the columns, the queries of the rows, and how the table comes to stand."""

    played: Roles
    shaped: Shape
    written: Rows
    ledger: Ledger
    usual: Course


class Layouts:
    """The layouts met lately. Many small workspaces in turn, as cases of a pack are, have few among them."""

    def __init__(self) -> None:
        self._known = Recent[Any](_MOST)

    def of(self, draft: Draft, tables: Mapping[str, Table], engine: Engine, *, few: bool) -> Layout:
        """The layout of a table that leads to others; raises UserError where a part of it can't be had."""
        zone = draft.document.value.timezone
        played = roles(draft, key_tables(draft.document))
        own = _own(draft, played)
        surveyed = self._once(own, lambda: survey(draft, played)).made(engine)
        asked = own, zone, few, surveyed.told, _led_to(played, tables)
        return self._once(asked, lambda: _layout(draft, played, surveyed, tables, few=few))

    def _once(self, asked: Hashable, work_out: Callable[[], T]) -> T:
        return cast("T", self._known.once(asked, work_out))


def _own(draft: Draft, played: Roles) -> Hashable:
    """All of a table that its survey and its layout depend on, but for its rows."""
    opened = draft.opened
    source = opened.relation, tuple(opened.cells.values()), opened.light, opened.sound, opened.offsets
    return draft.name, repr(draft.entry), source, repr(played)


def _led_to(played: Roles, tables: Mapping[str, Table]) -> Hashable:
    """All that can be seen of other tables: whether there is a roster, and those that references lead to."""
    found: dict[str, Hashable] = {}
    waiting = list(played.refs.values())
    while waiting:
        table = tables.get(waiting.pop())
        if table is not None and table.name not in found:
            columns, refs = tuple(table.columns.items()), tuple(table.refs.items())
            found[table.name] = columns, tuple(table.instants), refs, table.at, table.valid_from, table.rejected > 0
            waiting += table.refs.values()
    return EMPLOYEES in tables, tuple(found.items())


def _layout(draft: Draft, played: Roles, surveyed: Surveyed, tables: Mapping[str, Table], *, few: bool) -> Layout:
    zone = draft.document.value.timezone
    shaped = shape(draft, played, surveyed, zone)
    written = rows(draft, played, shaped, tables, zone)
    light = draft.opened.light and shaped.cheap
    ledger = Ledger(
        draft.name,
        (*shaped.columns, *shaped.instants.values()),
        ("_key", *((played.valid_from,) if played.valid_from else ())),
        bearer=played.bearer if played.bearer in shaped.columns else None,
        recorded="recorded_at" if shaped.types.get("recorded_at") in MOMENTS else None,
        light=light,
        few=few and not light,
        numbered=not played.key,
    )
    return Layout(played, shaped, written, ledger, course(ledger, written))
