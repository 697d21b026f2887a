"""The least that any reader of a world must do: take up every column of every table, and hash it.

python bench/bare_read.py build/world
"""

import argparse
from pathlib import Path

import duckdb


def main() -> None:
    """Print a digest of each table's values."""
    parser = argparse.ArgumentParser(description="Read every column of every table of a world.")
    parser.add_argument("world", type=Path, help="folder made by fixtures/generate.py")
    parser.add_argument("--memory-limit", default="1GB", help="as DuckDB writes it")
    asked = parser.parse_args()
    connection = duckdb.connect(config={"memory_limit": asked.memory_limit})
    for path in sorted(asked.world.glob("*.parquet")):
        table = connection.read_parquet(str(path))
        columns = ", ".join(f'"{column}"' for column in table.columns)
        print(path.stem, table.aggregate(f"bit_xor(hash({columns}))").fetchall()[0][0])


if __name__ == "__main__":
    main()
