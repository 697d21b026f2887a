"""A dossier in few words."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.judgement.sample import CALLS, RULEBOOK, breach

from compliance.calendar import work_calendar
from compliance.dossier import Dossier, Leave
from compliance.dossier.circumstances import by_bearer
from compliance.judgement.cases import Case
from compliance.judgement.law import Law, load_law
from compliance.model.audit import RuleInfo
from compliance.model.finding import Finding
from compliance.roster import Appointment, Roster

LAWS = Path(__file__).parents[2] / "rules" / "law"
RU: Law = load_law(LAWS, "ru-labour-code")
AS_OF = datetime.fromisoformat("2026-04-01 00:00")
ACT = datetime.fromisoformat("2026-03-02 10:00")


def entry(key: str, at: str, kind: str, value: str | None = None, who: str = "anna", **more: Any) -> dict[str, Any]:  # noqa: ANN401 cells
    """A row of the circumstances' table."""
    moment = datetime.fromisoformat(at)
    return {"_key": key, "_bearer": who, "_at": moment, "kind": kind, "value": value, **more}


def person(who: str, **more: Any) -> Appointment:  # noqa: ANN401 whatever the noun holds
    names = ("name", "position", "level", "department", "superior_id", "mode", "hired_on", "left_on")
    return Appointment(who, **{**dict.fromkeys(names), **more})


def dossier(*entries: dict[str, Any], people: tuple[Appointment, ...] = (), **more: Any) -> Dossier:  # noqa: ANN401 as above
    calendar = work_calendar(date(2024, 1, 1), date(2028, 12, 31))
    base = Dossier(AS_OF, Roster(people), calendar=calendar, circumstances=by_bearer(entries, AS_OF))
    return replace(base, **more)


def case(around: Dossier, *findings: Finding, info: RuleInfo = RULEBOOK[CALLS]) -> Case:
    return Case("c", info, findings or (breach("1", info.id, at=ACT),), around)


def leave(since: str, until: str, reason: str | None = "vacation", key: str = "1") -> Leave:
    """Days away, `until` being the first one back."""
    return Leave(key, date.fromisoformat(since), date.fromisoformat(until), reason)


def pay(**amounts: int) -> dict[str, Decimal]:
    return {who: Decimal(amount) for who, amount in amounts.items()}
