"""The columns of the tables that worlds hold: their types, when a row happened and whose it is."""

from collections.abc import Mapping

TYPES: Mapping[str, Mapping[str, str]] = {
    "employees": {
        "employee_id": "id",
        "name": "text",
        "position": "text",
        "level": "integer",
        "department": "text",
        "superior_id": "id",
        "mode": "text",
        "hired_on": "date",
        "left_on": "date",
    },
    "absences": {
        "absence_id": "id",
        "employee_id": "id",
        "starts_on": "date",
        "ends_on": "date",
        "reason": "text",
        "excused": "boolean",
    },
    "appointments": {
        "appointment_id": "id",
        "employee_id": "id",
        "position": "text",
        "level": "integer",
        "department": "text",
        "superior_id": "id",
        "mode": "text",
        "starts_on": "date",
        "ends_on": "date",
    },
    "deputies": {
        "substitution_id": "id",
        "absent_id": "id",
        "deputy_id": "id",
        "starts_on": "date",
        "ends_on": "date",
        "appointed_on": "date",
    },
    "clients": {"client_id": "id", "owner_id": "id", "category": "text", "created_at": "datetime"},
    "checks": {
        "check_id": "id",
        "employee_id": "id",
        "at": "datetime",
        "kind": "text",
        "category": "text",
        "recorded_at": "datetime",
        "good_to": "date",
        "on_behalf_of": "id",
    },
    "complaints": {
        "complaint_id": "id",
        "client_id": "id",
        "employee_id": "id",
        "received_at": "datetime",
        "kind": "text",
        "resolved_at": "datetime",
    },
    "activities": {
        "activity_id": "id",
        "at": "datetime",
        "employee_id": "id",
        "kind": "text",
        "client_id": "id",
        "minutes": "decimal",
        "on_behalf_of": "id",
    },
    "expenses": {"expense_id": "id", "employee_id": "id", "kind": "text", "amount": "money", "spent_on": "date"},
    "reports": {
        "report_id": "id",
        "employee_id": "id",
        "kind": "text",
        "period": "text",
        "submitted_at": "datetime",
        "on_behalf_of": "id",
    },
    "plans": {
        "plan_id": "id",
        "employee_id": "id",
        "department": "text",
        "period": "text",
        "measure": "text",
        "target": "decimal",
        "approved_at": "datetime",
    },
    "orders": {
        "order_id": "id",
        "employee_id": "id",
        "client_id": "id",
        "placed_at": "datetime",
        "amount": "money",
        "deferral_days": "integer",
        "on_behalf_of": "id",
    },
    "tasks": {
        "task_id": "id",
        "employee_id": "id",
        "kind": "text",
        "given_at": "datetime",
        "due_on": "date",
        "quantity": "decimal",
    },
    "handovers": {
        "handover_id": "id",
        "task_id": "id",
        "done_at": "datetime",
        "quantity": "decimal",
        "held_to": "date",
    },
    "parts": {"part_id": "id", "task_id": "id", "kind": "text", "quantity": "decimal"},
    "pieces": {"piece_id": "id", "bin_id": "id", "kind": "text", "quantity": "decimal"},
    "moves": {"move_id": "id", "store": "text", "at": "datetime", "quantity": "decimal"},
    "claims": {"claim_id": "id", "employee_id": "id", "at": "datetime", "period": "text", "value": "decimal"},
    "authority": {
        "authority_id": "id",
        "position": "text",
        "level": "integer",
        "act": "text",
        "at_most": "decimal",
        "in_force_from": "date",
        "in_force_to": "date",
    },
    "approvals": {
        "approval_id": "id",
        "act": "text",
        "act_id": "id",
        "approver_id": "id",
        "decision": "text",
        "decided_at": "datetime",
        "at_most": "decimal",
        "on_behalf_of": "id",
    },
}
AT = {
    "absences": "starts_on",
    "appointments": "starts_on",
    "deputies": "starts_on",
    "checks": "at",
    "complaints": "received_at",
    "activities": "at",
    "expenses": "spent_on",
    "reports": "submitted_at",
    "plans": "approved_at",
    "orders": "placed_at",
    "approvals": "decided_at",
    "tasks": "given_at",
    "handovers": "done_at",
    "moves": "at",
    "parts": "task.given_at",
    "pieces": "bin.task.given_at",
    "claims": "at",
}
UNTIL = ("good_to", "held_to")
ENDS = (*UNTIL, "in_force_from", "in_force_to")
"""Days of which one must not come before the other."""
EXTRA = ("good_to", "on_behalf_of", "recorded_at")
"""Columns that a standard table need not have: to a rule that names one that is not there it is unknown."""
OWN = ("tasks", "handovers", "moves", "claims", "parts", "pieces")
REFS: Mapping[str, Mapping[str, str]] = {"pieces": {"bin_id": "parts"}}
"""Columns that lead to a table whose key has another name, or is two columns."""
BOOK = "book"
BOOKED = ("checks", "complaints", "activities", "expenses", "reports", "claims", "moves", "handovers", "parts")
"""Tables whose key may be two columns: to those that are referred to, one column leads with both."""
BEARER = {
    "clients": "owner_id",
    "approvals": "approver_id",
    "authority": None,
    "employees": None,
    "deputies": None,
    "moves": None,
    "handovers": None,
    "parts": "task.employee_id",
    "pieces": "bin.task.employee_id",
}
