"""Running a rule's cases: small tables in, every finding compared with what the case says."""

from compliance.ruletest.gathering import CaseSet, gather
from compliance.ruletest.parallel import Tested, run_all
from compliance.ruletest.running import CaseResult, Prepared, prepare, run_file

__all__ = ["CaseResult", "CaseSet", "Prepared", "Tested", "gather", "prepare", "run_all", "run_file"]
