"""Audits are recorded whole, once, in one transaction."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import TypeAlias

from compliance.model.audit import Audit, Changes, RuleAccount, TableAccount
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Incident, State
from compliance.model.jsonparts import Once
from compliance.register import history
from compliance.register.chain import audit_recorded
from compliance.register.database import Database
from compliance.register.file import exists, reading, writing
from compliance.register.home import Home
from compliance.register.matching import Matches, match
from compliance.register.story import Stories, of_rule

BATCH = 5_000
"""How many findings are turned into JSON and written at a time."""

LEFT_OUT = frozenset({Verdict.MET, Verdict.NOT_APPLICABLE})
"""Verdicts that the register only counts."""

Story: TypeAlias = tuple[bytes, str]
"""A story's digest and its text."""


def record(home: Home, audit: Audit, known: Callable[[Changes], None] = lambda _changes: None) -> Changes:
    """Keep the audit with its findings and incidents; say which incidents are new, known or gone.

    An audit that stands there already is kept once, and the answer is the first one. `known` hears the answer of any
    other as soon as it is found, long before the audit is kept.
    """
    with writing(home) as db:
        if (number := _number(db, audit.id)) is not None:
            return _changes(db, number)
        number = db.execute("select coalesce(max(number), 0) + 1 from audits").fetchone()[0]
        matches = match(audit.incidents, history.earlier(db, audit), history.shared(db, audit.incidents))
        changes = Changes(matches.new, matches.known, matches.gone)
        known(changes)
        _keep(db, number, audit, matches)
        audit_recorded(db.conn, number, {each.table: _counted(each) for each in audit.tables})
    return changes


def _counted(account: TableAccount) -> dict[str, int]:
    """What became of a table's rows, as the chain keeps it."""
    return {name: getattr(account, name) for name in ("read", "accepted", "rejected", "silent_days")}


def discovered(home: Home) -> dict[str, datetime]:
    """For each finding recorded as a breach, the `as_of` of the audit that first did so; empty without a register."""
    if not exists(home):
        return {}
    with reading(home) as db:
        rows = db.execute("select finding, as_of from discovered")
        return {finding: datetime.fromisoformat(as_of) for finding, as_of in rows}


def _number(db: Database, audit: str) -> int | None:
    row = db.execute("select number from audits where id = ?", [audit]).fetchone()
    return row and int(row[0])


def _changes(db: Database, number: int) -> Changes:
    rows = db.execute("select state, incident from audit_incidents where audit = ? order by incident", [number])
    ids: dict[str, list[str]] = {}
    for state, incident in rows:
        ids.setdefault(state, []).append(incident)
    return Changes(*(tuple(ids.get(state, ())) for state in (State.NEW, State.KNOWN, State.GONE)))


def _keep(db: Database, number: int, audit: Audit, matches: Matches) -> None:
    """Write all that belongs to the audit."""
    _keep_audit(db, number, audit)
    _keep_rules(db, number, audit)
    kept = (finding for finding in audit.findings if finding.verdict not in LEFT_OUT)
    stories = Stories(audit)
    while batch := list(islice(kept, BATCH)):
        _keep_findings(db, number, batch, _told(map(stories.of_finding, batch)))
    known = frozenset(matches.known)
    stated = ((each, State.KNOWN if each.id in known else State.NEW) for each in audit.incidents)
    while chosen := list(islice(stated, BATCH)):
        _keep_incidents(db, number, chosen, _told(stories.of_incident(each) for each, _ in chosen))
    _keep_departed(db, number, matches)


def _told(stories: Iterable[str]) -> list[Story]:
    return [(sha256(text.encode()).digest(), text) for text in stories]


def _keep_stories(db: Database, stories: Iterable[Story]) -> None:
    db.conn.executemany("insert into stories (digest, body) values (?, ?) on conflict do nothing", stories)


def _keep_rules(db: Database, number: int, audit: Audit) -> None:
    told = dict(zip(audit.rulebook, _told(map(of_rule, audit.rulebook.values())), strict=True))
    accounts = {key: RuleAccount(key) for key in audit.rulebook} | {account.rule: account for account in audit.rules}
    _keep_stories(db, told.values())
    for key, account in sorted(accounts.items()):
        counts = [getattr(account, verdict) for verdict in Verdict]
        digest = told[key][0] if key in told else None
        db.execute("insert into audit_rules values (?, ?, ?, ?, ?, ?, ?, ?, ?)", [number, key, *counts, digest])


def _keep_findings(db: Database, number: int, batch: list[Finding], stories: list[Story]) -> None:
    pairs = [(finding, digest) for finding, (digest, _) in zip(batch, stories, strict=True)]
    _keep_stories(db, stories)
    db.conn.executemany(
        "insert into findings (id, rule, bearer, first_audit) values (?, ?, ?, ?) on conflict do nothing",
        ((finding.id, finding.rule, finding.bearer, number) for finding, _ in pairs),
    )
    db.conn.executemany(
        "insert into audit_findings (finding, audit, verdict, story) values (?, ?, ?, ?)",
        ((finding.id, number, finding.verdict.value, digest) for finding, digest in pairs),
    )


def _keep_incidents(db: Database, number: int, batch: list[tuple[Incident, State]], stories: list[Story]) -> None:
    _keep_stories(db, stories)
    rows = [(incident, state, digest) for (incident, state), (digest, _) in zip(batch, stories, strict=True)]
    rules: Once[tuple[str, ...]] = Once(json.dumps)
    db.conn.executemany(
        "insert into incidents (id, first_audit) values (?, ?) on conflict do nothing",
        ((each.id, number) for each, _, _ in rows),
    )
    db.conn.executemany(
        "insert into audit_incidents values (?, ?, ?, ?, ?, ?, ?, ?, null, ?)",
        (
            [
                *(each.id, number, state.value, each.grade.value, each.severity.value),
                *(each.responsible, each.department, rules[each.rules], digest),
            ]
            for each, state, digest in rows
        ),
    )
    db.conn.executemany(
        "insert into incident_findings (finding, incident, first_audit) values (?, ?, ?) on conflict do nothing",
        ((finding, each.id, number) for each, _, _ in rows for finding in each.findings),
    )


def _keep_departed(db: Database, number: int, matches: Matches) -> None:
    departed: dict[str, str | None] = dict.fromkeys(matches.gone) | dict(matches.continued)
    for key, heir in departed.items():
        state = "continued" if heir else State.GONE.value
        db.execute(
            "insert into audit_incidents (incident, audit, state, continued_as) values (?, ?, ?, ?)",
            [key, number, state, heir],
        )


def _keep_audit(db: Database, number: int, audit: Audit) -> None:
    moments = (audit.period.start.isoformat(), audit.period.end.isoformat(), audit.as_of.isoformat())
    digests = (audit.rulebook_digest, audit.data_digest)
    row = [number, audit.id, audit.organisation, *moments, audit.engine, *digests]
    db.execute("insert into audits values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
