"""What holds of intake whatever the rows are."""

import random
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.workspace.taken import Taken, take_in

MANIFEST = "employees: employees.csv\nactivities: {source: SOURCE, types: {minutes: integer}}"
EMPLOYEES = "employee_id,name\na,Ann\nb,Bob\n"
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4", ""]),
        st.sampled_from(["2026-01-05 10:00", "2026-01-05T10:00:00", "2026-01-06", "", "soon"]),
        st.sampled_from(["a", "b", "z", ""]),
        st.sampled_from(["5", "5.0", "x"]),
    ),
    max_size=12,
)
COLUMNS = ("activity_id", "at", "employee_id", "minutes")
SLOW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def from_csv(folder: Path, rows: Sequence[tuple[str, ...]]) -> Taken:
    text = "\n".join([",".join(COLUMNS), *(",".join(row) for row in rows), ""])
    return take_in(folder, MANIFEST.replace("SOURCE", "a.csv"), {"employees.csv": EMPLOYEES, "a.csv": text})


def from_parquet(folder: Path, rows: Sequence[tuple[str, ...]]) -> Taken:
    columns = {name: pa.array([row[nth] for row in rows], pa.string()) for nth, name in enumerate(COLUMNS)}
    pq.write_table(pa.table(columns), folder / "a.parquet")
    return take_in(folder, MANIFEST.replace("SOURCE", "a.parquet"), {"employees.csv": EMPLOYEES})


def outcome(taken: Taken) -> object:
    """Everything but lines."""
    account = taken.account("activities")
    told = sorted(each.split(": ", 1)[1] for each in account.rejects)
    everything = (*COLUMNS, "_key", "_at", "_instant", "_bearer")
    rejected = sorted(taken.rejected("activities", *everything), key=repr)
    counts = (account.read, account.accepted, account.rejected, account.repeated)
    return taken.rows("activities", *everything), rejected, counts, account.reasons, told


@SLOW
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_lines(
    tmp_path: Path, rows: Sequence[tuple[str, ...]], chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert outcome(from_csv(tmp_path, rows)) == outcome(from_csv(tmp_path, shuffled))


@SLOW
@given(ROWS)
def test_what_is_read_is_accepted_or_rejected_and_every_source_tells_the_same(
    tmp_path: Path, rows: Sequence[tuple[str, ...]]
) -> None:
    taken = from_csv(tmp_path, rows)
    account = taken.account("activities")
    assert account.read == len(rows) == account.accepted + account.rejected
    assert sum(account.reasons.values()) == account.rejected == len(account.rejects)
    assert len(taken.rows("activities", "_key")) == account.accepted - account.repeated
    assert outcome(from_parquet(tmp_path, rows)) == outcome(taken)


@pytest.mark.parametrize("damage", ["1,2026-01-05", '"', "1,a,b,c,d", '1,"x"y,a,5'])
def test_a_malformed_row_changes_nothing_for_the_others(tmp_path: Path, damage: str) -> None:
    rows = [("1", "2026-01-05", "a", "5"), ("2", "2026-01-05", "a", "5")]
    whole = from_csv(tmp_path, rows).rows("activities")
    damaged = from_csv(tmp_path, [rows[0], (damage,), rows[1]])
    assert damaged.rows("activities") == whole
    assert [each.split(":")[1] for each in damaged.account("activities").rejects] == ["3"]
