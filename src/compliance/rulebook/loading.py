"""Loading packs: rule files with their documents and parameters, every mistake told at once."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from compliance.kinds.base import Kind
from compliance.language.blocks import Block, Bound, Each, Linked
from compliance.language.grammar import PARAMETER
from compliance.language.parameters import DatedValue, Parameters
from compliance.model.audit import Assumed, RuleInfo
from compliance.model.problem import Place, Problem, UserError
from compliance.rulebook.schema import Clause, DutyDocument, ParameterFile, Rule
from compliance.shipped import rules as shipped_rules
from compliance.yamldoc import Document, Source, did_you_mean, load

DOCUMENT, PARAMETERS = "document.yaml", "parameters.yaml"
CASES = ".test.yaml"
_WORDS = {"id", "title", "clause", "norms", "message", "remedy", "yields_to"}
_QUOTED = re.compile(r"'(?:[^']|'')*'")


@dataclass(frozen=True)
class LoadedRule:
    """A rule with its file, its pack and what reports say of it."""

    rule: Rule
    document: Document[Rule]
    path: Path
    pack: str
    info: RuleInfo
    shipped: bool = False

    @property
    def cases(self) -> Path:
        """Where the rule's cases stand, if it has any."""
        return self.path.with_name(self.path.stem + CASES)


@dataclass(frozen=True)
class Pack:
    """A folder of rules with its document and parameters."""

    name: str
    folder: Path
    rules: tuple[LoadedRule, ...]
    document: DutyDocument | None
    parameters: Mapping[str, tuple[DatedValue, ...]]
    files: tuple[Path, ...]
    places: Mapping[str, Source] = field(default_factory=dict)

    def rules_by_clause(self) -> Mapping[str, tuple[LoadedRule, ...]]:
        """The pack's rules by the clause that they rest on."""
        named = {rule.rule.clause for rule in self.rules if rule.rule.clause}
        return {name: tuple(rule for rule in self.rules if rule.rule.clause == name) for name in named}


@dataclass(frozen=True)
class Rulebook:
    """All packs of an audit, rules ordered by id."""

    packs: tuple[Pack, ...]
    rules: Mapping[str, LoadedRule]
    parameters: Parameters = field(default_factory=Parameters)


def digest_of(rulebook: Rulebook, more: Iterable[Path] = ()) -> str:
    """The fingerprint of every file of the rulebook and of more, whatever the order or place of the folders."""
    packs = ((pack.name, path) for pack in rulebook.packs for path in pack.files)
    named = (*packs, *((path.parent.name, path) for path in more))
    parts = sorted((name, path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for name, path in named)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def pack_folder(name_or_path: str, workspace: Path) -> Path:
    """The folder of a pack: an own one by its path, a shipped one by its name. Raises UserError."""
    if "/" in name_or_path or name_or_path.startswith("."):
        return workspace / name_or_path
    shipped = shipped_rules() / name_or_path
    if shipped.is_dir():
        return shipped
    if (workspace / name_or_path).is_dir():
        return workspace / name_or_path
    known = sorted(
        path.name for path in shipped_rules().iterdir() if path.is_dir() and path.name not in {"judgement", "law"}
    )
    advice = (
        did_you_mean(name_or_path, known)
        or f"shipped packs: {', '.join(known)}; own ones are named by path, as ./rules"
    )
    raise UserError(f"there is no pack `{name_or_path}`", help=advice)


def load_rulebook(packs: Sequence[Path]) -> Rulebook:
    """Every rule of the packs; raises UserError with every problem of every file."""
    problems: list[Problem] = []
    loaded = [load_pack(folder, problems) for folder in packs]
    rules: dict[str, LoadedRule] = {}
    for each in sorted(
        (rule for pack in loaded for rule in pack.rules), key=lambda rule: (rule.rule.id, str(rule.path))
    ):
        if each.rule.id in rules:
            other = rules[each.rule.id].path
            problems.append(
                each.document.problem(
                    ("id",), f"the id `{each.rule.id}` is taken already by {other}", "give it another"
                )
            )
        rules.setdefault(each.rule.id, each)
    if problems:
        raise UserError(problems)
    return Rulebook(tuple(loaded), rules, _parameters(loaded))


def load_pack(folder: Path, problems: list[Problem]) -> Pack:
    """One pack; its mistakes are added to `problems`."""
    if not folder.is_dir():
        problems.append(Problem(None, f"there is no folder of rules {folder}", "name a folder of rule files"))
        return Pack(folder.name, folder, (), None, {}, ())
    files = tuple(sorted(path for path in folder.glob("*.yaml") if not path.name.endswith(CASES)))
    odd = sorted(folder.glob("*.yml"))
    problems += [Problem(Place(shown(path)), "it is not read: rule files end in .yaml", "rename it") for path in odd]
    if not files and not odd:
        problems.append(
            Problem(Place(shown(folder)), "there is no rule in this folder", "write rule files ending in .yaml")
        )
    document = _try(folder / DOCUMENT, DutyDocument, problems)
    parameters: Document[ParameterFile] | None = _try(folder / PARAMETERS, ParameterFile, problems)
    clauses = _clauses(document.value) if document else {}
    rules = []
    for path in files:
        if path.name in {DOCUMENT, PARAMETERS}:
            continue
        rule = _try(path, Rule, problems)
        if rule is not None:
            rules.append(_loaded(rule, path, folder, document.value if document else None, clauses, problems))
    values = _dated(parameters, rules, problems) if parameters else {}
    places = {name: read for name, read in ((DOCUMENT, document), (PARAMETERS, parameters)) if read}
    return Pack(folder.name, folder, tuple(rules), document.value if document else None, values, files, places)


def _try(path: Path, model: type, problems: list[Problem]) -> "Document | None":  # type: ignore[type-arg]
    if not os.path.lexists(path):
        return None
    try:
        return load(path, model, name=shown(path), within=path.parent)
    except UserError as error:
        problems += error.problems
        return None


def shown(path: Path) -> str:
    """The path as a user of this folder would type it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _clauses(document: DutyDocument) -> dict[str, Clause]:
    return {f"{document.id}/{clause.section}/{clause.number}": clause for clause in document.clauses}


def _loaded(  # noqa: PLR0917 what a rule is told with
    rule: Document[Rule],
    path: Path,
    folder: Path,
    document: DutyDocument | None,
    clauses: Mapping[str, Clause],
    problems: list[Problem],
) -> LoadedRule:
    value = rule.value
    clause = clauses.get(value.clause or "")
    if value.clause and clauses and clause is None:
        says = f"no document of the pack has a clause `{value.clause}`"
        unknown = rule.problem(("clause",), says, did_you_mean(value.clause, clauses))
        problems.append(replace(unknown, lint="unknown-clause"))
    info = RuleInfo(
        id=value.id,
        title=value.title,
        pack=folder.name,
        kind=value.kind.name,
        severity=value.severity,
        force=value.force,
        clause=value.clause,
        clause_text=clause.text if clause else None,
        document=document.title if document and clause else None,
        norms=value.norms,
        remedy=value.remedy,
        incident_per=value.incident.per if value.incident else None,
        raises_incidents=value.status == "stable" and not (value.bearer and value.bearer.who == "none"),
        asks=_asks(value.kind),
        severities=value.severities,
    )
    return LoadedRule(
        value, rule, path, folder.name, info, shipped=folder.parent.resolve() == shipped_rules().resolve()
    )


_ASKED = (
    *("after", "before", "for_each", "where", "with_", "without", "over", "expect", "against", "delivered"),
    *("must", "measure", "value"),
)


def _asks(kind: Kind) -> str | None:
    """What the rule file asks of records, in its own words: `where: kind = 'gift'; must: note is not null`."""
    told = [f"{key.removesuffix('_')}: {_written(part)}" for key in _ASKED if (part := getattr(kind, key, None))]
    return "; ".join(told) or None


def _written(part: object) -> str:
    """An expression as it stands there, or a block, and what it is for each of, in a few words."""
    if isinstance(part, tuple):
        return ", ".join(map(_written, part))
    if isinstance(part, Each) and part.of is None:
        item = part.item if isinstance(part.item, tuple) else (getattr(part.item, "parameter", ""),)
        return " / ".join(map(str, part.columns or item))
    if not isinstance(part, (Block, Each)):
        return " ".join(str(getattr(part, "of", part)).split())
    told = [str(part.of), *([f"where {' '.join(part.where.split())}"] if part.where else [])]
    for name, further in (("with", part.with_), ("without", part.without)):
        told += [f"{name} {_written(further)}"] if further is not None else []
    if isinstance(part, Linked):
        told += [f"{part.measure} {key.replace('_', ' ')} {_bound(bound)}" for key, bound in part.bounds()]
    return " ".join(told)


def _bound(bound: Bound) -> str:
    given = (bound.number, bound.expression, bound.parameter, bound.of, bound.plan, bound.authority)
    return str(next((each for each in given if each is not None), ""))


def _dated(
    parameters: "Document[ParameterFile]", rules: Sequence[LoadedRule], problems: list[Problem]
) -> dict[str, tuple[DatedValue, ...]]:
    """The pack's parameters by full name: the first part of its rules' ids, a dot, and their name."""
    prefixes = sorted({rule.rule.id.split(".", 1)[0] for rule in rules})
    for name, values in parameters.value.items():
        days = [value.since for value in values]
        if not values or len(set(days)) < len(days):
            problems.append(parameters.problem((name,), f"`{name}` needs values, each from another day", key=True))
    return {f"{prefix}.{name}": _sorted(values) for prefix in prefixes for name, values in parameters.value.items()}


def _sorted(values: Iterable[DatedValue]) -> tuple[DatedValue, ...]:
    return tuple(sorted(values, key=lambda value: str(value.since or "")))


def _parameters(packs: Iterable[Pack]) -> Parameters:
    return Parameters({name: values for pack in packs for name, values in pack.parameters.items()})


def overridden(rulebook: Rulebook, own: Mapping[str, object]) -> Rulebook:
    """The rulebook with the organisation's own values of parameters, in force always."""
    values = dict(rulebook.parameters.values)
    for name, value in own.items():
        known = _as_parameter(value)
        values[name] = (known,)
    return replace(rulebook, parameters=Parameters(values, frozenset(own)))


def _as_parameter(value: object) -> DatedValue:
    return DatedValue.model_validate({"value": value, "source": "set by the organisation"})


def assumed(rulebook: Rulebook, rule: LoadedRule) -> tuple[Assumed, ...]:
    """The values of parameters of a rule's file that rest on nobody's word but ours, by full name and time."""
    known = rulebook.parameters
    prefix = rule.rule.id.split(".", 1)[0]
    names = sorted(
        {full for name in named_parameters(rule) for full in (f"{prefix}.{name}", name) if full in known.values}
    )
    own = (name for name in names if name not in known.overridden)
    return tuple(Assumed(name, since, until) for name in own for since, until in known.assumed(name))


def named_parameters(rule: LoadedRule) -> Iterator[str]:
    """Every parameter that a rule asks by, as `:name` or `{parameter: name}`; texts and comments name none."""
    yield from _named(rule.rule.model_dump(exclude=_WORDS, exclude_none=True))


def _named(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from PARAMETER.findall(_QUOTED.sub("", value))
    elif isinstance(value, Mapping):
        if isinstance(name := value.get("parameter"), str):
            yield name
        for each in value.values():
            yield from _named(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _named(each)
