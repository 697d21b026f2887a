"""Mutation scores as JSON, version 1."""

from collections.abc import Sequence

from compliance.reports.exact import compact, document, lines
from compliance.ruletest.mutation.model import Score, percent
from compliance.ruletest.mutation.version1 import PackV1, ScoreV1, SummaryV1


def render(scores: Sequence[Score]) -> str:
    """One JSON document, a rule and a pack a line."""
    packs = tuple(dict.fromkeys(each.pack for each in scores))
    summary: SummaryV1 = {
        "rules": len(scores),
        "mutants": sum(each.made for each in scores),
        "killed": sum(each.killed for each in scores),
        "percent": percent(scores),
    }
    return document(
        {
            "version": "1",
            "rules": lines(map(_rule, scores)),
            "packs": lines(_pack(name, [each for each in scores if each.pack == name]) for name in packs),
            "summary": compact(summary),
        }
    )


def _rule(score: Score) -> ScoreV1:
    return {
        "rule": score.rule,
        "pack": score.pack,
        "file": score.file,
        "mutants": score.made,
        "killed": score.killed,
        "percent": percent([score]),
        "survivors": [{"mutant": each.mutant, "kill": each.kill, "because": each.because} for each in score.survivors],
        "failing": list(score.failing),
    }


def _pack(name: str, scores: Sequence[Score]) -> PackV1:
    made, killed = sum(each.made for each in scores), sum(each.killed for each in scores)
    return {"pack": name, "mutants": made, "killed": killed, "percent": percent(scores)}
