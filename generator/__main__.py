"""Generate the package and its documentation from the spec, and compare the spec with earlier states and with Binance's pages."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from generator.console import Parser, choices

_FAILED = 70
_NOBODY_READS = 141
"""As shells show a program that ends by the signal for it."""

COMMANDS: Mapping[str, tuple[str, str]] = {
    "generate": ("generator.render.command", "write generated/ from the spec (what runs without a command)"),
    "check": ("generator.render.command", "write nothing, and list the files that would change: generate --check"),
    "diff": ("generator.diff.command", "list what changed in the spec, and the version that it asks for"),
    "drift": ("generator.drift.command", "compare Binance's pages with the spec, and update it from them"),
    "site": ("generator.site.command", "build the documentation as a website"),
    "import": ("generator.importer.command", "draft an endpoint from its pages"),
}
"""The module of each subcommand, which has `add_arguments` and `run`, and its help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")):
        arguments = ["generate", *arguments]
    elif arguments[0] == "check":
        arguments = ["generate", "--check", *arguments[1:]]
    parser = Parser(
        prog="python -m generator",
        description=__doc__,
        epilog="Each command has a --help of its own. An error of the generator itself ends with exit code 70.",
    )
    if arguments[0] not in COMMANDS and not arguments[0].startswith("-"):
        parser.error(f"there is no command {arguments[0]!r}; allowed: {choices(arguments[0], COMMANDS)}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    parsers = {name: commands.add_parser(name, help=text) for name, (_, text) in COMMANDS.items()}
    module: Any = None
    # Only the module of the command that runs is imported.
    if arguments[0] in COMMANDS:
        module = _complete(parsers[arguments[0]], *COMMANDS[arguments[0]])
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        parsers[arguments[0]].refuse(unknown[0])
    code: int = module.run(options)
    return code


def _complete(parser: Parser, path: str, text: str) -> Any:
    """Give the parser of a command its arguments, and return the command's module."""
    module: Any = import_module(path)
    parser.description = f"{text[0].upper()}{text[1:]}."
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    module.add_arguments(parser)
    return module


def run() -> int:
    """Run the command line; an error of the generator itself has an exit code of its own, as 1 is an answer."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read it wants no more. What is left in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS
    except Exception:  # noqa: BLE001 - whatever it is, it is printed
        traceback.print_exc()
        return _FAILED
    return code


if __name__ == "__main__":
    # A command keeps nearly all that it makes until it ends.
    gc.disable()
    sys.exit(run())
