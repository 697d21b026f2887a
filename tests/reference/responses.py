"""`response` and `precedence`: after a trigger something must follow, before an act something must have happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.reference.acts import look_back, responsible, there
from tests.reference.days import ONE, duration
from tests.reference.deadline import NEVER, Due
from tests.reference.expressions import evaluate
from tests.reference.people import back_at_work, employed, left_open, may_be_away, who_answers
from tests.reference.records import Record, held, take
from tests.reference.silence import silent
from tests.reference.world import Finding, Rule, World, day_of, midnight


@dataclass(frozen=True)
class Trigger:
    """A record that makes somebody owe something."""

    rule: Rule
    record: Record

    def finding(self, verdict: str, **more: Any) -> Finding:  # noqa: ANN401 fields of a finding
        """The finding on it."""
        who, due = self.record.bearer_is, more.get("due_day")
        more = {name: value for name, value in more.items() if name != "due_day"}
        responsible = who_answers(self.record.world, who, due) if due else None
        return Finding(self.rule["id"], verdict, who, None, self.record.told, responsible=responsible, **more)


def triggers(rule: Rule, world: World, block: Rule) -> Iterator[Trigger]:
    """The records that a block takes for certain, by whoever the rule makes responsible."""
    return (Trigger(rule, record) for record in responsible(rule, block, world))


# --- response -------------------------------------------------------------------------------


def response(rule: Rule, world: World) -> list[Finding]:
    """Each trigger is followed in time."""
    found = (_answered(each) for each in triggers(rule, world, rule["response"]["after"]))
    return [each for each in found if each]


def left(rule: Rule, world: World) -> Iterator[tuple[str, Due]]:
    """Whose due instants moved since nobody was in charge, and when they were."""
    for each in triggers(rule, world, rule["response"]["after"]):
        if each.record.open:
            continue
        planned, due, who = _planned(each), _due(each), each.record.bearer_is
        if who is not None and planned is not None and due is not None and due != planned:
            yield who, planned


def _due(trigger: Trigger) -> Due | None:
    """When it is due, moved or not; None where nothing is owed, as of somebody who is not employed then."""
    planned, who = _planned(trigger), trigger.record.bearer_is
    if planned is None:
        return None
    due = moved(planned, trigger.record)
    asked = planned.day if due.moment == NEVER else due.day
    return due if who is None or employed(trigger.record.world, who, asked) else None


def _answered(trigger: Trigger) -> Finding | None:
    body, world, due = trigger.rule["response"], trigger.record.world, _due(trigger)
    if due is None:
        return None
    begun = world.instant(midnight(world.end)) > trigger.record.instant
    who = trigger.record.bearer_is
    if due.passed(world, world.start) or (not due.passed(world, world.end) and not begun):
        return None
    told = {"due": None, "due_day": None} if due.moment == NEVER else {"due": due.moment, "due_day": due.day}
    taken = take(world, body["expect"], this=trigger.record)
    after = [each for each in taken.sure if _follows(trigger, each)]
    if any(due.met_by(each) for each in after) and due.moment != NEVER:
        return trigger.finding("met", **told)
    if not due.passed(world, world.as_of) or not due.passed(world, world.end):
        return trigger.finding("pending", **told)
    how = "late" if after else "missing"
    maybe = [each for each in taken.maybe if each.at is None or (_follows(trigger, each) and due.met_by(each))]
    since = day_of(trigger.record.at or world.as_of)
    if body.get("early"):
        since = min((day_of(each.at) for each in held(world, body["expect"]["of"]) if each.at), default=since)
    quiet = silent(world, body["expect"], who, (since, due.last + ONE), did=trigger.record.speaks_of)
    if maybe or trigger.record.open or quiet or may_be_away(world, who, due.day):
        return trigger.finding("undetermined", how=how, **told)
    return trigger.finding("breached", how=how, **told)


def _follows(trigger: Trigger, record: Record) -> bool:
    """At or after the trigger; with `early` before it too."""
    early = trigger.rule["response"].get("early", False)
    return record.at is not None and (early or record.instant >= trigger.record.instant)


def _planned(trigger: Trigger) -> Due | None:
    """The due instant before anybody's absence; None where nothing is owed."""
    body, record = trigger.rule["response"], trigger.record
    if "by" in body:
        found = evaluate(body["by"], record)
        if not isinstance(found, date):
            return None
        return Due(found, exact=True) if isinstance(found, datetime) else Due(midnight(found + ONE))
    return after(record, record.world.setting(body["within"], day_of(record.at or record.world.as_of)))


def after(record: Record, within: str) -> Due:
    """So much after a record: hours exactly, days and months to the end of the n-th day."""
    count, unit = duration(within)
    if record.at is None:
        raise ValueError(record.key)
    if unit == "hours":
        return Due(record.world.hours_after(record.at, count), exact=True)
    return Due(midnight(record.world.days.after(day_of(record.at), count, unit) + ONE))


def moved(due: Due, record: Record) -> Due:
    """With nobody appointed it moves to the end of the first working day after the absence."""
    person = record.bearer_is
    while person is not None and due.moment != NEVER and left_open(record.world, person, due.day):
        back = back_at_work(record.world, person, due.day)
        due = Due(NEVER) if back is None else Due(midnight(back + ONE))
    return due


# --- precedence -----------------------------------------------------------------------------


def precedence(rule: Rule, world: World) -> list[Finding]:
    """Each act was preceded by what it needs."""
    acts = [each for each in triggers(rule, world, rule["precedence"]["before"]) if there(each.record)]
    return [_preceded(each) for each in acts if world.start <= day_of(each.record.at or world.as_of) < world.end]


def _preceded(act: Trigger) -> Finding:
    taken = take(act.record.world, act.rule["precedence"]["expect"], this=act.record)
    if any(_in_time(act, each) for each in taken.sure if each.at is not None):
        return act.finding("met")
    if act.record.at is not None and not act.record.world.known(act.record.at):
        return act.finding("pending")
    later = any(each.at is not None and each.instant > act.record.instant for each in taken.sure)
    how = "ratified_late" if later else "missing"
    maybe = any(each.at is None or _in_time(act, each) for each in taken.maybe)
    if maybe or act.record.open or _silent(act):
        return act.finding("undetermined", how=how)
    return act.finding("breached", how=how)


def _in_time(act: Trigger, record: Record) -> bool:
    """At or before the act, inside the look-back."""
    within = act.rule["precedence"].get("within")
    world, own = act.record.world, act.record
    since = look_back(world, world.setting(within, day_of(own.at or world.as_of)), own) if within else None
    return record.instant <= own.instant and (since is None or since <= record.instant)


def _silent(act: Trigger) -> bool:
    """Whether the table was silent in the look-back.

    The promise speaks of a silent day in a window; that an endless look-back is a window since the table's first
    record is the product's reading.
    """
    own, expect, within = act.record, act.rule["precedence"]["expect"], act.rule["precedence"].get("within")
    day = day_of(own.at or own.world.as_of)
    since = min((day_of(each.at) for each in held(own.world, expect["of"]) if each.at), default=day)
    if within is not None:
        since = look_back(own.world, own.world.setting(within, day), own).astimezone(own.world.zone).date()
    return silent(own.world, expect, own.bearer_is, (since, day + ONE), did=own.speaks_of)
