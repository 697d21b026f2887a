"""The official schema of SARIF, which lies outside the checkout, beside the real records."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

HERE = Path(__file__).resolve()
DATA = Path(os.environ.get("DUTYBOOK_DATA") or HERE.parents[3] / "shared" / "data").resolve()
SARIF = DATA.parent / "schemas" / "sarif-schema-2.1.0.json"


def sarif(written: str) -> dict[str, Any]:
    """The only run of a SARIF file, which is valid."""
    if not SARIF.is_file():
        pytest.skip(f"the schema of SARIF is not here (DUTYBOOK_DATA names the folder beside it): {SARIF}")
    log = json.loads(written)
    jsonschema.validate(log, json.loads(SARIF.read_bytes()))
    assert len(log["runs"]) == 1
    run: dict[str, Any] = log["runs"][0]
    return run
