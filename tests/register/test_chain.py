import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database
from tests.reports.sample import INCIDENTS, SINGLE, moment, sample_audit

from compliance.model.audit import Changes
from compliance.model.problem import UserError
from compliance.register.canonical import canonical
from compliance.register.chain import BEGINNING, Link, add
from compliance.register.file import writing
from compliance.register.recall import find
from compliance.register.shape import TABLES
from compliance.register.store import record
from compliance.register.verify import verify

SHAPE_1 = Path(__file__).parent / "shape_1.sql"
ONE, LATE = INCIDENTS[1].id, INCIDENTS[2].id
FLIPS = 1_500


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Two small audits with two deeds, one of them with a text."""
    path = tmp_path / "register.sqlite"
    single = replace(sample_audit(), findings=(SINGLE,), incidents=(INCIDENTS[1],))
    record(path, single)
    with writing(path) as db:
        add(db.conn, Link("asked", moment("2026-04-03 10:00"), ONE, "e-40", {"due": "2026-04-07"}, "Why so few calls?"))
        add(db.conn, Link("assigned", moment("2026-04-03 11:00"), ONE, "e-40", {"to": "e-41"}))
    record(path, replace(single, id="second", as_of=single.as_of + timedelta(days=3), incidents=()))
    return path


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A register as the version before wrote it."""
    path = tmp_path / "older.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SHAPE_1.read_text(encoding="utf-8"))
    return path


def meddled(path: Path, *statements: str) -> str:
    """What is told of the register after somebody changed it by hand, guards and all."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        guards = connection.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"drop trigger {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount, "nothing was changed"
        for _, guard in guards:
            connection.execute(guard)
    return verify(path).broken or "every link holds"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, -7]}, b'{"a":[true,null,-7],"b":1}'),
        ({"€": "Euro Sign", "\r": "CR", "\ufb33": "Dagesh", "1": "One", "😀": "Smiley", "ö": "o"}, None),
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()),
    ],
)
def test_canonical_json_is_that_of_rfc_8785(value: object, text: bytes | None) -> None:
    if text is not None:
        assert canonical(value) == text
    else:
        assert list(json.loads(canonical(value))) == ["\r", "1", "ö", "€", "😀", "\ufb33"], "by UTF-16 code units"


@pytest.mark.parametrize("value", [1.5, 2**53, {1: "a"}, b"bytes", {"a": {2}}])
def test_what_has_no_one_form_is_never_written(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_a_register_as_it_was_written_holds(register: Path) -> None:
    found = verify(register)
    assert (found.events, found.audits, found.broken) == (4, 2, None)
    assert len(found.head) == len(BEGINNING)


def test_the_same_audit_again_adds_no_event(register: Path) -> None:
    again = replace(sample_audit(), findings=(SINGLE,), incidents=(INCIDENTS[1],))
    assert record(register, again) == Changes(new=(ONE,))
    assert verify(register).events == 4


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update audits set as_of = '2026-04-09T00:00:00' where number = 1", "a row of audits was changed"),
        ("update audit_rules set met = met + 1 where audit = 1 and rule like '%calls%'", "a row of audit_rules"),
        ("update findings set bearer = 'e-99'", "a row of findings was changed"),
        ("update audit_findings set verdict = 'met' where audit = 1", "a row of audit_findings was changed"),
        ("update audit_findings set audit = 3 where audit = 2", "put 1 rows into audit_findings, now there are 0"),
        ("update incidents set first_audit = 2", "put 1 rows into incidents, now there are 0"),
        ("update audit_incidents set grade = 'minor' where audit = 1", "a row of audit_incidents was changed"),
        ("update incident_findings set finding = 'another'", "a row of incident_findings was changed"),
        ("update stories set body = body || ' '", "was changed"),
        ("delete from stories where digest in (select story from audit_incidents)", "is missing"),
        ("insert into stories values (x'00', 'more')", "was changed"),
        ("insert into findings values ('x', 'y', 'z', 9)", "findings holds rows that no audit on record put there"),
        ("delete from audits where number = 2", "the audit second is missing from audits"),
        ("delete from events where number = 2", "event 2 is missing"),
        ("delete from events where number = 1", "event 1 is missing"),
        ("update events set at = '2026-04-04T10:00:00' where number = 2", "event 2 (asked, 2026-04-04T10:00:00) was"),
        ("update events set by = 'e-41' where number = 3", "event 3 (assigned, 2026-04-03T11:00:00) was changed"),
        ("update events set details = details || ' ' where number = 3", "event 3"),
        ("update texts set body = 'Why so many calls?'", "the text of event 2 was changed"),
        ("delete from texts", "the text of event 2 is missing, and no purge is on record"),
        ("insert into texts values (3, x'00', 'more')", "event 3 has a text that it was not written with"),
        ("insert into texts values (9, x'00', 'more')", "there is a text of event 9, which is not on record"),
    ],
)
def test_whatever_is_changed_is_named(register: Path, statement: str, told: str) -> None:
    assert told in meddled(register, statement)


def test_events_that_changed_places_are_named(register: Path) -> None:
    swap = ("update events set number = 9 where number = 2", "update events set number = 2 where number = 3")
    assert "event 2 (assigned" in meddled(register, *swap, "update events set number = 3 where number = 9")


def test_an_event_written_anew_with_a_digest_of_its_own_breaks_the_next_link(register: Path) -> None:
    from compliance.register.chain import covered  # noqa: PLC0415 what a forger would use

    row = next(Database(register).query("select * from events where number = 2"))
    forged = covered(2, row["kind"], row["at"], ONE, "e-41", json.loads(row["details"]), row["previous"])
    told = meddled(register, f"update events set by = 'e-41', digest = '{forged}' where number = 2")
    assert told.startswith("event 3 (assigned, 2026-04-03T11:00:00) does not follow the one before it")


def test_a_guard_that_is_gone_is_told(register: Path) -> None:
    with closing(sqlite3.connect(register)) as connection:
        connection.execute("drop trigger events_never_updated")
    assert verify(register).broken == "the trigger events_never_updated is not as the register makes it"


@pytest.mark.parametrize("table", TABLES)
def test_no_row_can_be_changed_removed_or_replaced(register: Path, table: str) -> None:
    with closing(sqlite3.connect(register)) as connection:
        connection.execute("pragma recursive_triggers = on")
        column = connection.execute("select name from pragma_table_info(?)", [table]).fetchone()[0]
        for attempt in (
            f"update {table} set {column} = {column}",
            f"delete from {table}",
            f"insert or replace into {table} select * from {table}",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never changed, only added to"):
                connection.execute(attempt)


def test_rows_cut_off_at_the_end_are_told_to_whoever_kept_the_head(register: Path) -> None:
    kept = verify(register).head
    cut = "delete from events where number = 4", "delete from audits where number = 2"
    more = ("audit_rules", "audit_findings", "audit_incidents")
    assert meddled(register, *cut, *(f"delete from {table} where audit = 2" for table in more)) == "every link holds"
    assert "cut off" in str(verify(register, kept).broken)


def test_a_head_kept_earlier_is_still_in_the_chain(register: Path) -> None:
    first = next(Database(register).query("select digest from events where number = 1"))["digest"]
    found = verify(register, first)
    assert (found.broken, found.since) == (None, 3)


def test_every_byte_that_changes_what_a_table_returns_is_told(register: Path) -> None:
    whole, before = register.read_bytes(), contents(register)
    flipped = register.with_name("flipped.sqlite")
    chance = random.Random(8785)  # noqa: S311 the same sample every time
    written = [bit for bit in range(len(whole) * 8) if whole[bit // 8]]
    bits = [(bit // 8, 1 << bit % 8) for bit in chance.sample(written, FLIPS)]
    anywhere = [(chance.randrange(len(whole)), chance.randrange(1, 256)) for _ in range(FLIPS)]
    mattered = 0
    for place, change in bits + anywhere:
        content = bytearray(whole)
        content[place] ^= change
        flipped.write_bytes(content)
        if contents(flipped) != before:
            mattered += 1
            assert told(flipped), f"byte {place} changed by {change}"
    assert mattered > FLIPS / 4, "too few of them mattered to show anything"


def contents(path: Path) -> object:
    """What every table returns, or that it returns nothing."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = bytes
            return [_rows(connection, table) for table in TABLES]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    columns = [name.decode() for (name,) in connection.execute("select name from pragma_table_info(?)", [table])]
    typed = ", ".join(f"{name}, typeof({name})" for name in columns)
    return sorted(connection.execute(f"select {typed} from {table}"), key=repr)


def told(path: Path) -> bool:
    try:
        return verify(path).broken is not None
    except UserError:
        return True


def test_an_older_register_is_brought_into_this_shape_with_all_it_holds(older: Path) -> None:
    before = find_all(older)
    assert [row["id"] for row in Database(older).query("select id from audits order by number")] == ["first", "second"]
    record(older, replace(sample_audit(), id="third"))
    found = verify(older)
    assert (found.events, found.audits, found.broken) == (3, 3, None)
    assert before <= find_all(older)


def find_all(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute("select finding, incident from incident_findings"))


def test_which_audit_put_a_finding_into_an_incident_is_found_in_the_stories(older: Path) -> None:
    find(older, ONE)
    rows = Database(older).query("select incident, first_audit from incident_findings order by incident limit 3")
    assert [row["first_audit"] for row in rows] == [1, 1, 2]


def test_to_read_an_older_register_is_enough(older: Path) -> None:
    found = find(older, "2b00")
    assert found
    assert (found.id, found.state) == (ONE, "gone")
    assert verify(older).broken is None


def test_an_older_register_shows_nothing_before_it_has_a_chain(older: Path) -> None:
    with pytest.raises(UserError, match="of shape 1, in which no chain was kept"):
        verify(older)


BROKEN: tuple[Callable[[sqlite3.Connection], object], ...] = (
    lambda connection: connection.execute("drop table incident_findings"),
    lambda connection: connection.execute("create table events (id)"),
    lambda connection: connection.execute("alter table audits drop column engine"),
)


@pytest.mark.parametrize("change", BROKEN)
def test_an_older_register_that_is_not_whole_is_refused_and_left_alone(
    older: Path, change: Callable[[sqlite3.Connection], object]
) -> None:
    with closing(sqlite3.connect(older)) as connection:
        change(connection)
    before = older.read_bytes()
    with pytest.raises(UserError, match="says that it is of shape 1, but its tables are others"):
        record(older, sample_audit())
    assert older.read_bytes() == before


def test_an_upgrade_that_fails_half_way_leaves_the_older_register(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = older.read_bytes()

    def fails(*_: object) -> Iterator[str]:
        raise RuntimeError("half way")

    monkeypatch.setattr("compliance.register.shape.audit_recorded", fails)
    with pytest.raises(RuntimeError):
        find(older, ONE)
    assert older.read_bytes() == before
