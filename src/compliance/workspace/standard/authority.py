"""The standard tables of authority: who may decide or sign what, and who did."""

from compliance.workspace.standard.table import StandardTable, table

TABLES: tuple[StandardTable, ...] = (
    table(
        "authority",
        "What a position and level may decide, and up to which amount; an empty position or level means any.",
        "authority_id position level act at_most unit document_kind scope in_force_from in_force_to",
    ),
    table(
        "approvals",
        "Decisions that granted or refused an act.",
        "approval_id act act_id approver_id decision decided_at at_most",
        at="decided_at",
        bearer="approver_id",
    ),
    table(
        "discount_terms",
        "Which discount goes with which quantity, deferral and category of client.",
        "term_id from_quantity to_quantity to_deferral_days client_category discount in_force_from in_force_to",
    ),
    table(
        "powers_of_attorney",
        "What an employee may sign for the organisation, and until when.",
        "power_id employee_id scope at_most starts_on ends_on",
        at="starts_on",
        ahead=True,
    ),
    table(
        "signatures",
        "Documents that were signed, by whom, and for which amount.",
        "signature_id employee_id act document_kind document_id amount signed_at",
        at="signed_at",
    ),
    table(
        "decisions_made",
        "Decisions in the course of work, with the damage that came of them.",
        "decision_id employee_id kind scope amount damage decided_at",
        at="decided_at",
    ),
)
