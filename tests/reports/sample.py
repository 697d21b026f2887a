"""A believable audit with everything that a report must cope with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from compliance.model.audit import Assumed, Audit, Changes, Person, RuleAccount, RuleInfo, TableAccount
from compliance.model.finding import Finding, How, RecordRef, Verdict, Window
from compliance.model.incident import Grade, Incident, Limitation, Measure, State, Step

CALLS = "wholesale.calls-per-day"
REPORT = "wholesale.monthly-report"
DISCOUNT = "wholesale.discount-within-authority"
DISCLOSURE = "confidentiality.no-disclosure"
SUPPLY = "contracts.delivery-in-full"
BIRTHDAY = "wholesale.birthday-greeting"
UNMAPPED = "dutybook.unmapped-title"

moment = datetime.fromisoformat

MARCH = Window(moment("2026-03-01"), moment("2026-04-01"))
HOSTILE = "<script>alert('x')</script>"
FORMULA = '=HYPERLINK("http://example.com")'


def day(number: int, month: int = 3) -> Window:
    start = moment(f"2026-{month:02}-{number:02}")
    return Window(start, start + timedelta(days=1))


def rule(key: str, title: str, severity: Grade, **more: object) -> RuleInfo:
    info = RuleInfo(
        key, title, key.partition(".")[0], "quota", severity, document="Job description: client search manager"
    )
    return replace(info, **more)  # type: ignore[arg-type]


RULEBOOK: Mapping[str, RuleInfo] = MappingProxyType(
    {
        info.id: info
        for info in (
            rule(
                CALLS,
                "At least 30 calls every working day",
                Grade.MINOR,
                clause="client-search-manager/3.1/6",
                clause_text="Makes no fewer than thirty outbound calls to main and potential clients a day.",
                remedy="Agree a call plan for the coming week; the head of department checks it daily.",
                asks="where: kind = 'call' and direction = 'outbound'; measure: count",
                assumed=(Assumed("wholesale.calls_per_day"),),
            ),
            rule(
                REPORT,
                "The month's report is handed in by the 3rd",
                Grade.MODERATE,
                kind="deadline",
                clause="client-search-manager/3.4/2",
                clause_text="Hands in the report for the month that ended by the third day of the month after.",
                remedy="Hand the report in now, and put the date into the calendar of the department.",
            ),
            rule(
                DISCOUNT,
                "No discount beyond one's authority",
                Grade.SERIOUS,
                kind="limit",
                clause="client-search-manager/4.2",
                clause_text="Grants discounts within the matrix only; anything beyond it needs approval beforehand.",
                remedy="Ask the head of department for approval before the order is confirmed.",
            ),
            rule(
                DISCLOSURE,
                "Client data goes to nobody outside",
                Grade.CRITICAL,
                kind="prohibition",
                asks="where: not shared_with_consent and recipient <> '<ours>'",
                document="Confidentiality agreement",
                clause="confidentiality/2.1",
                clause_text="Does not pass on, publish or otherwise make known data on clients, prices or terms.",
                remedy="Stop the disclosure, tell the security officer today, and write down who received what.",
            ),
            rule(SUPPLY, "What was ordered is delivered in full", Grade.MODERATE, kind="fulfilment", document=None),
            rule(
                BIRTHDAY,
                "Clients are congratulated on their birthday",
                Grade.OBSERVATION,
                force="should",
                raises_incidents=False,
            ),
        )
    },
)

PEOPLE: Mapping[str, Person] = MappingProxyType(
    {
        person.id: person
        for person in (
            Person("e-17", "Anna Petrova", "client search manager", "Sales North"),
            Person("e-18", "Ole Lindqvist", "client search manager", "Sales North"),
            Person("e-21", "Мария Ивановна Кузнецова-Заболоцкая", "client search manager", "Sales South"),
            Person("e-30", HOSTILE, "clerk", "Warehouse & Dispatch"),
            Person("e-31", FORMULA, None, "Warehouse & Dispatch"),
            Person("e-40", "Henrik \x1b[31mBraun", "head of department", "Sales South"),
        )
    },
)

TABLES = (
    TableAccount(
        "activities",
        read=12_345,
        accepted=12_340,
        rejected=5,
        repeated=3,
        silent_days=2,
        reasons={"unknown bearer": 1, "unreadable date in at": 4},
        rejects=(
            "activities.csv:17: unreadable date in at: '31.02.2026'",
            "activities.csv:19: unreadable date in at: 'yesterday'",
            "activities.csv:203: unknown bearer 'e-99'",
            "activities.csv:911: unreadable date in at: '2026-13-01'",
            "activities.csv:4011: unreadable date in at: ''",
        ),
    ),
    TableAccount("orders", read=830, accepted=830, rejected=0),
    TableAccount("reports", read=41, accepted=41, rejected=0),
)

ACCOUNTS = (
    RuleAccount(DISCLOSURE, met=0, breached=1, not_applicable=2),
    RuleAccount(SUPPLY, met=41, breached=1, pending=1),
    RuleAccount(UNMAPPED, breached=1),
    RuleAccount(BIRTHDAY, met=12, breached=2, undetermined=1),
    RuleAccount(CALLS, met=1_204, breached=31, excused=1, undetermined=4, not_applicable=88),
    RuleAccount(DISCOUNT, met=398, breached=1),
    RuleAccount(REPORT, met=37, breached=1, pending=3),
)

NOTES = (
    "wholesale.calls_per_day is 30 instead of the pack's 25, set in compliance.yaml",
    "wholesale.gift-register left out: not our practice, decided 2026-01-10",
    "deputies are not kept: nobody's duty was moved to a deputy",
    "the amounts of rules/law/ru-labour-code.yaml are not verified by counsel",
)


def short_calls(number: int, who: str, department: str, measured: int) -> Finding:
    window = day(number)
    return Finding(
        id=f"c{number:02}{who[2:]}aa77",
        rule=CALLS,
        verdict=Verdict.BREACHED,
        how=How.SHORT,
        bearer=who,
        responsible=who,
        department=department,
        window=window,
        measured=measured,
        required=30,
        message=f"{measured} of 30 calls on {window}",
        arithmetic=f"count of outbound calls = {measured}; at least 30; {30 - measured} missing",
        at=window.start,
        due=window.end,
        extent=Decimal(30 - measured) / 30,
        evidence=tuple(RecordRef("activities", f"a-{number}-{n}") for n in range(1, measured + 1)),
    )


def many_short() -> tuple[Finding, ...]:
    return tuple(short_calls(number, "e-17", "Sales North", 28 - number % 5) for number in range(2, 32))


SINGLE = short_calls(12, "e-18", "Sales North", 29)

LATE_REPORT = Finding(
    id="5e9001d4b2f0",
    rule=REPORT,
    verdict=Verdict.BREACHED,
    how=How.LATE,
    bearer="e-21",
    responsible="e-40",
    department="Sales South",
    window=Window(moment("2026-02-01"), moment("2026-03-01")),
    message="the report for 2026-02 came on 2026-03-05, due 2026-03-03",
    arithmetic="due 2026-03-03 24:00; done 2026-03-05 18:20; 2 days late",
    at=moment("2026-03-05 18:20"),
    due=moment("2026-03-04"),
    days_late=2,
    evidence=(RecordRef("reports", "r-2026-02-e-21"),),
)

DISCOUNTED = Finding(
    id="77c1d30099ab",
    rule=DISCOUNT,
    verdict=Verdict.BREACHED,
    how=How.OVER,
    bearer="e-21",
    responsible="e-21",
    department="Sales South",
    record=RecordRef("order_lines", "10250 / 51"),
    measured=Decimal("15.5"),
    required=Decimal(10),
    message="a discount of 15.5 % on order line 10250 / 51, authority 10 %",
    arithmetic="discount 15.5 > 10 (level: manager, quantity 35); no approval at or before 2026-03-09 11:02",
    at=moment("2026-03-09 11:02"),
    extent=Decimal("0.55"),
    harm=Decimal("1250.40"),
    evidence=(RecordRef("order_lines", "10250 / 51"),),
)

DISCLOSED = Finding(
    id="d15c105edd00",
    rule=DISCLOSURE,
    verdict=Verdict.BREACHED,
    how=How.FORBIDDEN,
    bearer="e-30",
    responsible="e-30",
    department="Warehouse & Dispatch",
    record=RecordRef("messages", "m-88"),
    message=f"{HOSTILE} sent a price list to buyer@example.com",
    at=moment("2026-03-20 16:45:12.250"),
    evidence=(RecordRef("messages", "m-88"),),
)

DELIVERED = Finding(
    id="de11e4ed0000",
    rule=SUPPLY,
    verdict=Verdict.BREACHED,
    how=How.PARTIAL,
    bearer="e-31",
    responsible="e-31",
    department="Warehouse & Dispatch",
    record=RecordRef("obligations", "o-3"),
    measured=Decimal("1250.25"),
    required=Decimal("1300.00"),
    message="1,250.25 of 1,300 kg delivered by 2026-03-25",
    at=moment("2026-03-25"),
    due=moment("2026-03-26"),
    days_late=0,
)


def other(key: str, rule: str, verdict: Verdict, who: str | None = None, **more: object) -> Finding:
    bearer = PEOPLE[who] if who else None
    found = Finding(key, rule, verdict, bearer=who, department=bearer.department if bearer else None)
    return replace(found, **more)  # type: ignore[arg-type]


def told(key: str, rule: str, who: str, message: str, **more: object) -> Finding:
    return other(key, rule, Verdict.BREACHED, who, responsible=who, message=message, **more)


def unclear(key: str, who: str, number: int, calls: int, cause: str) -> Finding:
    message = f"{calls} of 30 calls on {day(number)}"
    return other(key, CALLS, Verdict.UNDETERMINED, who, window=day(number), message=message, cause=cause)


def running(key: str, who: str) -> Finding:
    message, due = "the report for 2026-03 is due on 2026-04-03", moment("2026-04-04")
    return other(key, REPORT, Verdict.PENDING, who, responsible=who, window=MARCH, message=message, due=due)


TOLD = (
    told("b1bd00000001", BIRTHDAY, "e-18", "no greeting to ACME on 2026-03-06", how=How.MISSING, window=day(6)),
    told("b1bd00000002", BIRTHDAY, "e-21", "no greeting to Bolt on 2026-03-09", how=How.MISSING, window=day(9)),
    told(
        "0ddb00000001",
        UNMAPPED,
        "e-31",
        "the title has no alias and no rule",
        how=How.FALSE,
        record=RecordRef("employees", "e-31"),
    ),
)

SILENT = "activities holds no record of 2026-03-05, a working day"

OTHERS = (
    other(
        "e0c500000001",
        CALLS,
        Verdict.EXCUSED,
        "e-21",
        how=How.SHORT,
        responsible="e-21",
        window=day(16),
        measured=3,
        required=30,
        message="3 of 30 calls on 2026-03-16",
        cause="hazard to health: fire alarm, building closed from 10:00",
    ),
    running("9e4d00000001", "e-17"),
    running("9e4d00000002", "e-18"),
    running("9e4d00000003", "e-21"),
    other(
        "9e4d00000004",
        SUPPLY,
        Verdict.PENDING,
        "e-31",
        record=RecordRef("obligations", "o-9"),
        message="due on 2026-04-10",
    ),
    unclear("0bd200000001", "e-18", 5, 11, SILENT),
    unclear("0bd200000002", "e-21", 5, 9, SILENT),
    unclear("0bd200000003", "e-18", 19, 28, "rejected rows could cure it: activities.csv:17, activities.csv:19"),
    unclear("0bd200000004", "e-21", 20, 29, "rejected rows could cure it: activities.csv:911"),
    other("0bd200000005", BIRTHDAY, Verdict.UNDETERMINED, cause="the table clients has no column birthday"),
)

INCIDENTS = (
    Incident(
        id="1c0ffee1a2b3",
        rules=(CALLS,),
        grade=Grade.MODERATE,
        severity=Grade.MINOR,
        responsible="e-17",
        department="Sales North",
        findings=tuple(finding.id for finding in many_short()),
        steps=(
            Step("extent", Grade.MINOR, Grade.MINOR, "the largest share missed is 4/15, below a third"),
            Step("systematic", Grade.MINOR, Grade.MODERATE, "30 findings in one incident, 10 or more raise by one"),
        ),
        measures=(
            Measure("remark", "disciplinary", "Labour Code, article 192", "one measure for one breach", capped=False),
            Measure(
                "recovery of damage", "material", "Labour Code, article 241", "average monthly earnings", capped=True
            ),
        ),
        limitation=Limitation(date(2026, 4, 1), date(2026, 5, 1)),
    ),
    Incident(
        id="2b00b1e50001",
        rules=(CALLS,),
        grade=Grade.OBSERVATION,
        severity=Grade.MINOR,
        responsible="e-18",
        department="Sales North",
        findings=(SINGLE.id,),
        steps=(Step("newcomer", Grade.MINOR, Grade.OBSERVATION, "employed for 61 days, under 6 months"),),
        limitation=Limitation(date(2026, 4, 1), None),
    ),
    Incident(
        id="3a7e4e9047aa",
        rules=(REPORT,),
        grade=Grade.MODERATE,
        severity=Grade.MODERATE,
        responsible="e-40",
        department="Sales South",
        findings=(LATE_REPORT.id,),
        steps=(
            Step(
                "responsible",
                Grade.MODERATE,
                Grade.MODERATE,
                "e-21 never signed version 2; e-40 had to obtain the signature",
            ),
        ),
        limitation=Limitation(date(2026, 3, 4), date(2026, 3, 31)),
        state=State.NEW,
    ),
    Incident(
        id="4d15c0947e11",
        rules=(DISCOUNT,),
        grade=Grade.SERIOUS,
        severity=Grade.SERIOUS,
        responsible="e-21",
        department="Sales South",
        findings=(DISCOUNTED.id,),
        measures=(
            Measure(
                "reprimand", "disciplinary", "Labour Code, article 192", "one measure for one breach", capped=False
            ),
        ),
        limitation=Limitation(date(2026, 4, 1), date(2026, 5, 1)),
    ),
    Incident(
        id="5ec4e700aaaa",
        rules=(DISCLOSURE,),
        grade=Grade.CRITICAL,
        severity=Grade.CRITICAL,
        responsible="e-30",
        department="Warehouse & Dispatch",
        findings=(DISCLOSED.id,),
        steps=(
            Step("harm", Grade.CRITICAL, Grade.CRITICAL, "a client was harmed; the grade stands at the top already"),
        ),
        measures=(
            Measure("dismissal", "disciplinary", "Labour Code, article 81(6)(c)", "the gravest measure", capped=False),
        ),
        limitation=Limitation(date(2026, 4, 1), date(2026, 5, 1)),
    ),
    Incident(
        id="6de11e4ed000",
        rules=(SUPPLY,),
        grade=Grade.MINOR,
        severity=Grade.MODERATE,
        responsible="e-31",
        department="Warehouse & Dispatch",
        findings=(DELIVERED.id,),
        steps=(Step("cured", Grade.MODERATE, Grade.MINOR, "the rest came inside the days of grace"),),
    ),
)

RECORDS: Mapping[RecordRef, Mapping[str, str]] = MappingProxyType(
    {
        RecordRef("messages", "m-88"): {
            "message_id": "m-88",
            "sent_at": "2026-03-20 16:45:12.250",
            "sender_id": "e-30",
            "recipient": "buyer@example.com",
            "subject": "<b>Prices</b> & terms",
        },
        RecordRef("order_lines", "10250 / 51"): {
            "order_id": "10250",
            "product_id": "51",
            "discount": "15.5",
            "quantity": "35",
        },
    }
    | {
        RecordRef("activities", f"a-2-{n}"): {"at": f"2026-03-02 09:{n:02}", "kind": "call", "direction": "outbound"}
        for n in range(1, 13)
    },
)

FINDINGS = (DISCLOSED, DELIVERED, *TOLD, *many_short(), SINGLE, DISCOUNTED, LATE_REPORT, *OTHERS)

CHANGES = Changes(
    new=("1c0ffee1a2b3", "2b00b1e50001", "4d15c0947e11", "5ec4e700aaaa", "6de11e4ed000"),
    known=("3a7e4e9047aa",),
    gone=("7777aaaa0000",),
)


def sample_audit() -> Audit:
    return Audit(
        id="a0d1700000000001",
        organisation="Northgate Trading House",
        period=Window(moment("2026-01-01"), moment("2026-04-01")),
        as_of=moment("2026-04-01 18:30"),
        engine="duckdb",
        rulebook_digest="9b74c9897bac770ffc029102a200c5de",
        data_digest="0cc175b9c0f1b6a831c399e269772661",
        tables=TABLES,
        rules=ACCOUNTS,
        rulebook=RULEBOOK,
        people=PEOPLE,
        findings=FINDINGS,
        incidents=INCIDENTS,
        notes=NOTES,
        changes=CHANGES,
        records=RECORDS,
    )


def empty_audit() -> Audit:
    """Nothing was found, nothing was kept: every optional part is missing."""
    return replace(
        sample_audit(),
        tables=(),
        rules=(RuleAccount(CALLS, met=3),),
        findings=(),
        incidents=(),
        notes=(),
        changes=None,
        records={},
    )


def with_kept(days: int) -> Audit:
    """The sample as `--all` gives it: with what was met and what was not owed."""
    kept: list[Finding] = []
    for n in range(days):
        met = other(f"m{n}", CALLS, Verdict.MET, "e-17", window=day(2 + n), measured=31, required=30)
        free = other(f"n{n}", CALLS, Verdict.NOT_APPLICABLE, "e-18", window=day(2 + n), cause="on leave")
        kept += [met, free]
    return replace(sample_audit(), findings=(*FINDINGS, *sorted(kept, key=lambda finding: finding.id)))


def large_audit(findings: int) -> Audit:
    """As many breached findings as asked for, a hundred of them to an incident."""
    whole = tuple(replace(SINGLE, id=f"f{n:011}", evidence=SINGLE.evidence[:3]) for n in range(findings))
    incidents = tuple(
        replace(INCIDENTS[0], id=f"i{n:011}", findings=tuple(f.id for f in whole[n : n + 100]))
        for n in range(0, findings, 100)
    )
    return replace(sample_audit(), id=f"large-{findings}", findings=whole, incidents=incidents, changes=None)
