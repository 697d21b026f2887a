"""`interval`: never longer than this between two records, or without one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tests.reference.acts import responsible
from tests.reference.days import ONE, duration
from tests.reference.deadline import MOMENT, NEVER, Due
from tests.reference.expressions import evaluate
from tests.reference.force import in_force
from tests.reference.people import employed, may_be_away, takes_a_post, who_answers
from tests.reference.records import Record, Taken, asks, take
from tests.reference.responses import moved
from tests.reference.series import Series, series
from tests.reference.silence import silent
from tests.reference.world import Finding, Rule, World, day_of, midnight

AHEAD = timedelta(days=400)
"""Who takes which post is looked at for so long after the audited period."""


@dataclass(frozen=True)
class Gap:
    """A stretch without a record: the key that it is known by, when it began, and the instant that ended it.

    `open`: whether anything is asked is open, since a row that nobody can read may rule out its entity.
    """

    bearer: str | None
    key: str
    since: date | datetime
    after: datetime | None = None
    asked: bool = True
    open: bool = False


@dataclass(frozen=True)
class Hold:
    """How long a record holds, by instants; `since` is when a gap behind it begins, both None where it never ends.

    Where a stretch begins stands one that is no record: it gives way to a record that ends there.
    """

    key: str
    start: datetime
    end: datetime | None
    since: date | datetime | None
    real: bool = True


def interval(rule: Rule, world: World) -> list[Finding]:
    """No gap between neighbours is longer than `at_most`."""
    body = rule["interval"]
    if "over" in body:
        return [each for stretch in _stretches(rule, world) for each in _covered(rule, world, stretch)]
    return [each for own in series(rule, world) for each in _between(own)]


def left(rule: Rule, world: World) -> Iterator[tuple[str, Due]]:
    """Whose due instants moved since nobody was in charge, and when they were."""
    if "over" in rule["interval"]:
        gaps = [
            gap for stretch in _stretches(rule, world) if not stretch.open for gap in _open(rule, world, stretch)[0]
        ]
    else:
        told = (own for own in series(rule, world) if own.entity is None or not own.entity.open)
        gaps = [gap for own in told for gap in _owed(own)]
    for gap in gaps:
        planned, due = _end(rule, world, gap.since), _moved(rule, world, gap, gap.since)
        if gap.bearer is not None and due != planned and _binds(rule, world, gap, planned, due):
            yield gap.bearer, planned


def _between(own: Series) -> list[Finding]:
    """The gaps of a series, judged."""
    open_ = own.entity is not None and own.entity.open
    gaps = (replace(gap, open=open_) for gap in _owed(own))
    judged = [_gap(own.rule, own.world, gap, [each for each in own.taken.maybe if own.theirs(each)]) for gap in gaps]
    return _gravest([each for each in judged if each])


def _gravest(findings: list[Finding]) -> list[Finding]:
    """One for each gap: one that is asked of a post, and anew of the next, is told by its gravest verdict."""
    order = ("breached", "undetermined", "pending", "met")
    found: dict[tuple[str | None, str | None], Finding] = {}
    for each in sorted(findings, key=lambda each: order.index(each.verdict)):
        found.setdefault((each.bearer, each.record), each)
    return list(found.values())


def _owed(own: Series) -> Iterator[Gap]:
    """The gaps of a series that began, and fall due, while its entity was there to owe them."""
    for gap in _renewed(own):
        if own.owes(gap.since) and own.falls_due_in_state(_end(own.rule, own.world, gap.since).day):
            yield gap


def _renewed(own: Series) -> Iterator[Gap]:
    """The gaps; with `from` also those that nobody was asked for from their beginning, from a later day on."""
    for gap in _gaps(own):
        yield gap
        if own.start is not None:
            yield from _anew(own, gap)


def _anew(own: Series, gap: Gap) -> Iterator[Gap]:
    """A gap from each day on which somebody comes to be asked, where that is too long before the next such day."""
    rule, world, since = own.rule, own.world, own.rule.get("in_force", {}).get("from", date.min)
    too_long, begun = _end(rule, world, gap.since).day, day_of(gap.since)
    days = [day for day in _takings(own, gap, since) if day > begun]
    for day, following in zip(days, [*days, date.max][1:], strict=True):
        closed = gap.after is not None and gap.after <= world.instant(midnight(day))
        if not closed and (day > too_long or begun < since) and _end(rule, world, day).day < following:
            yield replace(gap, since=day)


def _takings(own: Series, gap: Gap, since: date) -> Iterator[date]:
    """The days on which a bearer comes to be asked: by another post, by being hired, or by the rule's first day.

    Whoever owns an entity is asked from the beginning of its gap, if the rule was in force then.
    """
    rule, world, bearer = own.rule, own.world, gap.bearer
    if own.entity is not None and own.entity.owned:
        yield from [since] if since > date.min else []
        return
    day = max(since, day_of(gap.since))
    while day < world.end + AHEAD:
        taken = bearer is not None and takes_a_post(world, bearer, day) and not _asked(rule, world, gap, day - ONE)
        if (taken or day == since) and _asked(rule, world, gap, day):
            yield day
        day += ONE


def _block(body: Rule) -> Rule:
    return {name: body[name] for name in ("of", "where", "at", "with", "without", "match") if name in body}


def _gaps(own: Series) -> list[Gap]:
    """The gaps behind records, and with `from` the one before them: what ended before is not looked at."""
    holds = [_hold(own.rule, each) for each in own.taken.sure]
    holds = [replace(each, key=own.told(each.key)) for each in holds]
    start = own.start
    if start is None:
        return list(_behind(own.bearer, _islands(holds), None))
    first = own.world.instant(start)
    holds = [each for each in holds if each.end is None or each.end > first or each.start >= first]
    return list(_behind(own.bearer, _islands([Hold(own.named, first, first, start, real=False), *holds]), None))


def _hold(rule: Rule, record: Record) -> Hold:
    """An instant, or to the end of the day that `until` names; with an empty one for good."""
    body, world = rule["interval"], record.world
    if record.at is None:
        raise ValueError(record.key)
    if "until" not in body:
        return Hold(record.key, record.instant, record.instant, record.at)
    last = evaluate(body["until"], record)
    if not isinstance(last, date):
        return Hold(record.key, record.instant, None, None)
    since = last if isinstance(last, datetime) else last + ONE
    return Hold(record.key, record.instant, world.instant(since), since)


def _islands(holds: list[Hold]) -> list[Hold]:
    """Holds that touch or overlap are one; it is known by the one that ended last, of several the last by key.

    What stands first in the list is no record: it gives way to a record of its instant.
    """
    found: list[Hold] = []
    for each in sorted(holds, key=lambda each: (each.start, each is not holds[0], each.key)):
        before = found[-1] if found else None
        if before is None or (before.end is not None and before.end < each.start):
            found.append(each)
        else:
            found[-1] = replace(_later(before, each), start=before.start)
    return found


def _later(one: Hold, other: Hold) -> Hold:
    if one.end is None or other.end is None:
        return one if one.end is None else other
    return max(one, other, key=lambda each: (each.end, each.real, each.key))


def _behind(bearer: str | None, islands: list[Hold], end: datetime | None) -> Iterator[Gap]:
    for index, each in enumerate(islands):
        after = islands[index + 1].start if index + 1 < len(islands) else end
        if each.since is not None and (after is None or each.end is None or each.end < after):
            yield Gap(bearer, each.key, each.since, after)


def _stretches(rule: Rule, world: World) -> Iterator[Record]:
    """The records that have to be covered, of whoever the rule asks on their own day."""
    over = rule["interval"]["over"]
    return responsible(rule, {name: over[name] for name in ("of", "where") if name in over}, world)


def _covered(rule: Rule, world: World, stretch: Record) -> list[Finding]:
    """The gaps of a stretch, judged; where it has none it is met at its end."""
    gaps, taken, end = _open(rule, world, stretch)
    if taken and not gaps and end is not None and _ended(world, end):
        return [Finding(rule["id"], "met", stretch.bearer_is, None, stretch.told)]
    judged = [_gap(rule, world, replace(gap, open=stretch.open), list(taken.maybe)) for gap in gaps if taken]
    return [each for each in judged if each]


def _open(rule: Rule, world: World, stretch: Record) -> tuple[list[Gap], Taken | None, datetime | None]:
    """The gaps between the first and the last moment of a stretch, what may close them, and when it ends."""
    body = rule["interval"]
    first, last = (evaluate(body["over"][name], stretch) for name in ("from", "to"))
    if not isinstance(first, date):
        return [], None, None
    end = None if not isinstance(last, date) else world.instant(last if isinstance(last, datetime) else last + ONE)
    start = world.instant(first)
    if end is not None and end <= start:
        return [], None, None
    taken = take(world, _block(body), this=stretch)
    holds = [_hold(rule, each) for each in taken.sure if each.at is not None]
    reaching = [each for each in holds if each.end is None or each.end > start or each.start >= start]
    inside = [each for each in reaching if end is None or each.start < end]
    islands = _islands([Hold(stretch.told, start, start, first, real=False), *inside])
    gaps = [
        replace(each, asked=False) for each in _behind(stretch.bearer_is, islands, end) if _opens(world, each, start)
    ]
    return gaps, taken, end


def _ended(world: World, end: datetime) -> bool:
    """Whether a stretch ended in the audited period, as far as is known."""
    first, last = (world.instant(midnight(day)) for day in (world.start, world.end))
    return first < end <= min(last, world.instant(world.as_of))


def _opens(world: World, gap: Gap, start: datetime) -> bool:
    return world.instant(gap.since) >= start


def _gap(rule: Rule, world: World, gap: Gap, maybe: list[Record]) -> Finding | None:  # noqa: PLR0911 one for each verdict
    """Breached once too long, met where it closed in time, else pending."""
    planned, due = _end(rule, world, gap.since), _moved(rule, world, gap, gap.since)
    if gap.asked and not in_force(rule, world, (day_of(gap.since), due.day + ONE)):
        return None
    if due.moment == NEVER and gap.after is None and _asked(rule, world, gap, planned.day):
        begun = world.instant(gap.since) < world.instant(midnight(world.end))
        return Finding(rule["id"], "pending", gap.bearer, None, gap.key) if begun else None
    if due.moment == NEVER or due.passed(world, world.start):
        return None
    if not _asked(rule, world, gap, due.day):
        return None
    if not due.passed(world, world.end) and world.instant(gap.since) >= world.instant(midnight(world.end)):
        return None  # not begun in this period
    if due.reached_by(world, gap.after):
        return Finding(rule["id"], "met", gap.bearer, None, gap.key)
    if not due.passed(world, world.end) or not due.passed(world, world.as_of):
        return Finding(rule["id"], "pending", gap.bearer, None, gap.key)
    if gap.open or any(_closes(rule, world, gap, each) for each in maybe):
        return Finding(rule["id"], "undetermined", gap.bearer, None, gap.key, "gap")
    quiet = silent(world, rule["interval"], gap.bearer, (day_of(gap.since), due.last + ONE))
    if quiet or may_be_away(world, gap.bearer, due.day):
        return Finding(rule["id"], "undetermined", gap.bearer, None, gap.key, "gap")
    answers = who_answers(world, gap.bearer, due.day)
    return Finding(rule["id"], "breached", gap.bearer, None, gap.key, "gap", responsible=answers)


def _binds(rule: Rule, world: World, gap: Gap, planned: Due, due: Due) -> bool:
    """Whether a gap lies in the rule's own time, and its bearer is asked when it falls due."""
    if gap.asked and not in_force(rule, world, (day_of(gap.since), due.day + ONE)):
        return False
    return _asked(rule, world, gap, planned.day if due.moment == NEVER else due.day)


def _asked(rule: Rule, world: World, gap: Gap, day: date) -> bool:
    """Whether the bearer is employed on a day, and is one whom the rule asks; of a stretch that was asked before."""
    if gap.bearer is not None and not employed(world, gap.bearer, day):
        return False
    return not gap.asked or asks(rule, world, gap.bearer, day)


def _closes(rule: Rule, world: World, gap: Gap, record: Record) -> bool:
    """Whether one row would have closed both sides of the gap, of which each moves out of an absence."""
    least = _moved(rule, world, gap, gap.since)
    if record.at is not None and not least.reached_by(world, record.instant):
        return False
    ends = _ends(rule, record)
    if ends is None:
        last = least.moment if least.exact else least.moment - MOMENT
        return "until" in rule["interval"] or _in_time(_moved(rule, world, gap, last), world, gap.after)
    closes = world.instant(ends) > world.instant(gap.since)
    return closes and _in_time(_moved(rule, world, gap, ends), world, gap.after)


def _moved(rule: Rule, world: World, gap: Gap, since: date | datetime) -> Due:
    return moved(_end(rule, world, since), Record(world, {}, bearer_is=gap.bearer))


def _ends(rule: Rule, record: Record) -> date | datetime | None:
    """When a row that is not certain stops holding; None where that is open, or it is an instant of unknown time."""
    if "until" not in rule["interval"]:
        return record.at
    last = evaluate(rule["interval"]["until"], record)
    if not isinstance(last, date):
        return None
    return last if isinstance(last, datetime) else last + ONE


def _in_time(due: Due, world: World, after: datetime | None) -> bool:
    return not due.passed(world, world.as_of) if after is None else due.reached_by(world, after)


def _end(rule: Rule, world: World, since: date | datetime) -> Due:
    """When a gap is too long: hours exactly, days at the end of the last day in time."""
    count, unit = duration(world.setting(rule["interval"]["at_most"], day_of(since)))
    if unit == "hours":
        return Due(world.hours_after(since, count), exact=True)
    return Due(midnight(world.days.after(day_of(since), count, unit) + ONE))
