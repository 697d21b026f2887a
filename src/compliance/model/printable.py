"""Text that other people wrote, made fit to stand on one line of a terminal or a log."""

from json import dumps


def printable(text: str) -> str:
    """The text on one line with control and invisible characters spelled out, so that data can't steer a terminal."""
    return text if text.isprintable() else "".join(map(_seen, text))


def in_lines(text: str) -> str:
    """The same of a text that has lines of its own."""
    return "\n".join(map(printable, text.split("\n")))


def unseen_as_blanks(text: str) -> str:
    """The text with a blank for each such character, where a caret below counts them."""
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)


def in_json(text: str) -> str:
    """JSON with JSON's own escapes for such characters: it means what it did, and no terminal obeys it."""
    return text if text.isprintable() else "\n".join(map(_escaped, text.split("\n")))


def _escaped(line: str) -> str:
    return line if line.isprintable() else "".join(each if each.isprintable() else dumps(each)[1:-1] for each in line)


def _seen(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode("ascii")
