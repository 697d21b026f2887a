"""The facts that a judgement rule may ask for, and how each is written: by people and as a plain value.

Inside, every fact is a whole number, a text or a boolean: shares in basis points, money in minor units, days as day
numbers, grades by rank. Outside, in conditions and sentences, they are written as people write them: `extent >= 0.5`,
`harm >= 1000`, `severity >= 'serious'`, `acted_on < '2026-04-01'`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from compliance.model.incident import GRADES, Grade

Plain: TypeAlias = int | str | bool
Facts: TypeAlias = Mapping[str, Plain]

LARGEST = 2**62
_SCALES = {"whole": 1, "share": 10_000, "money": 100}


class Kind(StrEnum):
    """What a fact is, and so what it may be compared with."""

    WHOLE = "whole"
    SHARE = "share"
    MONEY = "money"
    GRADE = "grade"
    DAY = "day"
    TEXT = "text"
    BOOLEAN = "boolean"

    @property
    def ordered(self) -> bool:
        """Whether `<` has a meaning; texts are only equal or not, since durable-rules orders them by their bytes."""
        return self not in {Kind.TEXT, Kind.BOOLEAN}

    @property
    def wanted(self) -> str:
        """What belongs beside such a fact, as a reader is told."""
        return _WANTED[self]


_WANTED = {
    Kind.WHOLE: "a whole number",
    Kind.SHARE: "a number such as 0.5 (four decimal places at most)",
    Kind.MONEY: "an amount such as 1000 or 99.50",
    Kind.GRADE: f"one of {', '.join(GRADES)}",
    Kind.DAY: "a date such as '2026-03-31'",
    Kind.TEXT: "a text in quotes",
    Kind.BOOLEAN: "true or false",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One fact: what it is, what it says, and the boolean that tells whether it is known (None: always).

    `of` is what it is about: finding, bearer, circumstance, document, history or client; `history.upheld_before` and
    `upheld_before` are the same.
    """

    name: str
    kind: Kind
    says: str
    known: str | None = None
    of: str = "finding"


_ALL = (
    Field("rule", Kind.TEXT, "the id of the leading rule"),
    Field("pack", Kind.TEXT, "its pack"),
    Field("kind", Kind.TEXT, "its kind, such as quota"),
    Field("force", Kind.TEXT, "its force: must, should or may"),
    Field("severity", Kind.GRADE, "its severity"),
    Field("how", Kind.TEXT, "how the leading finding was breached, such as late"),
    Field("department", Kind.TEXT, "the department of the leading finding, empty where there is none"),
    Field("acted_on", Kind.DAY, "the day of the act, or the first day of the window"),
    Field("findings", Kind.WHOLE, "how many findings are judged together"),
    Field("rules", Kind.WHOLE, "how many rules they breach"),
    Field("extent", Kind.SHARE, "the largest share missed or exceeded", "has_extent"),
    Field("days_late", Kind.WHOLE, "the most days that anything was late", "has_days_late"),
    Field("harm", Kind.MONEY, "the damage of all findings together", "has_harm", of="circumstance"),
    Field("beyond", Kind.MONEY, "the most by which a bound was exceeded, in the rule's own unit", "has_beyond"),
    Field("ratified_late", Kind.BOOLEAN, "whether approval came for each breach, but late"),
    Field("cured_in_grace", Kind.BOOLEAN, "whether each breach was made good inside its grace"),
    Field("tenure_days", Kind.WHOLE, "days from hiring to the act, of who answers", "has_tenure", of="bearer"),
    Field(
        "tenure_months", Kind.WHOLE, "whole months from hiring to the act, of who answers", "has_tenure", of="bearer"
    ),
    Field(
        "position",
        Kind.TEXT,
        "the position of who answers at the time of the act, empty where none is known",
        of="bearer",
    ),
    Field("deputised", Kind.BOOLEAN, "whether a deputy was in force for the bearer", of="bearer"),
    Field("unacknowledged", Kind.BOOLEAN, "whether the bearer had not signed the version in force", of="document"),
    Field("ordered", Kind.BOOLEAN, "whether somebody else ordered the act", of="circumstance"),
    Field("intent", Kind.TEXT, "unknown, negligent or intentional, as circumstances say", of="circumstance"),
    Field("harmed", Kind.TEXT, "who was harmed, as circumstances say, empty where nothing is said", of="circumstance"),
    Field("hazard", Kind.BOOLEAN, "whether life or health was in danger", of="circumstance"),
    Field("force_majeure", Kind.BOOLEAN, "whether force majeure stood in the way", of="circumstance"),
    Field(
        "unanswered_request",
        Kind.BOOLEAN,
        "whether a request for what the duty needed was not answered in time",
        of="circumstance",
    ),
    Field("waived", Kind.BOOLEAN, "whether a waiver in force covers it", of="circumstance"),
    Field("upheld_before", Kind.WHOLE, "upheld incidents of the rule and who answers, not yet forgotten", of="history"),
    Field("client_tier", Kind.TEXT, "the tier of the client, empty where none is known", of="client"),
    Field("unconfirmed", Kind.BOOLEAN, "whether it was read in texts only, and nobody has confirmed it"),
    Field("people", Kind.WHOLE, "how many people breached it"),
    Field("grade", Kind.GRADE, "the grade reached, for measures only"),
    Field("has_extent", Kind.BOOLEAN, "whether an extent is known"),
    Field("has_days_late", Kind.BOOLEAN, "whether a delay is known"),
    Field("has_harm", Kind.BOOLEAN, "whether any damage is known", of="circumstance"),
    Field("has_beyond", Kind.BOOLEAN, "whether a bound was exceeded"),
    Field("has_tenure", Kind.BOOLEAN, "whether it is known when who answers was hired", of="bearer"),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}
QUALIFIED: Mapping[str, Field] = {
    **{f"{field.of}.{field.name}": field for field in _ALL},
    **{f"{field.of}.{field.name.removeprefix(f'{field.of}_')}": field for field in _ALL},
}
"""The same by their full names; a client's tier is `client.tier`, too."""


def plain(kind: Kind, value: object) -> Plain | None:
    """What a person wrote beside a fact of this kind as its plain value; None where it is not of this kind."""
    match kind:
        case Kind.WHOLE | Kind.SHARE | Kind.MONEY:
            return _scaled(value, _SCALES[kind])
        case Kind.GRADE:
            return Grade(value).rank if isinstance(value, str) and value in GRADES else None
        case Kind.DAY:
            return _day(value)
        case Kind.TEXT:
            return value if isinstance(value, str) else None
        case Kind.BOOLEAN:
            return value if isinstance(value, bool) else None


def _scaled(value: object, scale: int) -> int | None:
    """A number as a whole number of its smallest unit; None where it is finer or larger than can be held."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    scaled = Decimal(value) * scale
    return int(scaled) if scaled.is_finite() and abs(scaled) < LARGEST and scaled == int(scaled) else None


def _day(value: object) -> int | None:
    if isinstance(value, date):
        return value.toordinal()
    try:
        return date.fromisoformat(value).toordinal() if isinstance(value, str) else None
    except ValueError:
        return None


def shown(field: Field, value: Plain) -> str:
    """A plain value as a person reads it in a sentence."""
    match field.kind:
        case Kind.SHARE:
            return f"{(Decimal(value) / 100).normalize():f} %"
        case Kind.MONEY:
            return f"{Decimal(value) / 100:,.2f}"
        case Kind.GRADE:
            return str(GRADES[int(value)])
        case Kind.DAY:
            return date.fromordinal(int(value)).isoformat() if value else "an unknown day"
        case Kind.BOOLEAN:
            return "yes" if value else "no"
        case Kind.WHOLE | Kind.TEXT:
            return str(value)
