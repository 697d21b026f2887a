"""How long the stages take: a line each with `-v`, and on a terminal a moving one once work takes over a second."""

from collections.abc import Sequence
from threading import Lock, Timer
from time import perf_counter
from typing import TYPE_CHECKING

from compliance_cli.talk import Talk

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.progress import Progress as Line

STAGES = ("intake", "duties", "assess", "judge", "register", "report")
PATIENCE = 1.0
"""After how many seconds of work the moving line appears."""


class Progress:
    """The stages of an audit, or of other work, as they finish; the moving line goes away when the work is over."""

    def __init__(self, talk: Talk, stages: Sequence[str] = STAGES) -> None:
        self._talk, self._stages, self._stage = talk, stages, stages[0]
        self._lock, self._over = Lock(), False
        self._line: Line | None = None
        self._timer = Timer(PATIENCE, self._show)
        self._timer.daemon = True
        self._began = perf_counter()

    def __enter__(self) -> "Self":
        if self._talk.on_terminal and not self._talk.verbose:
            self._timer.start()
        return self

    def __exit__(self, kind: "type[BaseException] | None", error: object, trace: "TracebackType | None") -> None:
        self._timer.cancel()
        with self._lock:
            self._over = True
            if self._line:
                self._line.stop()

    def tell(self, stage: str, seconds: float) -> None:
        """A stage has finished; the next one begins."""
        self._talk.detail(f"stage {stage} {seconds:.3f}")
        following = self._stages[self._stages.index(stage) + 1 :] if stage in self._stages else ()
        with self._lock:
            self._stage = next(iter(following), "")
            if self._line:
                self._line.update(self._line.task_ids[0], description=self._stage)
        self._began = perf_counter()

    def working(self, says: str) -> None:
        """How far a long stage is."""
        self._talk.detail(says)
        with self._lock:
            self._stage = says
            if self._line:
                self._line.update(self._line.task_ids[0], description=says)

    def done(self, stage: str) -> None:
        """As `tell`, with the time since the stage before."""
        self.tell(stage, perf_counter() - self._began)

    def _show(self) -> None:
        from rich.console import Console  # noqa: PLC0415 only long work pays for it
        from rich.progress import Progress as Line  # noqa: PLC0415 as above
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 as above

        console = Console(stderr=True, no_color=not self._talk.colour)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with self._lock:
            if not self._over:
                self._line = Line(*columns, console=console, transient=True)
                self._line.add_task(self._stage)
                self._line.start()
