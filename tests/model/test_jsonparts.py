import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.model.jsonparts import Layout, Once, listed, sound, text, texts, truth

TORN = st.text(st.characters())
"""Texts with whatever a record may hold, halves of surrogate pairs, quotes and control characters too."""


@pytest.mark.parametrize(("between", "after"), [(", ", ": "), (",", ":")])
@given(said=TORN, names=st.lists(TORN), sure=st.booleans())
def test_parts_put_together_are_what_the_encoder_writes(
    between: str, after: str, said: str, names: list[str], *, sure: bool
) -> None:
    layout = Layout(["said", "from", "sure", "none"], between, after)
    parts = {"none": text(None), "said": text(said), "sure": truth(sure), "from": texts(names, between)}
    whole = listed([layout.of(parts)] * 2, between)
    plain = [{"said": said, "from": names, "sure": sure, "none": None}] * 2
    assert whole == json.dumps(plain, ensure_ascii=False, separators=(between, after))


@given(TORN)
def test_what_is_sound_can_be_written_and_says_the_same(said: str) -> None:
    assert json.loads(sound(text(said)).encode()) == json.loads(json.dumps(said))


def test_a_percent_sign_is_only_a_sign() -> None:
    assert Layout(["share"]).of({"share": text("15 %(share)s %d %%")}) == '{"share": "15 %(share)s %d %%"}'


def test_equal_values_are_written_once() -> None:
    asked: list[str] = []

    def write(value: str) -> str:
        asked.append(value)
        return text(value)

    once = Once(write)
    assert [once["a"], once["b"], once["a"]] == ['"a"', '"b"', '"a"']
    assert asked == ["a", "b"]
