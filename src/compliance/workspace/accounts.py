"""What became of a table's rows, for the reports: counted by reason, and the first thousand told with their place."""

from collections.abc import Sequence

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.model.audit import TableAccount
from compliance.workspace.reasons import DISPUTED, Reason
from compliance.workspace.sources import Opened
from compliance.workspace.sql import all_of, query, staged
from compliance.workspace.standing import Ledger, Tally

_TOLD = 1000
_COUNTS = """
    select count(*) filter (where _reason is not null) as rejected, count(*) filter (where repeated) as repeated
    from away"""
_BY_REASON = """
    select _reason, count(*) as n from away where _reason is not null group by _reason order by n desc, _reason"""
_FIRST = """
    select _file, _row, _reason, case when _reason = :disputed then _key else _told end as told
    from away where _reason is not null order by _file, _row limit :most"""
_WITH_LINES = """
    select _file, coalesce(_line, first._row) as line, _reason, told
    from first left join lines on lines._row = first._row order by _file, line"""
_AS_LINES = """
    select _file, _row as line, _reason, told from first order by _file, line"""


def account(engine: Engine, ledger: Ledger, opened: Opened, reasons: Sequence[Reason], tally: Tally) -> TableAccount:
    """Count and tell the rows of one table that do not stand in it."""
    read = tally.read
    if not tally.out:
        return TableAccount(ledger.name, read, read, 0)
    rejected, repeated = (each[0].as_py() for each in engine.fetch(_of(ledger, _COUNTS)).columns)
    if not rejected:
        return TableAccount(ledger.name, read, read, 0, repeated)
    reasons = (*reasons, DISPUTED)
    counted = engine.fetch(_of(ledger, _BY_REASON)).to_pylist()
    return TableAccount(
        ledger.name,
        read,
        read - rejected,
        rejected,
        repeated,
        reasons={reasons[row["_reason"]].group: row["n"] for row in counted},
        rejects=tuple(_told(engine, ledger, opened, reasons)),
    )


def _of(ledger: Ledger, written: str, **nodes: exp.Expr) -> exp.Select:
    return staged([("away", all_of(ledger.out))], query(written, **nodes))


def _told(engine: Engine, ledger: Ledger, opened: Opened, reasons: Sequence[Reason]) -> list[str]:
    first = query(_FIRST, disputed=exp.convert(len(reasons) - 1), most=exp.convert(_TOLD))
    stages = [("away", all_of(ledger.out)), ("first", first)]
    lined = [("lines", opened.lines())] if opened.lines else []
    found = engine.fetch(staged([*stages, *lined], query(_WITH_LINES if lined else _AS_LINES))).to_pylist()
    return [f"{opened.files[row['_file']]}:{row['line']}: {reasons[row['_reason']].said(row['told'])}" for row in found]
