from pathlib import Path

from tests.assess.workspaces import FILES, house

from compliance.audit import Options, audit

LONGER = FILES["compliance.yaml"].replace("to: 2026-03-09", "to: 2026-04-06")
DAILY = """id: house.report
title: A report a day
severity: minor
bearer: {position: seller}
deadline: {of: calls, every: working_day, by: {time: 18:00}}
"""
SAYS = (
    "the records of calls begin on {first}, while house.report misses what was due on 2026-03-02: "
    "nothing tells whether it was not done, or not kept yet"
)


def told(folder: Path, first: str, manifest: str = LONGER) -> list[str]:
    """What an audit says of a table whose records begin on this day."""
    calls = f"call_id,at,employee_id,kind\n1,{first} 10:00,a,call\n"
    files = {"compliance": manifest, "calls": calls, "rules_calls": DAILY, "rules_gifts": DAILY.replace("rt", "rts")}
    notes = audit(house(folder, **files), Options(judge="plain")).audit.notes
    return [each for each in notes if "begin on" in each and "house.report " in each]


def test_a_table_that_begins_six_working_days_after_something_was_due_is_told_of_and_one_of_five_is_not(
    tmp_path: Path,
) -> None:
    assert told(tmp_path, "2026-03-10") == [SAYS.format(first="2026-03-10")]
    assert told(tmp_path, "2026-03-09") == []


def test_a_heartbeat_tells_it_itself(tmp_path: Path) -> None:
    beating = LONGER.replace("bearer: employee_id}", "bearer: employee_id, heartbeat: working_day}")
    assert told(tmp_path, "2026-03-20", beating) == []
