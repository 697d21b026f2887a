"""A table whose time and bearer are reached through a reference: parts of tasks, and rules over them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from tests.reference.pieces import Draw, bearer, force, keys, some
from tests.reference.setting import KINDS, Setting
from tests.reference.world import Row

OWN = (None, "kind = 'fire'", "quantity > 1")
WHERES: Mapping[str, Sequence[str | None]] = {
    "parts": (*OWN, "task.kind = 'fire'", "task.due_on is not null and kind <> 'gift'"),
    "pieces": (
        *OWN,
        "bin.kind = kind",
        "bin.task.kind = 'fire'",
        "bin.task.employee.level = 2 or bin.quantity is null",
    ),
}


PATHS = {"parts": ("task.employee_id",), "pieces": ("bin.task.employee_id", "bin.task_id")}


def parts(
    draw: Draw, _setting: Setting, name: str, _people: Sequence[str], _made: Mapping[str, list[Row]]
) -> Mapping[str, list[Row]]:
    """Up to eight parts of a few tasks, and as many pieces in them, of which some are none that is known."""
    tasks = (*(f"{name}t{index}" for index in range(5)), None)
    bins = (*(f"{name}p{index}" for index in range(7)), None)
    return {"parts": _hanging(draw, f"{name}p", "part_id", "task_id", tasks)} | {
        "pieces": _hanging(draw, f"{name}q", "piece_id", "bin_id", bins)
    }


def _hanging(draw: Draw, name: str, key: str, column: str, others: Sequence[str | None]) -> list[Row]:
    return [
        {
            key: f"{name}{index}",
            column: draw(st.sampled_from(others)),
            "kind": draw(st.sampled_from((*KINDS, None))),
            "quantity": draw(st.sampled_from((Fraction(1), Fraction(2), Fraction(5, 2), None))),
        }
        for index in range(draw(st.integers(0, 8)))
    ]


def _block(draw: Draw) -> dict[str, Any]:
    table = draw(some("parts", "pieces"))
    return {"of": table, **keys(draw, {"where": st.sampled_from(WHERES[table])})}


def _column(body: Mapping[str, Any]) -> str:
    """The column by which a record hangs on another."""
    return {"parts": "task_id", "pieces": "bin_id"}[body["of"]]


@st.composite
def quotas(draw: Draw) -> dict[str, Any]:
    """So many parts in a window, by whoever has their task."""
    body = {**_block(draw), "per": draw(some("week", "month", "day"))}
    body |= keys(draw, {"measure": some(None, "sum(quantity)", "count(distinct kind)", "max(quantity)")})
    return {**bearer(draw), **force(draw), "quota": body | draw(some({"at_least": 1}, {"at_most": 2}, {"at_least": 2}))}


@st.composite
def limits(draw: Draw) -> dict[str, Any]:
    """Each part, or what parts of one kind add up to, within a bound."""
    body = {**_block(draw), "value": "quantity", **draw(some({"at_most": 1}, {"at_least": 2}, {"less_than": 4}))}
    if draw(st.booleans()):
        body["split"] = {"same": draw(some(["kind"], [], [_column(body)])), "within": draw(some("7 days", "24 hours"))}
    return {**bearer(draw), **force(draw), "limit": body}


@st.composite
def intervals(draw: Draw) -> dict[str, Any]:
    """Never longer than this between two parts."""
    body = {**_block(draw), "at_most": draw(some("5 days", "10 days", "3 working_days", "48 hours"))}
    return {**bearer(draw), "interval": body | keys(draw, {"from": some(None, "bearer.hired_on")})}


@st.composite
def sequences(draw: Draw) -> dict[str, Any]:
    """Parts of a task, or of whoever has it, in their order."""
    order = draw(some(["fire", "stock", "gift"], ["fire", "stock?", "gift"], ["stock", "fire"]))
    body = {**_block(draw), "stage": "kind", "order": order}
    body["case"] = draw(some(_column(body), f"{_column(body).removesuffix('_id')}.kind", *PATHS[body["of"]]))
    return {**force(draw), "sequence": body}
