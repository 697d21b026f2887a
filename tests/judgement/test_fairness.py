"""Fairness, over whole audits of small worlds by both judges."""

import json
import tempfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compliance.audit import Options, audit
from compliance.model.audit import Audit
from compliance.model.finding import Verdict
from compliance.model.incident import Incident

Rows: TypeAlias = list[dict[str, Any]]
World: TypeAlias = dict[str, Rows]
RULES = """
- {id: own.calls, title: Two calls a day, severity: moderate, incident: {per: month}, bearer: {position: clerk},
   clause: paper/1/1, quota: {of: activities, where: kind = 'call', measure: count, at_least: 2, per: working_day}}
- {id: own.gifts, title: No gifts, severity: serious, clause: paper/1/2,
   prohibition: {of: checks, where: kind = 'gift'}}
- {id: own.notes, title: A gift is noted, severity: minor, force: should,
   condition: {of: checks, where: kind = 'gift', must: result = 'noted'}}
- {id: own.report, title: A weekly report, severity: minor, bearer: {position: clerk},
   deadline: {of: reports, at: submitted_at, every: week, by: {day: 1}}}
"""
DOCUMENT = {"id": "paper", "title": "Paper", "clauses": [{"section": "1", "number": n, "text": "t"} for n in (1, 2)]}
PARAMETERS = {
    "judgement.supervision_people": 2,
    "judgement.supervision_findings": 4,
    "judgement.systematic_findings": 3,
}
CLERKS, DAYS = ("p1", "p2", "p3"), tuple(f"2026-03-0{day}" for day in range(2, 7))
PLACING = {"employees", "appointments", "absences", "deputies", "acknowledgements", "circumstances"}
MITIGATING = ("hazard", "force majeure", "unanswered request")
INCRIMINATING = ("harm", "intent", "harmed")


def _employees(tenures: Mapping[str, bool]) -> Rows:
    clerks = [
        {
            "employee_id": who,
            "name": f"Clerk {who}",
            "position": "clerk",
            "department": "South" if who == "p3" else "North",
            "superior_id": "h",
            "hired_on": "2026-01-12" if tenures[who] else "2020-01-13",
        }
        for who in CLERKS
    ]
    heads = [("h", "head", "North", "d"), ("d", "director", "House", None)]
    return clerks + [
        {
            "employee_id": who,
            "name": who,
            "position": position,
            "department": where,
            "superior_id": above,
            "hired_on": None,
        }
        for who, position, where, above in heads
    ]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    some, who, day = st.booleans(), st.sampled_from(CLERKS), st.sampled_from(DAYS)
    calls = {(one, on): draw(st.integers(0, 2)) for one in CLERKS for on in DAYS}
    kinds = st.sampled_from([*MITIGATING, *INCRIMINATING, "order", "discovered", "explanation"])
    values = {"harm": "150000", "intent": "intentional", "harmed": "person", "order": "h"}
    told = draw(st.lists(st.tuples(who, day, kinds), max_size=4))
    gifts = draw(st.lists(st.tuples(who, day, st.sampled_from(["noted", "hidden"])), max_size=4))
    return {
        "employees": _employees({one: draw(some) for one in CLERKS}),
        "departments": [
            {"department_id": "1", "name": "North", "head_id": "h"},
            {"department_id": "2", "name": "South", "head_id": "h"},
        ],
        "activities": [
            {"activity_id": f"{one}{on}{n}", "at": f"{on} 10:00", "employee_id": one, "kind": "call"}
            for (one, on), count in calls.items()
            for n in range(count)
        ]
        + [{"activity_id": f"d{on}", "at": f"{on} 09:00", "employee_id": "d", "kind": "call"} for on in DAYS],
        "checks": [
            {"check_id": str(n), "at": f"{on} 12:00", "employee_id": one, "kind": "gift", "result": result}
            for n, (one, on, result) in enumerate(gifts)
        ],
        "reports": [
            {
                "report_id": one,
                "employee_id": one,
                "submitted_at": draw(st.sampled_from(["2026-03-09 17:00", "2026-03-10 09:00"])),
            }
            for one in CLERKS
        ],
        "circumstances": [
            {
                "circumstance_id": str(n),
                "employee_id": one,
                "at": f"{on} 11:00",
                "kind": kind,
                "value": values.get(kind),
            }
            for n, (one, on, kind) in enumerate(told)
        ],
        "acknowledgements": [
            {
                "acknowledgement_id": one,
                "employee_id": one,
                "document_id": "paper",
                "version": "1",
                "signed_on": "2025-01-01",
            }
            for one in CLERKS
            if draw(some)
        ],
        "sanctions": [
            {"sanction_id": one, "employee_id": one, "rule": "own.gifts", "decided_at": "2025-10-01 09:00"}
            for one in CLERKS
            if draw(some)
        ],
        "absences": [
            {
                "absence_id": one,
                "employee_id": one,
                "starts_on": "2026-03-05",
                "ends_on": "2026-03-09",
                "excused": "true",
            }
            for one in CLERKS
            if draw(some)
        ],
        "deputies": [
            {
                "substitution_id": "1",
                "absent_id": "p1",
                "deputy_id": "p2",
                "starts_on": "2026-03-09",
                "appointed_on": "2026-03-02",
            }
        ],
    }


def _audited(world: World) -> Audit:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _write_rules(folder / "own")
        tables = {name: f"{name}.jsonl" for name, rows in world.items() if rows}
        manifest = {
            "organisation": "House",
            "period": {"from": "2026-03-02", "to": "2026-03-16"},
            "jurisdiction": "ru-labour-code",
            "packs": ["own"],
            "parameters": PARAMETERS,
            "tables": tables,
        }
        (folder / "compliance.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
        for name, file in tables.items():
            lines = [json.dumps(row) for row in world[name]]
            (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return audit(folder, Options(judge="both")).audit


def _write_rules(folder: Path) -> None:
    folder.mkdir()
    for rule in yaml.safe_load(RULES):
        (folder / f"{rule['id']}.yaml").write_text(yaml.safe_dump(rule), encoding="utf-8")
    (folder / "document.yaml").write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")


def _told(found: Audit, renamed: Callable[[str], str]) -> list[str]:
    """Every incident without its ids, and every finding, with names as `renamed` gives them."""
    incidents = [renamed(repr(_bare(each))) for each in found.incidents]
    verdicts = [renamed(f"{each.rule} {each.bearer} {each.verdict} {each.responsible}") for each in found.findings]
    return sorted([*incidents, *verdicts])


def _bare(incident: Incident) -> tuple[object, ...]:
    return (
        *(incident.rules, incident.grade, incident.severity, incident.responsible, incident.department),
        *(len(incident.findings), incident.steps, incident.measures, incident.limitation, incident.chain),
        *(incident.excuses, incident.hearing, incident.decides, len(incident.derived_from)),
    )


def _grades(found: Audit) -> dict[str, int]:
    """The rank of the incident that each finding stands in; -1 for one that raises none."""
    graded = {key: each.grade.rank for each in found.incidents for key in each.findings}
    return {each.id: graded.get(each.id, -1) for each in found.findings}


def _swapped(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


# An audit takes a second, so a world that fails is shown as it is, not made smaller.
fairly = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@fairly
@given(worlds())
def test_two_persons_who_swap_all_records_swap_their_incidents_and_nothing_else_changes(world: World) -> None:
    other = {
        name: [
            {key: _swapped(str(cell), "p1", "p2") if cell is not None else None for key, cell in row.items()}
            for row in rows
        ]
        for name, rows in world.items()
    }
    assert _told(_audited(other), str) == _told(_audited(world), lambda text: _swapped(text, "p1", "p2"))


@fairly
@given(worlds())
def test_departments_by_another_name_change_nothing(world: World) -> None:
    other = {
        name: [{key: "Zone 7" if cell == "North" else cell for key, cell in row.items()} for row in rows]
        for name, rows in world.items()
    }
    assert _told(_audited(other), str) == _told(_audited(world), lambda text: text.replace("North", "Zone 7"))


@fairly
@given(worlds(), st.sampled_from(CLERKS), st.sampled_from(DAYS), st.sampled_from(MITIGATING))
def test_a_mitigating_fact_raises_no_grade(world: World, who: str, day: str, kind: str) -> None:
    other = deepcopy(world)
    other["circumstances"].append({"circumstance_id": "x", "employee_id": who, "at": f"{day} 11:00", "kind": kind})
    before, after = _grades(_audited(world)), _grades(_audited(other))
    assert {key: (before[key], rank) for key, rank in after.items() if rank > before[key]} == {}


@fairly
@given(worlds(), st.data())
def test_without_a_record_that_only_incriminates_no_grade_rises(world: World, data: st.DataObject) -> None:
    only = [("circumstances", row) for row in world["circumstances"] if row["kind"] in INCRIMINATING]
    only += [(name, row) for name in ("sanctions", "checks") for row in world[name]]
    if not only:
        return
    name, gone = data.draw(st.sampled_from(only))
    other = {**world, name: [row for row in world[name] if row is not gone]}
    before, after = _grades(_audited(world)), _grades(_audited(other))
    assert {key: (before.get(key), rank) for key, rank in after.items() if rank > before.get(key, -1)} == {}


@fairly
@given(worlds(), st.data())
def test_a_table_that_is_withheld_makes_no_new_breach(world: World, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(world.keys() - PLACING)))
    before = {each.id for each in _audited(world).findings if each.verdict in {Verdict.BREACHED, Verdict.EXCUSED}}
    after = {each.id for each in _audited({**world, name: []}).findings if each.verdict is Verdict.BREACHED}
    assert after - before == set()


def test_a_world_with_everything_in_it_is_judged_in_every_way() -> None:
    rows = {"at": "2026-03-03 11:00", "employee_id": "p1"}
    world: World = {
        "employees": _employees(dict.fromkeys(CLERKS, False)),
        "activities": [{"activity_id": day, "at": f"{day} 09:00", "employee_id": "d", "kind": "call"} for day in DAYS],
        "checks": [{"check_id": "1", "kind": "gift", "result": "hidden", **rows}],
        "circumstances": [{"circumstance_id": "1", "kind": "hazard", **rows}],
    }
    found = _audited(world)
    assert {each.verdict for each in found.findings} >= {Verdict.BREACHED, Verdict.EXCUSED}
    assert {each.role for incident in found.incidents for each in incident.chain} == {"bearer", "head"}
