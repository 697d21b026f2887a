"""Loading judgement rules: from folders of YAML to rules that are ready to judge, or to every problem at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from compliance.judgement.conditions import ALWAYS, MOST_WAYS, ways
from compliance.judgement.law import Law
from compliance.judgement.proofreading import faults
from compliance.judgement.proposing import unlawful
from compliance.judgement.reading import Parameters, read
from compliance.judgement.rules import Judgement, ParameterFile, Rule, RuleFile, Stage
from compliance.language.grammar import ExpressionError
from compliance.language.parameters import ASSUMED, DatedValue, Value
from compliance.model.problem import Place, Problem, UserError
from compliance.yamldoc import Document, did_you_mean, load

M = TypeVar("M")
PARAMETERS, PREFIX = "parameters.yaml", "judgement."
Tell: TypeAlias = Callable[[str, str, str], Problem]
"""A problem with one of the organisation's own values, by its full name, with what it says and advises."""


def _nowhere(_name: str, says: str, help: str) -> Problem:  # noqa: A002 the word users see
    return Problem(None, says, help)


def load_judgement(
    folders: Sequence[Path],
    own: Mapping[str, object] = MappingProxyType({}),
    law: Law | None = None,
    tell: Tell = _nowhere,
) -> Judgement:
    """The judgement rules of these folders; a later folder's parameters win, and the organisation's `own` over all.

    Of `own`, parameters by their full names, those of judgement are taken; what is wrong with one of them is a problem
    where `tell` places it. A measure that the `law` gives no basis for, or above its ceiling, is a problem. Raises
    UserError with every problem.
    """
    problems = [Problem(Place(str(folder)), "there is no such folder") for folder in folders if not folder.is_dir()]
    parameters = _parameters(folders, problems)
    if not problems:
        parameters = _with_own(parameters, own, problems, tell)
    unsure = bool(problems)
    documents = _documents(folders, problems)
    rules = [] if unsure else [rule for document in documents for rule in _compiled(document, parameters, problems)]
    problems += _repeated(documents)
    problems += _contradicting(documents, rules) if not problems else []
    problems += _unlawful(documents, rules, law) if law is not None else []
    if problems:
        raise UserError(sorted(problems, key=lambda problem: problem.where or Place("")))
    files = tuple(sorted(path for folder in folders for path in folder.glob("*.yaml")))
    assumed = _assumed(documents, parameters)
    return Judgement(tuple(sorted(rules, key=attrgetter("id"))), files, assumed, parameters)


def _assumed(documents: Iterable[Document[RuleFile]], parameters: Parameters) -> tuple[str, ...]:
    values = [f"{PREFIX}{name}" for name, dated in parameters.items() if any(one.source == ASSUMED for one in dated)]
    return tuple(sorted([*values, *(document.value.id for document in documents if document.value.source == ASSUMED)]))


def _documents(folders: Iterable[Path], problems: list[Problem]) -> list[Document[RuleFile]]:
    paths = (path for folder in folders for path in sorted(folder.glob("*.yaml")) if path.name != PARAMETERS)
    return [document for path in paths for document in _loaded(path, RuleFile, problems)]


def _parameters(folders: Iterable[Path], problems: list[Problem]) -> Parameters:
    paths = (folder / PARAMETERS for folder in folders)
    documents = [found for path in paths if path.exists() for found in _loaded(path, ParameterFile, problems)]
    return {name: values for document in documents for name, values in document.value.root.items()}


def _with_own(given: Parameters, own: Mapping[str, object], problems: list[Problem], tell: Tell) -> Parameters:
    """The parameters with the organisation's own values, each of the sort that it takes the place of."""
    values = dict(given)
    for full_name in (each for each in own if each.startswith(PREFIX)):
        name, value = full_name.removeprefix(PREFIX), own[full_name]
        if name not in given:
            near = did_you_mean(full_name, [f"{PREFIX}{each}" for each in given])
            problems.append(tell(full_name, f"there is no parameter `{full_name}`", near))
            continue
        dated = DatedValue.model_validate({"value": value, "source": "set by the organisation"})
        sort = _sort(given[name][0].value)
        if sort != _sort(dated.value):
            problems.append(tell(full_name, f"`{full_name}` must be {sort}, not `{value}`", ""))
        values[name] = (dated,)
    return values


def _sort(value: Value) -> str:
    """What a value is, in a word."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | Decimal):
        return "a number"
    return "a list" if isinstance(value, tuple) else "a text"


def _loaded(path: Path, model: type[M], problems: list[Problem]) -> list[Document[M]]:
    try:
        return [load(path, model, within=path.parent.parent)]
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


def _contradicting(documents: Iterable[Document[RuleFile]], rules: Iterable[Rule]) -> list[Problem]:
    by_id = {document.value.id: document for document in documents}
    advice = "change one of the conditions"
    return [replace(by_id[rule.id].problem(("when",), says, advice), lint=lint) for rule, lint, says in faults(rules)]


def _unlawful(documents: Iterable[Document[RuleFile]], rules: Iterable[Rule], law: Law) -> list[Problem]:
    by_id = {document.value.id: document for document in documents}
    advice = "take the measure out, or lower its amount"
    return [
        replace(by_id[rule.id].problem(("does",), says, advice), lint=lint)
        for rule, lint, says in unlawful((rule for rule in rules if rule.stage is Stage.MEASURE), law)
    ]


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
