"""Bounds as they are written: what may stand beside what."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from compliance.language.blocks import Bound, ParameterRef


@pytest.mark.parametrize("share", ["0.1", "1"])
def test_a_share_of_days_present_is_above_nothing_and_at_most_all(share: str) -> None:
    assert Bound.model_validate({"previous": 1, "present": Decimal(share)}).present == Decimal(share)


@pytest.mark.parametrize("share", [0, 1.01, -0.5])
def test_no_other_share_of_days_present_is_one(share: float) -> None:
    with pytest.raises(ValidationError):
        Bound.model_validate({"previous": 1, "present": share})


def test_a_share_of_days_present_may_be_a_parameter() -> None:
    assert Bound.model_validate({"previous": 1, "present": {"parameter": "share"}}).present == ParameterRef(
        parameter="share"
    )


@pytest.mark.parametrize("source", [{"plan": "sales"}, {"number": 3}, {"of": "leads"}])
def test_days_present_are_asked_for_beside_an_earlier_window_only(source: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="`present` belongs to an earlier window"):
        Bound.model_validate({**source, "present": 0.9})
