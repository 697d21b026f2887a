"""The changes that are made to a rule, place by place: bounds, windows, durations, exceptions, filters, expressions."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from compliance.language.durations import Duration, duration
from compliance.ruletest.mutation.model import GONE, Change, Path, Tree
from compliance.ruletest.mutation.wording import rewordings

SWAPS = {"at_least": "more_than", "more_than": "at_least", "at_most": "less_than", "less_than": "at_most"}
_WINDOWS = {
    "day": "week",
    "working_day": "week",
    "week": "month",
    "month": "quarter",
    "quarter": "year",
    "year": "quarter",
}
CONDITIONS = frozenset({"where", "must", "when"})
_EXPRESSIONS = CONDITIONS | frozenset({"value", "declared", "due", "quantity", "case", "stage"})
_WITHOUT = {
    "where": "no case holds a record that `where` leaves out: add one that would change a finding",
    "unless": "no case holds an approved act: add one that an approval saves",
    "with": "no case holds a record that the `with` block does not let in: add one",
    "without": "no case holds a record that the `without` block leaves out: add one",
    "yields_to": "no case lets the rule yield: add one where the other rule has its finding",
    "early": "no case is met before its trigger: add one where the answer came first",
    "prorate": "no case has somebody absent for a part of the window: add one",
    "if_null": "no case holds a record whose condition can't be told: add one with an empty cell",
    "minimum": "no case stays below `minimum`: add one",
    "present": "no case has somebody away from one of both windows: add one",
    "times": "no case depends on `times`: add one whose measure lies between",
    "grace": "no case is late inside `grace`: add one",
    "roll": "no case falls due on a day off: add one",
    "time": "no case is done on the day after the time: add one",
    "split": "no case holds acts that are beyond the bound only together: add one",
    "when": "no case says that the rule does not apply: add one",
    "position": "no case holds somebody of another position who would be found wanting: add one",
    "level": "no case holds somebody of another level who would be found wanting: add one",
    "at": "no case tells this time from the table's own: add one where they differ",
    "until": "no case holds a record that lasts: add one whose end closes a gap",
    "tolerance": "no case differs by no more than `tolerance`: add one",
}
_DEFAULTS: Mapping[str, object] = {"roll": "none", "early": False, "prorate": True, "if_null": "undetermined"}
_COUNTS = re.compile(r"(count|sum|avg|min|max|share)\s*(?:\((?:distinct\s+)?(.*)\))?\s*", re.DOTALL)
_OTHER = {"sum": "count", "avg": "max({})", "min": "max({})", "max": "min({})", "share": "share(not ({}))"}


def changes(rule: Tree, kind: str, parameters: Mapping[str, object]) -> Iterator[Change]:
    """Every change to a rule; `parameters` are the values of its pack by short name, for durations kept there."""
    for key in ("when", "bearer", "yields_to"):
        if key in rule:
            yield from _at((key,), rule[key], parameters)
    for key, value in rule[kind].items():
        yield from _at((kind, key), value, parameters)


def _at(place: Path, value: Any, parameters: Mapping[str, object]) -> Iterator[Change]:  # noqa: ANN401 YAML
    """The changes to one key and to all that stands below it."""
    key = str(place[-1])
    if key in _WITHOUT and _DEFAULTS.get(key, GONE) != value:
        yield Change(place, GONE, f"without `{key}`", _WITHOUT[key])
    yield from _here(place, value, parameters)
    if isinstance(value, Mapping) and key != "match":
        for name, part in value.items():
            yield from _at((*place, name), part, parameters)
    elif isinstance(value, list) and key == "for_each":
        for index, part in enumerate(value):
            if isinstance(part, Mapping):
                yield from _at((*place, index), part, parameters)


def _here(place: Path, value: Any, parameters: Mapping[str, object]) -> Iterator[Change]:  # noqa: ANN401 YAML
    """The changes to what stands under one key, but for leaving it out."""
    key, span = str(place[-1]), as_duration(value, parameters)
    if span is not None:
        return _spans(place, span)
    if key in SWAPS:
        return _bound(place, value)
    match value:
        case str():
            return _words(place, key, value)
        case int() if key == "day":
            return _days(place, value)
        case list() | Mapping():
            return _matches(place, value) if key == "match" else _orders(place, value)
        case _:
            return iter(())


def _days(place: Path, value: int) -> Iterator[Change]:
    for other in (value - 1, value + 1):
        yield Change(place, other, f"day {other} for {value}", f"no case is done on day {max(value, other)}: add one")


def _words(place: Path, key: str, value: str) -> Iterator[Change]:
    if key in {"per", "every"} and value in _WINDOWS:
        other = _WINDOWS[value]
        yield Change(place, other, f"{other} for {value}", f"no case tells a {value} from a {other}: add one")
    elif key == "measure":
        yield from _measure(place, value)
    elif key in _EXPRESSIONS or (key in {"by", "window"} and " " in value):
        for each in rewordings(value):
            yield Change(place, each.text, each.says, each.kill)


def _measure(place: Path, value: str) -> Iterator[Change]:
    found = _COUNTS.fullmatch(value.strip())
    if found is None or not found[2]:
        return
    other = "count" if found[1] == "count" else _OTHER[found[1]].format(found[2])
    yield Change(place, other, f"`{other}` for `{value}`", f"no case tells `{value}` from `{other}`: add one")
    for each in rewordings(found[2]) if found[1] == "share" else ():
        yield Change(place, f"share({each.text})", each.says, each.kill)


def _bound(place: Path, value: Any) -> Iterator[Change]:  # noqa: ANN401 YAML
    """A bound one step lower and higher; one that has no step takes or gives up what equals it."""
    key = str(place[-1])
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        step = Decimal(1).scaleb(Decimal(value).as_tuple().exponent) if isinstance(value, Decimal) else 1  # type: ignore[arg-type]
        for other in (value - step, value + step):
            yield Change(place, other, f"{other} for {value}", _stands(_tells(key, value, other)))
        return
    named = value.get("parameter") if isinstance(value, Mapping) and len(value) == 1 else None
    if named:
        for sign in "-+":
            kill = f"no case stands at `:{named}` or one {'below' if sign == '-' else 'above'}: add one"
            yield Change(place, f":{named} {sign} 1", f"`:{named} {sign} 1` for `:{named}`", kill)
        return
    swap = SWAPS[key]
    yield Change(place, value, f"`{swap}` for `{key}`", f"no case stands exactly at `{key}`: add one", key=swap)


def _tells(key: str, value: Any, other: Any) -> Any:  # noqa: ANN401 numbers
    """The measure that meets one of two bounds and not the other."""
    return min(value, other) if key in {"at_least", "less_than"} else max(value, other)


def _stands(at: object) -> str:
    return f"no case stands at {at}: add one with measured {at}"


def as_duration(value: object, parameters: Mapping[str, object]) -> Duration | None:
    """The duration that a value is, or that a parameter holds; None where it is none."""
    if isinstance(value, Mapping) and set(value) == {"parameter"}:
        value = parameters.get(str(value["parameter"]).rpartition(".")[2])
    if not isinstance(value, str):
        return None
    try:
        return duration(value)
    except ValueError:
        return None


def _spans(place: Path, span: Duration) -> Iterator[Change]:
    for count in (span.count - 1, span.count + 1):
        if count >= 0:
            other, later = Duration(count, span.unit), Duration(max(count, span.count), span.unit)
            kill = f"no case has a record {_last_of(later)}: add one"
            yield Change(place, str(other), f"{other} for {span}", kill)


def _last_of(span: Duration) -> str:
    """The stretch that a duration has and one shorter by a step has not: `in the last day of 2 days`."""
    one = str(Duration(1, span.unit)).removeprefix("1 ")
    return f"within {span}" if span.count == 1 else f"in the last {one} of {span}"


def _orders(place: Path, stages: Any) -> Iterator[Change]:  # noqa: ANN401 YAML
    """Two neighbours of an order swapped; nothing where it is no order."""
    for index in range(len(stages) - 1) if place[-1] == "order" else ():
        swapped = [*stages[:index], stages[index + 1], stages[index], *stages[index + 2 :]]
        pair = f"`{stages[index]}` and `{stages[index + 1]}`"
        yield Change(place, swapped, f"{pair} swapped", f"no case holds {pair} alone: add one")


def _matches(place: Path, columns: Any) -> Iterator[Change]:  # noqa: ANN401 YAML
    """A match by one column fewer; the last one stays."""
    if len(columns) > 1:
        for name in columns:
            fewer: object = (
                {key: value for key, value in columns.items() if key != name}
                if isinstance(columns, Mapping)
                else [column for column in columns if column != name]
            )
            kill = f"no case holds a record that differs in `{name}` only: add one"
            yield Change(place, fewer, f"without `{name}`", kill)
