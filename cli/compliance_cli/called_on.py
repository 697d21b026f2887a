"""When the command is called: the one place that reads the clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from compliance.model.problem import UserError
from compliance_cli import options


def local_now(zone_name: str | None = None) -> datetime:
    """Now, in that zone; else in the local time of the workspace that the current folder is, or in this computer's."""
    manifest = None if zone_name else options.here()
    name = manifest.timezone if manifest else zone_name
    zone = ZoneInfo(name) if name else None
    return datetime.now(zone).replace(tzinfo=None, microsecond=0)


def done_at(given: date | None, now: datetime) -> datetime:
    """When a deed was done, if not just now; raises UserError for a moment that lies ahead by more than a zone may.

    A deed of the future would bar every other one until then.
    """
    at = moment(given or now)
    if at > now + timedelta(days=1):
        says = f"{at.isoformat(sep=' ', timespec='minutes')} lies ahead, and only what was done is put on record"
        raise UserError(says, help="check the year that --at gives")
    return at


def moment(given: date) -> datetime:
    """A date is its 00:00."""
    return given if isinstance(given, datetime) else datetime(given.year, given.month, given.day)  # noqa: DTZ001 local
