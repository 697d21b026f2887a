"""One finding as an answer: owed, read, decided, by how much, and what would have met it."""

from collections.abc import Iterator, Mapping
from typing import Any

from compliance.assess.account import people
from compliance.kinds.fulfilment import Fulfilment
from compliance.kinds.limit import Limit
from compliance.kinds.reconciliation import Reconciliation
from compliance.language.blocks import Bounds
from compliance.model.finding import Finding, How, Verdict
from compliance.model.names import Namer
from compliance.reports.answer import Answer, Duty, Read
from compliance.reports.decided import Facts, decided, margin
from compliance.reports.words import plural
from compliance.rulebook.loading import LoadedRule
from compliance.why.cures import cures
from compliance.why.owed import appointment, owed, values
from compliance.why.read import REJECTED, own, read, silent_days
from compliance.why.world import Judged, World

_READ = "once they can be read, or a `set_aside` by whoever has looked at them"
_MENDED = {
    "absence": f"the rejected rows of absences, {_READ}",
    "appointment": f"the rejected rows of appointments, {_READ}",
    "unread_approval": f"the rows of approvals that can't be read or tell too little, {_READ}",
    "unread_authority": f"the rows of authority that can't be read, {_READ}",
    "unread_plan": f"the rows of plans that can't be read, {_READ}",
    "untold": "the height of the authority of whoever approved it",
}
_ABSENT = "on leave or not employed, so nothing was owed"


def duty(loaded: LoadedRule, assumed: tuple[str, ...]) -> Duty:
    """The rule in the words that a reader is shown."""
    info = loaded.info
    return Duty(
        id=info.id,
        title=info.title,
        force=info.force,
        clause=info.clause,
        clause_text=info.clause_text,
        document=info.document,
        asks=info.asks,
        assumed=assumed,
    )


def answer(world: World, judged: Judged, finding: Finding, told: Duty) -> Answer:
    """The whole answer on one finding."""
    namer, row = Namer(people(judged.ground)), judged.rows.get(finding.id, {})
    due, done, bound = finding.due, row.get("done"), _bound(world, finding)
    approver = namer.person(finding.approver) if finding.approver else None
    facts = Facts(finding.verdict, finding.how, finding.measured, finding.required, bound, due, done, approver)
    looked = tuple(read(world, judged, finding, own(world, judged, finding)))
    cause = finding.cause or (_unowed(world, judged, finding) if finding.verdict is Verdict.NOT_APPLICABLE else None)
    return Answer(
        finding=finding.id,
        verdict=finding.verdict,
        how=finding.how,
        message=finding.message,
        duties=(told,),
        bearer=namer.person(finding.bearer) if finding.bearer else None,
        responsible=namer.person(finding.responsible) if finding.responsible else None,
        window=finding.window,
        record=finding.record,
        measured=finding.measured,
        required=finding.required,
        arithmetic=finding.arithmetic,
        due=due,
        done=done,
        owed=tuple(owed(world, judged, finding)),
        values=tuple(values(world, finding)),
        read=looked,
        cause=cause,
        decided=decided(facts, cause=cause, kind=world.rule.rule.kind.name),
        margin=margin(facts),
        would_decide=tuple(_would_decide(world, judged, finding, looked)),
        cures=cures(world, judged, finding),
    )


def _bound(world: World, finding: Finding) -> str | None:
    """The key of the bound that the measure is compared with."""
    kind: object = world.rule.rule.kind
    if isinstance(kind, Reconciliation):
        return "declared"
    if isinstance(kind, Fulfilment):
        return "at_least"
    if not isinstance(kind, Bounds) or finding.measured is None:
        return None
    sides = [side for side in (kind.lower, kind.upper) if side]
    if finding.how is How.OVER or (isinstance(kind, Limit) and not _below(finding)):
        sides.reverse()
    return sides[0][0] if sides else "at_least"


def _below(finding: Finding) -> bool:
    """Whether it is the lower bound that the value of an act does not keep."""
    if finding.how is How.SHORT:
        return True
    low = finding.measured is not None and finding.required is not None and finding.measured < finding.required
    return low and finding.approver is not None


def _unowed(world: World, judged: Judged, finding: Finding) -> str:
    """Why nothing was owed."""
    if finding.measured is not None and finding.required == 0 and finding.arithmetic:
        return f"the share of the days present is 0: {finding.arithmetic}"
    if _daily(world) and _was_absent(judged, finding):
        return _ABSENT
    if world.rule.rule.yields_to:
        return "nothing was owed by this rule, since another one comes first"
    if _compares_those_present(world):
        return "nothing was owed here: whoever was away for longer, now or then, is not held against an earlier window"
    return "nothing was owed here: what the rule compares with is not there, or too small to bind"


def _was_absent(judged: Judged, finding: Finding) -> bool:
    """Whether the bearer was away or not employed on the first day of the window."""
    if finding.window is None:
        return False
    day = finding.window.start.date()
    own = appointment(judged.ground.roster, finding.bearer, day)
    out = own is not None and ((own.hired_on or day) > day or (own.left_on or day) < day)
    away = judged.ground.roster.away
    return out or any(each.bearer == finding.bearer and each.since <= day < each.until for each in away)


def _daily(world: World) -> bool:
    rule = world.rule.rule
    per = rule.quota.per if rule.quota else rule.deadline.every if rule.deadline else None
    return per in {"day", "working_day"}


def _would_decide(world: World, judged: Judged, finding: Finding, looked: tuple[Read, ...]) -> Iterator[str]:
    """For what can't be told: the record or column that would decide it."""
    if finding.verdict is not Verdict.UNDETERMINED:
        return
    row, table = judged.rows.get(finding.id), world.rule.rule.kind.reads
    cause = row.get("cause") if row else None
    if cause is None:
        yield f"mend this: {finding.cause}" if finding.cause else "nothing that the records lack is known"
    elif cause == "silence":
        days = silent_days(world, judged, finding) or _first_silent(row)
        yield f"the records of {table}" + (f" of {', '.join(days[:5])}" if days else " of the silent days")
    elif cause == "silent_bound":
        days = _first_silent(row)
        yield f"the records that the bound is measured by, of {', '.join(days) or 'the silent days'}"
    elif cause == "doubt":
        rejected = _rejected(world, table, looked)
        it, them = ("it", "it") if rejected == 1 else ("they", "them")
        rows = f"{plural(rejected, 'rejected row')} of {table}, once {it} can be read"
        yield f"{rows if rejected else f'{table}, made whole'}, or a `set_aside` by whoever has looked at {them}"
    elif cause in _MENDED:
        yield _MENDED[cause]
    elif cause == "ruled_out":
        rows = f"the rows of {' and '.join(_ruling_out(world))} that can't be read or tell too little"
        yield f"{rows}, or a `set_aside` by whoever has looked at them"
    elif cause == "no_bound":
        yield "what the bound is taken from, recorded and in force on the day"
    else:
        record = f" of {finding.record.table} {finding.record.key}" if finding.record else ""
        yield f"the empty value{record} that the rule asks for: {world.rule.info.asks or 'its columns'}"
        further = getattr(world.rule.rule.kind, "with_", None) if cause == "null" else None
        if further is not None:
            yield f"the rows of {further.of} that can't be read or tell too little, or a `set_aside` of those"


def _first_silent(row: Mapping[str, Any] | None) -> list[str]:
    """The first day without records, as the verdict tells it."""
    silent = row.get("silent") if row else None
    return [silent.split()[0]] if silent else []


def _ruling_out(world: World) -> tuple[str, ...]:
    """The tables of which no record may match, or nothing is asked."""
    kind = world.rule.rule.kind
    first = (kind, getattr(kind, "after", None), getattr(kind, "before", None), *getattr(kind, "for_each", ()))
    further = (getattr(each, "without", None) for each in first)
    return tuple(dict.fromkeys(each.of for each in further if each is not None))


def _rejected(world: World, table: str, looked: tuple[Read, ...]) -> int:
    """How many rejected rows may be those that count: as many as are told as not counted, else all of the table."""
    told = sum(each.count for part in looked for each in part.apart if each.because.startswith(REJECTED))
    return told or (world.tables[table].rejected if table in world.tables else 0)


def _compares_those_present(world: World) -> bool:
    kind: object = world.rule.rule.kind
    return isinstance(kind, Bounds) and any(bound.present is not None for _, bound in kind.bounds())
