"""Hostile text: an expression or a file of cases is read or refused with a sentence, never a fault of ours.

`make soak` asks for as many examples as it asks for worlds.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.language.sample import OneRecord

from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError, parse
from compliance.model.problem import Problem, UserError
from compliance.ruletest.mutation.wording import operands, rewordings
from compliance.ruletest.running import prepare

EXAMPLES = int(os.environ.get("DUTYBOOK_WORLDS", "100"))
WORDS = (
    "a", "b.c", "1", "0.5", "'x'", "''", "(", ")", "and", "or", "not", "in", "between", "is", "null", "like", "case",
    "when", "then", "else", "end", "<", "<=", "=", "<>", ">", "+", "-", "*", "/", "||", ",", ":p", "nth", "abs",
    "interval", "'30 days'", "select", "from", "read_csv", "'/etc/passwd'", ";", "--", "/*", '"', "'", "\x00",
    "\ud800", "\n", "$1", "?", "::",
)  # fmt: skip
PARTS = (
    "- case: x", "- todo: 7", "  tables:", "    calls: |", "      id | at", "      9999999 * a | 1", "  expect:",
    "    - {verdict: met}", "  given: {packs: [/etc]}", "&a [*a, *a]", "rules: []", "cases: [", "{", "]",
    "!!python/object:os", "\t", "a: &x {b: *x}", "'", "\x00", "  as_of: 0000-00-00", "- [" * 50,
)  # fmt: skip
bounded = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@bounded
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_an_expression_is_read_or_refused_with_a_sentence(text: str) -> None:
    if (refused := _refused(text)) is not None:
        assert refused.says
        return
    assert all(each.text != text for each in rewordings(text))
    assert all(0 <= start < stop <= len(text) for start, stop in operands(text))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000 + "a" + ")" * 3000,
        "not " * 3000 + "a",
        "abs(" * 300 + "a" + ")" * 300,
        " and ".join(["a = 1"] * 3000),
    ],
    ids=["brackets", "not", "calls", "and"],
)
def test_what_is_nested_or_long_beyond_reading_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"nested deeper than 25 brackets|more than 1,000"):
        parse(text)


@pytest.mark.parametrize("sign", ["[", "{"])
def test_brackets_that_the_language_has_not_are_refused_where_they_stand(sign: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(f"a = {sign * 80}")
    assert (raised.value.says, raised.value.start) == (f"`{sign}` is not allowed in an expression", 4)


@pytest.mark.parametrize("number", ["3e", "1e999999999", "1e5", "3e-1"])
def test_a_number_is_written_in_digits(number: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(f"score < {number}")
    assert (raised.value.says, raised.value.start) == (f"`{number}` is not a number", 8)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("n " * 50_001, "this expression has 100,002 characters, more than 100,000"),
        (" and ".join(["b"] * 499), "joins too many parts"),
        (" or ".join(["n = 1"] * 240), "joins too many parts"),
        (" + ".join(["n"] * 300), "joins too many parts"),
        (" / ".join(["n"] * 6), "more than 4 divisions or `between` lie in one another"),
        ("case when " * 5 + "n" + " between 1 and 2 then 1 end" * 5, "more than 4 divisions or `between`"),
    ],
    ids=["length", "and", "or", "sum", "quotient", "between"],
)
def test_what_would_fill_stack_or_memory_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=reason):
        compile_expression(text, OneRecord())


@pytest.mark.parametrize(
    "text",
    [
        " and ".join(["b"] * 96),
        " + ".join(["n"] * 48),
        "(n + " * 24 + "n" + ")" * 24,
        "n / (" * 4 + "n" + ")" * 4,
        "case when " * 15 + "t" + " like 'a' then 'b' end" * 15,
    ],
    ids=["and", "sum", "sums in brackets", "quotient", "like"],
)
def test_what_is_as_long_or_deep_as_allowed_is_written_for_the_engine(text: str) -> None:
    assert len(compile_expression(text, OneRecord()).sql.sql(dialect="duckdb")) < 1_000_000


@bounded
@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=20), max_size=12).map("\n".join))
def test_a_file_of_cases_is_read_or_refused_with_sentences(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.test.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    problems = _problems(path)
    assert all(problem.says for problem in problems)


def _refused(text: str) -> ExpressionError | None:
    try:
        parse(text)
    except ExpressionError as error:
        return error
    return None


def _problems(path: Path) -> tuple[Problem, ...]:
    try:
        prepare(path)
    except UserError as error:
        return tuple(error.problems)
    return ()
