"""The standard tables of people: who works or worked here, in which post, when away, how trained and paid."""

from compliance.workspace.standard.table import StandardTable, table

TABLES: tuple[StandardTable, ...] = (
    table(
        "employees",
        "Who works or worked here; with it, somebody without a single record still owes.",
        "employee_id name position level department superior_id hired_on left_on education education_field "
        "experience_years sales_experience_years city mode average_pay "
        "management_level category",
    ),
    table(
        "appointments",
        "Who held which position from when to when; where absent, `bearer.` is derived from `employees`.",
        "appointment_id employee_id position level department superior_id mode starts_on ends_on personnel_order_id",
        at="starts_on",
        ahead=True,
    ),
    table(
        "departments",
        "The departments, who heads each and which it belongs to.",
        "department_id name head_id parent_id",
        refs={"parent_id": "departments"},
    ),
    table(
        "staff_list",
        "How many people each department is to have in each position.",
        "staff_id position department_id units",
    ),
    table(
        "personnel_orders",
        "Signed orders on people: appointments, deputies, dismissals.",
        "personnel_order_id employee_id kind number signed_by signed_on in_force_from",
        at="signed_on",
    ),
    table(
        "absences",
        "Leave, illness and other days away; the last day is one of them.",
        "absence_id employee_id starts_on ends_on reason excused",
        at="starts_on",
        ahead=True,
    ),
    table(
        "deputies",
        "Who stands in for whom, and by which order.",
        "substitution_id absent_id deputy_id starts_on ends_on appointed_on personnel_order_id duties",
        at="starts_on",
        ahead=True,
    ),
    table(
        "certifications",
        "Attestations of employees and their results.",
        "certification_id employee_id held_on result reason",
        at="held_on",
    ),
    table(
        "trainings",
        "Training and tests that an employee took.",
        "training_id employee_id kind stage subject product_id held_at result conducted_by valid_until",
        at="held_at",
    ),
    table(
        "test_questions",
        "What was asked in a test, and the answer.",
        "question_id training_id topic answer",
    ),
    table(
        "skills",
        "Skills that were confirmed.",
        "skill_id employee_id skill confirmed_on",
        at="confirmed_on",
    ),
    table(
        "mentors",
        "Who teaches which newcomer, and until when.",
        "mentoring_id mentor_id trainee_id kind starts_on ends_on released_on allowance_on",
        at="starts_on",
        ahead=True,
    ),
    table(
        "timesheets",
        "Hours worked, day by day.",
        "timesheet_id employee_id worked_on hours",
        at="worked_on",
    ),
    table(
        "payroll",
        "Pay and bonus for a period.",
        "payroll_id employee_id period pay bonus",
    ),
    table(
        "sanctions",
        "Measures that were taken against an employee.",
        "sanction_id employee_id incident_id kind basis amount decided_by decided_at rule",
        at="decided_at",
    ),
    table(
        "circumstances",
        "Facts that weigh in judging: harm, intent, excuse, hazard, unanswered request, explanation.",
        "circumstance_id employee_id at kind value document rule",
        at="at",
    ),
)
