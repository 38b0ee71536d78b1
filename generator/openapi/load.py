"""From the spec file to a document that is valid OpenAPI, in the part of it that is supported, with every $ref leading somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from generator.console import choices, join_names

from .document import Document, children, has_key, read
from .patterns import pattern_problem
from .problems import Problem, SpecError, SpecPath
from .schema_errors import compiled, fractions_for_integers, iter_errors, yaml_repr
from .supported import CHINESE, Kind, objects, texts

_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~-]+|\{[A-Za-z0-9._~-]+\}))+")
_COMPILED: dict[int, tuple[Mapping[str, Any], jsonschema_rs.Draft202012Validator]] = {}
"""The schema of each key that a spec may have, with what checks by it, by the schema's identity."""
GAP = "???"
"""How a text begins that stands where a person still has to write something."""
EXTENSIONS = Path(__file__).parents[2] / "spec" / "extensions.schema.json"


def load_file(file: Path, name: str) -> Document:
    """Read a spec from a file, as `load` does; `name` is its name in messages.

    Raises:
        SpecError: The file cannot be read, or is not a YAML mapping.
    """
    try:
        source = file.read_bytes()
    except OSError as error:
        raise SpecError([Problem.at_start(name, f"the file cannot be read: {error.strerror}.")]) from None
    return load(name, source)


def load(name: str, source: bytes) -> Document:
    """Read a spec, named so in messages, and note every error that can be found without knowing what it means.

    Raises:
        SpecError: It is not a YAML mapping.
    """
    document = read(name, source)
    if not isinstance(document.data, dict):
        document.error((), "an OpenAPI document is a mapping that begins with openapi: 3.1.0.")
        document.raise_errors()
    _check_gaps(document, (), document.data, frozenset(text.path for text in texts(document.data)))
    _check_version(document)
    for path, kind, node in objects(document.data):
        _check_keys(document, path, kind, node)
    for url, _ in children(document.data.get("paths")):
        if not _PATH.fullmatch(str(url)):
            allowed = "parts of ASCII letters, digits and -._~, or such a name in braces, each after a slash"
            document.error_at_key(("paths", url), f"the path {url!r} is not supported; allowed: {allowed}.")
    components = document.data.get("components", {})
    if not isinstance(components, dict) or not all(isinstance(group, dict) for group in components.values()):
        document.raise_errors()  # there is nothing that a $ref can lead to
    for path, kind, node in objects(document.data):
        if kind.components and not document.is_broken((*path, "$ref")):
            problem = _reference_problem(document.data, node.get("$ref"), kind.components)
            if problem:
                document.error((*path, "$ref"), problem)
    if not document.problems:
        _check_openapi(document)
    return document


def _check_gaps(document: Document, path: SpecPath, value: object, texts_at: frozenset[SpecPath]) -> None:
    """Note each gap; one in the place of a text leaves what has the text to be read."""
    if isinstance(value, str) and value.startswith(GAP):
        document.error(path, _gap(value), breaks=path not in texts_at and CHINESE not in path[-2:], kind="gap")
    for key, below in children(value):
        if str(key).startswith(GAP):
            document.error_at_key((*path, key), _gap(key), breaks=True, kind="gap")
        _check_gaps(document, (*path, key), below, texts_at)


def _gap(text: str) -> str:
    task = text.removeprefix(GAP).strip().removesuffix(".")
    return f"a gap is left to fill{f': {task}' if task else ''}. Write what belongs here in the place of {GAP}."


def _check_version(document: Document) -> None:
    version = document.data.get("openapi")
    if not str(version).startswith("3.1.") and not document.is_broken(("openapi",)):
        written = yaml_repr(version) if "openapi" in document.data else "missing"
        message = f"openapi is {written}; this generator reads OpenAPI 3.1: write openapi: 3.1.0."
        document.error(("openapi",), message)


def _check_keys(document: Document, path: SpecPath, kind: Kind, node: Mapping[str, Any]) -> None:
    for key, value in node.items():
        if key.startswith("x-"):
            _check_extension(document, (*path, key), kind, value)
        elif key in kind.keys:
            _check_value(document, (*path, key), kind.keys[key], value)
        else:
            instead = (
                f"{kind.instead[key]}." if key in kind.instead else f"allowed: {choices(key, kind.keys, at_most=30)}"
            )
            message = f"{key} is not supported in {_a(kind.name)}; {instead}"
            document.error_at_key((*path, key), message, breaks=kind.name == "schema")
    if kind.name == "schema" and (problem := pattern_problem(str(node.get("pattern", "")))):
        document.error((*path, "pattern"), problem)
    for key in kind.required:
        if key not in node and "$ref" not in node:
            document.error((*path, key), f"{_a(kind.name, 'the')} lacks {key}.")


def _check_value(document: Document, path: SpecPath, schema: Mapping[str, Any], value: object) -> None:
    for below in fractions_for_integers(schema, schema, value):
        document.error((*path, *below), f"{(*path, *below)[-1]} is written with a point; it must be a whole number.")
    known = _COMPILED.get(id(schema)) or _COMPILED.setdefault(id(schema), (schema, compiled(schema)))
    for below, message in iter_errors(schema, value, str(path[-1]), known[1]):
        if not document.is_broken((*path, *below)):
            document.error((*path, *below), message)


def _a(kind: str, article: str = "") -> str:
    if kind in ("root", "info", "components"):
        return "the document" if kind == "root" else kind
    return f"{article or ('an' if kind[0] in 'aeiou' else 'a')} {kind}"


def _check_extension(document: Document, path: SpecPath, kind: Kind, value: object) -> None:
    key, known = str(path[-1]), _extensions()
    if key not in known:
        document.error_at_key(path, f"{key} is not a known key; known: {choices(key, known, at_most=30)}")
    elif kind.name not in (allowed := known[key]["x-allowed-on"]):
        document.error_at_key(path, f"{key} does not belong in {_a(kind.name)}; it goes on: {join_names(allowed)}.")
    else:
        _check_value(document, path, known[key], value)


@cache
def _extensions() -> Mapping[str, Mapping[str, Any]]:
    schema = json.loads(EXTENSIONS.read_text(encoding="utf-8"))
    return {key: {**value, "$defs": schema["$defs"]} for key, value in schema["properties"].items()}


def _reference_problem(data: Mapping[str, Any], target: object, group: str) -> str | None:
    start, known = f"#/components/{group}/", data.get("components", {}).get(group, {})
    followed: list[str] = []
    while isinstance(target, str):
        name = target.removeprefix(start)
        if not target.startswith(start):
            return f"$ref is {target!r}; here it must begin with {start}."
        if target in followed:
            return f"{target} leads in a circle."
        if name not in known:
            return f"{target} leads nowhere; {start[2:-1]} has: {choices(name, known)}"
        followed.append(target)
        target = known[name].get("$ref") if isinstance(known[name], dict) else None
    return None


def _check_openapi(document: Document) -> None:
    """Check by OpenAPI's own schema too; its errors are used where the checks above find none."""
    _check_defaults(document)
    for error in _openapi().iter_errors(document.data):
        first = error.message.partition("\n")[0].removesuffix(".")
        document.fallback_error(tuple(error.instance_path), f"this is not valid OpenAPI: {first}.")


@cache
def _openapi() -> jsonschema_rs.Draft202012Validator:
    # The package that has the schema is not imported: that takes a quarter of the time of generating ours.
    package = find_spec("openapi_spec_validator")
    [folder] = (package and package.submodule_search_locations) or [""]
    schema = json.loads(Path(folder, "resources", "schemas", "v3.1", "schema.json").read_bytes())
    return jsonschema_rs.Draft202012Validator(schema)


def _check_defaults(document: Document) -> None:
    """Note each default that does not fit its schema."""
    for path, kind, node in objects(document.data):
        if kind.name == "schema" and "default" in node:
            # Most schemas lead nowhere, and components are many.
            schema = {**node, "components": document.data.get("components", {})} if has_key(node, "$ref") else node
            with suppress(jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):  # the schema is not valid
                for below, message in iter_errors(schema, node["default"], "default"):
                    document.fallback_error((*path, "default", *below), message)
