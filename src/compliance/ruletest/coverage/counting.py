"""How many cases each rule has."""

import os
from collections.abc import Mapping

from compliance.model.problem import Problem, UserError
from compliance.rulebook import Rulebook
from compliance.ruletest.written import read_cases


def cases_of(rulebook: Rulebook) -> Mapping[str, int]:
    """The number of cases beside each rule; raises UserError with every problem of every file of cases."""
    problems: list[Problem] = []
    counts = dict.fromkeys(rulebook.rules, 0)
    for id_, rule in rulebook.rules.items():
        if not os.path.lexists(rule.cases):
            continue
        try:
            counts[id_] = len(read_cases(rule.cases).cases)
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)
    return counts
