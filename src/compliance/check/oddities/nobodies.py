"""Records that name nobody, in a table that says whose its records are: they cure nobody's duty."""

from collections.abc import Iterator

from sqlglot import exp

from compliance.check.model import Oddity
from compliance.check.oddities.looked import Looked
from compliance.engines.base import Engine
from compliance.reports.words import plural
from compliance.sql import col, relation
from compliance.workspace.tables import Table

ADVICE = "such records count for nobody; see whether the column is filled and mapped rightly"
# A plan of a whole department has no bearer.
_OF_MANY = frozenset({"plans"})


def nobodies(looked: Looked) -> Iterator[Oddity]:
    """Tables in which some records name somebody and others nobody; a bearer behind a reference is told where it is."""
    for name, table in looked.books.tables.items():
        if table.bearer is None or "." in table.bearer or name in _OF_MANY:
            continue
        named, rows = _named(table, looked.engine)
        if 0 < named < rows:
            says = f"{plural(rows - named, 'record')} of {name} {_verb(rows - named)} nobody: {table.bearer} is empty"
            yield Oddity(name, says, ADVICE)


def _verb(count: int) -> str:
    return "names" if count == 1 else "name"


def _named(table: Table, engine: Engine) -> tuple[int, int]:
    """How many accepted rows have a bearer, of how many."""
    counted = exp.select(exp.Count(this=col("_bearer")), exp.Count(this=exp.Star())).from_(relation(table.relation))
    found = engine.fetch(counted)
    return int(found.column(0)[0].as_py()), int(found.column(1)[0].as_py())
