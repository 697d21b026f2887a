"""A table whose records are all of people who are not on the roster."""

from collections.abc import Iterator

from sqlglot import exp

from compliance.check.model import Oddity
from compliance.check.oddities.looked import Looked
from compliance.engines.base import Engine
from compliance.sql import col, relation
from compliance.workspace.reasons import unknown_bearer
from compliance.workspace.standard import EMPLOYEES
from compliance.workspace.tables import Table


def unknown_bearers(looked: Looked) -> Iterator[Oddity]:
    """Tables with bearers, none of whom is on the roster; a single known one shows that the ids are the right ones."""
    if EMPLOYEES not in looked.books.tables:
        return
    for name, table in looked.books.tables.items():
        if table.bearer is None or name == EMPLOYEES:
            continue
        strange = looked.accounts[name].reasons.get(unknown_bearer(table.bearer).group, 0)
        if strange and not _known(table, looked.engine):
            says = f"nobody in {name}.{table.bearer} is on the roster: not one id is an {EMPLOYEES}.employee_id"
            yield Oddity(name, says, "see whether the column holds names, or the ids of another system")


def _known(table: Table, engine: Engine) -> bool:
    """Whether any row that was accepted has a bearer."""
    counted = exp.select(exp.Count(this=col("_bearer"))).from_(relation(table.relation))
    return bool(engine.fetch(counted).column(0)[0].as_py())
