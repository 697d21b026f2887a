"""The outcome of one audit: all that a report, the register or an exit status needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from compliance.model.finding import Finding, RecordRef, Window
from compliance.model.incident import Grade, Incident


@dataclass(frozen=True, slots=True)
class TableAccount:
    """What became of one table's rows: `read = accepted + rejected`, and why rows were rejected.

    `reasons` maps each reason to its number of rows; `rejects` names rejected rows (at most 1,000 a table), each
    as `file:line: reason`; `repeated` rows are accepted but stand once.
    """

    table: str
    read: int
    accepted: int
    rejected: int
    repeated: int = 0
    silent_days: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    rejects: tuple[str, ...] = ()


BUILT_IN = "dutybook."
"""How the ids of built-in findings begin; no rule of a pack may."""


@dataclass(frozen=True, slots=True)
class RuleAccount:
    """How many obligations of one rule came out how."""

    rule: str
    met: int = 0
    breached: int = 0
    excused: int = 0
    pending: int = 0
    undetermined: int = 0
    not_applicable: int = 0


@dataclass(frozen=True, slots=True)
class Assumed:
    """A parameter's value that rests on nobody's word but ours, from a day on, up to another."""

    name: str
    since: date | None = None
    until: date | None = None

    def __str__(self) -> str:
        """Its name, and from when to when, where that is not always: `house.most (from 2026-04-01)`."""
        bounds = [f"from {self.since}"] if self.since else []
        bounds += [f"to {self.until - timedelta(days=1)}"] if self.until else []
        return f"{self.name} ({' '.join(bounds)})" if bounds else self.name


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What reports say about a rule, in the rule file's own words.

    `severities` are the dated values of a severity that changed, the oldest first; `severity` is the last of them.
    """

    id: str
    title: str
    pack: str
    kind: str
    severity: Grade
    force: str = "must"
    clause: str | None = None
    clause_text: str | None = None
    document: str | None = None
    norms: tuple[str, ...] = ()
    remedy: str | None = None
    incident_per: str | None = None
    raises_incidents: bool = True
    assumed: tuple[Assumed, ...] = ()
    asks: str | None = None
    severities: tuple[tuple[date | None, Grade], ...] = ()

    def severity_on(self, day: date | None) -> Grade:
        """The severity in force on a day; the first one before any was, or where the day is not known."""
        found = [grade for since, grade in self.severities if day is not None and (since is None or since <= day)]
        return found[-1] if found else self.severities[0][1] if self.severities else self.severity

    def assumed_between(self, first: date, last: date) -> tuple[str, ...]:
        """The parameters that had an assumed value on one of these days, both included."""
        held = (each for each in self.assumed if each.since is None or each.since <= last)
        return tuple(dict.fromkeys(each.name for each in held if each.until is None or each.until > first))


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the roster, as known at `as_of`."""

    id: str
    name: str
    position: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What the register says against the audit before: incident ids that are new, known, or gone."""

    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """A finding that was breached in the baseline and is no more."""

    id: str
    rule: str
    bearer: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """How the audit stands against the report of an earlier one: breached findings by id, and incidents."""

    audit: str
    as_of: str
    new: frozenset[str]
    known: frozenset[str]
    gone: tuple[Gone, ...]
    incidents: Changes

    def state(self, finding: Finding) -> str | None:
        """`new` or `known` for a breached finding, else None."""
        return "new" if finding.id in self.new else "known" if finding.id in self.known else None

    def knows(self, incident: str) -> bool:
        """Whether it knows an incident, by id."""
        return incident in self.incidents.known

    def sentence(self) -> str:
        """How much is new, known and gone."""
        found = f"{len(self.new):,} new, {len(self.known):,} known, {len(self.gone):,} gone"
        incidents = f"{len(self.incidents.new):,} new, {len(self.incidents.known):,} known"
        return (
            f"Against the baseline as of {self.as_of.replace('T', ' ')[:16]}: breaches {found}; incidents {incidents}."
        )


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything one audit found. `notes` are sentences on what was overridden, left out or not kept.

    `findings` holds every verdict but `met` and `not_applicable` (with `all`: those too), ordered by rule, bearer,
    window and record. `records` holds the columns of evidence records, as text, for incidents that a report shows.
    `zone` is the organisation's time zone, which all moments are local to. `smallest_group`
    is set in the pseudonymous edition: a count by group that is smaller is not told.
    """

    id: str
    organisation: str
    period: Window
    as_of: datetime
    engine: str
    rulebook_digest: str
    data_digest: str
    tables: tuple[TableAccount, ...]
    rules: tuple[RuleAccount, ...]
    rulebook: Mapping[str, RuleInfo]
    people: Mapping[str, Person]
    findings: tuple[Finding, ...]
    incidents: tuple[Incident, ...]
    notes: tuple[str, ...] = ()
    changes: Changes | None = None
    records: Mapping[RecordRef, Mapping[str, str]] = field(default_factory=dict)
    baseline: Baseline | None = None
    zone: str = "UTC"
    smallest_group: int | None = None
