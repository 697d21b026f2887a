"""`prohibition`, `condition` and `limit`: what is judged on each record by itself, at the time of the act."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.reference import bounds
from tests.reference.approval import UNKNOWN, Asked, approved, authority_of, kept_for, perhaps, told, untold
from tests.reference.bounds import Bound
from tests.reference.days import duration
from tests.reference.entities import Entity, entities
from tests.reference.expressions import evaluate, holds
from tests.reference.force import on_day
from tests.reference.people import employed, on_roster
from tests.reference.records import NOBODY, Record, admits, fits, held, matches, stands, stated
from tests.reference.second import Second
from tests.reference.world import Finding, Rule, World, day_of, midnight

MISSING, NOT_OWED, RUNNING = "missing", "not owed", "running"
"""Of a bound: it is null, it asks nothing, or it still moves."""


def prohibition(rule: Rule, world: World) -> list[Finding]:
    """What must not happen did, for each record that the block takes."""
    return [
        _spared(rule, "prohibition", record, _forbidden(rule, record)) for record in _acts(rule, "prohibition", world)
    ]


def condition(rule: Rule, world: World) -> list[Finding]:
    """Each record satisfies `must`."""
    return [
        _spared(rule, "condition", record, _conditional(rule, record)) for record in _acts(rule, "condition", world)
    ]


def limit(rule: Rule, world: World) -> list[Finding]:
    """Each record's value, or what it adds up to, stays within the bounds."""
    block = rule["limit"]
    met = _met(rule, block, world) if "split" in block else ()
    pieces = [each for each in met if each.at is not None and _taken(block, each) is True]
    found = ((record, _limited(rule, record, pieces)) for record in _acts(rule, "limit", world))
    return [_spared(rule, "limit", *each) for each in found]


def _spared(rule: Rule, kind: str, record: Record, found: Finding) -> Finding:
    """An act that a row of `without` may rule out is open: that nobody can read the row is no null of the act's own."""
    own = {name: rule[kind][name] for name in ("where", "with") if name in rule[kind]}
    ruled_out = _taken(rule[kind], record) is None and fits(record, own, None) is True
    if ruled_out and found.verdict == "breached":
        return _finding(rule, record, "undetermined", because="it may be ruled out")
    return found


# --- which records --------------------------------------------------------------------------


def responsible(rule: Rule, block: Rule, world: World) -> Iterator[Record]:
    """The records of which a block asks something, of any time, by whoever the rule makes responsible."""
    for met in _met(rule, block, world):
        record = stands(met, block)
        if record is None or record.at is None:
            continue
        record = replace(record, open=record.open or (record.entity is not None and record.entity.open))
        if on_day(rule, record.world, _day(record)) and _admitted(rule, record, record.bearer_is):
            yield record


def _acts(rule: Rule, kind: str, world: World) -> Iterator[Record]:
    """The records of the audited period for which `where` is not false, each with whom it makes responsible."""
    for record in _met(rule, rule[kind], world):
        binds = _in_period(record) and on_day(rule, world, _day(record))
        asked = binds and _admitted(rule, record, record.bearer_is) and there(record)
        if asked and _taken(rule[kind], record) is not False:
            yield record


def there(record: Record) -> bool:
    """Whether whoever answers for what another did was employed that day: nothing is owed for a day outside it."""
    who = record.bearer_is
    return who is None or who == record.doer or record.at is None or employed(record.world, who, _day(record))


def _met(rule: Rule, block: Rule, world: World) -> Iterator[Record]:
    """Every record of the table with who owes, with `for_each` once for each entity that it belongs to."""
    given = next((part["for_each"] for part in rule.values() if isinstance(part, Mapping) and "for_each" in part), None)
    table = world.tables[block["of"]]
    for record in held(world, block["of"], block.get("at")):
        if not stated(world, table, record.row, None):
            continue  # of a history the state of `as_of` is asked
        if given is None:
            yield answered(rule, record, None)
        # Of columns the record's own values are the entity, whether `where` takes it for certain or not.
        asked = {"of": block["of"], "for_each": given} | ({"at": block["at"]} if "at" in block else {})
        for entity in entities(world, asked, _day(record), record.at) or () if given else ():
            if entity.belongs(record, block.get("match")):
                yield answered(rule, record, entity)


def answered(rule: Rule, record: Record, entity: Entity | None) -> Record:
    """The record, of an entity, with who answers for it.

    Where that is meant to be nobody, `bearer.` is whoever did it: a reading.
    """
    met, nobody = record, _who(rule) == NOBODY
    if entity is not None:
        met = replace(record, each=entity.each, entity=entity, told_as=" / ".join((record.key, *entity.listed)))
        nobody = nobody or ("bearer" not in rule and not entity.owned)
    bearer = _bearer(rule, met) if entity is None else _owner(rule, met, entity)
    return replace(met, bearer_is=bearer, decided=True, speaks_of=met.bearer if nobody else None)


def _who(rule: Rule) -> object:
    return rule.get("bearer", {}).get("who")


def _owner(rule: Rule, record: Record, entity: Entity) -> str | None:
    """The entity's owner; a list's members are nobody's, unless the rule names bearers: then whoever did it."""
    if "who" in rule.get("bearer", {}) or (not entity.owned and "bearer" in rule):
        return _bearer(rule, record)
    return entity.owner if entity.owned else None


def _taken(block: Rule, record: Record) -> bool | None:
    own = {name: block[name] for name in ("where", "with", "without") if name in block}
    found = fits(record, own, None)
    return None if found and record.entity is not None and record.entity.open else found


def _bearer(rule: Rule, record: Record) -> str | None:
    """Whom `who` names, else whoever did it."""
    who = _who(rule)
    if who is None:
        return record.bearer
    return None if who == NOBODY else on_roster(record.world, evaluate(str(who), record))


def _admitted(rule: Rule, record: Record, bearer: str | None) -> bool:
    return admits(rule, record.world, bearer, _day(record))


def _day(record: Record) -> date:
    return day_of(record.at or record.world.as_of)


def _in_period(record: Record) -> bool:
    """Happened in the audited period; a record without a time of its own is judged in every audit, once it is there."""
    if record.at is not None:
        return record.world.start <= day_of(record.at) < record.world.end
    created, hired = record.row.get("created_at"), record.row.get("hired_on")
    if isinstance(created, datetime):
        return created <= record.world.as_of
    return not isinstance(hired, date) or midnight(hired) < record.world.as_of


# --- verdicts -------------------------------------------------------------------------------


def _finding(rule: Rule, record: Record, verdict: str, **more: Any) -> Finding:  # noqa: ANN401 fields of a finding
    return Finding(rule["id"], verdict, record.bearer_is, None, record.told, **more)


def _forbidden(rule: Rule, record: Record) -> Finding:
    block = rule["prohibition"]
    if _taken(block, record) is None and block.get("if_null") != "breached":
        return _finding(rule, record, "undetermined", because="where is null")
    return _breached(rule, block, record, None, how="forbidden")


def _conditional(rule: Rule, record: Record) -> Finding:
    block = rule["condition"]
    where, must = _taken(block, record), holds(block["must"], record)
    if where is True and must is True:
        return _finding(rule, record, "met")
    if (where is None or must is None) and block.get("if_null") != "breached":
        return _finding(rule, record, "undetermined", because="a null")
    return _breached(rule, block, record, None, how="false")


def _breached(rule: Rule, block: Rule, record: Record, value: Asked, **more: Any) -> Finding:  # noqa: ANN401
    """Breached, unless it was approved: in time it is met, later `ratified_late`."""
    granted = approved(record, _act(block, record), value) if block.get("unless") == "approved" else None
    if granted == "in_time":
        return _finding(rule, record, "met", **{name: more[name] for name in more if name != "how"})
    if granted == "open":
        return _finding(rule, record, "undetermined", because="an approval that can't be read")
    if granted == "late":
        more["how"] = "ratified_late"
    return _finding(rule, record, "breached", **more)


def _act(block: Rule, record: Record) -> str:
    """The name under `authority`, else the table's entity."""
    named = [each.given["authority"] for each in bounds.read(block) if _of_authority(each)]
    return str(named[0]) if named else str(record.table.entity if record.table else "")


def _of_authority(bound: Bound) -> bool:
    return bool(isinstance(bound.given, dict) and "authority" in bound.given)


# --- limit ----------------------------------------------------------------------------------


def _limited(rule: Rule, record: Record, pieces: list[Record]) -> Finding:
    block = rule["limit"]
    value = _value(rule, record, pieces)
    asked = [(bound, asked_of(rule, bound, record)) for bound in bounds.read(block)]
    if all(limit == NOT_OWED for _, limit in asked):
        return _finding(rule, record, "not_applicable")
    if _taken(block, record) is None or value is None:
        return _untold(rule, record, UNKNOWN if value is None else value)
    return _within(rule, record, value, asked)


def _untold(rule: Rule, record: Record, value: Asked) -> Finding:
    """What a null leaves open, unless the rule makes a breach of it."""
    block = rule["limit"]
    if block.get("if_null") == "breached":
        return _breached(rule, block, record, value, how=bounds.read(block)[-1].how)
    return _finding(rule, record, "undetermined", because="a null")


def _within(rule: Rule, record: Record, value: Fraction, asked: list[tuple[Bound, Fraction | str]]) -> Finding:
    """Breached where a bound is passed, whatever the other asks.

    What one asks that still runs is pending, below its minimum not owed, and where it is null open.
    """
    told = [(bound, most) for bound, most in asked if isinstance(most, Fraction)]
    for bound, most in told:
        if not bound.kept(value, most, record.world):
            said = {"how": bound.how, "measured": value, "required": most}
            found = _breached(rule, rule["limit"], record, value, **said)
            eased = may_be_eased(rule, bound, record, value)
            return _finding(rule, record, "undetermined", **said) if eased and found.verdict != "met" else found
    left = [most for _, most in asked if not isinstance(most, Fraction)]
    if RUNNING in left or NOT_OWED in left:
        return _finding(rule, record, "pending" if RUNNING in left else "not_applicable")
    if left:
        return _untold(rule, record, value)
    only = told[0][1] if len(told) == 1 else None
    return _finding(rule, record, "met", measured=value, required=only)


def may_be_eased(rule: Rule, bound: Bound, record: Record, value: Fraction) -> bool:
    """Whether rows that can't be read may raise a bound so far that it is kept."""
    if _of_authority(bound):

        def enough(height: Fraction) -> bool:
            return bound.kept(value, bound.times(height), record.world)

        act, on = bound.given["authority"], _day(record)
        return untold(record, act, on) or perhaps(record, act, on, enough)
    return bound.block is not None and _second(rule, bound, record).eased()


def asked_of(rule: Rule, bound: Bound, record: Record) -> Fraction | str:
    """What a bound asks; 0 without authority for an act that it is kept for, `missing` for what is null."""
    if _of_authority(bound):
        act = bound.given["authority"]
        if untold(record, act, _day(record)) and not told(record, act, _day(record)):
            return MISSING
        found = authority_of(record, act, _day(record)) or Fraction(0)
        return bound.times(found) if kept_for(record.world, act) and (record.bearer_is or record.speaks_of) else MISSING
    if bound.block is not None:
        return _asked_second(bound, _second(rule, bound, record))
    asked = bound.asked(record, _day(record))
    return MISSING if asked is None else asked


def _asked_second(bound: Bound, second: Second) -> Fraction | str:
    if second.running:
        return RUNNING
    found = None if second.untold else second.measured()
    if found is None:
        return MISSING
    return NOT_OWED if second.short(found) else bound.times(found)


def _second(rule: Rule, bound: Bound, record: Record) -> Second:
    entity = record.entity
    anybody = entity is not None and (entity.owned or "bearer" not in rule or _who(rule) == NOBODY)
    return Second(bound, record, entity, anybody)


def _value(rule: Rule, record: Record, pieces: list[Record]) -> Fraction | None:
    """The record's value, or with `split` the sum of those of the look-back."""
    split, block = rule["limit"].get("split"), rule["limit"]
    if split is None or evaluate(block["value"], record) is None:
        return _number(block["value"], record)
    own = [each for each in pieces if each.bearer_is == record.bearer_is and _alike(each, record)]
    same = [each for each in own if each.key != record.key and matches(each, split.get("same", ()), record)]
    near = [record, *(each for each in same if _looked_back(split, each, record))]
    return sum((_number(block["value"], each) or Fraction(0) for each in near), Fraction(0))


def _alike(one: Record, other: Record) -> bool:
    """Whether both are of one entity, where there are any."""
    return (one.entity and one.entity.key) == (other.entity and other.entity.key)


def _number(text: str, record: Record) -> Fraction | None:
    found = evaluate(text, record)
    return found if isinstance(found, Fraction) else None


def _looked_back(split: Rule, other: Record, record: Record) -> bool:
    within = record.world.setting(split["within"], _day(record))
    return look_back(record.world, within, record) <= other.instant <= record.instant


def look_back(world: World, within: str, record: Record) -> datetime:
    """The first instant of a look-back: n days back begin at 00:00 of that day, hours are exact."""
    count, unit = duration(within)
    if unit == "hours":
        return record.instant - timedelta(hours=count)
    return world.instant(midnight(world.days.before(_day(record), count, unit)))
