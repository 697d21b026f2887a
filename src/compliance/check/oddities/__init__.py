"""What is allowed and looks wrong: one module for each kind of oddity."""

from collections.abc import Callable, Iterable

from compliance.check.model import Oddity
from compliance.check.oddities.emptiness import empty_tables, mostly_rejected
from compliance.check.oddities.holidays import silent_holidays
from compliance.check.oddities.looked import Looked
from compliance.check.oddities.moments import far_moments
from compliance.check.oddities.nobodies import nobodies
from compliance.check.oddities.padding import padded_texts
from compliance.check.oddities.spelling import alike_titles
from compliance.check.oddities.strangers import unknown_bearers

__all__ = ["ODDITIES", "Looked", "oddities"]

ODDITIES: tuple[Callable[[Looked], Iterable[Oddity]], ...] = (
    empty_tables,
    mostly_rejected,
    unknown_bearers,
    nobodies,
    far_moments,
    silent_holidays,
    alike_titles,
    padded_texts,
)


def oddities(looked: Looked) -> tuple[Oddity, ...]:
    """Every oddity of the workspace, kind by kind."""
    return tuple(oddity for look in ODDITIES for oddity in look(looked))
