"""Cases for programs to read, version 1: members may be added, none is renamed, removed or changes its meaning."""

import json
from collections.abc import Iterable, Mapping
from datetime import date

from compliance.model.history import CaseEvent
from compliance.model.printable import in_json
from compliance.register.case import Case, Sighting, changes
from compliance.register.doubts import Doubt
from compliance.register.due import Due

Json = Mapping[str, object]


def listed(cases: Iterable[Case]) -> str:
    """Every case without its story."""
    return _document({"incidents": [_case(case) for case in cases]})


def shown(case: Case) -> str:
    """One case with its story."""
    story = {"audits": [_sighting(each) for each in case.sightings], "deeds": [_deed(each) for each in case.events]}
    return _document(_case(case) | {"changes": list(changes(case))} | story)


def due(found: Iterable[Due]) -> str:
    """What is due."""
    return _document({"due": [{"day": str(each.day), "what": each.what, "incident": each.incident} for each in found]})


def doubts(found: Iterable[Doubt]) -> str:
    """What is to be looked at."""
    return _document(
        {
            "doubts": [
                {
                    "kind": each.kind,
                    "incident": each.incident,
                    "of": each.of if each.incident is None else None,
                    "says": each.says,
                }
                for each in found
            ]
        }
    )


def _case(case: Case) -> dict[str, object]:
    found = case.found
    return {
        "id": case.id,
        "earlier_ids": list(case.earlier),
        "rules": list(found.rules),
        "grade": found.grade,
        "severity": found.severity,
        "responsible": found.responsible,
        "department": found.department,
        "state": case.state,
        "known_at": case.known_at.isoformat(),
        "last_found": found.as_of.isoformat(),
        "gone": case.gone,
        "more_since": case.unsettled,
        "assigned_to": case.assignee,
        "explanation_due": _day(case.term),
        "snoozed_until": _day(case.snoozed_until),
        "last_day": _day(found.last_day),
    }


def _sighting(each: Sighting) -> Json:
    return {
        "audit": each.audit,
        "as_of": each.as_of.isoformat(),
        "state": each.state,
        "grade": each.grade,
        "responsible": each.responsible,
        "findings": each.findings,
        "continued_as": each.continued_as,
    }


def _deed(event: CaseEvent) -> Json:
    return {
        "number": event.number,
        "deed": event.deed,
        "at": event.at.isoformat(),
        "by": event.by,
        "because": event.because,
        "purged": event.purged,
        "due": _day(event.due),
        "measure": event.measure,
        "grade": event.grade,
        "to": event.to,
        "until": _day(event.until),
        "recorded_at": event.recorded_at.isoformat() if event.recorded_at else None,
    }


def _day(day: date | None) -> str | None:
    return str(day) if day else None


def _document(members: Json) -> str:
    return in_json(json.dumps({"version": 1, **members}, ensure_ascii=False, indent=2)) + "\n"
