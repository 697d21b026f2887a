"""Trying mutants on a case: all of them stand as rules of their own in one audit, so that tables are read once."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compliance.audit import Means, Options, audit
from compliance.engines.turns import Turns
from compliance.model.finding import Finding
from compliance.model.problem import UserError
from compliance.rulebook.loading import CASES, DOCUMENT, PARAMETERS
from compliance.ruletest.comparing import differences
from compliance.ruletest.mutation.model import Mutant, Tree
from compliance.ruletest.running import Prepared
from compliance.ruletest.staging import source_of, stage, stage_rules
from compliance.ruletest.written import Expected
from compliance.workspace.layouts import Layouts
from compliance.yamldoc.writing import flow

_MARK = "mutant-"


@dataclass(frozen=True, slots=True)
class Trial:
    """How mutants fared on one case: the numbers of those alive, and of those that are no rules.

    `failed` says that the case fails on the rule as it is, which leaves all alive.
    """

    living: frozenset[int]
    invalid: frozenset[int] = frozenset()
    failed: bool = False


@dataclass(frozen=True)
class Stand:
    """What the cases of one rule are tried on, in turn: what the rule needs of its pack, a folder, an engine."""

    rest: Path
    folder: Path
    means: Means

    @classmethod
    @contextmanager
    def opened(cls, cases: Sequence[Prepared]) -> Iterator["Stand"]:
        """A stand for these cases; all of it is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="dutybook-cases-") as made:
            rest, folder = Path(made) / "rest", Path(made) / "tried"
            rest.mkdir()
            folder.mkdir()
            _needed(cases[0], rest)
            files = [source_of(table, folder / str(each.index)) for each in cases for table in _tables(each)]
            with Turns(files) as turns:
                yield cls(rest, folder, Means(turns.opened, layouts=Layouts()))

    @contextmanager
    def workspace(self, case: Prepared) -> Iterator[Path]:
        """An empty folder for a case, at the one place where the engine may read its tables."""
        folder = self.folder / str(case.index)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _tables(case: Prepared) -> Iterable[str]:
    return case.file.cases[case.index].tables


def tried(case: Prepared, rule: str, mutants: Mapping[int, Mutant], stand: Stand) -> Trial:
    """Try a case on the rule and on its mutants, all in one audit."""
    expected = case.file.cases[case.index].expect
    try:
        found, invalid = _together(case, rule, mutants, stand)
    except UserError:
        return Trial(frozenset(mutants), failed=True)
    left = {number: each for number, each in mutants.items() if number not in invalid}
    told = {each.unread: tuple(_told(one, each.unread) for one in expected) for each in left.values()}
    if not _differs(expected, found, rule, rule):
        unnoticed = (
            number for number, each in left.items() if not _differs(told[each.unread], found, rule, _id(rule, number))
        )
        return Trial(frozenset(unnoticed), invalid)
    # The rule, or a mutant, touches its neighbours: each is tried by itself.
    if not case.run().passed:
        return Trial(frozenset(mutants), failed=True)
    alone = {number: _alone(case, rule, each, stand) for number, each in left.items()}
    unnoticed = (
        number
        for number, own in alone.items()
        if own is not None and not _differs(told[left[number].unread], own, rule, rule)
    )
    return Trial(frozenset(unnoticed), invalid)


def _together(
    case: Prepared, rule: str, mutants: Mapping[int, Mutant], stand: Stand
) -> tuple[Sequence[Finding], frozenset[int]]:
    """What is found where all mutants stand beside the rule, but for those that turn out to be no rules."""
    invalid: frozenset[int] = frozenset()
    while True:
        trees = {_id(rule, number): each.tree for number, each in mutants.items() if number not in invalid}
        try:
            return _audited(case, stand, trees), invalid
        except UserError as error:
            wrong = {*_named(error)} & mutants.keys() - invalid
            if not wrong:
                raise
            invalid |= wrong


def _told(expected: Expected, unread: frozenset[str]) -> Expected:
    """What a case expects, but for some fields."""
    given = expected.model_fields_set - unread
    return Expected.model_construct(given, **{name: getattr(expected, name) for name in given})


def _id(rule: str, number: int) -> str:
    return f"{rule}.{_MARK}{number}"


def _named(error: UserError) -> Iterator[int]:
    """The numbers of the mutants whose files an error is about."""
    for problem in error.problems:
        name = Path(problem.where.file).name if problem.where else ""
        if name.startswith(_MARK):
            yield int(name.removeprefix(_MARK).removesuffix(".yaml"))


def _differs(expected: Sequence[Expected], found: Iterable[Finding], rule: str, mutant: str) -> bool:
    """Whether a case comes out otherwise where the mutant stands for the rule."""
    others = f"{rule}.{_MARK}"
    own = [
        replace(each, rule=rule) if each.rule == mutant else each
        for each in found
        if each.rule == mutant or (each.rule != rule and not each.rule.startswith(others))
    ]
    return bool(differences(expected, own))


def _alone(case: Prepared, rule: str, mutant: Mutant, stand: Stand) -> Sequence[Finding] | None:
    """What is found where a mutant takes the place of a rule that touches its neighbours; None where it is no rule."""
    try:
        return _audited(case, stand, {rule: mutant.tree}, instead=rule)
    except UserError:
        return None


def _audited(case: Prepared, stand: Stand, added: Mapping[str, Tree], *, instead: str = "") -> Sequence[Finding]:
    with stand.workspace(case) as folder:
        packs = _staged(case, stand.rest, folder, added, instead)
        stage(case.file, case.index, folder, packs, ())
        options = Options(as_of=case.file.cases[case.index].as_of, judge="plain", keep_all=True)
        return audit(folder, options, means=stand.means).audit.findings


def _staged(case: Prepared, rest: Path, folder: Path, added: Mapping[str, Tree], instead: str) -> tuple[Path, ...]:
    """The packs of a case, the added rules among them; `instead` is the rule that one of these replaces."""
    if case.packs:
        pack = folder / "packs" / case.packs[0].name
        shutil.copytree(rest, pack)
        packs: tuple[Path, ...] = (pack,)
    else:
        packs = stage_rules(case.file.source, folder)
    for path in packs[0].glob("*.yaml") if instead else ():
        if _id_in(path) == instead:
            path.unlink()
    for name, tree in added.items():
        number = name.rpartition(_MARK)[2] if _MARK in name else "0"
        (packs[0] / f"{_MARK}{number}.yaml").write_text(_written({**tree, "id": name}), "utf-8")
    return packs


def _written(tree: Mapping[str, Any]) -> str:
    return "".join(f"{key}: {flow(value)}\n" for key, value in tree.items())


def _needed(case: Prepared, folder: Path) -> None:
    """Copy what a case's rule needs of its pack: itself, what it yields to, parameters and documents."""
    for path in case.packs[0].glob("*.yaml") if case.packs else ():
        own = path.name in {DOCUMENT, PARAMETERS}
        if own or (not path.name.endswith(CASES) and _id_in(path) not in case.left_out):
            shutil.copy(path, folder / path.name)


def _id_in(path: Path) -> str:
    """The id of a rule's file, from its line alone: a file in a pack has been read whole before."""
    first = next((line for line in path.read_text("utf-8").splitlines() if line.startswith("id:")), "")
    return first.removeprefix("id:").partition("#")[0].strip().strip("\"'")
