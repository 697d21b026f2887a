"""The first judge: durable-rules, in a watched child process that is thrown away after one batch.

The library is fast and old: it can lose a fact, run out of sessions, loop or take its process down. So it never runs
in ours. A batch has at most 500 cases, each in a session of its own; a ruleset holds few rules and a catch-all that
every fact must reach, and so each fact put in is accounted for. A child that dies,
hangs or talks nonsense is started again with half of its batch, and a single case that no child survives fails the
audit by name.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from compliance.judgement.definitions import rulesets
from compliance.judgement.faults import JudgementFailed
from compliance.judgement.fields import Facts
from compliance.judgement.rules import Rule
from compliance.model.problem import UserError

WORKER = (sys.executable, "-P", str(Path(__file__).with_name("durable_worker.py")))
BATCH = 500
TIMEOUT = 60.0

Applied: TypeAlias = dict[str, frozenset[str]]


class _ChildLost(Exception):  # noqa: N818 said of the child; it never leaves this module
    """A child died, hung or gave no answer that could be read."""


@dataclass(frozen=True, slots=True)
class Child:
    """How the child is started, how long (in seconds) a batch may take, and how many cases it has at most."""

    command: Sequence[str] = WORKER
    timeout: float = TIMEOUT
    batch: int = BATCH


class Durable:
    """Judges cases by durable-rules; as a context it starts its first child at once.

    `put` counts the facts that were put in, one for each case and ruleset, `accounted` those that reached a catch-all.
    """

    def __init__(self, rules: Sequence[Rule], child: Child | None = None) -> None:
        self._rules = [rule.id for rule in rules]
        self._rulesets = rulesets(rules)
        self._child = child or Child()
        self._ready: list[subprocess.Popen[str]] = []
        self.put = 0
        self.accounted = 0

    def __enter__(self) -> Self:
        self._warm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._ready:
            _end(child)
        self._ready.clear()

    def applies(self, cases: Mapping[str, Facts]) -> Applied:
        """For each case the ids of the rules that apply to it."""
        batches = list(_batches(cases, self._child.batch))
        applied: Applied = {}
        for left, batch in zip(range(len(batches) - 1, -1, -1), batches, strict=True):
            child = self._next()
            if left:
                self._warm()
            applied |= self._judged(batch, child)
        return applied

    def _warm(self) -> None:
        """Start a child that loads durable-rules while we do something else."""
        self._ready.append(_started(self._child.command))

    def _next(self) -> "subprocess.Popen[str]":
        if not self._ready:
            self._warm()
        return self._ready.pop(0)

    def _judged(self, batch: Mapping[str, Facts], child: "subprocess.Popen[str]", *, last: bool = False) -> Applied:
        """One batch's answers; where the child is lost, those of its halves, each from a new child.

        A case alone is tried once more: whatever killed the child may have had nothing to do with it.
        """
        try:
            return self._accounted(batch, self._asked(batch, child))
        except _ChildLost as lost:
            if last:
                raise JudgementFailed(next(iter(batch)), f"the process that judges it {lost}") from lost
        if len(batch) == 1:
            return self._judged(batch, _started(self._child.command), last=True)
        halves = _batches(batch, (len(batch) + 1) // 2)
        return {case: rules for half in halves for case, rules in self._judged(half, self._next()).items()}

    def _asked(self, batch: Mapping[str, Facts], child: "subprocess.Popen[str]") -> Mapping[str, Sequence[str]]:
        facts = [{**values, "case": case, "judged": 1} for case, values in batch.items()]
        self.put += len(facts) * len(self._rulesets)
        request = json.dumps({"rulesets": self._rulesets, "facts": facts}, ensure_ascii=False)
        answer = _answer(child, request, self._child.timeout)
        if missing := answer.get("missing"):
            raise UserError(
                f"durable-rules can't be imported: {missing}",
                help="judge with `--judge plain`, or install it with CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject "
                "and pip's --no-cache-dir",
            )
        if fault := answer.get("fault"):
            raise JudgementFailed(fault["case"], f"durable-rules says {fault['says']}")
        return _fired(answer)

    def _accounted(self, batch: Mapping[str, Facts], fired: Mapping[str, Sequence[str]]) -> Applied:
        """The rules by their ids, once every fact has reached every ruleset's catch-all."""
        for case in batch:
            if lost := self._rulesets.keys() - set(fired.get(case, ())):
                raise JudgementFailed(case, f"durable-rules lost its fact in {', '.join(sorted(lost))}")
            self.accounted += len(self._rulesets)
        return {
            case: frozenset(self._rules[int(name)] for name in fired[case] if name not in self._rulesets)
            for case in batch
        }


def _started(command: Sequence[str]) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", errors="replace")  # noqa: S603 our own worker


def _answer(child: "subprocess.Popen[str]", request: str, timeout: float) -> dict[str, Any]:
    """What the child answers to its one request."""
    with child:
        try:
            told, trouble = child.communicate(request, timeout)
        except subprocess.TimeoutExpired:
            raise _ChildLost(f"gave no answer within {timeout:g} seconds") from None
        finally:
            child.kill()
    try:
        answer = json.loads(told)
    except ValueError:
        reason = f"ended with status {child.returncode} and no answer"
        raise _ChildLost(": ".join([reason, *trouble.strip().splitlines()[-1:]])) from None
    return answer if isinstance(answer, dict) else {}


def _fired(answer: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    fired = answer.get("fired")
    if not isinstance(fired, dict):
        raise _ChildLost("gave an answer that is none")
    return fired


def _end(child: "subprocess.Popen[str]") -> None:
    with child:
        child.kill()


def _batches(cases: Mapping[str, Facts], size: int) -> Iterator[Mapping[str, Facts]]:
    items = iter(cases.items())
    while batch := dict(islice(items, size)):
        yield batch
