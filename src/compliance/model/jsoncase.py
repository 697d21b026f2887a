"""What register and report tell alike of findings and incidents, as JSON; they differ in its spaces and figures."""

from collections.abc import Callable
from decimal import Decimal
from json.encoder import encode_basestring as quoted

from compliance.model.finding import RecordRef, Window
from compliance.model.incident import Hearing, Limitation, Measure, Step
from compliance.model.jsonparts import NULL, Layout, Once, listed, moment, text, truth


class Alike:
    """These parts with one spacing: `between` members and `after` a name. What many have in common is written once.

    `figure` writes an amount: the report as a number, the register as a text that no reader rounds.
    """

    def __init__(self, figure: Callable[[Decimal | None], str], between: str = ", ", after: str = ": ") -> None:
        def layout(names: str) -> Layout:
            return Layout(names.split(), between, after)

        self._figure = figure
        self._step = layout("factor from to because")
        self._measure = layout(
            "measure liability basis ceiling capped proposed allowed decided_by last_day lapses source verified because"
        )
        self._limitation = layout("discovered last_day discovered_by arithmetic expired")
        self._hearing = layout("state asked due answered missing")
        self._window = layout("from to")
        self._record = layout("table key")
        self.steps: Once[tuple[Step, ...]] = Once(lambda steps: listed(map(self.step, steps), between))
        self.measures: Once[tuple[Measure, ...]] = Once(lambda told: listed(map(self.measure, told), between))
        self.limitations: Once[Limitation] = Once(self.limitation)
        self.hearings: Once[Hearing] = Once(self.hearing)

    def step(self, step: Step) -> str:
        """A step of a grade."""
        parts = {"factor": step.factor, "from": step.start, "to": step.end, "because": step.because}
        return self._step.of({name: text(part) for name, part in parts.items()})

    def limitation(self, limits: Limitation) -> str:
        """Until when there may be measures."""
        return self._limitation.of(
            {
                "discovered": moment(limits.discovered),
                "last_day": moment(limits.last_day),
                "discovered_by": text(limits.discovered_by),
                "arithmetic": text(limits.arithmetic),
                "expired": truth(limits.expired),
            },
        )

    def measure(self, measure: Measure) -> str:
        """A measure that may be proposed."""
        return self._measure.of(
            {
                "measure": text(measure.measure),
                "liability": text(measure.liability),
                "basis": text(measure.basis),
                "ceiling": text(measure.ceiling),
                "capped": truth(measure.capped),
                "proposed": self._figure(measure.proposed),
                "allowed": self._figure(measure.allowed),
                "decided_by": text(measure.decided_by),
                "last_day": moment(measure.last_day),
                "lapses": text(measure.lapses),
                "source": text(measure.source),
                "verified": truth(measure.verified),
                "because": text(measure.because),
            },
        )

    def hearing(self, heard: Hearing) -> str:
        """What became of the right to be heard."""
        return self._hearing.of(
            {
                "state": text(heard.state),
                "asked": moment(heard.asked),
                "due": moment(heard.due),
                "answered": moment(heard.answered),
                "missing": text(heard.missing),
            },
        )

    def window(self, window: Window | None) -> str:
        """A window by its two ends, or null."""
        return NULL if window is None else self._window.of({"from": moment(window.start), "to": moment(window.end)})

    def record(self, ref: RecordRef | None) -> str:
        """A record by its table and key, or null."""
        return NULL if ref is None else self._record.of({"table": quoted(ref.table), "key": quoted(ref.key)})
