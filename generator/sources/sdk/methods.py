"""Reads the methods of a wheel's REST clients from their syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.vocabulary import Endpoint

_TYPES = {"str": "STRING", "int": "LONG", "float": "DECIMAL", "bool": "BOOLEAN", "List": "ARRAY", "list": "ARRAY"}
"""The types of arguments, as pages name them; an `int` may be an INT or a LONG."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method."""

    name: str
    wire: str
    type: str
    enum: str | None
    """The class of its values."""
    required: bool
    line: int


@dataclass(frozen=True, slots=True)
class SdkMethod:
    """A method that sends one request."""

    name: str
    line: int
    endpoint: Endpoint
    arguments: tuple[Argument, ...]
    signed: int | None
    """The line that says that the request is signed."""
    response: str | None
    """The class of the response."""
    text: str
    text_line: int


class NotUnderstood(Exception):
    """A method is written in another way than those known; the message says what is missing."""


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the public methods of the classes of a module."""
    for node in tree.body:
        for part in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                yield part


def read_method(function: ast.FunctionDef) -> SdkMethod:
    """Read a method.

    Raises:
        NotUnderstood: It does not send one request whose method and path are written in it.
    """
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    sent = [_keywords(call) for call in calls if _name(call.func) == "send_request"]
    if len(sent) != 1:
        raise NotUnderstood(f"it calls send_request {len(sent)} times instead of once")
    method, path = (_text(sent[0].get(key)) for key in ("method", "path"))
    if not method or not path:
        raise NotUnderstood("its method and path are not written in its call of send_request")
    signed = sent[0].get("is_signed")
    document = function.body[0].value if isinstance(function.body[0], ast.Expr) else None
    return SdkMethod(
        name=function.name,
        line=function.lineno,
        endpoint=Endpoint(method, path),
        arguments=tuple(_arguments(function, calls)),
        signed=signed.lineno if isinstance(signed, ast.Constant) and signed.value is True else None,
        response=_name(sent[0].get("response_model")),
        text=_text(document) or "",
        text_line=document.lineno if document else function.lineno,
    )


def _arguments(function: ast.FunctionDef, calls: list[ast.Call]) -> Iterator[Argument]:
    raised = {_text(_keywords(call).get("field")) for call in calls if _name(call.func) == "RequiredError"}
    wires = _wire_names(function)
    given = function.args
    positional = [*given.posonlyargs, *given.args][1:]
    optional = (
        {argument.arg for argument in positional[len(positional) - len(given.defaults) :]} if given.defaults else set()
    )
    optional |= {argument.arg for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default}
    for argument in (*positional, *given.kwonlyargs):
        kind, enum = _type(argument.annotation)
        required = argument.arg in raised or argument.arg not in optional
        wire = wires.get(argument.arg, _camel(argument.arg))
        yield Argument(argument.arg, wire, kind, enum, required, argument.lineno)


def _wire_names(function: ast.FunctionDef) -> Mapping[str, str]:
    """Return under which key of a dictionary each argument is sent; the client writes the keys in camel case."""
    return {
        value.id: _camel(key.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Name)
    }


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _type(annotation: ast.expr | None) -> tuple[str, str | None]:
    """Return the type of an annotation and the class of its values: the outermost one that is no `Optional` or `Union`."""
    for node in ast.walk(annotation) if annotation else ():
        name = _name(node)
        if name in _TYPES:
            return _TYPES[name], None
        if name and name.endswith("Enum"):
            return "ENUM", name
    return "", None


def _keywords(call: ast.Call) -> Mapping[str | None, ast.expr]:
    return {keyword.arg: keyword.value for keyword in call.keywords}


def _name(node: ast.AST | None) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
