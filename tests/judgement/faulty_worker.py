"""The real worker with one fault made on purpose: `faulty_worker.py WORKER FAULT MARKER`."""

import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

WORKER, FAULT, MARKER = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])


def first_time() -> bool:
    """Whether no child before this one had the fault."""
    if MARKER.exists():
        return False
    MARKER.touch()
    return True


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    time.sleep(3600)


def before_each_fact(worker: ModuleType, do: Callable[[str], object]) -> None:
    put = worker._put  # noqa: SLF001 the place where a fault hurts most

    def faulty(engine: Any, host: Any, ruleset: str, fact: Mapping[str, Any]) -> Any:  # noqa: ANN401 as in the worker
        do(fact["case"])
        return put(engine, host, ruleset, fact)

    worker._put = faulty  # type: ignore[attr-defined]  # noqa: SLF001 as above


def raising(_rule: str, _fired: object) -> Callable[[object], None]:
    def act(_context: object) -> None:
        raise ValueError("an action went wrong")

    return act


def silent(_rule: str, _fired: object) -> Callable[[object], None]:
    return lambda _: None


def make(worker: ModuleType) -> None:
    """Put the fault in."""
    match FAULT:
        case "dies in the middle, once":
            before_each_fact(worker, lambda case: die() if case == "c3" and first_time() else None)
        case "dies of c3":
            before_each_fact(worker, lambda case: die() if case == "c3" else None)
        case "hangs, once":
            before_each_fact(worker, lambda _: hang() if first_time() else None)
        case "talks nonsense, once":
            judge = worker.judge
            worker.judge = lambda *batch: {} if first_time() else judge(*batch)  # type: ignore[attr-defined]
        case "an action raises":
            worker.action = raising  # type: ignore[attr-defined]
        case "loses what fired":
            worker.action = silent  # type: ignore[attr-defined]
        case "tries one id only":
            worker.SALTS = 1  # type: ignore[attr-defined]
        case "has no durable-rules":
            sys.modules["durable"] = None  # type: ignore[assignment]
        case "prints":
            before_each_fact(worker, print)


spec = importlib.util.spec_from_file_location("worker", WORKER)
assert spec
assert spec.loader
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
make(module)
module.main()
