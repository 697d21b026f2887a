"""What stands in a file of cases: each a sentence, small tables, and the findings that they must give."""

import re
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from compliance.model.base import Strict, given
from compliance.model.finding import How, Verdict, Window
from compliance.model.problem import Problem, UserError
from compliance.rulebook.loading import shown
from compliance.rulebook.schema import DutyDocument, ParameterFile, Rule
from compliance.ruletest.pipes import csv_of
from compliance.ruletest.windows import Stretch, window_of
from compliance.workspace.manifest import Settings
from compliance.yamldoc import Document, Misplaced, Source, checked, load
from compliance.yamldoc.nodes import Loc, Mapping, Sequence

_REPEATED = re.compile(r"(?m)^ *([0-9]{1,9}) \* ")
_MOST_ROWS = 1_000_000
_PACK = re.compile(r"[a-z0-9][a-z0-9_-]*")
_TABLE = re.compile(r"\w[\w -]{0,59}")


class Named(Strict):
    """A record by its table and key."""

    table: str
    key: str


def _window(written: str) -> str:
    window_of(written)
    return written


class Expected(Strict):
    """A finding that must be there with every field that is given; with `absent: true` none such may be.

    `record` is a key or `table/key`; `due` as a date means the last day that is in time; `cause` is a part of it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [given("verdict"), {"required": ["absent"], "properties": {"absent": {"const": True}}}]
        }
    )

    rule: str | None = None
    bearer: str | None = None
    responsible: str | None = None
    window: Stretch | Annotated[str, AfterValidator(_window)] | None = None
    record: Named | str | None = None
    verdict: Verdict | None = None
    how: How | None = None
    measured: Decimal | None = None
    required: Decimal | None = None
    due: date | datetime | None = None
    days_late: int | None = None
    arithmetic: str | None = None
    cause: str | None = None
    absent: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> "Expected":
        if not self.absent and self.verdict is None:
            raise ValueError("a finding that is expected needs a `verdict`, or `absent: true`")
        return self

    @property
    def span(self) -> Window | None:
        """The window as local time."""
        if self.window is None:
            return None
        return window_of(self.window) if isinstance(self.window, str) else self.window.window

    @property
    def given(self) -> frozenset[str]:
        """The names of the fields that the case gives, be it as null."""
        return frozenset(self.model_fields_set - {"absent"})


class CaseSettings(Settings):
    """The manifest's keys in a case, but for those that lead out of it: cases come with other people's packs."""

    @field_validator("register_", "waivers")
    @classmethod
    def _nowhere_else(cls, _written: str | None) -> str | None:
        raise ValueError("a case stands alone: it can't name a file or a server")

    @field_validator("packs")
    @classmethod
    def _by_name(cls, packs: tuple[str, ...]) -> tuple[str, ...]:
        for index, pack in enumerate(packs):
            if not _PACK.fullmatch(pack):
                raise Misplaced("a case can't name a folder", index, help="name a pack that is shipped")
        return packs


def _table(name: str) -> str:
    """A table's name, which becomes that of a file."""
    if not _TABLE.fullmatch(name):
        raise Misplaced("a table's name here is up to 60 letters, digits, blanks, `_` and `-`", help="rename the table")
    return name


class Case(Strict):
    """One case. `given` are keys of the manifest; `tables`, written as pipe tables, are read as CSV.

    `todo: true` marks a known gap: that it fails is told, and is no failure.
    """

    case: str
    todo: bool = False
    given: CaseSettings = CaseSettings()
    as_of: date | datetime | None = None
    tables: AnyMapping[Annotated[str, AfterValidator(_table)], Annotated[str, AfterValidator(csv_of)]] = Field(
        default_factory=dict
    )
    expect: tuple[Expected, ...] = ()

    @field_validator("as_of")
    @classmethod
    def _local(cls, moment: date | None) -> date | None:
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            raise ValueError("`as_of` is local time: leave the offset out")
        return moment


def _some(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    if not rules:
        raise ValueError("there are no rules that the cases could be about")
    return rules


class Suite(Strict):
    """Cases with the rules that they are about, where these stand in no file of their own."""

    rules: Annotated[tuple[Rule, ...], AfterValidator(_some)]
    parameters: ParameterFile = Field(default_factory=dict)
    documents: tuple[DutyDocument, ...] = ()
    cases: tuple[Case, ...]


Cases: TypeAlias = tuple[Case, ...]


@dataclass(frozen=True)
class CaseFile:
    """A file of cases with its places; `at` is where its list of cases stands, `suite` is what else it brings."""

    source: Source
    cases: Cases
    at: Loc
    suite: Suite | None


def _too_many(text: Document[object]) -> Problem | None:
    """What is wrong where few lines ask for more rows than memory holds."""
    rows = sum(int(match[1]) for match in _REPEATED.finditer(text.text))
    if rows <= _MOST_ROWS:
        return None
    says = f"the tables of this file have {rows:,} rows, more than {_MOST_ROWS:,}"
    return text.problem((), says, "leave rows out, or write several files")


def read_cases(path: Path) -> CaseFile:
    """Read a list of cases, or a mapping that has rules and cases; raises UserError with every problem."""
    text: Document[object] = load(path, object, name=shown(path), within=path.parent)
    if problem := _too_many(text):
        raise UserError(problem)
    if isinstance(text.root, Sequence):
        listed = checked(text, Cases)
        return CaseFile(listed, listed.value, (), None)
    if isinstance(text.root, Mapping) and not {"cases", "rules"} & text.root.values.keys():
        advice = "begin each case with `- case:`; a file that brings its own has `rules` beside `cases`"
        raise UserError(text.problem((), "this is no list of cases", advice, width=1))
    suite = checked(text, Suite)
    return CaseFile(suite, suite.value.cases, ("cases",), suite.value)
