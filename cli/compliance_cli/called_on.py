"""When the command is called: the one place that reads the clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from compliance_cli import options


def local_now() -> datetime:
    """Now, in the local time of the workspace that the current folder is; else in this computer's."""
    manifest = options.here()
    zone = ZoneInfo(manifest.timezone) if manifest else None
    return datetime.now(zone).replace(tzinfo=None, microsecond=0)


def moment(given: date) -> datetime:
    """A date is its 00:00."""
    return given if isinstance(given, datetime) else datetime(given.year, given.month, given.day)  # noqa: DTZ001 local
