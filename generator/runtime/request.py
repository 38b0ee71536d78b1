"""From arguments to the exact bytes of a request: checked, encoded once, signed as they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Generic
from urllib.parse import quote

import msgspec

from .errors import InvalidRequest
from .operation import Condition, Operation, Parameter, Result
from .short_repr import describe_type
from .signer import Signer
from .values import Refused, wire_texts

_RECV_WINDOW = "recvWindow"
_SIGNATURE = re.compile("[!-~]+")
_UNRESERVED = re.compile("[A-Za-z0-9_.~-]*")


class UnusableSignature(Exception):
    """A signer returned what cannot be sent; the message says why, and not what it returned."""


class Prepared(msgspec.Struct, Generic[Result], frozen=True):
    """A checked request that lacks only its timestamp and signature."""

    operation: Operation[Result]
    path: str
    query: str
    parameters: Mapping[str, object]
    """The parameters that will be sent, by wire name, for people to read."""

    @property
    def recv_window(self) -> int | None:
        """The milliseconds for which the request is valid, or `None` where it has no such limit."""
        limit = next((parameter for parameter in self.operation.parameters if parameter.name == _RECV_WINDOW), None)
        given = self.parameters.get(_RECV_WINDOW, limit and limit.default)
        return None if given is None else int(str(given))


def prepare(operation: Operation[Result], arguments: Mapping[str, object]) -> Prepared[Result]:
    """Check every rule of the operation, raise all that are broken, and encode the parameters.

    `arguments` holds the values by argument name, `None` for what is not given.
    """
    problems: list[str] = []
    texts: dict[str, list[str]] = {}
    for parameter in operation.parameters:
        value = arguments.get(parameter.argument)
        if value is None and not parameter.required:
            continue
        try:
            texts[parameter.name] = _given(parameter, value)
        except Refused as refusal:
            problems.append(f"{parameter.argument} {refusal} {_advice(operation, parameter, refusal)}".rstrip())
            texts[parameter.name] = []
    for condition in operation.conditions:
        if _is_broken(condition, texts):
            arguments_of = {parameter.name: parameter.argument for parameter in operation.parameters}
            given, other = arguments_of[condition.parameter], arguments_of[condition.other]
            problems.append(f"{given} must be given when {other} is {texts[condition.other][0]}.")
    problems += _broken_together(operation, texts)
    readable = {name: values[0] if len(values) == 1 else values for name, values in texts.items() if values}
    if problems:
        raise InvalidRequest(tuple(problems), operation=operation.name, parameters=readable)
    return Prepared(operation, _path(operation, texts), _query(operation, texts), readable)


def _given(parameter: Parameter, value: object) -> list[str]:
    if value is None:
        raise Refused("must be given.")
    texts = wire_texts(parameter, value)
    if parameter.location == "path" and not texts[0]:
        raise Refused("is empty, and the path needs it.")
    return texts


def _advice(operation: Operation[Any], parameter: Parameter, refusal: Refused) -> str:
    example = operation.example.get(parameter.argument) if refusal.needs_example else None
    return refusal.advice if example is None else f"An example is {example!r}."


def _is_broken(condition: Condition, texts: Mapping[str, list[str]]) -> bool:
    other = texts.get(condition.other, [])
    return condition.parameter not in texts and any(text in map(str, condition.values) for text in other)


def _broken_together(operation: Operation[Any], texts: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield what is wrong with values beside each other: some exclude each other, some lie too far apart."""
    if not operation.exclusive and operation.window is None:
        return
    arguments = {parameter.name: parameter.argument for parameter in operation.parameters}
    for rule in operation.exclusive:
        names = [arguments[name] for name in rule.parameters]
        given = [arguments[name] for name in rule.parameters if name in texts]
        if len(given) > 1:
            yield f"{' and '.join(given)} may not be given together; give one of {', '.join(names)}."
        elif rule.required and not given:
            yield f"one of {', '.join(names)} must be given."
    if window := operation.window:
        start, end = texts.get(window.start), texts.get(window.end)
        if start and end and int(end[0]) - int(start[0]) > window.milliseconds:
            yield f"{arguments[window.end]} is more than {window.days} days after {arguments[window.start]}."


def encode(text: str) -> str:
    """Percent-encode every byte outside `A-Za-z0-9-_.~`."""
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="")


def _path(operation: Operation[Any], texts: Mapping[str, list[str]]) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            text = texts[parameter.name][0]
            # A part of one or two dots means "here" or "up", unless its dots are encoded.
            part = text.replace(".", "%2E") if text in (".", "..") else encode(text)
            path = path.replace("{" + parameter.name + "}", part)
    return path


def _query(operation: Operation[Any], texts: Mapping[str, list[str]]) -> str:
    return "&".join(
        f"{encode(parameter.name)}={encode(text)}"
        for parameter in operation.parameters
        if parameter.location == "query"
        for text in texts.get(parameter.name, ())
    )


def target(prepared: Prepared[Any], signer: Signer | None, timestamp: int) -> bytes:
    """Return path and query as they are sent: for a signed operation with the timestamp, and the signature last."""
    query = prepared.query
    if signer is not None:
        query = f"{query}&timestamp={timestamp}" if query else f"timestamp={timestamp}"
        query = f"{query}&signature={encode(_signature(signer, query))}"
    return (f"{prepared.path}?{query}" if query else prepared.path).encode("ascii")


def _signature(signer: Any, payload: str) -> str:
    signature = signer.sign(payload.encode("ascii"))
    if isinstance(signature, str) and _SIGNATURE.fullmatch(signature):
        return signature
    given = "unusable text" if isinstance(signature, str) else f"an object {describe_type(signature)}"
    # Before anything is raised, so that no traceback local of ours holds it.
    del signature
    allowed = "it must return the signature as printable ASCII text (str) without blanks."
    raise UnusableSignature(f"the signer returned {given}; {allowed}")
