"""Assess: what was owed against what was done, set-based on the engine; findings come back, records stay."""
