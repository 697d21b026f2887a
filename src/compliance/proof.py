"""Proof-reading from outside: rules at paths, against the standard tables or against a workspace's own."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from compliance.assess.period import audited, known_at
from compliance.assess.prepare import ground
from compliance.engines.duckdb import DuckDB
from compliance.judgement import load_judgement
from compliance.judgement.justice import FOLDER, LAW
from compliance.judgement.law import Law, Liability, load_law
from compliance.language.durations import Duration
from compliance.model.problem import Problem, UserError
from compliance.rulebook import load_rulebook, overridden
from compliance.rulebook.lint import lint, packs_of
from compliance.rulebook.mending import mend
from compliance.ruletest.proofreading import reader
from compliance.shipped import rules as shipped_rules
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import load_manifest

_ROUNDS = 20  # far more than mistakes hide behind one another


def proofread(
    paths: Sequence[Path], workspace: Path | None = None, *, today: date | None = None
) -> tuple[Problem, ...]:
    """Every problem of the rules at these paths, by place. Raises UserError where a path or the workspace is wrong."""
    rules = tuple(path for path in paths if path.name != FOLDER)
    if workspace is None:
        found = lint(rules, today=today, terms=_terms, cases=reader()) if _asked(rules, paths) else ()
        return (*_judged(paths), *found)
    document = load_manifest(workspace)
    manifest, folder = document.value, Path(document.file).parent
    judged = _judged(paths, manifest.jurisdiction)
    terms = partial(_terms, manifest.jurisdiction or "")
    if not _asked(rules, paths):
        return judged
    try:
        parameters = overridden(load_rulebook(packs_of(rules)), manifest.parameters).parameters
    except UserError:  # what can't be loaded is told by the lint, and asks for no tables
        return (*judged, *lint(rules, today=today, terms=terms, cases=reader()))
    with DuckDB.opened(source_files(document, folder)) as engine:
        books = intake(document, folder, engine)
        period = audited(None, None, manifest.period.window if manifest.period else None, books)
        as_of = known_at(None, period, books.tables.values())
        found_in = ground(manifest, books, parameters, engine, period=period, as_of=as_of)
        own = manifest.parameters
        return (*judged, *lint(rules, found_in, today=today, terms=terms, own=own, cases=reader()))


def _asked(rules: Sequence[Path], paths: Sequence[Path]) -> bool:
    """Whether rules are to be read, and not judgement rules alone."""
    return bool(rules) or not judgement_folders(paths)


def _terms(jurisdiction: str | None = None) -> dict[str, Duration]:
    """How long from discovery an employer may act under a law, or under each that is shipped; none where none is told.

    The manifest's own check tells of a jurisdiction that is not there.
    """
    laws = _laws(jurisdiction)
    terms = {law.title: law.terms.get(Liability.DISCIPLINARY) for law in laws}
    return {title: term.from_discovery for title, term in terms.items() if term and term.from_discovery}


def _laws(jurisdiction: str | None) -> list[Law]:
    """The law of this name, none where there is none; without a name all that are shipped."""
    files = sorted((shipped_rules() / LAW).glob("*.yaml"))
    return [load_law(file.parent, file.stem) for file in files if jurisdiction in {None, file.stem}]


def mended(paths: Sequence[Path], workspace: Path | None = None, *, today: date | None = None) -> Iterator[str]:
    """Mend in the files what needs no thought, and tell each change; one may bring the next mistake to light.

    Raises UserError where a path or the workspace is wrong.
    """
    for _ in range(_ROUNDS):
        told = mend(proofread(paths, workspace, today=today))
        if not told:
            return
        yield from told


def judgement_folders(paths: Sequence[Path]) -> list[Path]:
    """The folders of judgement rules that paths name or lie above."""
    folders = (folder for path in paths if path.is_dir() for folder in (path, *sorted(path.rglob(FOLDER))))
    return [folder for folder in dict.fromkeys(folders) if folder.name == FOLDER and folder.is_dir()]


def _judged(paths: Sequence[Path], jurisdiction: str | None = None) -> tuple[Problem, ...]:
    """Every problem of the judgement rules at these paths, under this law, or under each that is shipped."""
    found: dict[Problem, None] = {}
    own = [folder for folder in judgement_folders(paths) if folder.resolve() != (shipped_rules() / FOLDER).resolve()]
    for law in _laws(jurisdiction) if judgement_folders(paths) else ():
        try:
            load_judgement([shipped_rules() / FOLDER, *own], law=law)
        except UserError as error:
            found |= dict.fromkeys(error.problems)
    return tuple(found)
