"""What is fuzzed: a target takes any bytes, and raises where they are not read, or refused with sentences."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.guard import watched
from tests.language.sample import COLUMNS, OneRecord

from compliance.language.answers import answers, implied
from compliance.language.durations import duration
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError, parse
from compliance.language.values import Typed, column
from compliance.model.problem import Problem, UserError
from compliance.model.types import ColumnType
from compliance.proof import proofread
from compliance.ruletest.mutation.wording import operands, rewordings
from compliance.ruletest.running import prepare
from compliance.workspace.standard import type_by_name
from compliance.yamldoc import load

SOUND = "id: own.sound\ntitle: Sound\nseverity: minor\nprohibition: {of: activities}\n"
_CASES = 2  # of one file: what a third one shows, one shows as well


class EscapedError(AssertionError):
    """Something left the product that is no sentence for its user, or led out of its folder."""


@dataclass(frozen=True)
class Target:
    """What takes the bytes, and with which texts to begin."""

    name: str
    take: Callable[[bytes, Path], None]
    seeds: Callable[[], list[str]]

    def __call__(self, data: bytes) -> None:
        """Give it the bytes in an empty folder, watched."""
        with tempfile.TemporaryDirectory(prefix="dutybook-fuzz-") as made:
            before, tempfile.tempdir = tempfile.tempdir, made
            try:
                with watched(Path(made)) as watch:
                    self.take(data, Path(made))
            finally:
                tempfile.tempdir = before
        if watch.seen:
            raise EscapedError(f"{self.name}: {watch.seen}")


def _told(problems: Iterable[Problem]) -> None:
    """Each problem is a sentence that can be shown."""
    for problem in problems:
        problem.shown().encode("utf-8")
        if not problem.says or "Traceback" in problem.says:
            raise EscapedError(f"no sentence: {problem!r}")


def _yaml(data: bytes, folder: Path) -> None:
    file = folder / "any.yaml"
    file.write_bytes(data)
    try:
        document = load(file, object)
    except UserError as error:
        _told(error.problems)
    else:
        document.place(())


class _AnyRecord(OneRecord):
    """Knows every name; one that it has not gets its type by its ending, else text."""

    def column(self, path: tuple[str, ...]) -> Typed:
        name = path[-1]
        return column(name, COLUMNS.get(name) or type_by_name(name) or ColumnType.TEXT)


def _expression(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "replace")
    try:
        tree = parse(text)
    except ExpressionError as refused:
        _told([_as_problem(refused, text)])
        return
    answers(tree)
    implied([(tree, True)], [(tree, False)])
    if any(each.text == text for each in rewordings(text)):
        raise EscapedError("a rewording changes nothing")
    if not all(0 <= start < stop <= len(text) for start, stop in operands(text)):
        raise EscapedError("an operand lies outside its text")
    try:
        compile_expression(text, _AnyRecord("Europe/Berlin")).sql.sql(dialect="duckdb")
    except ExpressionError as refused:
        _told([_as_problem(refused, text)])


def _as_problem(refused: ExpressionError, text: str) -> Problem:
    if not 0 <= refused.start <= len(text):
        raise EscapedError(f"it points outside its text: {refused!r}")
    return Problem(None, refused.says, refused.help)


def _duration(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "replace")
    try:
        duration(text).normal()
    except ValueError as refused:
        if "is not a duration" not in str(refused) and "a duration is at most" not in str(refused):
            raise
    duration.cache_clear()


def _rule(data: bytes, folder: Path) -> None:
    (folder / "pack").mkdir()
    (folder / "pack" / "sound.yaml").write_text(SOUND, "utf-8")
    (folder / "pack" / _named(data)).write_bytes(data)
    try:
        _told(proofread([folder / "pack"]))
    except UserError as error:
        _told(error.problems)


def _judgement(data: bytes, folder: Path) -> None:
    (folder / "judgement").mkdir()
    (folder / "judgement" / "own.yaml").write_bytes(data)
    try:
        _told(proofread([folder]))
    except UserError as error:
        _told(error.problems)


def _named(data: bytes) -> str:
    """Rules, documents and parameters are told apart by what stands in most of them."""
    if b"clauses:" in data:
        return "document.yaml"
    return "rule.yaml" if b"id:" in data else "parameters.yaml"


def _case(data: bytes, folder: Path) -> None:
    file = folder / "own.test.yaml"
    file.write_bytes(data)
    try:
        prepared = prepare(file)
    except UserError as error:
        _told(error.problems)
        return
    for each in prepared[:_CASES]:
        for told in each.run().differences:
            if not told or "Traceback" in told:
                raise EscapedError(f"no sentence: {told!r}")


TARGETS = {
    each.name: each
    for each in (
        Target("the YAML loader", _yaml, seeds.texts),
        Target("expressions", _expression, seeds.expressions),
        Target("durations", _duration, seeds.durations),
        Target("the rule loader", _rule, seeds.texts),
        Target("judgement rules", _judgement, seeds.judgement),
        Target("cases, read and run", _case, seeds.cases),
    )
}
