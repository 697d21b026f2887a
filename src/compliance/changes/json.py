"""Changes as JSON, version 1: an object a change, each with every key that differs."""

from collections.abc import Mapping, Sequence

from compliance.changes.model import Change, Difference
from compliance.reports.exact import compact, document, lines


def render(changes: Sequence[Change]) -> str:
    """One JSON document, a change a line; `old` or `new` is left out where the key was not, or is not, there."""
    return document({"version": compact(1), "equal": compact(not changes), "changes": lines(map(_change, changes))})


def _change(change: Change) -> Mapping[str, object]:
    keys = list(map(_key, change.keys))
    return {"sort": change.sort.value, "name": change.name, "way": change.way.value, "keys": keys}


def _key(each: Difference) -> Mapping[str, object]:
    old, new = {"old": each.old} if each.was else {}, {"new": each.new} if each.remains else {}
    return {"key": each.key, **old, **new}
