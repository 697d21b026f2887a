import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.judgement.sample import facts_with, ruling

from compliance.judgement import JudgementFailed, plain
from compliance.judgement.conditions import MOST_WAYS, AllOf, AnyOf, Compare, Condition, Not, ways
from compliance.judgement.definitions import rulesets
from compliance.judgement.durable import WORKER, Applied, Child, Durable
from compliance.judgement.fields import FIELDS, LARGEST, Facts, Kind, Plain
from compliance.judgement.rules import Rule
from compliance.model.problem import UserError

MANY = ruling("many", "findings > 5")
CASES = {f"c{number}": facts_with(findings=number) for number in range(10)}
RIGHT = {case: frozenset({"many"} if values["findings"] > 5 else ()) for case, values in CASES.items()}  # type: ignore[operator]

Faulty = Callable[..., Child]


@pytest.fixture
def faulty(tmp_path: Path) -> Faulty:
    script = str(Path(__file__).with_name("faulty_worker.py"))

    def child(fault: str, *, timeout: float = 60, batch: int = 500) -> Child:
        return Child((sys.executable, "-P", script, WORKER[-1], fault, str(tmp_path / "marker")), timeout, batch)

    return child


def applied(rules: Sequence[Rule], cases: Mapping[str, Facts], child: Child | None = None) -> Applied:
    with Durable(rules, child) as durable:
        return durable.applies(cases)


def failure(child: Child, cases: Mapping[str, Facts] = CASES) -> str:
    with pytest.raises(JudgementFailed) as failed:
        applied([MANY], cases, child)
    return str(failed.value)


def test_durable_rules_says_which_rules_apply() -> None:
    assert applied([MANY, ruling("none", "findings > 50"), ruling("all")], CASES) == {
        case: rules | {"all"} for case, rules in RIGHT.items()
    }


@pytest.mark.parametrize("fault", ["dies in the middle, once", "talks nonsense, once"])
def test_a_child_that_is_lost_is_started_again_with_half_of_its_cases(faulty: Faulty, fault: str) -> None:
    assert applied([MANY], CASES, faulty(fault)) == RIGHT


def test_a_case_alone_whose_child_is_lost_is_tried_once_more(faulty: Faulty) -> None:
    alone = {"c3": CASES["c3"]}
    assert applied([MANY], alone, faulty("dies in the middle, once")) == {"c3": RIGHT["c3"]}


def test_what_else_a_child_prints_does_no_harm(faulty: Faulty) -> None:
    assert applied([MANY], CASES, faulty("prints")) == RIGHT


def test_nothing_runs_beside_the_judging(faulty: Faulty) -> None:
    assert applied([MANY], CASES, faulty("dies of a second thread")) == RIGHT


def test_a_child_that_hangs_is_ended_and_started_again(faulty: Faulty) -> None:
    assert applied([MANY], CASES, faulty("hangs, once", timeout=3)) == RIGHT


def test_a_case_that_no_child_survives_fails_by_its_name(faulty: Faulty) -> None:
    assert failure(faulty("dies of c3")) == (
        "case c3 could not be judged: the process that judges it ended with status -9 and no answer"
    )


def test_an_action_that_raises_fails_the_case_with_its_words(faulty: Faulty) -> None:
    message = failure(faulty("an action raises"))
    assert message.startswith("case c0 could not be judged: durable-rules says exception caught an action went wrong")


def test_a_fact_that_reached_no_rule_is_missed(faulty: Faulty) -> None:
    assert failure(faulty("loses what fired")) == "case c0 could not be judged: durable-rules lost its fact in rules0"


def test_without_durable_rules_the_user_is_told_of_the_plain_judge(faulty: Faulty) -> None:
    with pytest.raises(UserError, match=r"(?s)durable-rules can't be imported: .*--judge plain"):
        applied([MANY], CASES, faulty("has no durable-rules"))


COLLIDING = {"costarring": facts_with(findings=9), "liquid": facts_with(findings=1)}


def test_two_cases_whose_ids_have_one_hash_are_both_judged(faulty: Faulty) -> None:
    """Both ids have the same 32-bit FNV-1a hash, so the second fact is refused until its id is salted."""
    refused = "case liquid could not be judged: durable-rules says durable-rules refused it 1 times as already observed"
    assert failure(faulty("tries one id only"), COLLIDING) == refused
    assert applied([MANY], COLLIDING) == {"costarring": frozenset({"many"}), "liquid": frozenset()}


def test_more_cases_than_sessions_go_into_several_children(faulty: Faulty) -> None:
    cases = {f"c{number}": facts_with(findings=number % 10) for number in range(1_100)}
    assert applied([MANY], cases) == {case: RIGHT[f"c{int(case[1:]) % 10}"] for case in cases}
    assert failure(faulty("none", batch=1_100), cases) == (
        "case c1024 could not be judged: durable-rules says MemoryError()"
    )


def test_more_rules_than_a_ruleset_can_hold_are_split_and_all_apply() -> None:
    rules = [ruling(f"r{number}", "findings > 0 or rules > 0 or harm > 0") for number in range(60)]
    assert [len(ruleset) for ruleset in rulesets(rules).values()] == [17, 17, 17, 13]
    everything = facts_with(findings=1, rules=1, harm=1, has_harm=True)
    assert applied(rules, {"c": everything}) == {"c": frozenset(rule.id for rule in rules)}


def test_a_text_from_the_records_is_compared_as_it_is() -> None:
    texts = [
        "late",
        "lat",
        "latex",
        "",
        'say "late"',
        "back\\slash",
        "line\nend",
        "поздно",
        "tab\t",
        "null\0",
        "'",
        "{}",
    ]
    rules = [ruling(str(number), Compare("how", "=", text)) for number, text in enumerate(texts)]
    cases = {f"c{number}": facts_with(how=text) for number, text in enumerate(texts)}
    assert applied(rules, cases) == {f"c{number}": frozenset({str(number)}) for number in range(len(texts))}


def pool(kind: Kind) -> list[Plain]:
    """Few values, so that many are equal to a constant of a condition."""
    if kind is Kind.TEXT:
        return ["", "late", "may"]
    return [False, True] if kind is Kind.BOOLEAN else [-1, 0, 1, 2, 9_999, 10_000, LARGEST]


@st.composite
def compares(draw: st.DrawFn) -> Compare:
    field = draw(st.sampled_from(list(FIELDS.values())))
    ops = ["=", "<>", "<", "<=", ">", ">="] if field.kind.ordered else ["=", "<>"]
    return Compare(field.name, draw(st.sampled_from(ops)), draw(st.sampled_from(pool(field.kind))))


conditions: st.SearchStrategy[Condition] = st.recursive(
    compares(),
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.builds(lambda some: AllOf(tuple(some)), st.lists(parts, max_size=4)),
        st.builds(lambda some: AnyOf(tuple(some)), st.lists(parts, max_size=4)),
    ),
    max_leaves=12,
).filter(lambda condition: ways(condition) <= MOST_WAYS)


@settings(max_examples=20, deadline=None)
@given(st.lists(conditions, min_size=10, max_size=25), st.integers(0, 2**32))
def test_the_durable_judge_agrees_with_the_plain_one_over_two_thousand_cases(
    conditions: list[Condition], seed: int
) -> None:
    rules = [ruling(f"r{number}", condition) for number, condition in enumerate(conditions)]
    chance = Random(seed)  # noqa: S311 no secret hangs on it
    cases = {
        f"c{number}": {name: chance.choice(pool(field.kind)) for name, field in FIELDS.items()} for number in range(110)
    }
    assert applied(rules, cases) == plain.applies(rules, cases)
