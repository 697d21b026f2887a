"""What the shipped packs ask, asked by hand: one plain DuckDB query a rule, for one generated world.

    python bench/handwritten.py build/world --keys keys.tsv
    python bench/handwritten.py build/world --kinds response level

It is what an expert would write for exactly these rules and tables, and nothing more: a measure of the time that the
engine takes beyond that, and a second opinion on its verdicts, since it shares no line with it. The queries stand in
`handwritten/`, one file a rule, and those of one rule of each kind in `handwritten/kinds/`. Each answers what is
breached: bearer, first day of the window, key of the record.
"""

import argparse
import datetime as dt
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import holidays
import yaml

QUERIES: Final = Path(__file__).parent / "handwritten"
BOOKS: Final = "books"
OF_KINDS: Final = QUERIES / "kinds"

# The packs' own values; the manifest's win.
PARAMETERS: Final = {
    "calls_per_day": 30,
    "offers_by_email_per_day": 50,
    "companies_by_phone_per_day": 20,
    "base_changes_per_day": 1,
    "contacts_per_month": 1,
    "contracts_per_month": 4,
    "report_day": 3,
    "report_form": "1",
}
BEARERS: Final = {"clients": "owner_id", "approvals": "approver_id"}  # elsewhere employee_id, where there is one
BEFORE, AFTER = dt.timedelta(150), dt.timedelta(120)  # how far the calendar reaches beyond the period

Breach = tuple[str, str, str, str]


def answer(
    world: Path, connection: duckdb.DuckDBPyConnection, kinds: Sequence[str] | None
) -> Iterator[tuple[str, float, Sequence[Breach]]]:
    """Each rule with its query's seconds and what is breached, after the records have been proved sound."""
    manifest = yaml.safe_load((world / "compliance.yaml").read_text(encoding="utf-8"))
    digest(world)
    open_tables(connection, world, manifest["tables"])
    prove_sound(connection, manifest["tables"])
    set_values(connection, manifest)
    write_calendar(connection, manifest["period"]["from"], manifest["period"]["to"])
    folder = QUERIES if kinds is None else OF_KINDS
    connection.execute(query(folder, BOOKS))
    for name in kinds or rules(folder):
        begin = time.perf_counter()
        rows = connection.execute(query(folder, name)).fetchall()
        seconds = time.perf_counter() - begin
        rule = name if kinds is None else f"kinds.{name}"
        yield rule, seconds, sorted((rule, bearer or "", str(day or "")[:10], key or "") for bearer, day, key in rows)


def rules(folder: Path) -> Sequence[str]:
    """The names of the queries that ask for a rule."""
    return sorted(path.stem for path in folder.glob("*.sql") if path.stem != BOOKS)


def query(folder: Path, name: str) -> str:
    """The query of this name."""
    return (folder / f"{name}.sql").read_text(encoding="utf-8")


def digest(world: Path) -> str:
    """One digest of all sources, read whole once."""
    together = hashlib.sha256()
    for path in sorted(world.glob("*.parquet")):
        with path.open("rb") as file:
            together.update(hashlib.file_digest(file, "sha256").digest())
    return together.hexdigest()


def open_tables(connection: duckdb.DuckDBPyConnection, world: Path, tables: Mapping[str, str]) -> None:
    """A view for each table of the world, and one of who is on the roll."""
    for name, file in tables.items():
        connection.read_parquet(str(world / file)).create_view(name)
    connection.table("employees").project("employee_id").create_view("roll")


def prove_sound(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> None:
    """No key twice or missing, nobody unknown: otherwise rows would have to be set apart, which this does not do."""
    for name in tables:
        table = connection.table(name)
        key, bearer = table.columns[0], BEARERS.get(name, "employee_id")
        keys = table.aggregate(f"count(*) = count(distinct hash({key})) and bool_and({key} is not null)").fetchall()
        if keys == [(False,)]:
            raise SystemExit(f"table {name}: a key is missing, or stands twice")
        if bearer in table.columns and table.filter(f"{bearer} not in (from roll)").limit(1).fetchall():
            raise SystemExit(f"table {name}: a bearer is not on the roster")


def set_values(connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]) -> None:
    """Period, parameters and titles, as the manifest has them."""
    given = {name.removeprefix("wholesale."): value for name, value in manifest["parameters"].items()}
    period = {f"period_{end}": day for end, day in manifest["period"].items()}
    for name, value in (PARAMETERS | given | period).items():
        connection.execute(f"set variable {name} = ?", [value])
    connection.execute("create temp table aliases (title varchar, position varchar)")
    connection.executemany("insert into aliases values (?, ?)", list(manifest["positions"].items()))


def write_calendar(connection: duckdb.DuckDBPyConnection, first: dt.date, end: dt.date) -> None:
    """Every day, whether it is a working day in Russia, and how many of those there were so far."""
    calendar = holidays.country_holidays("RU", years=range(first.year - 1, end.year + 2))
    days = [first - BEFORE + dt.timedelta(n) for n in range((end - first + BEFORE + AFTER).days)]
    connection.execute(
        "create temp table calendar as select *, count(*) filter (working) over (order by day) as working_days"
        " from (select unnest(?::date[]) as day, unnest(?::boolean[]) as working)",
        [days, [calendar.is_working_day(day) for day in days]],
    )


def main() -> None:
    """Print each rule and how often it is breached."""
    parser = argparse.ArgumentParser(description="Ask the packs' questions in hand-written SQL.")
    parser.add_argument("world", type=Path, help="folder made by fixtures/generate.py")
    parser.add_argument("--keys", type=Path, help="also write what is breached: rule, bearer, window, record")
    parser.add_argument("--kinds", nargs="*", help="instead: one rule of every kind, or of these")
    parser.add_argument("--memory-limit", default="1GB", help="as DuckDB writes it")
    parser.add_argument("--threads", type=int, help="default: one a core")
    asked = parser.parse_args()
    connection = duckdb.connect(config={"memory_limit": asked.memory_limit})
    if asked.threads:
        connection.execute("set threads = ?", [asked.threads])
    lines = []
    for rule, seconds, breaches in answer(asked.world, connection, asked.kinds):
        print(f"query {rule:40} {seconds:8.3f} s {len(breaches):>10}", flush=True)
        lines += ["\t".join(breach) for breach in breaches]
    if asked.keys:
        asked.keys.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
