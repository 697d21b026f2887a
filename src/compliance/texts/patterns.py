"""Personal data of a known pattern, found by presidio's recognisers on a blank pipeline: no model and no download.

Imported only where texts are read, since both libraries are an optional extra and slow to import.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, predefined_recognizers
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from tldextract import TLDExtract

from compliance.texts.mention import Mention, apart

LANGUAGE = "en"
# Not the NHS's: one phone number in eleven passes its check.
_RECOGNISERS = (
    *("CreditCardRecognizer", "CryptoRecognizer", "PhoneRecognizer", "UrlRecognizer"),
    *("IpRecognizer", "MacAddressRecognizer", "UuidRecognizer", "DateRecognizer", "MedicalLicenseRecognizer"),
    *("UsBankRecognizer", "UsLicenseRecognizer", "UsItinRecognizer", "UsPassportRecognizer", "UsSsnRecognizer"),
)


class _Blank(SpacyNlpEngine):  # type: ignore[misc]  # ships no types
    """A pipeline that only cuts texts into words."""

    def __init__(self) -> None:
        super().__init__()
        self.nlp = {LANGUAGE: spacy.blank(LANGUAGE)}

    def load(self) -> None:
        """Nothing to load."""


class _Addresses(predefined_recognizers.EmailRecognizer):  # type: ignore[misc]  # as above
    """E-mail addresses, their endings looked up in the list that came with the library."""

    _endings = TLDExtract(suffix_list_urls=(), cache_dir=None)

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the address ends in a domain that may exist."""
        return bool(self._endings(pattern_text).fqdn)


def _accounts() -> Any:  # noqa: ANN401 presidio ships no types
    """Bank accounts, in small letters too."""
    return predefined_recognizers.IbanRecognizer(regex_flags=re.DOTALL | re.MULTILINE | re.IGNORECASE)


class Patterns:
    """The recognisers and the pipeline, made once and asked batch by batch."""

    def __init__(self) -> None:
        registry = RecognizerRegistry(
            recognizers=[
                _Addresses(),
                _accounts(),
                *(getattr(predefined_recognizers, name)() for name in _RECOGNISERS),
            ],
            supported_languages=[LANGUAGE],
        )
        self._pipeline = _Blank()
        self._engine = AnalyzerEngine(
            registry=registry, nlp_engine=self._pipeline, supported_languages=[LANGUAGE], default_score_threshold=0
        )

    @property
    def words(self) -> Any:  # noqa: ANN401 spaCy ships no usable type
        """The blank pipeline itself."""
        return self._pipeline.nlp[LANGUAGE]

    def found(self, texts: Iterable[str]) -> Iterator[tuple[Any, list[Mention]]]:
        """Each text cut into words, and the mentions of a known pattern in it."""
        for text, artifacts in self._pipeline.process_batch(texts, language=LANGUAGE, batch_size=500):
            results = self._engine.analyze(text, language=LANGUAGE, nlp_artifacts=artifacts)
            yield artifacts.tokens, apart([_mention(each) for each in results])


def _mention(found: Any) -> Mention:  # noqa: ANN401 presidio ships no types
    confidence = Decimal(str(found.score)).quantize(Decimal("0.01"))
    return Mention(found.start, found.end, found.entity_type.lower(), confidence)
