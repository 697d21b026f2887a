"""A case as a workspace on disk: its manifest, a CSV file for each table, and the rules that its file brings."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from compliance.rulebook.loading import DOCUMENT, PARAMETERS
from compliance.ruletest.written import Case, CaseFile
from compliance.workspace.manifest import MANIFEST
from compliance.yamldoc import Source
from compliance.yamldoc.nodes import Loc, Node, plain
from compliance.yamldoc.writing import flow

OWN = "rules"
REASON = "not what the case is about"


def stage(file: CaseFile, index: int, folder: Path, packs: Iterable[Path], left_out: Iterable[str]) -> None:
    """Write the workspace of one case; `left_out` are rules of the packs that it is not about."""
    case = file.cases[index]
    for name, rows in case.tables.items():
        source_of(name, folder).write_text(rows, encoding="utf-8")
    node = file.source.node((*file.at, index, "given"))
    given = plain(node) if node else {}
    manifest = given | {
        "packs": [*map(str, packs), *case.given.packs],
        "without": dict.fromkeys(left_out, REASON) | case.given.without,
        "tables": _entries(case, given.get("tables") or {}),
    }
    (folder / MANIFEST).write_text("".join(f"{key}: {flow(value)}\n" for key, value in manifest.items()), "utf-8")


def source_of(table: str, folder: Path) -> Path:
    """The file that a case's table is written to."""
    return folder / f"{table}.csv"


def _entries(case: Case, given: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """Every table's entry: what `given` says of it, and its file."""
    return {name: {**(given.get(name) or {}), "source": source_of(name, Path()).name} for name in case.tables}


def stage_rules(source: Source, folder: Path) -> tuple[Path, ...]:
    """Write the rules, parameters and documents of a file of cases as packs, each part where it stands in that file."""
    pack = folder / OWN
    _copy(source, ("parameters",), pack / PARAMETERS)
    for index, _ in enumerate(plain(source.root).get("rules", ())):
        _copy(source, ("rules", index), pack / f"rule-{index}.yaml")
    documents = [pack, *(folder / f"document-{index}" for index in range(1, len(_documents(source))))]
    for index, _ in enumerate(_documents(source)):
        _copy(source, ("documents", index), documents[index] / DOCUMENT)
    return tuple(documents)


def _documents(source: Source) -> list[object]:
    found: list[object] = plain(source.root).get("documents") or []
    return found


def _copy(source: Source, loc: Loc, path: Path) -> None:
    """Write one part of the file at the line and column that it has there, so that problems point to it."""
    node = source.node(loc)
    if node is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(_in_place(source, node), "utf-8")


def _in_place(source: Source, node: Node) -> str:
    lines = source.lines[node.start.line : node.end.line + 1]
    lines[-1] = lines[-1][: node.end.column]
    lines[0] = " " * node.start.column + lines[0][node.start.column :]
    return "\n" * node.start.line + "\n".join(lines) + "\n"
