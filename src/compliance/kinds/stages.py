"""The order that stages come in, and the days on which it is in force."""

from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from compliance.language.values import literal
from compliance.sql import expression, text


@dataclass(frozen=True, slots=True)
class Order:
    """The stages in their order, in force from `since` until the day before `until`; None where that is open."""

    stages: tuple[str, ...]
    since: date | None = None
    until: date | None = None

    def on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


def stages(orders: tuple[Order, ...]) -> exp.Select:
    """A row for each stage of each order; no two of whatever order have one place."""
    each = [(version, order, stage) for version, order in enumerate(orders) for stage in order.stages]
    rows = [
        (
            exp.Literal.number(version),
            _day(order.since),
            _day(order.until),
            text(stage.removesuffix("?")),
            exp.Literal.number(place),
            exp.Boolean(this=stage.endswith("?")),
        )
        for place, (version, order, stage) in enumerate(each, 1)
    ]
    names = ["version", "since", "until", "stage", "place", "optional"]
    return exp.select("*").from_(exp.values(rows, alias="s", columns=names))


def _day(told: date | None) -> exp.Expr:
    return expression("cast(null as date)") if told is None else literal(told).sql


def first_on(orders: tuple[Order, ...]) -> exp.Expr:
    """The day on which a stage was reached, read only where the order changed."""
    return _day(None) if len(orders) == 1 else expression("min(cast(a.at as date))")


def twice(stages: tuple[str, ...]) -> str | None:
    """The first stage that stands in an order again."""
    names = [stage.removesuffix("?") for stage in stages]
    return next((name for index, name in enumerate(names) if name in names[:index]), None)
