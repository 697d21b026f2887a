"""The standard tables of documents: their versions, parts, agreements and signatures."""

from compliance.workspace.standard.table import StandardTable, table

TABLES: tuple[StandardTable, ...] = (
    table(
        "documents",
        "Job descriptions, orders, offers and other documents, each in its version in force.",
        "document_id kind position department version status developer_id approved_by approved_on "
        "approver_position signature transcript hash approved_hash in_force_from in_force_to employee_id "
        "client_id contract_id product_id "
        "superior_position drawn_up_on number registered_on",
    ),
    table(
        "document_sections",
        "The sections of a document with their text.",
        "section_id document_id number name text ordinal",
    ),
    table(
        "document_clauses",
        "The clauses of a document: which kind each is, of what it speaks, and which clause it serves.",
        "clause_id document_id kind subject serves_id",
        refs={"serves_id": "document_clauses"},
    ),
    table(
        "required_documents",
        "Which documents a position has to know.",
        "requirement_id position document_id",
    ),
    table(
        "document_versions",
        "When a document was changed, by whom, and its digest then.",
        "version_id document_id version changed_at changed_by hash",
        at="changed_at",
    ),
    table(
        "agreements",
        "Signatures by which departments agreed to a document.",
        "agreement_id document_id department position employee_id signature transcript signed_on",
        at="signed_on",
    ),
    table(
        "acknowledgements",
        "Who signed to have read which version of a document.",
        "acknowledgement_id employee_id document_id version signed_on place signature",
        at="signed_on",
    ),
    table(
        "drafters",
        "Who took part in drafting a document.",
        "drafter_id document_id employee_id",
    ),
)
