"""`sequence`: the stages of a case come in their order, by the first time that each occurs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.reference.entities import ANY, Entity, entities
from tests.reference.force import on_day
from tests.reference.records import Record, Taken, admits
from tests.reference.series import met
from tests.reference.world import Finding, Rule, World, day_of


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
    day = day_of(told.at or told.world.as_of)
    return told.world.start <= day < told.world.end and on_day(rule, told.world, day)


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
