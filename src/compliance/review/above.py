"""Who stands above whom, as the workspace's own tables say it on a day."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any

from compliance.assess.staff import staff
from compliance.calendar import ONE_DAY, work_calendar
from compliance.engines.duckdb import DuckDB
from compliance.model.finding import day_of
from compliance.roster import Roster
from compliance.workspace.fetching import rows
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import Manifest, load_manifest
from compliance.workspace.order import needed
from compliance.workspace.tables import Table
from compliance.yamldoc import Document

TABLES = ("employees", "appointments", "departments")
Above = Callable[[str], tuple[str, ...] | None]


def nobody_known(_employee: str) -> tuple[str, ...] | None:
    """What a workspace without a roster says."""
    return None


@dataclass(frozen=True, slots=True)
class People:
    """A day's roster and the head of each department, by its id and its name."""

    roster: Roster
    day: date
    heads: Mapping[str, str]

    def above(self, employee: str) -> tuple[str, ...] | None:
        """All superiors up to the top, and the head of the department; None for whoever is not on the roster."""
        who = self._known.get(_plain(employee))
        return None if who is None else tuple(dict.fromkeys(self._climb(who)))

    @property
    def _known(self) -> dict[str, str]:
        return {_plain(each.bearer): each.bearer for each in self.roster.everybody(self.day)}

    def _climb(self, who: str) -> Iterator[str]:
        seen, waiting = {who}, [who]
        while waiting:
            held = self.roster.on(waiting.pop(), self.day)
            if held is None:
                continue
            for each in (held.superior_id, self.heads.get(held.department or "")):
                if each is not None and each not in seen:
                    seen.add(each)
                    waiting.append(each)
                    yield each


class Roll:
    """The people of a workspace, read anew on another day and whenever the manifest or a file of theirs has changed."""

    def __init__(self, workspace: Path, today: Callable[[], date]) -> None:
        self._workspace, self._today, self._lock = workspace, today, Lock()
        self._files: tuple[Path, ...] = ()
        self._state: object = None
        self._people: People | None = None

    def above(self, employee: str) -> tuple[str, ...] | None:
        """As the roster says it; None where the workspace keeps no superiors, or does not know this person."""
        with self._lock:
            if not self._files or (self._today(), _states(self._files)) != self._state:
                self._read()
            known = self._people
        return None if known is None else known.above(employee)

    def _read(self) -> None:
        """The state is taken first: what changes meanwhile is read the next time."""
        day, whole = self._today(), load_manifest(self._workspace)
        document = staffed(whole)
        self._files = (Path(whole.file), *source_files(document, Path(whole.file).parent))
        self._state = (day, _states(self._files))
        self._people = people(document, day)


def people(document: Document[Manifest], day: date) -> People | None:
    """The people as the tables have them; None where no table says who is above whom. Raises what intake does."""
    manifest, folder = document.value, Path(document.file).parent
    if "employees" not in manifest.tables:
        return None
    with DuckDB.opened(source_files(document, folder)) as engine:
        tables = intake(document, folder, engine).tables
        days = work_calendar(day, day + ONE_DAY, country=manifest.calendar.country)
        roster = staff(manifest, tables, engine, days)
        heads = {
            manifest.departments.get(name, name): str(row["head_id"])
            for row in (_departments(engine, tables["departments"], day) if "departments" in tables else ())
            if row.get("head_id") is not None
            for name in map(str, filter(None, (row["_key"], row.get("name"))))
        }
    return People(roster, day, heads) if heads or "superior_id" in roster.columns else None


def _departments(engine: DuckDB, table: Table, day: date) -> list[dict[str, Any]]:
    """The rows of the departments; of a history those that had begun by the day, the newest last."""
    if (begins := table.valid_from) is None:
        return rows(engine, table, ("name", "head_id"))
    told = [(day_of(row[begins] or date.min), row) for row in rows(engine, table, ("name", "head_id", begins))]
    return [row for _, row in sorted(((since, row) for since, row in told if since <= day), key=itemgetter(0))]


def staffed(document: Document[Manifest]) -> Document[Manifest]:
    """The manifest with the tables of people alone, and those that they lead to."""
    needs, wanted = needed(document), set[str]()
    waiting = [each for each in TABLES if each in document.value.tables]
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting += needs[name] - wanted
    kept = {name: entry for name, entry in document.value.tables.items() if name in wanted}
    return replace(document, value=document.value.model_copy(update={"tables": kept}))


def _states(files: tuple[Path, ...]) -> tuple[tuple[int, int] | None, ...]:
    return tuple((found.st_mtime_ns, found.st_size) if (found := _stat(each)) else None for each in files)


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None


def _plain(employee: str) -> str:
    return employee.strip().casefold()
