"""The Python signatures of the client's methods, as they are generated."""

from __future__ import annotations

from typing import NamedTuple

from generator.ir import types as ir


class SignatureChange(NamedTuple):
    """The signature of one method before and after; `None` where there was or is no such method."""

    old: str | None
    new: str | None


def signature(operation: ir.Operation) -> str:
    """Return how a method is declared, in one line, without `self`."""
    arguments = ", ".join(
        f"{each.argument}: {each.annotation}{'' if each.required else ' | None = None'}"
        for each in operation.parameters
    )
    return f"{operation.name}({f'*, {arguments}' if arguments else ''}) -> {operation.result.name}"


def changed(pairs: list[tuple[ir.Operation | None, ir.Operation | None]]) -> tuple[SignatureChange, ...]:
    """Return the signatures that are not what they were."""
    both = [SignatureChange(*(signature(each) if each else None for each in pair)) for pair in pairs]
    return tuple(each for each in both if each.old != each.new)
