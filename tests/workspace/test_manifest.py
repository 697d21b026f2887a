"""The manifest: every key of it, and what is said of mistakes in it."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compliance.language.durations import Duration, Unit
from compliance.model.problem import UserError
from compliance.model.types import ColumnType
from compliance.workspace.manifest import (
    Calendar,
    Entry,
    Heartbeat,
    Manifest,
    Settings,
    Source,
    SourceKind,
    TableEntry,
    load_manifest,
)
from compliance.yamldoc import parse

WHOLE = """\
organisation: Northgate Trading House
timezone: Europe/Moscow
period: {from: 2026-01-01, to: 2026-04-01}
calendar: {country: RU, extra_days_off: [2025-12-31], extra_working_days: []}
packs: [wholesale-client-search-manager, confidentiality, ./rules]
without: {wholesale.birthday-greeting: "not our practice, decided 2026-01-10"}
positions: {sales and customer service manager: client-search-manager}
departments: {Sales North: sales}
parameters: {wholesale.calls_per_day: 25, wholesale.share: 0.1}
backdating_tolerance: 2 working_days
jurisdiction: ru-labour-code
waivers: waivers.yaml
register: findings.sqlite
set_aside: {activities: "17 damaged rows, checked by hand on 2026-04-02"}
tables:
  activities: activities.parquet
  orders:
    source: northwind.sqlite::Orders
    columns: {order_id: OrderID, late: "ShippedDate > RequiredDate"}
  permits:
    source: permits.csv
    key: permit_id
    at: granted_at
    bearer: employee_id
    heartbeat: none
    columns: {permit_id: "No."}
    types: {amount: money}
    format: {granted_at: "%d-%b-%y"}
    header: false
    names: [permit_id, 2026]
    delimiter: ";"
    encoding: cp1251
    decimal: ","
    true: [yes, да, 1]
    refs: {trip_id: trips}
    ahead: false
    valid_from: starts_on
  trips: {source: "trips/*.jsonl", key: [a, b], at: null, heartbeat: {per: working_day, by: [kind]}}
"""


def manifest(text: str) -> Manifest:
    return parse(text, "compliance.yaml", Manifest).value


def mistakes(text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        parse(text, "compliance.yaml", Manifest)
    return [problem.line().removeprefix("compliance.yaml:") for problem in caught.value.problems]


def advice(text: str) -> str:
    with pytest.raises(UserError) as caught:
        parse(text, "compliance.yaml", Manifest)
    return caught.value.problems[0].help


def entry(text: str) -> Entry:
    return manifest(f"tables: {{permits: {text}}}").tables["permits"]


# --- the whole ---


def test_every_key_is_read() -> None:
    whole = manifest(WHOLE)
    assert whole.organisation == "Northgate Trading House"
    assert whole.zone.key == "Europe/Moscow"
    assert whole.calendar == Calendar(country="RU", extra_days_off=(date(2025, 12, 31),))
    assert whole.packs == ("wholesale-client-search-manager", "confidentiality", "./rules")
    assert whole.without == {"wholesale.birthday-greeting": "not our practice, decided 2026-01-10"}
    assert whole.positions == {"sales and customer service manager": "client-search-manager"}
    assert whole.departments == {"Sales North": "sales"}
    assert whole.parameters == {"wholesale.calls_per_day": 25, "wholesale.share": Decimal("0.1")}
    assert whole.backdating_tolerance == Duration(2, Unit.WORKING_DAYS)
    assert (whole.jurisdiction, whole.waivers, whole.register_) == (
        "ru-labour-code",
        "waivers.yaml",
        "findings.sqlite",
    )
    assert whole.set_aside == {"activities": "17 damaged rows, checked by hand on 2026-04-02"}


def test_every_key_of_a_table_is_read() -> None:
    tables = manifest(WHOLE).tables
    assert list(tables) == ["activities", "orders", "permits", "trips"]
    assert tables["activities"].source == Source(SourceKind.PARQUET, "activities.parquet")
    assert tables["orders"].source == Source(SourceKind.SQLITE, "northwind.sqlite", "Orders")
    assert tables["orders"].columns == {"order_id": "OrderID", "late": "ShippedDate > RequiredDate"}
    permits = tables["permits"]
    assert (permits.key_columns, permits.at, permits.bearer) == (("permit_id",), "granted_at", "employee_id")
    assert (permits.heartbeat, permits.types, permits.format) == (
        "none",
        {"amount": ColumnType.MONEY},
        {"granted_at": "%d-%b-%y"},
    )
    assert (permits.header, permits.names, permits.separator) == (False, ("permit_id", "2026"), ";")
    assert (permits.encoding, permits.decimal, permits.true) == ("cp1251", ",", ("yes", "да", "1"))
    assert (permits.refs, permits.ahead, permits.valid_from) == ({"trip_id": "trips"}, False, "starts_on")
    trips = tables["trips"]
    assert trips.key_columns == ("a", "b")
    assert trips.heartbeat == Heartbeat(per="working_day", by=("kind",))


def test_an_empty_manifest_has_the_defaults() -> None:
    empty = manifest("")
    assert (empty.timezone, empty.period, empty.register_) == ("UTC", None, "register.sqlite")
    assert empty.backdating_tolerance == Duration(3, Unit.WORKING_DAYS)
    assert empty.calendar == Calendar()
    assert dict(empty.tables) == {}


def test_what_a_table_was_given_is_told_from_what_it_was_not() -> None:
    table = entry("{source: a.csv, at: null, heartbeat: none}")
    assert (table.at, table.bearer) == (None, None)
    assert [table.gives(key) for key in ("at", "bearer", "heartbeat", "key")] == [True, False, True, False]
    assert table.key_columns is None


def test_a_bare_path_is_a_source() -> None:
    assert entry("a.csv") == entry("{source: a.csv}")


def test_a_case_gives_as_much_of_the_manifest_as_it_needs() -> None:
    text = "period: {from: 2026-03-02, to: 2026-03-03}\ntables: {permits: {at: granted_at}}"
    given = parse(text, "a.test.yaml", Settings).value
    assert given.tables["permits"].at == "granted_at"
    assert given.tables["permits"].source is None


# --- sources ---


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("a.csv", Source(SourceKind.CSV, "a.csv")),
        ("data/A.CSV", Source(SourceKind.CSV, "data/A.CSV")),
        ("a.tsv", Source(SourceKind.CSV, "a.tsv")),
        ("a.csv.gz", Source(SourceKind.CSV, "a.csv.gz")),
        ("a.jsonl.zst", Source(SourceKind.JSONL, "a.jsonl.zst")),
        ("a.jsonl", Source(SourceKind.JSONL, "a.jsonl")),
        ("a.ndjson", Source(SourceKind.JSONL, "a.ndjson")),
        ("log/*/part-?.parquet", Source(SourceKind.PARQUET, "log/*/part-?.parquet")),
        ("${DIR}/a.csv", Source(SourceKind.CSV, "${DIR}/a.csv")),
        ("log.jsonocel::place order", Source(SourceKind.OCEL, "log.jsonocel", "place order")),
        ("book.xlsx", Source(SourceKind.XLSX, "book.xlsx")),
        ("book.xlsm::Sheet 1", Source(SourceKind.XLSX, "book.xlsm", "Sheet 1")),
        ("../a b.db::Order Details", Source(SourceKind.SQLITE, "../a b.db", "Order Details")),
        ("postgresql://u@h/d::s.t", Source(SourceKind.POSTGRESQL, "postgresql://u@h/d", "s.t")),
        ("postgres://u:${P}@[::1]:5432/d::t", Source(SourceKind.POSTGRESQL, "postgres://u:${P}@[::1]:5432/d", "t")),
        ("${URL}::s.t", Source(SourceKind.POSTGRESQL, "${URL}", "s.t")),
        ("a.sqlite3::x::y", Source(SourceKind.SQLITE, "a.sqlite3", "x::y")),
    ],
)
def test_a_source_is_told_by_its_ending(written: str, source: Source) -> None:
    assert Source.parse(written) == source
    assert str(source) == written


def test_a_tab_separates_the_cells_of_a_tsv_file_and_a_comma_those_of_others() -> None:
    assert entry("a.tsv").separator == "\t"
    assert entry("a.csv").separator == ","
    assert entry("a.TSV.gz").separator == "\t"
    assert entry("{source: a.tsv, delimiter: '|'}").separator == "|"


def test_how_a_file_is_written_may_stand_under_its_format_too_unless_a_column_of_that_name_has_dates() -> None:
    beside = entry("{source: a.csv, delimiter: ';', decimal: ',', true: [oui], header: false, names: [a, at]}")
    under = entry("{source: a.csv, format: {delimiter: ';', decimal: ',', true: [oui], header: false, names: [a, at]}}")
    assert all(getattr(under, name) == getattr(beside, name) for name in Entry.model_fields)
    assert entry("{source: a.csv, format: {decimal: '%d.%m.%Y'}}").format == {"decimal": "%d.%m.%Y"}


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("a.sqlite", "1:19: a SQLite file needs the name of a table"),
        ("'a.db::'", "1:19: a SQLite file needs the name of a table"),
        ("a.jsonocel", "1:19: an OCEL log needs the name of a type"),
        ("a.csv::Orders", "1:24: a .csv file has no tables to choose from"),
        ("a.cvs", "1:20: files ending in `.cvs` are not read"),
        ("{source: data/a.json}", "1:34: files ending in `.json` are not read"),
        ("log.xes", "1:22: files ending in `.xes` are not read"),
        ("a.parquet.gz", "1:28: a .parquet file is not read packed"),
        ("a.gz", "1:19: `a.gz` has no ending that tells what it is"),
        ("a.cvs.gz", "1:20: files ending in `.cvs` are not read"),
        ("orders", "1:19: `orders` has no ending that tells what it is"),
        ("'log/*'", "1:19: `log/*` has no ending that tells what it is"),
        ("book.xls::Sheet1", "1:19: old workbooks (.xls) are not read"),
        ("'postgresql://host/db'", "1:19: PostgreSQL needs the name of a table"),
        ("'postgresql://u@[::1]:5432/db'", "1:19: PostgreSQL needs the name of a table"),
        ("'postgresql://host/db::a.b.c'", "1:19: PostgreSQL needs the name of a table"),
        ("'${DATABASE_URL}'", "1:19: PostgreSQL needs the name of a table"),
        ("'mysql://host/db::orders'", "1:19: `mysql://` is not read"),
        ("''", "1:19: `` has no ending that tells what it is"),
        ("", "1:10: a table needs the path of its file, or keys with at least `source`"),
        ("3", "1:19: `permits` must be a mapping (`key: value`), not `3`"),
        ("{key: a}", "1:19: `source` is missing in `permits`"),
        ("{source: null}", "1:28: `source` must be text, not empty"),
        ("{source: [a.csv]}", "1:28: `source` must be text, not a list"),
    ],
)
def test_mistakes_in_a_source(written: str, mistake: str) -> None:
    assert mistakes(f"tables: {{permits: {written}}}") == [mistake]


def test_what_is_not_read_yet_says_what_is() -> None:
    read = "this version reads CSV, JSON Lines, Parquet, SQLite, XLSX and OCEL 2.0"
    assert advice("tables: {a: b.xls::S}") == "save it as XLSX"
    assert advice("tables: {a: 'postgres://h/d'}") == "end it with `::schema.table`"
    assert advice("tables: {a: 'odbc://h/d::t'}") == f"{read}, and postgresql://"
    assert advice("tables: {a: b.txt}") == read
    assert advice("tables: {a: b.cvs}") == "did you mean `.csv`?"
    assert advice("tables: {a: b.db}") == "write `b.db::Table`"


SAFE = "leave it to PGPASSWORD or ~/.pgpass, or write ${NAME} for a variable that holds it"


@pytest.mark.parametrize(
    ("address", "shown", "column", "width"),
    [
        ("postgresql://u:hunter2@h/d::t", "postgresql://u:•••••••@h/d::t", 15, 7),
        ("postgresql://u:hunt/e@r2@h/d::t", "postgresql://u:•••••••••@h/d::t", 15, 9),
        ("postgresql://u:${P}hunter2@h/d::t", "postgresql://u:•••••••••••@h/d::t", 15, 11),
        ("postgresql://h/d?user=u&password=hunter2::t", "postgresql://h/d?user=u&password=••••••••••", 33, 7),
        ("postgres://:hunter2@h/d", "postgres://:•••••••@h/d", 12, 7),
    ],
)
def test_a_password_in_an_address_is_a_mistake_that_does_not_show_it(
    address: str, shown: str, column: int, width: int
) -> None:
    with pytest.raises(UserError) as caught:
        manifest(f"tables:\n  a: {address}\n")
    assert str(caught.value) == (
        f"compliance.yaml:2:{column + 6}: a password does not belong into the manifest\n"
        f"    a: {shown}\n{' ' * (7 + column)}{'^' * width}\n  help: {SAFE}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "tables: {a: 'mysql://u:hunter2@h/d::t'}",
        "tables: 'postgresql://u:hunter2@h/d::t'",
        "tables: {a: 'postgresql:/u:hunter2@h/d::t'}",
        "tables: {a: {source: 'postgresql://u:${P}@h/d::t', kye: 'postgresql://u:hunter2@h'}}",
        "tables: {a: {source: 'postgresql://u:hunter2@h/d::t', key: }",
    ],
)
def test_no_other_mistake_shows_a_password_either(text: str) -> None:
    with pytest.raises(UserError) as caught:
        manifest(text)
    assert "hunter" not in str(caught.value)


# --- mistakes ---


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("timezone: Europe/Moskow", "1:11: there is no time zone `Europe/Moskow`"),
        ("timezone: ../x", "1:11: there is no time zone `../x`"),
        ("period: {from: 2026-04-01, to: 2026-04-01}", "1:32: the period ends no later than it begins"),
        ("period: {from: 2026-04-01 09:00, to: 2026-04-01 08:59}", "1:38: the period ends no later than it begins"),
        ("period: {from: 2026-04-01}", "1:9: `to` is missing in `period`"),
        ("period: {from: 20260401, to: 2026-05-01}", None),
        (
            "period: {from: 2026-04-01 00:00Z, to: 2026-05-01}",
            "1:16: the period is local time: leave the offset out",
        ),
        ("calendar: {country: Rusia}", "1:21: no holidays are known for `Rusia`"),
        ("calendar: {country: DE, subdivision: QX}", "1:38: `DE` has no subdivision `QX`"),
        ("calendar: {subdivision: BE}", "1:12: a `subdivision` needs its `country`"),
        (
            "calendar: {extra_days_off: [x]}",
            "1:29: entry 1 of `extra_days_off` must be a date such as 2026-01-31, not `x`",
        ),
        (
            "backdating_tolerance: 3",
            "1:23: `3` is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month",
        ),
        ("without: {a.b: ''}", "1:16: `a.b` must be filled in"),
        ("without: {a.b: }", "1:11: `a.b` must be text, not empty"),
        (
            "parameters: {own.most: [{from: 2026-01-01, value: 6}]}",
            (
                "1:25: entry 1 of `own.most` must be true or false, a number, a date, or a date and time such as "
                "2026-01-31 09:00 or text, not a mapping"
            ),
        ),
        ("parameters: {own.most: [[1]]}", None),
        ("parameters: {own.most: {a: 1}}", None),
        ("tabels: {}", "1:1: unknown key `tabels`"),
        ("register_file: a", "1:1: unknown key `register_file`"),
    ],
)
def test_mistakes_in_the_manifest(text: str, mistake: str | None) -> None:
    found = mistakes(text)
    assert len(found) == 1
    assert mistake is None or found == [mistake]


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("timezone: Europe/Moskow", "did you mean `Europe/Moscow`?"),
        ("timezone: Novosibirsk", "did you mean `Asia/Novosibirsk`?"),
        ("timezone: New York", "did you mean `America/New_York`?"),
        ("timezone: qqqqq", "write for example Europe/Berlin"),
        ("calendar: {country: Germani}", "did you mean `DE`?"),
        ("calendar: {country: ru}", "did you mean `RU`?"),
        ("calendar: {country: 12345}", "write its ISO 3166 code, such as RU or DE"),
        ("calendar: {country: DE, subdivision: be}", "did you mean `BE`?"),
        ("calendar: {country: RU, subdivision: be}", "known: none"),
        ("tabels: {}", "did you mean `tables`?"),
        ("tables: {a: {source: a.csv, colums: {}}}", "did you mean `columns`?"),
        ("tables: {a: {source: a.csv, types: {b: monney}}}", "did you mean `money`?"),
        ("tables: {a: {source: a.csv, heartbeat: working_days}}", "did you mean `working_day`?"),
    ],
)
def test_the_nearest_right_word_is_offered(text: str, nearest: str) -> None:
    assert advice(text) == nearest


@pytest.mark.parametrize(
    ("keys", "mistake"),
    [
        (
            "types: {b: monney}",
            "`b` must be id, text, integer, decimal, money, percent, boolean, date or datetime, not `monney`",
        ),
        ("heartbeat: weekly", "`heartbeat` must be none, working_day or a mapping (`key: value`), not `weekly`"),
        ("heartbeat: {per: day}", "`per` must be working_day, not `day`"),
        ("heartbeat: {per: working_day, by: kind}", "`by` must be a list, not text"),
        ("key: []", "`key` must be filled in"),
        ("key: {a: b}", "`key` must be text or a list, not a mapping"),
        (
            "format: {at: dd.mm.yyyy}",
            "`dd.mm.yyyy` is no format of a date; write for example %d.%m.%Y, or unix, unix_ms, unix_us",
        ),
        ("header: false", "without a header the columns need `names`"),
        ("header: 0", "`header` must be at least 1"),
        ("header: maybe", "`header` must be true or false or a whole number, not text"),
        ("names: [a, b, a]", "the column `a` is named twice"),
        ("delimiter: ';;'", "`delimiter` must be one character"),
        ("delimiter: ''", "`delimiter` must be one character"),
        ("encoding: utf-9", "there is no encoding `utf-9`"),
        ("encoding: zlib", "there is no encoding `zlib`"),
        ("decimal: ';'", "`decimal` must be . or ,, not `;`"),
        ("true: yes", "`true` must be a list, not text"),
        ("ahead: 1", "`ahead` must be true or false, not `1`"),
    ],
)
def test_mistakes_in_a_table(keys: str, mistake: str) -> None:
    (found,) = mistakes(f"tables:\n  permits:\n    source: permits.csv\n    {keys}\n")
    place, _, says = found.partition(": ")
    assert says == mistake
    assert place.startswith("4:")


def test_a_list_of_texts_may_hold_what_yaml_takes_for_numbers() -> None:
    assert entry("{source: a.csv, header: false, true: [1, true, yes], names: [1, 2.50]}").names == ("1", "2.50")


def test_the_period_is_local_time_from_midnight() -> None:
    period = manifest("period: {from: 2026-01-01, to: 2026-01-01 18:00}").period
    assert period is not None
    assert (period.window.start, period.window.end) == (datetime(2026, 1, 1), datetime(2026, 1, 1, 18))  # noqa: DTZ001


KEYS = [*(info.alias or name for model in (Manifest, TableEntry) for name, info in model.model_fields.items()), "x"]
SCALARS = st.none() | st.booleans() | st.integers() | st.dates() | st.sampled_from(["", "a", "a.csv", "UTC", "0.10"])
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), DATA, max_size=4))
def test_whatever_the_file_holds_is_read_or_told_in_plain_words(data: dict[str, object]) -> None:
    try:
        parse(yaml.safe_dump(data), "compliance.yaml", Manifest)
    except UserError as error:
        found = error.problems
    else:
        return
    for problem in found:
        assert problem.where
        assert problem.where.line
        assert problem.excerpt or not problem.where.column or data == {}
        assert not re.search("[Ii]nput|[Vv]alidat|pydantic|instance|of another form", problem.says)


# --- folders ---


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "compliance.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_manifest_is_loaded_from_its_folder_or_by_its_own_name(tmp_path: Path) -> None:
    path = write(tmp_path, WHOLE)
    assert load_manifest(tmp_path) == load_manifest(path)
    assert load_manifest(tmp_path).file == str(path)
    assert load_manifest(tmp_path).place(("tables", "orders", "source")).line == 18


def test_an_organisation_without_a_name_is_called_by_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "northgate", "timezone: UTC\n")
    assert load_manifest(tmp_path / "northgate").value.organisation == "northgate"


def test_a_folder_without_a_manifest_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"this folder has no compliance\.yaml\n  help: `compliance init .*` writes one"
    ):
        load_manifest(tmp_path)
    with pytest.raises(UserError, match="there is no such folder or file"):
        load_manifest(tmp_path / "nowhere")


def test_names_of_tables_that_are_nowhere_are_told(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "set_aside: {activites: why}\n"
        "tables:\n  activities: a.csv\n  permits: {source: b.csv, refs: {trip_id: trip, to_id: orders}}\n"
        "  trips: c.csv\n",
    )
    with pytest.raises(UserError) as caught:
        load_manifest(tmp_path)
    assert [
        (problem.says, problem.help, str(problem.where).removeprefix(str(path))) for problem in caught.value.problems
    ] == [
        ("`activites` is no table of this manifest", "did you mean `activities`?", ":1:13"),
        ("there is no table `trip`", "did you mean `trips`?", ":4:44"),
    ]
