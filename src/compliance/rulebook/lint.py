"""Proof-reading rules before anybody is judged by them."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from compliance.calendar import work_calendar
from compliance.kinds.ground import Ground
from compliance.language.parameters import Parameters
from compliance.model.finding import Window
from compliance.model.problem import Level, Place, Problem, UserError
from compliance.roster import Roster
from compliance.rulebook.lints import linted
from compliance.rulebook.lints.base import Cases, Desk, Terms
from compliance.rulebook.lints.valued import full_name
from compliance.rulebook.loading import (
    CASES,
    DOCUMENT,
    PARAMETERS,
    LoadedRule,
    Rulebook,
    load_rulebook,
    named_parameters,
    overridden,
)
from compliance.rulebook.planning import plan_rules

_YEAR = Window(datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001 any year serves to check types
_OTHERS = {"judgement", "law"}
MANIFEST = "compliance.yaml"
_NO_PARAMETER = "there is no parameter "
OWN_TABLES = "tables of your own are known with --workspace"


def packs_of(paths: Sequence[Path]) -> list[Path]:
    """The pack folders that paths name: a pack, a folder of packs, or the pack of a rule file."""
    found: dict[Path, None] = {}
    for path in paths:
        for each in (path.parent,) if path.is_file() else (path, *_below(path)):
            if each.name not in _OTHERS and not (each / MANIFEST).is_file() and _holds_rules(each):
                found[each] = None
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    """The folders in a folder, at any depth, that are not hidden; one that is a link lies elsewhere."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_dir() and not path.is_symlink() and not hidden:
            yield path


def _holds_rules(folder: Path) -> bool:
    """Whether a folder has rule files, or files that were meant to be; the loader tells which are named wrongly."""
    return any(rule_files(folder)) or any(folder.glob("*.yml"))


def rule_files(folder: Path) -> Iterator[Path]:
    """The rule files of a folder."""
    for path in sorted(folder.glob("*.yaml")):
        if not path.name.endswith(CASES) and path.name not in {DOCUMENT, PARAMETERS}:
            yield path


def bare_ground(parameters: Parameters) -> Ground:
    """Ground without a workspace: the standard tables' columns, nobody on the roster, no record."""
    calendar = work_calendar(date(2024, 1, 1), date(2028, 12, 31))
    return Ground({}, calendar, "UTC", parameters, _YEAR, _YEAR.end, Roster(()))


def lint(
    paths: Sequence[Path],
    ground: Ground | None = None,
    *,
    today: date | None = None,
    terms: Terms | None = None,
    own: Mapping[str, object] = MappingProxyType({}),
    cases: Cases | None = None,
) -> tuple[Problem, ...]:
    """Every problem of the rules at these paths, by place; against a workspace's tables where its ground is given.

    `own` are the values of parameters that the workspace sets. Files of cases are read where `cases` says how.
    """
    absent = [path for path in paths if not path.exists()]
    if absent:
        raise UserError(
            [
                Problem(Place(str(path)), "there is no such file or folder", "name rule files or packs")
                for path in absent
            ]
        )
    if workspaces := [path for path in paths if (path / MANIFEST).is_file() or path.name == MANIFEST]:
        raise UserError([_workspace(path if path.is_dir() else path.parent) for path in workspaces])
    folders, files = packs_of(paths), case_files(paths) if cases else []
    if not folders:
        raise UserError(f"there are no rule files in {', '.join(map(str, paths))}", help="name a folder of rule files")
    try:
        rulebook = overridden(load_rulebook(folders), own)
    except UserError as error:
        return _ordered([*error.problems, *_of_cases(files, (), cases)])
    named = {path.resolve() for path in paths if path.is_file()}
    rules = [rule for rule in rulebook.rules.values() if not named or rule.path.resolve() in named]
    found = checked(rules, ground) if ground else map(_bare, checked(rules, bare_ground(rulebook.parameters)))
    desk = Desk(rulebook, today, ground, terms, cases)
    return _ordered([*found, *_of_cases(files, rulebook.rules.values(), cases), *_linted(desk, rules, named)])


def case_files(paths: Iterable[Path]) -> list[Path]:
    """The files of cases that paths name: those in a folder, that beside a rule file, or itself."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            folders = (path, *_below(path))
            found |= dict.fromkeys(each for folder in folders for each in sorted(folder.glob(f"*{CASES}")))
        else:
            beside = path if path.name.endswith(CASES) else path.with_name(path.stem + CASES)
            found |= dict.fromkeys([beside] if os.path.lexists(beside) else [])
    return list(found)


def _of_cases(files: Iterable[Path], rules: Iterable[LoadedRule], cases: Cases | None) -> Iterator[Problem]:
    """What is wrong with files of cases."""
    beside = {rule.cases: rule for rule in rules}
    for file in files:
        yield from cases(file, beside.get(file)).problems if cases else ()


def errors(rulebook: Rulebook, rules: Sequence[LoadedRule], ground: Ground) -> tuple[Problem, ...]:
    """What the lints call an error in rules that are about to judge, and no file silences.

    Shipped rules have been proof-read; only those that name a parameter which the organisation set are asked again.
    """
    asked = {each.rule.id: each for each in rules if not each.shipped or _reset(each, rulebook.parameters)}
    if not asked:
        return ()
    files = {each.document.file for each in asked.values()}
    found = linted(Desk(replace(rulebook, rules=asked), ground=ground), Level.ERROR)
    return _ordered([each for each in found if each.where and each.where.file in files])


def _reset(rule: LoadedRule, known: Parameters) -> bool:
    """Whether the organisation set a parameter that a rule names."""
    return any(full_name(rule, name, known) in known.overridden for name in named_parameters(rule))


def _linted(desk: Desk, rules: Sequence[LoadedRule], named: AbstractSet[Path]) -> list[Problem]:
    """What the lints find; where files were named, only what stands in these."""
    files = {rule.document.file for rule in rules}
    return [each for each in linted(desk) if not named or (each.where and each.where.file in files)]


def _workspace(folder: Path) -> Problem:
    """A workspace's manifest is no rule: its rules lie below, and are read against its tables."""
    rules = folder / "rules"
    advice = f"`compliance rules lint {rules} --workspace {folder}` proof-reads its rules"
    return Problem(Place(str(folder)), "this is a workspace", advice)


def _bare(problem: Problem) -> Problem:
    """Without a workspace an unknown table may well be one's own, also where its name is near to a standard one."""
    unknown = problem.says.startswith("there is no table ")
    return replace(problem, says=f"{problem.says}; {OWN_TABLES}") if unknown else problem


def checked(rules: Sequence[LoadedRule], ground: Ground) -> list[Problem]:
    """What planning the rules found wrong."""
    return [_named(problem) for planned in plan_rules(rules, ground) for problem in planned.problems]


def _named(problem: Problem) -> Problem:
    """What is told under an id of its own, whatever kind of rule met it."""
    return replace(problem, lint="unknown-parameter") if problem.says.startswith(_NO_PARAMETER) else problem


def _ordered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.where or Place(""), problem.says)))
