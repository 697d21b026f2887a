"""How every clause of a document, and every norm of a catalogue, is accounted for."""

from compliance.ruletest.coverage import json, text
from compliance.ruletest.coverage.accounting import account
from compliance.ruletest.coverage.catalogue import read_catalogue
from compliance.ruletest.coverage.counting import cases_of
from compliance.ruletest.coverage.model import Coverage

__all__ = ["Coverage", "account", "cases_of", "json", "read_catalogue", "text"]
