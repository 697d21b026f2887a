"""A PostgreSQL address as a manifest writes it: no secret in it, what changes or must be kept secret by `${NAME}`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from compliance.yamldoc import Misplaced

SCHEMES = ("postgresql://", "postgres://")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_WHOLE = re.compile(r"\$\{\w+\}(::|$)")
_SECRET = re.compile(r"[?&](?:ssl)?password=([^&]*)")
_NAME = re.compile(r'(?:(?P<schema>"(?:[^"]|"")+"|[^".]+)\.)?(?P<table>"(?:[^"]|"")+"|[^".]+)')


def is_address(written: str) -> bool:
    """Whether this is an address of PostgreSQL, or a variable that holds one."""
    return written.startswith(SCHEMES) or _WHOLE.match(written) is not None


def split_address(written: str) -> tuple[str, str]:
    """The address and the name of its table; raises ValueError with one sentence and its place."""
    cut = written.rfind("::")
    if written.rfind("[") > written.rfind("]", 0, cut + 3 if cut >= 0 else None):
        cut = -1  # inside the brackets of an IPv6 address
    address, table = (written[:cut], written[cut + 2 :]) if cut >= 0 else (written, "")
    for begin, end in _secrets(address):
        if not _VARIABLE.fullmatch(address[begin:end]):
            advice = "leave it to PGPASSWORD or ~/.pgpass, or write ${NAME} for a variable that holds it"
            raise Misplaced(
                "a password does not belong into the manifest", help=advice, offset=begin, width=end - begin
            )
    if not _NAME.fullmatch(table):
        raise Misplaced("PostgreSQL needs the name of a table", help="end it with `::schema.table`")
    return address, table


def schema_and_table(name: str) -> tuple[str | None, str]:
    """The parts of a table's name, without their quotes; the schema is None where it is left to the server."""
    found = _NAME.fullmatch(name)
    parts = (found["schema"], found["table"]) if found else (None, name)
    schema, table = (part.strip('"').replace('""', '"') if part else None for part in parts)
    return schema, table or ""


def variables(address: str) -> Iterable[str]:
    """The names of the variables that an address refers to."""
    return _VARIABLE.findall(address)


def filled(address: str, values: Mapping[str, str]) -> str:
    """The address with the values of its variables: one that is the whole address as it is, parts of one escaped."""
    if whole := _VARIABLE.fullmatch(address):
        return values[whole[1]]
    return _VARIABLE.sub(lambda found: quote(values[found[1]], safe=""), address)


def secrets_open(address: str) -> bool:
    """Whether a password stands in the address itself, not in a variable that it names."""
    return any(not _VARIABLE.fullmatch(address[begin:end]) for begin, end in _secrets(address))


def place_of(address: str) -> str:
    """The address as reports show it: without user and options."""
    scheme, mark, rest = address.partition("://")
    host = rest.split("?")[0].rpartition("@")[2]
    return f"{scheme}{mark}{host}" if mark else address


def _secrets(address: str) -> Iterator[tuple[int, int]]:
    """Where passwords stand in an address."""
    begin = address.find("://") + 3
    user, at, _ = address[begin:].partition("?")[0].rpartition("@")
    name, colon, password = user.partition(":")
    if at and colon and password:
        start = begin + len(name) + 1
        yield start, start + len(password)
    yield from (found.span(1) for found in _SECRET.finditer(address) if found[1])
