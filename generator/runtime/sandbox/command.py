"""The sandbox's command line: the demo, or a server until a signal comes."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import get_args

from .control import ROOT
from .core import Sandbox
from .failures import FailureKind

_LARGEST_PORT = 65_535


def main(sandbox: Sandbox, demo: Callable[[], None], arguments: Sequence[str] | None = None) -> int:
    """Run the command line, which is the demo where no port is given, and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m binance_transfers.sandbox",
        description="Makes one call of every operation against a sandbox; with --port, lets others call it over HTTP.",
        epilog=f"While it serves, GET {ROOT} lists the paths that control it. POST {ROOT}/failures lets calls fail; "
        f"the kinds are: {', '.join(kind for kind in get_args(FailureKind) if kind != 'no_connection')}.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=_port, metavar="N", help="serve on this port; 0: a free one")
    parser.add_argument("--host", metavar="ADDRESS", help="the address to serve on (default: 127.0.0.1)")
    options = parser.parse_args(arguments)
    if options.port is None:
        if options.host is not None:
            parser.error("--host is of use together with --port only.")
        demo()
        return 0
    try:
        from .server import serve  # noqa: PLC0415 - an extra
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "uvicorn":
            raise
        print("The server needs the extra `sandbox`: pip install 'binance-transfers[sandbox]'.", file=sys.stderr)
        return 1
    return serve(sandbox, options.host or "127.0.0.1", options.port)


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > _LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, which is a whole number from 0 to {_LARGEST_PORT}.")
    return int(text)
