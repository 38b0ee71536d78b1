"""How long a regeneration takes as the spec grows: python tests/benchmarks/regeneration.py [OPERATIONS ...].

Each spec is made of copies of our own five operations with their models and enums under other names, and generated
by a process of its own into an empty folder. CPU seconds count that process and its children, from interpreter start
to exit.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SIZES = (5, 50, 350, 1000)


def grown(spec: dict[str, Any], operations: int) -> dict[str, Any]:
    """Return the spec with as many operations, models and enums as asked for."""
    result = {**spec, "paths": {}, "components": {**spec["components"], "schemas": {}}}
    schemas = spec["components"]["schemas"]
    paths = list(spec["paths"].items())
    for number in range(operations):
        copy, index = divmod(number, len(paths))
        url, item = paths[index]
        for name, schema in schemas.items():
            result["components"]["schemas"][f"{name}{copy}"] = _renamed(schema, copy)
        [(method, operation)] = _renamed(item, copy).items()
        operation["operationId"] += str(copy)
        result["paths"][f"{url}/{copy}"] = {method: operation}
    result["components"]["responses"] = _renamed(spec["components"]["responses"], 0)
    return result


def _renamed(node: Any, copy: int) -> Any:
    if isinstance(node, dict):
        return {
            key: f"{value}{copy}" if key == "$ref" and "/schemas/" in value else _renamed(value, copy)
            for key, value in node.items()
        }
    return [_renamed(item, copy) for item in node] if isinstance(node, list) else node


def measured(spec: dict[str, Any]) -> tuple[float, float, int]:
    """Return the CPU seconds, the seconds of a clock, and the kilobytes written, of one generation."""
    with tempfile.TemporaryDirectory() as name:
        file, out = Path(name) / "spec.yaml", Path(name) / "out"
        file.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-m", "generator", "--spec", str(file), "--out", str(out)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        written = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, end - start, written // 1024


def main() -> None:
    """Print a row for each size."""
    spec = yaml.safe_load((ROOT / "spec" / "binance.yaml").read_text(encoding="utf-8"))
    sys.stdout.write(
        "| operations | CPU s | wall s | CPU ms per operation | KiB written |\n|---:|---:|---:|---:|---:|\n"
    )
    for size in [int(argument) for argument in sys.argv[1:]] or SIZES:
        cpu, wall, written = measured(grown(spec, size))
        sys.stdout.write(f"| {size} | {cpu:.2f} | {wall:.2f} | {1000 * cpu / size:.1f} | {written} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
