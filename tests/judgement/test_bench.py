import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judgement.sample import (
    CALLS,
    DISCOUNT,
    RULEBOOK,
    SECRET,
    SHIPPED,
    VISITS,
    breach,
    day,
    info,
    order,
    ruling,
    short,
)

from compliance.judgement import (
    Bench,
    Child,
    Judgement,
    JudgesDisagree,
    Mode,
    NotPlain,
    durable,
    judge,
    load_judgement,
    plain,
)
from compliance.judgement.cases import consolidate
from compliance.judgement.facts import facts
from compliance.judgement.fields import FIELDS, Facts
from compliance.judgement.grading import moves
from compliance.judgement.rules import Rule, Stage
from compliance.model.finding import Finding, How, Verdict
from compliance.model.incident import Grade, Incident, Limitation, Link, Role, Step
from compliance.model.problem import UserError

JUDGEMENT = load_judgement([SHIPPED])
NOWHERE = Child((sys.executable, "-c", "raise SystemExit('no child is asked here')"))

FOUND = (
    *[short(f"call-{number}", f"2026-03-0{number}", "0.5") for number in range(2, 7)],
    short("call-april", "2026-04-01", "0.05"),
    breach("discount", DISCOUNT, record=order("7"), how=How.OVER, harm=Decimal(1_000_000), department=None),
    breach("visit", VISITS, window=day("2026-03-02"), bearer="boris", extent=Decimal("0.3")),
    breach("secret", SECRET, record=order("8"), responsible="dora"),
    breach("nobody", SECRET, None),
    replace(breach("pending", VISITS), verdict=Verdict.PENDING),
)


def told(incident: Incident) -> tuple[str, str, str | None, tuple[str, ...], list[str]]:
    moved = [f"{step.factor}: {step.start} to {step.end}, {step.because}" for step in incident.steps]
    return incident.rules[0], incident.grade, incident.responsible, incident.findings, moved


EXPECTED = [
    (SECRET, "critical", "dora", ("secret",), ["severity: critical to critical, set by rule sales.secret"]),
    (
        DISCOUNT,
        "serious",
        "anna",
        ("discount",),
        [
            "severity: moderate to moderate, set by rule sales.discount",
            "harm: moderate to serious, damage of 1,000,000.00",
            "harm: serious to serious, damage of 1,000,000.00, for which nothing less than serious is fitting",
        ],
    ),
    (
        CALLS,
        "serious",
        "anna",
        ("call-2", "call-3", "call-4", "call-5", "call-6"),
        [
            "severity: minor to minor, set by rule sales.calls",
            "extent: minor to moderate, 50 % missed or exceeded, which is half or more",
            "systematic: moderate to serious, 5 findings in one incident",
        ],
    ),
    (VISITS, "moderate", "boris", ("visit",), ["severity: moderate to moderate, set by rule sales.visits"]),
    (
        CALLS,
        "observation",
        "anna",
        ("call-april",),
        [
            "severity: minor to minor, set by rule sales.calls",
            "extent: minor to observation, 5 % missed or exceeded, which is less than a tenth",
        ],
    ),
]


@pytest.mark.parametrize("mode", ["both", "durable", "plain"])
def test_findings_become_incidents_gravest_first(mode: Mode) -> None:
    findings, incidents, _ = judge(FOUND, RULEBOOK, JUDGEMENT, mode=mode)
    assert [told(incident) for incident in incidents] == EXPECTED
    assert [finding.id for finding in findings] == [finding.id for finding in FOUND]
    assert [finding.responsible for finding in findings] == [*["anna"] * 7, "boris", "dora", None, "anna"]


def test_an_incident_is_whole() -> None:
    _, incidents, _ = judge(
        [breach("1", DISCOUNT, record=order("7")), breach("2", SECRET, record=order("7"))], RULEBOOK, JUDGEMENT
    )
    assert incidents == (
        Incident(
            id="2ea256e1f1f8cc14",
            rules=(SECRET, DISCOUNT),
            grade=Grade.CRITICAL,
            severity=Grade.CRITICAL,
            responsible="anna",
            department="Sales North",
            findings=("2", "1"),
            steps=(Step("severity", Grade.CRITICAL, Grade.CRITICAL, "set by rule sales.secret"),),
            limitation=Limitation(date.max, discovered_by="first recorded by this audit"),
            chain=(Link(Role.BEARER, "anna", "anna owed this"),),
            excuses=("no excuse and no waiver is on record",),
        ),
    )


def test_equal_grades_are_ordered_by_department_and_responsible() -> None:
    found = [
        breach("1", VISITS, "zoe", department="A"),
        breach("2", VISITS, "boris", department="B"),
        breach("3", VISITS, "anna", department="B"),
        breach("4", VISITS, "anna", department=None),
    ]
    _, incidents, _ = judge(found, RULEBOOK, JUDGEMENT, mode="plain")
    assert [incident.findings for incident in incidents] == [("4",), ("1",), ("3",), ("2",)]


@pytest.mark.parametrize("force", ["should", "may"])
def test_what_need_not_be_done_is_never_more_than_an_observation(force: str) -> None:
    book = {SECRET: info(SECRET, "prohibition", "critical", force=force)}
    _, [incident], _ = judge([breach("1", SECRET, harm=Decimal(10_000_000))], book, JUDGEMENT)
    assert told(incident)[1] == "observation"
    assert told(incident)[4][-1] == f"force: critical to observation, the rule says only what one {force} do"


def test_a_rule_that_only_warns_has_responsible_people_and_no_incident() -> None:
    book = {SECRET: info(SECRET, "prohibition", "critical", raises_incidents=False)}
    [finding], incidents, _ = judge([breach("1", SECRET)], book, JUDGEMENT, mode="plain")
    assert (finding.responsible, incidents) == ("anna", ())


def test_a_share_as_small_as_a_hundred_thousandth_reaches_both_judges_as_a_whole_number() -> None:
    _, [incident], _ = judge([short("1", "2026-03-02", "1e-05")], RULEBOOK, JUDGEMENT)
    assert [step.factor for step in incident.steps] == ["severity", "extent"]


def test_nothing_found_asks_no_judge() -> None:
    with Bench(JUDGEMENT, child=NOWHERE) as bench:
        assert bench.judge([], RULEBOOK) == ((), (), ())


def test_the_plain_judge_starts_no_child() -> None:
    with Bench(JUDGEMENT, "plain", child=NOWHERE) as bench:
        assert len(bench.judge(FOUND, RULEBOOK)[1]) == len(EXPECTED)


def test_a_bench_judges_more_than_once() -> None:
    with Bench(JUDGEMENT) as bench:
        assert bench.judge(FOUND, RULEBOOK) == bench.judge(FOUND, RULEBOOK)


def test_two_judges_that_disagree_stop_the_audit_with_both_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = (ruling("grade.many", "findings >= 5"), ruling("grade.all"))

    def wrong(rules: Sequence[Rule], cases: Mapping[str, Facts]) -> dict[str, frozenset[str]]:
        return {case: frozenset(rule.id for rule in rules) for case in cases}

    monkeypatch.setattr(plain, "applies", wrong)
    with pytest.raises(JudgesDisagree) as disagreed:
        judge(FOUND[5:6], RULEBOOK, Judgement(rules))
    assert str(disagreed.value).partition(" (")[2] == (
        "findings = 1): durable-rules applies grade.all; the plain judge applies grade.all, grade.many"
    )


def test_a_fact_of_the_wrong_type_reaches_no_judge() -> None:
    book = {SECRET: replace(RULEBOOK[SECRET], force=5)}  # type: ignore[arg-type]
    with pytest.raises(NotPlain, match="fact force is 5 "):
        judge([breach("1", SECRET)], book, JUDGEMENT, mode="plain")


def test_without_durable_rules_the_plain_judge_is_named(tmp_path: Path) -> None:
    worker = str(Path(__file__).with_name("faulty_worker.py"))
    child = Child((sys.executable, "-P", worker, durable.WORKER[-1], "has no durable-rules", str(tmp_path / "marker")))
    with Bench(JUDGEMENT, child=child) as bench, pytest.raises(UserError, match="--judge plain"):
        bench.judge(FOUND, RULEBOOK)


SOME = st.lists(
    st.builds(
        lambda rule, bearer, at, missed, harm, record: breach(
            "", rule, bearer, window=day(f"2026-03-{at:02}"), extent=missed, harm=harm, record=record
        ),
        st.sampled_from([CALLS, VISITS, DISCOUNT, SECRET]),
        st.sampled_from(["anna", "boris"]),
        st.integers(1, 28),
        st.sampled_from([None, *map(Decimal, ["0.0999", "0.1", "0.4999", "0.5", "2"])]),
        st.sampled_from([None, *map(Decimal, ["99999.99", "100000", "1000000"])]),
        st.sampled_from([None, order("1"), order("2")]),
    ),
    max_size=30,
).map(lambda found: [replace(finding, id=f"f{number:02}") for number, finding in enumerate(found)])


@given(SOME, st.randoms(use_true_random=False))
def test_every_case_is_graded_as_if_it_were_alone_in_whatever_order(found: list[Finding], random: Random) -> None:
    answered, incidents, _ = judge(found, RULEBOOK, JUDGEMENT, mode="plain")
    rules = {rule.id: rule for rule in JUDGEMENT.of(Stage.GRADE)}
    for case in consolidate(answered, RULEBOOK):
        [incident] = [incident for incident in incidents if incident.id == case.id]
        ids = plain.applies(rules.values(), {"": facts(case, FIELDS)})[""]
        path = moves(case.info.severity, [rules[id_] for id_ in ids])
        assert [(step.start, step.end) for step in incident.steps[1:]] == [(start, end) for _, start, end in path]
    shuffled = random.sample(found, len(found))
    assert judge(shuffled, RULEBOOK, JUDGEMENT, mode="plain")[1] == incidents
