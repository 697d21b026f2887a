"""What was owed and why: the bearer on the day, absences, working days, the bound and where it comes from."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from compliance.calendar import ONE_DAY
from compliance.kinds.dues import By
from compliance.kinds.quota import Quota
from compliance.language.blocks import Bound, Bounds, ParameterRef
from compliance.language.scope import UnknownName
from compliance.model.finding import Finding
from compliance.reports.answer import Value
from compliance.reports.words import plural
from compliance.roster import FIRST_DAY, Appointment, Away, Roster
from compliance.rulebook.loading import named_parameters
from compliance.why.changes import shown
from compliance.why.world import Judged, World
from compliance.windows import Per, span_of

_MICROSECOND = timedelta(microseconds=1)
_PUT_OFF = {"deadline", "response", "interval"}
_SAYS = {"at_least": "at least", "more_than": "more than", "at_most": "at most", "less_than": "less than"}


def appointment(roster: Roster, who: str | None, day: date) -> Appointment | None:
    """What somebody was on a day; None for whoever is not on the roster."""
    own = [each for each in roster.appointments if each.bearer == who]
    return next((each for each in own if each.since <= day < each.until), own[-1] if own else None)


def day_of_duty(finding: Finding, as_of: datetime) -> date:
    """The day by which a duty is judged: the window's first, else that of the act or due instant."""
    if finding.window:
        return finding.window.start.date()
    if finding.at is not None:
        return (finding.at - _MICROSECOND).date() if finding.at == finding.due else finding.at.date()
    return (as_of - _MICROSECOND).date()


def owed(world: World, judged: Judged, finding: Finding) -> Iterator[str]:
    """The sentences, from the person to the bound."""
    day = day_of_duty(finding, world.as_of)
    yield from _person(judged, finding, day)
    yield from _absence(world, judged, finding)
    yield from _working_days(judged, finding)
    yield from _bounds(world, judged, finding, day)
    yield from _due(world)


def _person(judged: Judged, finding: Finding, day: date) -> Iterator[str]:
    own = appointment(judged.ground.roster, finding.bearer, day)
    if finding.bearer is None:
        return
    if own is None:
        yield f"{finding.bearer} stands in the records; " + (
            "the roster does not know the id" if judged.ground.rostered else "there is no roster"
        )
        return
    name = f"{own.name} ({own.bearer})" if own.name else own.bearer
    level = f", level {own.level}" if own.level is not None else ""
    department = f" in {own.department}" if own.department else ""
    yield f"{name} on {day}: {own.position or 'no position'}{level}{department}"
    if own.hired_on:
        yield f"hired on {own.hired_on}" + (f", left after {own.left_on}" if own.left_on else "")
    elif own.left_on:
        yield f"left after {own.left_on}"


def _span(finding: Finding) -> tuple[date, date] | None:
    if finding.window:
        return finding.window.days
    if finding.due:
        last = (finding.due - _MICROSECOND).date()
        return last, last
    return (finding.at.date(), finding.at.date()) if finding.at else None


def _absence(world: World, judged: Judged, finding: Finding) -> Iterator[str]:
    """The absences on the days asked about, and those that put the due day off."""
    span = _span(finding)
    for away in judged.ground.roster.away:
        if span is None or away.bearer != _absentee(world, finding):
            continue
        told = f"away with an excuse from {away.since} to {away.until - ONE_DAY}"
        if _puts_off(world, judged.ground.roster, finding, away):
            yield f"{told}: what falls due on these days is due on {away.back}"
        elif away.since <= span[1] and away.until > span[0]:
            yield told


def _absentee(world: World, finding: Finding) -> str | None:
    """Whose absences lessen what is owed: the bearer's, or those of the person for whom it is owed."""
    kind = world.rule.rule.kind
    if not isinstance(kind, Quota) or not kind.by_entity or kind.person is None or finding.record is None:
        return finding.bearer
    key = finding.record.key
    return key.split(" / ")[kind.person] if len(kind.for_each) > 1 else key


def _puts_off(world: World, roster: Roster, finding: Finding, away: Away) -> bool:
    """Whether a duty falls due on the day back from an absence in which nobody was in charge."""
    if world.rule.rule.kind.name not in _PUT_OFF or finding.due is None:
        return False
    charge = (each for each in roster.charge if each.bearer == away.bearer)
    covered = any(each.since < away.until and each.until > away.since for each in charge)
    return away.back == (finding.due - _MICROSECOND).date() and not covered


def _working_days(judged: Judged, finding: Finding) -> Iterator[str]:
    row = judged.rows.get(finding.id, {})
    if finding.window and row.get("present") is not None and row.get("total") is not None:
        yield f"present on {row['present']} of {row['total']} working days of {finding.window}"


def _bounds(world: World, judged: Judged, finding: Finding, day: date) -> Iterator[str]:
    kind: object = world.rule.rule.kind
    if not isinstance(kind, Bounds):
        return
    if not kind.bounds():
        yield "at least 1, since the rule names no bound"
    for key, bound in kind.bounds():
        yield f"{_SAYS[key]} {_source(world, judged, finding, bound, day)}"


def _source(world: World, judged: Judged, finding: Finding, bound: Bound, day: date) -> str:  # noqa: PLR0911 a case a source
    times = f", times {_times(bound)}" if bound.times is not None else ""
    if bound.number is not None:
        return f"{shown(bound.number)}, a number of the rule{times}"
    if bound.parameter is not None:
        return f"the parameter {bound.parameter}{times}"
    if bound.plan is not None:
        measure = str(_held(world, bound.plan, day))
        return f"the plan for {measure}{times}: {_plan(world, judged, finding, measure)}"
    if bound.authority is not None:
        return f"the authority for {bound.authority}{times}: {_grant(judged, finding, bound.authority, day)}"
    if bound.previous is not None:
        present = f", of who was there for {_share(bound)} of the working days" if bound.present is not None else ""
        back = plural(int(str(_held(world, bound.previous, day))), "window")
        return f"the same measure {back} earlier{times}{present}{_reckoned(world, finding, bound, day)}"
    if bound.of is not None:
        reckoned = _reckoned(world, finding, bound, day)
        return f"a second measure, {bound.measure} of {bound.of}{times}{reckoned}"
    return f"{bound.expression}{times}"


def _held(world: World, given: object, day: date) -> object:
    """What a key says on a day; before its first value that of a parameter holds, too."""
    if not isinstance(given, ParameterRef):
        return given
    steps = world.parameters.values[world.parameters.full_name(given.parameter, world.rule.rule.id.split(".", 1)[0])]
    return next((each.value for each in reversed(steps) if each.since is None or each.since <= day), steps[0].value)


def _reckoned(world: World, finding: Finding, bound: Bound, day: date) -> str:
    """Which number was multiplied, where the required one tells it: of two bounds it is that of one of them only."""
    kind: object = world.rule.rule.kind
    if finding.required is None or not isinstance(kind, Bounds) or len(kind.bounds()) > 1:
        return ""
    required = Decimal(str(finding.required))
    if bound.times is None:
        return f": {shown(required)}"
    times = Decimal(str(_held(world, bound.times, day)))
    number = required / times if times else None
    if number is None or number * times != required:
        return ""
    return f": {shown(number)} x {shown(times)} = {shown(required)}"


def _share(bound: Bound) -> str:
    return str(getattr(bound.present, "parameter", bound.present))


def _times(bound: Bound) -> str:
    return str(getattr(bound.times, "parameter", bound.times))


def _plan(world: World, judged: Judged, finding: Finding, measure: str) -> str:
    """The plan row that counts: the bearer's own before the department's, then the latest approved in time."""
    if "plans" not in world.tables or finding.window is None:
        return "no plans are kept"
    start = finding.window.start.date()
    own = appointment(judged.ground.roster, finding.bearer, start)
    rows = [
        (row.get("employee_id") != finding.bearer, row)
        for row in world.records("plans", most=1_000_000)
        if row.get("measure") == measure and _is_for(row, start, world) and _whose(row, finding, own)
    ]
    known = [(after, row) for after, row in rows if not row.get("approved_at") or _date(row["approved_at"]) <= start]
    if not known:
        return "none is in force"
    first = min(after for after, _ in known)
    row = max((row for after, row in known if after == first), key=lambda row: str(row.get("approved_at") or ""))
    whose = "the bearer's own" if not first else "the department's"
    approved = f", approved {shown(row['approved_at'])}" if row.get("approved_at") else ""
    return f"plans {row['_key']}, {whose}, for {row.get('period')}: {shown(row.get('target'))}{approved}"


def _is_for(row: dict[str, Any], start: date, world: World) -> bool:
    quota = world.rule.rule.quota
    per = Per(quota.per) if quota and quota.per else None
    written = str(row.get("period") or "")
    return per is not None and written in {span_of(start, per).label(per), start.isoformat()}


def _whose(row: dict[str, Any], finding: Finding, own: Appointment | None) -> bool:
    if row.get("employee_id"):
        return bool(row["employee_id"] == finding.bearer)
    return own is not None and row.get("department") == own.department


def _date(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _grant(judged: Judged, finding: Finding, act: str, day: date) -> str:
    kept = [each for each in judged.ground.grants if each.act == act]
    if not kept:
        return "none is kept for it"
    own = appointment(judged.ground.roster, finding.bearer, day)
    fitting = [each for each in kept if own and each.fits(own.position, own.level) and each.since <= day < each.until]
    if not fitting:
        return "the position has none, so 0"
    best = max(fitting, key=lambda each: each.rank)
    level = f", level {best.level}" if best.level is not None else ""
    since = f", in force from {best.since}" if best.since > FIRST_DAY else ""
    most = shown(best.at_most) if best.at_most is not None else "nothing"
    return f"up to {most} for {best.position or 'anyone'}{level}{since}"


def _due(world: World) -> Iterator[str]:
    """The terms of what is due."""
    kind = world.rule.rule.kind
    if kind.name == "deadline":
        by = getattr(kind, "by", None)
        told = _by(by)
        yield f"owed every {getattr(kind, 'every', '')}, due {told}".replace("_", " ")
    for name in ("within", "by", "at_most", "due"):
        if kind.name in {"response", "precedence", "interval", "fulfilment"} and (given := getattr(kind, name, None)):
            yield f"{name.replace('_', ' ')}: {getattr(given, 'parameter', None) or given}"


def _by(by: Any) -> str:  # noqa: ANN401 one of the kinds of a due day
    """The terms of a due day as the rule writes them."""
    if isinstance(by, str) or not isinstance(by, By):
        return f"{getattr(by, 'parameter', by)} after the period"
    idle = {"roll"} if by.roll == "none" else set[str]()
    idle |= {"month"} if by.day is None and "month" not in by.model_fields_set else set()
    given = {name: getattr(by, name) for name in By.model_fields if name not in idle}
    told = {name: getattr(value, "parameter", value) for name, value in given.items() if value is not None}
    return ", ".join(f"{name.rstrip('_')} {_plain(value)}" for name, value in told.items())


def _plain(value: object) -> str:
    """A term as people write it: 18:00 and no seconds that nobody gave."""
    return f"{value:%H:%M}" if isinstance(value, time) and not value.second else str(value)


def values(world: World, finding: Finding) -> Iterator[Value]:
    """The parameters that the rule names, as they were on the day."""
    day, known = day_of_duty(finding, world.as_of), world.parameters
    prefix = world.rule.rule.id.split(".", 1)[0]
    seen: set[str] = set()
    for name in named_parameters(world.rule):
        try:
            full = known.full_name(name, prefix)
        except UnknownName:
            continue
        if full in seen:
            continue
        seen.add(full)
        steps = [each for each in known.values[full] if each.since is None or each.since <= day]
        if not steps:
            yield Value(full, "not in force", "no value from this day")
            continue
        last = steps[-1]
        value = ", ".join(map(shown, last.value)) if isinstance(last.value, tuple) else shown(last.value)
        since = f"from {last.since}, " if last.since else ""
        yield Value(full, value, f"{since}source: {last.source}")
