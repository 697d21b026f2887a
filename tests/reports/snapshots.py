"""Whole outputs, kept as files and compared byte for byte.

To renew them after a wanted change: `DUTYBOOK_RENEW=1 python -m pytest tests/reports tests/register tests/cli`, then
read the diff before committing it.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "snapshots"


def assert_snapshot(name: str, output: str, folder: Path = FOLDER) -> None:
    kept = folder / name
    if os.environ.get("DUTYBOOK_RENEW"):
        kept.write_bytes(output.encode())
    assert output.encode() == kept.read_bytes(), f"{name} has changed; {__doc__}"
