"""Rules as text: a line each, or one on a page."""

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from compliance.kinds import KINDS
from compliance.language.parameters import DatedValue
from compliance.model.printable import printable
from compliance.model.problem import UserError
from compliance.rulebook import LoadedRule, Rulebook
from compliance.yamldoc import did_you_mean

if TYPE_CHECKING:
    from compliance_cli.rules import Filters

HEAD = ("id", "kind", "force", "severity", "clause", "title")
READS: Mapping[str, str] = {"plan": "plans", "authority": "authority", "unless": "approvals"}
"""Keys of a rule that make it read a standard table, whatever their value."""


def chosen(rulebook: Rulebook, filters: "Filters") -> list[LoadedRule]:
    """The rules that pass every filter, by id; raises UserError where the kind is none."""
    kinds = [kind.name for kind in KINDS]
    if (kind := filters["kind"]) and kind not in kinds:
        raise UserError(f"there is no kind {kind}", help=did_you_mean(kind, kinds) or f"there are: {', '.join(kinds)}")
    return [rule for rule in rulebook.rules.values() if _passes(rule, filters)]


def _passes(rule: LoadedRule, filters: "Filters") -> bool:
    info, clause = rule.info, filters["clause"]
    return (
        filters["kind"] in (None, info.kind)
        and filters["norm"] in (None, *info.norms)
        and (clause is None or f"{info.clause}/".startswith(f"{clause.rstrip('/')}/"))
        and filters["position"] in (None, *_positions(rule))
        and filters["table"] in (None, *_tables(rule.rule.model_dump(exclude_none=True)))
    )


def _positions(rule: LoadedRule) -> tuple[str, ...]:
    bearer = rule.rule.bearer
    return bearer.position if bearer and isinstance(bearer.position, tuple) else ()


def _tables(value: object) -> Iterator[str]:
    """Every table that a rule reads, wherever in it."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key in READS:
                yield READS[key]
            elif key == "of" and isinstance(below, str):
                yield below
            else:
                yield from _tables(below)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tables(each)


def lines(rules: Sequence[LoadedRule]) -> str:
    """A line each, in columns, below a line of names."""
    infos = [rule.info for rule in rules]
    told = ((i.id, i.kind, i.force, i.severity.value, i.clause or "", i.title) for i in infos)
    rows = [HEAD, *(tuple(map(printable, row)) for row in told)]
    wide = [max(len(row[column]) for row in rows) for column in range(len(HEAD) - 1)]
    return "".join("  ".join([*map(str.ljust, row, wide), row[-1]]) + "\n" for row in rows)


def page(rulebook: Rulebook, key: str) -> str:
    """A rule's file, its clause, its document and its parameters."""
    rule = rulebook.rules[key]
    parts = (f"# {rule.document.file}\n{rule.document.text.rstrip()}", *_clause(rule), *_parameters(rulebook, rule))
    return "".join(f"{printable(line)}\n" for line in "\n\n".join(parts).split("\n"))


def _clause(rule: LoadedRule) -> Iterator[str]:
    info = rule.info
    if info.clause:
        text = info.clause_text or "(no document of the pack has its text)"
        yield f"Clause {info.clause}\n{fill(text, 100, initial_indent='  ', subsequent_indent='  ')}"
    if info.document:
        yield f"Document\n  {info.document}"


def _parameters(rulebook: Rulebook, rule: LoadedRule) -> Iterator[str]:
    used = {name: values for name, values in rulebook.parameters.values.items() if _names(rule, name)}
    if used:
        told = (f"  {name}: {_told(value)}" for name, values in used.items() for value in values)
        yield "\n".join(["Parameters", *told])


def _names(rule: LoadedRule, parameter: str) -> bool:
    """Whether the rule's file names this parameter, short or in full."""
    short = parameter.removeprefix(f"{rule.rule.id.split('.', 1)[0]}.")
    return bool(re.search(rf"(?::|parameter:\s*)({re.escape(parameter)}|{re.escape(short)})\b", rule.document.text))


def _told(value: DatedValue) -> str:
    since = f" from {value.since}" if value.since else ""
    what = ", ".join(map(str, value.value)) if isinstance(value.value, tuple) else value.value
    return f"{what}{since} (source: {value.source})"
