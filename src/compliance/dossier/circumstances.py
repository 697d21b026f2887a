"""Circumstances: what is on record about a person at a time, that weighs for or against."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeAlias

from compliance.model.finding import Finding, RecordRef

TABLE = "circumstances"
COLUMNS = ("kind", "value", "rule")
ByBearer: TypeAlias = Mapping[str, tuple["Circumstance", ...]]


class Sort(StrEnum):
    """What a circumstance speaks of; the table's `kind` with `_` between the words."""

    HARM = "harm"
    HARMED = "harmed"
    INTENT = "intent"
    EXCUSE = "excuse"
    HAZARD = "hazard"
    FORCE_MAJEURE = "force_majeure"
    UNANSWERED_REQUEST = "unanswered_request"
    ORDER = "order"
    DISCOVERED = "discovered"
    ASKED = "explanation_asked"
    EXPLANATION = "explanation"
    REFUSED = "explanation_refused"
    CONFIRMED = "confirmed"


INTENTS = ("unknown", "negligent", "intentional")
"""From the mildest; whatever else is written is unknown."""

_NEAR = 0.8
"""How alike a kind must be to one that weighs, so that it seems to be meant."""

_SORTS = {sort.value: sort for sort in Sort}
EXCUSES = frozenset({Sort.HAZARD, Sort.FORCE_MAJEURE, Sort.UNANSWERED_REQUEST})
"""What excuses by itself; an `excuse` whose value names one of them is that one."""

HEARING = (Sort.ASKED, Sort.EXPLANATION, Sort.REFUSED)
"""What was done to hear somebody."""

AFTERWARDS = frozenset({Sort.DISCOVERED, *HEARING, Sort.CONFIRMED})
"""What comes after the act, and so concerns every earlier act of the person."""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One entry. `rule` names the rule that it concerns, None any."""

    key: str
    bearer: str
    at: datetime
    sort: Sort
    value: str | None = None
    rule: str | None = None

    @property
    def record(self) -> RecordRef:
        """The entry as evidence."""
        return RecordRef(TABLE, self.key)

    @property
    def amount(self) -> Decimal | None:
        """The value as an amount, None where it is none."""
        return _amount(self.value)


def by_bearer(rows: Iterable[Mapping[str, object]], as_of: datetime) -> ByBearer:
    """The entries made by `as_of` that speak of something known, by person, in the order of their time."""
    found: dict[str, list[Circumstance]] = defaultdict(list)
    for each in _entries(rows):
        if each.at <= as_of:
            found[each.bearer].append(each)
    return {bearer: tuple(sorted(own, key=lambda each: (each.at, each.key))) for bearer, own in found.items()}


def unread(rows: Iterable[Mapping[str, object]], as_of: datetime) -> tuple[str, ...]:
    """What is on record by `as_of` and weighs nothing, though it seems to be meant: a sentence of each sort.

    No row is named: the sentences stand in editions without names, too.
    """
    seen = (row for row in rows if isinstance(at := row["_at"], datetime) and at <= as_of)
    told = Counter(_unread(str(row.get("kind") or ""), _text(row.get("value"))) for row in seen)
    return tuple(f"{TABLE}: {says} (rows: {count:,})" for says, count in sorted(told.items()) if says)


def _unread(kind: str, value: str | None) -> str:
    word = _word(kind)
    if word not in _SORTS:
        near = get_close_matches(word, _SORTS, n=1, cutoff=_NEAR)
        return f"the kind `{kind}` weighs nothing; did you mean `{near[0].replace('_', ' ')}`?" if near else ""
    if word == Sort.HARM and _amount(value) is None:
        return "the value of a harm is no amount, so no damage is counted"
    if word == Sort.INTENT and _word(value) not in INTENTS:
        return f"the value of an intent is none of {', '.join(INTENTS)}, so it counts as unknown"
    return ""


def _entries(rows: Iterable[Mapping[str, object]]) -> Iterator[Circumstance]:
    for row in rows:
        bearer, at, sort = row["_bearer"], row["_at"], _sort(row.get("kind"), row.get("value"))
        if isinstance(bearer, str) and isinstance(at, datetime) and sort is not None:
            value, rule = (_text(row.get(name)) for name in ("value", "rule"))
            yield Circumstance(str(row["_key"]), bearer, at, sort, value, rule)


def _sort(kind: object, value: object) -> Sort | None:
    sort = _SORTS.get(_word(kind))
    named = _SORTS.get(_word(value))
    return named if sort is Sort.EXCUSE and named in EXCUSES else sort


def _word(written: object) -> str:
    return str(written or "").strip().lower().replace(" ", "_").replace("-", "_")


def _amount(value: str | None) -> Decimal | None:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


def concerning(finding: Finding, known: ByBearer, who: str | None) -> tuple[Circumstance, ...]:
    """What is on record about a person, at the time of the finding's duty, and about its rule or any."""
    own = known.get(who or "")
    return tuple(each for each in own if _concerns(finding, each)) if own else ()


def _concerns(finding: Finding, entry: Circumstance) -> bool:
    span = span_of(finding)
    if span is None or entry.rule not in {None, finding.rule}:
        return False
    return entry.at >= span[0] if entry.sort in AFTERWARDS else span[0] <= entry.at < span[1]


def span_of(finding: Finding) -> tuple[datetime, datetime] | None:
    """The time of the duty: its window, or the day of the act, and on to the due instant where that is later."""
    if finding.window is not None:
        start, end = finding.window.start, finding.window.end
    elif finding.at is not None:
        start = datetime.combine(finding.at.date(), time.min)
        end = start + timedelta(days=1)
    else:
        return None
    return start, max(end, finding.due) if finding.due else end
