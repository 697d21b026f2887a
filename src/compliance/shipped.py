"""What comes with Dutybook: the rule packs and the example world, in the installed package or in a checkout."""

from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]

NO_PACKS = frozenset({"judgement", "law"})
"""Folders of the shipped rules that are no packs: how findings are judged, and what the law allows."""


def rules() -> Path:
    """The folder that holds the shipped packs, the judgement rules and the law."""
    return _found("rules", "rules")


def packs() -> tuple[Path, ...]:
    """The folder of every shipped pack, by name."""
    folders = (folder for folder in rules().iterdir() if folder.is_dir() and not folder.name.startswith((".", "_")))
    return tuple(sorted(folder for folder in folders if folder.name not in NO_PACKS))


def demo_world() -> Path:
    """The workspace of the example trading house, never to be written to."""
    return _found("trading-house", "fixtures/trading-house")


def _found(installed: str, checkout: str) -> Path:
    """The first of the two places that is there; a package without either was built wrongly, which is our fault."""
    for folder in (HERE / "_shipped" / installed, CHECKOUT / checkout):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation lacks its folder {installed}; install dutybook again")
