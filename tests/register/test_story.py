import json
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st
from tests.reports.sample import INCIDENTS, SINGLE, sample_audit

from compliance.model.finding import RecordRef
from compliance.register.story import RECORDS, Stories, of_rule


def compact(story: str) -> str:
    return json.dumps(json.loads(story), ensure_ascii=False, separators=(",", ":"))


def test_every_story_is_what_the_encoder_writes() -> None:
    audit = sample_audit()
    stories = Stories(audit)
    told = chain(map(stories.of_finding, audit.findings), map(stories.of_incident, audit.incidents))
    for story in (*told, *map(of_rule, audit.rulebook.values())):
        assert compact(story) == story


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text()), st.decimals(allow_nan=False))
def test_a_finding_is_told_in_whatever_words_and_figures(
    said: str, key: str, cells: dict[str, str], number: Decimal
) -> None:
    ref = RecordRef("activities", key)
    finding = replace(SINGLE, message=said, evidence=(ref,) * (RECORDS + 1), measured=number)
    story = Stories(replace(sample_audit(), records={ref: cells})).of_finding(finding)
    assert compact(story) == story
    told = json.loads(story)
    assert (told["message"], told["measured"]) == (said, str(number))
    bare = {"table": "activities", "key": key}
    assert told["evidence"] == [bare | ({"columns": cells} if cells else {})] * RECORDS + [bare]


def test_half_a_surrogate_pair_leaves_a_story_that_can_be_written() -> None:
    story = Stories(sample_audit()).of_incident(replace(INCIDENTS[0], department="torn \ud83d apart"))
    assert json.loads(story.encode())["department"] == "torn \ud83d apart"
