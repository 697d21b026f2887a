"""Evidence of one incident, to hand to somebody else: what it rests on, and a workspace that derives it again."""

from compliance.evidence.export import Evidence, export

__all__ = ["Evidence", "export"]
