"""The reference page of the shipped packs: their documents clause by clause, their parameters, what no record tells."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from compliance import shipped
from compliance.language.parameters import ASSUMED, DatedValue
from compliance.rulebook import Pack, load_rulebook
from compliance.rulebook.schema import Clause, DutyDocument
from compliance.ruletest.coverage import account, cases_of
from compliance.ruletest.coverage.model import Accounted, ClauseCoverage, Way

HEAD = """\
# The shipped packs

This page is made from the packs (`make docs`); do not edit it.

A pack is a folder of rules with the document that they rest on. A workspace names the packs that it wants in
`compliance.yaml`. Every clause stands here in our own words; where the text is open, *read as* says how it is taken.
`compliance rules show ID` shows a rule, `compliance rules coverage` counts what is covered. Values that no text gives
are **assumed**: a house should set its own, and findings that rest on one say so.
"""
CLAUSES = ("clause", "says", "rules")
PARAMETERS = ("parameter", "value", "from", "source")
ELSEWHERE = ("norm", "clause", "kept by")
NOT_CHECKABLE = ("norm", "clause", "why no record tells", "instead")


def packs() -> str:
    """The page of all shipped packs."""
    rulebook = load_rulebook(shipped.packs())
    covered = {each.pack: each.clauses for each in account(rulebook, cases_of(rulebook)).documents}
    listed = "".join(f"- [{pack.name}](#{pack.name}): {_title(pack)}\n" for pack in rulebook.packs)
    return "\n".join([HEAD, listed, *(_pack(pack, covered.get(pack.name, ())) for pack in rulebook.packs)])


def _title(pack: Pack) -> str:
    return pack.document.title if pack.document else "rules without a document"


def _pack(pack: Pack, clauses: Sequence[ClauseCoverage]) -> str:
    parts = [f"## {pack.name}\n", f"{_title(pack)}. {'. '.join(_facts(pack))}.\n"]
    if clauses:
        parts.append(_table(CLAUSES, map(_clause, clauses)))
    if pack.parameters:
        parts += [f"### {pack.name}: parameters\n", _table(PARAMETERS, _parameters(pack.parameters))]
    if pack.document:
        parts += _apart(pack.name, pack.document)
    return "\n".join(parts)


def _facts(pack: Pack) -> Iterator[str]:
    """What a reader wants to know of a pack first."""
    document = pack.document
    if document:
        yield f"Document: `{document.id}`, version {document.version}"
        if document.position:
            yield f"Position: `{document.position}`"
        if document.in_force_from:
            yield f"In force from {document.in_force_from}"
    yield f"Rules: {len(pack.rules)}"


def _clause(covered: ClauseCoverage) -> tuple[str, ...]:
    clause = covered.clause
    kind = "" if clause.kind == "duty" else f"<br>({clause.kind})"
    reading = f"<br>*Read as:* {_plain(clause.reading)}" if clause.reading else ""
    return f"{clause.section}/{clause.number}{kind}", f"{_plain(clause.text)}{reading}", "<br>".join(_covering(covered))


def _covering(covered: ClauseCoverage) -> Iterator[str]:
    """The rules of a clause; else, or beside them, what else answers for its norms."""
    yield from (f"`{each.rule}`" for each in covered.rules)
    for way, words in ((Way.ELSEWHERE, "elsewhere"), (Way.NOT_CHECKABLE, "not checkable"), (Way.MISSING, "no rule")):
        norms = [each for each in covered.norms if each.way is way]
        if norms:
            yield f"*{words}*{_named(norms, covered)}"


def _named(norms: Iterable[Accounted], covered: ClauseCoverage) -> str:
    """The norms by id, where the clause has any."""
    return f": {', '.join(each.norm.id for each in norms)}" if covered.clause.norms else ""


def _parameters(parameters: Mapping[str, Sequence[DatedValue]]) -> Iterator[tuple[str, ...]]:
    for name, values in parameters.items():
        for value in values:
            source = f"**{ASSUMED}**" if value.source == ASSUMED else _plain(value.source)
            yield f"`{name}`", _value(value), str(value.since or "always"), source


def _value(value: DatedValue) -> str:
    """The value as its file writes it, a list by its members."""
    if isinstance(value.value, tuple):
        return ", ".join(map(str, value.value))
    if isinstance(value.value, bool):
        return "true" if value.value else "false"
    return "none" if value.value is None else str(value.value)


def _apart(name: str, document: DutyDocument) -> Iterator[str]:
    """What the document's norms have instead of a rule."""
    if document.elsewhere:
        yield f"### {name}: kept elsewhere\n"
        yield _table(
            ELSEWHERE, ((each.norm, _clauses(document, each.norm), _plain(each.by)) for each in document.elsewhere)
        )
    if document.not_checkable:
        yield f"### {name}: not checkable\n"
        rows = (
            (each.norm, _clauses(document, each.norm), _plain(each.because), _plain(each.instead or ""))
            for each in document.not_checkable
        )
        yield _table(NOT_CHECKABLE, rows)


def _clauses(document: DutyDocument, norm: str) -> str:
    """The clauses of a document that have this norm."""
    return ", ".join(map(_number, (each for each in document.clauses if norm in each.norms)))


def _number(clause: Clause) -> str:
    return f"{clause.section}/{clause.number}"


def _plain(text: str) -> str:
    """The text without a meaning in Markdown, but for what stands in backticks."""
    parts = text.split("`")
    return "`".join(part if index % 2 else re.sub(r"([*_<\[])", r"\\\1", part) for index, part in enumerate(parts))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *(map(_cell, row) for row in rows))
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), ""])


def _cell(text: str) -> str:
    """One line; a pipe would end the cell."""
    return " ".join(text.split()).replace("|", "\\|")
