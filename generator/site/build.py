"""Builds the site: a project of zensical for each language, and beside them what both share."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from generator.ir import types as ir
from generator.render import charts
from generator.render.docs import DocsContext, contexts, example_files
from generator.render.markdown import html_code
from generator.render.templates import TEMPLATES, environment
from generator.vocabulary import Language

from .contents import list_of_pages, navigation

_FOLDER = TEMPLATES / "site"
_TEMPLATES = environment(_FOLDER, {})
_TOOL, _VIEWER = "zensical", "offapi"
_REDOC = "redoc.standalone.js"
_NOTICES = f"{_REDOC}.LICENSE.txt"
"""The name under which the program refers to its licenses."""
_PIPE = re.compile(r"`([^`\n]*\\\|[^`\n]*)`")
"""Code with a pipe in a table's cell: GitHub takes the backslash away, zensical shows it."""


class SiteError(Exception):
    """The site could not be built."""


def build_site(api: ir.Api, projections: Mapping[str, bytes], out: Path) -> None:
    """Build the site into a folder, which is emptied before.

    Raises:
        SiteError: The extra docs is not installed, or zensical refuses a page.
    """
    redoc = _redoc()
    languages = contexts(api)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for language, docs in languages.items():
            _build_language(docs, languages, work)
            viewer = _viewer(docs, languages, projections[f"openapi.{language}.json"].decode())
            _write(work / "site" / language / "openapi.html", viewer)
        shared = {**charts.files(), **example_files(), "llms.txt": list_of_pages(languages)}
        shared["index.html"] = _TEMPLATES.get_template("index.html.j2").render(names=_names(languages))
        shared["404.html"] = _TEMPLATES.get_template("404.html.j2").render(languages=languages)
        shared |= {path: content.decode() for path, content in projections.items()}
        shared |= {_REDOC: redoc, _NOTICES: (_FOLDER / _NOTICES).read_text(encoding="utf-8")}
        for path, text in shared.items():
            _write(work / "site" / path, text)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(work / "site", out)


def _redoc() -> str:
    """Return the program that shows OpenAPI, which has no way to send a request."""
    try:
        distribution(_TOOL)
        [file] = [file for file in distribution(_VIEWER).files or () if file.name == "redoc.js"]
    except PackageNotFoundError as error:
        raise SiteError(f"The site needs {error.name}: pip install -e '.[docs]'.") from None
    return Path(file.locate()).read_text(encoding="utf-8")


def _build_language(docs: DocsContext, languages: Mapping[Language, DocsContext], work: Path) -> None:
    """Build the pages of a language, and put the Markdown of each beside it."""
    # OpenAPI is beside the languages here, and one folder higher in generated/.
    pages = {path: body.replace("](../../openapi.", "](../openapi.") for path, body in docs.bodies()}
    source = work / docs.language
    _write(source / "site.css", (_FOLDER / "site.css").read_text(encoding="utf-8"))
    for path, body in pages.items():
        _write(source / path, _for_zensical(body))
    config = work / f"{docs.language}.toml"
    template = _TEMPLATES.get_template("zensical.toml.j2")
    theme = str(_FOLDER / "theme")
    _write(config, template.render(docs=docs, navigation=navigation(docs), names=_names(languages), theme=theme))
    done = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-m", _TOOL, "build", "--strict", "--config-file", str(config)],
        cwd=work,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )
    if done.returncode:
        raise SiteError(f"zensical did not build the pages in {docs.language}:\n{done.stdout}{done.stderr}")
    for path, body in pages.items():
        _write(work / "site" / docs.language / path, body)
    # Its links would lead to the root of a site in one language; a host takes the page of the whole site anyway.
    (work / "site" / docs.language / "404.html").unlink()


def _for_zensical(body: str) -> str:
    """Return the Markdown of a page as zensical reads it, and with links to what the site has of its own."""
    body = _PIPE.sub(lambda code: html_code(code[1].replace(r"\|", "|")), body)
    return re.sub(r"\]\(\.\./openapi\.[\w-]+\.json\)", "](openapi.html)", body)


def _viewer(docs: DocsContext, languages: Mapping[Language, DocsContext], openapi: str) -> str:
    """Return the page that shows the OpenAPI of a language; the JSON is part of it, so that it reads without a server."""
    document = json.loads(openapi)
    for tag in document.get("tags", ()):
        tag["x-displayName"] = tag.pop("description", tag["name"])
    text = json.dumps(document, ensure_ascii=False).replace("<", r"\u003c")
    template = _TEMPLATES.get_template("openapi.html.j2")
    return template.render(docs=docs, names=_names(languages), openapi=text, redoc=_REDOC)


def _names(languages: Mapping[Language, DocsContext]) -> dict[Language, str]:
    return {language: docs.strings.language for language, docs in languages.items()}


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
