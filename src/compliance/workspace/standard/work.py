"""The standard tables of daily work: what was done, planned, reported, asked and spent."""

from compliance.workspace.standard.table import StandardTable, table

TABLES: tuple[StandardTable, ...] = (
    table(
        "activities",
        "The log of daily work: calls, meetings, letters, visits.",
        "activity_id at employee_id kind direction channel client_id contact_id contract_id order_id "
        "product_id event_id purpose result minutes recorded_at "
        "prospects amount inquiry_id",
        at="at",
        heartbeat="working_day",
    ),
    table(
        "notifications",
        "Who was told of what.",
        "notification_id employee_id at recipient_department recipient_id subject_table subject_id kind",
        at="at",
    ),
    table(
        "checks",
        "Checks that were made and what they showed.",
        "check_id employee_id at kind category subject_id result score",
        at="at",
    ),
    table(
        "studies",
        "Studies of markets, competitors or products.",
        "study_id employee_id kind subject at conclusions quality volume",
        at="at",
    ),
    table(
        "plans",
        "Targets of an employee or department for a period.",
        "plan_id employee_id department kind period measure target approved_by approved_at goals ways priorities",
        at="approved_at",
    ),
    table(
        "plan_items",
        "The items of a plan and when each was done.",
        "item_id plan_id item due_on done_on",
        at="done_on",
    ),
    table(
        "reports",
        "Reports that were handed in.",
        "report_id employee_id recipient_id kind period submitted_at form_version",
        at="submitted_at",
    ),
    table(
        "report_figures",
        "The figures that a report declares.",
        "figure_id report_id measure value",
    ),
    table(
        "report_sections",
        "The sections of a report with their text.",
        "report_section_id report_id name text",
    ),
    table(
        "instructions",
        "Instructions given to an employee, when due and when done.",
        "instruction_id issuer_id employee_id issued_at due_at done_at topic",
        at="issued_at",
    ),
    table(
        "requests",
        "What an employee asked for, and the answer.",
        "request_id employee_id addressee_id kind asked_at answered_at granted",
        at="asked_at",
    ),
    table(
        "advances",
        "Money handed out to be accounted for.",
        "advance_id employee_id issued_on amount purpose returned settled_on",
        at="issued_on",
    ),
    table(
        "expenses",
        "Money that was spent, from an advance or not.",
        "expense_id employee_id advance_id kind purpose amount spent_on reported_at project_id",
        at="spent_on",
    ),
    table(
        "events",
        "Exhibitions, presentations and other events.",
        "event_id kind at employee_id planned_on segment",
        at="at",
        ahead=True,
    ),
    table(
        "participations",
        "Which of our people are to take part in an event, and who did.",
        "participation_id event_id employee_id attended excused",
        at="event.at",
    ),
    table(
        "risks",
        "Risks of a project that were noted.",
        "risk_id project_id employee_id risk noted_on",
        at="noted_on",
    ),
    table(
        "disturbances",
        "What disturbed the work, who was warned and how it was ended.",
        "disturbance_id employee_id at kind warned_at eliminated_at reason",
        at="at",
    ),
    table(
        "invitations",
        "Which clients were invited to an event, and who came.",
        "invitation_id event_id client_id at attended",
        at="at",
    ),
    table(
        "projects",
        "Projects, their due day and their reserve.",
        "project_id employee_id order_id sponsor started_on due_on closed_on reserve executors",
        at="started_on",
    ),
    table(
        "vacancies",
        "Positions to be filled.",
        "vacancy_id opened_on position filled_on employee_id promoted_on promotion_amount",
        at="opened_on",
    ),
    table(
        "candidates",
        "Who applied for a vacancy and how it went.",
        "candidate_id vacancy_id employee_id at status reference_on",
        at="at",
    ),
    table(
        "interviews",
        "Interviews with candidates.",
        "interview_id candidate_id employee_id slot_at invited_at reminded_at attended questionnaire_id kind "
        "assistant_id",
        at="slot_at",
        ahead=True,
    ),
)
