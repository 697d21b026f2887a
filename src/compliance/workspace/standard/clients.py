"""The standard tables of clients: who they are, what they asked and said, and who looks after them."""

from compliance.workspace.standard.table import StandardTable, table

TABLES: tuple[StandardTable, ...] = (
    table(
        "clients",
        "The clients, each with its owner, category and tier.",
        "client_id name category tier segment owner_id created_at origin provenance handed_over_on closed_on "
        "status industry chain promising corporate "
        "kind scheme tax_number",
        bearer="owner_id",
    ),
    table(
        "contacts",
        "The people at a client, and which of them decide.",
        "contact_id client_id position decision_maker birthday",
    ),
    table(
        "occasions",
        "Days on which a client or contact is to be thought of.",
        "occasion_id client_id contact_id kind falls_on",
        at="falls_on",
        ahead=True,
    ),
    table(
        "consents",
        "What a client consented to.",
        "consent_id client_id kind given_at",
        at="given_at",
    ),
    table(
        "client_changes",
        "What was changed in a client's data, from what to what.",
        "change_id client_id employee_id at recorded_at field old new",
        at="at",
    ),
    table(
        "client_cards",
        "Cards that sum up a client: needs, solvency, terms.",
        "card_id client_id employee_id issued_at needs portrait income reliability solvency price_type "
        "deferral_days credit_limit "
        "business prospects needs_level needs_focus",
        at="issued_at",
    ),
    table(
        "client_plans",
        "What is planned for a client, and when it was done.",
        "client_plan_id client_id item discount planned_on done_on",
        at="planned_on",
        ahead=True,
    ),
    table(
        "assessments",
        "Assessments of a client and until when they hold.",
        "assessment_id client_id employee_id kind assessed_at result valid_until",
        at="assessed_at",
    ),
    table(
        "leads",
        "Chances of business, where they came from and what became of them.",
        "lead_id client_id employee_id at source channel stage outcome",
        at="at",
    ),
    table(
        "complaints",
        "Complaints of clients and how they were settled.",
        "complaint_id client_id employee_id received_at kind cause measure heard_at lawyer_at resolved_at upheld",
        at="received_at",
    ),
    table(
        "inquiries",
        "Questions of clients about products, and when they were answered.",
        "inquiry_id client_id product_id employee_id at in_stock answered_at kind fulfilled_on wanted",
        at="at",
    ),
    table(
        "surveys",
        "What clients said when they were asked.",
        "survey_id client_id at score reason contact_id",
        at="at",
    ),
    table(
        "survey_answers",
        "What was asked in a survey, and the answer.",
        "answer_id survey_id question answer",
    ),
)
