"""Why a verdict is what it is: what was owed, what was read, what decided, by how much, and what would have met it."""

from compliance.why.asking import Question, why

__all__ = ["Question", "why"]
