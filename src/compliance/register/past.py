"""What was on record by some moment, for judging to read."""

from datetime import datetime
from pathlib import Path

from compliance.model.history import Past
from compliance.register.store import discovered


def past(path: Path, as_of: datetime) -> Past:
    """All that the register knew by a moment; nothing where there is no register."""
    known = {finding: moment for finding, moment in discovered(path).items() if moment <= as_of}
    return Past(discovered=known)
