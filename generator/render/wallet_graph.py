"""The wallets that the values of an enum connect, as tables show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.ir import types as ir


@dataclass(frozen=True, slots=True)
class WalletGraph:
    """The routes of an enum's values."""

    enum: ir.Enum
    wallets: Sequence[str]
    """Every wallet, in the order of the spec."""
    required: Mapping[str, Sequence[str]]
    """The parameters that a call with a value requires, by the value as text."""

    def departures(self) -> dict[str, list[ir.EnumValue]]:
        """Return the values by the wallet that funds leave."""
        values: dict[str, list[ir.EnumValue]] = {}
        for value in self.enum.values:
            if value.route:
                values.setdefault(value.route.source, []).append(value)
        return values

    def nodes(self) -> list[str]:
        """Return the wallets that are connected, in the order of the spec."""
        routes = [value.route for value in self.enum.values if value.route]
        connected = dict.fromkeys(name for route in routes for name in (route.source, route.target))
        return [name for name in dict.fromkeys((*self.wallets, *connected)) if name in connected]

    def between(self, source: str, target: str) -> list[ir.EnumValue]:
        """Return the values that move funds from one wallet to another."""
        return [value for value in self.enum.values if value.route == ir.Route(source, target)]
