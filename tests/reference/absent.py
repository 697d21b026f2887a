"""What a rule reads and nobody keeps: a table that is not there, or a column that its source lacks."""

from collections.abc import Iterator, Mapping

from tests.reference.columns import TYPES
from tests.reference.names import reads
from tests.reference.world import Rule, World

NOT_KEPT = ("appointments", "absences", "deputies")
"""Tables of which the absence is a matter of its own."""
HISTORIC = ("position", "level", "department")
"""What appointments tell of whoever has any."""
APPROVED = ("approval_id", "act", "act_id", "decision", "approver_id", "decided_at")
ALLOWED = ("authority_id", "act")
PLANNED = ("plan_id", "period", "measure", "target")


def absent(rule: Rule, world: World) -> str | None:
    """The first table or column that the rule names and the workspace lacks."""
    for table, column in _read(rule):
        if table not in world.tables and table not in NOT_KEPT:
            return table
        told_by_history = table == "employees" and column in HISTORIC and "appointments" in world.tables
        if (table, column) in world.lacks and not told_by_history:
            return f"{table}.{column}"
    return None


def _read(rule: Rule) -> Iterator[tuple[str, str]]:
    yield from reads(rule, TYPES)
    if any(isinstance(part, Mapping) and part.get("unless") == "approved" for part in rule.values()):
        yield from (("approvals", name) for name in APPROVED)
    for word, table, columns in (("'plan'", "plans", PLANNED), ("'authority'", "authority", ALLOWED)):
        if word in str(rule):
            yield from ((table, name) for name in columns)
