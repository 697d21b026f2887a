"""`dutybook.deputy-without-order`: a deputy of whom no order signed on or before the first day is known."""

from compliance.assess.builtin.told import finding, told_by
from compliance.calendar import midnight
from compliance.kinds.ground import Ground
from compliance.model.finding import Finding, How, RecordRef
from compliance.model.names import Namer
from compliance.workspace.manifest import WITHOUT_ORDER

TABLE = "deputies"
INFO = told_by(
    WITHOUT_ORDER,
    "Deputies are appointed by an order signed on or before their first day",
    "Sign the order before the absence begins; a deputy without one answers for nothing and decides nothing.",
)


def without_order(ground: Ground, namer: Namer) -> tuple[Finding, ...] | None:
    """The rows of the audited period that are no appointment; None where deputies are not kept."""
    if TABLE not in ground.tables:
        return None
    period = ground.period
    return tuple(
        finding(
            WITHOUT_ORDER,
            each.absent,
            RecordRef(TABLE, each.record),
            f"{namer.person(each.deputy)} stands in for {namer.person(each.absent)} from {each.since}, "
            "and no order signed by then is known",
            ground,
            at=midnight(each.since),
            how=How.MISSING,
        )
        for each in ground.roster.without_order
        if period.start <= midnight(each.since) < period.end
    )
