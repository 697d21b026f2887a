"""The standard tables of the register: what earlier audits found, and what was done about it.

They are read from the register itself, unless the manifest names a source of its own for them.
"""

from compliance.workspace.standard.naming import EMPLOYEES
from compliance.workspace.standard.table import StandardTable, table

TABLES: tuple[StandardTable, ...] = (
    table(
        "incidents",
        "What earlier audits found, as it stands; from the register. Of an audit, what audits as of earlier moments "
        "found. `found_at` is the last audit that found it, `gone` that a later one did not.",
        "incident_id rule employee_id department grade severity state at found_at gone assigned_to asked_at "
        "answered_at decided_at closed_at last_day_on",
        at="at",
        refs={"assigned_to": EMPLOYEES},
    ),
    table(
        "decisions",
        "What was done about incidents, a row each: asked, answered, refused, upheld, excused, decided, appealed, "
        "reopened or closed; from the register.",
        "decision_id incident_id employee_id kind decided_by decided_at recorded_at due_on grade measure because",
        at="decided_at",
    ),
)
