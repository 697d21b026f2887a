"""A manifest proposed from files: what their tables and columns are taken for, each guess told as one."""

from compliance.proposal.proposing import propose

__all__ = ["propose"]
