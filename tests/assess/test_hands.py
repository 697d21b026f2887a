"""However many queries are asked at once, the findings are the same, and as many queries are told."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.worlds import world

from compliance.audit import Options, Outcome, audit


def judged(seed: int, hands: int) -> Outcome:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.cpu_count", lambda: hands)
        return audit(world(seed).write(Path(folder)), Options(judge="plain", keep_all=True))


@given(st.integers(0, 2**32))
@settings(max_examples=4, deadline=None)
def test_many_hands_find_what_one_finds(seed: int) -> None:
    one, many = judged(seed, 1), judged(seed, 4)
    assert many.audit.findings == one.audit.findings
    assert len(many.queries) == len(one.queries)
