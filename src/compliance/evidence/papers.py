"""What lies in the evidence beside the small workspace: for people, and for programs that check it."""

import json
import platform
import shlex
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from compliance.calendar import ONE_DAY
from compliance.evidence.recorded import Recorded
from compliance.kinds.ground import Ground
from compliance.model.audit import Audit
from compliance.model.finding import RecordRef
from compliance.model.printable import in_json
from compliance.register import text
from compliance.register.canonical import digest
from compliance.reports import explain
from compliance.rulebook.loading import LoadedRule

PARTS = ("dutybook", "duckdb", "sqlglot", "holidays", "durable-rules")
README = """\
Evidence of incident {incident}, as audit {audit} found it as of {as_of}.

explanation.txt   why it is what it is, as the register keeps it
case.txt          what audits said of it, and what was done about it
evidence.json     the records that count, each with its digest; rules, calendar and roster as used; versions
explanation.json  the same explanation, for programs
workspace/        the rules, and the records that they need, as a small workspace of its own

The verdict is derived again by this command, in the folder that this file lies in:

    {command}

It must give these findings: {findings}
"""


def papers(
    about: Recorded, found: Audit, small: Mapping[str, bytes], rules: tuple[LoadedRule, ...], stands: Ground
) -> dict[str, bytes]:
    """Every file of the evidence, the small workspace among them."""
    files = {f"workspace/{name}": content for name, content in sorted(small.items())}
    files["explanation.txt"] = explain.explain(about.stored).encode()
    files["explanation.json"] = explain.explain_json(about.stored).encode()
    files["case.txt"] = text.shown(about.case).encode()
    files["README.txt"] = _readme(about).encode()
    digests = {name: sha256(content).hexdigest() for name, content in sorted(files.items())}
    told = _told(about, found, rules, stands) | {"files": digests}
    files["evidence.json"] = (in_json(json.dumps(told, ensure_ascii=False, indent=2, default=str)) + "\n").encode()
    return files


def command(about: Recorded) -> tuple[str, ...]:
    """The words that derive the verdict again."""
    period, as_of = about.period, about.stored.as_of
    moments = {"--from": period.start, "--to": period.end, "--as-of": as_of}
    given = [word for option, moment in moments.items() for word in (option, moment.isoformat(sep=" "))]
    return ("compliance", "audit", "workspace", *given, "--format", "json")


def _readme(about: Recorded) -> str:
    return README.format(
        incident=about.case.id,
        audit=about.stored.audit,
        as_of=about.stored.as_of.isoformat(sep=" ", timespec="minutes"),
        command=shlex.join(command(about)),
        findings=", ".join(about.findings),
    )


def _told(about: Recorded, found: Audit, rules: tuple[LoadedRule, ...], stands: Ground) -> dict[str, object]:
    return {
        "version": 1,
        "incident": about.case.id,
        "audit": {"id": about.stored.audit, "as_of": about.stored.as_of.isoformat()},
        "findings": list(about.findings),
        "command": list(command(about)),
        "records": [_record(table, key, found) for table, key in about.records],
        "rules": [_rule(each) for each in rules],
        "calendar": _calendar(stands),
        "roster": _roster(about, stands),
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PARTS},
    }


def _record(table: str, key: str, found: Audit) -> dict[str, object]:
    """A record with its columns as text, where the audit reads them, and the digest of them."""
    columns = dict(found.records.get(RecordRef(table, key), {}))
    return {"table": table, "key": key, "columns": columns, "digest": digest({"table": table, "key": key, **columns})}


def _rule(rule: LoadedRule) -> dict[str, object]:
    content = rule.path.read_bytes()
    return {"id": rule.rule.id, "text": content.decode(), "digest": sha256(content).hexdigest()}


def _calendar(stands: Ground) -> dict[str, bool]:
    """Every day of the period, and whether it is worked."""
    first, last = stands.period.start.date(), stands.period.end.date()
    days = (first + number * ONE_DAY for number in range((last - first).days))
    return {day.isoformat(): stands.calendar.is_working(day) for day in days}


def _roster(about: Recorded, stands: Ground) -> list[dict[str, object]]:
    """The appointments of whom it is about."""
    return [
        {
            "employee_id": each.bearer,
            "position": each.position,
            "department": each.department,
            "superior_id": each.superior_id,
            "since": each.since,
            "until": each.until,
        }
        for each in stands.roster.appointments
        if each.bearer in about.concerned.people
    ]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
