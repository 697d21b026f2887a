"""Running cases: each is a small workspace, audited by the same path as every other."""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from compliance.audit import Means, Options, audit
from compliance.engines.turns import Turns
from compliance.judgement.code import Codes
from compliance.model.audit import TableAccount
from compliance.model.problem import Place, Problem, UserError
from compliance.rulebook import Rulebook, load_rulebook
from compliance.rulebook.schema import Rule
from compliance.ruletest.comparing import Difference, differences
from compliance.ruletest.proofreading import strangers, without_rule
from compliance.ruletest.staging import source_of, stage, stage_rules
from compliance.ruletest.written import CaseFile, read_cases
from compliance.workspace.layouts import Layouts
from compliance.workspace.manifest import MANIFEST

Load = Callable[[Path], Rulebook]

layouts = cache(Layouts)
"""The layouts of tables that this process has met, in whatever workspace: what is the same has the same one."""

REJECTS = 5
"""So many rejected rows of a table are told where a case fails."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case came out, and in what it differs where it failed."""

    case: str
    passed: bool
    wrong: tuple[Difference, ...] = ()

    @property
    def differences(self) -> tuple[str, ...]:
        """The differences as sentences."""
        return tuple(each.says for each in self.wrong)


@dataclass(frozen=True)
class Prepared:
    """One case with all that it needs to be run. `rules` are those that it is about.

    `left_out` are rules of the packs that it is not about.
    """

    file: CaseFile
    index: int
    rules: tuple[str, ...]
    packs: tuple[Path, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def case(self) -> str:
        """The sentence that names the case."""
        return self.file.cases[self.index].case

    @property
    def todo(self) -> bool:
        """Whether it marks a known gap."""
        return self.file.cases[self.index].todo

    @property
    def line(self) -> int:
        """The line of its file on which the case begins."""
        return self.file.source.place((*self.file.at, self.index)).line

    def run(self) -> CaseResult:
        """Run it by itself."""
        return run_cases((self,))[0]


def run_cases(cases: Sequence[Prepared], codes: Codes | None = None) -> tuple[CaseResult, ...]:
    """Audit the tables of each case and compare every finding; a workspace that can't be audited is a difference.

    The cases have an engine and the files of rules in common, and no record. `codes` are those known from others.
    """
    with tempfile.TemporaryDirectory(prefix="dutybook-case-") as made:
        folders = [Path(made) / str(number) for number, _ in enumerate(cases)]
        brought = _staged(cases, Path(made))
        files = [path for each, folder in zip(cases, folders, strict=True) for path in _sources(each, folder)]
        with Turns(files) as turns:
            means = Means(turns.opened, (codes or Codes()).code, layouts())
            return tuple(
                _run(each, folder, each.packs or brought[id(each.file)], means)
                for each, folder in zip(cases, folders, strict=True)
            )


def _sources(case: Prepared, folder: Path) -> tuple[Path, ...]:
    return tuple(source_of(name, folder) for name in case.file.cases[case.index].tables)


def _staged(cases: Iterable[Prepared], made: Path) -> dict[int, tuple[Path, ...]]:
    """The packs of rules that files of cases bring, by the file's identity: written once for all cases of a file."""
    files = {id(each.file): each.file for each in cases if not each.packs}
    staged: dict[int, tuple[Path, ...]] = {}
    for number, (which, file) in enumerate(files.items()):
        folder = made / f"file-{number}"
        folder.mkdir()
        staged[which] = stage_rules(file.source, folder)
    return staged


def _run(case: Prepared, folder: Path, packs: tuple[Path, ...], means: Means) -> CaseResult:
    folder.mkdir()
    try:
        wrong = _differences(case, folder, packs, means)
    except UserError as error:
        sentences = _sentences(error.problems, folder, case)
        wrong = tuple(Difference(each) for each in sentences)
    return CaseResult(case.case, not wrong, wrong)


def _differences(prepared: Prepared, folder: Path, packs: tuple[Path, ...], means: Means) -> tuple[Difference, ...]:
    case = prepared.file.cases[prepared.index]
    stage(prepared.file, prepared.index, folder, packs, prepared.left_out)
    outcome = audit(folder, Options(as_of=case.as_of, judge="plain", keep_all=True), means=means)
    wrong = differences(case.expect, outcome.audit.findings)
    return (*wrong, *_rejected(outcome.audit.tables)) if wrong else ()


def _rejected(tables: Iterable[TableAccount]) -> Iterator[Difference]:
    """Rows that could not be read: where a case fails, a slip in one of them may be why."""
    for each in tables:
        for told in each.rejects[:REJECTS]:
            line, _, reason = told.removeprefix(f"{source_of(each.table, Path())}:").partition(": ")
            yield Difference(f"row {int(line) - 1} of {each.table} was rejected: {reason}")


def run_file(path: Path, rulebook_folder: Path | None = None) -> tuple[CaseResult, ...]:
    """Run every case of a file; the arguments and errors are those of `prepare`."""
    return run_cases(prepare(path, rulebook_folder))


def prepare(path: Path, rulebook_folder: Path | None = None, *, load: Load | None = None) -> tuple[Prepared, ...]:
    """Every case of a file, ready to run.

    A list of cases is about the rule `<name>.yaml` of the folder (default: the file's own); a mapping with `rules`
    brings its own. `load` reads a folder's rules, where whoever prepares many files wants it done once. Raises
    UserError with every problem of the file, and of the folder's rules.
    """
    file = read_cases(path)
    folder = rulebook_folder or path.parent
    if file.suite:
        brought = tuple(rule.id for rule in file.suite.rules)
        _all_run(file, *file.suite.rules)
        return tuple(Prepared(file, index, brought) for index in range(len(file.cases)))
    about, left_out = _about(path, folder, (load or _load)(folder))
    _all_run(file, about)
    packs = (folder.resolve(),)
    return tuple(Prepared(file, index, (about.id,), packs, left_out) for index in range(len(file.cases)))


def _all_run(file: CaseFile, *rules: Rule) -> None:
    """Raises UserError where an expectation names a rule that does not run in its case."""
    if problems := [*strangers(file, *rules)]:
        raise UserError(problems)


def _load(folder: Path) -> Rulebook:
    return load_rulebook([folder])


def _about(path: Path, folder: Path, rulebook: Rulebook) -> tuple[Rule, tuple[str, ...]]:
    """The rule that the cases are about; then those of its folder that are neither it nor what it yields to."""
    rules = rulebook.rules
    about = next((each.rule for each in rules.values() if each.cases.name == path.name), None)
    if about is None:
        raise UserError(without_rule(path, folder))
    return about, tuple(name for name in rules if name not in {about.id, *about.yields_to})


def _sentences(problems: Iterable[Problem], folder: Path, case: Prepared) -> Iterator[str]:
    """The problems of a staged workspace as sentences, without the folders that were made for it."""
    staged = re.compile(rf"{re.escape(str(folder.parent))}/[^/]+/")
    for problem in problems:
        where = problem.where and _where(problem.where, folder.resolve(), case)
        told = replace(problem, where=where).line() + (f" ({problem.help})" if problem.help else "")
        yield staged.sub("", told)


def _where(named: Place, folder: Path, case: Prepared) -> Place:
    """Where a problem is: the manifest is what the case says; rules that are staged stand in the file of cases."""
    path = Path(named.file).resolve()
    if path == folder / MANIFEST:
        return Place(case.file.source.file, case.line)
    if not path.is_relative_to(folder.parent):
        return named
    return replace(named, file=path.name if path.parent == folder else case.file.source.file)
