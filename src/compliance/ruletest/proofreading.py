"""Proof-reading files of cases: what is wrong with them before any case runs."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

from compliance.model.problem import Place, Problem, UserError
from compliance.rulebook.lints.base import Cases, ReadCases
from compliance.rulebook.loading import CASES, LoadedRule, shown
from compliance.rulebook.schema import Rule
from compliance.ruletest.written import CaseFile, read_cases
from compliance.workspace.manifest import BuiltInName
from compliance.yamldoc import did_you_mean


def reader() -> Cases:
    """How lints read files of cases: each once, however many ask."""
    read = cache(_tried)

    def cases(path: Path, rule: LoadedRule | None) -> ReadCases:
        file = read(path)
        return ReadCases(None, file.problems) if isinstance(file, UserError) else _looked(path, file, rule)

    return cases


def _tried(path: Path) -> CaseFile | UserError:
    try:
        return read_cases(path)
    except UserError as error:
        return error


def _looked(path: Path, file: CaseFile, rule: LoadedRule | None) -> ReadCases:
    """What a file of cases tells; `rule` is the one beside it, if that was loaded."""
    if file.suite:
        return ReadCases((), (*strangers(file, *file.suite.rules),))
    verdicts = tuple(frozenset(each.verdict for each in case.expect) for case in file.cases)
    if rule is None:
        alone = not path.with_name(rule_name(path)).is_file()
        return ReadCases(verdicts, (without_rule(path, path.parent),) if alone else ())
    return ReadCases(verdicts, tuple(strangers(file, rule.rule)))


def rule_name(path: Path) -> str:
    """The name of the rule file that a file of cases is about."""
    return path.name.removesuffix(CASES) + ".yaml"


def without_rule(path: Path, folder: Path) -> Problem:
    """A list of cases that stands beside no rule of its name."""
    advice = f"put the rule in {folder / rule_name(path)}, or `rules` beside `cases` in this file"
    return Problem(Place(shown(path)), "there is no rule that these cases are about", advice)


def strangers(file: CaseFile, *rules: Rule) -> Iterator[Problem]:
    """Each rule that an expectation names and that does not run in its case: nothing of it can ever be found."""
    run = [*(rule.id for rule in rules), *(id_ for rule in rules for id_ in rule.yields_to), *get_args(BuiltInName)]
    for index, case in enumerate(file.cases):
        for number, each in enumerate(case.expect):
            # A pack that the case names brings rules of its own.
            if each.rule is not None and each.rule not in run and not case.given.packs:
                loc = (*file.at, index, "expect", number, "rule")
                advice = did_you_mean(each.rule, run) or f"these cases are about `{rules[0].id}`"
                yield file.source.problem(loc, f"the rule `{each.rule}` does not run in this case", advice)
