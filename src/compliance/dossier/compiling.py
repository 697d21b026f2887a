"""Compiling the dossier: the small tables around the breaches, read once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from compliance.dossier import circumstances, mentions, signatures, tiers
from compliance.dossier.dossier import Dossier, Headed, Leave, headed_by
from compliance.dossier.waivers import Waiver
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.finding import Finding, Verdict
from compliance.model.history import Past, PastIncident
from compliance.model.names import Namer
from compliance.roster.days import after
from compliance.rulebook.loading import Rulebook
from compliance.sql import col, relation
from compliance.workspace.fetching import rows


def compiled(
    findings: Sequence[Finding],
    rulebook: Rulebook,
    ground: Ground,
    engine: Engine,
    namer: Namer,
    *,
    waivers: Iterable[Waiver] = (),
    past: Past | None = None,
) -> Dossier:
    """All that the workspace and the register know around these findings as of the audit's moment."""
    remembered = _with_sanctions(past or Past(), ground, engine)
    empty = Dossier(ground.as_of, ground.roster, namer, ground.calendar, remembered, waivers=tuple(waivers))
    breaches = [each for each in findings if each.verdict is Verdict.BREACHED]
    if not breaches:
        return empty
    headed = _headed(ground, engine)
    entries = _rows(ground, engine, circumstances.TABLE, circumstances.COLUMNS)
    return replace(
        empty,
        circumstances=circumstances.by_bearer(entries, ground.as_of),
        notes=circumstances.unread(entries, ground.as_of),
        unsigned=signatures.unsigned(breaches, rulebook, ground, engine, namer),
        tiers=tiers.tiers(breaches, ground, engine),
        mentioned=mentions.mentioned(breaches, ground, engine),
        answered=_answered(ground, engine),
        heads=_heads_of(headed, ground.as_of) if headed else _heads(ground, engine),
        headed=headed,
        pay=_pay(ground, engine),
        leaves=_leaves(ground, engine),
    )


def _rows(ground: Ground, engine: Engine, name: str, columns: Iterable[str]) -> list[dict[str, object]]:
    """The rows of a table, none where it is not kept."""
    table = ground.tables.get(name)
    return rows(engine, table, columns) if table is not None else []


def _with_sanctions(past: Past, ground: Ground, engine: Engine) -> Past:
    """What is on record, and the sanctions that name their rule; one of an incident on record is that incident."""
    known = {each.id for each in past.upheld}
    found: list[PastIncident] = []
    for row in _rows(ground, engine, "sanctions", ("rule", "incident_id", "decided_at")):
        bearer, rule, at = row["_bearer"], row.get("rule"), row.get("decided_at")
        incident = row.get("incident_id") or f"sanctions {row['_key']}"
        if bearer and rule and isinstance(at, datetime) and at <= ground.as_of and incident not in known:
            found.append(PastIncident(str(incident), (str(rule),), str(bearer), at.date()))
    return replace(past, upheld=(*past.upheld, *found)) if found else past


def _answered(ground: Ground, engine: Engine) -> dict[str, datetime | None]:
    """When each request was answered, as far as it is known by the audit's moment."""
    found: dict[str, datetime | None] = {}
    for row in _rows(ground, engine, "requests", ("answered_at",)):
        at = row.get("answered_at")
        found[str(row["_key"])] = at if isinstance(at, datetime) and at <= ground.as_of else None
    return found


def _headed(ground: Ground, engine: Engine) -> dict[str, tuple[Headed, ...]]:
    """Where departments are a history: who headed each from when to when, by its id and its names."""
    table = ground.tables.get("departments")
    if table is None or table.valid_from is None or "head_id" not in table.columns:
        return {}
    columns = ["_key", *(name for name in ("name", "head_id") if name in table.columns), "_since", "_until"]
    found: dict[str, list[Headed]] = defaultdict(list)
    query = exp.select(*map(col, columns)).from_(relation(table.states_name)).order_by(col("_key"), col("_since"))
    for row in engine.fetch(query).to_pylist():
        for name in filter(None, (row["_key"], row.get("name"))):
            until = row["_until"] or datetime.max  # noqa: DTZ901 local time has no offset here
            found[ground.departments.get(str(name), str(name))].append(Headed(row["head_id"], row["_since"], until))
    return {name: tuple(dict.fromkeys(told)) for name, told in found.items()}


def _heads_of(headed: Mapping[str, tuple[Headed, ...]], at: datetime) -> dict[str, str]:
    """The heads of one moment."""
    return {name: who for name, told in headed.items() if (who := headed_by(told, at)) is not None}


def _heads(ground: Ground, engine: Engine) -> dict[str, str]:
    """The head of each department, by its id and its name, under the names that the manifest gives."""
    found: dict[str, str] = {}
    for row in _rows(ground, engine, "departments", ("name", "head_id")):
        if row.get("head_id") is not None:
            for name in filter(None, (row["_key"], row.get("name"))):
                found[ground.departments.get(str(name), str(name))] = str(row["head_id"])
    return found


def _pay(ground: Ground, engine: Engine) -> dict[str, Decimal]:
    """The average monthly pay of each person, where it is kept."""
    employees = ground.tables.get("employees")
    if employees is None or "average_pay" not in employees.columns:
        return {}
    pay = ((str(row["_key"]), row.get("average_pay")) for row in rows(engine, employees, ("average_pay",)))
    return {who: Decimal(str(amount)) for who, amount in pay if amount is not None}


def _leaves(ground: Ground, engine: Engine) -> Mapping[str, tuple[Leave, ...]]:
    """The excused absences of each person with their reasons."""
    found: dict[str, list[Leave]] = defaultdict(list)
    table = ground.tables.get("absences")
    if table is None or "starts_on" not in table.columns:
        return {}
    for row in rows(engine, table, ("starts_on", "ends_on", "reason", "excused")):
        since, until, bearer = row["starts_on"], row.get("ends_on"), row["_bearer"]
        if isinstance(since, date) and bearer is not None and row.get("excused") is not False:
            found[str(bearer)].append(Leave(str(row["_key"]), since, after(until), row.get("reason")))
    return {bearer: tuple(sorted(own, key=lambda each: (each.since, each.key))) for bearer, own in found.items()}
