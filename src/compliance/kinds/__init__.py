"""The kinds of obligation, one module each: its model, its plan, its sentence."""

from compliance.kinds.base import Kind
from compliance.kinds.condition import Condition
from compliance.kinds.deadline import Deadline
from compliance.kinds.fulfilment import Fulfilment
from compliance.kinds.interval import Interval
from compliance.kinds.level import Level
from compliance.kinds.limit import Limit
from compliance.kinds.precedence import Precedence
from compliance.kinds.prohibition import Prohibition
from compliance.kinds.quota import Quota
from compliance.kinds.reconciliation import Reconciliation
from compliance.kinds.response import Response
from compliance.kinds.sequence import Sequence

KINDS: tuple[type[Kind], ...] = (Quota, Deadline, Response, Precedence, Prohibition, Condition, Limit, Interval, Sequence, Fulfilment, Level, Reconciliation)
