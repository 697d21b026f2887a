"""Whom and which departments the roster of a workspace knows, for names that people type in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from compliance.assess.staff import staff
from compliance.calendar import ONE_DAY, work_calendar
from compliance.engines.duckdb import DuckDB
from compliance.register.home import Home
from compliance.review.above import staffed
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import MANIFEST, load_manifest
from compliance.yamldoc import did_you_mean


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The ids of a workspace's people and the names of their departments, as reports write them."""

    people: frozenset[str]
    departments: frozenset[str]

    def strange(self, *people: str) -> Iterator[str]:
        """A sentence for each id that is nobody's; capitals and blanks around it don't matter, as for deeds."""
        known = {_plain(each) for each in self.people}
        for each in dict.fromkeys(people):
            if _plain(each) not in known:
                yield _told(f"nobody on the roster has the id {each}", each, self.people)

    def strange_department(self, name: str) -> Iterator[str]:
        """A sentence where nobody on the roster is of this department."""
        if name not in self.departments:
            yield _told(f"nobody on the roster is in a department {name}", name, self.departments)


def workspace_of(register: Home) -> Path | None:
    """The workspace that the register lies in, else the current folder if it is one."""
    folders = [register.parent, Path()] if isinstance(register, Path) else [Path()]
    return next((folder for folder in folders if (folder / MANIFEST).is_file()), None)


def enrolled(workspace: Path, day: date) -> Enrolled | None:
    """As the tables have it; None where no roster is kept. Raises what intake does."""
    document = staffed(load_manifest(workspace))
    manifest, folder = document.value, Path(document.file).parent
    if "employees" not in manifest.tables:
        return None
    with DuckDB.opened(source_files(document, folder)) as engine:
        tables = intake(document, folder, engine).tables
        roster = staff(manifest, tables, engine, work_calendar(day, day + ONE_DAY, country=manifest.calendar.country))
    held = roster.appointments
    departments = frozenset(each.department for each in held if each.department)
    return Enrolled(frozenset(each.bearer for each in held), departments)


def _told(says: str, word: str, known: frozenset[str]) -> str:
    advice = did_you_mean(word, sorted(known))
    return f"{says}; {advice}" if advice else says


def _plain(employee: str) -> str:
    return employee.strip().casefold()
