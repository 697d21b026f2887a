"""Loading judgement rules: from folders of YAML to rules that are ready to judge, or to every problem at once."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from compliance.judgement.conditions import ALWAYS, MOST_WAYS, ways
from compliance.judgement.reading import Parameters, read
from compliance.judgement.rules import Judgement, ParameterFile, Rule, RuleFile
from compliance.language.grammar import ExpressionError
from compliance.model.problem import Problem, UserError
from compliance.yamldoc import Document, load

M = TypeVar("M")
PARAMETERS = "parameters.yaml"


def load_judgement(folders: Sequence[Path]) -> Judgement:
    """The judgement rules of these folders; a later folder's parameters win. Raises UserError with every problem."""
    problems: list[Problem] = []
    documents = _documents(folders, problems)
    parameters = _parameters(folders, problems)
    rules = [rule for document in documents for rule in _compiled(document, parameters, problems)]
    problems += _repeated(documents)
    if problems:
        raise UserError(sorted(problems, key=attrgetter("where")))
    files = tuple(sorted(path for folder in folders for path in folder.glob("*.yaml")))
    return Judgement(tuple(sorted(rules, key=lambda rule: rule.id)), files)


def _documents(folders: Iterable[Path], problems: list[Problem]) -> list[Document[RuleFile]]:
    paths = (path for folder in folders for path in sorted(folder.glob("*.yaml")) if path.name != PARAMETERS)
    return [document for path in paths for document in _loaded(path, RuleFile, problems)]


def _parameters(folders: Iterable[Path], problems: list[Problem]) -> Parameters:
    paths = (folder / PARAMETERS for folder in folders)
    documents = [found for path in paths if path.exists() for found in _loaded(path, ParameterFile, problems)]
    return {name: values for document in documents for name, values in document.value.root.items()}


def _loaded(path: Path, model: type[M], problems: list[Problem]) -> list[Document[M]]:
    try:
        return [load(path, model)]
    except UserError as error:
        problems += error.problems
        return []


def _compiled(document: Document[RuleFile], parameters: Parameters, problems: list[Problem]) -> list[Rule]:
    written = document.value
    try:
        when = read(written.when, parameters) if written.when is not None else ALWAYS
    except ExpressionError as error:
        problems.append(document.problem(("when",), error.says, error.help, offset=error.start, width=error.width))
        return []
    if ways(when) > MOST_WAYS:
        says = f"this can come true in {ways(when)} ways; a rule may have {MOST_WAYS} at most"
        problems.append(document.problem(("when",), says, "split it into several rules"))
        return []
    return [Rule(written.id, written.stage, when, written.does, written.because, written.factor)]


def _repeated(documents: Iterable[Document[RuleFile]]) -> list[Problem]:
    seen: dict[str, str] = {}
    problems = []
    for document in documents:
        first = seen.setdefault(document.value.id, document.file)
        if first != document.file:
            problems.append(
                document.problem(("id",), f"`{document.value.id}` is already the id of {first}", "give it its own")
            )
    return problems
