"""A desk with one rule on it, on ground without tables, people or records."""

from datetime import date, datetime
from typing import Any

from compliance.calendar import work_calendar
from compliance.kinds.base import Desk
from compliance.kinds.ground import Ground
from compliance.language.parameters import DatedValue, Parameters
from compliance.model.finding import Window
from compliance.roster import Away, Roster
from compliance.yamldoc import parse

RULE = "within: {parameter: own}\ndeadline: {by: {day: {parameter: own}}}\n"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def desk(
    start: str = "2026-03-02",
    end: str = "2026-03-09",
    *,
    as_of: str = "",
    own: object = None,
    country: str | None = None,
    zone: str = "UTC",
    away: tuple[Away, ...] = (),
) -> Desk:
    """The desk; `own` is the value of the one parameter."""
    parameters = Parameters({"house.own": (DatedValue.model_validate({"value": own}),)})
    calendar = work_calendar(date(2024, 1, 1), date(2028, 12, 31), country=country)
    period = Window(at(start), at(end))
    ground = Ground({}, calendar, zone, parameters, period, at(as_of or end), Roster((), away))
    file: Any = parse(RULE, "rule.yaml", dict)
    return Desk(ground, "house.a", 1, file, None)
