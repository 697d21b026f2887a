"""Second blocks that are tied by several columns, over two references, and carry further blocks of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from tests.reference.columns import AT
from tests.reference.pieces import EARLY, Draw, answers, bearer, force, keys, some, where

Match = Sequence[str] | Mapping[str, str]

ACTIVITIES: Sequence[Match] = (
    ["client_id", "employee_id", "kind"],
    {"client_id": "client_id", "employee_id": "client.owner_id", "kind": "kind"},
    {"client.owner.superior_id": "employee_id"},
    {"client_id": "client_id", "employee.department": "client.owner.department"},
    {"client.category": "client.category", "employee_id": "employee_id", "kind": "kind"},
    {
        "client.owner_id": "client.owner_id",
        "client.owner.level": "employee.level",
        "client.category": "client.category",
    },
)
CHECKS: Sequence[Match] = (
    {"employee_id": "employee_id", "category": "client.category"},
    {"employee_id": "client.owner_id", "category": "client.category", "employee.level": "employee.level"},
    {"employee.superior_id": "client.owner.superior_id", "employee_id": "employee_id"},
)
OF_ORDERS: Sequence[Match] = (
    ["client_id", "employee_id", "on_behalf_of"],
    {"client_id": "client_id", "client.owner.department": "employee.department"},
    *ACTIVITIES[2:3],
    *ACTIVITIES[5:],
)
HANDOVERS: Sequence[Match] = (
    ["task_id"],
    {"task_id": "task_id", "task.employee_id": "employee_id", "task.kind": "kind"},
    {"task.employee.superior_id": "employee.superior_id", "task_id": "task_id"},
)
BESIDE: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "activities": (
        {"of": "checks", "match": ["employee_id", "kind"]},
        {"of": "checks", "match": ["employee_id"], "where": "at < this.at and kind <> this.kind"},
        {"of": "checks", "match": {"employee_id": "client.owner_id"}, "measure": "count", "at_most": 1},
    ),
    "checks": (
        {"of": "activities", "match": ["employee_id", "kind"]},
        {"of": "activities", "match": ["employee_id"], "where": "minutes > 2", "at_least": 2},
    ),
    "handovers": ({"of": "tasks", "match": ["task_id"], "where": "quantity = this.quantity"},),
}
"""What may, or may not, stand beside a record of a second block."""


def _second(draw: Draw, table: str, matches: Sequence[Match]) -> dict[str, Any]:
    """A second block of a table, tied so, with what else it may carry."""
    block: dict[str, Any] = {"of": table, "match": draw(st.sampled_from(matches))}
    if draw(st.integers(0, 2)) == 0:
        block[draw(some("with", "without"))] = {**draw(st.sampled_from(BESIDE[table]))}
    asked = () if table == "handovers" else ("kind = this.kind",) * ("kind" in str(matches)) + ("kind <> 'note'",)
    return block | keys(draw, {"where": some(None, *asked)})


def _first(draw: Draw, table: str) -> dict[str, Any]:
    found = where(draw, table) if draw(st.booleans()) else None
    return {"of": table, **({"where": found} if found else {})}


def _rule(draw: Draw, table: str) -> dict[str, Any]:
    return answers(draw, table, {**bearer(draw), **force(draw)})


@st.composite
def responses(draw: Draw) -> dict[str, Any]:
    """A response that fits its trigger in several columns."""
    table, matches = draw(some(("activities", ACTIVITIES), ("activities", ACTIVITIES), ("checks", CHECKS)))
    body: dict[str, Any] = {"after": _first(draw, "complaints"), "expect": _second(draw, table, matches)}
    body["within"] = draw(some("1 day", "2 working_days", "24 hours", "1 month"))
    return {**_rule(draw, "complaints"), "response": body | keys(draw, {"early": some(None, None, *EARLY)})}


@st.composite
def precedences(draw: Draw) -> dict[str, Any]:
    """What had to happen before an act, and fits it in several columns."""
    table, matches = draw(some(("activities", OF_ORDERS), ("activities", OF_ORDERS), ("checks", CHECKS)))
    expect = _second(draw, table, matches)
    if "this.kind" in expect.get("where", ""):
        del expect["where"]
    body: dict[str, Any] = {"before": _first(draw, "orders"), "expect": expect}
    return {
        **_rule(draw, "orders"),
        "precedence": body | keys(draw, {"within": some(None, "7 days", "2 working_days", "24 hours")}),
    }


@st.composite
def fulfilments(draw: Draw) -> dict[str, Any]:
    """What was handed over for a task, by several columns and by another time."""
    delivered = _second(draw, "handovers", HANDOVERS) | {"at": draw(some("done_at", "held_to")), "quantity": "quantity"}
    body = {**_first(draw, "tasks"), "due": "due_on", "quantity": "quantity", "delivered": delivered}
    return {**_rule(draw, "tasks"), "fulfilment": body | keys(draw, {"tolerance": some(None, 0.5)})}


@st.composite
def intervals(draw: Draw) -> dict[str, Any]:
    """A task is covered by what was handed over for it and fits it in several columns."""
    over = {"from": "given_at", "to": "due_on"} | _first(draw, "tasks")
    body = {
        **_second(draw, "handovers", HANDOVERS),
        "over": over,
        "at_most": draw(some("0 days", "3 days", "36 hours")),
    }
    return {**_rule(draw, "tasks"), "interval": body | keys(draw, {"until": some(None, "held_to")})}


@st.composite
def reconciliations(draw: Draw) -> dict[str, Any]:
    """Claims against the log of a period, of a day or of all time."""
    table = draw(some("activities", "checks"))
    matches: Sequence[Match] = (["employee_id"], {"employee_id": "employee_id", "employee.level": "employee.level"})
    against = _second(draw, table, matches) | keys(draw, {"window": some(None, "period", "period", AT["claims"])})
    against |= keys(draw, {"measure": some(None, "count(distinct kind)")})
    body = {**_first(draw, "claims"), "declared": "value", "against": against}
    return {**_rule(draw, "claims"), "reconciliation": body | keys(draw, {"tolerance": some(None, 1)})}
