"""What the bounds of a quota ask of a duty: pro rata, by a plan, an earlier window or a second measure."""

from datetime import date, timedelta
from fractions import Fraction

from tests.reference import bounds
from tests.reference.approval import authority, kept_for, perhaps, untold
from tests.reference.approval import told as authority_told
from tests.reference.bounds import Bound
from tests.reference.days import ONE, Span, each_day, months_later, span_around, span_named
from tests.reference.duties import COUNTED, DAILY, MISSING, NOT_OWED, Duty, counted, unclear
from tests.reference.expressions import Measure
from tests.reference.people import days_present, employed, perhaps_away
from tests.reference.records import Record, Taken, held, unreadable
from tests.reference.silence import silent
from tests.reference.world import Row, Rule, day_of, midnight


def limit_of(duty: Duty, bound: Bound) -> Fraction | str:
    if bound.plain:
        asked = bound.asked(duty.seen, duty.on)
        return MISSING if asked is None else _pro_rata(duty, bound, asked)
    if bound.block is not None:
        return _second(duty, bound, bound.block)
    if "authority" in bound.given:
        return _granted(duty, bound)
    found = _planned(duty, bound) if "plan" in bound.given else _previous(duty, bound)
    return MISSING if found is None else bound.times(found)


def _granted(duty: Duty, bound: Bound) -> Fraction | str:
    """The authority of the post held on the day that is asked; without any, where it is kept for the act, it is 0."""
    act, on = bound.given["authority"], _day_of_authority(duty)
    open_ = untold(duty.seen, act, on) and not authority_told(duty.seen, act, on)
    if duty.bearer is None or not kept_for(duty.world, act) or open_:
        return MISSING
    return bound.times(authority(duty.world, duty.bearer, act, on) or Fraction(0))


def _day_of_authority(duty: Duty) -> date:
    """The window's first day, of an entity's duty its last."""
    return duty.span[1] - ONE if duty.entity and duty.span else duty.on


def _allowed_otherwise(duty: Duty, bound: Bound, measured: Fraction) -> bool:
    """Whether a row of `authority` that can't be read, or does not say how far it goes, may allow so much."""

    def enough(height: Fraction) -> bool:
        return bound.kept(measured, bound.times(height), duty.world)

    act, on = bound.given["authority"], _day_of_authority(duty)
    return not bound.lower and (untold(duty.seen, act, on) or perhaps(duty.seen, act, on, enough))


def lessened(duty: Duty, bound: Bound) -> list[Fraction | str]:
    """What would be asked if one of the bearer's absences that can't be read were one; they are not added up."""
    asked = bound.asked(duty.seen, duty.on) if bound.plain else None
    rows = perhaps_away(duty.world, duty.bearer)
    return [] if asked is None else [_pro_rata(duty, bound, asked, row) for row in rows]


def _pro_rata(duty: Duty, bound: Bound, asked: Fraction, but_for: Row | None = None) -> Fraction | str:
    """The share owed by whoever was there for a part of the working days."""
    never = duty.entity is not None or duty.body.get("prorate") is False or duty.body.get("per") in DAILY
    name = Measure.read(duty.body.get("measure", "count")).name
    if never or not bound.lower or name not in bounds.PRORATED or duty.span is None or duty.part is None:
        return asked
    working = duty.world.days.count(*duty.span)
    present = days_present(duty.world, str(duty.bearer), duty.part, but_for)
    if bounds.nothing_left(bound, asked, present, working):
        return NOT_OWED
    return bounds.share_owed(bound, asked, present, working)


def _second(duty: Duty, bound: Bound, block: Rule) -> Fraction | str:
    """A second measure for the same bearer, entity and window; below its `minimum` nothing is owed."""
    taken = _measured_by(duty, bound)
    found = Measure.read(block.get("measure", "count")).over(taken.sure) if taken else None
    if found is None or found < bounds.number(block.get("minimum", found)):
        return NOT_OWED
    return bound.times(found)


def eased(duty: Duty, bound: Bound, measure: Measure) -> bool:
    """Whether rows that may count could move a bound that is a measure itself to the bearer's good.

    More rows only raise a count, so that they never ease what is asked at least.
    """
    taken = _measured_by(duty, bound)
    its = measure if bound.block is None else Measure.read(bound.block.get("measure", "count"))
    return taken is not None and not (bound.lower and its.name in COUNTED) and unclear(its, taken) > 0


def quiet(duty: Duty, bound: Bound) -> bool:
    """Whether the table that an upper bound is measured by was silent in its window, so that more may be allowed."""
    if bound.lower or duty.span is None or duty.part is None:
        return False
    if bound.block is not None:
        return silent(duty.world, bound.block, duty.bearer, duty.part)
    if bound.plain or "previous" not in bound.given:
        return False
    return silent(duty.world, duty.body, duty.bearer, _earlier(duty, int(bound.given["previous"])))


def _measured_by(duty: Duty, bound: Bound) -> Taken | None:
    """The records by which a bound is measured; None where it is none that is."""
    if bound.block is not None:
        block = {name: bound.block[name] for name in ("of", "where", "at", "with", "without") if name in bound.block}
        found, span = counted(duty, block, duty.span and duty.part), duty.span and duty.part
        there = [[each for each in rows if _there(each, span)] for rows in (found.sure, found.maybe)]
        return Taken(*map(tuple, there))
    if bound.plain or "previous" not in bound.given or duty.span is None:
        return None
    block = {name: duty.body[name] for name in ("of", "where", "at", "with", "without") if name in duty.body}
    return counted(duty, block, _earlier(duty, int(bound.given["previous"])))


def _there(record: Record, span: Span | None) -> bool:
    """Whether what has no time was on record as the window began, as an entity is that owes in it: a reading."""
    since = next((record.row[name] for name in ("created_at", "hired_on") if record.row.get(name)), None)
    if span is None or record.table is None or record.table.at is not None or record.rejected:
        return True
    return not isinstance(since, date) or record.world.instant(since) <= record.world.instant(midnight(span[0]))


def planned_otherwise(duty: Duty, bound: Bound, measured: Fraction) -> bool:
    """Whether a plan or authority that can't be read may be the one that counts, and is kept: a reading."""
    if not bound.plain and "authority" in bound.given:
        return _allowed_otherwise(duty, bound, measured)
    if bound.plain or bound.block is not None or "plan" not in bound.given or duty.span is None:
        return False
    known = _chosen(duty, bound)
    rows = [each.row for each in unreadable(duty.world, "plans") if _may_bind(duty, bound.given["plan"], each)]
    rows = [row for row in rows if known is None or not _outranked(row, known)]
    targets = [row["target"] for row in rows]
    return any(
        not isinstance(each, Fraction) or bound.kept(measured, bound.times(each), duty.world) for each in targets
    )


def _may_bind(duty: Duty, name: str, plan: Record) -> bool:
    """Whether a plan that can't be read may be the bearer's, or the department's, for the window, and in time."""
    row, per = plan.row, str(duty.body["per"])
    theirs = row["employee_id"] is None and (
        row["department"] is None or duty.world.named(row["department"]) == duty.seen.value("bearer.department")
    )
    return (
        (row["employee_id"] == duty.bearer or theirs)
        and row["measure"] in {None, name}
        and (row["period"] is None or span_named(per, str(row["period"])) == duty.span)
        and (plan.at is None or day_of(plan.at) <= duty.on)
    )


def _outranked(row: Row, known: Row) -> bool:
    """Whether the plan that counts is the bearer's own, and was approved later for certain."""
    mine, its = row["approved_at"], known["approved_at"]
    return bool(known["employee_id"] and isinstance(mine, date) and isinstance(its, date) and mine < its)


def _planned(duty: Duty, bound: Bound) -> Fraction | None:
    """The target of the plan that counts."""
    plan = _chosen(duty, bound)
    target = plan["target"] if plan else None
    return target if isinstance(target, Fraction) else None


def _chosen(duty: Duty, bound: Bound) -> Row | None:
    """The bearer's plan, else the department's; of several the latest approved by the first day.

    That of several approved at one time the first by key counts is the product's reading.
    """
    if duty.span is None or duty.bearer is None:
        return None
    department = duty.seen.value("bearer.department")
    rows = [each.row for each in _plans(duty, bound.given["plan"])]
    own = [row for row in rows if row.get("employee_id") == duty.bearer]
    theirs = [
        row for row in rows if row.get("employee_id") is None and duty.world.named(row.get("department")) == department
    ]
    by_key = sorted(own or (theirs if department is not None else []), key=lambda row: str(row["plan_id"]))
    return max(by_key, key=_approved, default=None)


def _plans(duty: Duty, name: str) -> list[Record]:
    per, span = str(duty.body["per"]), duty.span
    return [
        each
        for each in (Record(duty.world, row, duty.world.tables["plans"]) for row in duty.world.tables["plans"].accepted)
        if each.row["measure"] == name
        and span_named(per, str(each.row["period"])) == span
        and (each.at is None or day_of(each.at) <= duty.on)
    ]


def _approved(row: object) -> date:
    moment = row["approved_at"]  # type: ignore[index] # a row of plans
    return day_of(moment) if isinstance(moment, date) else date.min


def _previous(duty: Duty, bound: Bound) -> Fraction | None:
    """The same measure n windows earlier: missing if the bearer was not there throughout, or records begin later.

    That an entity which did not exist then has none either is the product's reading: the promise speaks of the bearer.
    """
    if duty.span is None:
        return None
    span = _earlier(duty, int(bound.given["previous"]))
    first = min((day_of(each.at) for each in held(duty.world, duty.body["of"]) if each.at), default=date.max)
    there = duty.bearer is None or all(employed(duty.world, duty.bearer, day) for day in each_day(*span))
    existed = duty.entity is None or duty.entity.owes(*span)
    if not there or not existed or span[0] < first:
        return None
    taken = _measured_by(duty, bound)
    return Measure.read(duty.body.get("measure", "count")).over(taken.sure) if taken else None


def _earlier(duty: Duty, count: int) -> Span:
    per, day = str(duty.body["per"]), duty.on
    length = {"month": 1, "quarter": 3, "year": 12}
    if per in length:
        return span_around(per, months_later(day, -count * length[per]))
    if per == "working_day":
        day = duty.world.days.before(day, count, "working_days")
        return day, day + ONE
    return span_around(per, day - timedelta(days=count * (7 if per == "week" else 1)))
