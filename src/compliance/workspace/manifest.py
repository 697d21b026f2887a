"""The manifest `compliance.yaml`: the organisation, its period and calendar, its packs, and where its tables are."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from compliance.language.durations import WRITTEN, Duration, Unit, duration
from compliance.language.parameters import Given
from compliance.model.base import OneOf, Strict
from compliance.model.finding import Window
from compliance.model.incident import Grade
from compliance.model.problem import Place, Problem, UserError
from compliance.workspace.entry import Entry, Heartbeat, TableEntry
from compliance.workspace.source import Source, SourceKind
from compliance.workspace.standard import STANDARD
from compliance.yamldoc import Document, Misplaced, did_you_mean, load, nearest

__all__ = [
    "MANIFEST",
    "Calendar",
    "Entry",
    "Heartbeat",
    "Manifest",
    "Period",
    "Settings",
    "Source",
    "SourceKind",
    "TableEntry",
    "load_manifest",
]

MANIFEST = "compliance.yaml"
# What is noticed of the records themselves, whatever the rules say.
BuiltInName = Literal[
    "dutybook.backdated",
    "dutybook.deputy-without-order",
    "dutybook.nobody-in-charge",
    "dutybook.overlap",
    "dutybook.unmapped-title",
]
BACKDATED, WITHOUT_ORDER, NOBODY_IN_CHARGE, OVERLAP, UNMAPPED_TITLE = get_args(BuiltInName)


class Period(Strict):
    """What is audited: from an instant up to another, without it; a date is its local 00:00."""

    from_: date | datetime = Field(alias="from")
    to: date | datetime

    @field_validator("from_", "to")
    @classmethod
    def _local(cls, moment: date) -> date:
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            raise ValueError("the period is local time: leave the offset out")
        return moment

    @model_validator(mode="after")
    def _not_empty(self) -> "Period":
        if self.window.end <= self.window.start:
            raise Misplaced(
                "the period ends no later than it begins", "to", help="`to` is the first day after the period"
            )
        return self

    @property
    def window(self) -> Window:
        """The period as local instants."""
        return Window(_instant(self.from_), _instant(self.to))


def _instant(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 local


def _countries() -> dict[str, str]:
    """Every name that the `holidays` library has for a country, with the code that it stands for."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 slow to import, needed only here

    return {name: names[1] for names in COUNTRIES.values() for name in names}


class Calendar(Strict):
    """The public holidays of a country, and the organisation's own days off and working days."""

    country: Annotated[str, OneOf(_countries)] | None = None
    subdivision: str | None = None
    extra_days_off: tuple[date, ...] = ()
    extra_working_days: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "Calendar":
        if self.country is not None:
            _check_country(self.country, self.subdivision)
        elif self.subdivision is not None:
            raise Misplaced("a `subdivision` needs its `country`", "subdivision", key=True)
        return self


def _check_country(country: str, subdivision: str | None) -> None:
    """Raise where the `holidays` library does not know the country or its part."""
    from holidays import country_holidays  # noqa: PLC0415 slow to import, needed only here

    codes = _countries()
    if country not in codes:
        near = nearest(country, codes)
        advice = f"did you mean `{codes[near]}`?" if near else "write its ISO 3166 code, such as RU or DE"
        raise Misplaced(f"no holidays are known for `{country}`", "country", help=advice)
    try:
        country_holidays(country, subdivision)
    except NotImplementedError:
        known = country_holidays(country).subdivisions
        advice = did_you_mean(str(subdivision), known) or f"known: {', '.join(known) or 'none'}"
        raise Misplaced(f"`{country}` has no subdivision `{subdivision}`", "subdivision", help=advice) from None


def _zone(name: str) -> str:
    """The name of a time zone; raises where there is no such zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = _nearest_zone(name)
        advice = f"did you mean `{near}`?" if near else "write for example Europe/Berlin"
        raise Misplaced(f"there is no time zone `{name}`", help=advice) from None
    return name


def _nearest_zone(name: str) -> str | None:
    """The nearest name of a zone, or the zone of the nearest city."""
    zones = sorted(available_timezones())
    by_city = {zone.rpartition("/")[2]: zone for zone in zones}
    city = nearest(name.rpartition("/")[2].replace(" ", "_"), by_city)
    return nearest(name, zones) or (by_city[city] if city else None)


def _duration_schema(_kind: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
    return core_schema.no_info_after_validator_function(duration, core_schema.str_schema())


Tolerance = Annotated[
    Duration, GetPydanticSchema(_duration_schema), WithJsonSchema({"type": "string", "pattern": WRITTEN})
]
Reason = Annotated[str, Field(min_length=1)]


class Settings(Strict):
    """Every key of the manifest, none required: what a rule's case gives, as far as it needs it."""

    organisation: str = ""
    timezone: Annotated[str, AfterValidator(_zone), OneOf(available_timezones)] = "UTC"
    period: Period | None = None
    calendar: Calendar = Calendar()
    packs: tuple[str, ...] = ()
    without: dict[str, Reason] = Field(default_factory=dict)
    positions: dict[str, str] = Field(default_factory=dict)
    departments: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, Given] = Field(default_factory=dict)
    backdating_tolerance: Tolerance = Duration(3, Unit.WORKING_DAYS)
    builtin: dict[BuiltInName, Grade] = Field(default_factory=dict)
    jurisdiction: str | None = None
    waivers: str | None = None
    register_: str = Field("register.sqlite", alias="register")
    set_aside: dict[str, Reason] = Field(default_factory=dict)
    tables: Mapping[str, Entry] = Field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the organisation."""
        return ZoneInfo(self.timezone)


class Manifest(Settings):
    """A workspace's manifest; its tables have sources."""

    tables: Mapping[str, TableEntry] = Field(default_factory=dict)


def load_manifest(path: Path) -> Document[Manifest]:
    """The manifest of a workspace's folder, or the file itself; `organisation` defaults to the folder's name.

    Raises UserError with every problem found.
    """
    file = path / MANIFEST if path.is_dir() else path
    if not path.exists():
        raise UserError(
            Problem(Place(str(path)), "there is no such folder or file", "name a folder with compliance.yaml")
        )
    if not file.exists():
        says = f"this folder has no {MANIFEST}"
        raise UserError(Problem(Place(str(path)), says, "`compliance init NEW-FOLDER` writes one"))
    document = load(file, Manifest)
    if problems := [*_unknown_tables(document)]:
        raise UserError(sorted(problems, key=lambda problem: problem.where or Place(str(file))))
    organisation = document.value.organisation or file.resolve().parent.name
    return replace(document, value=document.value.model_copy(update={"organisation": organisation}))


def _unknown_tables(document: Document[Manifest]) -> Iterator[Problem]:
    """Names of tables that are neither the manifest's own nor standard."""
    tables = document.value.tables
    for name in document.value.set_aside:
        if name not in tables:
            says = f"`{name}` is no table of this manifest"
            yield document.problem(("set_aside", name), says, did_you_mean(name, tables), key=True)
    known = {*tables, *STANDARD}
    targets = {(name, column): target for name, entry in tables.items() for column, target in entry.refs.items()}
    for (name, column), target in targets.items():
        if target not in known:
            loc = ("tables", name, "refs", column)
            yield document.problem(loc, f"there is no table `{target}`", did_you_mean(target, known))
