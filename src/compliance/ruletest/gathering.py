"""Which cases paths name: beside rules, in files that bring rules and cases, in folders of either."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compliance.model.problem import Place, Problem, UserError
from compliance.rulebook import load_rulebook
from compliance.rulebook.loading import CASES, Rulebook
from compliance.ruletest.running import Prepared, prepare
from compliance.yamldoc import MAX_BYTES

# A rule has no key `cases`, so a file with it at its top brings rules and cases.
_BRINGS_CASES = re.compile(r"""(?m)^(\{.*[{,\s])?["']?cases["']?\s*:""")
_BESIDE = f"a rule's cases stand beside it, in <name>{CASES}"


@dataclass(frozen=True)
class CaseSet:
    """All cases of one file: of the rule that stands beside it, or of the rules that it brings."""

    file: str
    rules: tuple[str, ...]
    brings_rules: bool
    cases: tuple[Prepared, ...]

    @property
    def name(self) -> str:
        """What a reader knows it by: its rule, or its file where that brings the rules."""
        return self.file if self.brings_rules else self.rules[0]


def gather(paths: Sequence[Path]) -> tuple[CaseSet, ...]:
    """The cases at the paths, each file once; raises UserError with all that can't be read, and paths without cases."""
    gathering = _Gathering()
    for path in paths:
        gathering.take(path)
    if gathering.problems:
        raise UserError(dict.fromkeys(gathering.problems))
    return tuple(gathering.taken.values())


class _Gathering:
    """The files taken so far, and what was wrong; a folder's rules are read once."""

    def __init__(self) -> None:
        self.taken: dict[Path, CaseSet] = {}
        self.problems: list[Problem] = []
        self._load = cache(_load)

    def take(self, path: Path) -> None:
        """Take every file that a path names."""
        before = len(self.taken) + len(self.problems)
        known = [self._known(file) for file in _files(path)]
        if not any(known) and len(self.taken) + len(self.problems) == before:
            self.problems.append(_without(path))

    def _known(self, file: Path) -> bool:
        """Take a file, and say whether it was taken before."""
        if file.resolve() in self.taken:
            return True
        try:
            cases = prepare(file, load=self._load)
        except UserError as error:
            self.problems += error.problems
            return False
        if cases:
            first = cases[0]
            found = CaseSet(first.file.source.file, first.rules, first.file.suite is not None, cases)
            self.taken[file.resolve()] = found
        return False


def _load(folder: Path) -> Rulebook:
    return load_rulebook([folder])


def _files(path: Path) -> tuple[Path, ...]:
    """The files of cases that a path names: itself, that beside it, or those below it."""
    if path.is_dir():
        return tuple(_below(path))
    if path.name.endswith(CASES) or not path.is_file() or _brings_cases(path):
        return (path,)
    beside = path.with_name(path.stem + CASES)
    return (beside,) if os.path.lexists(beside) else ()


def _below(folder: Path) -> Iterator[Path]:
    """The files of cases in a folder, at any depth, that are not hidden; a folder's own come before those below it."""
    found = (path for path in folder.rglob("*.yaml") if not _hidden(path.relative_to(folder)))
    ordered = sorted(found, key=lambda path: (path.parent, path))
    yield from (path for path in ordered if path.name.endswith(CASES) or (path.is_file() and _brings_cases(path)))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _brings_cases(path: Path) -> bool:
    """Whether a file looks as if it brought cases, or can't be opened; what is wrong is told when it is read."""
    try:
        with path.open("rb") as file:
            return bool(_BRINGS_CASES.search(file.read(MAX_BYTES).decode("utf-8", "replace")))
    except OSError:
        return True


def _without(path: Path) -> Problem:
    kind = "this folder holds no cases" if path.is_dir() else "there are no cases for this"
    return Problem(Place(str(path)), kind, _BESIDE)
