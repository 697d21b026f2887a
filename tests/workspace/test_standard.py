"""The standard tables: complete, consistent, typed by name and by the stated exceptions."""

import pytest

from compliance.model.types import ColumnType
from compliance.workspace.standard import (
    KEYS,
    STANDARD,
    entity,
    reference_target,
    references,
    type_by_name,
)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("employee_id", ColumnType.ID),
        ("approved_by", ColumnType.ID),
        ("at", ColumnType.DATETIME),
        ("placed_at", ColumnType.DATETIME),
        ("due_on", ColumnType.DATE),
        ("amount", ColumnType.MONEY),
        ("price", ColumnType.MONEY),
        ("minutes", ColumnType.DECIMAL),
        ("quantity", ColumnType.DECIMAL),
        ("list_price", None),
        ("ends", None),
    ],
)
def test_a_column_is_typed_by_its_name(column: str, kind: ColumnType | None) -> None:
    assert type_by_name(column) == kind


def test_a_key_is_an_id_whatever_its_name() -> None:
    assert type_by_name("number", ["number"]) is ColumnType.ID
    assert type_by_name("worked_on", ["worked_on"]) is ColumnType.ID


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("order_lines.discount", ColumnType.PERCENT),
        ("discount_terms.discount", ColumnType.PERCENT),
        ("authority.at_most", ColumnType.DECIMAL),
        ("approvals.at_most", ColumnType.DECIMAL),
        ("powers_of_attorney.at_most", ColumnType.DECIMAL),
        ("plans.target", ColumnType.DECIMAL),
        ("report_figures.value", ColumnType.DECIMAL),
        ("circumstances.value", ColumnType.TEXT),
        ("surveys.score", ColumnType.DECIMAL),
        ("payroll.pay", ColumnType.MONEY),
        ("order_lines.list_price", ColumnType.MONEY),
        ("decisions_made.damage", ColumnType.MONEY),
        ("payroll.period", ColumnType.TEXT),
        ("employees.level", ColumnType.TEXT),
        ("employees.experience_years", ColumnType.DECIMAL),
        ("requests.granted", ColumnType.BOOLEAN),
        ("stock_requests.needed_by", ColumnType.DATE),
        ("documents.in_force_to", ColumnType.DATE),
        ("client_changes.recorded_at", ColumnType.DATETIME),
        ("activities.result", ColumnType.TEXT),
    ],
)
def test_what_the_name_does_not_tell_is_stated(path: str, kind: ColumnType) -> None:
    table, column = path.split(".")
    assert STANDARD[table].columns[column] is kind


def test_every_table_is_told_in_one_sentence_and_has_a_key_of_its_own() -> None:
    for name, table in STANDARD.items():
        assert table.name == name
        assert table.about.endswith(".")
        assert table.columns[table.key] is ColumnType.ID
        assert table.key.endswith("_id")
    assert len(KEYS) == len(STANDARD) - 1, "decisions have the key of decisions_made"
    assert KEYS["decision_id"] == "decisions_made"
    assert list(dict.fromkeys(table.group for table in STANDARD.values())) == [
        "People",
        "Documents",
        "Authority",
        "Clients",
        "Work",
        "Trade",
        "Secrets",
        "Register",
    ]


def test_times_and_bearers_are_columns_or_follow_a_reference() -> None:
    for table in STANDARD.values():
        for path in (table.at, table.bearer):
            *reference, column = (path or table.key).split(".")
            holder = table
            for step in reference:
                holder = STANDARD[references(holder)[f"{step}_id"]]
            assert column in holder.columns
        assert table.at is None or "." in table.at or table.columns[table.at] in {ColumnType.DATE, ColumnType.DATETIME}


def test_the_tables_that_look_ahead() -> None:
    assert {name for name, table in STANDARD.items() if table.ahead} == {
        "appointments",
        "absences",
        "deputies",
        "mentors",
        "powers_of_attorney",
        "obligations",
        "occasions",
        "client_plans",
        "events",
        "interviews",
    }


def test_only_the_log_of_activities_has_a_heartbeat() -> None:
    assert {name: table.heartbeat for name, table in STANDARD.items() if table.heartbeat} == {
        "activities": "working_day"
    }


def test_bearers_other_than_the_employee() -> None:
    found = {name: table.bearer for name, table in STANDARD.items() if table.bearer not in {None, "employee_id"}}
    assert found == {
        "approvals": "approver_id",
        "clients": "owner_id",
        "obligations": "contract.employee_id",
        "order_lines": "order.employee_id",
        "mentions": "sender_id",
        "messages": "sender_id",
    }
    assert STANDARD["obligations"].bearer_where == "party = 'own'"
    assert STANDARD["stock_moves"].bearer is None


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("client_id", "clients"),
        ("asset_id", "information"),
        ("owner_id", "employees"),
        ("superior_id", "employees"),
        ("approved_by", "employees"),
        ("recipient_id", "employees"),
        ("recipient_client_id", "clients"),
        ("needed_by", None),
        ("by", None),
        ("subject_id", None),
        ("incident_id", "incidents"),
        ("trip_id", None),
        ("name", None),
    ],
)
def test_a_reference_leads_where_its_name_says(column: str, target: str | None) -> None:
    assert reference_target(column, KEYS) == target


def test_a_table_of_ones_own_is_found_by_its_key_even_if_it_is_named_like_a_person() -> None:
    assert reference_target("trip_id", {"trip_id": "trips"}) == "trips"
    assert reference_target("sender_id", {"sender_id": "senders"}) == "senders"


def test_references_beyond_the_names() -> None:
    assert references(STANDARD["departments"]) == {"head_id": "employees", "parent_id": "departments"}
    assert references(STANDARD["analogues"]) == {"product_id": "products", "analogue_id": "products"}
    assert references(STANDARD["obligations"]) == {
        "contract_id": "contracts",
        "performer_id": "employees",
        "department_id": "departments",
    }


def test_a_row_is_called_by_its_key() -> None:
    assert (entity("order_lines"), entity("deputies"), entity("clients")) == ("line", "substitution", "client")
