"""The roster: who was employed when and as what, who was away with an excuse, and who stood in for whom."""

from compliance.roster.absence import Away, Unread, away, excused, returning, unread
from compliance.roster.appointments import HELD, Appointment, Overlap, appointments, overlaps, untold
from compliance.roster.days import FIRST_DAY, LAST_DAY, after
from compliance.roster.deputies import InCharge, Possible, StandIn, covered, in_charge, possible, stand_ins
from compliance.roster.roster import Roster

__all__ = [
    "FIRST_DAY",
    "HELD",
    "LAST_DAY",
    "Appointment",
    "Away",
    "InCharge",
    "Overlap",
    "Possible",
    "Roster",
    "StandIn",
    "Unread",
    "after",
    "appointments",
    "away",
    "covered",
    "excused",
    "in_charge",
    "overlaps",
    "possible",
    "returning",
    "stand_ins",
    "unread",
    "untold",
]
