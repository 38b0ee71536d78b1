"""`python -m generator site`: build the documentation as a website, and serve it to this machine if asked to."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from generator.console import SPEC, relative
from generator.ir.build import build
from generator.openapi.load import load_file
from generator.openapi.problems import SpecError
from generator.render.projections import projections

from .build import SiteError, build_site

_OUT = SPEC.parents[1] / "site"
_HOST = "127.0.0.1"
_BUILT, _ERROR = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = "Exit codes: 0 the site is built, 2 the spec or the site has an error. It needs the extra docs."
    parser.add_argument("--spec", type=Path, default=SPEC, metavar="FILE", help="the spec (default: spec/binance.yaml)")
    parser.add_argument("--out", type=Path, default=_OUT, metavar="DIR", help="the folder of the site (default: site)")
    parser.add_argument("--serve", action="store_true", help="then serve it to this machine, until interrupted")
    parser.add_argument("--port", type=int, default=8000, help="the port to serve it at (default: 8000)")


def run(options: argparse.Namespace) -> int:
    """Build the site, and return the exit code."""
    try:
        document = load_file(options.spec, relative(options.spec))
        api = build(document)
        build_site(api, projections(document.data, api), options.out)
    except (SpecError, SiteError) as error:
        sys.stderr.write(f"{error}\n")
        return _ERROR
    sys.stdout.write(f"{relative(options.out)} has the site.\n")
    if options.serve:
        _serve(options.out, options.port)
    return _BUILT


def _serve(folder: Path, port: int) -> None:
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer((_HOST, port), handler) as server:
        sys.stdout.write(f"It is served at http://{_HOST}:{server.server_port}/\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
