"""The kinds of obligation, one module each: its model, its plan, its sentence."""

from compliance.kinds.base import Kind
from compliance.kinds.condition import Condition
from compliance.kinds.deadline import Deadline
from compliance.kinds.limit import Limit
from compliance.kinds.prohibition import Prohibition
from compliance.kinds.quota import Quota

KINDS: tuple[type[Kind], ...] = (Quota, Deadline, Prohibition, Condition, Limit)
