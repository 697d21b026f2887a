"""The audit as one printable page that needs no other file."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from compliance.model.audit import Audit
from compliance.model.finding import Finding, Verdict
from compliance.model.printable import printable
from compliance.reports import counts, summary, words
from compliance.reports.card import MOST, Card, card, where
from compliance.reports.heat import heat
from compliance.reports.ledger import HEADS, entries, notes
from compliance.reports.shown import LIMIT, Shown, by_id, select
from compliance.reports.view import View

if TYPE_CHECKING:
    from jinja2 import Environment

FEW = 5
"""How many rejected rows of a table are named."""

WORDS = ("brief", "day", "graded", "instant", "person", "plural", "span", "title")
"""The functions of `words` that the templates call."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings outside any incident: what they have in common, those shown, and the count of the whole."""

    name: str
    meaning: str
    findings: tuple[Finding, ...]
    left_out: int
    count: int


def render(audit: Audit, view: View) -> str:
    """The audit as HTML: one file with no script and nothing to load."""
    page = environment().get_template("report.html.j2").render(_context(audit, view))
    return page.encode("utf-8", "replace").decode("utf-8")


@cache
def environment() -> "Environment":
    """The templates, every text escaped, every missing name an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 only whoever wants HTML pays for it

    templates = PackageLoader("compliance.reports", "templates")
    made = Environment(
        loader=templates,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda shown: printable(shown) if type(shown) is str else shown,
    )
    made.globals |= {name: getattr(words, name) for name in WORDS}
    made.globals |= {"where": where, "most_first": counts.most_first, "most": MOST, "few": FEW}
    return made


def _context(audit: Audit, view: View) -> dict[str, object]:
    shown, groups = select(audit, view), _groups(audit, view)
    return {
        "audit": audit,
        "filtered": view.sentence(),
        "summary": summary.sentences(audit),
        "examined": summary.examined(audit),
        "nothing": summary.NOTHING,
        "verdicts": counts.verdicts(audit),
        "unclear": [rule for rule in counts.unclear(audit) if view.rule in (None, rule.rule)],
        "heat": heat(audit),
        "changes": audit.changes,
        "shown": len(shown.incidents),
        "left_out": shown.left_out,
        "departments": _cards(audit, shown),
        "whole": counts.by_department(audit),
        "groups": groups,
        "heads": [head.capitalize() for head in HEADS],
        "entries": entries(audit),
        "notes": notes(audit),
        "others": sum(group.count for group in groups),
    }


def _cards(audit: Audit, shown: Shown) -> dict[str, list[Card]]:
    findings = by_id(audit)
    groups = shown.by_department().items()
    return {name: [card(audit, incident, findings) for incident in incidents] for name, incidents in groups}


def _groups(audit: Audit, view: View) -> tuple[Group, ...]:
    excused, pending = (
        [finding for finding in audit.findings if finding.verdict is verdict]
        for verdict in (Verdict.EXCUSED, Verdict.PENDING)
    )
    return (
        _group("Told", "Breached, but of a kind that raises no incident.", counts.told(audit), view),
        _group("Excused", "Breached, with a reason that excuses it.", excused, view),
        _group("Still running", "Not due yet, or not decided yet.", pending, view),
        _group("Met or not owed", "Listed since all verdicts were asked for.", counts.kept(audit), view, LIMIT),
    )


def _group(name: str, meaning: str, findings: Iterable[Finding], view: View, most: int = MOST) -> Group:
    every = tuple(findings)
    admitted = tuple(filter(view.admits, every))
    return Group(name, meaning, admitted[:most], max(0, len(admitted) - most), len(every))
