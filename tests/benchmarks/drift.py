"""How long it takes to compare pages with the spec: python -m tests.benchmarks.drift.

The pages are written from the spec, in each format. A row has the milliseconds for one page, and the seconds of a
process of its own for 350 of them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generator.drift.compare import compare
from generator.ir.build import build
from generator.openapi.load import load_file
from generator.sources import read
from tests.sources.writer import FORMATS, LANGUAGES, Format, page_of, write

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec" / "binance.yaml"
PAGES, ROUNDS = 350, 20
ENDINGS = {"markdown": ".md", "text": ".txt", "html": ".html"}


def written(form: Format) -> list[bytes]:
    """Return every page of the spec in a format."""
    document = load_file(SPEC, "spec/binance.yaml")
    operations = [
        [page_of(document, operation, language) for language in LANGUAGES] for operation in build(document).operations
    ]
    if form == "markdown":
        return [write(form, *versions) for versions in operations]
    return [write(form, version) for versions in operations for version in versions]


def one_page(sources: list[bytes]) -> tuple[float, float]:
    """Return the mean and the longest time, in milliseconds, of reading a page and comparing it."""
    document = load_file(SPEC, "spec/binance.yaml")
    api = build(document)
    times = []
    for source in sources * ROUNDS:
        start = time.perf_counter()
        compare(document, api, [read("page", source)])
        times.append(1000 * (time.perf_counter() - start))
    return sum(times) / len(times), max(times)


def many_pages(form: Format, sources: list[bytes]) -> float:
    """Return the seconds of the command for a folder of many pages."""
    with tempfile.TemporaryDirectory() as name:
        for index in range(PAGES):
            (Path(name) / f"{index:03}{ENDINGS[form]}").write_bytes(sources[index % len(sources)])
        start = time.perf_counter()
        command = [sys.executable, "-m", "generator", "drift", name]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start


def main() -> None:
    """Print a row for each format."""
    sys.stdout.write(f"| format | ms per page | longest | s for {PAGES} pages |\n|---|---:|---:|---:|\n")
    for form in FORMATS:
        sources = written(form)
        mean, longest = one_page(sources)
        sys.stdout.write(f"| {form} | {mean:.1f} | {longest:.1f} | {many_pages(form, sources):.2f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
