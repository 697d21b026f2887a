"""Deputies: who stands in for whom by order, and so who is in charge on which day of an absence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from compliance.roster.absence import Away, Covered
from compliance.roster.appointments import Appointment
from compliance.roster.days import FIRST_DAY, after


@dataclass(frozen=True, slots=True)
class StandIn:
    """A row of the deputies' table: in `[since, until)` one person stands in for another."""

    record: str
    absent: str
    deputy: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class InCharge:
    """Days of somebody's absence `[since, until)` and who is responsible on them."""

    bearer: str
    since: date
    until: date
    responsible: str


@dataclass(frozen=True, slots=True)
class Possible:
    """A row that may appoint a deputy for days in `[since, until)`; None where nobody can tell for whom."""

    absent: str | None
    since: date
    until: date


def possible(rows: Iterable[Mapping[str, Any]]) -> tuple[Possible, ...]:
    """What rows that can't be read, or tell too little, may appoint; an order signed too late appoints nobody."""
    found = []
    for row in rows:
        first, last, signed = row.get("starts_on"), row.get("ends_on"), row.get("appointed_on")
        late = first is not None and signed is not None and row.get("personnel_order_id") is None and signed > first
        if not late and (first is None or last is None or first <= last):
            found.append(Possible(row.get("absent_id"), first or FIRST_DAY, after(last)))
    return tuple(found)


def stand_ins(
    deputies: Iterable[Mapping[str, Any]], orders: Mapping[str, date | None]
) -> tuple[tuple[StandIn, ...], tuple[StandIn, ...]]:
    """The appointments of deputies by an order signed on or before their first day, and the rows that are none.

    `orders` gives the day on which each personnel order that is kept was signed; where a row names none of them,
    `appointed_on` is that day.
    """
    by_order: list[StandIn] = []
    without: list[StandIn] = []
    for row in deputies:
        absent, deputy, since = row.get("absent_id"), row.get("deputy_id"), row.get("starts_on")
        if absent is None or deputy is None or since is None:
            continue
        order = row.get("personnel_order_id") or ""
        signed = orders[order] if order in orders else row.get("appointed_on")
        made = StandIn(row["_key"], absent, deputy, since, after(row.get("ends_on")))
        (by_order if signed is not None and signed <= since else without).append(made)
    return tuple(by_order), tuple(without)


def pairs(deputies: Iterable[StandIn]) -> tuple[StandIn, ...]:
    """The same with each pair once a day: orders that touch or overlap are one."""
    found: list[StandIn] = []
    for row in sorted(deputies, key=lambda row: (row.absent, row.deputy, row.since, row.until)):
        last = found[-1] if found else None
        if last and (last.absent, last.deputy) == (row.absent, row.deputy) and row.since <= last.until:
            found[-1] = replace(last, until=max(last.until, row.until))
        else:
            found.append(row)
    return tuple(found)


def in_charge(away: Iterable[Away], deputies: Iterable[StandIn], roster: Iterable[Appointment]) -> tuple[InCharge, ...]:
    """Who is in charge on which days of each absence; days on which nobody is are left out."""
    chain = _Chain(away, deputies, roster)
    return tuple(each for stretch in chain.away for each in chain.over(stretch))


def covered(charge: Iterable[InCharge]) -> Covered:
    """Whether somebody is in charge on a day of a person's absence, as a question to ask often."""
    known: dict[str, list[InCharge]] = defaultdict(list)
    for each in charge:
        known[each.bearer].append(each)
    return lambda bearer, day: any(each.since <= day < each.until for each in known.get(bearer, ()))


class _Chain:
    """From an absent person to the deputy who is there, over deputies who are away themselves."""

    def __init__(self, away: Iterable[Away], deputies: Iterable[StandIn], roster: Iterable[Appointment]) -> None:
        self.away = tuple(away)
        self._absences: dict[str, list[Away]] = defaultdict(list)
        for each in self.away:
            self._absences[each.bearer].append(each)
        self._deputies: dict[str, list[StandIn]] = defaultdict(list)
        # Of two who stand in on one day, the one who began later is asked first.
        for row in sorted(deputies, key=lambda row: (row.since, row.record), reverse=True):
            self._deputies[row.absent].append(row)
        self._employed = {each.bearer: each for each in roster}

    def over(self, stretch: Away) -> Iterator[InCharge]:
        """Who is in charge, stretch of days by stretch."""
        found: list[InCharge] = []
        for since, until in pairwise(self._borders(stretch)):
            who = self._who(stretch.bearer, since, frozenset())
            if who is None:
                continue
            if found and found[-1].until == since and found[-1].responsible == who:
                found[-1] = replace(found[-1], until=until)
            else:
                found.append(InCharge(stretch.bearer, since, until, who))
        yield from found

    def _who(self, bearer: str, day: date, asked: frozenset[str]) -> str | None:
        """The first deputy who is there; those away are followed to their own, and nobody is asked twice."""
        for row in self._deputies.get(bearer, ()):
            if not row.since <= day < row.until or row.deputy in asked | {bearer}:
                continue
            if self._there(row.deputy, day):
                return row.deputy
            further = self._who(row.deputy, day, asked | {bearer})
            if further is not None:
                return further
        return None

    def _there(self, bearer: str, day: date) -> bool:
        known = self._employed.get(bearer)
        employed = known is None or known.employed(day)
        return employed and not any(each.since <= day < each.until for each in self._absences.get(bearer, ()))

    def _borders(self, stretch: Away) -> Sequence[date]:
        """The days on which who is in charge may change."""
        days: set[date] = set()
        for bearer in self._reached(stretch.bearer):
            days |= {day for row in self._deputies.get(bearer, ()) for day in (row.since, row.until)}
            days |= {day for each in self._absences.get(bearer, ()) for day in (each.since, each.until)}
            if known := self._employed.get(bearer):
                days |= {known.employed_from, known.employed_to}
        inside = {day for day in days if stretch.since < day < stretch.until}
        return sorted({stretch.since, stretch.until, *inside})

    def _reached(self, bearer: str) -> set[str]:
        found, left = {bearer}, [bearer]
        while left:
            following = {row.deputy for row in self._deputies.get(left.pop(), ())} - found
            found |= following
            left += following
        return found
