"""The standard tables: their names, keys, columns and types, which packs are written against.

The groups below are the whole truth; `STANDARD` and the reference page are made from them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from compliance.model.types import ColumnType

EMPLOYEES = "employees"


@dataclass(frozen=True, slots=True)
class StandardTable:
    """One standard table; `at` and `bearer` may follow a reference, None where it has none.

    `bearer_where` tells for which rows the bearer is the table's bearer (of the others it is nobody), `heartbeat` is
    `working_day` or None, and `refs` are references beyond the convention of names.
    """

    name: str
    group: str
    about: str
    key: str
    columns: Mapping[str, ColumnType]
    at: str | None = None
    bearer: str | None = None
    bearer_where: str | None = None
    ahead: bool = False
    heartbeat: str | None = None
    refs: Mapping[str, str] = field(default_factory=dict)

    @property
    def entity(self) -> str:
        """What one row is called: the key without `_id`."""
        return self.key.removesuffix("_id")


# --- types by name --------------------------------------------------------------------------

_BY_NAME: Mapping[str, ColumnType] = {
    "at": ColumnType.DATETIME,
    "on_behalf_of": ColumnType.ID,
    "amount": ColumnType.MONEY,
    "price": ColumnType.MONEY,
    "minutes": ColumnType.DECIMAL,
    "quantity": ColumnType.DECIMAL,
}
_BY_ENDING: Mapping[str, ColumnType] = {
    "_id": ColumnType.ID,
    "_by": ColumnType.ID,
    "_at": ColumnType.DATETIME,
    "_on": ColumnType.DATE,
}


def type_by_name(column: str, key_columns: Iterable[str] = ()) -> ColumnType | None:
    """The type that a column's name tells in any table, None where it tells none."""
    if column in key_columns:
        return ColumnType.ID
    endings = (kind for ending, kind in _BY_ENDING.items() if column.endswith(ending))
    return _BY_NAME.get(column) or next(endings, None)


# What the names do not tell. A name with a table wins over the same name without. All other columns are text.
_EXCEPTIONS: Mapping[ColumnType, str] = {
    ColumnType.INTEGER: "units deferral_days to_deferral_days lead_time_days ordinal",
    ColumnType.DECIMAL: (
        "at_most target value tolerance reserve hours score from_quantity to_quantity experience_years "
        "sales_experience_years confidence"
    ),
    ColumnType.MONEY: "pay bonus average_pay credit_limit margin list_price damage promotion_amount",
    ColumnType.PERCENT: "discount share",
    ColumnType.BOOLEAN: (
        "excused granted upheld gone demo promising corporate in_stock decision_maker returned marked "
        "attended accepted wanted "
    ),
    # `needed_by` is a day, not a person.
    ColumnType.DATE: "birthday valid_until in_force_from in_force_to needed_by",
    # The amount of a harm, but the word of an intent.
    ColumnType.TEXT: "circumstances.value",
}
# Text of which an organisation may make numbers, or yes and no: beside such it is read as one.
_OPEN = (
    "answer category chain conclusions form_version grade income level needs new number old prospects quality "
    "reliability result segment solvency stage tier version volume"
)
OPEN: frozenset[str] = frozenset(_OPEN.split())
_TYPES: Mapping[str, ColumnType] = {name: kind for kind, names in _EXCEPTIONS.items() for name in names.split()}


def _type(table: str, column: str, key: str) -> ColumnType:
    stated = _TYPES.get(f"{table}.{column}") or _TYPES.get(column)
    return stated or type_by_name(column, [key]) or ColumnType.TEXT


# --- references -----------------------------------------------------------------------------

# Columns that name a person though they are no `employee_id`; every other `*_by` does too.
_PERSON_COLUMNS = (
    "owner_id superior_id absent_id deputy_id approver_id issuer_id head_id developer_id mentor_id trainee_id "
    "sender_id recipient_id addressee_id performer_id subject_employee_id"
)
PEOPLE: frozenset[str] = frozenset(_PERSON_COLUMNS.split())
_OTHERS: Mapping[str, str] = {"recipient_client_id": "clients"}
_NO_PERSON: frozenset[str] = frozenset({"needed_by"})


def reference_target(column: str, keys: Mapping[str, str]) -> str | None:
    """The table that a column leads to, by its name; `keys` maps each table's key column to the table."""
    if column in keys:
        return keys[column]
    by_person = column.endswith("_by") and column not in _NO_PERSON
    return EMPLOYEES if column in PEOPLE or by_person else _OTHERS.get(column)


# --- the tables -----------------------------------------------------------------------------


def _table(  # noqa: PLR0913 the facts of a table
    name: str,
    about: str,
    columns: str,
    *,
    at: str | None = None,
    bearer: str | None = None,
    bearer_where: str | None = None,
    ahead: bool = False,
    heartbeat: str | None = None,
    refs: Mapping[str, str] | None = None,
) -> StandardTable:
    """A table of the group that is being made; its key is the first column, its bearer `employee_id` if it has one."""
    names = columns.split()
    types = MappingProxyType({column: _type(name, column, names[0]) for column in names})
    return StandardTable(
        name=name,
        group="",
        about=about,
        key=names[0],
        columns=types,
        at=at,
        bearer=bearer or ("employee_id" if "employee_id" in names else None),
        bearer_where=bearer_where,
        ahead=ahead,
        heartbeat=heartbeat,
        refs=MappingProxyType(dict(refs or {})),
    )


_PEOPLE: tuple[StandardTable, ...] = (
    _table(
        "employees",
        "Who works or worked here; with it, somebody without a single record still owes.",
        "employee_id name position level department superior_id hired_on left_on education education_field "
        "experience_years sales_experience_years city mode average_pay "
        "management_level category",
    ),
    _table(
        "appointments",
        "Who held which position from when to when; where absent, `bearer.` is derived from `employees`.",
        "appointment_id employee_id position level department superior_id mode starts_on ends_on personnel_order_id",
        at="starts_on",
        ahead=True,
    ),
    _table(
        "departments",
        "The departments, who heads each and which it belongs to.",
        "department_id name head_id parent_id",
        refs={"parent_id": "departments"},
    ),
    _table(
        "staff_list",
        "How many people each department is to have in each position.",
        "staff_id position department_id units",
    ),
    _table(
        "personnel_orders",
        "Signed orders on people: appointments, deputies, dismissals.",
        "personnel_order_id employee_id kind number signed_by signed_on in_force_from",
        at="signed_on",
    ),
    _table(
        "absences",
        "Leave, illness and other days away; the last day is one of them.",
        "absence_id employee_id starts_on ends_on reason excused",
        at="starts_on",
        ahead=True,
    ),
    _table(
        "deputies",
        "Who stands in for whom, and by which order.",
        "substitution_id absent_id deputy_id starts_on ends_on appointed_on personnel_order_id duties",
        at="starts_on",
        ahead=True,
    ),
    _table(
        "certifications",
        "Attestations of employees and their results.",
        "certification_id employee_id held_on result reason",
        at="held_on",
    ),
    _table(
        "trainings",
        "Training and tests that an employee took.",
        "training_id employee_id kind stage subject product_id held_at result conducted_by valid_until",
        at="held_at",
    ),
    _table(
        "test_questions",
        "What was asked in a test, and the answer.",
        "question_id training_id topic answer",
    ),
    _table(
        "skills",
        "Skills that were confirmed.",
        "skill_id employee_id skill confirmed_on",
        at="confirmed_on",
    ),
    _table(
        "mentors",
        "Who teaches which newcomer, and until when.",
        "mentoring_id mentor_id trainee_id kind starts_on ends_on released_on allowance_on",
        at="starts_on",
        ahead=True,
    ),
    _table(
        "timesheets",
        "Hours worked, day by day.",
        "timesheet_id employee_id worked_on hours",
        at="worked_on",
    ),
    _table(
        "payroll",
        "Pay and bonus for a period.",
        "payroll_id employee_id period pay bonus",
    ),
    _table(
        "sanctions",
        "Measures that were taken against an employee.",
        "sanction_id employee_id incident_id kind basis amount decided_by decided_at rule",
        at="decided_at",
    ),
    _table(
        "circumstances",
        "Facts that weigh in judging: harm, intent, excuse, hazard, unanswered request, explanation.",
        "circumstance_id employee_id at kind value document rule",
        at="at",
    ),
)
_DOCUMENTS: tuple[StandardTable, ...] = (
    _table(
        "documents",
        "Job descriptions, orders, offers and other documents, each in its version in force.",
        "document_id kind position department version status developer_id approved_by approved_on "
        "approver_position signature transcript hash approved_hash in_force_from in_force_to employee_id "
        "client_id contract_id product_id "
        "superior_position drawn_up_on number registered_on",
    ),
    _table(
        "document_sections",
        "The sections of a document with their text.",
        "section_id document_id number name text ordinal",
    ),
    _table(
        "document_clauses",
        "The clauses of a document: which kind each is, of what it speaks, and which clause it serves.",
        "clause_id document_id kind subject serves_id",
        refs={"serves_id": "document_clauses"},
    ),
    _table(
        "required_documents",
        "Which documents a position has to know.",
        "requirement_id position document_id",
    ),
    _table(
        "document_versions",
        "When a document was changed, by whom, and its digest then.",
        "version_id document_id version changed_at changed_by hash",
        at="changed_at",
    ),
    _table(
        "agreements",
        "Signatures by which departments agreed to a document.",
        "agreement_id document_id department position employee_id signature transcript signed_on",
        at="signed_on",
    ),
    _table(
        "acknowledgements",
        "Who signed to have read which version of a document.",
        "acknowledgement_id employee_id document_id version signed_on place signature",
        at="signed_on",
    ),
    _table(
        "drafters",
        "Who took part in drafting a document.",
        "drafter_id document_id employee_id",
    ),
)
_AUTHORITY: tuple[StandardTable, ...] = (
    _table(
        "authority",
        "What a position and level may decide, and up to which amount; an empty position or level means any.",
        "authority_id position level act at_most unit document_kind scope in_force_from in_force_to",
    ),
    _table(
        "approvals",
        "Decisions that granted or refused an act.",
        "approval_id act act_id approver_id decision decided_at at_most",
        at="decided_at",
        bearer="approver_id",
    ),
    _table(
        "discount_terms",
        "Which discount goes with which quantity, deferral and category of client.",
        "term_id from_quantity to_quantity to_deferral_days client_category discount in_force_from in_force_to",
    ),
    _table(
        "powers_of_attorney",
        "What an employee may sign for the organisation, and until when.",
        "power_id employee_id scope at_most starts_on ends_on",
        at="starts_on",
        ahead=True,
    ),
    _table(
        "signatures",
        "Documents that were signed, by whom, and for which amount.",
        "signature_id employee_id act document_kind document_id amount signed_at",
        at="signed_at",
    ),
    _table(
        "decisions_made",
        "Decisions in the course of work, with the damage that came of them.",
        "decision_id employee_id kind scope amount damage decided_at",
        at="decided_at",
    ),
)
_CLIENTS: tuple[StandardTable, ...] = (
    _table(
        "clients",
        "The clients, each with its owner, category and tier.",
        "client_id name category tier segment owner_id created_at origin provenance handed_over_on closed_on "
        "status industry chain promising corporate "
        "kind scheme tax_number",
        bearer="owner_id",
    ),
    _table(
        "contacts",
        "The people at a client, and which of them decide.",
        "contact_id client_id position decision_maker birthday",
    ),
    _table(
        "occasions",
        "Days on which a client or contact is to be thought of.",
        "occasion_id client_id contact_id kind falls_on",
        at="falls_on",
        ahead=True,
    ),
    _table(
        "consents",
        "What a client consented to.",
        "consent_id client_id kind given_at",
        at="given_at",
    ),
    _table(
        "client_changes",
        "What was changed in a client's data, from what to what.",
        "change_id client_id employee_id at recorded_at field old new",
        at="at",
    ),
    _table(
        "client_cards",
        "Cards that sum up a client: needs, solvency, terms.",
        "card_id client_id employee_id issued_at needs portrait income reliability solvency price_type "
        "deferral_days credit_limit "
        "business prospects needs_level needs_focus",
        at="issued_at",
    ),
    _table(
        "client_plans",
        "What is planned for a client, and when it was done.",
        "client_plan_id client_id item discount planned_on done_on",
        at="planned_on",
        ahead=True,
    ),
    _table(
        "assessments",
        "Assessments of a client and until when they hold.",
        "assessment_id client_id employee_id kind assessed_at result valid_until",
        at="assessed_at",
    ),
    _table(
        "leads",
        "Chances of business, where they came from and what became of them.",
        "lead_id client_id employee_id at source channel stage outcome",
        at="at",
    ),
    _table(
        "complaints",
        "Complaints of clients and how they were settled.",
        "complaint_id client_id employee_id received_at kind cause measure heard_at lawyer_at resolved_at upheld",
        at="received_at",
    ),
    _table(
        "inquiries",
        "Questions of clients about products, and when they were answered.",
        "inquiry_id client_id product_id employee_id at in_stock answered_at kind fulfilled_on wanted",
        at="at",
    ),
    _table(
        "surveys",
        "What clients said when they were asked.",
        "survey_id client_id at score reason contact_id",
        at="at",
    ),
    _table(
        "survey_answers",
        "What was asked in a survey, and the answer.",
        "answer_id survey_id question answer",
    ),
)
_WORK: tuple[StandardTable, ...] = (
    _table(
        "activities",
        "The log of daily work: calls, meetings, letters, visits.",
        "activity_id at employee_id kind direction channel client_id contact_id contract_id order_id "
        "product_id event_id purpose result minutes recorded_at "
        "prospects amount inquiry_id",
        at="at",
        heartbeat="working_day",
    ),
    _table(
        "notifications",
        "Who was told of what.",
        "notification_id employee_id at recipient_department recipient_id subject_table subject_id kind",
        at="at",
    ),
    _table(
        "checks",
        "Checks that were made and what they showed.",
        "check_id employee_id at kind category subject_id result score",
        at="at",
    ),
    _table(
        "studies",
        "Studies of markets, competitors or products.",
        "study_id employee_id kind subject at conclusions quality volume",
        at="at",
    ),
    _table(
        "plans",
        "Targets of an employee or department for a period.",
        "plan_id employee_id department kind period measure target approved_by approved_at goals ways priorities",
        at="approved_at",
    ),
    _table(
        "plan_items",
        "The items of a plan and when each was done.",
        "item_id plan_id item due_on done_on",
        at="done_on",
    ),
    _table(
        "reports",
        "Reports that were handed in.",
        "report_id employee_id recipient_id kind period submitted_at form_version",
        at="submitted_at",
    ),
    _table(
        "report_figures",
        "The figures that a report declares.",
        "figure_id report_id measure value",
    ),
    _table(
        "report_sections",
        "The sections of a report with their text.",
        "report_section_id report_id name text",
    ),
    _table(
        "instructions",
        "Instructions given to an employee, when due and when done.",
        "instruction_id issuer_id employee_id issued_at due_at done_at topic",
        at="issued_at",
    ),
    _table(
        "requests",
        "What an employee asked for, and the answer.",
        "request_id employee_id addressee_id kind asked_at answered_at granted",
        at="asked_at",
    ),
    _table(
        "advances",
        "Money handed out to be accounted for.",
        "advance_id employee_id issued_on amount purpose returned settled_on",
        at="issued_on",
    ),
    _table(
        "expenses",
        "Money that was spent, from an advance or not.",
        "expense_id employee_id advance_id kind purpose amount spent_on reported_at project_id",
        at="spent_on",
    ),
    _table(
        "events",
        "Exhibitions, presentations and other events.",
        "event_id kind at employee_id planned_on segment",
        at="at",
        ahead=True,
    ),
    _table(
        "participations",
        "Which of our people are to take part in an event, and who did.",
        "participation_id event_id employee_id attended excused",
        at="event.at",
    ),
    _table(
        "risks",
        "Risks of a project that were noted.",
        "risk_id project_id employee_id risk noted_on",
        at="noted_on",
    ),
    _table(
        "disturbances",
        "What disturbed the work, who was warned and how it was ended.",
        "disturbance_id employee_id at kind warned_at eliminated_at reason",
        at="at",
    ),
    _table(
        "invitations",
        "Which clients were invited to an event, and who came.",
        "invitation_id event_id client_id at attended",
        at="at",
    ),
    _table(
        "projects",
        "Projects, their due day and their reserve.",
        "project_id employee_id order_id sponsor started_on due_on closed_on reserve executors",
        at="started_on",
    ),
    _table(
        "vacancies",
        "Positions to be filled.",
        "vacancy_id opened_on position filled_on employee_id promoted_on promotion_amount",
        at="opened_on",
    ),
    _table(
        "candidates",
        "Who applied for a vacancy and how it went.",
        "candidate_id vacancy_id employee_id at status reference_on",
        at="at",
    ),
    _table(
        "interviews",
        "Interviews with candidates.",
        "interview_id candidate_id employee_id slot_at invited_at reminded_at attended questionnaire_id kind "
        "assistant_id",
        at="slot_at",
        ahead=True,
    ),
)
_TRADE: tuple[StandardTable, ...] = (
    _table(
        "outputs",
        "What was made, of which product, and who was in charge of it.",
        "output_id employee_id product_id at quantity",
        at="at",
    ),
    _table(
        "contracts",
        "Contracts with clients, their terms and their state.",
        "contract_id client_id employee_id kind status agreed_at signed_on closed_at signed_by amount margin "
        "price_type deferral_days product_id "
        "special_terms",
        at="signed_on",
    ),
    _table(
        "contract_stages",
        "The stages that a contract went through.",
        "stage_id contract_id stage at ended_at employee_id",
        at="at",
    ),
    _table(
        "obligations",
        "What either party of a contract owes, and by when.",
        "obligation_id contract_id party what quantity due_on performer_id department_id fulfilled_at",
        at="due_on",
        bearer="contract.employee_id",
        bearer_where="party = 'own'",
        ahead=True,
    ),
    _table(
        "deliveries",
        "What was delivered against an obligation.",
        "delivery_id obligation_id done_at quantity accepted",
        at="done_at",
    ),
    _table(
        "orders",
        "Orders of clients, from placing to shipping.",
        "order_id employee_id client_id contract_id placed_at required_on shipped_on confirmed_at price_type "
        "deferral_days amount",
        at="placed_at",
    ),
    _table(
        "order_lines",
        "The lines of an order: product, quantity, discount.",
        "line_id order_id product_id quantity list_price discount promised_on discount_kind handed_to in_stock",
        at="order.placed_at",
        bearer="order.employee_id",
    ),
    _table(
        "products",
        "What is sold.",
        "product_id name category created_at owner_id demo lead_time_days margin",
    ),
    _table(
        "analogues",
        "Which product can stand for which.",
        "pair_id product_id analogue_id",
        refs={"analogue_id": "products"},
    ),
    _table(
        "stock_moves",
        "What came into a store and what left it.",
        "move_id product_id store at quantity",
        at="at",
    ),
    _table(
        "stock_requests",
        "Goods asked for from the store.",
        "stock_request_id product_id employee_id client_id recipient_id requested_at needed_by contact_id",
        at="requested_at",
    ),
    _table(
        "invoices",
        "Invoices, when due and when paid.",
        "invoice_id client_id contract_id amount issued_on due_on paid_on",
        at="issued_on",
    ),
    _table(
        "payments",
        "Payments on invoices.",
        "payment_id invoice_id amount paid_at",
        at="paid_at",
    ),
)
_SECRETS: tuple[StandardTable, ...] = (
    _table(
        "information",
        "What is to be kept secret, of which category, and whether it is marked. `terms` are the words by which a text "
        "tells of it, divided by `;`.",
        "asset_id category client_id subject_employee_id marked terms",
    ),
    _table(
        "interests",
        "Interests of an employee's own in a client, since when, and when they were declared.",
        "interest_id employee_id client_id kind arose_on declared_on",
    ),
    _table(
        "disclosures",
        "What was disclosed, by whom, to whom, and on what ground.",
        "disclosure_id asset_id employee_id at recipient_kind recipient_client_id recipient_department "
        "channel purpose consent_id approved_by",
        at="at",
    ),
    _table(
        "accesses",
        "Who looked at or copied what is to be kept secret.",
        "access_id asset_id employee_id at act purpose consent_id",
        at="at",
    ),
    _table(
        "messages",
        "Messages that were sent.",
        "message_id sender_id at recipient recipient_kind recipient_client_id channel text",
        at="at",
        bearer="sender_id",
    ),
    _table(
        "mentions",
        "What the texts of messages tell of: found in them by the extra `texts`, unless the manifest names a source of "
        "its own. `place` is from its first to its last character, `piece` what stands there, masked.",
        "mention_id message_id sender_id at recipient_kind recipient_client_id channel kind place piece confidence "
        "asset_id client_id subject_employee_id",
        at="at",
        bearer="sender_id",
    ),
)

# Read from the register itself, unless the manifest names a source of its own for them.
_REGISTER: tuple[StandardTable, ...] = (
    _table(
        "incidents",
        "What earlier audits found, as it stands; from the register. Of an audit, what audits as of earlier moments "
        "found. `found_at` is the last audit that found it, `gone` that a later one did not.",
        "incident_id rule employee_id department grade severity state at found_at gone assigned_to asked_at "
        "answered_at decided_at closed_at last_day_on",
        at="at",
        refs={"assigned_to": EMPLOYEES},
    ),
    _table(
        "decisions",
        "What was done about incidents, a row each: asked, answered, refused, upheld, excused, decided, appealed, "
        "reopened or closed; from the register.",
        "decision_id incident_id employee_id kind decided_by decided_at recorded_at due_on grade measure because",
        at="decided_at",
    ),
)

_GROUPS: Mapping[str, tuple[StandardTable, ...]] = {
    "People": _PEOPLE,
    "Documents": _DOCUMENTS,
    "Authority": _AUTHORITY,
    "Clients": _CLIENTS,
    "Work": _WORK,
    "Trade": _TRADE,
    "Secrets": _SECRETS,
    "Register": _REGISTER,
}
STANDARD: Mapping[str, StandardTable] = MappingProxyType(
    {table.name: replace(table, group=group) for group, tables in _GROUPS.items() for table in tables}
)

# The register's own `decisions` share the name of their key with `decisions_made`, and nothing leads to them.
KEYS: Mapping[str, str] = MappingProxyType(
    {table.key: table.name for table in STANDARD.values() if table.name != "decisions"}
)


# What a report or an export never shows: the words of people's letters.
UNSHOWN: Mapping[str, frozenset[str]] = MappingProxyType({"messages": frozenset({"text"})})


def references(table: StandardTable) -> dict[str, str]:
    """Which column of a standard table leads to which standard table."""
    found = {column: table.refs.get(column) or reference_target(column, KEYS) for column in table.columns}
    return {column: target for column, target in found.items() if target and column != table.key}


def entity(table: str) -> str:
    """What one row of a standard table is called: `line` in `order_lines`."""
    return STANDARD[table].entity
