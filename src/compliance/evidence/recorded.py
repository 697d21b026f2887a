"""What the register says of the incident that is taken out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.evidence.narrow import Concerned
from compliance.model.finding import Window
from compliance.model.problem import UserError
from compliance.register.case import Case
from compliance.register.cases import one_case
from compliance.register.home import Home
from compliance.register.recall import Stored, find, findings_of, period_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """The case, what the last audit that found it kept of it, and that audit's period.

    `followed` are the findings of the incidents that one of supervision follows from: it has none of its own.
    """

    case: Case
    stored: Stored
    period: Window
    followed: tuple[Mapping[str, Any], ...] = ()

    @property
    def findings(self) -> dict[str, Mapping[str, Any]]:
        """The findings that the incident rests on, by id."""
        return {each["id"]: each for each in (*self.stored.body["findings"], *self.followed)}

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that were breached."""
        return tuple(dict.fromkeys(each["rule"] for each in self.findings.values()))

    @property
    def records(self) -> tuple[tuple[str, str], ...]:
        """The records that the findings rest on: table and key."""
        told = ((ref["table"], ref["key"]) for each in self.findings.values() for ref in _refs(each))
        return tuple(dict.fromkeys(told))

    @property
    def concerned(self) -> Concerned:
        """Whom it is about, and what it rests on."""
        told = (*self.findings.values(), self.stored.body)
        persons = (each[who] for each in told for who in ("bearer", "responsible") if each.get(who))
        records: dict[str, set[str]] = {}
        for table, key in self.records:
            records.setdefault(table, set()).add(key)
        people = frozenset(person["id"] for person in persons)
        return Concerned(people, {table: frozenset(keys) for table, keys in records.items()})


def _refs(finding: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return [*finding["evidence"], *([finding["record"]] if finding.get("record") else [])]


def recorded(register: Home, key: str) -> Recorded:
    """The incident of this id, or of the one id that begins so."""
    case = one_case(register, key)
    stored = find(register, case.id)
    if stored is None or stored.kind != "incident":
        raise UserError(f"register {register}: nothing is kept of incident {case.id}", help="audit again")
    followed = findings_of(register, stored.audit, stored.body.get("derived_from", ()))
    return Recorded(case, stored, period_of(register, stored.audit), followed)
