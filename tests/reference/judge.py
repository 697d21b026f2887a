"""The reference judge: one rule and one world in, findings out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from tests.reference import acts, continuity, deadline, quota, responses, sequences, sums
from tests.reference.absent import absent
from tests.reference.force import never_applies, runs
from tests.reference.people import roster
from tests.reference.world import Finding, Rule, World

KINDS: dict[str, Callable[[Rule, World], list[Finding]]] = {
    "quota": quota.judge,
    "deadline": deadline.judge,
    "prohibition": acts.prohibition,
    "condition": acts.condition,
    "limit": acts.limit,
    "response": responses.response,
    "precedence": responses.precedence,
    "interval": continuity.interval,
    "sequence": sequences.sequence,
    "fulfilment": sums.fulfilment,
    "level": sums.level,
    "reconciliation": sums.reconciliation,
}
ASKED: dict[str, Callable[[Rule], str]] = {
    "response": lambda body: str(body["expect"]["of"]),
    "precedence": lambda body: str(body["expect"]["of"]),
    "fulfilment": lambda body: str(body["delivered"]["of"]),
    "reconciliation": lambda body: str(body["against"]["of"]),
}
"""In which table what is missing would stand, where that is not the block's own."""
WANTING = ("short", "missing", "late", "partial", "gap", "differs")


def kind_of(rule: Rule) -> str:
    """The one kind that a rule is of."""
    return next(name for name in KINDS if name in rule)


def judge_all(rules: Sequence[Rule], world: World) -> list[Finding]:
    """What rules find in a world, each after those that it yields to."""
    named = {rule["id"]: rule for rule in rules}
    found: dict[str, list[Finding]] = {}

    def judged(name: str) -> list[Finding]:
        if name not in found:
            rule = named[name]
            others = [(named[other], each) for other in rule.get("yields_to", ()) for each in judged(other)]
            first = [(_about(other, world, each), each) for other, each in others if each.verdict != "not_applicable"]
            found[name] = [_yielding(_about(rule, world, each), each, first) for each in _found(rule, world)]
        return found[name]

    return [each for name, rule in named.items() for each in _at_once(rule, world, judged(name))]


About: TypeAlias = tuple[str, str] | None


def _about(rule: Rule, world: World, finding: Finding) -> About:
    """The table and key of the record, or case, that a finding is about."""
    body = rule[kind_of(rule)]
    each = body.get("for_each")
    parts = [part for part in (each if isinstance(each, list) else [each]) if isinstance(part, Mapping)]
    blocks = [*parts, body, body.get("over", {}), body.get("after", {}), body.get("before", {})]
    tables = [name for name in (*(block.get("of") for block in blocks), "employees") if name in world.tables]
    keys = ((name, world.tables[name].key_of(row)) for name in tables for row in world.tables[name].accepted)
    if finding.record is None:
        return None
    case = body.get("of", tables[0]), finding.record  # a sequence's, under the block's table
    if "sequence" in rule:
        return case
    return next(((name, key) for name, key in keys if key == finding.record), case)


def _yielding(about: About, finding: Finding, first: Sequence[tuple[About, Finding]]) -> Finding:
    """Silent where another rule speaks on the same record, or on the same bearer and window."""
    record = about is not None and any(its == about for its, _ in first)
    # Two findings that both name a record are on the same only if it is one: the product's reading, as far as it goes.
    windows = [(each.bearer, each.window) for its, each in first if each.window and (its is None or about is None)]
    if not record and (finding.bearer, finding.window) not in windows:
        return finding
    return Finding(finding.rule, "not_applicable", finding.bearer, finding.window, finding.record)


def _also_asked(body: Rule) -> list[str]:
    """The tables of approvals and further blocks: what is held against somebody may hang on their being empty."""
    blocks = [body, *(body[name] for name in ("after", "expect", "before", "over", "against") if name in body)]
    further = [block[word]["of"] for block in blocks for word in ("with", "without") if word in block]
    return [*further, *(["approvals"] if body.get("unless") == "approved" else [])]


def _asks_who(rule: Rule, *, authority: bool) -> bool:
    """Whether a rule speaks of what only a roster tells, as whose authority covers an act where any is kept."""
    approved = authority and any(rule[name].get("unless") == "approved" for name in KINDS if name in rule)
    named = any(name in str(rule) for name in ("bearer.", "employee."))
    told = named or bool({"position", "level"} & set(rule.get("bearer", {})))
    return told or approved or "'authority'" in str(rule)


def binding(rules: Sequence[Rule], world: World) -> list[Rule]:
    """The rules that ask something: that apply, and of which nothing lacks that they read."""
    return [rule for rule in rules if runs(rule) and _unasked(rule, world) is None]


def _found(rule: Rule, world: World) -> list[Finding]:
    """What a rule finds in a world, before anybody yields."""
    if not runs(rule):
        return []
    unasked = _unasked(rule, world)
    return KINDS[kind_of(rule)](rule, world) if unasked is None else [unasked]


def _unasked(rule: Rule, world: World) -> Finding | None:
    """The one finding of a rule that doesn't apply, or that can't be asked; None of all others."""
    if never_applies(rule, world):
        return Finding(rule["id"], "not_applicable")
    lacking = absent(rule, world)
    if lacking is not None:
        return Finding(rule["id"], "undetermined", because=f"there is no table {lacking}")
    if roster(world) is None and _asks_who(rule, authority="authority" in world.tables):
        return Finding(rule["id"], "undetermined", because="there is no roster")
    return None


def _reached(world: World, name: str) -> list[str]:
    """The tables by which it is told when a table's records happened, and whose they are."""
    table = world.tables[name]
    paths = [column.split(".")[:-1] for column in (table.at, table.bearer) if column]
    return [reached for path in paths for reached in _along(world, name, path)]


def _along(world: World, name: str, path: Sequence[str]) -> Iterator[str]:
    """The tables that references lead to, one after the other, as far as they are kept."""
    for head in path:
        refs = world.tables[name].refs if name in world.tables else {}
        keys = {table.key: table.name for table in world.tables.values()} | dict(refs)
        if f"{head}_id" not in keys:
            return
        name = keys[f"{head}_id"]
        yield name


def _at_once(rule: Rule, world: World, found: list[Finding]) -> list[Finding]:
    """The one finding of a rule that hangs on an empty table, else all.

    That such a rule still goes before one that yields to it is the product's reading.
    """
    kind = kind_of(rule)
    asked = ASKED.get(kind, lambda body: body.get("of"))(rule[kind])
    # That what can't be told is told once, too, where the table is empty that should tell it, is the product's reading.
    untold = kind in {"reconciliation", "quota"} and any(each.verdict == "undetermined" for each in found)
    wanting = [asked] if untold or any(each.how in WANTING for each in found) else []
    if any(each.verdict in {"breached", "undetermined"} for each in found):
        wanting += _also_asked(rule[kind])
    told = [each for name in wanting if name in world.tables for each in (name, *_reached(world, name))]
    empty = next((name for name in told if _holds_nothing(world, name)), None)
    return found if empty is None else [Finding(rule["id"], "undetermined", because=f"{empty} holds no record")]


def _holds_nothing(world: World, name: str) -> bool:
    """Whether a table has no row at all: rejected ones are asked one by one, unless they were set aside."""
    table = world.tables[name]
    return not table.accepted and (not table.rejected or name in world.set_aside)
