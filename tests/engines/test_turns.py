from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from compliance.clock import Function
from compliance.engines.turns import Turns
from compliance.model.problem import UserError

NAMES = "select table_name as n from information_schema.tables"


def query(text: str, folder: Path = Path()) -> exp.Query:
    parsed = sqlglot.parse_one(text.replace("{folder}", str(folder)), dialect="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for name in ("one", "other"):
        (tmp_path / f"{name}.csv").write_text(f"k,v\n1,{name}\n", encoding="utf-8")
    return [tmp_path / "one.csv"]


def test_nothing_of_one_turn_is_seen_by_the_next() -> None:
    with Turns([]) as turns:
        with turns.opened([]) as first:
            first.hand_over("numbers", pa.table({"n": [1]}))
            first.create("sums", query("select sum(n) as n from numbers"), kept=True)
            first.create("seen", query("select n from numbers"), kept=False)
            first.define(Function("doubled", "x", sqlglot.parse_one("x * 2")))
            first.offer("offered", lambda: pa.table({"n": [1]}))
            with first.beside() as hand:
                hand.hand_over("breaches", pa.table({"n": [1]}))
                assert hand.fetch(query("select doubled(n) as n from sums")).to_pylist() == [{"n": 2}]
        with turns.opened([]) as second:
            hands = [second.beside() for _ in range(second.hands)]
            assert second.queries() == ()
            for each in (second, *(hand.__enter__() for hand in hands)):
                assert each.fetch(query(NAMES)).to_pylist() == []
                for text in ("select n from numbers", "select n from offered", "select doubled(1) as n"):
                    with pytest.raises(duckdb.CatalogException):
                        each.fetch(query(text))


def test_a_turn_reads_the_files_that_were_announced_in_utc_and_no_others(files: list[Path], tmp_path: Path) -> None:
    with Turns(files) as turns:
        for _ in range(2):
            with turns.opened(files) as engine, engine.beside() as hand:
                for each in (engine, hand):
                    found = each.fetch(query("select v from read_csv('{folder}/one.csv')", tmp_path))
                    assert found.to_pylist() == [{"v": "one"}]
                    with pytest.raises(duckdb.Error):
                        each.fetch(query("select v from read_csv('{folder}/other.csv')", tmp_path))
                    zone = each.fetch(query("select current_setting('TimeZone') as zone")).to_pylist()
                    assert zone == [{"zone": "UTC"}]
                with pytest.raises(duckdb.Error):
                    engine._connection.execute("set enable_external_access = true")  # noqa: SLF001 what no query says


def test_whoever_asks_for_more_gets_an_engine_of_its_own(files: list[Path], tmp_path: Path) -> None:
    with Turns(files) as turns:
        with turns.opened([tmp_path / "other.csv"]) as alone:
            found = alone.fetch(query("select v from read_csv('{folder}/other.csv')", tmp_path))
            assert found.to_pylist() == [{"v": "other"}]
        with turns.opened(files, "77MB") as small:
            limit = small.fetch(query("select current_setting('memory_limit') as v")).to_pylist()[0]["v"]
            assert str(limit).startswith("73.")  # 77 MB in MiB


def _fail(turns: Turns, files: list[Path]) -> None:
    with turns.opened(files) as engine:
        engine.hand_over("numbers", pa.table({"n": [1]}))
        engine.fetch(query("select cast('x' as integer) as n"))


def test_after_a_turn_that_failed_the_next_begins_anew(files: list[Path]) -> None:
    with Turns(files) as turns:
        with pytest.raises(UserError, match="too large to be reckoned with"):
            _fail(turns, files)
        with turns.opened(files) as engine:
            assert engine.fetch(query(NAMES)).to_pylist() == []
            engine.hand_over("numbers", pa.table({"n": [2]}))
            assert engine.fetch(query("select n from numbers")).to_pylist() == [{"n": 2}]
