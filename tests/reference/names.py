"""The columns that a rule reads: what its expressions name, and what it lists."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from tests.reference.columns import AT, BEARER, REFS
from tests.reference.expressions import parse
from tests.reference.world import PEOPLE_COLUMNS, Rule

Read: TypeAlias = tuple[str, str]
"""A table and a column of it."""

OWN = ("where", "value", "must", "until", "declared", "quantity", "due", "case", "stage", "at", "period", "from", "to")
BOUNDS = ("at_least", "at_most", "more_than", "less_than")
FIRST, SECOND, FURTHER = ("after", "before", "over"), ("expect", "delivered", "against"), ("with", "without")


@dataclass(frozen=True)
class Seen:
    """Where names stand: beside a record of a table, seen from another one, and with the tables of `for_each`."""

    columns: Mapping[str, Iterable[str]]
    table: str
    this: str | None = None
    each: tuple[str, ...] = ()

    def at(self, table: str) -> "Seen":
        """The same, beside a record of another table that is seen from this one."""
        return replace(self, table=table, this=self.table)

    def names(self, text: object) -> Iterator[Read]:
        """The columns that an expression reads."""
        for name in _names(parse(text)) if isinstance(text, str) else ():
            yield from self.read(name)

    def read(self, name: str) -> Iterator[Read]:
        """The columns on the way of a name."""
        head, _, rest = name.partition(".")
        if not rest:
            yield from [(self.table, name)] if name in self.columns[self.table] else []
        elif head == "bearer":
            yield "employees", "hired_on" if rest == "tenure_days" else rest
        elif head == "this" and self.this:
            yield from replace(self, table=self.this).read(rest)
        elif head == "each":
            found = [each for each in self.each if rest.partition(".")[0] in self.columns[each]]
            yield from replace(self, table=found[0]).read(rest) if found else ()
        elif reference := self._referred(head):
            yield self.table, reference[0]
            yield from replace(self, table=reference[1]).read(rest)

    def _referred(self, head: str) -> tuple[str, str] | None:
        """The column that a reference goes through, and the table to which it leads."""
        keys = {next(iter(columns)): name for name, columns in self.columns.items()}
        keys |= REFS.get(self.table, {})
        for column in (f"{head}_id", head):
            target = "employees" if column in PEOPLE_COLUMNS or column.endswith("_by") else keys.get(column)
            if target and column in self.columns[self.table]:
                return column, target
        return None


def reads(rule: Rule, columns: Mapping[str, Iterable[str]]) -> Iterator[Read]:
    """Every column that a rule reads, of tables with these columns."""
    asked = rule.get("bearer", {})
    yield from (("employees", name) for name in ("position", "level") if name in asked)
    body = next(part for name, part in rule.items() if name not in {"bearer", "in_force"} and isinstance(part, Mapping))
    first = next((body[name] for name in FIRST if name in body), body)
    seen = Seen(columns, first["of"], None, tuple(_entities(body)))
    yield from (each for name in ("who", "where") if asked.get(name) != "none" for each in seen.names(asked.get(name)))
    yield from _block(first, seen)
    if first is not body:
        yield from seen.names(body.get("by"))
    measured = [bound for key in BOUNDS if isinstance(bound := body.get(key), Mapping) and "of" in bound]
    beside = [seen.at(each["of"]) for each in measured if "match" not in each]
    for each in beside:
        yield from (read for name in _shared(body, columns) for read in each.read(name))
    for each in (seen, *beside) if "who" not in asked and not _owned(body, rule) else ():
        yield from each.read(BEARER.get(each.table, "employee_id") or "")
    if "over" in body:
        yield from _second(body, seen)
    for name in SECOND:
        yield from _second(body[name], seen) if name in body else ()
    yield from _for_each(body, seen)


def _parts(body: Rule) -> list[Any]:
    given = body.get("for_each", [])
    return given if isinstance(given, list) else [given]


def _owned(body: Rule, rule: Rule) -> bool:
    """Whether an entity's owner owes, or nobody does."""
    return "for_each" in body and ("bearer" not in rule or any(True for _ in _entities(body)))


def _entities(body: Rule) -> Iterator[str]:
    return (part["of"] for part in _parts(body) if "of" in part)


def _shared(body: Rule, columns: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """The columns that a record shares with its entity."""
    for part in _parts(body):
        if isinstance(part, str | list):
            yield from [part] if isinstance(part, str) else part
        elif "of" in part:
            yield next(iter(columns[part["of"]]))


def _for_each(body: Rule, seen: Seen) -> Iterator[Read]:
    """The blocks of entities with their owners, and what ties records to them."""
    for part in _parts(body):
        if "of" in part:
            own = Seen(seen.columns, part["of"])
            yield from (*_block(part, own), *own.read(part.get("owner", "owner_id")))
    yield from () if "match" in body else (each for name in _shared(body, seen.columns) for each in seen.read(name))


def _block(block: Rule, seen: Seen) -> Iterator[Read]:
    """What stands beside a block's own records, when they happened, and what is seen from them."""
    yield seen.table, ""
    if "at" not in block and seen.table in AT:
        yield from seen.read(AT[seen.table])
    measured = block.get("measure", "count").partition("(")[2].removesuffix(")").removeprefix("distinct ")
    for text in (*(block.get(key) for key in OWN), measured or None):
        yield from seen.names(text)
    for name in block.get("split", {}).get("same", ()):
        yield from seen.read(name)
    for key in (*FURTHER, *BOUNDS):
        told = block.get(key)
        if isinstance(told, Mapping) and "of" in told:
            timed = key in FURTHER or "window" in told or "per" in block
            yield from _second(told if timed else {**told, "at": None}, seen)
        elif isinstance(told, str) and "." in told:  # else it is a duration, or names but parameters
            yield from seen.names(told)


def _second(block: Rule, first: Seen) -> Iterator[Read]:
    seen = first.at(block["of"])
    yield from (*_block(block, seen), *first.names(block.get("window")))
    match = block.get("match", ())
    for own, its in match.items() if isinstance(match, Mapping) else [(name, name) for name in match]:
        yield from (*seen.read(own), *first.read(its))


def _names(tree: object) -> Iterator[str]:
    """Every name in a tree."""
    match tree:
        case ("name", str(name)):
            yield name
        case tuple(parts):
            for part in parts:
                yield from _names(part)
