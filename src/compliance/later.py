"""What has come since the audits on record: rows written down later, and waivers that are about to lapse."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from compliance.dossier.waivers import Waiver
from compliance.engines.base import Engine
from compliance.engines.duckdb import DuckDB
from compliance.judgement.justice import justice
from compliance.language.values import literal
from compliance.register.doubts import Doubt
from compliance.register.reviewed import AuditSeen
from compliance.rulebook import load_rulebook, overridden
from compliance.rulebook.selection import pack_folders
from compliance.sql import sql
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import load_manifest
from compliance.workspace.tables import Table

LATER = """
    select count(*) as many, max(r.recorded_at) as newest from records as r
    where r._at >= :start and r._at < :stop and r.recorded_at > :as_of
"""


def later(workspace: Path, audits: Sequence[AuditSeen], *, today: date, until: date) -> tuple[Doubt, ...]:
    """What to look at in the workspace; waivers that end up to `until` are about to lapse.

    `audits` are those on record, the newest first. Raises UserError for what is wrong with the workspace.
    """
    document = load_manifest(workspace)
    folder = Path(document.file).parent
    rulebook = overridden(load_rulebook(pack_folders(document, folder, ())), document.value.parameters)
    waivers = justice(document, folder, rulebook).waivers
    with DuckDB.opened(source_files(document, folder)) as engine:
        tables = intake(document, folder, engine).tables.values()
        told = [each for each in tables if "recorded_at" in each.columns and each.has_at and not each.ahead]
        return (*_lapsing(waivers, today, until), *_recorded(told, audits, engine))


def _lapsing(waivers: Iterable[Waiver], today: date, until: date) -> Iterator[Doubt]:
    for each in waivers:
        if each.to is not None and today <= each.to <= until:
            yield Doubt("waiver", None, f"the waiver {each.name} ends with {each.to}", "waivers")


def _recorded(tables: Iterable[Table], audits: Sequence[AuditSeen], engine: Engine) -> Iterator[Doubt]:
    """Rows of a period that its newest audit can't have known."""
    newest = [each for place, each in enumerate(audits) if not any(_within(each, one) for one in audits[:place])]
    for table in tables:
        for audit in newest:
            holes = {"start": audit.start, "stop": audit.end, "as_of": audit.as_of}
            query = sql(LATER, {"records": table.relation}, **{name: literal(at).sql for name, at in holes.items()})
            row = engine.fetch(query).to_pylist()[0]
            if row["many"]:
                says = (
                    f"{row['many']} of the period of audit {audit.id} were written down after it, up to {row['newest']}"
                )
                yield Doubt("late records", None, says, table.name)


def _within(one: AuditSeen, other: AuditSeen) -> bool:
    return other.start <= one.start and one.end <= other.end
