"""Changes as JSON, version 1: an object a change, each with every key that differs; then what they do on records."""

from collections.abc import Mapping, Sequence

from compliance.changes.effects import Effect, Effects, Side, Turn
from compliance.changes.model import Change, Difference
from compliance.reports.exact import compact, document, lines


def render(changes: Sequence[Change], found: Effects | None = None) -> str:
    """One JSON document, a change a line; `old` or `new` is left out where the key was not, or is not, there.

    What was found on records stands there only where it was asked for.
    """
    equal = compact(not changes and not found)
    told = {"version": compact(1), "equal": equal, "changes": lines(map(_change, changes))}
    if found is not None:
        told |= {"on": compact(_records(found)), "effects": lines(map(_effect, found.effects))}
    return document(told)


def _records(found: Effects) -> Mapping[str, object]:
    period, as_of = found.period, found.as_of.isoformat()
    window = {"from": period.start.isoformat(), "to": period.end.isoformat()}
    counts = {turn.value: found.count(turn) for turn in Turn}
    return {"organisation": found.organisation, **window, "as_of": as_of, **counts, "others": found.others}


def _effect(each: Effect) -> Mapping[str, object]:
    finding = each.finding
    window, record = finding.window, finding.record
    return {
        "effect": each.turn.value,
        "finding": finding.id,
        "rule": finding.rule,
        "bearer": finding.bearer,
        "window": {"from": window.start.isoformat(), "to": window.end.isoformat()} if window else None,
        "record": {"table": record.table, "key": record.key} if record else None,
        "message": finding.message,
        "old": _side(each.old),
        "new": _side(each.new),
    }


def _side(side: Side) -> Mapping[str, object] | None:
    return {"verdict": side.verdict.value, "grade": side.grade} if side.verdict else None


def _change(change: Change) -> Mapping[str, object]:
    keys = list(map(_key, change.keys))
    return {"sort": change.sort.value, "name": change.name, "way": change.way.value, "keys": keys}


def _key(each: Difference) -> Mapping[str, object]:
    old, new = {"old": each.old} if each.was else {}, {"new": each.new} if each.remains else {}
    return {"key": each.key, **old, **new}
