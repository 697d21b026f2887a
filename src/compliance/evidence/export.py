"""The main path of taking evidence out: gather, narrow, derive the verdict again, and only then hand it over."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compliance.assess.prepare import ground
from compliance.audit import Options, audit
from compliance.engines.base import Engine
from compliance.engines.duckdb import DuckDB
from compliance.evidence.narrow import Concerned, entry, needed, written
from compliance.evidence.papers import papers
from compliance.evidence.recorded import Recorded, recorded
from compliance.evidence.small import WAIVERS, manifest_text, rule_files, waivers
from compliance.kinds.ground import Ground
from compliance.model.audit import BUILT_IN, Audit
from compliance.model.finding import Finding
from compliance.model.problem import UserError
from compliance.register.attached import with_register
from compliance.register.home import Home, home
from compliance.rulebook import Rulebook, load_rulebook, overridden
from compliance.rulebook.loading import LoadedRule
from compliance.rulebook.planning import plan_rules
from compliance.rulebook.selection import pack_folders
from compliance.texts.attached import with_mentions
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import Manifest, load_manifest
from compliance.yamldoc import Document
from compliance.yamldoc.writing import flow


@dataclass(frozen=True, slots=True)
class Evidence:
    """The files by name, whether records of others had to be put in for the verdict to come out, and the register."""

    incident: str
    register: Home
    files: Mapping[str, bytes]
    whole: bool


def export(workspace: Path, register: Home | None, key: str, *, memory_limit: str = "1GB") -> Evidence:
    """The evidence of an incident; raises UserError where the workspace no longer gives the verdict on record."""
    document = load_manifest(workspace)
    folder = Path(document.file).parent
    kept_in = register or home(document.value.register_, folder)
    about = recorded(kept_in, key)
    rulebook = load_rulebook(pack_folders(document, folder, ()))
    rules = _rules(rulebook, about)
    rulebook = overridden(rulebook, document.value.parameters)
    with DuckDB.opened(source_files(document, folder), memory_limit) as engine:
        books = intake(document, folder, engine)
        manifest, as_of = document.value, about.stored.as_of
        books = with_register(books, kept_in, engine, rules, manifest=manifest, as_of=as_of)
        books = with_mentions(books, engine, rules)
        stands = ground(manifest, books, rulebook.parameters, engine, period=about.period, as_of=as_of)
        plan_rules(rules, stands)
        for whole in (False, True):
            files = _workspace(document, rules, stands, engine, None if whole else _everybody(about, stands))
            if found := _derived(files, about):
                return Evidence(about.case.id, kept_in, papers(about, found, files, rules, stands), whole)
    says = f"incident {about.case.id}: the workspace no longer gives the verdict of audit {about.stored.audit}"
    raise UserError(says, help="its records or rules were changed since; restore those that were audited")


def _rules(rulebook: Rulebook, about: Recorded) -> tuple[LoadedRule, ...]:
    """The rules of the incident, and those that they yield to."""
    own = [rulebook.rules[name] for name in about.rules if name in rulebook.rules]
    if missing := [name for name in about.rules if name not in rulebook.rules and not name.startswith(BUILT_IN)]:
        says = f"the workspace's packs have no rule {missing[0]}, which incident {about.case.id} rests on"
        raise UserError(says, help="name its pack in the manifest")
    first = (rulebook.rules[name] for each in own for name in each.rule.yields_to if name in rulebook.rules)
    return tuple({each.rule.id: each for each in (*own, *first)}.values())


def _everybody(about: Recorded, stands: Ground) -> Concerned:
    """The people concerned, and their superiors, who may have to answer."""
    concerned = about.concerned
    above = {each.superior_id for each in stands.roster.appointments if each.bearer in concerned.people}
    return replace(concerned, above=frozenset(who for who in above if who))


def _workspace(
    document: Document[Manifest], rules: tuple[LoadedRule, ...], stands: Ground, engine: Engine, who: Concerned | None
) -> dict[str, bytes]:
    """The files of the small workspace."""
    tables = needed(stands, who or Concerned(frozenset(), {}))
    files = {f"{name}.csv": written(table, engine, who).encode() for name, table in tables.items()}
    files |= rule_files(rules)
    if accepted := waivers(document, rules):
        files[WAIVERS] = f"{flow(accepted)}\n".encode()
    entries = {name: entry(table) for name, table in tables.items()}
    return files | {"compliance.yaml": manifest_text(document, rules, entries, stands).encode()}


def _derived(files: Mapping[str, bytes], about: Recorded) -> Audit | None:
    """The audit of the small workspace, where it gives the findings that are on record."""
    with tempfile.TemporaryDirectory(prefix="dutybook-") as folder:
        put(Path(folder), files)
        options = Options(about.period.start, about.period.end, about.stored.as_of, judge="plain", records=True)
        found = audit(Path(folder), options).audit
    again = {each.id: each for each in found.findings}
    alike = all(key in again and _same(again[key], kept) for key, kept in about.findings.items())
    return found if alike else None


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _same(finding: Finding, kept: Mapping[str, Any]) -> bool:
    """Whether a finding says what was recorded of it."""
    told = (
        finding.verdict.value,
        finding.how and finding.how.value,
        _number(finding.measured),
        _number(finding.required),
    )
    return told == (kept["verdict"], kept["how"], _number(kept["measured"]), _number(kept["required"]))


def _number(value: object) -> str | None:
    return None if value is None else str(value)
