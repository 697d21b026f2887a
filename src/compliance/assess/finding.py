"""From rows to findings: ids, messages, arithmetic and causes in plain words."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Context, Decimal
from typing import NamedTuple

import pyarrow as pa

from compliance.assess.causes import cause
from compliance.kinds.base import Kind
from compliance.kinds.told import Told, due_day
from compliance.model.finding import Finding, How, Number, RecordRef, Verdict, Window
from compliance.model.names import Namer
from compliance.rulebook.loading import LoadedRule

_MICROSECOND = timedelta(microseconds=1)
_WIDE = Context(prec=80)  # of two numbers of 38 digits no share is cut


def fingerprint(*parts: object) -> str:
    """The id of a finding: the same from run to run for the same rule, bearer and window or record."""
    written = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def bare(rule: str, verdict: Verdict, cause: str) -> Finding:
    """A rule's one finding, about nobody."""
    return Finding(id=fingerprint(rule, None, None, None), rule=rule, verdict=verdict, cause=cause, message=cause)


def findings_of(
    loaded: LoadedRule, rows: pa.Table, evidence: Mapping[int, tuple[RecordRef, ...]], namer: Namer
) -> Iterator[Finding]:
    """Each row, with the columns of VERDICT_COLUMNS, as a finding."""
    rule, kind = loaded.rule, loaded.rule.kind
    words = _Words(rule.message, kind, namer)
    columns = [rows.column(name).to_pylist() for name in Row._fields]
    for place, values in enumerate(zip(*columns, strict=True)):
        yield _finding(rule.id, Row(*values), evidence.get(place, ()), words)


class Row(NamedTuple):
    """One row of verdicts, as the engine answers it."""

    bearer: str | None
    responsible: str | None
    department: str | None
    start: datetime | None
    stop: datetime | None
    record_table: str | None
    record_key: str | None
    verdict: str
    how: str | None
    measured: Decimal | None
    required: Decimal | None
    cause: str | None
    full_bound: Decimal | None
    most: Decimal | None
    present: int | None
    total: int | None
    at: datetime | None
    due: datetime | None
    done: datetime | None
    grace: datetime | None
    silent: str | None
    other: Decimal | None
    least: Decimal | None
    by: str | None
    named: str | None
    entity_table: str | None
    entity_key: str | None


@dataclass(frozen=True, slots=True)
class _Words:
    """How findings of a rule are told: by its own message, if it has one, where it is breached, else by its kind."""

    message: str | None
    kind: Kind
    namer: Namer


def _finding(rule: str, row: Row, evidence: tuple[RecordRef, ...], words: _Words) -> Finding:
    window = Window(row.start, row.stop) if row.start is not None and row.stop is not None else None
    record = RecordRef(row.record_table or "", row.record_key) if row.record_key is not None else None
    verdict = VERDICTS[row.verdict]
    breached = verdict is Verdict.BREACHED
    how = HOWS[row.how] if breached and row.how else None
    measured, required = _number(row.measured), _number(row.required)
    entity = RecordRef(row.entity_table or "", row.entity_key) if row.entity_key is not None else None
    other = _number(row.other)
    why = cause(row.cause, words.kind, row.silent, other, _number(row.least)) if row.cause else None
    told = Told(
        verdict=verdict,
        how=how,
        bearer=words.namer.person(row.bearer) if row.bearer is not None else None,
        record=f"{record.table} {record.key}" if record else "",
        window=str(window or ""),
        measured=measured,
        required=required,
        at=row.at,
        due=row.due,
        done=row.done,
        by=words.namer.person(row.by) if row.by is not None else None,
        named=f"{entity.table} {entity.key}" if entity else row.named,
        other=other,
    )
    return Finding(
        id=fingerprint(rule, row.bearer, window and _written(window), record and f"{record.table}/{record.key}"),
        rule=rule,
        verdict=verdict,
        how=how,
        bearer=row.bearer,
        responsible=row.responsible or row.bearer,
        department=row.department,
        window=window,
        record=record,
        measured=measured,
        required=required,
        message=_message(told, words, why),
        cause=why,
        arithmetic=_arithmetic(row, required),
        at=row.at,
        due=row.due,
        days_late=_days_late(row) if how is How.LATE else None,
        extent=_extent(measured, required) if how in MEASURED else None,
        evidence=(record, *evidence) if record and breached and record not in evidence else evidence,
        in_grace=breached and _in_grace(row),
        approver=row.by,
        entity=entity,
    )


VERDICTS = {verdict.value: verdict for verdict in Verdict}
HOWS = {how.value: how for how in How}
MEASURED = frozenset({How.SHORT, How.OVER})


def _written(window: Window) -> str:
    return f"{window.start.isoformat()}/{window.end.isoformat()}"


def _number(value: object) -> Number | None:
    """An exact number without idle zeros: 30.000 is 30."""
    if not isinstance(value, Decimal):
        return int(value) if isinstance(value, int) else None
    if value == value.to_integral():
        return int(value)
    return value.normalize()


def _arithmetic(row: Row, required: Number | None) -> str | None:
    """The pro rata calculation: `4 x 12/22 = 2.18, so 2`; or that what came late came inside the grace."""
    if _in_grace(row):
        return f"late, inside the grace that ends on {due_day(row.grace)}"
    full = _number(row.full_bound)
    if full is None or row.present is None or not row.total:
        return None
    share = (Decimal(full) * row.present / row.total).quantize(Decimal("0.01"), ROUND_DOWN)
    return f"{full} x {row.present}/{row.total} = {share}, so {required}"


def _in_grace(row: Row) -> bool:
    """Whether what was late came inside the grace."""
    return bool(row.grace and row.done and row.due and row.due <= row.done < row.grace)


def _days_late(row: Row) -> int | None:
    if row.due is None or row.done is None:
        return None
    return max(0, (row.done.date() - (row.due - _MICROSECOND).date()).days)


def _extent(measured: Number | None, required: Number | None) -> Decimal | None:
    """The share missed or exceeded, to four places; None where nothing is required to compare with."""
    if measured is None or required is None or required <= 0:
        return None
    share = _WIDE.divide(_WIDE.subtract(Decimal(required), Decimal(measured)).copy_abs(), Decimal(required))
    return share.quantize(Decimal("0.0001"), context=_WIDE)


def _message(told: Told, words: _Words, why: str | None) -> str:
    """A rule's own message speaks of a breach; of anything else its kind tells what was judged, and who owes."""
    if words.message is None or not told.wanting:
        return f"{told.bearer}: {words.kind.says(told)}" if told.bearer else words.kind.says(told)
    return words.message.format_map(
        {
            "measured": words.kind.unmeasured if told.measured is None else told.measured,
            "required": words.kind.unbound if told.required is None else told.required,
            "window": told.window,
            "bearer": told.bearer or "nobody",
            "record": told.record,
            "due": due_day(told.due),
            "done": _done(told.done),
            "how": (told.how or told.verdict).value.replace("_", " "),
            "cause": why or "",
        }
    )


def _done(done: datetime | None) -> str:
    """When it was done, to the minute or as exactly as it is known."""
    if done is None:
        return "not done"
    return done.isoformat(sep=" ", timespec="auto" if done.second or done.microsecond else "minutes")
