"""How the user can call this command again."""

import shlex
import shutil
import sys
from pathlib import Path

NAME = "compliance"


def called() -> str:
    """The words that call the command from where the user stands: its name, or the way it was called just now."""
    script = Path(sys.argv[0])
    if shutil.which(NAME):
        return NAME
    if script.name == NAME:
        return shlex.quote(sys.argv[0])
    if script.name == "__main__.py" and script.parent.name == "compliance_cli":
        return f"{shlex.quote(sys.executable)} -m compliance_cli"
    return NAME
