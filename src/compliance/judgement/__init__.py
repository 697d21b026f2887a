"""Judgement: who answers for what was breached, what is judged together, and how grave it is."""

from compliance.judgement.bench import Bench, Mode, judge
from compliance.judgement.durable import Child
from compliance.judgement.faults import JudgementFailed, JudgesDisagree, NotPlain
from compliance.judgement.loading import load_judgement
from compliance.judgement.rules import Judgement

__all__ = [
    "Bench",
    "Child",
    "Judgement",
    "JudgementFailed",
    "JudgesDisagree",
    "Mode",
    "NotPlain",
    "judge",
    "load_judgement",
]
