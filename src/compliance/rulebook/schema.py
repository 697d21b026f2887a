"""What stands in a rule file, a document and a file of parameters."""

import re
from datetime import date, timedelta
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from compliance.kinds import KINDS
from compliance.kinds.base import Kind
from compliance.kinds.condition import Condition
from compliance.kinds.deadline import Deadline
from compliance.kinds.fulfilment import Fulfilment
from compliance.kinds.interval import Interval
from compliance.kinds.level import Level
from compliance.kinds.limit import Limit
from compliance.kinds.precedence import Precedence
from compliance.kinds.prohibition import Prohibition
from compliance.kinds.quota import Quota
from compliance.kinds.reconciliation import Reconciliation
from compliance.kinds.response import Response
from compliance.kinds.sequence import Sequence
from compliance.language.blocks import Bearer, Expression, PerName
from compliance.language.parameters import DatedValue
from compliance.model.audit import BUILT_IN
from compliance.model.base import Strict, given
from compliance.model.incident import Grade
from compliance.yamldoc import Misplaced, only_near

_ID = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
PLACEHOLDERS = ("measured", "required", "window", "bearer", "record", "due", "done", "how", "cause")


def _rule_id(value: str) -> str:
    if value.startswith(BUILT_IN):
        message = "ids beginning with `dutybook.` are the built-in findings'"
        raise ValueError(message)
    if not _ID.fullmatch(value):
        message = f"`{value}` is not a rule id; write small letters, digits and hyphens in parts joined by dots"
        raise ValueError(message)
    return value


def _message(value: str) -> str:
    try:
        list(Formatter().parse(value))
    except ValueError:
        raise Misplaced("a brace in a message stands alone", help="double it: `{{` and `}}`") from None
    for match in re.finditer(r"\{([^{}]*)\}", value):
        if match[1] not in PLACEHOLDERS:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise Misplaced(
                f"`{match[0]}` is not a placeholder",
                help=f"there are: {known}",
                offset=match.start(),
                width=len(match[0]),
                lint="unknown-message-field",
                mend=only_near(match[0], [f"{{{name}}}" for name in PLACEHOLDERS]),
            )
    return value


class InForce(Strict):
    """When a rule applies: from a day on, and to a last day."""

    since: date | None = Field(default=None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _forward(self) -> "InForce":
        if self.since and self.to and self.to < self.since:
            raise Misplaced("the rule ends before it begins", "to")
        return self


class Grouping(Strict):
    """Which breached findings of a bearer are judged together."""

    per: PerName


class FormerSeverity(Strict):
    """The severity that a rule had up to a day, that day included."""

    to: date
    value: Grade


class Rule(Strict):
    """One checkable norm."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [given(kind.name) for kind in KINDS]})

    id: Annotated[str, AfterValidator(_rule_id), WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"})]
    title: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    clause: str | None = None
    norms: tuple[str, ...] = ()
    force: Literal["must", "should", "may"] = "must"
    status: Literal["draft", "announced", "stable", "retired"] = "stable"
    in_force: InForce = InForce()
    bearer: Bearer | None = None
    when: Expression | None = None
    yields_to: tuple[str, ...] = ()
    severity: Grade
    severity_before: tuple[FormerSeverity, ...] = ()
    incident: Grouping | None = None
    message: Annotated[str, AfterValidator(_message)] | None = None
    remedy: str | None = None
    quota: Quota | None = None
    deadline: Deadline | None = None
    response: Response | None = None
    precedence: Precedence | None = None
    prohibition: Prohibition | None = None
    condition: Condition | None = None
    limit: Limit | None = None
    interval: Interval | None = None
    sequence: Sequence | None = None
    fulfilment: Fulfilment | None = None
    level: Level | None = None
    reconciliation: Reconciliation | None = None

    @model_validator(mode="after")
    def _former(self) -> "Rule":
        ends = [former.to for former in self.severity_before]
        if ends != sorted(set(ends)):
            raise Misplaced("former severities stand in the order of their last days", "severity_before")
        return self

    @property
    def severities(self) -> tuple[tuple[date | None, Grade], ...]:
        """Every severity with its first day, the oldest first; empty where it never changed."""
        if not self.severity_before:
            return ()
        starts = [None, *(former.to + timedelta(days=1) for former in self.severity_before)]
        return tuple(zip(starts, [*(former.value for former in self.severity_before), self.severity], strict=True))

    @model_validator(mode="after")
    def _one_kind(self) -> "Rule":
        given = [kind.name for kind in KINDS if getattr(self, kind.name) is not None]
        names = ", ".join(kind.name for kind in KINDS)
        if not given:
            message = f"the rule has no kind; give it one of {names}"
            raise ValueError(message)
        if len(given) > 1:
            raise Misplaced(f"a rule has one kind, this one has {' and '.join(given)}", given[1], key=True)
        return self

    @property
    def kind(self) -> Kind:
        """The rule's one kind."""
        found: Kind = next(kind for each in KINDS if (kind := getattr(self, each.name)) is not None)
        return found


class Clause(Strict):
    """A numbered part of a document, in our own words."""

    section: str
    number: int | str
    kind: Literal["duty", "right", "liability"] = "duty"
    text: str
    norms: tuple[str, ...] = ()
    reading: str | None = None


class Elsewhere(Strict):
    """A norm that the system keeps itself."""

    norm: str
    by: str


class NotCheckable(Strict):
    """A norm that no record can prove or disprove, and the human check there is instead."""

    norm: str
    because: str
    instead: str | None = None


class DutyDocument(Strict):
    """A job description or contract that obliges."""

    id: str
    title: str
    position: str | None = None
    version: str = "1"
    in_force_from: date | None = None
    drafted_by: str | None = None
    agreed_by: tuple[str, ...] = ()
    approved_by: str | None = None
    acknowledged_to: str = "superior"
    clauses: tuple[Clause, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    not_checkable: tuple[NotCheckable, ...] = ()


ParameterFile = dict[str, tuple[DatedValue, ...]]
