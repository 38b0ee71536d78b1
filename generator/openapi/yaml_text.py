"""Writes values as YAML text, the way that a spec is written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from .document import read
from .problems import SpecError

_TEXT = "tag:yaml.org,2002:str"
_WIDTH = 118
_SIMPLE = re.compile(r"[A-Za-z_/$][A-Za-z0-9_/.-]*")
_SHORT = {"\n": r"\n", "\t": r"\t", "\r": r"\r", '"': r"\"", "\\": r"\\"}


class Flow(dict[str, Any]):
    """A mapping that stands in braces on one line, where it fits there."""


class FlowList(list[Any]):
    """A list that stands in brackets on one line, where it fits there."""


def block(value: object, indent: int) -> list[str]:
    """Return the lines of a value whose first column is `indent`; the first line is indented too."""
    if _is_filled(value) and not _on_one_line(value, indent):
        return _opened(value, indent)
    return [" " * indent + flow(value, in_flow=False)]


def flow(value: object, *, in_flow: bool = True) -> str:
    """Return a value as text on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return scalar(value, in_flow=in_flow)


def scalar(value: object, *, style: str | None = None, in_flow: bool = True) -> str:
    """Return a scalar as text on one line, in the style that it had or else with quotes only where they are needed."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not isinstance(value, str):
        return str(value)
    if style == '"' or not value.isprintable():
        return '"' + "".join(_escaped(each) for each in value) + '"'
    if style == "'" or not _can_be_plain(value, in_flow=in_flow):
        return "'" + value.replace("'", "''") + "'"
    return value


def _is_filled(value: object) -> bool:
    return isinstance(value, (Mapping, list, tuple)) and bool(value)


def _on_one_line(value: object, start: int) -> bool:
    return isinstance(value, (Flow, FlowList)) and start + len(flow(value)) <= _WIDTH


def _opened(value: Any, indent: int) -> list[str]:
    if isinstance(value, Mapping):
        return [line for key, each in value.items() for line in _pair(key, each, indent)]
    return [line for each in value for line in _item(each, indent)]


def _pair(key: str, value: object, indent: int) -> list[str]:
    name = " " * indent + f"{scalar(key, in_flow=False)}:"
    if _is_filled(value) and not _on_one_line(value, len(name) + 1):
        return [name, *_opened(value, indent + 2)]
    return [f"{name} {flow(value, in_flow=False)}"]


def _item(value: object, indent: int) -> list[str]:
    first, *rest = block(value, indent + 2)
    return [f"{' ' * indent}- {first[indent + 2 :]}", *rest]


def _escaped(each: str) -> str:
    if each in _SHORT:
        return _SHORT[each]
    if each.isprintable():
        return each
    return f"\\U{ord(each):08X}"


def _can_be_plain(text: str, *, in_flow: bool) -> bool:
    """Return whether every reader of YAML, old or new, takes the text for itself without quotes.

    What begins with no letter is quoted too, as dates and the keys of responses are.
    """
    if not (text[:1].isalpha() or text[:1] in ("_", "/", "$")):
        return False
    if yaml.resolver.Resolver().resolve(yaml.ScalarNode, text, (True, False)) != _TEXT:  # type: ignore[no-untyped-call]
        return False
    if _SIMPLE.fullmatch(text):
        return True
    around = (("- {{k: {}}}\n- [{}]") if in_flow else "- k: {}\n- {}").format(text, text)
    return bool(_read(around) == [{"k": text}, [text] if in_flow else text])


def _read(text: str) -> Any:
    try:
        document = read("", text.encode())
    except SpecError:
        return None
    return None if document.problems else document.data
