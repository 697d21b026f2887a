"""PostgreSQL: what a server's tables give, what can go wrong with it, and that no secret is ever shown."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.workspace.server import OWNER, PASSWORD, Server, served
from tests.workspace.taken import at, problems, take_in

pytestmark = pytest.mark.postgres

SHOP = """
    create role clerk login password 'clerk';
    create schema shop;
    create domain shop.euro as numeric(12, 2);
    create table shop.orders (
        order_id bigint primary key, who text, placed_at timestamptz, due_on date, amount shop.euro, discount numeric,
        rate real, paid boolean, code char(5), stamp timestamp, seen timestamptz, raw bytea, extra jsonb, pay money);
    insert into shop.orders values
        (2, '', '2026-03-03 00:30+01', '-infinity', 0.1, 7.5, 0.07, false, '7', null, null, null, null, null),
        (1, 'ada', '2026-03-02 09:30:00.25Z', '2026-03-05', 1234.5, 15, 0.15, true, '007', '2026-03-02 10:00',
            '2026-03-02 10:00Z', '\\x00ff', '{"a": 1}', 12.5),
        (3, 'bad', null, null, 'NaN', null, null, null, null, null, null, null, null, null);
    create table shop."Odd Name" ("The Key" int, "a.b" text);
    insert into shop."Odd Name" values (2, 'y'), (1, 'x'), (1, 'x');
    create view recent as select order_id, who from shop.orders where paid;
    create table shop.pay (employee_id text, month text, amount numeric);
    create table shop.secret (x int);
    insert into shop.pay values ('ada', '2026-03', 10);
    grant usage on schema shop to clerk;
    grant select on shop.orders to clerk;
    grant select (employee_id, month) on shop.pay to clerk;
    create database latin template template0 encoding 'LATIN1' locale 'C';
    create database bytes template template0 encoding 'SQL_ASCII' locale 'C';
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as started:
        started.run(SHOP)
        started.run("create table names as select 1 as k, 'Jos\u00e9'::text as name", "latin")
        started.run("create table names as select 1 as k, convert_from('\\xff', 'SQL_ASCII') as name", "bytes")
        yield started


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    monkeypatch.setenv("CLERK", "clerk")
    monkeypatch.setenv("WRONG", "not%the:password")


def owner(server: Server, table: str, database: str = "postgres") -> str:
    return f"postgresql://{OWNER}@{server.place}/{database}::{table}"


def test_columns_of_every_kind(tmp_path: Path, server: Server) -> None:
    manifest = f"t: {{source: '{owner(server, 'shop.orders')}', key: order_id, types: {{discount: percent}}}}"
    taken = take_in(tmp_path, manifest)
    assert taken.types("t") == {
        "order_id": "id",
        "who": "text",
        "placed_at": "datetime",
        "due_on": "date",
        "amount": "money",
        "discount": "percent",
        "rate": "decimal",
        "paid": "boolean",
        "code": "text",
        "stamp": "datetime",
        "seen": "datetime",
        "raw": "text",
        "extra": "text",
        "pay": "decimal",
    }
    first = ("1", "ada", at("2026-03-02 10:30:00.25"), date(2026, 3, 5), Decimal("1234.50"), 15, Decimal("0.15"), True)
    more = ("007", at("2026-03-02 10:00"), at("2026-03-02 11:00"), "0x00FF", '{"a": 1}', Decimal("12.5"))
    assert taken.rows("t") == [(*first, *more)]
    place = f"postgresql://{server.place}/postgres::shop.orders"
    assert taken.account("t").rejects == (
        f'{place}:2: due_on: "-infinity" is not a date',
        f'{place}:3: amount: "NaN" is not an amount',
    )
    assert (taken.account("t").read, taken.account("t").accepted) == (3, 1)


def test_views_and_unusual_names_with_or_without_their_schema(tmp_path: Path, server: Server) -> None:
    manifest = f"""
        recent: {{source: "{owner(server, "recent")}", key: order_id}}
        same: {{source: "{owner(server, "public.recent")}", key: order_id}}
        odd: {{source: '{owner(server, 'shop."Odd Name"')}', columns: {{k: The Key}}}}
    """
    taken = take_in(tmp_path, manifest)
    assert taken.rows("recent") == taken.rows("same") == [("1", "ada")]
    assert sorted(taken.rows("odd", "k", "a.b")) == [(1, "x"), (1, "x"), (2, "y")]


def test_only_the_columns_that_the_user_may_see(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "clerk")
    taken = take_in(tmp_path, f"t: 'postgresql://clerk@{server.place}/postgres::shop.pay'")
    assert taken.rows("t") == [("ada", "2026-03")]


def test_text_in_another_encoding_of_the_server(tmp_path: Path, server: Server) -> None:
    taken = take_in(tmp_path, f"t: {{source: '{owner(server, 'names', 'latin')}', key: k}}")
    assert taken.rows("t") == [("1", "Jos\u00e9")]


def test_a_table_larger_than_one_batch(tmp_path: Path, server: Server) -> None:
    server.run("create table many as select i::text as k, i % 7 as n from generate_series(1, 200000) i")
    taken = take_in(tmp_path, f"t: {{source: '{owner(server, 'many')}', key: k}}")
    assert (taken.account("t").accepted, taken.types("t")["n"]) == (200000, "integer")


def test_the_digest_is_that_of_the_rows_whatever_their_order(tmp_path: Path, server: Server) -> None:
    def digest(rows: str) -> str:
        server.run("drop table if exists d; create table d (a int, b text)")
        server.run(f"insert into d values {rows}")
        return take_in(tmp_path, f"t: '{owner(server, 'd')}'").books.digest

    first = digest("(1, 'x'), (2, null), (10, 'y')")
    assert digest("(10, 'y'), (2, null), (1, 'x')") == first
    assert digest("(10, 'y'), (2, ''), (1, 'x')") != first
    assert digest("(10, 'y'), (2, null), (1, 'x'), (1, 'x')") != first
    assert len(first) == 64


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://owner:${SHOP_PASSWORD}@PLACE/postgres",
        "postgres://${SHOP_USER}:${SHOP_PASSWORD}@127.0.0.1:${SHOP_PORT}/postgres?application_name=x",
        "postgresql://PLACE/postgres?user=owner&password=${SHOP_PASSWORD}",
        "${SHOP_URL}",
        "postgresql://",
    ],
)
def test_secrets_come_from_the_environment_and_are_shown_nowhere(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("SHOP_URL", f"postgresql://{OWNER}:{quote(PASSWORD, safe='')}@{server.place}/postgres")
    for name, value in {"USER": OWNER, "PASSWORD": PASSWORD, "PORT": str(server.port)}.items():
        monkeypatch.setenv(f"SHOP_{name}", value)
    if address == "postgresql://":
        parts = {"HOST": "127.0.0.1", "PORT": str(server.port), "USER": OWNER, "DATABASE": "postgres"}
        for name, value in parts.items():
            monkeypatch.setenv(f"PG{name}", value)
    else:
        monkeypatch.delenv("PGPASSWORD")
    address = address.replace("PLACE", server.place)
    taken = take_in(tmp_path, f"t: {{source: '{address}::shop.orders', key: order_id}}")
    told = "\n".join((*taken.account("t").rejects, *taken.engine.queries()))
    assert taken.account("t").accepted == 1
    assert PASSWORD not in told
    assert quote(PASSWORD, safe="") not in told


# --- what can go wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "told", "advice"),
    [
        (
            "postgresql://owner@PLACE/postgres::shopp.orders",
            "postgresql://PLACE/postgres has no schema `shopp`",
            "did you mean `shop`?",
        ),
        (
            "postgresql://owner@PLACE/postgres::shop.order",
            "postgresql://PLACE/postgres has no table `order` in schema `shop`",
            "did you mean `orders`?",
        ),
        (
            "postgresql://owner@PLACE/latin::orders",
            "postgresql://PLACE/latin has no table `orders`",
            "there are: names",
        ),
        (
            "postgresql://clerk:${CLERK}@PLACE/postgres::shop.secret",
            "this user may not read shop.secret of postgresql://PLACE/postgres",
            "grant it select on the table, or on the columns that it may see",
        ),
        (
            "postgresql://owner@PLACE/shop::shop.orders",
            "postgresql://PLACE/shop has no such database",
            "check the name behind the host",
        ),
        (
            "postgresql://owner:${WRONG}@PLACE/postgres::shop.orders",
            "postgresql://PLACE/postgres refuses this user or its password",
            "check both, and where they are set",
        ),
        (
            "postgresql://owner@127.0.0.1:1/postgres::shop.orders",
            "postgresql://127.0.0.1:1/postgres can't be reached",
            "check host and port, and whether the server is running",
        ),
        (
            "postgresql://owner@nowhere.invalid/postgres::shop.orders",
            "postgresql://nowhere.invalid/postgres can't be reached",
            "check host and port, and whether the server is running",
        ),
        (
            "postgresql://owner@127.0.0.1:${WRONG}/postgres::shop.orders",
            "postgresql://127.0.0.1:${WRONG}/postgres is no address that PostgreSQL understands",
            "write postgresql://user@host:port/database",
        ),
        (
            "postgresql://owner:${NOT_SET}@PLACE/postgres::shop.orders",
            "the variable NOT_SET is not set, and postgresql://PLACE/postgres needs it",
            "set it in the environment of the command",
        ),
        (
            "${WRONG}::shop.orders",
            "${WRONG} is no address of PostgreSQL",
            "it must begin with postgresql://",
        ),
        (
            "postgresql://owner@PLACE/bytes::names",
            "postgresql://PLACE/bytes::names could not be read to its end",
            "try again, or ask whoever keeps the server",
        ),
    ],
)
def test_what_a_server_refuses_is_one_sentence(
    tmp_path: Path, server: Server, address: str, told: str, advice: str
) -> None:
    address, told = (each.replace("PLACE", server.place) for each in (address, told))
    assert problems(tmp_path, f"t: '{address}'") == (
        f"compliance.yaml:3:6: {told}\n    t: '{address}'\n       {'^' * (len(address) + 2)}\n  help: {advice}"
    )


def test_a_server_that_asks_for_a_password_where_none_is(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD")
    shown = problems(tmp_path, f"t: '{owner(server, 'shop.orders')}'")
    assert shown.splitlines()[0] == f"compliance.yaml:3:6: postgresql://{server.place}/postgres asks for a password"
    assert shown.splitlines()[3] == "  help: set PGPASSWORD, or write ${NAME} into the address"


def test_rows_that_end_in_an_error(tmp_path: Path, server: Server) -> None:
    server.run("create table late as select i, 1 as n from generate_series(1, 300000) i")
    server.run("create view breaks as select i, 1 / (299990 - i) as n from late")
    place = f"postgresql://{server.place}/postgres::breaks"
    shown = problems(tmp_path, f"t: '{owner(server, 'breaks')}'")
    assert shown.splitlines()[0] == f"compliance.yaml:3:6: {place} could not be read to its end"
    assert shown.splitlines()[3] == "  help: try again, or ask whoever keeps the server"


def test_a_driver_that_was_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    assert problems(tmp_path, "t: 'postgresql://h/d::t'") == (
        "compliance.yaml:3:6: PostgreSQL is read by a driver that is not installed\n"
        "    t: 'postgresql://h/d::t'\n"
        "       ^^^^^^^^^^^^^^^^^^^^^\n"
        "  help: install it: pip install 'dutybook[postgresql]'"
    )


def test_the_whole_command_with_a_wrong_password_is_2_and_shows_none(tmp_path: Path, server: Server) -> None:
    manifest = f"tables: {{t: 'postgresql://owner:${{P}}@{server.place}/postgres::shop.orders'}}\n"
    (tmp_path / "compliance.yaml").write_text(manifest, encoding="utf-8")
    command = [sys.executable, "-m", "compliance_cli", "audit", str(tmp_path), "--show-sql", "-v"]
    ran = subprocess.run(command, capture_output=True, text=True, env={"P": "hunter%2", **_paths()}, check=False)
    assert ran.returncode == 2
    assert "refuses this user or its password" in ran.stderr
    assert "hunter" not in ran.stdout + ran.stderr


def _paths() -> dict[str, str]:
    root = Path(__file__).parents[2]
    return {"PYTHONPATH": f"{root / 'src'}:{root / 'cli'}"}
