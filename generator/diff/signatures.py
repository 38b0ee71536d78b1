"""The Python signatures of the client's methods, as they are generated."""

from __future__ import annotations

from typing import NamedTuple

from generator.ir import types as ir


class SignatureChange(NamedTuple):
    """The signature of one method before and after; `None` where there was or is no such method."""

    old: str | None
    new: str | None


def signature(operation: ir.Operation | None) -> str | None:
    """Return how a method is declared, in one line, without `self`."""
    if operation is None:
        return None
    arguments = ", ".join(
        f"{parameter.argument}: {parameter.annotation}{'' if parameter.required else ' | None = None'}"
        for parameter in operation.parameters
    )
    return f"{operation.name}({f'*, {arguments}' if arguments else ''}) -> {operation.result.name}"
