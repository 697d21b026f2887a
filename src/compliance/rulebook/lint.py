"""Proof-reading rules before anybody is judged by them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from compliance.calendar import work_calendar
from compliance.kinds.ground import Ground
from compliance.language.parameters import Parameters
from compliance.model.finding import Window
from compliance.model.problem import Level, Place, Problem, UserError
from compliance.roster import Roster
from compliance.rulebook.loading import CASES, DOCUMENT, PARAMETERS, LoadedRule, Rulebook, load_rulebook
from compliance.rulebook.planning import plan_rules

_YEAR = Window(datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001 any year serves to check types
_OTHERS = {"judgement", "law"}


def packs_of(paths: Sequence[Path]) -> list[Path]:
    """The pack folders that paths name: a pack, a folder of packs, or the pack of a rule file."""
    found: dict[Path, None] = {}
    for path in paths:
        folder = path.parent if path.is_file() else path
        below = (each for each in sorted(folder.rglob("*")) if each.is_dir()) if path.is_dir() else ()
        for each in (folder, *below):
            if each.name not in _OTHERS and any(rule_files(each)):
                found[each] = None
    return list(found)


def rule_files(folder: Path) -> Iterator[Path]:
    """The rule files of a folder."""
    for path in sorted(folder.glob("*.yaml")):
        if not path.name.endswith(CASES) and path.name not in {DOCUMENT, PARAMETERS}:
            yield path


def bare_ground(parameters: Parameters) -> Ground:
    """Ground without a workspace: the standard tables' columns, nobody on the roster, no record."""
    calendar = work_calendar(date(2024, 1, 1), date(2028, 12, 31))
    return Ground({}, calendar, "UTC", parameters, _YEAR, _YEAR.end, Roster(()))


def lint(paths: Sequence[Path], ground: Ground | None = None) -> tuple[Problem, ...]:
    """Every problem of the rules at these paths, by place; against a workspace's tables where its ground is given."""
    absent = [path for path in paths if not path.exists()]
    if absent:
        raise UserError(
            [
                Problem(Place(str(path)), "there is no such file or folder", "name rule files or packs")
                for path in absent
            ]
        )
    folders = packs_of(paths)
    if not folders:
        raise UserError(f"there are no rule files in {', '.join(map(str, paths))}", help="name a folder of rule files")
    try:
        rulebook = load_rulebook(folders)
    except UserError as error:
        return _ordered(error.problems)
    named = {path.resolve() for path in paths if path.is_file()}
    rules = [rule for rule in rulebook.rules.values() if not named or rule.path.resolve() in named]
    return _ordered([*checked(rules, ground or bare_ground(rulebook.parameters)), *_advice(rules, rulebook)])


def checked(rules: Sequence[LoadedRule], ground: Ground) -> list[Problem]:
    """What planning the rules found wrong."""
    return [problem for planned in plan_rules(rules, ground) for problem in planned.problems]


def _advice(rules: Sequence[LoadedRule], rulebook: Rulebook) -> Iterator[Problem]:
    """Warnings about what a rule should carry."""
    for rule in rules:
        lacks = [key for key in ("clause", "norms", "message", "remedy") if not getattr(rule.rule, key)]
        if not rule.cases.is_file():
            lacks.append(f"cases ({rule.cases.name})")
        if lacks:
            says = f"rule `{rule.rule.id}` has no {', '.join(lacks)}"
            yield _warning(rule, says, "audited all the same; a reader will ask for them")
        for other in rule.rule.yields_to:
            if other not in rulebook.rules:
                yield _warning(rule, f"it yields to `{other}`, which is not among the rules here", "check the id")


def _warning(rule: LoadedRule, says: str, advice: str) -> Problem:
    place = rule.document.place(("id",))
    return Problem(place, says, advice, rule.document.excerpt(place.line), len(rule.rule.id), Level.WARNING)


def _ordered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.where or Place(""), problem.says)))
