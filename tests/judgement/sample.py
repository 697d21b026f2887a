"""Rules, findings and judgement rules in few words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from compliance.judgement.conditions import ALWAYS, Condition
from compliance.judgement.fields import FIELDS, Facts
from compliance.judgement.reading import read
from compliance.judgement.rules import Does, Rule, Stage
from compliance.model.audit import RuleInfo
from compliance.model.finding import Finding, How, RecordRef, Verdict, Window
from compliance.model.incident import Grade

SHIPPED = Path(__file__).parents[2] / "rules" / "judgement"
CALLS, VISITS, DISCOUNT, SECRET = "sales.calls", "sales.visits", "sales.discount", "sales.secret"


def info(rule: str, kind: str, severity: str, **more: Any) -> RuleInfo:  # noqa: ANN401 whatever the noun holds
    return RuleInfo(rule, title=rule, pack="sales", kind=kind, severity=Grade(severity), **more)


RULEBOOK = {
    CALLS: info(CALLS, "quota", "minor", incident_per="month"),
    VISITS: info(VISITS, "quota", "moderate"),
    DISCOUNT: info(DISCOUNT, "limit", "moderate", incident_per="week"),
    SECRET: info(SECRET, "prohibition", "critical"),
}


def day(text: str) -> Window:
    start = datetime.fromisoformat(text)
    return Window(start, start + timedelta(days=1))


def order(key: str) -> RecordRef:
    return RecordRef("orders", key)


def breach(id_: str, rule: str, bearer: str | None = "anna", **more: Any) -> Finding:  # noqa: ANN401 whatever the noun holds
    given = {
        "responsible": bearer,
        "how": How.SHORT,
        "department": "Sales North",
        "at": datetime.fromisoformat("2026-03-02 10:00"),
    }
    return Finding(id_, rule, Verdict.BREACHED, bearer=bearer, **{**given, **more})


def short(id_: str, on: str, missed: str, **more: Any) -> Finding:  # noqa: ANN401 whatever the noun holds
    """A day with too few calls."""
    return breach(id_, CALLS, window=day(on), extent=Decimal(missed), **more)


def ruling(
    id_: str, when: str | Condition = ALWAYS, because: str = "so", does: Mapping[str, Any] | None = None
) -> Rule:
    condition = read(when, {}) if isinstance(when, str) else when
    return Rule(id_, Stage.GRADE, condition, Does.model_validate(does or {"raise": 1}), because, "extent")


def facts_with(**known: int | str | bool) -> Facts:
    """Every fact, 0, empty or false where nothing else is said."""
    empty: dict[str, int | str | bool] = {"text": "", "boolean": False}
    return {name: empty.get(field.kind, 0) for name, field in FIELDS.items()} | known
