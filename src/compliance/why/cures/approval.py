"""An approval by somebody whose authority covers it, at the time of the act: what `unless: approved` asks for."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from compliance.kinds.limit import Limit
from compliance.model.finding import How
from compliance.model.types import ColumnType
from compliance.reports.decided import moment
from compliance.why.changes import Proposal, added, at_time, by, moved
from compliance.why.cures.case import MINUTE, Case
from compliance.why.owed import appointment
from compliance.why.read import counted

ASKED = 4
"""How many approvers are proposed at most."""


def approvals(case: Case) -> Iterator[Proposal]:
    """A decision that came late moved to the act; a decision of each who may have decided."""
    table, record, found = case.table("approvals"), case.own_record(), case.finding
    if table is None or record is None or found.record is None or not getattr(case.kind, "unless", None):
        return
    at = _by(case, found.at or case.world.as_of)
    if found.how is How.RATIFIED_LATE:
        keys = [key for name, key in counted(case.world, case.judged, found) if name == "approvals"]
        for row in case.world.records("approvals", keys):
            says = f"approvals {row['_key']} by {moment(at)} instead of {moment(row['_at'])}" if row["_at"] else ""
            yield Proposal(says, (moved(table, row, at, case.zone),), "approve earlier")
    act = _act(case)
    for who in _approvers(case, act, at.date()):
        values = {"act": act, "act_id": found.record.key, "decision": "granted", **by(table, who)}
        row = {**case.world.blank("approvals"), **values, **at_time(table, at, case.zone)}
        told = {name: value for name, value in values.items() if not name.startswith("_")}
        named = _named(case, who, at.date())
        says = f"an approval of {found.record.table} {found.record.key} by {named}, at the latest {moment(at)}"
        yield Proposal(says, (added(table, [row], told),), "approve")


def _by(case: Case, at: datetime) -> datetime:
    """At the act; of an act that has a day only, on that day. One recorded at 00:00 is no such act."""
    table, own = case.table(str(getattr(case.kind, "of", ""))), getattr(case.kind, "at", None)
    if table is None:
        return at
    dated = table.columns.get(own) is ColumnType.DATE if own is not None else table.at_is_date
    return at + MINUTE if dated else at


def _act(case: Case) -> str:
    """The act's name under `authority`, else the table's entity."""
    kind = case.kind
    if isinstance(kind, Limit) and kind.at_most and kind.at_most.authority:
        return kind.at_most.authority
    table = case.table(str(getattr(kind, "of", "")))
    return table.entity[0] if table else ""


def _approvers(case: Case, act: str, day: date) -> list[str]:
    """Those who may decide, the bearer's superior first, then whoever has least authority that is enough."""
    roster, grants = case.judged.ground.roster, [each for each in case.judged.ground.grants if each.act == act]
    own = appointment(roster, case.finding.bearer, day)
    value = Decimal(case.finding.measured) if case.finding.measured is not None else None
    found: list[tuple[bool, Decimal, str]] = []
    for each in roster.appointments:
        left = each.left_on is not None and each.left_on < day
        if each.bearer == case.finding.bearer or left or not each.since <= day < each.until:
            continue
        fits = [row for row in grants if row.fits(each.position, each.level) and row.since <= day < row.until]
        best = max(fits, key=lambda row: row.rank, default=None)
        if grants and (best is None or (value is not None and (best.at_most is None or best.at_most < value))):
            continue
        superior = own is not None and own.superior_id == each.bearer
        found.append((not superior, (best.at_most if best else None) or Decimal(0), each.bearer))
    return [who for _, _, who in sorted(found)][:ASKED]


def _named(case: Case, who: str, day: date) -> str:
    own = appointment(case.judged.ground.roster, who, day)
    return f"{own.name} ({who})" if own and own.name and own.name != who else who
