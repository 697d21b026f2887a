"""A register on a PostgreSQL server: the same rows and the same chain as in a file, under the same guards."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from tests.register.deeds import ANSWERS, ONE, OVER, ask, filled, later, step
from tests.register.rows import rows
from tests.reports.sample import INCIDENTS, SINGLE, moment, sample_audit
from tests.workspace.server import OWNER, PASSWORD, Server, served

from compliance.model.finding import Window
from compliance.model.history import Deed
from compliance.model.problem import UserError
from compliance.register import server as on_server
from compliance.register.cases import all_cases, one_case
from compliance.register.chain import BEGINNING, Link, add
from compliance.register.deeds import purge
from compliance.register.file import exists, reading, writing
from compliance.register.home import Home, home
from compliance.register.past import past
from compliance.register.recall import find
from compliance.register.reviewed import audits, rule_text
from compliance.register.server_shape import SCHEMA
from compliance.register.shape import TABLES
from compliance.register.store import discovered, record
from compliance.register.verify import verify
from compliance.review import accounts
from compliance.review.access import Person, Role

pytestmark = pytest.mark.postgres

NUMBERS = count(1)
# Its order of text is not that of bytes.
EMPTY = "create database {0} template template0 encoding 'UTF8' locale_provider icu icu_locale 'en' locale 'C'"
KILLED = """
import os, signal, sys
from compliance.register import store
from compliance.register.home import home
from tests.reports.sample import large_audit
store._keep_incidents = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
store.record(home(sys.argv[1]), large_audit(500))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as started:
        yield started


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("PGPASSFILE", "/dev/null")


@pytest.fixture
def database(server: Server) -> str:
    name = f"register_{next(NUMBERS)}"
    server.run(EMPTY.format(name))
    return name


@pytest.fixture
def empty(server: Server, database: str) -> Home:
    return home(f"postgresql://{OWNER}@{server.place}/{database}")


@pytest.fixture
def register(empty: Home) -> Home:
    """Two small audits with two deeds, one of them with a text."""
    return small(empty)


def small(register: Home) -> Home:
    single = replace(sample_audit(), findings=(SINGLE,), incidents=(INCIDENTS[1],))
    record(register, single)
    with writing(register) as db:
        add(db.conn, Link("asked", moment("2026-04-03 10:00"), ONE, "e-40", {"due": "2026-04-07"}, "Why so few calls?"))
        add(db.conn, Link("assigned", moment("2026-04-03 11:00"), ONE, "e-40", {"to": "e-41"}))
    record(register, replace(single, id="second", as_of=single.as_of + timedelta(days=3), incidents=()))
    return register


def as_owner(server: Server, database: str) -> "psycopg.Connection[tuple[object, ...]]":
    where = f"postgresql://{OWNER}@{server.place}/{database}?options=-csearch_path%3D{SCHEMA}"
    return psycopg.connect(where, autocommit=True)


def meddled(server: Server, database: str, register: Home, *statements: str) -> str:
    """What is told of the register after its owner changed it by hand, past the guards."""
    with as_owner(server, database) as connection:
        connection.execute("set session_replication_role = replica")
        for statement in statements:
            connection.execute(statement.encode())
    return verify(register).broken or "every link holds"


def grown(register: Home) -> tuple[object, ...]:
    """What is known of an incident that got a further breach after it was explained, in an audit of the next month."""
    ask(filled(register))
    step(register, Deed.ANSWERED, "2026-04-03 10:00", by=ANSWERS[ONE])
    more, month = replace(SINGLE, id="f0ff"), Window(moment("2026-04-01"), moment("2026-05-01"))
    audit = later(20, period=month, findings=(*sample_audit().findings, more))
    record(register, replace(audit, incidents=(replace(INCIDENTS[1], findings=(more.id,)),)))
    gone = record(register, later(25, period=month, incidents=())).gone
    with pytest.raises(UserError, match="its person was not heard on that"):
        step(register, Deed.UPHELD, "2026-04-22 10:00")
    return one_case(register, ONE).grown, past(register, later(30).as_of).placed, gone


def test_an_incident_that_grew_is_one_on_a_server_as_it_is_in_a_file(empty: Home, tmp_path: Path) -> None:
    assert grown(empty) == grown(tmp_path / "register.sqlite") == (4, {SINGLE.id: 1, "f0ff": 4}, ())


def test_everything_read_from_a_server_is_what_a_file_gives(
    empty: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "register.sqlite"
    assert not exists(empty)
    for each in (path, empty):
        salts = count(1)
        monkeypatch.setattr(
            "compliance.register.chain.token_bytes", lambda size, salts=salts: next(salts).to_bytes(size, "big")
        )
        filled(each)
        ask(each)
        step(each, Deed.ANSWERED, "2026-04-03 10:00", by=ANSWERS[ONE])
        step(each, Deed.UPHELD, "2026-04-07 10:00")
        ask(each, OVER)
        assert record(each, later(3, incidents=INCIDENTS[1:])).gone == (INCIDENTS[0].id,)
        purge(each, ONE, by="head", at=moment("2026-04-09 10:00"), written_down=moment("2026-04-09 10:00"))
    assert exists(empty)
    assert rows(path) == rows(empty)
    assert verify(path) == verify(empty)
    assert all_cases(path) == all_cases(empty)
    assert discovered(path) == discovered(empty)
    assert audits(path) == audits(empty)
    assert rule_text(path, INCIDENTS[1].rules[0]) == rule_text(empty, INCIDENTS[1].rules[0])
    assert past(path, moment("2026-04-10 10:00")) == past(empty, moment("2026-04-10 10:00"))
    for key in (ONE, SINGLE.id):
        assert find(path, key) == find(empty, key)


def test_a_register_as_it_was_written_holds(register: Home) -> None:
    found = verify(register)
    assert (found.events, found.audits, found.broken, len(found.head)) == (4, 2, None, len(BEGINNING))


@pytest.mark.parametrize("table", TABLES)
def test_no_row_can_be_changed_removed_or_replaced(register: Home, server: Server, database: str, table: str) -> None:
    with as_owner(server, database) as connection:
        first = connection.execute(f"select * from {table} limit 0".encode()).description
        assert first
        column = first[0].name
        update = f"do update set {column} = excluded.{column}"
        for attempt in (
            f"update {table} set {column} = {column}",
            f"delete from {table}",
            f"truncate {table}",
            f"insert into {table} select * from {table} on conflict ({KEYS.get(table, column)}) {update}",
        ):
            with pytest.raises(psycopg.errors.RaiseException, match="never changed, only added to"):
                connection.execute(attempt.encode())
    assert verify(register).broken is None


KEYS = {
    "audit_rules": "audit, rule",
    "audit_findings": "finding, audit",
    "audit_incidents": "incident, audit",
    "incident_findings": "finding, incident",
}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update audits set as_of = '2026-04-09T00:00:00' where number = 1", "a row of audits was changed"),
        ("update audit_findings set audit = 3 where audit = 2", "put 1 rows into audit_findings, now there are 0"),
        ("update audit_incidents set grade = 'minor' where audit = 1", "a row of audit_incidents was changed"),
        ("update audit_incidents set grade = null where audit = 1", "a row of audit_incidents was changed"),
        ("update stories set body = body || ' '", "was changed"),
        ("delete from stories where digest in (select story from audit_incidents)", "is missing"),
        ("insert into stories values ('\\x00', 'more')", "was changed"),
        ("insert into findings values ('x', 'y', 'z', 9)", "findings holds rows that no audit on record put there"),
        ("delete from audits where number = 2", "the audit second is missing from audits"),
        ("delete from events where number = 1", "event 1 is missing"),
        ("update events set by = 'e-41' where number = 3", "event 3 (assigned, 2026-04-03T11:00:00) was changed"),
        ("update events set details = details || ' ' where number = 3", "event 3"),
        ("update texts set body = 'Why so many calls?'", "the text of event 2 was changed"),
        ("delete from texts", "the text of event 2 is missing, and no purge is on record"),
        ("insert into texts values (9, '\\x00', 'more')", "there is a text of event 9, which is not on record"),
        ("drop trigger events_never_changed on events", "the trigger events_never_changed is not as the register"),
        ("alter table events disable trigger events_never_changed", "the trigger events_never_changed is not as"),
        ("create rule quiet as on insert to events do instead nothing", "the rule events.quiet is not as"),
        ("create table more (x int)", "more.x is not as the register makes it"),
        ("alter table events enable row level security", "the table events is not as the register makes it"),
        ("alter table texts alter body drop not null", "the column texts.body is not as the register makes it"),
        ("create or replace view purged as select 1::bigint as event", "the view purged is not as the register"),
        (
            "create or replace function hex(given text) returns text language sql immutable as $$select ''$$",
            "the function hex(given text) is not as the register makes it",
        ),
        (
            "create or replace function refuse() returns trigger language plpgsql as $$begin return old; end$$",
            "the function refuse() is not as the register makes it",
        ),
    ],
)
def test_whatever_its_owner_changes_is_named(
    register: Home, server: Server, database: str, statement: str, told: str
) -> None:
    assert told in meddled(server, database, register, statement)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update stories set body = 'no JSON'", "a row is not as it was written"),
        ("drop table texts cascade", "a table is missing"),
    ],
)
def test_what_no_longer_can_be_read_is_told(
    register: Home, server: Server, database: str, statement: str, says: str
) -> None:
    meddled(server, database, register, statement)
    assert says in told(register)


def test_a_flip_in_any_cell_is_told(register: Home, server: Server, database: str) -> None:
    """Each cell in turn: the lowest bit of a byte in its middle, or of its number."""
    flips = {
        "text": "overlay({0} placing chr(ascii(substr({0}, greatest(length({0}) / 2, 1), 1)) # 1) "
        "from greatest(length({0}) / 2, 1) for 1)",
        "bytea": "set_byte({0}, length({0}) / 2, get_byte({0}, length({0}) / 2) # 1)",
        "int8": "{0} # 1",
    }
    tried = 0
    with as_owner(server, database) as connection:
        connection.execute("set session_replication_role = replica")
        for table in TABLES:
            described = connection.execute(f"select * from {table} limit 0".encode()).description or ()
            for column in described:
                kind = connection.adapters.types[column.type_code].name
                change = f"update {table} set {column.name} = {flips[kind].format(column.name)} where ctid = %s"
                places = connection.execute(f"select ctid::text from {table} where {column.name} is not null".encode())
                for (place,) in places.fetchall():
                    back = _row(connection, table, str(place))
                    try:
                        moved = connection.execute(f"{change} returning ctid::text".encode(), [place]).fetchone()
                    except psycopg.errors.UniqueViolation:
                        continue  # a number that is taken: no such row can be
                    assert moved
                    tried += 1
                    assert verify(register).broken, f"{column.name} of {table}, {place}"
                    connection.execute(f"delete from {table} where ctid = %s".encode(), moved)
                    connection.execute(f"insert into {table} values ({', '.join(['%s'] * len(back))})".encode(), back)
    assert tried > 100
    assert verify(register).broken is None


def _row(connection: "psycopg.Connection[tuple[object, ...]]", table: str, place: str) -> tuple[object, ...]:
    row = connection.execute(f"select * from {table} where ctid = %s".encode(), [place]).fetchone()
    assert row
    return row


def test_writers_at_once_make_one_chain(empty: Home) -> None:
    """Ten at once, the first of whom makes the register; each puts ten events in."""
    failed: list[Exception] = []

    def write(writer: int) -> None:
        try:
            for number in range(10):
                with writing(empty) as db:
                    add(db.conn, Link("commented", moment("2026-04-03 10:00"), ONE, f"e-{writer}", {"nth": number}))
        except Exception as error:  # noqa: BLE001 a thread's own would be lost
            failed.append(error)

    writers = [Thread(target=write, args=[writer]) for writer in range(10)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert failed == []
    found = verify(empty)
    assert (found.events, found.broken) == (100, None)


def test_whoever_writes_is_waited_for_and_then_told(register: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_server, "_WRITING", "begin; set local lock_timeout = '10ms'")
    with writing(register), pytest.raises(UserError, match="another program is writing to it"), writing(register):
        pass
    with writing(register), reading(register) as db:
        assert db.execute("select count(*) from events").fetchone() == (4,)


def test_an_audit_killed_in_the_midst_leaves_nothing(register: Home) -> None:
    before = rows(register)
    command = [sys.executable, "-c", KILLED, address_of(register)]
    root = Path(__file__).parents[2]
    paths = os.pathsep.join(str(each) for each in (root, root / "src"))
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert rows(register) == before
    record(register, replace(sample_audit(), id="third"))
    assert verify(register).broken is None


def address_of(register: Home) -> str:
    assert not isinstance(register, Path)
    return register.address


def test_a_first_audit_that_fails_half_way_leaves_no_register(empty: Home) -> None:
    twice = replace(sample_audit(), id="twice", findings=(SINGLE, SINGLE))
    with pytest.raises(psycopg.errors.UniqueViolation):
        record(empty, twice)
    assert not exists(empty)
    record(empty, sample_audit())
    assert verify(empty).broken is None


def test_a_connection_that_is_lost_is_told_and_leaves_nothing(register: Home, server: Server, database: str) -> None:
    others = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'"

    def write() -> None:
        with writing(register) as db:
            add(db.conn, Link("commented", moment("2026-04-03 10:00"), ONE, "e-40"))
            server.run(others)

    with pytest.raises(UserError, match="the server's answer did not come"):
        write()
    assert verify(register).events == 4


def test_a_driver_that_is_not_installed_is_named(empty: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'dutybook[postgresql]'" in told(empty)


def test_only_what_a_purge_is_on_record_for_can_be_removed(register: Home, server: Server, database: str) -> None:
    at = moment("2026-04-09 10:00")
    case = purge(register, ONE, by="e-40", at=at, written_down=at)
    assert [event.because for event in case.events] == [None, None, None]
    with as_owner(server, database) as connection:
        assert connection.execute("select count(*) from texts").fetchone() == (0,)
    assert verify(register).broken is None


def told(register: Home) -> str:
    with pytest.raises(UserError) as raised:
        one_case(register, ONE)
    return str(raised.value)


def test_what_is_no_register_is_refused_and_left_alone(empty: Home, server: Server, database: str) -> None:
    assert "there is none in this database" in told(empty)
    assert past(empty, moment("2026-04-10 10:00")).events == {}
    server.run(f"create schema {SCHEMA}; create table {SCHEMA}.orders (x int)", database)
    assert f"its schema {SCHEMA} is not a register, but something else" in told(empty)
    with pytest.raises(UserError, match="is not a register"):
        record(empty, sample_audit())
    server.run(f"comment on schema {SCHEMA} is 'Dutybook register, shape 3'", database)
    assert "of shape 3, and this Dutybook knows 2\n  help: update Dutybook" in told(empty)


def test_what_the_guide_grants_is_enough_for_an_officer(
    register: Home, server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.run(
        f"""create role {database} login password 'officer';
        grant usage on schema {SCHEMA} to {database};
        grant select, insert on all tables in schema {SCHEMA} to {database};
        grant delete on {SCHEMA}.texts to {database};""",
        database,
    )
    monkeypatch.setenv("PGPASSWORD", "officer")
    officer = home(address_of(register).replace(f"{OWNER}@", f"{database}@"))
    record(officer, replace(sample_audit(), id="third"))
    at = moment("2026-04-09 10:00")
    purge(officer, ONE, by="e-40", at=at, written_down=at)
    assert (verify(officer).events, verify(officer).broken) == (6, None)


def test_who_may_only_read_is_told_so_and_may_read(
    register: Home, server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.run(
        f"create role {database} login password 'reader'; grant usage on schema {SCHEMA} to {database}; "
        f"grant select on all tables in schema {SCHEMA} to {database}",
        database,
    )
    reader = home(address_of(register).replace(f"{OWNER}@", f"{database}:${{READER}}@"))
    monkeypatch.setenv("READER", "reader")
    assert one_case(reader, ONE).id == ONE
    assert verify(reader) == verify(register)
    with pytest.raises(UserError, match="this user may not do that there"):
        record(reader, replace(sample_audit(), id="third"))
    assert verify(register).events == 4


def test_a_database_that_is_not_in_utf_8_is_refused(server: Server) -> None:
    server.run("create database latin template template0 encoding 'LATIN1' locale 'C'")
    assert "the database is not in UTF-8" in told(home(f"postgresql://{OWNER}@{server.place}/latin"))


def test_a_text_that_the_server_cannot_hold_is_told(register: Home) -> None:
    with pytest.raises(UserError, match="a text that PostgreSQL can't hold"), writing(register) as db:
        add(db.conn, Link("commented", moment("2026-04-03 10:00"), ONE, "e-40", text="a\0b"))
    assert verify(register).events == 4


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://owner@{0}/nothing", "the server has no such database"),
        ("postgresql://nobody@{0}/postgres", "the server refuses this user or its password"),
        ("postgresql://owner:${{WRONG}}@{0}/postgres", "the server refuses this user or its password"),
        ("postgresql://owner:${{UNSET}}@{0}/postgres", "the variable UNSET is not set"),
        ("postgresql://owner@127.0.0.1:1/postgres", "the server can't be reached"),
        ("${{WHOLE}}", "the server has no such database"),
    ],
)
def test_a_server_that_takes_no_connection_is_told_without_a_secret(
    server: Server, address: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRONG", "not-this")
    monkeypatch.delenv("UNSET", raising=False)
    monkeypatch.setenv("WHOLE", f"postgresql://owner:the%2Fowner%27s%20%40%20p%25ss@{server.place}/nothing")
    told_of = told(home(address.format(server.place)))
    assert says in told_of
    assert not any(secret in told_of for secret in ("not-this", "p%25ss", PASSWORD))


def test_a_service_says_where_the_server_is(
    register: Home, server: Server, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = tmp_path / "services"
    told_in = f"[duty]\nhost=127.0.0.1\nport={server.port}\nuser={OWNER}\ndbname={database}\n"
    services.write_text(told_in, encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    assert one_case(home("postgresql://?service=duty"), ONE) == one_case(register, ONE)


def test_accounts_stand_in_a_schema_of_their_own(register: Home) -> None:
    assert accounts.accounts(register) == {}
    password = accounts.add(register, "ann", Person("e-40", Role.OFFICER, None, ()))
    assert accounts.knows(register, "ann", password)
    accounts.disable(register, "ann")
    assert accounts.knows(register, "ann", password) is None
    assert list(accounts.accounts(register)) == ["ann"]
    assert verify(register).broken is None


def test_accounts_need_a_register(empty: Home) -> None:
    with pytest.raises(UserError, match="there is none in this database"):
        accounts.add(empty, "ann", Person("e-40", Role.OFFICER, None, ()))
