"""From the spec file to a document that is valid OpenAPI, in the part of it that is supported, with every $ref leading somewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import jsonschema_rs
from openapi_spec_validator import OpenAPIV31SpecValidator

from .document import Document, read
from .grammar import DATA_KEYS, Kind, objects
from .problems import Path, Problem, SpecError, hint, listed

EXTENSIONS = FilePath(__file__).parent.parent / "spec" / "extensions.schema.json"


def load(file: FilePath, shown: str) -> Document:
    """Read the spec and note every mistake that can be found without knowing what it means.

    Args:
        file: The YAML file.
        shown: Its name in messages.

    Raises:
        SpecError: The file cannot be read, or is not a YAML mapping.
    """
    try:
        source = file.read_bytes()
    except OSError as error:
        raise SpecError([Problem.at_start(shown, f"the file cannot be read: {error.strerror}.")]) from None
    document = read(shown, source)
    if not isinstance(document.data, dict):
        document.at((), "an OpenAPI document is a mapping that begins with openapi: 3.1.0.")
        document.stop_on_problems()
    _check_keys(document)
    dangling = _check_references(document)
    _check_openapi(document, resolve=not dangling)
    return document


def _check_keys(document: Document) -> None:
    for path, kind, node in objects(document.data):
        for key in node:
            if key.startswith("x-"):
                _check_extension(document, (*path, key), kind, node[key])
            elif key not in kind.keys and kind.name != "path":
                instead = kind.instead.get(key, f"allowed: {listed(kind.keys, at_most=30)}")
                sentence = f"{key} is not supported in a {kind.name}; {instead}.{hint(key, kind.keys)}"
                document.at_key((*path, key), sentence)
            elif kind.name == "path" and key not in kind.keys:
                instead = kind.instead.get(key, f"allowed: {listed(kind.keys)}")
                document.at_key((*path, key), f"{key} is not supported in a path; {instead}.")


def _check_extension(document: Document, path: Path, kind: Kind, value: object) -> None:
    key = str(path[-1])
    known = _extensions()
    if key not in known:
        document.at_key(path, f"{key} is not a known key; known: {listed(known, at_most=30)}.{hint(key, known)}")
        return
    allowed, validator = known[key]
    if kind.name not in allowed:
        document.at_key(path, f"{key} does not belong in a {kind.name}; it goes on: {listed(allowed)}.")
        return
    for error in validator.iter_errors(value):
        document.at((*path, *error.instance_path), f"{key}: {_sentence(error.message)}")


@cache
def _extensions() -> Mapping[str, tuple[list[str], jsonschema_rs.Draft202012Validator]]:
    schema = json.loads(EXTENSIONS.read_text(encoding="utf-8"))
    return {
        key: (each["x-allowed-on"], jsonschema_rs.Draft202012Validator({**each, "$defs": schema["$defs"]}))
        for key, each in schema["properties"].items()
    }


def _references(data: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(data, dict):
        if "$ref" in data:
            yield (*path, "$ref"), data["$ref"]
        for key, value in data.items():
            if key not in DATA_KEYS and not key.startswith("x-"):
                yield from _references(value, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _references(item, (*path, index))


def _check_references(document: Document) -> bool:
    dangling = False
    for path, reference in list(_references(document.data)):
        if problem := _reference_problem(document.data, reference):
            document.at(path, problem)
            dangling = True
    return dangling


def _reference_problem(data: dict[str, Any], reference: object) -> str | None:
    if not isinstance(reference, str) or not reference.startswith("#/components/"):
        return f"$ref is {reference!r}; it must be text that begins with #/components/."
    followed: list[str] = []
    while True:
        if reference in followed:
            return f"{reference} leads in a circle."
        followed.append(reference)
        *group, name = reference.removeprefix("#/").split("/")
        node: Any = data
        for key in group:
            node = node.get(key) if isinstance(node, dict) else None
        if not isinstance(node, dict) or name not in node:
            known = listed(node) if isinstance(node, dict) else "none"
            return f"{reference} leads nowhere; {'/'.join(group)} has: {known}.{hint(name, node or ())}"
        target = node[name]
        if not isinstance(target, dict) or "$ref" not in target:
            return None
        reference = str(target["$ref"])


def _check_openapi(document: Document, *, resolve: bool) -> None:
    version = document.data.get("openapi")
    if not isinstance(version, str) or not version.startswith("3.1."):
        document.at(("openapi",), f"openapi is {version!r}; this generator reads OpenAPI 3.1: write openapi: 3.1.0.")
        return
    # Resolving needs every $ref to lead somewhere; without, the structure is checked alone.
    if resolve and not document.problems:
        errors = OpenAPIV31SpecValidator(document.data).iter_errors()
    else:
        errors = OpenAPIV31SpecValidator.schema_validator.iter_errors(document.data)
    found = [(tuple(error.absolute_path), _sentence(error.message)) for error in errors]
    known = {problem.place for problem in document.problems}
    for path, sentence in found:
        if not any(document.place(path[:length]) in known for length in (len(path), len(path) + 1)):
            document.at(path, f"this is not valid OpenAPI: {sentence}")


def _sentence(message: str) -> str:
    text = " ".join(message.split())
    text = text if len(text) <= 300 else f"{text[:140]} ... {text[-140:]}"  # noqa: PLR2004 - a line that can be read
    return text if text.endswith(".") else f"{text}."
