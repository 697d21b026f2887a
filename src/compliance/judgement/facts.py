"""A case's facts as plain values: whole numbers, texts and booleans, checked before any judge sees them.

A share or an amount is rounded down to its smallest unit, so that `>=` and `<` are exact; what is larger than can be
held counts as the largest. An unknown number is 0, and its `has_…` is false.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from math import floor

from compliance.dossier.circumstances import Sort
from compliance.judgement import surroundings
from compliance.judgement.cases import Case, when
from compliance.judgement.faults import NotPlain
from compliance.judgement.fields import FIELDS, LARGEST, Facts, Kind, Plain
from compliance.model.finding import Finding, How

_TYPES: Mapping[Kind, type] = {Kind.TEXT: str, Kind.BOOLEAN: bool}


def facts(case: Case, fields: Iterable[str]) -> Facts:
    """The facts of these fields; NotPlain is raised where one is not what its field promises."""
    return {name: checked(name, READERS[name](case)) for name in fields}


def checked(name: str, value: Plain) -> Plain:
    """The value, if it is what its field promises; NotPlain is raised where not."""
    kind = FIELDS[name].kind
    wanted = _TYPES.get(kind, int)
    if type(value) is not wanted or (isinstance(value, int) and abs(value) > LARGEST):
        raise NotPlain(name, value, kind.wanted)
    return value


def _units(value: Decimal | int, scale: int) -> int:
    return max(-LARGEST, min(LARGEST, floor(value * scale)))


def _most(case: Case, of: Callable[[Finding], Decimal | int | None], scale: int = 1) -> int:
    known = [value for value in map(of, case.weighed) if value is not None]
    return _units(max(known), scale) if known else 0


def _every(case: Case, holds: Callable[[Finding], bool]) -> bool:
    """Whether something holds of each finding that weighs, and there is one."""
    return bool(case.weighed) and all(map(holds, case.weighed))


def _extent(finding: Finding) -> Decimal | None:
    return finding.extent


def _days_late(finding: Finding) -> int | None:
    return finding.days_late


def _harm(case: Case) -> int:
    return _units(surroundings.harm(case) or 0, 100)


def _acted_on(case: Case) -> int:
    if case.judged_on is not None:
        return case.judged_on.toordinal()
    start = when(case.lead)
    return start.toordinal() if start else 0


def _beyond(finding: Finding) -> Decimal | None:
    if finding.how is not How.OVER or finding.measured is None or finding.required is None:
        return None
    return Decimal(finding.measured) - Decimal(finding.required)


READERS: Mapping[str, Callable[[Case], Plain]] = {
    "rule": lambda case: case.info.id,
    "pack": lambda case: case.info.pack,
    "kind": lambda case: case.info.kind,
    "force": lambda case: case.info.force,
    "severity": lambda case: case.info.severity.rank,
    "how": lambda case: "" if case.of_head else str(case.lead.how or ""),
    "department": lambda case: case.lead.department or "",
    "acted_on": _acted_on,
    "findings": lambda case: len(case.findings),
    "rules": lambda case: len({finding.rule for finding in case.findings}),
    "extent": lambda case: _most(case, _extent, 10_000),
    "days_late": lambda case: _most(case, _days_late),
    "harm": _harm,
    "beyond": lambda case: _most(case, _beyond, 100),
    "ratified_late": lambda case: _every(case, lambda finding: finding.how is How.RATIFIED_LATE),
    "cured_in_grace": lambda case: _every(case, lambda finding: finding.in_grace),
    "tenure_days": lambda case: surroundings.tenure(case).days,
    "tenure_months": lambda case: surroundings.tenure(case).months,
    "position": surroundings.position,
    "deputised": lambda case: surroundings.deputised(case.lead),
    "unacknowledged": lambda case: case.lead.id in case.dossier.unsigned,
    "ordered": lambda case: surroundings.order(case) is not None,
    "intent": surroundings.intent,
    "harmed": surroundings.harmed,
    "hazard": lambda case: surroundings.hindered(case, Sort.HAZARD),
    "force_majeure": lambda case: surroundings.hindered(case, Sort.FORCE_MAJEURE),
    "unanswered_request": lambda case: surroundings.hindered(case, Sort.UNANSWERED_REQUEST),
    "waived": lambda case: all(finding.id in case.dossier.waived for finding in case.findings),
    "upheld_before": lambda case: len(surroundings.upheld_before(case)),
    "client_tier": surroundings.client_tier,
    "unconfirmed": surroundings.unconfirmed,
    "people": lambda case: len({finding.bearer for finding in case.findings}),
    "grade": lambda case: case.grade.rank if case.grade is not None else 0,
    "has_extent": lambda case: any(finding.extent is not None for finding in case.weighed),
    "has_days_late": lambda case: any(finding.days_late is not None for finding in case.weighed),
    "has_harm": lambda case: surroundings.harm(case) is not None,
    "has_beyond": lambda case: any(_beyond(finding) is not None for finding in case.weighed),
    "has_tenure": lambda case: surroundings.tenure(case).known,
}
