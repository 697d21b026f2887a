from datetime import date
from pathlib import Path

import pytest
from tests.assess.workspaces import FILES, house, written

from compliance.reports.answer import Apart
from compliance.why import Question, why

# Of Bob on Monday: one call; of the rejected rows two may be his of that day, one is no call, one Ann's, one of Friday.
CALLS = """call_id,at,employee_id,kind,minutes
3,2026-03-02 12:00,b,call,7
r1,2026-03-02 13:00,b,call,many
r2,2026-02-31 13:00,b,call,7
r3,2026-03-02 14:00,b,gift,many
r4,2026-03-02 14:00,a,call,many
r5,2026-03-06 14:00,b,call,many
"""
MANIFEST = FILES["compliance.yaml"].replace(
    "bearer: employee_id}", "bearer: employee_id, types: {minutes: integer, at: datetime}}"
)


def test_the_rejected_rows_that_did_not_count_are_those_that_would_decide_it(tmp_path: Path) -> None:
    house(tmp_path, calls=CALLS, compliance=MANIFEST)
    (answer,) = why(tmp_path, Question("house.calls", "b", date(2026, 3, 2))).answers
    (read,) = answer.read
    assert read.apart == (
        Apart(1, "since this is not so of them: kind = 'call'", ("r3",)),
        Apart(2, "since they were rejected as unreadable"),
    )
    assert answer.would_decide == (
        "2 rejected rows of calls, once they can be read, or a `set_aside` by whoever has looked at them",
    )


def test_a_single_row_is_spoken_of_as_one(tmp_path: Path) -> None:
    house(tmp_path, calls=CALLS.replace("r2,2026-02-31 13:00,b", "r2,2026-02-31 13:00,a"), compliance=MANIFEST)
    (answer,) = why(tmp_path, Question("house.calls", "b", date(2026, 3, 2))).answers
    assert answer.would_decide == (
        "1 rejected row of calls, once it can be read, or a `set_aside` by whoever has looked at it",
    )


DEADLINE = """id: house.calls
title: A call a day
severity: minor
bearer: {position: seller}
deadline: {of: calls, every: %s, by: {%s}}
"""


@pytest.mark.parametrize(
    ("every", "by", "says"),
    [
        ("working_day", "time: 06:15", "owed every working day, due time 06:15"),
        ("week", "day: 2, roll: next_working_day", "owed every week, due day 2, month 1, roll next working day"),
        ("week", "day: 2, time: 09:00:30", "owed every week, due day 2, month 1, time 09:00:30"),
    ],
)
def test_only_the_terms_that_matter_are_told(tmp_path: Path, every: str, by: str, says: str) -> None:
    manifest = FILES["compliance.yaml"].replace("to: 2026-03-09", "to: 2026-04-01")
    house(tmp_path, rules_calls=DEADLINE % (every, by), compliance=manifest)
    answers = why(tmp_path, Question("house.calls", "b", date(2026, 3, 3))).answers
    assert {each for answer in answers for each in answer.owed if "owed every" in each} == {says}


ASKED = {
    "rules/asked.yaml": """id: house.asked
title: A call that nobody refused is followed by a letter
severity: minor
response:
  after: {of: calls, where: kind = 'call', without: {of: refusals, match: [call_id]}}
  expect: {of: letters, match: [call_id]}
  within: 1 day
""",
    "refusals.csv": "refusal_id,call_id,at,employee_id,pages\n1,3,2026-03-02 11:00,b,some\n",
    "letters.csv": "letter_id,call_id,at,employee_id\n1,x,2026-03-02 11:00,b\n",
}
MORE = """
  refusals: {source: refusals.csv, key: refusal_id, at: at, bearer: employee_id, types: {pages: integer}}
  letters: {source: letters.csv, key: letter_id, at: at, bearer: employee_id}
"""


def test_what_may_be_ruled_out_names_the_table_of_the_rows_that_may(tmp_path: Path) -> None:
    house(tmp_path, compliance=MANIFEST.rstrip("\n") + MORE)
    written(tmp_path, ASKED)
    (answer,) = why(tmp_path, Question("house.asked", "b", date(2026, 3, 3))).answers
    assert answer.cause == "a record that could not be read, or tells too little, may be one that rules this out"
    assert answer.would_decide == (
        "the rows of refusals that can't be read or tell too little, or a `set_aside` by whoever has looked at them",
    )
