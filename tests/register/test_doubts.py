import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from tests.register.deeds import ANSWERS, ONE, ask, filled, later, step
from tests.reports.sample import INCIDENTS, moment

from compliance.model.history import CaseEvent, CaseState, Deed
from compliance.model.incident import Grade
from compliance.model.problem import UserError
from compliance.register.case import Case, Sighting
from compliance.register.cases import one_case
from compliance.register.deeds import do, purge
from compliance.register.doubts import Doubt, doubts
from compliance.register.reviewed import AuditSeen
from compliance.register.store import record
from compliance.register.verify import verify

D = Deed
TODAY = date(2026, 4, 20)
FIRST = moment("2026-04-01")
WORDS = "My daughter was in hospital."


def event(deed: Deed, at: str = "2026-04-03", by: str = "head", **more: object) -> CaseEvent:
    return replace(CaseEvent("i", deed, moment(at), by), **more)  # type: ignore[arg-type]


ASKED = event(D.ASKED, "2026-04-02", due=date(2026, 4, 6))
ANSWERED = event(D.ANSWERED, "2026-04-03", "e")


def case(*events: CaseEvent, key: str = "i", gone: bool = False, **found: object) -> Case:
    first = Sighting("first", FIRST, "new", Grade.MINOR, Grade.MINOR, "e", "Sales", ("house.rule",), 1)
    first = replace(first, **found)  # type: ignore[arg-type]
    return Case(key, (first, *([Sighting("then", FIRST + timedelta(days=9), "gone")] if gone else [])), events)


def told(*cases: Case) -> list[tuple[str, str | None]]:
    return [(each.kind, each.incident) for each in doubts(cases, today=TODAY, until=TODAY + timedelta(days=7))]


@pytest.mark.parametrize(
    ("events", "gone", "doubted"),
    [
        ((event(D.CLOSED),), False, True),
        ((event(D.COMMENTED), event(D.CLOSED)), False, True),
        ((event(D.CLOSED),), True, False),
        ((ASKED, ANSWERED, event(D.CLOSED)), False, False),
        ((event(D.EXCUSED), event(D.CLOSED)), False, False),
        ((event(D.CLOSED), event(D.REOPENED)), False, False),
    ],
)
def test_a_case_closed_with_nothing_on_record_that_shows_why(
    events: Sequence[CaseEvent], *, gone: bool, doubted: bool
) -> None:
    assert told(case(*events, gone=gone)) == [("closed without evidence", "i")] * doubted


@pytest.mark.parametrize(
    ("events", "doubted"),
    [
        ((event(D.UPHELD),), True),
        ((ASKED, event(D.DECIDED, "2026-04-06 23:59")), True),
        ((ASKED, event(D.DECIDED, "2026-04-07")), False),
        ((ASKED, ANSWERED, event(D.UPHELD)), False),
        ((replace(ASKED, recorded_at=moment("2026-04-07 08:00")), event(D.UPHELD, "2026-04-07 09:00")), True),
        ((replace(ASKED, recorded_at=moment("2026-04-06 08:00")), event(D.UPHELD, "2026-04-07 09:00")), False),
        ((event(D.EXCUSED),), False),
    ],
)
def test_a_word_before_the_person_was_heard(events: Sequence[CaseEvent], *, doubted: bool) -> None:
    assert told(case(*events)) == [("decided without a hearing", "i")] * doubted


@pytest.mark.parametrize(
    ("last_day", "events", "doubted"),
    [
        (date(2026, 4, 27), (), True),
        (date(2026, 4, 28), (), False),
        (date(2026, 4, 19), (), True),
        (date(2026, 4, 19), (ASKED, ANSWERED, event(D.DECIDED, "2026-04-19 12:00")), False),
        (date(2026, 4, 19), (ASKED, ANSWERED, event(D.DECIDED, "2026-04-20")), True),
    ],
)
def test_the_last_day_to_act(last_day: date, events: Sequence[CaseEvent], *, doubted: bool) -> None:
    assert told(case(*events, last_day=last_day)) == [("limitation", "i")] * doubted


def spoken(by: str, excused: int, upheld: int) -> list[Case]:
    words = [D.EXCUSED] * excused + [D.UPHELD] * upheld
    heard = (ASKED, ANSWERED)
    return [
        case(*heard, event(word, by=by), key=f"{by}-{place}", findings=place, rules=(by,))
        for place, word in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("one", "others", "doubted"),
    [((4, 1), (2, 3), False), ((5, 0), (2, 3), True), ((4, 0), (0, 9), False), ((3, 2), (0, 5), True)],
)
def test_who_excuses_far_more_than_all_others(one: tuple[int, int], others: tuple[int, int], *, doubted: bool) -> None:
    cases = [*spoken("kind", *one), *spoken("strict", *others)]
    assert told(*cases) == [("excuses far more than others", None)] * doubted


def seen(key: str, start: str, end: str, *tables: str) -> AuditSeen:
    counts = {"read": 1, "accepted": 1, "rejected": 0, "silent_days": 0}
    return AuditSeen(key, moment(start), moment(end), moment(end), {}, dict.fromkeys(tables, counts))


@pytest.mark.parametrize(
    ("audits", "says"),
    [
        ((seen("b", "2026-02-01", "2026-03-01"), seen("a", "2026-01-01", "2026-02-01")), []),
        (
            (seen("b", "2026-02-02", "2026-03-01"), seen("a", "2026-01-01", "2026-02-01")),
            ["no audit on record covers 2026-02-01 00:00:00 up to 2026-02-02 00:00:00"],
        ),
        ((seen("b", "2026-01-05", "2026-01-09"), seen("a", "2026-01-01", "2026-02-01")), []),
        (
            (
                seen("c", "2026-02-10", "2026-03-01"),
                seen("b", "2026-01-05", "2026-01-09"),
                seen("a", "2026-01-01", "2026-02-10"),
            ),
            [],
        ),
    ],
)
def test_days_that_no_audit_covers_are_told_between_the_first_and_the_last(
    audits: Sequence[AuditSeen], says: list[str]
) -> None:
    assert [each.says for each in doubts((), today=TODAY, until=TODAY, audits=audits)] == says


def test_a_table_that_the_newest_audit_did_not_read_is_told_with_the_last_that_did() -> None:
    periods = ("2026-01-01", "2026-02-01")
    audits = (
        seen("c", *periods, "orders"),
        seen("old", *periods),
        seen("b", *periods, "calls"),
        seen("a", *periods, "calls"),
    )
    assert doubts((), today=TODAY, until=TODAY, audits=audits) == (
        Doubt(
            "table not audited",
            None,
            "the newest audit, c, did not read the table calls, which audit b read",
            "audits",
        ),
    )


def test_incidents_alike_of_which_one_is_excused() -> None:
    heard = (ASKED, ANSWERED)
    remark = case(*heard, event(D.DECIDED, measure="remark"), key="a")
    also = case(*heard, event(D.DECIDED, measure="remark"), key="b")
    excused = case(event(D.EXCUSED), key="c")
    graver = case(event(D.EXCUSED), key="d", grade=Grade.SERIOUS)
    steps = case(event(D.EXCUSED), key="e", steps='[{"factor": "harm", "from": "minor", "to": "minor", "because": ""}]')
    found = doubts([remark, also, excused, graver, steps], today=TODAY, until=TODAY)
    assert found == (
        Doubt(
            "alike, unequal words",
            "c",
            "excused, while a, alike in rule, number of findings and every step of its grade, was decided with remark",
        ),
    )


# --- personal words -------------------------------------------------------------------------


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = filled(tmp_path / "register.sqlite")
    ask(path)
    at = moment("2026-04-03")
    do(path, ONE, D.ANSWERED, by=ANSWERS[ONE], at=at, text=WORDS)
    return path


def purged(path: Path, by: str = "head") -> Case:
    at = moment("2026-04-10")
    return purge(path, ONE, by=by, at=at, text="Asked for.", written_down=at)


def test_words_that_were_removed_are_nowhere_in_the_file_and_the_chain_holds(register: Path) -> None:
    assert WORDS.encode() in register.read_bytes()
    case = purged(register)
    assert WORDS.encode() not in register.read_bytes()
    assert case.state is CaseState.EXPLAINED
    assert [(each.deed, each.because, each.purged) for each in case.events] == [
        (D.ASKED, None, False),
        (D.ANSWERED, None, True),
        (D.PURGED, "Asked for.", False),
    ]
    assert verify(register).broken is None


def test_the_chain_never_held_the_words_nor_a_digest_that_could_be_guessed(register: Path) -> None:
    with closing(sqlite3.connect(register)) as connection:
        events = repr(connection.execute("select * from events").fetchall())
    assert WORDS not in events
    assert sha256(WORDS.encode()).hexdigest() not in events


def test_words_under_an_earlier_id_are_removed_too(register: Path) -> None:
    record(register, later(3, incidents=(replace(INCIDENTS[1], id="heir"),)))
    step(register, D.COMMENTED, "2026-04-09")
    assert [each.because for each in purged(register).events if not each.deed.startswith("purged")] == [None] * 3
    assert verify(register).broken is None


def test_nothing_to_remove_leaves_no_link(register: Path) -> None:
    purged(register)
    purged(register)  # the reason of the first time
    before = verify(register).events
    with pytest.raises(UserError, match="no incident has the id"):
        purge(register, "ffff", by="head", at=moment("2026-04-11"), written_down=moment("2026-04-11"))
    with pytest.raises(UserError, match="nobody deals with the own case"):
        purged(register, by=ANSWERS[ONE])
    at: datetime = moment("2026-04-11")
    purge(register, ONE, by="head", at=at, written_down=at)
    with pytest.raises(UserError, match="nobody's own words are kept of it"):
        purge(register, ONE, by="head", at=at, written_down=at)
    assert verify(register).events == before + 1


def test_no_words_are_removed_without_a_purge_on_record(register: Path) -> None:
    with closing(sqlite3.connect(register)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("delete from texts")
    assert one_case(register, ONE).events[1].because == WORDS


def test_a_further_breach_after_the_word_is_to_be_looked_at() -> None:
    word = event(D.UPHELD, "2026-04-08", number=5)
    settled = case(replace(ASKED, number=3), replace(ANSWERED, number=4), word)
    more = replace(settled.sightings[0], state="known", number=6, fresh=1)
    assert told(settled) == []
    assert told(replace(settled, sightings=(*settled.sightings, more))) == [("further breach", "i")]
