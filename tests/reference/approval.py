"""`unless: approved` and `{authority: act}`: who may do what, and who granted it in time."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from tests.reference.people import appointment, ordered
from tests.reference.records import Record, equal, held, unreadable
from tests.reference.world import Row, World, day_of

UNKNOWN = "unknown"
"""The value of an act that nobody wrote down: no approval is known to cover it, unless it is without any bound."""

Asked: TypeAlias = Fraction | str | None
"""What an approval has to cover; None where the rule has no value."""


def authority(world: World, person: str | None, act: str, on: date) -> Fraction | None:
    """How far somebody may go, as far as is told: the row naming most, then the highest; None: not at all."""
    rows = _binding(world, person, act, on)
    return max((_height(row) for row in rows), default=None)


def _binding(world: World, person: str | None, act: str, on: date) -> list[Row]:
    """The rows in force that name most of somebody's position and level."""
    if person is None:
        return []
    rows = [row for row in _kept(world, act) if _names(world, person, row, on) and _valid(row, on)]
    most = max(map(_said, rows), default=0)
    return [row for row in rows if _said(row) == most]


def untold(record: Record, act: str, on: date) -> bool:
    """Whether nobody can tell how far who did a record may go, since a row does not say it."""
    people = _lenders(record, on)
    return any(row["at_most"] is None for person in people for row in _binding(record.world, person, act, on))


def told(record: Record, act: str, on: date) -> bool:
    """Whether a row says how far who did a record may go at least."""
    people = _lenders(record, on)
    return any(row["at_most"] is not None for person in people for row in _binding(record.world, person, act, on))


def perhaps(record: Record, act: str, on: date, enough: Callable[[Fraction], bool]) -> bool:
    """Whether a row that can't be read may let who did a record go far enough on a day: a reading."""
    world = record.world
    rows = [each.row for each in unreadable(world, "authority")] if "authority" in world.tables else []
    rows = [row for row in rows if row["act"] in {None, act} and _valid(row, on)]
    heights = [row["at_most"] for person in _lenders(record, on) for row in rows if _names(world, person, row, on)]
    return any(not isinstance(each, Fraction) or enough(each) for each in heights)


def _lenders(record: Record, on: date) -> list[str]:
    """Who did a record, and the absent person in whose name it was done, by an order.

    That it is who did it where nobody is to answer is a reading.
    """
    who, absent = record.bearer or record.speaks_of, record.row.get("on_behalf_of")
    if who is None:
        return []
    lent = absent is not None and ordered(record.world, who, str(absent), on)
    return [who, *([str(absent)] if lent else [])]


def authority_of(record: Record, act: str, on: date) -> Fraction | None:
    """How far who did a record may go: in an absent person's name, within the order, as far as that person."""
    found = (authority(record.world, person, act, on) for person in _lenders(record, on))
    return max((each for each in found if each is not None), default=None)


def kept_for(world: World, act: str) -> bool:
    """Whether authority is kept for an act at all."""
    return bool(_kept(world, act))


def _kept(world: World, act: str) -> list[Row]:
    table = world.tables.get("authority")
    return [row for row in (table.accepted if table else ()) if row["act"] == act]


def _names(world: World, person: str, row: Row, on: date) -> bool:
    return all(
        row[column] is None or world.named(row[column]) == appointment(world, person, on, column)
        for column in ("position", "level")
    )


def _valid(row: Row, on: date) -> bool:
    first, last = row.get("in_force_from"), row.get("in_force_to")
    return (not isinstance(first, date) or first <= on) and (not isinstance(last, date) or on <= last)


def _said(row: Row) -> int:
    return sum(1 for column in ("position", "level") if row[column] is not None)


def _height(row: Row) -> Fraction:
    height = row["at_most"]
    return height if isinstance(height, Fraction) else Fraction(0)


def approved(record: Record, act: str, value: Asked) -> str | None:
    """`in_time`, `late`, `open` (a row that could not be read might be it), or None where nobody granted it."""
    world = record.world
    known = [each for each in held(world, "approvals") if _grants(each, record, act, value)]
    if any(each.instant <= record.instant for each in known):
        return "in_time"
    rows = [*held(world, "approvals"), *unreadable(world, "approvals")]
    unclear = [each for each in rows if each not in known and _grants(each, record, act, value) is not False]
    if any(each.at is None or each.instant <= record.instant for each in unclear):
        return "open"
    return "late" if known else None


def _grants(approval: Record, record: Record, act: str, value: Asked) -> bool | None:
    """Whether a decision grants the act, by somebody else who may; a null leaves it open."""
    row = approval.row
    named = [(row["act"], act), (row["act_id"], record.key), (row["decision"], "granted")]
    parts = [equal([pair]) if approval.rejected else pair[0] == pair[1] for pair in named]
    parts.append(_may(approval, record, act, value))
    parts.append(_covers(row, value))
    return False if False in parts else None if None in parts else True


def _may(approval: Record, record: Record, act: str, value: Asked) -> bool | None:
    """By who neither answers nor did it, and whose own authority covers the value, where it is kept for the act."""
    who = approval.bearer
    if who is None:
        return None if approval.rejected else False
    if who in {record.bearer, record.doer}:
        return False
    if not kept_for(record.world, act):
        return True
    days = _days(approval, record)
    if any(_reaches(authority_of(approval, act, on), value) for on in days):
        return True
    if value == UNKNOWN:
        return False
    might = any(untold(approval, act, on) or perhaps(approval, act, on, partial(_reaches, value=value)) for on in days)
    return None if might else False


def _reaches(own: Fraction | None, value: Asked) -> bool:
    return own is not None and (value is None or (isinstance(value, Fraction) and value <= own))


def _days(approval: Record, record: Record) -> list[date]:
    """The day of the decision; where nobody can read it, those up to the act from which on something was different."""
    act = day_of(record.at or record.world.as_of)
    if approval.at is not None:
        return [day_of(approval.at)]
    tables = (record.world.tables.get(name) for name in ("authority", "appointments"))
    rows = [row for table in tables if table for row in table.accepted]
    begun = [row.get(name) for row in rows for name in ("in_force_from", "starts_on")]
    ended = [row.get(name) for row in rows for name in ("in_force_to", "ends_on")]
    days = [day_of(day) for day in begun if isinstance(day, date)]
    days += [day_of(day) + timedelta(days=1) for day in ended if isinstance(day, date)]
    return [act, date(2000, 1, 1), *(day for day in days if day <= act)]


def _covers(row: Row, value: Asked) -> bool | None:
    most = row.get("at_most")
    if value is None or not isinstance(most, Fraction):
        return True
    return isinstance(value, Fraction) and value <= most
