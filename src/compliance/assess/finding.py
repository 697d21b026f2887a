"""From rows to findings: ids, messages, arithmetic and causes in plain words."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

import pyarrow as pa

from compliance.model.audit import Person
from compliance.model.finding import Finding, How, Number, RecordRef, Verdict, Window
from compliance.rulebook.loading import LoadedRule

_MICROSECOND = timedelta(microseconds=1)
CAUSES: Mapping[str, str] = {
    "silence": "{table} holds no record at all on a working day in this time",
    "doubt": "records that could not be read may have been the ones that count",
    "no_bound": "what is required is not recorded: no plan, parameter or authority is in force",
    "null": "a value that decides is not recorded",
}


@dataclass(frozen=True)
class Namer:
    """Who is who, for messages."""

    people: Mapping[str, Person]

    def person(self, key: str | None) -> str:
        """A person by name and id."""
        if key is None:
            return "nobody"
        known = self.people.get(key)
        return f"{known.name} ({key})" if known and known.name != key else key


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
    """Each row as a finding."""
    columns = {name: rows.column(name).to_pylist() for name in rows.column_names}
    template = loaded.rule.message or loaded.rule.kind.sentence()
    table = getattr(loaded.rule.kind, "of", "")
    names = tuple(columns)
    for place, values in enumerate(zip(*columns.values(), strict=True)):
        row = dict(zip(names, values, strict=True))
        yield _finding(loaded.rule.id, row, evidence.get(place, ()), _Words(template, table, namer))


@dataclass(frozen=True, slots=True)
class _Words:
    template: str
    table: str
    namer: Namer


def _finding(rule: str, row: dict[str, object], evidence: tuple[RecordRef, ...], words: _Words) -> Finding:
    window = Window(row["start"], row["stop"]) if row["start"] is not None else None  # type: ignore[arg-type]
    record = RecordRef(str(row["record_table"]), str(row["record_key"])) if row["record_key"] is not None else None
    verdict = Verdict(str(row["verdict"]))
    how = How(str(row["how"])) if verdict is Verdict.BREACHED and row["how"] else None
    bearer = str(row["bearer"]) if row["bearer"] is not None else None
    measured, required = _number(row["measured"]), _number(row["required"])
    cause = CAUSES[str(row["cause"])].format(table=words.table) if row["cause"] else None
    due, done = row["due"], row["done"]
    found = Finding(
        id=fingerprint(
            rule,
            bearer,
            window and f"{window.start.isoformat()}/{window.end.isoformat()}",
            record and f"{record.table}/{record.key}",
        ),
        rule=rule,
        verdict=verdict,
        how=how,
        bearer=bearer,
        responsible=bearer,
        department=str(row["department"]) if row["department"] is not None else None,
        window=window,
        record=record,
        measured=measured,
        required=required,
        cause=cause,
        arithmetic=_arithmetic(row, required),
        at=row["at"],  # type: ignore[arg-type]
        due=due,  # type: ignore[arg-type]
        days_late=_days_late(due, done) if how is How.LATE else None,
        extent=_extent(measured, required) if how in {How.SHORT, How.OVER} else None,
        evidence=evidence or ((record,) if record and verdict is Verdict.BREACHED else ()),
    )
    return replace(found, message=_message(found, done, words))


def _number(value: object) -> Number | None:
    """An exact number without idle zeros: 30.000 is 30."""
    if not isinstance(value, Decimal):
        return int(value) if isinstance(value, int) else None
    if value == value.to_integral():
        return int(value)
    return value.normalize()


def _arithmetic(row: dict[str, object], required: Number | None) -> str | None:
    """The pro rata calculation: `4 x 12/22 = 2.18, so 2`."""
    full = _number(row["full_bound"])
    present, total = row["present"], row["total"]
    if full is None or not isinstance(present, int) or not isinstance(total, int) or not total:
        return None
    share = (Decimal(full) * present / total).quantize(Decimal("0.01"), ROUND_DOWN)
    return f"{full} x {present}/{total} = {share}, so {required}"


def _days_late(due: object, done: object) -> int | None:
    if not isinstance(due, datetime) or not isinstance(done, datetime):
        return None
    return max(0, (done.date() - (due - _MICROSECOND).date()).days)


def _extent(measured: Number | None, required: Number | None) -> Decimal | None:
    """The share missed or exceeded, to four places; None where nothing is required to compare with."""
    if measured is None or required is None or required <= 0:
        return None
    return (abs(Decimal(required) - Decimal(measured)) / Decimal(required)).quantize(Decimal("0.0001"))


def _message(found: Finding, done: object, words: _Words) -> str:
    last = _last_day(found.due)
    told = {
        "measured": "nothing" if found.measured is None else str(found.measured),
        "required": "an unknown bound" if found.required is None else str(found.required),
        "window": str(found.window) if found.window else "",
        "bearer": words.namer.person(found.bearer),
        "record": f"{found.record.table} {found.record.key}" if found.record else "",
        "due": last,
        "done": done.isoformat(sep=" ", timespec="minutes") if isinstance(done, datetime) else "not done",
        "how": found.how.value.replace("_", " ") if found.how else found.verdict.value.replace("_", " "),
        "cause": found.cause or "",
    }
    return words.template.format_map(told)


def _last_day(due: datetime | None) -> str:
    """A due instant as people write it: the end of a day is that day."""
    if due is None:
        return ""
    if due.time() == due.min.time():
        return (due - _MICROSECOND).date().isoformat()
    return due.isoformat(sep=" ", timespec="minutes")
