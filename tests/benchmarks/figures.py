"""The figures of a benchmark: printed as a table, and kept in the file from which the documentation draws them."""

from __future__ import annotations

import json
import platform
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeAlias

Table: TypeAlias = Mapping[str, Mapping[str, float]]
"""The figures of each row, by the name of their column."""
COMPARED = ("binance-transfers", "httpx", "httpx2", "binance-sdk-wallet", "python-binance", "ccxt")


def arguments(description: str) -> ArgumentParser:
    """Return the parser of the arguments that every benchmark has."""
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="a file to keep the figures in, beside those of others"
    )
    return parser


def report(name: str, unit: str, tables: Mapping[str, Table], file: Path | None) -> None:
    """Print the tables, and keep them in the file under the benchmark's name."""
    for title, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        sys.stdout.write(_row([f"{title}, {unit}", *columns]) + _row(["---", *["---:"] * len(columns)]))
        for row, figures in rows.items():
            sys.stdout.write(
                _row([row, *(f"{figures[column]:.0f}" if column in figures else "" for column in columns)])
            )
        sys.stdout.write("\n")
    if file is not None:
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        kept[name] = {
            "date": datetime.now(UTC).date().isoformat(),
            "python": platform.python_version(),
            "versions": dict(_versions()),
            "unit": unit,
            "tables": tables,
        }
        file.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _versions() -> Iterable[tuple[str, str]]:
    """Yield the libraries that can be compared and are installed, with their versions."""
    for name in COMPARED[1:]:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
