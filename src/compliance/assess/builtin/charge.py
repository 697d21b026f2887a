"""`dutybook.nobody-in-charge`: something fell due in an absence in which nobody had been appointed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import chain

import pyarrow as pa

from compliance.assess.builtin.told import finding, told_by
from compliance.kinds.ground import Ground
from compliance.model.finding import Finding, How, RecordRef, Verdict
from compliance.model.names import Namer
from compliance.roster import Away
from compliance.workspace.manifest import NOBODY_IN_CHARGE

INFO = told_by(
    NOBODY_IN_CHARGE,
    "Whoever is away is stood in for where something falls due",
    "Appoint a deputy by an order signed before the absence begins.",
)
UNREAD = "a row of deputies that could not be read, or tells too little, may have appointed somebody"
Due = tuple[date, datetime]


def nobody_in_charge(unattended: Iterable[pa.Table], ground: Ground, namer: Namer) -> tuple[Finding, ...] | None:
    """One finding an absence, against the superior; None where absences or deputies are not kept.

    `unattended` tells what fell due in one (`bearer`, `at` the day, `due`).
    """
    if not ground.keeps_deputies:
        return None
    first: dict[Away, Due] = {}
    for stretch, due in _left(unattended, ground):
        first[stretch] = min(due, first.get(stretch, due))
    ordered = sorted(first, key=lambda stretch: (stretch.bearer, stretch.since))
    return tuple(_finding(stretch, first[stretch], ground, namer) for stretch in ordered)


def _left(unattended: Iterable[pa.Table], ground: Ground) -> Iterator[tuple[Away, Due]]:
    """Each due instant that nobody looked after, with the absence that it lay in."""
    away: dict[str, list[Away]] = defaultdict(list)
    for stretch in ground.roster.away:
        away[stretch.bearer].append(stretch)
    for row in chain.from_iterable(each.to_pylist() for each in unattended):
        day = row["at"].date()
        for each in away[row["bearer"]]:
            if each.since <= day < each.until:
                yield each, (day, row["due"])


def _finding(stretch: Away, due: Due, ground: Ground, namer: Namer) -> Finding:
    day, instant = due
    post = ground.roster.on(stretch.bearer, day)
    superior = post.superior_id if post else None
    told = f"{namer.person(stretch.bearer)} was away on {day}, when something was due, and nobody was in charge"
    record = RecordRef("absences", stretch.record)
    found = finding(NOBODY_IN_CHARGE, superior, record, told, ground, at=instant, how=How.MISSING, responsible=superior)
    if ground.roster.may_be_stood_in_for(stretch.bearer, day):
        return replace(found, verdict=Verdict.UNDETERMINED, how=None, cause=UNREAD)
    return found
