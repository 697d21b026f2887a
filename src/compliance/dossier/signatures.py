"""Acknowledgement: who has not signed what obliges does not answer for it; who had to obtain the signature does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compliance.dossier.dossier import Unsigned
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.finding import Finding, Verdict, day_of
from compliance.model.names import Namer
from compliance.roster import Appointment, Roster
from compliance.rulebook.loading import Rulebook
from compliance.rulebook.schema import DutyDocument
from compliance.workspace.fetching import rows
from compliance.workspace.tables import Table

TABLE = "acknowledgements"
COLUMNS = ("document_id", "version", "signed_on")
Row = Mapping[str, Any]


def unsigned(
    findings: Sequence[Finding], rulebook: Rulebook, ground: Ground, engine: Engine, namer: Namer
) -> dict[str, Unsigned]:
    """The breaches, by id, of what the bearer had not signed, with who had to obtain the signature.

    Where acknowledgements are not kept, there are none; an unreadable row may be the signature.
    """
    table = ground.tables.get(TABLE)
    if table is None or not {"document_id", "signed_on"} <= set(table.columns):
        return {}
    documents = _documents(rulebook)
    asked = _Asked(_Signatures(_rows(table, ground, engine)), ground.roster, ground.positions, namer)
    breaches = [each for each in findings if each.verdict is Verdict.BREACHED and each.rule in documents]
    told = {each.id: asked.about(each, documents[each.rule]) for each in breaches}
    return {key: found for key, found in told.items() if found is not None}


def _rows(table: Table, ground: Ground, engine: Engine) -> list[Row]:
    """The signatures, and what could not be read as one: a null there may be anything."""
    found: list[Row] = [
        row | {"rejected": False} for row in rows(engine, table, COLUMNS) if row["signed_on"] is not None
    ]
    if ground.doubtful(TABLE):
        found += [row | {"rejected": True} for row in rows(engine, table, COLUMNS, rejected=True)]
    return found


def _documents(rulebook: Rulebook) -> dict[str, DutyDocument]:
    """The document that each rule rests on, where the rulebook has it."""
    known = {pack.document.id: pack.document for pack in rulebook.packs if pack.document is not None}
    clauses = {name: each.rule.clause for name, each in rulebook.rules.items()}
    return {name: found for name, clause in clauses.items() if (found := known.get((clause or "").split("/")[0]))}


class _Signatures:
    """Who signed which document when."""

    def __init__(self, found: Iterable[Row]) -> None:
        self._by_bearer: dict[str | None, list[Row]] = defaultdict(list)
        for row in found:
            self._by_bearer[row["_bearer"]].append(row)

    def has(self, bearer: str, document: DutyDocument, day: date) -> bool:
        """Whether the version in force was signed by a day; before the document was in force, any version."""
        in_force = document.in_force_from is None or document.in_force_from <= day
        versions = {None, document.version} if in_force else None
        own = self._by_bearer.get(bearer, ())
        return any(_signs(row, document.id, versions, day) for row in (*own, *self._by_bearer.get(None, ())))


def _signs(row: Row, document: str, versions: set[str | None] | None, day: date) -> bool:
    same, signed = row["document_id"], row["signed_on"]
    if row["rejected"]:
        return same in {None, document} and (signed is None or signed <= day)
    by_whom = row["_bearer"] is not None
    return by_whom and same == document and (versions is None or row.get("version") in versions) and signed <= day


@dataclass(frozen=True)
class _Asked:
    """Who had to obtain a signature."""

    signatures: _Signatures
    roster: Roster
    positions: Mapping[str, str]
    namer: Namer
    known: dict[tuple[str, date], list[Appointment]] = field(default_factory=dict)
    """Who held a position on a day, where that was asked before."""

    def about(self, finding: Finding, document: DutyDocument) -> Unsigned | None:
        """Who had to obtain the signature, and why that matters; None where the bearer signed in time."""
        bearer, day = finding.bearer, _day(finding)
        if bearer is None or day is None or finding.responsible != bearer:
            return None
        if self.signatures.has(bearer, document, day):
            return None
        who = self._who(bearer, document.acknowledged_to, day)
        because = (
            f"{self.namer.person(bearer)} had not signed version {document.version} of {document.title} by {day}; "
            f"{self.namer.person(who)} had to obtain the signature"
        )
        return Unsigned(who, because)

    def _who(self, bearer: str, given: str, day: date) -> str | None:
        """The superior, an employee by id, or the one who holds a position, of several the one of the department."""
        own = self.roster.on(bearer, day)
        if given == "superior":
            return own.superior_id if own else None
        if self.roster.on(given, day) is not None:
            return given
        position = self.positions.get(given, given)
        holders = self._holders(position, day)
        near = [each for each in holders if own is not None and each.department == own.department]
        only = next((some for some in (holders, near) if len(some) == 1), None)
        return only[0].bearer if only else None

    def _holders(self, position: str, day: date) -> list[Appointment]:
        if (position, day) not in self.known:
            there = (each for each in self.roster.everybody(day) if each.held and each.employed(day))
            self.known[position, day] = [each for each in there if each.position == position]
        return self.known[position, day]


def _day(finding: Finding) -> date | None:
    """The day of the act, or the window's first."""
    moment = finding.window.start if finding.window else finding.at
    return day_of(moment) if moment else None
