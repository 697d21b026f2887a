"""Checking a workspace before anybody is judged by it: what can be answered, and what is missing."""

from compliance.check.checking import check
from compliance.check.model import Check

__all__ = ["Check", "check"]
