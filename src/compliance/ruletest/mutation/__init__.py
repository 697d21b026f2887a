"""Mutation: each rule is changed a little, and its cases should notice."""

from compliance.ruletest.mutation.model import Mutant, Score, Survivor, percent
from compliance.ruletest.mutation.scoring import measure_all, score_all

__all__ = ["Mutant", "Score", "Survivor", "measure_all", "percent", "score_all"]
