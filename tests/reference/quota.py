"""`quota`: a measure per bearer (and entity) and window keeps its bounds; without `per`, as of now over everything."""

from datetime import date
from fractions import Fraction

from tests.reference import bounds
from tests.reference.asked import eased, lessened, limit_of, planned_otherwise, quiet
from tests.reference.bounds import Bound
from tests.reference.days import ONE, duration
from tests.reference.duties import DAILY, MISSING, NOT_OWED, Duty, duties, records, unclear
from tests.reference.expressions import Measure
from tests.reference.people import appointment, away, may_be_away
from tests.reference.records import Taken, asks
from tests.reference.silence import silent
from tests.reference.world import Finding, Rule, World, day_of, midnight

SETTLED_ABOVE = ("count", "distinct", "sum", "max")
"""Measures of which a bound that is reached is decided: the promise says so of every bound; an average or a share
would not be, and a sum is as long as amounts aren't negative."""
LONG_AGO = date(2018, 1, 1)
"""Before anything that the worlds hold."""


def judge(rule: Rule, world: World) -> list[Finding]:
    """The findings of a quota."""
    return [_verdict(duty, records(duty)) for duty in duties(rule, world, {})]


def _verdict(duty: Duty, taken: Taken) -> Finding:
    if _excused_day(duty):
        return duty.finding("not_applicable", because="absent")
    measure = Measure.read(duty.body.get("measure", "count"))
    measured = measure.over(taken.sure)
    limits = [(bound, limit_of(duty, bound)) for bound in _bounds(duty.body)]
    owed = [(bound, limit) for bound, limit in limits if limit != NOT_OWED]
    missing, running = any(limit == MISSING for _, limit in owed), not _over(duty) or _ends_later(duty)
    if missing and measured is not None:
        return duty.finding("pending" if running else "undetermined", measured=measured, because="a bound is missing")
    if running:
        asked = [(b, x) for b, x in limits if b.block or x != NOT_OWED]
        return _early(duty, measure, measured, asked, limits, maybe=unclear(measure, taken))
    if measured is None or (len(owed) < len(limits) and _kept(duty, measured, owed)):
        return duty.finding("not_applicable", measured=measured)
    return _final(duty, measure, measured, [(b, x) for b, x in owed if isinstance(x, Fraction)], taken)


def _kept(duty: Duty, measured: Fraction, limits: list[tuple[Bound, Fraction | str]]) -> bool:
    return all(isinstance(x, Fraction) and bound.kept(measured, x, duty.world) for bound, x in limits)


def _bounds(body: Rule) -> list[Bound]:
    found = bounds.read(body)
    return found if found or "per" in body else [Bound("at_least", 1)]


def _excused_day(duty: Duty) -> bool:
    daily = duty.body.get("per") in DAILY
    return bool(daily and duty.bearer and duty.span and away(duty.world, duty.bearer, duty.span[0]))


def _perhaps_excused(duty: Duty) -> bool:
    """Whether a duty of a day may be of one on which the bearer was away, as far as can be read."""
    daily = duty.body.get("per") in DAILY and duty.span is not None
    return bool(daily and duty.span and may_be_away(duty.world, duty.bearer, duty.span[0]))


def _perhaps_less(duty: Duty, bound: Bound, measure: Measure, measured: Fraction, rows: int) -> bool:
    """Whether less would be owed if an absence that can't be read were one, and that was done or may have been."""
    for limit in lessened(duty, bound):
        if not isinstance(limit, Fraction) or bound.kept(measured, limit, duty.world):
            return True
        if bounds.curable(bound, measure, measured, limit, rows=rows, world=duty.world):
            return True
    return False


def _over(duty: Duty) -> bool:
    """Whether the time has come to say short: the window has ended, or a standing duty's `within` has."""
    if duty.part:
        return duty.world.instant(duty.part[1]) <= duty.world.instant(duty.world.as_of)
    if "within" not in duty.body:
        return True
    since = _since(duty)
    return since is None or duty.world.instant(_end_of(duty, since)) <= duty.world.instant(duty.world.as_of)


def _ends_later(duty: Duty) -> bool:
    """Whether the window ends after the audited period: the next audit's, unless it is decided already."""
    return duty.part is not None and duty.part[1] > duty.world.end


def _since(duty: Duty) -> date | None:
    """Since when the entity exists and the bearer holds the position, the later; None where neither is told."""
    entity = duty.entity
    begun = [day_of(day) for day in (entity.since, entity.seen_from) if day] if entity else []
    taken = _taken(duty) if duty.bearer is not None else None
    return max([*begun, *([taken] if taken else [])], default=None)


def _taken(duty: Duty) -> date | None:
    """Since when the rule has asked this bearer without a break, from hiring on at the earliest."""
    hired = appointment(duty.world, str(duty.bearer), duty.on, "hired_on")
    day = duty.on
    while day > LONG_AGO and day != hired and asks(duty.rule, duty.world, duty.bearer, day - ONE):
        day -= ONE
    known = isinstance(hired, date)
    return None if day == LONG_AGO and not known else max(day, hired) if isinstance(hired, date) else day


def _end_of(duty: Duty, since: date) -> date:
    """When the time allowed is over: hours exactly, days at the end of the last."""
    count, unit = duration(duty.world.setting(duty.body["within"], duty.on))
    if unit == "hours":
        return duty.world.hours_after(since, count)
    return duty.world.days.after(since, count, unit) + ONE


def _early(
    duty: Duty,
    measure: Measure,
    measured: Fraction | None,
    limits: list[tuple[Bound, Fraction | str]],
    all_: list[tuple[Bound, Fraction | str]],
    *,
    maybe: int,
) -> Finding:
    """Before the end: what more records can't change is said already, the rest is pending."""
    certain = [(b, x) for b, x in limits if isinstance(x, Fraction) and _settled(duty, b)]
    owed = [(b, x) for b, x in limits if x != NOT_OWED]
    if measured is not None and len(limits) < len(all_) and _kept(duty, measured, owed):
        return duty.finding("not_applicable", measured=measured)
    if measured is None or measure.name not in SETTLED_ABOVE:
        return duty.finding("pending")
    for bound, limit in certain:
        # "For less is pending": a newcomer's own time is not over, so that nothing is held against one.
        if duty.part and not bound.lower and not bound.kept(measured, limit, duty.world):
            cured = bounds.curable(bound, measure, measured, limit, rows=maybe, world=duty.world)
            cured = cured or eased(duty, bound, measure) or quiet(duty, bound)
            cured = cured or planned_otherwise(duty, bound, measured) or _perhaps_excused(duty)
            return duty.finding("undetermined" if cured else "breached", how="over", measured=measured, required=limit)
    if len(certain) == len(limits) and all(b.lower and b.kept(measured, x, duty.world) for b, x in certain):
        return duty.finding("met", measured=measured, required=certain[0][1])
    return duty.finding("pending")


def _settled(duty: Duty, bound: Bound) -> bool:
    """Whether a bound no longer moves: a second measure does to the end, an earlier window's until that is over."""
    begun = duty.span is not None and duty.world.known(midnight(duty.span[0]))
    return bound.block is None and (bound.plain or "previous" not in bound.given or begun)


def _final(
    duty: Duty, measure: Measure, measured: Fraction, limits: list[tuple[Bound, Fraction]], taken: Taken
) -> Finding:
    maybe = unclear(measure, taken)
    for bound, limit in limits:
        if bound.kept(measured, limit, duty.world):
            continue
        said = {"how": bound.how, "measured": measured, "required": limit}
        cured = bounds.curable(bound, measure, measured, limit, rows=maybe, world=duty.world)
        if cured or eased(duty, bound, measure) or quiet(duty, bound) or planned_otherwise(duty, bound, measured):
            return duty.finding("undetermined", because="rows that could cure it", **said)
        excused = _perhaps_excused(duty) or _perhaps_less(duty, bound, measure, measured, maybe)
        if excused or (bound.lower and duty.part and silent(duty.world, duty.body, duty.bearer, duty.part)):
            return duty.finding("undetermined", because="an absence that can't be read, or silent", **said)
        if duty.entity is not None and duty.entity.open:
            return duty.finding("undetermined", because="it may be ruled out", **said)
        return duty.finding("breached", **said)
    standing = measure.over([*taken.sure, *(each for each in taken.maybe if each.open)])
    for bound, limit in limits:
        if not bound.lower and standing is not None and not bound.kept(standing, limit, duty.world):
            return duty.finding("undetermined", because="a record may be ruled out", measured=measured)
    only = limits[0][1] if len(limits) == 1 else None
    return duty.finding("met", measured=measured, required=only)
