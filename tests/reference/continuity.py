"""`interval` and `sequence`: never longer than this between two, and stages in this order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tests.reference.acts import responsible
from tests.reference.days import ONE, duration
from tests.reference.deadline import MOMENT, NEVER, Due
from tests.reference.entities import ANY, Entity, entities, listed
from tests.reference.expressions import evaluate
from tests.reference.people import employed, who_answers
from tests.reference.quota import in_force
from tests.reference.records import Record, Taken, admits, asks, stated, take
from tests.reference.responses import moved
from tests.reference.series import Series, belonging, series
from tests.reference.silence import silent
from tests.reference.world import Finding, Rule, World, day_of, midnight

# --- interval -------------------------------------------------------------------------------


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
        gaps = [gap for stretch in _stretches(rule, world) for gap in _open(rule, world, stretch)[0]]
    else:
        gaps = [gap for own in series(rule, world) for gap in _owed(own)]
    for gap in gaps:
        planned, due = _end(rule, world, gap.since), _moved(rule, world, gap, gap.since)
        if gap.bearer is not None and due != planned and _binds(rule, world, gap, planned, due):
            yield gap.bearer, planned


def _between(own: Series) -> list[Finding]:
    """The gaps of a series, judged."""
    open_ = own.entity is not None and own.entity.open
    gaps = (replace(gap, open=open_) for gap in _owed(own))
    judged = [_gap(own.rule, own.world, gap, [each for each in own.taken.maybe if own.theirs(each)]) for gap in gaps]
    return [each for each in judged if each]


def _owed(own: Series) -> Iterator[Gap]:
    """The gaps of a series that began, and fall due, while its entity was there to owe them."""
    for gap in _gaps(own):
        if own.owes(gap.since) and own.falls_due_in_state(_end(own.rule, own.world, gap.since).day):
            yield gap


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
    holds = [each for each in holds if each.end is None or each.end >= first]
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
    inside = [each for each in holds if (each.end is None or each.end >= start) and (end is None or each.start < end)]
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
    if gap.asked and not in_force(rule, (day_of(gap.since), due.day + ONE)):
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
    if silent(world, rule["interval"], gap.bearer, (day_of(gap.since), due.last + ONE)):
        return Finding(rule["id"], "undetermined", gap.bearer, None, gap.key, "gap")
    answers = who_answers(world, gap.bearer, due.day)
    return Finding(rule["id"], "breached", gap.bearer, None, gap.key, "gap", responsible=answers)


def _binds(rule: Rule, world: World, gap: Gap, planned: Due, due: Due) -> bool:
    """Whether a gap lies in the rule's own time, and its bearer is asked when it falls due."""
    if gap.asked and not in_force(rule, (day_of(gap.since), due.day + ONE)):
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


# --- sequence -------------------------------------------------------------------------------


def sequence(rule: Rule, world: World) -> list[Finding]:
    """By first occurrence the stages of a case come in order, and none before or without an earlier one."""
    found = entities(world, rule["sequence"], None, ANY)
    if found is None:
        return _cases(rule, world, [None])
    keys = dict.fromkeys(each.key for each in found)
    return [each for key in keys for each in _cases(rule, world, [state for state in found if state.key == key])]


def _cases(rule: Rule, world: World, states: Sequence[Entity | None]) -> list[Finding]:
    """The cases in a block's records, of one entity in its states where there are any."""
    body = rule["sequence"]
    steps = [met(body, world, entity) for entity in states]
    sure = tuple(each for some in steps for each in some.sure)
    taken = Taken(sure, tuple(each for some in steps for each in some.maybe))
    cases = dict.fromkeys(case for each in taken.sure if (case := each.value(body["case"])) is not None)
    nobodys = [each for each in taken.sure if each.value(body["case"]) is None]
    maybe = (*taken.maybe, *nobodys)
    judged = [_case(rule, states[0], str(case), _of_case(body, taken.sure, case), maybe) for case in cases]
    return [each for each in judged if each]


def met(body: Rule, world: World, entity: Entity | None) -> Taken:
    """The steps that meet a state of an entity; without one, all that a block takes."""
    block = {name: body[name] for name in ("of", "where", "at", "with", "without") if name in body}
    taken = belonging(entity, _standing(take(world, block, each=entity.each if entity else None)), body)
    sure, maybe = (
        tuple(replace(each, entity=entity) for each in rows if _meets(body, entity, each))
        for rows in (taken.sure, taken.maybe)
    )
    return Taken(sure, maybe)


def _standing(taken: Taken) -> Taken:
    """What may be ruled out by `without` alone stands, marked so, until it is known to be."""
    return Taken(
        (*taken.sure, *(each for each in taken.maybe if each.open)),
        tuple(each for each in taken.maybe if not each.open),
    )


def _meets(body: Rule, entity: Entity | None, record: Record) -> bool:
    """Whether a step was made in this state, and while the members stood in their lists, if its time is known."""
    table = entity.each.table if entity else None
    if entity is not None and table and not stated(record.world, table, entity.each.row, record.at):
        return False
    return record.at is None or listed(record.world, body, entity, day_of(record.at))


def _of_case(body: Rule, records: tuple[Record, ...], case: object) -> list[Record]:
    own = [each for each in records if each.value(body["case"]) == case and each.at is not None]
    return sorted(own, key=lambda each: (each.instant, each.key))


def _answers(rule: Rule, entity: Entity | None, told: Record) -> str | None:
    """The entity's owner; of others whoever made the record that decides, if the rule names bearers."""
    if entity is None or (not entity.owned and "bearer" in rule):
        return told.bearer
    return entity.owner


def _told(body: Rule, entity: Entity | None, case: str) -> str:
    """What a case is known by: its own key, and the entity where that is not the same column."""
    if entity is None or (not entity.listed and set(entity.columns) == {body["case"]}):
        return case
    return f"{case} / {entity.key}"


def _case(rule: Rule, entity: Entity | None, case: str, own: list[Record], maybe: tuple[Record, ...]) -> Finding | None:
    body = rule["sequence"]
    first: dict[str, Record] = {}
    for each in own:
        first.setdefault(str(each.value(body["stage"])), each)
    wrong = next((each.by for each in _out_of_order(body["order"], first)), None)
    told = wrong or next((each for each in own if each.instant == own[-1].instant), None)
    if told is None or not _of_this_audit(rule, told):
        return None
    bearer, key = _answers(rule, told.entity, told), _told(body, entity, case)
    if not admits(rule, told.world, bearer, day_of(told.at or told.world.as_of)):
        return None
    if wrong is None:
        return Finding(rule["id"], "met", bearer, None, key)
    of_case = [each for each in maybe if each.value(body["case"]) in {None, case}]
    nameless = [each for each in own if each.value(body["stage"]) is None]
    open_ = any(each.open or (each.entity and each.entity.open) for each in own)
    verdict = "undetermined" if open_ or _could_be(body, first, [*of_case, *nameless]) else "breached"
    return Finding(rule["id"], verdict, bearer, None, key, "out_of_order")


def _of_this_audit(rule: Rule, told: Record) -> bool:
    """Whether the record that decides lies in the period and in the rule's own time."""
    force, day = rule.get("in_force", {}), day_of(told.at or told.world.as_of)
    inside = told.world.start <= day < told.world.end
    return inside and bool(force.get("from", date.min) <= day <= force.get("to", date.max))


def _could_be(body: Rule, first: Mapping[str, Record], rows: list[Record]) -> bool:
    """Whether rows that are not certain, each being one stage, could put a case in order."""
    known = {stage: each.instant for stage, each in first.items()}
    named = [stage.rstrip("?") for stage in body["order"]]
    last = max((index for index, stage in enumerate(named) if stage in known), default=0)
    left = frozenset((row, None if row.at is None else row.instant) for row in rows)
    return _filled(body, known, body["order"][: last + 1], None, left)


def _filled(
    body: Rule,
    known: Mapping[str, datetime],
    order: list[str],
    cap: datetime | None,
    left: frozenset[tuple[Record, datetime | None]],
) -> bool:
    """Whether the stages up to here can all come no later than the one after them, which came at `cap`.

    Tried from the last to the first, by every row that may be the stage; one of unknown time may have come at `cap`.
    """
    if not order:
        return True
    stage = order[-1].rstrip("?")
    there = known.get(stage)
    if there is not None and (cap is None or there <= cap):
        return _filled(body, known, order[:-1], there, left)
    if there is None and order[-1].endswith("?"):
        return _filled(body, known, order[:-1], cap, left)
    for row, at in left:
        fits = row.value(body["stage"]) in {None, stage} and (at is None or cap is None or at <= cap)
        if fits and _filled(body, known, order[:-1], cap if at is None else at, left - {(row, at)}):
            return True
    return False


@dataclass(frozen=True)
class Disorder:
    """A record that put a case out of order, the stage that is wanted, and the record that it is wanted before."""

    by: Record
    stage: str
    before: Record


def _out_of_order(order: list[str], first: Mapping[str, Record]) -> list[Disorder]:
    """Every stage that comes before, or without, an earlier one, in order of time.

    It is put out of order by the later stage, which lacks the earlier; where that may be left out, by the earlier,
    which comes too late.
    """
    wrong: list[Disorder] = []
    for index, stage in enumerate(order):
        found = first.get(stage.rstrip("?"))
        for earlier in order[:index] if found else []:
            name, optional = earlier.rstrip("?"), earlier.endswith("?")
            before = first.get(name)
            late = before is not None and found is not None and before.instant > found.instant
            if found and (late or (before is None and not optional)):
                wrong.append(Disorder(before if before and optional else found, name, found))
    return sorted(wrong, key=lambda each: (each.by.instant, each.by.key))
