"""Coverage as text: clause by clause, or norm by norm where there is a catalogue; the last line is the summary."""

from collections.abc import Iterable, Iterator, Sequence

from compliance.model.printable import printable
from compliance.reports.ink import ink
from compliance.reports.words import plural
from compliance.ruletest.coverage.model import (
    Accounted,
    ClauseCoverage,
    Coverage,
    Covering,
    DocumentCoverage,
    Foreign,
    Way,
)

WORDS = {
    Way.RULE: "by rule",
    Way.ELSEWHERE: "elsewhere",
    Way.NOT_CHECKABLE: "not checkable",
    Way.MISSING: "missing",
}
WIDE = max(map(len, WORDS.values()))
Told = tuple[Way, str]


def render(coverage: Coverage, *, colour: bool = False) -> str:
    """A line for each way in which a clause, or a norm of the catalogue, is accounted for."""
    parts = _by_clause(coverage, colour=colour) if coverage.foreign is None else _by_norm(coverage, colour=colour)
    return "\n".join([*parts, summary(coverage)]) + "\n"


def summary(coverage: Coverage) -> str:
    """One line: how many norms are accounted for, and in which way."""
    counts = coverage.counts
    total = sum(counts.values())
    return (
        f"{total - counts[Way.MISSING]:,} of {total:,} accounted for: {counts[Way.RULE]:,} by rules, "
        f"{counts[Way.ELSEWHERE]:,} elsewhere, {counts[Way.NOT_CHECKABLE]:,} not checkable, "
        f"{counts[Way.MISSING]:,} missing"
    )


def _by_clause(coverage: Coverage, *, colour: bool) -> Iterator[str]:
    for document in coverage.documents:
        yield f"{ink(printable(document.id), 'strong', on=colour)}  {printable(document.title)}"
        yield from (f"  {line}" for line in _document(document, colour=colour))
        yield ""
    if coverage.unbound:
        yield "rules that rest on no clause of a document"
        yield from (f"  {_covering([rule])}" for rule in coverage.unbound)
        yield ""


def _document(document: DocumentCoverage, *, colour: bool) -> Iterator[str]:
    """The clauses by section and number, then the norms that none of them names."""
    rows = [(each.id.removeprefix(f"{document.id}/"), [*_clause(each)]) for each in document.clauses]
    rows += [(each.norm.id, [*_norm(each)]) for each in document.apart]
    return _lines(rows, colour=colour)


def _by_norm(coverage: Coverage, *, colour: bool) -> Iterator[str]:
    yield from _lines([(each.norm.id, [*_norm(each)]) for each in coverage.norms], colour=colour)
    yield from map(_foreign, coverage.foreign or ())


def _lines(rows: Sequence[tuple[str, Sequence[Told]]], *, colour: bool) -> Iterator[str]:
    """The name once, then a line for each way."""
    wide = max((len(printable(name)) for name, _ in rows), default=0)
    for name, told in rows:
        for index, (way, what) in enumerate(told):
            word = f"{WORDS[way]:<{WIDE}}"
            shown = ink(word, "failed", on=colour) if way is Way.MISSING else word
            yield f"{'' if index else printable(name):<{wide}}  {shown}  {printable(what)}".rstrip()


def _clause(coverage: ClauseCoverage) -> Iterator[Told]:
    """All rules of a clause on one line, then what else answers for its norms, the missing ones last."""
    if coverage.rules:
        yield Way.RULE, _covering(coverage.rules)
    others = [(each.norm.id, *told) for each in coverage.norms for told in _norm(each) if told[0] is not Way.RULE]
    for name, way, what in sorted(others, key=lambda other: [*Way].index(other[1])):
        yield way, what if name == coverage.id else f"{name}{': ' if what else ''}{what}"


def _norm(norm: Accounted) -> Iterator[Told]:
    if norm.rules:
        yield Way.RULE, _covering(norm.rules)
    for by in norm.elsewhere:
        yield Way.ELSEWHERE, by
    for reason in norm.not_checkable:
        yield Way.NOT_CHECKABLE, f"{reason.because}{f' Instead: {reason.instead}' if reason.instead else ''}"
    if norm.way is Way.MISSING:
        yield Way.MISSING, "; ".join(_hints(norm))


def _hints(norm: Accounted) -> Iterator[str]:
    """What helps to find a missing norm: where the catalogue has it, and the rules that would cover it if they ran."""
    if norm.norm.line:
        quote = f": {norm.norm.quote}" if norm.norm.quote else ""
        yield f"line {norm.norm.line} of the catalogue{quote}"
    yield from (f"{rule} does not run ({status})" for rule, status in norm.idle)


def _covering(rules: Iterable[Covering]) -> str:
    return ", ".join(f"{each.rule} ({plural(each.cases, 'case') if each.cases else 'no case'})" for each in rules)


def _foreign(foreign: Foreign) -> str:
    return f"the catalogue has no {printable(foreign.norm)}, named in {printable(', '.join(foreign.named_by))}"
