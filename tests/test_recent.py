from compliance.recent import Recent


def test_an_answer_is_worked_out_once_until_others_were_asked_for_since() -> None:
    worked_out: list[str] = []

    def answer(asked: str) -> str:
        worked_out.append(asked)
        return asked.upper()

    recent = Recent[str](2)
    told = [recent.once(asked, lambda asked=asked: answer(asked)) for asked in "abacab"]  # type: ignore[misc]
    assert told == list("ABACAB")
    assert worked_out == ["a", "b", "c", "b"], "`b` was asked for least lately when `c` came"
