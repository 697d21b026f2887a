"""Why a row is rejected: a code on the engine, and the words for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from compliance.model.types import ColumnType
from compliance.workspace.reading import certain
from compliance.workspace.shape import Shape
from compliance.workspace.sql import call, column, number, sql, text
from compliance.workspace.tables import marked

FAULTS = (
    "too few cells",
    "too many cells",
    "a quote out of place",
    "not readable as UTF-8",
    "not readable as JSON",
    "not a JSON object",
    "not a CloudEvent",
    "a formula that was never calculated",
)
_CALLED = {
    ColumnType.INTEGER: "an integer",
    ColumnType.DECIMAL: "a number",
    ColumnType.MONEY: "an amount",
    ColumnType.PERCENT: "a percentage",
    ColumnType.BOOLEAN: "yes or no",
    ColumnType.DATE: "a date",
    ColumnType.DATETIME: "a datetime",
}
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: `group` for counting, `{}` in `sentence` for what the row holds, `when` it applies."""

    group: str
    sentence: str
    when: exp.Expr
    told: exp.Expr
    of_bearer: bool = False

    def said(self, told: str | None) -> str:
        """The reason in plain words for one row."""
        shown = "".join(each if each.isprintable() else " " for each in told or "")
        return self.sentence.replace("{}", shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…")


def of_source(shape: Shape, *, sound: bool) -> tuple[Reason, ...]:
    """What is decided of a row's source alone: a malformed row where not all are `sound`, then unreadable columns."""
    return (*(() if sound else _malformed()), *_unread(shape))


def _malformed() -> Iterator[Reason]:
    for fault in FAULTS:
        yield Reason(fault, f"{fault}: {{}}", sql("_fault = :fault", fault=text(fault)), column("_said"))


def _unread(shape: Shape) -> Iterator[Reason]:
    return (reason for _, reason in _unread_columns(shape))


def _unread_columns(shape: Shape) -> Iterator[tuple[str, Reason]]:
    for nth, (name, each) in enumerate(shape.columns.items()):
        if certain(each.cell, each.type):
            continue
        when = exp.and_(each.cell.filled(), sql(":read is null", read=column(cast(nth))))
        called = _CALLED[each.type]
        told = f'{each.name}: "{{}}" is not {called}'
        yield name, Reason(f"{each.name}: not {called}", told, when, each.cell.shown())


def dark(shape: Shape, *, sound: bool) -> exp.Expr:
    """The columns that could not be read, each as it is `marked`; of a malformed row all of them."""
    cells = [
        exp.Case(ifs=[exp.If(this=reason.when.copy(), true=text(marked(name)))])
        for name, reason in _unread_columns(shape)
    ]
    told = call("concat", *cells) if cells else text("")
    if sound:
        return told if cells else sql("cast(null as varchar)")
    return sql(
        "case when _fault is null then :told else :all end", told=told, all=text("".join(map(marked, shape.columns)))
    )


def cast(nth: int) -> str:
    """The name of the nth column while its cell stands beside it."""
    return f"_cast_{nth}"


def missing_key(key: Sequence[str]) -> Reason:
    """A key, or a part of one, that is empty."""
    says = f"{' or '.join(key)}: the key is missing"
    return Reason(says, says, sql("_key is null"), text(""))


def reversed_span(start: str, end: str) -> Reason:
    """A stretch of days that ends before it begins."""
    when = sql("cast(:end as date) < cast(:start as date)", start=column(start), end=column(end))
    told = sql("cast(:end as varchar)", end=column(end))
    return Reason(f"{end}: before {start}", f"{end}: {{}} is before {start}", when, told)


def led_astray(by: str, leads_to: str, apart: exp.Expr) -> Reason:
    """A row whose time is that of another one, which was rejected."""
    says = f"{by}: its row of {leads_to} was rejected"
    return Reason(says, f'{by}: the row of {leads_to} with key "{{}}" was rejected', apart, column(by))


STRANGE = sql("_bearer is not null and _known is null")


def unknown_bearer(bearer: str) -> Reason:
    """A bearer whom the roster does not know."""
    sentence = f'{bearer}: nobody on the roster has id "{{}}"'
    return Reason(f"{bearer}: nobody on the roster", sentence, STRANGE, column("_bearer"), of_bearer=True)


DISPUTED = Reason("different rows with one key", 'two different rows have key "{}"', exp.true(), column("_key"))


def code(reasons: Sequence[Reason], start: int = 0) -> exp.Expr:
    """The number, from `start`, of the first reason that applies; null where none does."""
    ifs = [exp.If(this=each.when.copy(), true=number(nth)) for nth, each in enumerate(reasons, start=start)]
    return exp.Case(ifs=ifs) if ifs else sql("cast(null as integer)")


def told(reasons: Sequence[Reason]) -> exp.Expr:
    """What the first reason that applies has to show."""
    ifs = [exp.If(this=each.when.copy(), true=each.told.copy()) for each in reasons]
    return exp.Case(ifs=ifs) if ifs else sql("cast(null as varchar)")
