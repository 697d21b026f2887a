"""Harm: what the circumstances on record say that a breach cost, in the organisation's money."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from compliance.assess.staff import rows
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.finding import Finding, Verdict

TABLE, KIND = "circumstances", "harm"
Entry = tuple[datetime, Decimal]


def with_harm(findings: Sequence[Finding], ground: Ground, engine: Engine) -> tuple[Finding, ...]:
    """Breached findings with the harm recorded of their bearer on the day of the act, or inside the window."""
    table = ground.tables.get(TABLE)
    if table is None or not {"kind", "value"} <= set(table.columns):
        return tuple(findings)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for bearer, entry in _entries(rows(engine, table, ("kind", "value"))):
        entries[bearer].append(entry)
    return tuple(_weighed(finding, entries) for finding in findings)


def _entries(found: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, Entry]]:
    for row in found:
        bearer, at, amount = row["_bearer"], row["_at"], _amount(row["value"])
        if row["kind"] == KIND and isinstance(bearer, str) and isinstance(at, datetime) and amount is not None:
            yield bearer, (at, amount)


def _amount(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _weighed(finding: Finding, entries: Mapping[str, Sequence[Entry]]) -> Finding:
    if finding.verdict is not Verdict.BREACHED or finding.bearer is None or finding.bearer not in entries:
        return finding
    amounts = [amount for at, amount in entries[finding.bearer] if _concerns(finding, at)]
    return replace(finding, harm=sum(amounts, Decimal(0))) if amounts else finding


def _concerns(finding: Finding, at: datetime) -> bool:
    if finding.window is not None:
        return finding.window.start <= at < finding.window.end
    return finding.at is not None and finding.at.date() == at.date()
