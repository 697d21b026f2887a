"""Waivers: accepted exceptions, each with a reason, an owner, and an approver who is somebody else.

```yaml
- id: w-1
  rule: sales.calls             # one rule or several
  bearer: [e4, e7]              # left out: anybody
  reason: The telephone exchange is being replaced
  owner: e1
  approver: e2
  from: 2026-03-02
  to: 2026-03-13                # inclusive
  at_most: 10                   # findings; left out: any number
```
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, PositiveInt, RootModel, StringConstraints, model_validator

from compliance.language.blocks import Names
from compliance.model.base import Strict
from compliance.model.problem import Problem, UserError
from compliance.yamldoc import Document, Misplaced, did_you_mean, load

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Waiver(Strict):
    """One exception; a null bound of its time is open, `to` is its last day."""

    id: Text | None = None
    rule: Names
    bearer: Names = ()
    reason: Text
    owner: Text
    approver: Text
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    at_most: PositiveInt | None = None

    @model_validator(mode="after")
    def _sound(self) -> "Waiver":
        if not self.rule:
            raise Misplaced("a waiver names at least one rule", "rule", help="name the rules that it excepts from")
        if "bearer" in self.model_fields_set and not self.bearer:
            raise Misplaced(
                "the list names nobody", "bearer", help="name whom it is for; left out, it is for everybody"
            )
        if self.approved_by(self.owner):
            raise Misplaced("nobody approves a waiver of their own", "approver", help="name somebody else")
        if self.from_ and self.to and self.to < self.from_:
            raise Misplaced("the waiver ends before it begins", "to")
        return self

    @property
    def name(self) -> str:
        """What it is called: its id, or its rules and reason."""
        return self.id or self.label

    @property
    def label(self) -> str:
        """What it is called, with its reason."""
        return f"{self.id or ', '.join(self.rule)} ({self.reason})"

    def approved_by(self, who: str | None) -> bool:
        """Whether that person approved it, in whatever spelling of the id."""
        return who is not None and who.strip().casefold() == self.approver.casefold()

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class WaiverFile(RootModel[tuple[Waiver, ...]]):
    """All waivers of a workspace."""


def load_waivers(path: Path, rules: Iterable[str]) -> tuple[Waiver, ...]:
    """The waivers of a file; raises UserError for what is wrong with it, or where it names no rule of these."""
    document = load(path, WaiverFile)
    if problems := [*_problems(document, frozenset(rules))]:
        raise UserError(problems)
    return document.value.root


def _problems(document: Document[WaiverFile], rules: frozenset[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, waiver in enumerate(document.value.root):
        for name in waiver.rule:
            if name not in rules:
                yield document.problem((index, "rule"), f"no pack has a rule `{name}`", did_you_mean(name, rules))
        if waiver.id in seen:
            yield document.problem((index, "id"), f"two waivers are called `{waiver.id}`", "give each its own id")
        seen |= {waiver.id} if waiver.id else set()
