"""What `why` hands on: the answers of one question, or why there are none."""

from dataclasses import dataclass
from datetime import date, datetime

from compliance.model.finding import Window
from compliance.reports.answer import Answer, Duty


@dataclass(frozen=True, slots=True)
class Why:
    """The answers about one rule, person and day; without any, `unflagged` says why nothing was judged."""

    organisation: str
    zone: str
    rule: Duty
    who: str
    on: date
    period: Window
    as_of: datetime
    answers: tuple[Answer, ...]
    unflagged: tuple[str, ...] = ()
