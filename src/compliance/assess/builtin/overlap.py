"""`dutybook.overlap`: an appointment that starts while an earlier one of the same person goes on."""

from compliance.assess.builtin.told import finding, told_by
from compliance.calendar import midnight
from compliance.kinds.ground import Ground
from compliance.model.finding import Finding, RecordRef
from compliance.model.names import Namer
from compliance.workspace.manifest import OVERLAP

TABLE = "appointments"
INFO = told_by(
    OVERLAP,
    "Nobody holds two positions on one day",
    "End the earlier appointment on the day before the later one starts; until then the later one counts.",
)


def overlap(ground: Ground, namer: Namer) -> tuple[Finding, ...] | None:
    """The overlaps that begin in the audited period; None where appointments are not kept."""
    if TABLE not in ground.tables or not ground.rostered:
        return None
    period = ground.period
    return tuple(
        finding(
            OVERLAP,
            each.bearer,
            RecordRef(TABLE, each.later),
            f"{namer.person(each.bearer)}: appointment {each.later} starts on {each.since}, "
            f"while {each.earlier} goes on",
            ground,
            at=midnight(each.since),
        )
        for each in ground.roster.overlaps
        if period.start <= midnight(each.since) < period.end
    )
