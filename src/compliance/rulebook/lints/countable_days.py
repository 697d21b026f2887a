"""The days on which a record can count for a quota, as far as its filter asks for weekdays, days or months."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlglot import exp

from compliance.calendar import WorkCalendar, work_calendar
from compliance.kinds.quota import Quota
from compliance.language.answers import implied
from compliance.language.grammar import parse
from compliance.model.types import ColumnType
from compliance.rulebook.loading import LoadedRule
from compliance.windows import Per, Span, spans
from compliance.workspace.standard import STANDARD, type_by_name

_FIRST, _REACH, _DAY = date(2024, 1, 1), timedelta(days=4 * 366), timedelta(days=1)
LAST_YEAR = 9_000  # a little further, and there is no day after
_PARTS: dict[str, Callable[[date], int]] = {
    "weekday": date.isoweekday,
    "day": lambda day: day.day,
    "month": lambda day: day.month,
    "year": lambda day: day.year,
}


def time_column(table: str, at: str | None) -> str | None:
    """The column that says when a record of a table happened; None where that can't be told from the rule alone."""
    standard = STANDARD.get(table)
    return at or (standard.at if standard else None)


@dataclass(frozen=True)
class CountableDays:
    """Which days may count for a quota, and what a record of that day has where its measure asks for its day."""

    quota: Quota
    time: str
    asked: tuple[str, ...]
    condition: exp.Expr
    known: dict[tuple[int, ...], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, quota: Quota) -> "CountableDays | None":
        """None where the quota's records have no time that is known."""
        time = time_column(quota.of, quota.at)
        if time is None:
            return None
        condition = parse(quota.where) if quota.where else exp.true()
        named = {each.sql() for each in condition.walk()}
        asked = tuple(part for part in _PARTS if parse(f"{part}({time})").sql() in named)
        return cls(quota, time, asked, condition)

    def within(self, span: Span) -> list[date]:
        """The days of a window that can count."""
        listed = (span.start + number * _DAY for number in range((span.stop - span.start).days))
        return [day for day in listed if self._counts(day)]

    def counts_among(self, first: date, count: int) -> bool:
        """Whether any of so many days can count, the first one included."""
        return any(self._counts(first + number * _DAY) for number in range(count))

    def _counts(self, day: date) -> bool:
        if not self.asked:
            return True
        values = tuple(_PARTS[part](day) for part in self.asked)
        if values not in self.known:
            pairs = zip(self.asked, values, strict=True)
            here = " and ".join(f"{part}({self.time}) = {number}" for part, number in pairs)
            self.known[values] = not implied([(self.condition, True), (parse(here), True)], [(exp.false(), True)])
        return self.known[values]

    @property
    def bounded(self) -> bool:
        """Whether the calendar bounds the measure at all."""
        return bool(self.asked) or self._measure in self._distinct

    def most(self, days: list[date]) -> int | None:
        """The most that the measure can reach on these days; None where nothing bounds it."""
        if not days and self._measure.startswith(("count", "sum(")):
            return 0
        told_by = self._distinct.get(self._measure)
        return len({told_by(day) for day in days}) if told_by else None

    @property
    def _measure(self) -> str:
        return self.quota.measure.replace(" ", "")

    @property
    def _distinct(self) -> dict[str, Callable[[date], int]]:
        """The measures that count days, or parts of days, by what they count."""
        parts = {f"count(distinct{part}({self.time}))": told_by for part, told_by in _PARTS.items()}
        whole = {f"count(distinct{self.time})": date.toordinal} if _is_date(self.quota.of, self.time) else {}
        return parts | whole


def _is_date(table: str, column: str) -> bool:
    standard = STANDARD.get(table)
    kind = standard.columns.get(column) if standard else type_by_name(column)
    return kind is ColumnType.DATE


def windows(rule: LoadedRule, per: Per, calendar: WorkCalendar | None = None) -> Iterator[Span]:
    """The windows wholly in force, of at most four years; without a calendar Mondays to Fridays are worked."""
    since, to = rule.rule.in_force.since or _FIRST, rule.rule.in_force.to or date.max - _DAY
    stop = min(to, since + _REACH) + _DAY
    known = calendar or work_calendar(since, stop)
    for span in spans(per, max(since, known.first), min(stop, known.last + _DAY), known):
        if since <= span.start and span.stop <= stop:
            yield span
