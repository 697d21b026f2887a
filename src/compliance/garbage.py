"""How often Python looks for cycles of garbage."""

import gc

_ALLOCATED = 100_000


def collect_rarely() -> None:
    """Let what is loaded be, and look for cycles rarely: queries are large trees full of them, and live long."""
    gc.freeze()
    gc.set_threshold(_ALLOCATED)
