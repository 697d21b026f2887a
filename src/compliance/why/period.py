"""Which period is judged for a day: the manifest's that holds it, else its month, with the window that it lies in."""

from collections.abc import Iterable
from datetime import date

from compliance.calendar import ONE_DAY, midnight
from compliance.model.finding import Finding, Verdict, Window
from compliance.rulebook.schema import Rule
from compliance.why.world import World
from compliance.windows import Per, span_of


def around(day: date, rule: Rule, given: Window | None) -> Window:
    """The manifest's period where the day lies in it, else the calendar month with the day's whole window."""
    if given is not None and given.start <= midnight(day) < given.end:
        return given
    month = span_of(day, Per.MONTH).window
    per = _per(rule)
    own = span_of(day, per).window if per else month
    return Window(min(month.start, own.start), max(month.end, own.end))


def _per(rule: Rule) -> Per | None:
    if rule.quota is not None and rule.quota.per is not None:
        return Per(rule.quota.per)
    return Per(rule.deadline.every) if rule.deadline is not None else None


def widened(world: World, found: Iterable[Finding]) -> Window | None:
    """The period with the due instants of what was found, where one lies behind a month; None where all lie inside."""
    own = world.manifest.period
    if own is not None and own.window == world.period:
        return None
    dues = [each.due for each in found if each.verdict is Verdict.PENDING and each.due and each.due > world.period.end]
    if not dues:
        return None
    last = max(dues)
    end = last if last == midnight(last.date()) else midnight(last.date() + ONE_DAY)
    return Window(world.period.start, end)
