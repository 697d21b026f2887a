from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from compliance.engines.duckdb import DuckDB
from compliance.sql import Lasting


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    (tmp_path / "open.csv").write_text("k,v\n1,a\n", encoding="utf-8")
    (tmp_path / "secret.csv").write_text("k,v\n1,secret\n", encoding="utf-8")
    with DuckDB.opened([tmp_path / "open.csv"]) as opened:
        yield opened


def query(text: str, folder: Path = Path()) -> exp.Query:
    parsed = sqlglot.parse_one(text.replace("{folder}", str(folder)), dialect="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed


def test_the_named_files_are_read(engine: DuckDB, tmp_path: Path) -> None:
    found = engine.fetch(query("select v from read_csv('{folder}/open.csv')", tmp_path))
    assert found.to_pylist() == [{"v": "a"}]


@pytest.mark.parametrize(
    "text",
    [
        "select * from read_csv('{folder}/secret.csv')",
        "select * from read_text('/etc/passwd')",
        "select * from '{folder}/secret.csv'",
        "select * from read_blob('{folder}/*')",
        "select * from glob('{folder}/*')",
        "select * from read_csv('https://example.com/x.csv')",
    ],
)
def test_no_other_file_is_even_if_a_query_names_it(engine: DuckDB, tmp_path: Path, text: str) -> None:
    with pytest.raises(duckdb.Error):
        engine.fetch(query(text, tmp_path))


@pytest.mark.parametrize(
    "statement",
    [
        "copy (select 1) to '{folder}/open.csv'",
        "copy (select 1) to '{folder}/new.csv'",
        "attach '{folder}/new.duckdb'",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "install httpfs",
        "load httpfs",
    ],
)
def test_nothing_is_written_attached_or_unlocked(engine: DuckDB, tmp_path: Path, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        engine._connection.execute(statement.format(folder=tmp_path))  # noqa: SLF001 what no query of ours could say
    assert (tmp_path / "open.csv").read_text(encoding="utf-8") == "k,v\n1,a\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["open.csv", "secret.csv"]


def test_what_is_handed_over_is_known_by_its_name_and_may_be_handed_over_anew(engine: DuckDB) -> None:
    for value in (1, 2):
        engine.hand_over("a table", pa.table({"x": [value]}))
        assert engine.fetch(query('select x from "a table"')).to_pylist() == [{"x": value}]


def test_a_view_follows_its_table_and_a_kept_outcome_stays(engine: DuckDB) -> None:
    engine.hand_over("t", pa.table({"x": [1]}))
    engine.create("view", query("select x from t"), kept=False)
    engine.create("kept", query("select x from t"), kept=True)
    engine.hand_over("t", pa.table({"x": [1, 2]}))
    assert engine.fetch(query("select x from view")).num_rows == 2
    assert engine.fetch(query("select x from kept")).num_rows == 1


def test_a_local_variable_is_no_table(engine: DuckDB) -> None:
    secrets = pa.table({"x": [1]})
    with pytest.raises(duckdb.Error):
        engine.fetch(query("select * from secrets"))
    assert secrets.num_rows == 1


def test_every_query_is_kept_as_it_was_asked(engine: DuckDB) -> None:
    engine.fetch(query("select 1 as x"))
    assert engine.queries()[-1] == 'SELECT 1 AS "x"'


def test_the_spill_folder_is_gone_afterwards(tmp_path: Path) -> None:
    before = sorted(tmp_path.parent.iterdir())
    with DuckDB.opened([]) as opened:
        spill = Path(str(opened.fetch(query("select current_setting('temp_directory') as f")).to_pylist()[0]["f"]))
        assert spill.is_dir()
    assert not spill.exists()
    assert sorted(tmp_path.parent.iterdir()) == before


def test_another_hand_sees_what_is_created_and_keeps_what_it_is_handed(engine: DuckDB) -> None:
    engine.hand_over("numbers", pa.table({"n": [1, 2]}))
    with engine.beside() as one, engine.beside() as other:
        one.hand_over("breaches", pa.table({"n": [1]}))
        other.hand_over("breaches", pa.table({"n": [2]}))
        one.create("sums", query("select sum(n) as n from numbers"), kept=True)
        found = [hand.fetch(query("select n from breaches")).to_pylist() for hand in (one, other)]
        assert found == [[{"n": 1}], [{"n": 2}]]
        assert other.fetch(query("select n from sums")).to_pylist() == [{"n": 3}]
    assert engine.fetch(query("select n from sums")).to_pylist() == [{"n": 3}]


def test_queries_are_told_where_their_hand_was_asked_for(engine: DuckDB) -> None:
    first, second = engine.beside(), engine.beside()
    engine.fetch(query("select 3"))
    with second as hand:
        hand.fetch(query("select 2"))
    with first as hand:
        hand.fetch(query("select 1"))
    assert [each.split()[-1] for each in engine.queries()] == ["1", "2", "3"]


def test_what_is_offered_is_made_once_a_query_names_it(engine: DuckDB) -> None:
    asked: list[str] = []

    def made() -> pa.Table:
        asked.append("numbers")
        return pa.table({"n": [1, 2]})

    engine.offer("numbers", made)
    engine.offer("sums", lambda: query("select sum(n) as n from numbers"))
    engine.fetch(query("select 1 as x"))
    assert asked == []
    with engine.beside() as one, engine.beside() as other:
        for hand in (one, other, engine):
            assert hand.fetch(query("select n from sums")).to_pylist() == [{"n": 3}]
    assert asked == ["numbers"]


def test_what_was_made_is_made_anew_where_it_is_offered_anew(engine: DuckDB) -> None:
    engine.offer("numbers", lambda: pa.table({"n": [1]}))
    engine.create("view", query("select n from numbers"), kept=False)
    engine.offer("numbers", lambda: pa.table({"n": [2]}))
    assert engine.fetch(query("select n from view")).to_pylist() == [{"n": 2}]


def test_a_lasting_query_is_asked_of_many_engines_and_written_for_each_name(engine: DuckDB) -> None:
    lasting = Lasting(query("select n from numbers"))
    with DuckDB.opened([]) as other:
        for number, each in enumerate((engine, other)):
            each.hand_over("numbers", pa.table({"n": [number]}))
            each.create("one", lasting, kept=True)
            each.create("two", lasting, kept=False)
            told = [each.fetch(query(f"select n from {name}")).to_pylist() for name in ("one", "two")]
            assert [*told, each.fetch(lasting).to_pylist()] == [[{"n": number}]] * 3
