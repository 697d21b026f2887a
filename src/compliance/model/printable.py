"""Text that other people wrote, made fit to stand on one line of a terminal or a log."""


def printable(text: str) -> str:
    """The text on one line with control and invisible characters spelled out, so that data can't steer a terminal."""
    return text if text.isprintable() else "".join(map(_seen, text))


def _seen(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode("ascii")
