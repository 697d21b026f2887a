"""A query said shortly says the same."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from compliance.folding import folded

ROWS = [(a, b) for a in (True, False, None) for b in (True, False, None)]
LEAVES = st.sampled_from(["a", "b", "true", "false", "null", "x = 1", "x is null", "a is null"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    cases = st.tuples(st.lists(pairs, min_size=1, max_size=3), st.none() | inner)
    return st.one_of(
        pairs.map(lambda two: f"({two[0]} and {two[1]})"),
        pairs.map(lambda two: f"({two[0]} or {two[1]})"),
        pairs.map(lambda two: f"(({two[0]}) = ({two[1]}))"),
        inner.map(lambda one: f"(not ({one}))"),
        inner.map(lambda one: f"(({one}) is null)"),
        pairs.map(lambda two: f"coalesce(({two[0]}), ({two[1]}))"),
        cases.map(lambda case: f"(case {_branches(*case)} end)"),
    )


def _branches(branches: Sequence[tuple[str, str]], default: str | None) -> str:
    told = " ".join(f"when ({test}) then ({then})" for test, then in branches)
    return told if default is None else f"{told} else ({default})"


def _short(query: str) -> str:
    return folded(sqlglot.parse_one(query, dialect="duckdb")).sql("duckdb")


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(":memory:")
    engine.execute("create table t (a boolean, b boolean, x integer)")
    engine.executemany("insert into t values (?, ?, 1)", ROWS)
    return engine


def _asked(query: str) -> list[Any]:
    return _engine().execute(query).fetchall()


@given(st.recursive(LEAVES, _grown, max_leaves=12))
@settings(max_examples=200, deadline=None)
def test_whatever_is_true_false_or_unknown_stays_so(condition: str) -> None:
    query = f"select a, b, cast({condition} as boolean) as told from t order by rowid"
    assert _asked(_short(query)) == _asked(query)
    chosen = f"select a, b from t where {condition} order by rowid"
    assert _asked(_short(chosen)) == _asked(chosen)


@pytest.mark.parametrize(
    ("query", "short"),
    [
        ("select (((a))) as b from t where ((a and true) or false)", "SELECT a AS b FROM t WHERE a"),
        ("select a from t where not (false) and (x = 1 or b)", "SELECT a FROM t WHERE (x = 1 OR b)"),
        (
            "select case when false then 1 when a then 2 else 3 end from t",
            "SELECT CASE WHEN a THEN 2 ELSE 3 END FROM t",
        ),
        ("select case when a then 1 when true then 2 else 3 end from t", "SELECT CASE WHEN a THEN 1 ELSE 2 END FROM t"),
        ("select case when a then 'x' when b then null end from t", "SELECT CASE WHEN a THEN 'x' END FROM t"),
        # Of which type nothing is, is told by a branch that is never taken.
        ("select case when false then 'x' end from t", "SELECT CASE WHEN FALSE THEN 'x' END FROM t"),
        ("select (x + 1) * 2, -(x), (x) + (x) from t", "SELECT (x + 1) * 2, -(x), x + x FROM t"),
        ("select (a or b) and (a and b) from t", "SELECT (a OR b) AND a AND b FROM t"),
        ("select (s).a, (select 1) as one from t", "SELECT (s).a, (SELECT 1) AS one FROM t"),
        ("select a from t where (select true)", "SELECT a FROM t WHERE (SELECT TRUE)"),
    ],
)
def test_what_is_left_out_and_what_is_not(query: str, short: str) -> None:
    assert _short(query) == short


def test_the_tree_stays_whole() -> None:
    tree = folded(sqlglot.parse_one("select ((a and true)) as x from t where (((a))) and (b or false)"))
    for node in tree.walk():
        for each in node.iter_expressions():
            assert each.parent is node
    assert isinstance(tree, exp.Select)
