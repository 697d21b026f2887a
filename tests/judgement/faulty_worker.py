"""The real worker with one fault made on purpose: `faulty_worker.py WORKER FAULT MARKER`."""

import importlib.util
import os
import signal
import sys
import threading
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


def each_fact(do: Callable[[str], object]) -> Callable[[ModuleType], None]:
    """A fault that strikes before a fact is put in, where it hurts most."""

    def made(worker: ModuleType) -> None:
        put = worker._put  # noqa: SLF001 no other seam

        def faulty(engine: Any, host: Any, ruleset: str, fact: Mapping[str, Any]) -> Any:  # noqa: ANN401 as in the worker
            do(fact["case"])
            return put(engine, host, ruleset, fact)

        worker._put = faulty  # type: ignore[attr-defined]  # noqa: SLF001 as above

    return made


def raising(_rule: str, _fired: object) -> Callable[[object], None]:
    def act(_context: object) -> None:
        raise ValueError("an action went wrong")

    return act


def silent(_rule: str, _fired: object) -> Callable[[object], None]:
    return lambda _: None


def nonsense_once(worker: ModuleType) -> None:
    judge = worker.judge
    worker.judge = lambda *batch: {} if first_time() else judge(*batch)  # type: ignore[attr-defined]


def without_library(_worker: ModuleType) -> None:
    sys.modules["durable"] = None  # type: ignore[assignment]


FAULTS: Mapping[str, Callable[[ModuleType], None]] = {
    "none": lambda _: None,
    "dies in the middle, once": each_fact(lambda case: die() if case == "c3" and first_time() else None),
    "dies of c3": each_fact(lambda case: die() if case == "c3" else None),
    "dies of a second thread": each_fact(lambda _: die() if threading.active_count() > 1 else None),
    "hangs, once": each_fact(lambda _: hang() if first_time() else None),
    "prints": each_fact(print),
    "talks nonsense, once": nonsense_once,
    "an action raises": lambda worker: setattr(worker, "action", raising),
    "loses what fired": lambda worker: setattr(worker, "action", silent),
    "tries one id only": lambda worker: setattr(worker, "SALTS", 1),
    "has no durable-rules": without_library,
}

spec = importlib.util.spec_from_file_location("worker", WORKER)
assert spec
assert spec.loader
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
FAULTS[FAULT](module)
module.main()
