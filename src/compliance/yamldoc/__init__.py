"""YAML files with places: read safely, checked by pydantic models, and every mistake told in plain words."""

from compliance.yamldoc.comments import comments
from compliance.yamldoc.document import Document, Source
from compliance.yamldoc.loading import MAX_BYTES, checked, load, parse
from compliance.yamldoc.sentences import did_you_mean, nearest, only_near
from compliance.yamldoc.syntax import MAX_DEPTH
from compliance.yamldoc.validation import Misplaced

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Document",
    "Misplaced",
    "Source",
    "checked",
    "comments",
    "did_you_mean",
    "load",
    "nearest",
    "only_near",
    "parse",
]
