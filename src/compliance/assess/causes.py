"""Why something could not be told, or was not owed, in plain words."""

from collections.abc import Iterator, Mapping

from compliance.kinds.base import Kind
from compliance.kinds.told import figure
from compliance.language.blocks import Bound, Bounds, Linked
from compliance.model.finding import Number

CAUSES: Mapping[str, str] = {
    "doubt": "records that could not be read, or tell too little, may have been the ones that count",
    "unread_approval": "a decision that could not be read, or tells too little, may have approved it",
    "unread_authority": "authority that could not be read may have covered it",
    "unread_plan": "a plan that could not be read may be the one that counts",
    "untold": "how far the authority of whoever approved it goes is not recorded",
    "ruled_out": "a record that could not be read, or tells too little, may be one that rules this out",
    "absence": "an absence that could not be read, or does not tell its first day, may have excused it",
    "appointment": "by an appointment that could not be read its bearer may have held another post",
    "passed": "a number passes 38 digits on the way, so nobody can tell the measure: look for a damaged one",
    "null": "a value that decides is not recorded",
    "no_value": "the value that is to be compared is not recorded",
    "no_window": "for which time it was declared is not recorded, or can't be read",
    "no_due": "by when it is due is not recorded, so nothing is owed",
    "away": "on leave or not employed on this day, so nothing was owed",
    "no_share": "the share of the days present comes to nothing, so nothing was owed",
    "no_rows": "there is no record to take the measure of",
    "yields": "nothing was owed by this rule, since another one comes first",
}
_SIDES = {"below_lower": "lower", "below_upper": "upper"}


def cause(code: str, kind: Kind, silent: str | None, other: Number | None, least: Number | None) -> str:
    """The cause of a verdict by its code; `silent` is the first silent day, `other` a second measure under `least`."""
    if code in {"silence", "silent_bound"}:
        return _silence(kind.reads if code == "silence" else _measured_by(kind), silent)
    if code == "no_bound":
        lacking = " or ".join(dict.fromkeys(_lacking(kind)))
        nothing = "no number that it can be reckoned of" if kind.name == "quota" else "no duration is in force"
        return f"what is required is not recorded: {lacking or nothing}"
    if code in _SIDES:
        return _below(getattr(kind, _SIDES[code])[1], other, least)
    further: Linked | None = getattr(kind, "with_", None)
    if code == "null" and further is not None:
        return f"{CAUSES[code]}, or a record of {further.of} that can't be read may be the one that is asked for"
    return CAUSES[code]


def _silence(table: str, silent: str | None) -> str:
    """`… on a working day in this time, first on 2026-03-04`; of a kind or department, where silence is told by it."""
    day, _, of = (silent or "").partition(" ")
    first = f", first on {day}" if day else ""
    return f"{table} holds no record {of or 'at all'} on a working day in this time{first}"


def _measured_by(kind: Kind) -> str:
    """The table that the upper bound is measured by."""
    upper = next((bound for key, bound in _bounds(kind) if key in {"at_most", "less_than"}), None)
    return (upper.of if upper else None) or kind.reads


def _bounds(kind: object) -> tuple[tuple[str, Bound], ...]:
    return kind.bounds() if isinstance(kind, Bounds) else ()


def _lacking(kind: Kind) -> Iterator[str]:
    """What could tell the bounds, and does not."""
    for _, bound in _bounds(kind):
        if bound.plan is not None:
            yield f"no plan for {getattr(bound.plan, 'parameter', bound.plan)}"
        elif bound.parameter is not None:
            yield f"no value of the parameter {bound.parameter}"
        elif bound.authority is not None:
            yield f"no height of the authority for {bound.authority}"
        elif bound.previous is not None:
            yield "no earlier window to compare with" + _or_none_in_it(str(getattr(kind, "measure", "count")))
        elif bound.of is not None and kind.name != "quota":  # there it binds nobody
            yield f"no time of which {bound.measure} of {bound.of} is taken, or no number that it can be reckoned of"
        elif bound.expression is not None:
            yield f"no value of {bound.expression}"


def _or_none_in_it(measure: str) -> str:
    """A sum or count of no record is 0; any other measure of it is none."""
    return "" if measure.startswith(("count", "sum")) else ", or no record in it"


def _below(bound: Bound, other: Number | None, least: Number | None) -> str:
    """Which measure stays under which minimum, or who is not held against an earlier window."""
    if bound.of is None:
        return "nothing was owed here: whoever was away for longer, now or then, is not held against an earlier window"
    what = f"{bound.measure} of {bound.of}"
    if other is None:
        return f"there is no record to take {what} of, so it binds nobody"
    return f"{what} is {figure(other)}, below the minimum of {figure(least)}, so it binds nobody"
