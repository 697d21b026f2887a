"""Running a rule's cases: small tables in, every finding compared with what the case says."""

from compliance.ruletest.running import CaseResult, Prepared, prepare, run_file

__all__ = ["CaseResult", "Prepared", "prepare", "run_file"]
