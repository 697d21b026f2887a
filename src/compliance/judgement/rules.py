"""Judgement rules: one YAML file each, checked whole before anything is judged.

```yaml
id: grade.extent-large
stage: grade                      # attribute (who answers), excuse, grade (how grave) or measure (what may be proposed)
factor: extent                    # what moves the grade, one of FACTORS or an own word; grade rules only
title: Half or more of what was owed is missing
when: extent >= :extent_large     # left out: always
does: {raise: 1}                  # raise or lower by so many, floor or cap at a grade; see below for other stages
because: "{extent} missed, at least half"
source: assumed
```

Attribute rules do `responsible: bearer | deputy | obtainer | orderer` (the last of these that applies answers) or
`derive: supervision`, excuse rules `excuse: true`, measure rules `propose: <measure of the law>`, with an `amount`
where the organisation sets one itself: `{money: 500}` or `{months_of_pay: 1}`.

`parameters.yaml` beside the rules holds the dated values that a `when` may name as `:name`; a workspace sets its own
under their full names, such as `judgement.extent_large`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, RootModel, model_validator

from compliance.judgement.conditions import Condition
from compliance.judgement.fields import FIELDS
from compliance.language.parameters import DatedValue
from compliance.model.base import Strict
from compliance.model.incident import Grade, Role
from compliance.yamldoc import Misplaced, did_you_mean, only_near

PositiveDecimal = Annotated[Decimal, Field(gt=0)]


RECURRENCE = "recurrence_months"


class Stage(StrEnum):
    """The stages of judging, in their order."""

    ATTRIBUTE = "attribute"
    EXCUSE = "excuse"
    GRADE = "grade"
    MEASURE = "measure"


FACTORS = (
    "extent",
    "lateness",
    "harm",
    "intent",
    "recurrence",
    "client",
    "ratified",
    "cured",
    "newcomer",
    "systematic",
    "force",
    "text",
)
"""What moves a grade, in the order in which its steps are told; factors of one's own come after these."""
_A_FACTOR = re.compile(r"[a-z][a-z0-9_-]*")


def rank(factor: str) -> int:
    """The place of a factor's steps among all."""
    return FACTORS.index(factor) if factor in FACTORS else len(FACTORS)


def _known_or_own(factor: str) -> str:
    if factor in FACTORS:
        return factor
    if not _A_FACTOR.fullmatch(factor):
        raise Misplaced("a factor is one word in small letters", help=f"the usual ones are {', '.join(FACTORS)}")
    if only_near(factor, FACTORS) is not None:
        raise Misplaced(
            f"there is no factor `{factor}`, and as one's own it is too near", help=did_you_mean(factor, FACTORS)
        )
    return factor


class Amount(Strict):
    """What a measure takes, in the organisation's money or in months of average pay."""

    money: PositiveDecimal | None = None
    months_of_pay: PositiveDecimal | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.money is None) is (self.months_of_pay is None):
            raise Misplaced("an amount is given in one way", help="give `money` or `months_of_pay`")
        return self


class Does(Strict):
    """What a rule does where it applies: exactly one thing, of its own stage."""

    responsible: Role | None = None
    derive: Literal["supervision"] | None = None
    excuse: Literal[True] | None = None
    propose: str | None = None
    amount: Amount | None = None
    raise_by: PositiveInt | None = Field(default=None, alias="raise")
    lower: PositiveInt | None = None
    floor: Grade | None = None
    cap: Grade | None = None

    @property
    def said(self) -> tuple[str, ...]:
        """The keys that are given, as they are written."""
        return tuple(name for name in self.model_dump(exclude_none=True, by_alias=True) if name != "amount")


_EFFECTS = {
    Stage.ATTRIBUTE: ("responsible", "derive"),
    Stage.EXCUSE: ("excuse",),
    Stage.GRADE: ("raise", "lower", "floor", "cap"),
    Stage.MEASURE: ("propose",),
}


class RuleFile(Strict):
    """A judgement rule as it is written."""

    id: str
    stage: Stage
    title: str
    does: Does
    because: str
    source: str
    factor: Annotated[str, AfterValidator(_known_or_own)] | None = None
    when: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wanted = " or ".join(f"`{effect}`" for effect in _EFFECTS[self.stage])
        if len(self.does.said) != 1 or self.does.said[0] not in _EFFECTS[self.stage]:
            raise Misplaced(f"a rule of stage {self.stage} does exactly one thing: {wanted}", "does", key=True)
        if self.does.amount is not None and self.stage is not Stage.MEASURE:
            raise Misplaced("only a measure has an amount", "does", "amount", key=True)
        if (self.factor is not None) is not (self.stage is Stage.GRADE):
            usual = f"the factors are {', '.join(FACTORS)}, or your own"
            raise Misplaced("a grade rule names its factor, and no other rule does", "stage", help=usual)
        for name in _placeholders(self.because):
            if name not in FIELDS:
                help_ = did_you_mean(name, FIELDS) or f"the fields are {', '.join(FIELDS)}"
                raise Misplaced(
                    f"there is no field `{name}`", "because", help=help_, offset=self.because.find("{" + name)
                )
        return self


class ParameterFile(RootModel[dict[str, tuple[DatedValue, ...]]]):
    """The dated values that conditions may name, oldest first."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name, values in self.root.items():
            starts = [str(value.since or "") for value in values]
            if not values or len(set(starts)) < len(starts) or starts != sorted(starts):
                raise Misplaced(
                    f"`{name}` needs values in the order of their dates, each from another day", name, key=True
                )
        return self


@dataclass(frozen=True, slots=True)
class Rule:
    """A judgement rule ready to judge; `factor` is set for grade rules alone."""

    id: str
    stage: Stage
    when: Condition
    does: Does
    because: str
    factor: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """All judgement rules in the order of their ids, and the files that they were read from.

    `assumed` names the rules and parameters that rest on nobody's word but ours.
    """

    rules: tuple[Rule, ...] = ()
    files: tuple[Path, ...] = ()
    assumed: tuple[str, ...] = ()
    parameters: Mapping[str, tuple[DatedValue, ...]] = field(default_factory=dict)

    @property
    def dated(self) -> bool:
        """Whether any value of the parameters ever changed, so that then and now may differ."""
        return any(len(values) > 1 for values in self.parameters.values())

    def recurrence_months(self, day: date) -> int:
        """After how many months an upheld incident is forgotten; twelve where no parameter says it."""
        known = [each.value for each in self.parameters.get(RECURRENCE, ()) if each.since is None or each.since <= day]
        return int(str(known[-1])) if known else 12

    def of(self, stage: Stage) -> tuple[Rule, ...]:
        """The rules of one stage."""
        return tuple(rule for rule in self.rules if rule.stage is stage)


def _placeholders(text: str) -> list[str]:
    try:
        return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise Misplaced(f"this text can't be filled in: {error}", "because") from None
