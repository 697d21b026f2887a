"""Why nothing was judged about a person on a day."""

from collections.abc import Iterator
from datetime import date

from compliance.calendar import ONE_DAY, midnight
from compliance.kinds.duties import admitted
from compliance.kinds.scopes import OwedScope
from compliance.language.values import literal
from compliance.rulebook.loading import LoadedRule
from compliance.rulebook.selection import RUNNING
from compliance.sql import sql, text
from compliance.why.census import desk_of, own_rows
from compliance.why.owed import appointment
from compliance.why.world import Judged, World
from compliance.workspace.manifest import Settings

ON_THE_DAY = """
    select h.bearer from roster as h where h.bearer = :who and :day >= h.since and :day < h.until and :fits
"""
PER_PERIOD = frozenset({"quota", "deadline"})


def not_run(loaded: LoadedRule, manifest: Settings) -> tuple[str, ...]:
    """Why a rule was not run at all; empty where it was."""
    rule = loaded.rule
    if rule.status not in RUNNING:
        return (f"the rule is {rule.status}, so no audit runs it",)
    if rule.id in manifest.without:
        return (f"the manifest leaves the rule out: {manifest.without[rule.id]}",)
    return ()


def unflagged(world: World, judged: Judged, who: str | None, day: date) -> Iterator[str]:
    """The reasons, the plainest first; there is always one."""
    told = [*_force(world, day)]
    if who is None:
        told += [*_time(world, judged, day)]
        yield from told or [f"nothing of this rule that names nobody lies on {day}; --who asks about somebody"]
        return
    told += [*_employed(judged, who, day), *_admitted(world, judged, who, day)]
    told += [*_time(world, judged, day), *_records(world, judged, who, day)]
    yield from told or [_fallback(world, who, day)]


def _force(world: World, day: date) -> Iterator[str]:
    force = world.rule.rule.in_force
    if force.since and day < force.since:
        yield f"the rule is in force only from {force.since}"
    if force.to and day > force.to:
        yield f"the rule was in force only up to {force.to}"


def _employed(judged: Judged, who: str, day: date) -> Iterator[str]:
    own = appointment(judged.ground.roster, who, day)
    if own is None:
        if judged.ground.rostered:
            yield f"{who} is not on the roster"
        return
    if own.hired_on and day < own.hired_on:
        yield f"{who} was hired only on {own.hired_on}"
    if own.left_on and day > own.left_on:
        yield f"{who} had left: the last day was {own.left_on}"


def _admitted(world: World, judged: Judged, who: str, day: date) -> Iterator[str]:
    """Whether the rule's bearer filter leaves the person out."""
    bearer = world.rule.rule.bearer
    own = appointment(judged.ground.roster, who, day)
    if bearer is None or not bearer.filters or own is None:
        return
    if _admits(world, judged, who, day):
        return
    asked = [f"{name} {_list(value)}" for name in ("position", "level") if (value := getattr(bearer, name)) is not None]
    asked += [bearer.where] if bearer.where else []
    is_ = f"{own.position or 'without a position'}" + (f", level {own.level}" if own.level is not None else "")
    yield f"the rule asks for {' and '.join(asked)}, and {who} was {is_}"


def _admits(world: World, judged: Judged, who: str, day: date) -> bool:
    desk = desk_of(world, judged)
    names = OwedScope(desk.ground, desk.prefix, desk.needs, literal(day).sql, "h")
    query = sql(ON_THE_DAY, who=text(who), day=literal(day).sql, fits=admitted(desk, names))
    return bool(world.engine.fetch(query).num_rows)


def _list(value: object) -> str:
    if isinstance(value, tuple):
        return " or ".join(map(str, value))
    named = getattr(value, "parameter", None)
    return f"in :{named}" if named else str(value)


def _time(world: World, judged: Judged, day: date) -> Iterator[str]:
    rule = world.rule.rule
    per = rule.quota.per if rule.quota else rule.deadline.every if rule.deadline else None
    if per == "working_day" and not judged.ground.calendar.is_working(day):
        yield f"{day} is no working day"
    if midnight(day) >= world.as_of:
        yield f"nothing is known yet: the records are judged as of {world.as_of:%Y-%m-%d %H:%M}"
    elif midnight(day + ONE_DAY) > world.period.end:
        yield f"the day lies behind the judged period, which ends before {world.period.end:%Y-%m-%d}"


def _records(world: World, judged: Judged, who: str, day: date) -> Iterator[str]:
    """What the rule's table holds of the person that day."""
    kind = world.rule.rule.kind
    if kind.name in PER_PERIOD:
        return
    rows = own_rows(world, judged, who)
    if rows is None:
        return
    that_day = [each for each in rows if each.at and each.at.date() == day]
    if not that_day:
        yield f"{rows.table} holds no record of {who} on {day}"
        return
    unlooked = [each for each in that_day if each.counts is False]
    if len(unlooked) == len(that_day):
        yield f"{rows.table} holds {len(that_day)} of {who} on {day}, and the rule looks at none of them: {rows.where}"


def _fallback(world: World, who: str, day: date) -> str:
    who_ = world.rule.rule.bearer.who if world.rule.rule.bearer else None
    if who_:
        return f"nothing of this rule lies on {day} with {who}: it names who owes by `{who_}`"
    return f"nothing of this rule was owed by {who} on {day}, and no record that it looks at lies there"
