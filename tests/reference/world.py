"""What the reference judges: typed tables, people, a calendar and a clock, all as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from tests.reference.days import Days

Value: TypeAlias = str | bool | Fraction | date | datetime | None
Row: TypeAlias = Mapping[str, Value]
Rule: TypeAlias = Mapping[str, Any]

PEOPLE_COLUMNS = ("owner_id", "superior_id", "absent_id", "deputy_id", "approver_id", "issuer_id")


@dataclass(frozen=True)
class Table:
    """One table: rows that were accepted, and rejected ones with null for what could not be read.

    `damaged` are the rejected rows as they stand in the file, and accepted ones that stand there again. With a `book`
    the key is two columns, this being the second. `refs` say to which table a column leads, by all of its key.
    """

    name: str
    types: Mapping[str, str]
    at: str | None = None
    bearer: str | None = "employee_id"
    ahead: bool = False
    heartbeat: bool = False
    own: bool = False
    by: tuple[str, ...] = ()
    valid_from: str | None = None
    book: str | None = None
    refs: Mapping[str, str] = field(default_factory=dict)
    accepted: tuple[Row, ...] = ()
    rejected: tuple[Row, ...] = ()
    damaged: tuple[Mapping[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The key stands first."""
        return next(iter(self.types))

    def key_of(self, row: Row) -> str:
        """What a row is known by; the parts of a key are joined."""
        return " / ".join(str(row[name]) for name in (self.key, self.book) if name is not None)

    @property
    def entity(self) -> str:
        """What one row is called."""
        return self.key.removesuffix("_id")


@dataclass(frozen=True, eq=False)
class World:
    """A workspace: tables by name, the audited days `[start, end)`, and the moment as of which it is judged.

    `lacks` are the standard columns that the sources have not: null in every row. `says` are the two, `period` and
    `as_of`, of which somebody says what they are. `aliases` are the positions and departments that other names mean.
    """

    tables: Mapping[str, Table]
    start: date
    end: date
    as_of: datetime
    days: Days
    zone: ZoneInfo
    parameters: Mapping[str, tuple[tuple[date, Any], ...]] = field(default_factory=dict)
    set_aside: frozenset[str] = frozenset()
    lacks: frozenset[tuple[str, str]] = frozenset()
    says: frozenset[str] = frozenset({"period", "as_of"})
    aliases: Mapping[str, str] = field(default_factory=dict)

    def named(self, value: Value) -> Value:
        """A position or department by its own name."""
        return self.aliases.get(value, value) if isinstance(value, str) else value

    def instant(self, moment: date | datetime) -> datetime:
        """The point on the world's time line that a local time names; a date is its 00:00."""
        local = moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)
        return local.replace(tzinfo=self.zone).astimezone(ZoneInfo("UTC"))

    def hours_after(self, moment: date | datetime, hours: int) -> datetime:
        """So many real hours later, as a local time."""
        later = self.instant(moment) + timedelta(hours=hours)
        return later.astimezone(self.zone).replace(tzinfo=None)

    def known(self, moment: date | datetime) -> bool:
        """Whether something of that time is known as of `as_of`."""
        return self.instant(moment) <= self.instant(self.as_of)

    def setting(self, given: Any, on: date) -> Any:  # noqa: ANN401 whatever a rule may hold
        """What stands in a rule, or the parameter that it names, as it was on a day."""
        if not isinstance(given, Mapping) or set(given) - {"times"} != {"parameter"}:
            return given
        dated = self.parameters[given["parameter"].rpartition(".")[2]]
        return [value for since, value in dated if since <= on][-1]


@dataclass(frozen=True)
class Finding:
    """A verdict; `window` and `record` say which duty it is about, None where there is none."""

    rule: str
    verdict: str
    bearer: str | None = None
    window: tuple[datetime, datetime] | None = None
    record: str | None = None
    how: str | None = None
    measured: Fraction | None = None
    required: Fraction | None = None
    due: datetime | None = None
    because: str = ""
    responsible: str | None = None

    @property
    def duty(self) -> tuple[str, str | None, tuple[datetime, datetime] | None, str | None]:
        """What the finding is about: two judges that agree have one verdict for each."""
        return self.rule, self.bearer, self.window, self.record


def midnight(day: date) -> datetime:
    """A day's 00:00."""
    return datetime.combine(day, time.min)


def day_of(moment: date | datetime) -> date:
    """The calendar day of a local time."""
    return moment.date() if isinstance(moment, datetime) else moment
