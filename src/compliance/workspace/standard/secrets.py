"""The standard tables of secrets: what is to be kept, who saw it and to whom it went."""

from compliance.workspace.standard.table import StandardTable, table

TABLES: tuple[StandardTable, ...] = (
    table(
        "information",
        "What is to be kept secret, of which category, and whether it is marked. `terms` are the words by which a text "
        "tells of it, divided by `;`.",
        "asset_id category client_id subject_employee_id marked terms",
    ),
    table(
        "interests",
        "Interests of an employee's own in a client, since when, and when they were declared.",
        "interest_id employee_id client_id kind arose_on declared_on",
    ),
    table(
        "disclosures",
        "What was disclosed, by whom, to whom, and on what ground.",
        "disclosure_id asset_id employee_id at recipient_kind recipient_client_id recipient_department "
        "channel purpose consent_id approved_by",
        at="at",
    ),
    table(
        "accesses",
        "Who looked at or copied what is to be kept secret.",
        "access_id asset_id employee_id at act purpose consent_id",
        at="at",
    ),
    table(
        "messages",
        "Messages that were sent.",
        "message_id sender_id at recipient recipient_kind recipient_client_id channel text",
        at="at",
        bearer="sender_id",
    ),
    table(
        "mentions",
        "What the texts of messages tell of: found in them by the extra `texts`, unless the manifest names a source of "
        "its own. `place` is from its first to its last character, `piece` what stands there, masked.",
        "mention_id message_id sender_id at recipient_kind recipient_client_id channel kind place piece confidence "
        "asset_id client_id subject_employee_id",
        at="at",
        bearer="sender_id",
    ),
)
