"""Local times as other programs ask for them: with their offset from UTC, or counted since 1970."""

from datetime import date, datetime, time, timedelta, timezone

from compliance.clock import to_instant

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 UTC, kept without a zone as everything here
_MILLISECOND = timedelta(milliseconds=1)
_MINUTE = timedelta(minutes=1)


def offset(local: datetime, zone: str) -> int:
    """The minutes by which local time is ahead of UTC then."""
    return (local - to_instant(local, zone)) // _MINUTE


def zoned(local: datetime, zone: str) -> str:
    """`2026-04-01T18:30:00+03:00`."""
    return local.replace(tzinfo=timezone(timedelta(minutes=offset(local, zone)))).isoformat()


def since_1970(local: datetime, zone: str) -> int:
    """Milliseconds."""
    return (to_instant(local, zone) - _EPOCH) // _MILLISECOND


def end_of(day: date) -> datetime:
    """The 00:00 that ends a day."""
    return datetime.combine(day, time.min) + timedelta(days=1)
