"""What may go wrong in judging that no user can mend: each says the case and what was answered."""

from collections.abc import Iterable, Mapping

from compliance.judgement.fields import Facts


class JudgementFailed(Exception):  # noqa: N818 said of the stage, as UserError is of the user
    """A case could not be judged at all; our own fault."""

    def __init__(self, case: str, reason: str) -> None:
        self.case = case
        super().__init__(f"case {case} could not be judged: {reason}")


class JudgesDisagree(Exception):  # noqa: N818 as JudgementFailed
    """The two judges answer one case differently, so neither is believed; our own fault."""

    def __init__(self, case: str, facts: Facts, durable: Iterable[str], plain: Iterable[str]) -> None:
        self.case = case
        super().__init__(
            f"the two judges disagree on case {case} ({_told(facts)}): "
            f"durable-rules applies {_listed(durable)}; the plain judge applies {_listed(plain)}"
        )


class NotPlain(Exception):  # noqa: N818 as JudgementFailed
    """A fact is not what its field promises; durable-rules would match it all the same, and wrongly."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        super().__init__(f"fact {field} is {value!r} ({type(value).__name__}), where {wanted} belongs")


def _told(facts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in facts.items()) or "no facts are asked for"


def _listed(rules: Iterable[str]) -> str:
    return ", ".join(sorted(rules)) or "no rule"
