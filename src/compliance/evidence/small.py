"""The manifest and the rules of the small workspace."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from compliance.dossier.waivers import WaiverFile
from compliance.kinds.ground import Ground
from compliance.rulebook.loading import DOCUMENT, PARAMETERS, LoadedRule, named_parameters
from compliance.rulebook.selection import JUDGEMENT
from compliance.workspace.manifest import Manifest
from compliance.yamldoc import Document, load
from compliance.yamldoc.nodes import plain
from compliance.yamldoc.writing import flow

WAIVERS = "waivers.yaml"
KEPT = ("timezone", "calendar", "positions", "departments", "backdating_tolerance", "builtin", "jurisdiction")
"""Keys of the manifest that verdicts rest on, as they stand."""


def manifest_text(
    document: Document[Manifest], rules: Iterable[LoadedRule], entries: Mapping[str, object], stands: Ground
) -> str:
    """The manifest with only what these rules need."""
    given = plain(document.root)
    period = {"from": stands.period.start.isoformat(), "to": stands.period.end.isoformat()}
    made = {
        "organisation": document.value.organisation,
        "period": period,
        **{key: given[key] for key in KEPT if key in given},
        "packs": sorted({f"./{_folder(each)}" for each in rules}),
        "parameters": _parameters(given.get("parameters") or {}, rules),
        **({"waivers": WAIVERS} if waivers(document, rules) else {}),
        "tables": entries,
    }
    return "".join(f"{key}: {flow(value)}\n" for key, value in made.items())


def _parameters(given: Mapping[str, object], rules: Iterable[LoadedRule]) -> dict[str, object]:
    """What the organisation set, of what these rules name; and all that judging goes by."""
    asked = {f"{each.rule.id.split('.', 1)[0]}.{name}" for each in rules for name in named_parameters(each)}
    asked |= {name for each in rules for name in named_parameters(each)}
    return {name: value for name, value in given.items() if name in asked or name.startswith(JUDGEMENT)}


def waivers(document: Document[Manifest], rules: Iterable[LoadedRule]) -> list[dict[str, object]]:
    """The waivers that name one of these rules, or a built-in one, each for these only."""
    written = document.value.waivers
    path = Path(document.file).parent / written if written else None
    if path is None or not path.is_file():
        return []
    known, found = {each.rule.id for each in rules}, plain(load(path, WaiverFile).root)
    meant = ((each, _named(each["rule"], known)) for each in found)
    return [each | {"rule": names} for each, names in meant if names]


def _named(written: str | list[str], known: set[str]) -> list[str]:
    names = [written] if isinstance(written, str) else written
    return [name for name in names if name in known or name.startswith("dutybook.")]


def rule_files(rules: Iterable[LoadedRule]) -> dict[str, bytes]:
    """The rules' files, with the documents and parameters of their packs."""
    files: dict[str, bytes] = {}
    for each in rules:
        beside = (each.path, each.path.with_name(DOCUMENT), each.path.with_name(PARAMETERS))
        files |= {f"{_folder(each)}/{path.name}": path.read_bytes() for path in beside if path.is_file()}
    return files


def _folder(rule: LoadedRule) -> str:
    return f"rules/{rule.pack}"
