"""The shape of JSON version 1, a promise: fields may be added; none is renamed, removed or changes its meaning.

Instants are local ISO 8601, figures are exact numbers, and what there is none of is null.
"""

from typing import Literal, TypedDict

from compliance.model.finding import Number


class RecordV1(TypedDict):
    """One record, by its table and key."""

    table: str
    key: str


PeriodV1 = TypedDict("PeriodV1", {"from": str, "to": str})
StepV1 = TypedDict("StepV1", {"factor": str, "from": str, "to": str, "because": str})
AuditV1 = TypedDict(
    "AuditV1",
    {
        "id": str,
        "from": str,
        "to": str,
        "as_of": str,
        "engine": str,
        "rulebook_digest": str,
        "data_digest": str,
        "organisation": str,
    },
)


class TableV1(TypedDict):
    """What became of one table's rows."""

    table: str
    read: int
    accepted: int
    rejected: int
    silent_days: int
    reasons: dict[str, int]
    repeated: int
    rejects: list[str]


class RuleV1(TypedDict):
    """How many obligations of one rule came out how."""

    rule: str
    met: int
    breached: int
    excused: int
    pending: int
    undetermined: int
    not_applicable: int
    assumed: list[str]


class FindingV1(TypedDict):
    """The verdict on one obligation."""

    id: str
    rule: str
    verdict: str
    how: str | None
    bearer: str | None
    responsible: str | None
    window: PeriodV1 | None
    record: RecordV1 | None
    measured: Number | None
    required: Number | None
    message: str
    cause: str | None
    evidence: list[RecordV1]
    department: str | None
    arithmetic: str | None
    at: str | None
    due: str | None
    days_late: int | None
    extent: Number | None
    harm: Number | None
    assumed: list[str]


class MeasureV1(TypedDict):
    """What may be proposed."""

    measure: str
    liability: str
    basis: str
    ceiling: str
    capped: bool
    proposed: Number | None
    allowed: Number | None
    decided_by: str | None
    last_day: str | None
    lapses: str | None
    source: str | None
    verified: bool
    because: str


class LimitationV1(TypedDict):
    """When the breach became known and the last day to act."""

    discovered: str | None
    last_day: str | None
    discovered_by: str | None
    arithmetic: str | None
    expired: bool


class LinkV1(TypedDict):
    """One step of the chain of responsibility."""

    role: str
    person: str | None
    because: str
    record: RecordV1 | None


class HearingV1(TypedDict):
    """How the right to be heard stands."""

    state: str
    asked: str | None
    due: str | None
    answered: str | None
    missing: str | None


class IncidentV1(TypedDict):
    """Breached findings judged together."""

    id: str
    rules: list[str]
    grade: str
    severity: str
    responsible: str | None
    department: str | None
    findings: list[str]
    steps: list[StepV1]
    measures: list[MeasureV1]
    limitation: LimitationV1
    state: str
    chain: list[LinkV1]
    excuses: list[str]
    hearing: HearingV1
    final: bool
    decides: str | None
    derived_from: list[str]
    closed: bool


class ChangesV1(TypedDict):
    """Ids of what is new, known and gone."""

    new: list[str]
    known: list[str]
    gone: list[str]


class BaselineV1(TypedDict):
    """Against an earlier report: breached findings and incidents that are new, known and gone."""

    audit: str
    as_of: str
    findings: ChangesV1
    incidents: ChangesV1


class ReportV1(TypedDict):
    """The whole document; `filter` says what thinned `findings` and `incidents` (never a count)."""

    version: Literal[1]
    audit: AuditV1
    tables: list[TableV1]
    rules: list[RuleV1]
    findings: list[FindingV1]
    incidents: list[IncidentV1]
    notes: list[str]
    changes: ChangesV1 | None
    filter: dict[str, str] | None
    baseline: BaselineV1 | None


class PseudonymousV1(ReportV1):
    """The document in the pseudonymous edition."""

    edition: Literal["pseudonymous"]
