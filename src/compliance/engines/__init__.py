"""Engines run queries over tables and answer Arrow: DuckDB in this process; others fit the same seam."""
