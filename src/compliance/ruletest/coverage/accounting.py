"""Accounting: which rules, which other part of the system, or which reason answers for each norm."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from compliance.rulebook import LoadedRule, Pack, Rulebook
from compliance.rulebook.schema import Clause, DutyDocument, NotCheckable
from compliance.rulebook.selection import RUNNING
from compliance.ruletest.coverage.catalogue import Norm
from compliance.ruletest.coverage.model import Accounted, ClauseCoverage, Coverage, Covering, DocumentCoverage, Foreign


@dataclass(frozen=True)
class _Ledger:
    """All that was said of each norm, in whatever pack, and of each clause by the rules that rest on it."""

    rules: dict[str, set[Covering]] = field(default_factory=lambda: defaultdict(set))
    idle: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    elsewhere: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    not_checkable: dict[str, list[NotCheckable]] = field(default_factory=lambda: defaultdict(list))
    named_by: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    resting: dict[str, set[Covering]] = field(default_factory=lambda: defaultdict(set))

    def accounted(self, norm: Norm) -> Accounted:
        """What was said of one norm."""
        key = norm.id
        return Accounted(
            norm,
            tuple(sorted(self.rules.get(key, ()))),
            tuple(dict.fromkeys(self.elsewhere.get(key, ()))),
            tuple(dict.fromkeys(self.not_checkable.get(key, ()))),
            tuple(sorted(self.idle.get(key, ()))),
        )


def account(rulebook: Rulebook, cases: Mapping[str, int], catalogue: Sequence[Norm] | None = None) -> Coverage:
    """How each clause of the rulebook's documents, and each norm of the catalogue, is accounted for.

    `cases` has the number of cases of every rule. Without a catalogue the norms are those that the rulebook names. A
    rule that does not run covers nothing.
    """
    documents = [(pack, pack.document) for pack in rulebook.packs if pack.document]
    clauses = {id_: clause for _, document in documents for id_, clause in _clauses(document)}
    ledger = _ledger(rulebook, clauses, cases)
    known = catalogue if catalogue is not None else [Norm(name) for name in sorted(ledger.named_by)]
    ids = {norm.id for norm in known}
    foreign = (
        Foreign(name, tuple(dict.fromkeys(ledger.named_by[name])))
        for name in sorted(ledger.named_by)
        if name not in ids
    )
    return Coverage(
        tuple(_document(pack, document, ledger) for pack, document in documents),
        tuple(Covering(name, cases[name]) for name, rule in rulebook.rules.items() if rule.rule.clause not in clauses),
        tuple(map(ledger.accounted, known)),
        None if catalogue is None else tuple(each for each in foreign if each.norm not in clauses),
    )


def _clauses(document: DutyDocument) -> Iterable[tuple[str, Clause]]:
    return ((f"{document.id}/{clause.section}/{clause.number}", clause) for clause in document.clauses)


def _ledger(rulebook: Rulebook, clauses: Mapping[str, Clause], cases: Mapping[str, int]) -> _Ledger:
    ledger = _Ledger()
    for id_, clause in clauses.items():
        for norm in clause.norms or (id_,):
            ledger.named_by[norm].append(f"clause {id_}")
    for rule in rulebook.rules.values():
        _enter(ledger, rule, clauses, cases[rule.rule.id])
    for document in (pack.document for pack in rulebook.packs if pack.document):
        for other in document.elsewhere:
            ledger.elsewhere[other.norm].append(other.by)
            ledger.named_by[other.norm].append(f"`elsewhere` of {document.id}")
        for unproved in document.not_checkable:
            ledger.not_checkable[unproved.norm].append(unproved)
            ledger.named_by[unproved.norm].append(f"`not_checkable` of {document.id}")
    return ledger


def _enter(ledger: _Ledger, rule: LoadedRule, clauses: Mapping[str, Clause], cases: int) -> None:
    """Enter a rule under each norm that it covers."""
    value = rule.rule
    runs = value.status in RUNNING
    for norm in _covered(rule, clauses):
        if runs:
            ledger.rules[norm].add(Covering(value.id, cases))
        else:
            ledger.idle[norm].add((value.id, value.status))
    for norm in value.norms:
        ledger.named_by[norm].append(f"rule {value.id}")
    if runs and value.clause:
        ledger.resting[value.clause].add(Covering(value.id, cases))


def _covered(rule: LoadedRule, clauses: Mapping[str, Clause]) -> tuple[str, ...]:
    """The norms that a rule covers: those that it names, and its clause where that has none and so is its own."""
    value = rule.rule
    clause = clauses.get(value.clause or "")
    own = (value.clause,) if value.clause and clause and not clause.norms else ()
    return (*value.norms, *own)


def _document(pack: Pack, document: DutyDocument, ledger: _Ledger) -> DocumentCoverage:
    clauses = tuple(_clause(id_, clause, ledger) for id_, clause in _clauses(document))
    within = {norm.norm.id for each in clauses for norm in each.norms}
    named = [norm for rule in pack.rules for norm in rule.rule.norms]
    named += [other.norm for other in document.elsewhere]
    named += [unproved.norm for unproved in document.not_checkable]
    apart = tuple(ledger.accounted(Norm(name)) for name in dict.fromkeys(named) if name not in within)
    return DocumentCoverage(document.id, document.title, pack.name, clauses, apart)


def _clause(id_: str, clause: Clause, ledger: _Ledger) -> ClauseCoverage:
    norms = tuple(ledger.accounted(Norm(norm)) for norm in dict.fromkeys(clause.norms or (id_,)))
    rules = {rule for norm in norms for rule in norm.rules} | ledger.resting.get(id_, set())
    return ClauseCoverage(id_, clause, tuple(sorted(rules)), norms)
