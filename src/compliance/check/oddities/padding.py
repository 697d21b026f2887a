"""Short texts with blanks at an end, which no condition takes for what a reader sees."""

from collections.abc import Iterator

from sqlglot import exp

from compliance.check.model import Oddity
from compliance.check.oddities.looked import Looked
from compliance.model.types import ColumnType
from compliance.reports.words import plural
from compliance.sql import col, expression, named, relation
from compliance.workspace.tables import Table

# Nobody compares a longer text with a word.
_PADDED = "length(trim(:c)) between 1 and 60 and (starts_with(:c, ' ') or ends_with(:c, ' '))"


def padded_texts(looked: Looked) -> Iterator[Oddity]:
    """Columns of ids or texts of which some have blanks at an end; CSV and workbooks are read without."""
    for name, table in looked.books.tables.items():
        for column, count, value in _padded(table, looked):
            says = f"{plural(count, 'record')} of {name} {'has' if count == 1 else 'have'} blanks around {column}"
            word = value.strip(" ").replace("'", "''")
            like = f"{'%' * value.startswith(' ')}{word}{'%' * value.endswith(' ')}"
            yield Oddity(name, says, f"'{word}' is none of them: ask for {column} like '{like}', or mend the source")


def _padded(table: Table, looked: Looked) -> Iterator[tuple[str, int, str]]:
    """Each such column, of how many records, and the least of its values."""
    words = [name for name, kind in table.columns.items() if kind in {ColumnType.ID, ColumnType.TEXT}]
    asked = []
    for name in words:
        padded = expression(_PADDED, c=col(name))
        asked.append(named(expression("count(case when :p then 1 end)", p=padded), f"{name} n"))
        asked.append(named(expression("min(case when :p then :c end)", p=padded.copy(), c=col(name)), f"{name} v"))
    if asked:
        found = looked.engine.fetch(exp.select(*asked).from_(relation(table.relation))).to_pylist()[0]
        yield from ((name, found[f"{name} n"], found[f"{name} v"]) for name in words if found[f"{name} n"])
