"""1,500 sentences that nobody on this project wrote, whose personal data are marked: what is found, what is not."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from tests.realdata.records import DATA
from tests.texts import taken

pytestmark = pytest.mark.texts
SENTENCES = DATA / "presidio" / "synth_dataset_v2.json"
SURE = Decimal("0.4")

# Of so many marked, so many are touched by what is found of any kind; all the others are touched never.
TOUCHED = {
    "CREDIT_CARD": (126, 136), "DATE_TIME": (48, 119), "DOMAIN_NAME": (37, 37), "EMAIL_ADDRESS": (49, 49),
    "IBAN_CODE": (21, 21), "IP_ADDRESS": (14, 14), "PHONE_NUMBER": (60, 92), "STREET_ADDRESS": (7, 598),
    "US_DRIVER_LICENSE": (5, 5), "US_SSN": (16, 16),
}  # fmt: skip
UNSEEN = {"AGE": 74, "GPE": 411, "NRP": 55, "ORGANIZATION": 250, "PERSON": 857, "TITLE": 92, "ZIP_CODE": 37}


@pytest.fixture(scope="module")
def sentences() -> list[tuple[list[dict[str, Any]], list[Any]]]:
    """The marks of each sentence, and what was found in it."""
    taken.needed()
    if not SENTENCES.is_file():
        pytest.skip(f"the real records are not here (DUTYBOOK_DATA names their folder): {SENTENCES}")
    from compliance.texts.patterns import Patterns  # noqa: PLC0415 - needs the extra

    marked = json.loads(SENTENCES.read_text(encoding="utf-8"))
    found = Patterns().found(each["full_text"] for each in marked)
    return [(each["spans"], list(mentions)) for each, (_, mentions) in zip(marked, found, strict=True)]


def touches(mention: Any, mark: dict[str, Any]) -> bool:  # noqa: ANN401 - either side has its own shape
    return bool(mention.start < mark["end_position"] and mark["start_position"] < mention.end)


def test_patterns_find_335_of_1387_sentences_and_nothing_in_the_113_without(sentences: list[Any]) -> None:
    told = Counter((bool(marks), bool(found)) for marks, found in sentences)
    assert told == {(True, True): 335, (True, False): 1052, (False, False): 113}


def test_where_sure_enough_they_find_310(sentences: list[Any]) -> None:
    sure = [(marks, [each for each in found if each.confidence >= SURE]) for marks, found in sentences]
    assert sum(bool(found) for _, found in sure) == 310


def test_what_is_found_of_each_kind(sentences: list[Any]) -> None:
    marked = Counter(mark["entity_type"] for marks, _ in sentences for mark in marks)
    touched = Counter(
        mark["entity_type"] for marks, found in sentences for mark in marks if any(touches(it, mark) for it in found)
    )
    assert {kind: (touched[kind], marked[kind]) for kind in touched} == TOUCHED
    assert {kind: count for kind, count in marked.items() if kind not in touched} == UNSEEN


def test_six_of_350_places_found_where_sure_enough_are_of_another_kind_than_is_marked(sentences: list[Any]) -> None:
    named = Counter(
        (it.kind, next((mark["entity_type"].lower() for mark in marks if touches(it, mark)), None))
        for marks, found in sentences
        for it in found
        if it.confidence >= SURE
    )
    assert named == {
        ("credit_card", "credit_card"): 105, ("date_time", "date_time"): 48, ("email_address", "email_address"): 49,
        ("iban_code", "iban_code"): 21, ("ip_address", "ip_address"): 14, ("url", "domain_name"): 37,
        ("us_ssn", "us_ssn"): 16, ("phone_number", "phone_number"): 54, ("phone_number", "credit_card"): 1,
        ("phone_number", "street_address"): 4, ("phone_number", "us_driver_license"): 1,
    }  # fmt: skip
