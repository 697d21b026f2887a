"""Judgement rules: one YAML file each, checked whole before anything is judged.

```yaml
id: grade.extent-large
stage: grade                      # attribute (who answers) or grade (how grave)
factor: extent                    # what moves the grade; grade rules only
title: Half or more of what was owed is missing
when: extent >= :extent_large     # left out: always
does: {raise: 1}                  # raise or lower by so many, floor or cap at a grade; or responsible: bearer
because: "{extent} missed, at least half"
source: assumed
```

`parameters.yaml` beside the rules holds the dated values that a `when` may name as `:name`; a workspace sets its own
under their full names, such as `judgement.extent_large`.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Self

from pydantic import Field, PositiveInt, RootModel, model_validator

from compliance.judgement.conditions import Condition
from compliance.judgement.fields import FIELDS
from compliance.language.parameters import DatedValue
from compliance.model.base import Strict
from compliance.model.incident import Grade
from compliance.yamldoc import Misplaced, did_you_mean


class Stage(StrEnum):
    """The stages of judging, in their order."""

    ATTRIBUTE = "attribute"
    GRADE = "grade"


class Factor(StrEnum):
    """What moves a grade, in the order in which its steps are told."""

    EXTENT = "extent"
    LATENESS = "lateness"
    HARM = "harm"
    INTENT = "intent"
    RECURRENCE = "recurrence"
    CLIENT = "client"
    RATIFIED = "ratified"
    CURED = "cured"
    NEWCOMER = "newcomer"
    SYSTEMATIC = "systematic"
    FORCE = "force"

    @property
    def rank(self) -> int:
        """The place of the factor's steps among all."""
        return _FACTORS.index(self)


_FACTORS = tuple(Factor)


class Role(StrEnum):
    """Who may answer for a breach."""

    BEARER = "bearer"


class Does(Strict):
    """What a rule does where it applies: exactly one thing, of its own stage."""

    responsible: Role | None = None
    raise_by: PositiveInt | None = Field(default=None, alias="raise")
    lower: PositiveInt | None = None
    floor: Grade | None = None
    cap: Grade | None = None

    @property
    def said(self) -> tuple[str, ...]:
        """The keys that are given, as they are written."""
        return tuple(self.model_dump(exclude_none=True, by_alias=True))


_EFFECTS = {Stage.ATTRIBUTE: ("responsible",), Stage.GRADE: ("raise", "lower", "floor", "cap")}


class RuleFile(Strict):
    """A judgement rule as it is written."""

    id: str
    stage: Stage
    title: str
    does: Does
    because: str
    source: str
    factor: Factor | None = None
    when: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wanted = " or ".join(f"`{effect}`" for effect in _EFFECTS[self.stage])
        if len(self.does.said) != 1 or self.does.said[0] not in _EFFECTS[self.stage]:
            raise Misplaced(f"a rule of stage {self.stage} does exactly one thing: {wanted}", "does", key=True)
        if (self.factor is not None) is not (self.stage is Stage.GRADE):
            raise Misplaced(
                "a grade rule names its factor, and no other rule does", "stage", help=f"the factors are {_factors()}"
            )
        for field in _placeholders(self.because):
            if field not in FIELDS:
                help_ = did_you_mean(field, FIELDS) or f"the fields are {', '.join(FIELDS)}"
                raise Misplaced(
                    f"there is no field `{field}`", "because", help=help_, offset=self.because.find("{" + field)
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
    factor: Factor | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """All judgement rules in the order of their ids, and the files that they were read from.

    `assumed` names the rules and parameters that rest on nobody's word but ours.
    """

    rules: tuple[Rule, ...] = ()
    files: tuple[Path, ...] = ()
    assumed: tuple[str, ...] = ()

    def of(self, stage: Stage) -> tuple[Rule, ...]:
        """The rules of one stage."""
        return tuple(rule for rule in self.rules if rule.stage is stage)


def _placeholders(text: str) -> list[str]:
    try:
        return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise Misplaced(f"this text can't be filled in: {error}", "because") from None


def _factors() -> str:
    return ", ".join(_FACTORS)
