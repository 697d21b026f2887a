"""Packed CSV and JSON Lines: read as if they were not, and refused where they are not whole."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pytest
from tests.workspace.taken import problems, take_in

Pack: TypeAlias = Callable[[bytes], bytes]


def zstd(text: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(text, asbytes=True))


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstd), ("GZ", gzip.compress)])
@pytest.mark.parametrize("extra", [b"", b"\n3\n"], ids=["by the engine", "by the letter"])
def test_packed_csv_is_read_like_its_text(tmp_path: Path, ending: str, pack: Pack, extra: bytes) -> None:
    text = b"k,n\n1,1\n2,x\n" + extra
    source = f"t.csv.{ending}"
    taken = take_in(tmp_path, f"t: {{source: {source}, key: k, types: {{n: integer}}}}", {source: pack(text)})
    assert taken.rows("t") == [("1", 1)]
    told = (f'{source}:3: n: "x" is not an integer', f"{source}:5: too few cells: 3")
    assert taken.account("t").rejects == told[: 1 + bool(extra)]


def test_packed_files_of_many_parts_are_read_to_the_end(tmp_path: Path) -> None:
    first = "k,n\n" + "".join(f"{each},{each}\n" for each in range(5000))
    parts = [first.encode(), b"5000,5000\n", b"5001,x\n"]
    taken = take_in(
        tmp_path,
        "a: {source: a.csv.gz, key: k, types: {n: integer}}\nb: {source: b.csv.zst, key: k, types: {n: integer}}",
        {"a.csv.gz": b"".join(map(gzip.compress, parts)), "b.csv.zst": b"".join(map(zstd, parts))},
    )
    assert taken.account("a").rejects == ('a.csv.gz:5003: n: "x" is not an integer',)
    assert taken.account("b").rejects == ('b.csv.zst:5003: n: "x" is not an integer',)
    assert (taken.account("a").accepted, taken.account("b").accepted) == (5001, 5001)


def test_packed_files_by_a_pattern_each_row_with_its_own_file(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "t: {source: 'log/*.tsv.gz', key: k, types: {n: integer}}",
        {"log/a.tsv.gz": gzip.compress(b"k\tn\n1\t1\n"), "log/b.tsv.gz": gzip.compress(b"n\tk\nx\t2\n3\t3\n")},
    )
    assert taken.rows("t") == [("1", 1), ("3", 3)]
    assert taken.account("t").rejects == ('log/b.tsv.gz:2: n: "x" is not an integer',)


def test_packed_text_in_another_encoding(tmp_path: Path) -> None:
    manifest = "t: {source: t.csv.gz, key: k, encoding: cp1251}"
    taken = take_in(tmp_path, manifest, {"t.csv.gz": gzip.compress("k,имя\n1,Жанна\n2\n".encode("cp1251"))})
    assert taken.rows("t") == [("1", "Жанна")]
    assert taken.account("t").rejects == ("t.csv.gz:3: too few cells: 2",)


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstd)])
def test_packed_json_lines(tmp_path: Path, ending: str, pack: Pack) -> None:
    source = f"t.jsonl.{ending}"
    taken = take_in(tmp_path, f"t: {{source: {source}, key: k}}", {source: pack(b'{"k": "a", "n": 1}\n{"k": \n')})
    assert taken.rows("t") == [("a", 1)]
    assert taken.account("t").rejects == (f'{source}:2: not readable as JSON: {{"k": ',)


def broken(packed: bytes, at: int) -> bytes:
    return packed[:at] + bytes([packed[at] ^ 0xFF]) + packed[at + 1 :]


TEXT = b"k,n\n" + b"".join(b"%d,%d\n" % (each, each * 7919 % 1000) for each in range(2000))


@pytest.mark.parametrize(
    ("source", "content", "told", "advice"),
    [
        pytest.param(
            "t.csv.gz",
            gzip.compress(TEXT)[:-900],
            "t.csv.gz is damaged: it can't be unpacked to its end",
            "fetch it again, or pack it anew",
            id="an archive that was cut off",
        ),
        pytest.param(
            "t.csv.gz",
            broken(gzip.compress(TEXT), -6),
            "t.csv.gz is damaged: it can't be unpacked to its end",
            "fetch it again, or pack it anew",
            id="an archive whose checksum is not that of its text",
        ),
        pytest.param(
            "t.csv.zst",
            zstd(TEXT)[:-900],
            "t.csv.zst is damaged: it can't be unpacked to its end",
            "fetch it again, or pack it anew",
            id="another that was cut off",
        ),
        pytest.param(
            "t.jsonl.gz",
            broken(gzip.compress(b'{"k": 1}\n' * 900), -6),
            "t.jsonl.gz is damaged: it can't be unpacked to its end",
            "fetch it again, or pack it anew",
            id="JSON Lines too",
        ),
        pytest.param(
            "t.csv.gz",
            TEXT,
            "t.csv.gz is not a gzip file, whatever its name says",
            "check what was exported",
            id="text that was never packed",
        ),
        pytest.param(
            "t.csv.zst",
            gzip.compress(TEXT),
            "t.csv.zst is not a zstd file, whatever its name says",
            "check what was exported",
            id="packed otherwise",
        ),
        pytest.param(
            "t.jsonl.gz",
            gzip.compress(b'[{"a": 1},\n{"a": 2}]\n'),
            "t.jsonl.gz is one JSON array",
            "write one object on each line: JSON Lines",
            id="a packed array",
        ),
    ],
)
def test_an_archive_that_is_damaged_or_none(
    tmp_path: Path, source: str, content: bytes, told: str, advice: str
) -> None:
    assert problems(tmp_path, f"t: {source}", {source: content}) == (
        f"compliance.yaml:3:6: {told}\n    t: {source}\n       {'^' * len(source)}\n  help: {advice}"
    )
