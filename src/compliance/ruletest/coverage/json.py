"""Coverage as JSON, version 1."""

from collections.abc import Iterable, Iterator

from compliance.reports.exact import compact, document, lines
from compliance.ruletest.coverage.model import Accounted, Coverage, Covering, Foreign, Way
from compliance.ruletest.coverage.version1 import ClauseV1, CoveringV1, ForeignV1, NormV1, SummaryV1


def render(coverage: Coverage) -> str:
    """One JSON document, a clause and a norm a line."""
    members = {
        "version": "1",
        "clauses": lines(_clauses(coverage)),
        "rules_without_clause": lines(_covering(coverage.unbound)),
        "norms": lines(map(_norm, coverage.norms)),
        "foreign": "null" if coverage.foreign is None else lines(map(_foreign, coverage.foreign)),
        "summary": compact(_summary(coverage)),
    }
    return document(members)


def _clauses(coverage: Coverage) -> Iterator[ClauseV1]:
    for each in coverage.documents:
        for clause in each.clauses:
            yield {
                "clause": clause.id,
                "document": each.id,
                "pack": each.pack,
                "kind": clause.clause.kind,
                "way": clause.way.value,
                "rules": _covering(clause.rules),
                "norms": list(clause.clause.norms),
            }


def _norm(accounted: Accounted) -> NormV1:
    return {
        "norm": accounted.norm.id,
        "line": accounted.norm.line or None,
        "way": accounted.way.value,
        "rules": _covering(accounted.rules),
        "elsewhere": list(accounted.elsewhere),
        "not_checkable": [{"because": each.because, "instead": each.instead} for each in accounted.not_checkable],
        "not_running": [{"rule": rule, "status": status} for rule, status in accounted.idle],
    }


def _covering(rules: Iterable[Covering]) -> list[CoveringV1]:
    return [{"rule": each.rule, "cases": each.cases} for each in rules]


def _foreign(foreign: Foreign) -> ForeignV1:
    return {"norm": foreign.norm, "named_by": list(foreign.named_by)}


def _summary(coverage: Coverage) -> SummaryV1:
    counts = coverage.counts
    total = sum(counts.values())
    return {
        "norms": total,
        "accounted_for": total - counts[Way.MISSING],
        "by_rules": counts[Way.RULE],
        "elsewhere": counts[Way.ELSEWHERE],
        "not_checkable": counts[Way.NOT_CHECKABLE],
        "missing": counts[Way.MISSING],
    }
