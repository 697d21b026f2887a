"""Mutation: each rule is changed a little, and its cases should notice."""

from compliance.ruletest.mutation.model import Mutant, Score, Survivor, percent
from compliance.ruletest.mutation.scoring import score_all, scored

__all__ = ["Mutant", "Score", "Survivor", "percent", "score_all", "scored"]
