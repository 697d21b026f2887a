"""From rows to findings: ids, messages, arithmetic and causes in plain words."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Context, Decimal
from typing import NamedTuple

import pyarrow as pa

from compliance.model.finding import Finding, How, Number, RecordRef, Verdict, Window
from compliance.model.names import Namer
from compliance.rulebook.loading import LoadedRule

_MICROSECOND = timedelta(microseconds=1)
_WIDE = Context(prec=80)  # of two numbers of 38 digits no share is cut
CAUSES: Mapping[str, str] = {
    "silence": "{table} holds no record at all on a working day in this time",
    "silent_bound": "the table that the bound is measured by holds no record at all on a working day in its time",
    "doubt": "records that could not be read may have been the ones that count",
    "ruled_out": "a record that could not be read, or tells too little, may be one that rules this out",
    "absence": "an absence that could not be read may have excused it",
    "no_bound": "what is required is not recorded: no plan, parameter, authority or earlier window tells it",
    "null": "a value that decides is not recorded",
}


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
    words = _Words(rule.message or kind.sentence(), rule.message or kind.matter(), kind.reads, namer)
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
    present: int | None
    total: int | None
    at: datetime | None
    due: datetime | None
    done: datetime | None
    grace: datetime | None


@dataclass(frozen=True, slots=True)
class _Words:
    """How findings of a rule are told: `template` where it is breached, `otherwise` where it is not."""

    template: str
    otherwise: str
    table: str
    namer: Namer


def _finding(rule: str, row: Row, evidence: tuple[RecordRef, ...], words: _Words) -> Finding:
    window = Window(row.start, row.stop) if row.start is not None and row.stop is not None else None
    record = RecordRef(row.record_table or "", row.record_key) if row.record_key is not None else None
    verdict = VERDICTS[row.verdict]
    breached = verdict is Verdict.BREACHED
    how = HOWS[row.how] if breached and row.how else None
    measured, required = _number(row.measured), _number(row.required)
    cause = CAUSES[row.cause].format(table=words.table) if row.cause else None
    told = _Told(row, verdict, how, window, record, measured, required, cause)
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
        message=_message(told, words),
        cause=cause,
        arithmetic=_arithmetic(row, required),
        at=row.at,
        due=row.due,
        days_late=_days_late(row) if how is How.LATE else None,
        extent=_extent(measured, required) if how in MEASURED else None,
        evidence=(record, *evidence) if record and breached and record not in evidence else evidence,
        in_grace=breached and _in_grace(row),
    )


VERDICTS = {verdict.value: verdict for verdict in Verdict}
HOWS = {how.value: how for how in How}
MEASURED = frozenset({How.SHORT, How.OVER})
WANTING = frozenset({Verdict.BREACHED, Verdict.EXCUSED})


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
        return f"late, inside the grace that ends on {_last_day(row.grace)}"
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


class _Told(NamedTuple):
    """What a message may speak of."""

    row: Row
    verdict: Verdict
    how: How | None
    window: Window | None
    record: RecordRef | None
    measured: Number | None
    required: Number | None
    cause: str | None


def _message(told: _Told, words: _Words) -> str:
    done = told.row.done
    template = words.template if told.verdict in WANTING else words.otherwise
    return template.format_map(
        {
            "measured": "nothing" if told.measured is None else told.measured,
            "required": "an unknown bound" if told.required is None else told.required,
            "window": told.window or "",
            "bearer": words.namer.person(told.row.bearer),
            "record": f"{told.record.table} {told.record.key}" if told.record else "",
            "due": _last_day(told.row.due),
            "done": done.isoformat(sep=" ", timespec="minutes") if done else "not done",
            "how": (told.how or told.verdict).value.replace("_", " "),
            "cause": told.cause or "",
        }
    )


def _last_day(due: datetime | None) -> str:
    """A due instant as people write it: the end of a day is that day."""
    if due is None:
        return ""
    if due.time() == due.min.time():
        return (due - _MICROSECOND).date().isoformat()
    return due.isoformat(sep=" ", timespec="minutes")
