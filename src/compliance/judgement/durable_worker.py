"""The child process that durable-rules runs in: one batch of facts from stdin, one answer on stdout, then it ends.

It imports as little as it can, so that it is ready when the findings are. Facts only; each is a session of its own,
attributed by what it carries and not by the session that durable-rules put it in (two session ids of equal hash share
one); a fact refused as already observed is new all the same, and goes in again under another id. Nothing runs in the
background, so that no action runs twice.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO

SALTS = 8
Act = Callable[[Any], None]


def main() -> None:
    """Read one batch, judge it, answer, and leave without tidying up."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # whatever else prints must not break the answer
        _answer(answers)
    os._exit(0)


def _answer(answers: TextIO) -> None:
    try:
        engine = importlib.import_module("durable.engine")
    except ImportError as error:
        json.dump({"missing": str(error)}, answers)
        return
    batch = json.load(sys.stdin.buffer)  # UTF-8, whatever the locale says
    json.dump(judge(engine, batch["rulesets"], batch["facts"]), answers)


def judge(engine: Any, rulesets: Mapping[str, Mapping[str, Any]], facts: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: ANN401 the library has no types
    """The names of the rules that each case fired, or the fault that stopped it."""
    fired: dict[str, list[str]] = {fact["case"]: [] for fact in facts}
    host = _host(engine, rulesets, fired)
    for fact in facts:
        for ruleset in rulesets:
            if fault := _put(engine, host, ruleset, fact):
                return {"fault": {"case": fact["case"], "says": fault}}
    return {"fired": fired}


def _host(engine: Any, rulesets: Mapping[str, Mapping[str, Any]], fired: dict[str, list[str]]) -> Any:  # noqa: ANN401 as above
    """A durable-rules host that knows these rulesets, without the threads that it would dispatch from."""
    quiet = type("Quiet", (engine.Host,), {"_run": lambda _: None})
    definitions = {
        name: {rule: {"all": [{"m": when}], "run": action(rule, fired)} for rule, when in rules.items()}
        for name, rules in rulesets.items()
    }
    return quiet(definitions)


def action(rule: str, fired: dict[str, list[str]]) -> Act:
    """Notes that a rule fired, under the case that its fact carries."""

    def note(context: Any) -> None:  # noqa: ANN401 as above
        fired[context.m.case].append(rule)

    return note


def _put(engine: Any, host: Any, ruleset: str, fact: Mapping[str, Any]) -> str | None:  # noqa: ANN401 as above
    """Put one fact in; what went wrong, if anything did."""
    for salt in range(SALTS):
        name = f"{fact['case']}#{salt}"
        try:
            state = host.assert_fact(ruleset, {**fact, "sid": name, "id": name})
        except engine.MessageObservedException:
            continue
        except Exception as error:  # noqa: BLE001 told to the parent, which raises
            return getattr(error, "message", None) or repr(error)
        return (state or {}).get("exception")
    return f"durable-rules refused it {SALTS} times as already observed"


if __name__ == "__main__":
    main()
