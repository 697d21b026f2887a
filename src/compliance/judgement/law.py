"""The law of one jurisdiction: measures with basis and ceiling, terms, and the right to be heard.

```yaml
id: ru-labour-code
title: Labour Code of the Russian Federation
country: RU
verified: false                     # until counsel has checked every value
hearing: {term: 2 working_days, basis: article 193, source: "...", from: 2006-10-06}
terms:
  disciplinary:
    {from_discovery: 1 month, from_act: 6 months, suspended_by: [illness], basis: ..., source: ..., from: 2002-02-01}
measures:
  - {id: reprimand, title: Reprimand, liability: disciplinary, basis: article 192, decided_by: the employer,
     ceiling: [{says: one measure for one breach, source: "...", from: 2002-02-01}], lapses_after: 1 year}
forbidden:
  - {measure: fine, because: "...", basis: article 192, source: "...", from: 2002-02-01}
```
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from compliance.language.durations import Duration, Unit, duration
from compliance.model.base import Strict
from compliance.model.problem import UserError
from compliance.yamldoc import Misplaced, did_you_mean, load


def _length(value: object) -> object:
    return duration(value) if isinstance(value, str) else value


Length = Annotated[Duration, BeforeValidator(_length)]


class Liability(StrEnum):
    """The kinds of liability."""

    DISCIPLINARY = "disciplinary"
    MATERIAL = "material"
    CIVIL = "civil"
    ADMINISTRATIVE = "administrative"
    CRIMINAL = "criminal"


class Grounded(Strict):
    """A value with what it rests on."""

    basis: str
    source: str
    since: date = Field(alias="from")
    verified: bool = False


class Term(Grounded):
    """Until when one may act."""

    from_discovery: Length | None = None
    from_act: Length | None = None
    suspended_by: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _counted(self) -> "Term":
        for name in ("from_discovery", "from_act"):
            length = getattr(self, name)
            if length is not None and length.normal().unit not in {Unit.DAYS, Unit.MONTHS}:
                raise Misplaced("a term of limitation is counted in days, weeks, months or years", name)
        return self

    def suspends(self, reason: str | None) -> bool:
        """Whether an excused absence of this reason suspends the term; one without a reason does."""
        return bool(self.suspended_by) and (reason is None or reason.strip().lower() in self.suspended_by)


class HearingTerm(Grounded):
    """How long the person has to explain."""

    term: Length


class Ceiling(Strict):
    """The most that a measure may take, from a day on; `says` alone where it takes no money."""

    says: str
    source: str
    since: date = Field(alias="from")
    months_of_pay: Decimal | None = None
    money: Decimal | None = None
    verified: bool = False


class LegalMeasure(Strict):
    """A measure that the law knows."""

    id: str
    title: str
    liability: Liability
    basis: str
    decided_by: str
    ceiling: tuple[Ceiling, ...] = Field(min_length=1)
    takes: str | None = Field(default=None, pattern="^damage$")
    lapses_after: Length | None = None

    def ceiling_on(self, day: date | None) -> Ceiling:
        """The ceiling in force on a day, the first where none is yet."""
        known = [each for each in self.ceiling if day is None or each.since <= day]
        return known[-1] if known else self.ceiling[0]


class Forbidden(Grounded):
    """A measure that the law gives no basis for."""

    measure: str
    because: str


class Law(Strict):
    """The law of one jurisdiction."""

    id: str
    title: str
    country: str
    hearing: HearingTerm | None = None
    terms: dict[Liability, Term] = Field(default_factory=dict)
    measures: tuple[LegalMeasure, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()

    def measure(self, name: str) -> LegalMeasure | None:
        """The measure of a name."""
        return next((each for each in self.measures if each.id == name), None)

    @property
    def unverified(self) -> tuple[str, ...]:
        """What nobody with a licence to say so has checked, in words."""
        told = [f"terms of {name} liability" for name, term in self.terms.items() if not term.verified]
        told += [f"measure {each.id}" for each in self.measures if not all(one.verified for one in each.ceiling)]
        if self.hearing and not self.hearing.verified:
            told.append("term of the hearing")
        return tuple(told)


def load_law(folder: Path, name: str) -> Law:
    """The law of a jurisdiction by its name, `<name>.yaml` of the folder; raises UserError."""
    file = folder / f"{name}.yaml"
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        raise UserError(
            f"no law is known for the jurisdiction `{name}`",
            help=did_you_mean(name, known) or f"known: {', '.join(known)}",
        )
    return load(file, Law).value
