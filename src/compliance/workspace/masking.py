"""Sources as they may be shown: without the password that an address may carry."""

import re

# Up to the last `@`: a password may hold one, and rather too much is hidden than too little.
_PASSWORD = re.compile(r"(://[^/?#@\s:]*):\S*@")
_IN_QUERY = re.compile(r"((?:\?|&)(?:[^=&\s]*(?:password|passwd|secret|token)[^=&\s]*)=)[^&#\s]*", re.IGNORECASE)


def masked(written: str) -> str:
    """The address with stars for its password; anything else as it is."""
    return _IN_QUERY.sub(r"\1***", _PASSWORD.sub(r"\1:***@", written))


def has_secret(written: str) -> bool:
    """Whether an address carries a password."""
    return masked(written) != written
