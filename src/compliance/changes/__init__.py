"""What changed between two states of rules: which came, which went, and what is different in the others."""

from compliance.changes import json, md, text
from compliance.changes.comparing import compare
from compliance.changes.effects import Effects, Turn
from compliance.changes.model import Change, Difference, Sort, Way
from compliance.changes.trial import tried

__all__ = ["Change", "Difference", "Effects", "Sort", "Turn", "Way", "compare", "json", "md", "text", "tried"]
