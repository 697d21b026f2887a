"""Load a YAML file: from a path or a text to a checked document, or to every problem at once."""

import os
import stat
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from compliance.model.problem import Place, Problem, UserError
from compliance.yamldoc.document import Document, Source, by_place
from compliance.yamldoc.nodes import Mapping, Node, Scalar, lines_of
from compliance.yamldoc.reading import read
from compliance.yamldoc.sentences import problem_of
from compliance.yamldoc.validation import Invalid, validate

if TYPE_CHECKING:
    from collections.abc import Hashable

M = TypeVar("M")
MAX_BYTES = 1024 * 1024


def load(path: Path, model: type[M], *, name: str | None = None, within: Path | None = None) -> Document[M]:
    """The file's value as a `model` with its places; `name` is what problems call the file.

    Where somebody else wrote what lies `within` a folder, a link that leads out of it is refused unread, since the
    problems found would quote a file that is none of theirs. Raises UserError with every problem found.
    """
    file = name or str(path)
    if within is not None and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(within)):
        raise _refused(file, f"is a link that leads out of {within}", "put the file itself here")
    return parse(_text(path, file), file, model)


def parse(text: str, file: str, model: type[M]) -> Document[M]:
    """As `load`, for the text of a file.

    A document can't be changed, so whoever reads the same text again, as many cases do with their rules, gets the same.
    """
    found: Document[M] = _parsed(text, file, cast("Hashable", model))
    return found


@lru_cache(maxsize=256)
def _parsed(text: str, file: str, model: type[M]) -> Document[M]:
    text = text.removeprefix("\ufeff")
    reading = read(text)
    source = Source(file, text, _filled(reading.root))
    problems = [source.problem_at(flaw.at, flaw.says, flaw.help, flaw.width) for flaw in reading.flaws]
    if not reading.complete:
        raise UserError(by_place(problems))
    return _checked(source, model, problems)


def checked(source: Source, model: type[M]) -> Document[M]:
    """What was read without a flaw, as a value of a `model`: text is not read twice where its first look decides which.

    Raises UserError with every problem found.
    """
    return _checked(source, model, [])


def _checked(source: Source, model: type[M], problems: list[Problem]) -> Document[M]:
    try:
        value = validate(source.root, model)
    except Invalid as invalid:
        told = {problem.where for problem in problems}
        found = (problem_of(fault, source, model) for fault in invalid.faults)
        problems += [problem for problem in found if problem.where not in told]
        raise UserError(by_place(dict.fromkeys(problems))) from None
    if problems:
        raise UserError(by_place(problems))
    return Document(source.file, source.text, source.root, value=value)


def _filled(root: Node) -> Node:
    """An empty file is an empty mapping, so that the keys it lacks are named."""
    empty = isinstance(root, Scalar) and not root.style and root.value is None
    return Mapping(root.start, root.end) if empty else root


def _text(path: Path, file: str) -> str:
    """The file's text, or one problem that says why there is none."""
    try:
        data = _bytes(path, file)
    except FileNotFoundError:
        raise _refused(file, "there is no such file") from None
    except OSError as error:
        raise _refused(file, f"can't be read: {error.strerror}") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = lines_of(data[: error.start].decode("utf-8"))
        place = Place(file, len(before), len(before[-1]) + 1)
        advice = "save it as UTF-8"
        raise UserError(Problem(place, f"byte {data[error.start]:#04x} is not UTF-8 text", advice)) from None


def _bytes(path: Path, file: str) -> bytes:
    """The content of a regular file that is not too large."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise _refused(file, "is a folder, not a file", "name a file in it")
    if not stat.S_ISREG(mode):
        raise _refused(file, "is not a regular file")
    with path.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _refused(file, f"is larger than {MAX_BYTES // 1024} KiB", "split it")
    return data


def _refused(file: str, says: str, help: str = "") -> UserError:  # noqa: A002 the word users see
    return UserError(Problem(Place(file), says, help))
