from datetime import date
from pathlib import Path

from tests.assess.workspaces import FILES, house

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
        "2 rejected rows of calls, once they can be read, or a `set_aside` of them by whoever has looked at them",
    )
