"""A check as JSON, version 1."""

from compliance.check.model import Check, ColumnSeen, Oddity, RuleSeen, TableSeen, Title, Unlock
from compliance.check.version1 import CheckV1, ColumnV1, OddityV1, RuleV1, TableV1, TitleV1, UnlockV1
from compliance.reports.exact import compact, document, lines


def render(check: Check) -> str:
    """One JSON document, a rule, title, oddity and table a line."""
    return document(
        {
            "version": "1",
            "check": compact(_check(check)),
            "rules": lines(map(_rule, check.rules)),
            "unlocks": lines(map(_unlock, check.unlocks)),
            "titles": lines(map(_title, check.titles)),
            "oddities": lines(map(_oddity, check.oddities)),
            "tables": lines(map(_table, check.tables)),
        }
    )


def _check(check: Check) -> CheckV1:
    period = check.period
    return {
        "organisation": check.organisation,
        "period": {"from": period.start.isoformat(), "to": period.end.isoformat()} if period else None,
        "as_of": check.as_of.isoformat() if check.as_of else None,
        "answerable": check.answerable,
    }


def _rule(rule: RuleSeen) -> RuleV1:
    return {
        "rule": rule.rule,
        "title": rule.title,
        "answer": rule.answer.value,
        "determined": rule.determined,
        "undetermined": rule.undetermined,
        "not_applicable": rule.not_applicable,
        "causes": dict(rule.causes),
    }


def _unlock(unlock: Unlock) -> UnlockV1:
    return {"missing": unlock.what, "unlocks": list(unlock.unlocks), "needed_by": list(unlock.needed_by)}


def _title(title: Title) -> TitleV1:
    return {"title": title.title, "table": title.table, "rows": title.rows}


def _oddity(oddity: Oddity) -> OddityV1:
    return {"table": oddity.table, "says": oddity.says, "help": oddity.help}


def _table(table: TableSeen) -> TableV1:
    account = table.account
    return {
        "table": account.table,
        "source": table.source,
        "read": account.read,
        "accepted": account.accepted,
        "rejected": account.rejected,
        "repeated": account.repeated,
        "reasons": dict(account.reasons),
        "key": list(table.key),
        "at": table.at,
        "bearer": table.bearer,
        "columns": [_column(column) for column in table.columns],
    }


def _column(column: ColumnSeen) -> ColumnV1:
    return {
        "name": column.name,
        "type": column.type.value,
        "told": column.told.value,
        "first": list(column.first),
    }
