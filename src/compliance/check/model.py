"""What a check of a workspace found, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from compliance.model.audit import TableAccount
from compliance.model.finding import Window
from compliance.model.types import ColumnType, Told


class Answer(StrEnum):
    """Whether a rule can be answered: of all that it looks at, of some, or not at all."""

    WHOLE = "answered"
    PART = "in part"
    NONE = "not answered"


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column with its type, what tells it, and what the first rows hold; null where a cell is empty."""

    name: str
    type: ColumnType
    told: Told
    first: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class TableSeen:
    """A table as it was taken in; `first` rows are the earliest, in tables without a time those with the least key."""

    source: str
    account: TableAccount
    columns: tuple[ColumnSeen, ...]
    key: tuple[str, ...]
    at: str | None
    bearer: str | None


@dataclass(frozen=True, slots=True)
class Title:
    """A title that no rule names and no alias maps, and how many rows of which table have it."""

    title: str
    table: str
    rows: int


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """A rule with how many of its findings are determined and undetermined, and each cause with its count."""

    rule: str
    title: str
    determined: int
    undetermined: int
    not_applicable: int
    causes: Mapping[str, int]

    @property
    def answer(self) -> Answer:
        """Whether it can be answered; what looks at nothing has nothing that could not be."""
        if not self.undetermined:
            return Answer.WHOLE
        return Answer.PART if self.determined else Answer.NONE

    @property
    def idle(self) -> bool:
        """Whether it looks at nothing: nobody owes it, and no record is one that it is about."""
        return not (self.determined or self.undetermined or self.not_applicable)


@dataclass(frozen=True, slots=True)
class Unlock:
    """Something that is missing, the rules that could be answered with it, and all rules that need it."""

    what: str
    unlocks: tuple[str, ...]
    needed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is allowed and looks wrong: one sentence, and what to do if it is."""

    table: str | None
    says: str
    help: str


@dataclass(frozen=True, slots=True)
class Check:
    """All that was found. Without a period no rule can be answered, and `as_of` is None too."""

    organisation: str
    period: Window | None
    as_of: datetime | None
    tables: tuple[TableSeen, ...]
    rules: tuple[RuleSeen, ...]
    unlocks: tuple[Unlock, ...]
    titles: tuple[Title, ...]
    oddities: tuple[Oddity, ...]

    @property
    def answerable(self) -> bool:
        """Whether every rule can be answered, at least in part."""
        return not any(rule.answer is Answer.NONE for rule in self.rules)

    def answered(self, answer: Answer) -> tuple[RuleSeen, ...]:
        """The rules with this answer."""
        return tuple(rule for rule in self.rules if rule.answer is answer)
