"""`fulfilment`, `level` and `reconciliation`: what was delivered, what a running sum came to, what was declared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference import bounds
from tests.reference.acts import MISSING, NOT_OWED, RUNNING, answered, asked_of, may_be_eased, responsible, there
from tests.reference.bounds import number
from tests.reference.days import ONE
from tests.reference.duties import unnamed
from tests.reference.entities import ANY, Entity, entities
from tests.reference.expressions import Measure, evaluate
from tests.reference.force import on_day
from tests.reference.people import employed
from tests.reference.records import Record, Taken, admits, named_by, take
from tests.reference.second import span_of
from tests.reference.series import met
from tests.reference.silence import silent
from tests.reference.world import Finding, Rule, World, day_of, midnight

NOTHING = Fraction(0)


# --- fulfilment -----------------------------------------------------------------------------


def fulfilment(rule: Rule, world: World) -> list[Finding]:
    """Each obligation is delivered in full by the end of its due day."""
    found = (_fulfilled(rule, record) for record in responsible(rule, rule["fulfilment"], world))
    return [each for each in found if each]


def _fulfilled(rule: Rule, record: Record) -> Finding | None:
    body, world = rule["fulfilment"], record.world
    due = evaluate(body["due"], record)
    if not isinstance(due, date) or not _owed_by(record, day_of(due)):
        return None
    end = midnight(day_of(due) + ONE)
    if world.instant(end) <= world.instant(midnight(world.start)):
        return None
    to = world.instant(midnight(world.end))
    if world.instant(end) > to and (record.at is None or record.instant >= to):  # not begun in this period
        return None
    wanted = evaluate(body["quantity"], record)
    less = number(world.setting(body.get("tolerance", 0), day_of(record.at or world.as_of)))
    required = wanted * (1 - less) if isinstance(wanted, Fraction) else None
    taken = take(world, body["delivered"], this=record)
    in_time = [each for each in taken.sure if each.at is not None and each.instant < world.instant(end)]
    if _enough(body, in_time, required):
        return Finding(rule["id"], "met", record.bearer_is, None, record.told)
    if world.instant(end) > min(world.instant(world.as_of), world.instant(midnight(world.end))):
        return Finding(rule["id"], "pending", record.bearer_is, None, record.told)
    how = _how(body, list(taken.sure), required)
    amount = body["delivered"].get("quantity", "quantity")
    unweighed = [each for each in taken.sure if each.at is not None and evaluate(amount, each) is None]
    maybe = any(each.at is None or each.instant < world.instant(end) for each in (*taken.maybe, *unweighed))
    verdict = "undetermined" if maybe or record.open else "breached"
    return Finding(rule["id"], verdict, record.bearer_is, None, record.told, how)


def _owed_by(record: Record, day: date) -> bool:
    """Nothing is owed for a day outside employment; what is nobody's is told."""
    return record.bearer_is is None or employed(record.world, record.bearer_is, day)


def _how(body: Rule, records: list[Record], required: Fraction | None) -> str:
    """Late where it came in full at last, partial where some came, missing where nothing did: what was given back too.

    That what was taken back whole never came is a reading, and that what had come in full, late, was late, though some
    of it was given back after that.
    """
    moments = {each.instant for each in records if each.at is not None}
    so_far = ([each for each in records if each.at is not None and each.instant <= moment] for moment in moments)
    if any(_enough(body, some, required) for some in so_far):
        return "late"
    return "partial" if _brought(body, records) > 0 else "missing"


def _enough(body: Rule, records: list[Record], required: Fraction | None) -> bool:
    if required is None:
        return bool(records)
    return _brought(body, records) >= required


def _brought(body: Rule, records: list[Record]) -> Fraction:
    return sum((_amount(body["delivered"].get("quantity"), each) for each in records), NOTHING)


def _amount(text: str | None, record: Record) -> Fraction:
    found = evaluate(text or "quantity", record)
    return found if isinstance(found, Fraction) else NOTHING


# --- level ----------------------------------------------------------------------------------


def level(rule: Rule, world: World) -> list[Finding]:
    """One finding for each excursion of a running sum, known by its first record; of what stayed within, one."""
    told = ((own, _excursions(rule, world, own)) for own in _levels(rule, world))
    return [each for own, found in told for each in (found or _stayed(rule, world, own))]


def _levels(rule: Rule, world: World) -> Iterator[Taken]:
    """The steps of each level: of an entity in all its states, or of each bearer where the rule names bearers only."""
    found = entities(world, rule["level"], None, ANY, standing=True)
    states: dict[str, list[Entity | None]] = {}
    for each in [None] if found is None else found:
        states.setdefault("" if each is None else each.key, []).append(each)
    for several in states.values():
        steps = [met(rule["level"], world, each, _answering(rule, each)) for each in several]
        sure = tuple(each for some in steps for each in some.sure if each.at is not None)
        taken = Taken(sure, tuple(each for some in steps for each in some.maybe))
        first = several[0]
        alone = first is not None and (first.owned or unnamed(rule, first) or named_by(rule) is not None)
        yield from [taken] if alone else _of_bearers(taken)


def _answering(rule: Rule, entity: Entity | None) -> Callable[[Record], Record]:
    return lambda record: answered(rule, record, entity)


def _of_bearers(taken: Taken) -> Iterator[Taken]:
    for person in dict.fromkeys(each.bearer for each in taken.sure):
        own = tuple(each for each in taken.sure if each.bearer == person)
        maybe = (each for each in taken.maybe if each.bearer == person or (each.rejected and each.bearer is None))
        yield Taken(own, tuple(maybe))


@dataclass(frozen=True)
class State:
    """Where a level stands: within, short, over, running (a bound still moves) or null (one is not known).

    `asked` is the bound that was left, `eased` tells that rows which can't be read may have kept it, `bound` whether
    anything bound it.
    """

    name: str
    asked: Fraction | None = None
    eased: bool = False
    bound: bool = True


def _state(rule: Rule, record: Record, total: Fraction) -> State:
    """By the bounds of one record, the first of its instant."""
    asked = [(bound, asked_of(rule, bound, record)) for bound in bounds.read(rule["level"])]
    for bound, most in asked:
        if isinstance(most, Fraction) and not bound.kept(total, most, record.world):
            return State(bound.how, most, may_be_eased(rule, bound, record, total))
    left = [most for _, most in asked]
    name = "running" if RUNNING in left else "null" if MISSING in left else "within"
    return State(name, bound=any(most != NOT_OWED for most in left))


def _states(rule: Rule, own: Sequence[Record]) -> list[tuple[Record, Fraction, State]]:
    """The level after each instant, oldest first, and where it stands then; with the first record of each."""
    measure = Measure.read(rule["level"]["measure"])
    found = []
    for moment in sorted({each.instant for each in own}):
        first = min((each for each in own if each.instant == moment), key=lambda each: each.told)
        total = measure.over([each for each in own if each.instant <= moment]) or NOTHING
        found.append((first, total, _state(rule, first, total)))
    return found


def _excursions(rule: Rule, world: World, steps: Taken) -> list[Finding]:
    measure = Measure.read(rule["level"]["measure"])
    untold = [
        *steps.maybe,
        *(each for each in steps.sure if each.open),
        *(each for each in steps.sure if evaluate(measure.of or "", each) is None),
    ]
    findings: list[Finding] = []
    before = "within"
    for first, total, state in _states(rule, steps.sure):
        if state.name not in {"within", before} and _in_period(world, first) and _binds(rule, world, first):
            unclear = any(other.at is None or other.instant <= first.instant for other in untold)
            unclear = unclear or any(other.entity and other.entity.open for other in steps.sure)
            findings.append(_excursion(rule, first, total, state, unclear=unclear))
        before = state.name
    return findings


def _in_period(world: World, record: Record) -> bool:
    return world.start <= day_of(record.at or world.as_of) < world.end


def _excursion(rule: Rule, record: Record, total: Fraction, state: State, *, unclear: bool) -> Finding:
    """The excursion, in the audit of its first record."""
    if state.name == "running":
        return Finding(rule["id"], "pending", record.bearer_is, None, record.key)
    open_ = unclear or state.eased or state.name == "null"
    how = None if state.name == "null" else state.name
    told: dict[str, Any] = {"how": how, "measured": total, "required": state.asked}
    return Finding(rule["id"], "undetermined" if open_ else "breached", record.bearer_is, None, record.key, **told)


def _binds(rule: Rule, world: World, record: Record) -> bool:
    """Whether the rule was in force on the day of a step, and asks whose level it moves, if employed then."""
    day = day_of(record.at or world.as_of)
    return on_day(rule, world, day) and admits(rule, world, record.bearer_is, day) and there(record)


def _stayed(rule: Rule, world: World, steps: Taken) -> list[Finding]:
    """Met, where nothing left its bounds in the period and nothing was outside them as it began.

    That it is told by the last step, up to the period's end, that the rule binds is a reading.
    """
    own = sorted(steps.sure, key=lambda each: (each.instant, each.told))
    start, end = (world.instant(midnight(day)) for day in (world.start, world.end))
    binding = [each for each in own if each.instant < end and _binds(rule, world, each)]
    states = [(first.instant, state) for first, _, state in _states(rule, own) if first.instant < end]
    seen = [*(state for moment, state in states if moment < start)][-1:]
    seen += [state for moment, state in states if moment >= start]
    if not binding or any(state.name != "within" for state in seen):
        return []
    last = binding[-1]
    verdict = "met" if any(state.bound for _, state in states) else "not_applicable"
    return [Finding(rule["id"], verdict, last.bearer_is, None, last.entity.key if last.entity else None)]


# --- reconciliation -------------------------------------------------------------------------


def reconciliation(rule: Rule, world: World) -> list[Finding]:
    """What was declared equals what the records show."""
    records = [each for each in responsible(rule, rule["reconciliation"], world) if there(each)]
    return [_reconciled(rule, each) for each in records if world.start <= day_of(each.at or world.as_of) < world.end]


def _reconciled(rule: Rule, record: Record) -> Finding:
    body, world = rule["reconciliation"], record.world
    against = body["against"]
    declared = evaluate(body["declared"], record)
    span = _window(against, record)
    names = ("of", "where", "at", "match", "with", "without")
    block = {name: against[name] for name in names if name in against}
    taken = take(world, block, this=record)
    shown = Measure.read(against.get("measure", "count")).over([each for each in taken.sure if _in(each, span)])
    if not isinstance(declared, Fraction) or shown is None or ("window" in against and span is None):
        return Finding(rule["id"], "undetermined", record.bearer_is, None, record.told)
    more: dict[str, Any] = {"measured": shown, "required": declared}
    if span is not None and world.instant(midnight(span[1])) > world.instant(world.as_of):
        return Finding(rule["id"], "pending", record.bearer_is, None, record.told)
    if abs(declared - shown) <= number(world.setting(body.get("tolerance", 0), day_of(record.at or world.as_of))):
        return Finding(rule["id"], "met", record.bearer_is, None, record.told, **more)
    unclear = record.open or any(each.at is None or _in(each, span) for each in taken.maybe)
    if span is not None and declared > shown:  # what was not written down can only be too little
        unclear = unclear or silent(world, block, record.bearer_is, span, did=record.speaks_of)
    return Finding(
        rule["id"], "undetermined" if unclear else "breached", record.bearer_is, None, record.told, "differs", **more
    )


def _window(against: Rule, record: Record) -> tuple[date, date] | None:
    """The span that the declaration is about, by the text of its period, or by a day."""
    return span_of(evaluate(against["window"], record)) if "window" in against else None


def _in(record: Record, span: tuple[date, date] | None) -> bool:
    return span is None or (record.at is not None and span[0] <= day_of(record.at) < span[1])
