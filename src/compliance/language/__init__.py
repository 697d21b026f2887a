"""The language that rules are written in: expressions and durations, checked before anything runs."""
