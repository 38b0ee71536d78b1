"""The wallets that the values of an enum connect, as a diagram and a table show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.ir import types as ir

from .markdown import label


@dataclass(frozen=True, slots=True)
class WalletGraph:
    """The routes of an enum's values."""

    enum: ir.Enum
    wallets: Sequence[str]
    """Every wallet, in the order of the spec."""

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

    def edges(self) -> list[tuple[int, str, int]]:
        """Return the arrows between the numbers of the nodes, one for both directions where neither has a label.

        An arrow has a label where its value is not simply the names of its wallets.
        """
        numbers = {name: number for number, name in enumerate(self.nodes(), 1)}
        values: dict[ir.Route, list[str]] = {}
        for value in self.enum.values:
            if value.route:
                values.setdefault(value.route, []).append(str(value.value))
        plain = {route for route, names in values.items() if names == [f"{route.source}_{route.target}"]}
        arrows: dict[ir.Route, tuple[int, str, int]] = {}
        for route, names in values.items():
            back = ir.Route(route.target, route.source)
            if back in arrows and {back, route} <= plain:
                arrows[back] = (numbers[back.source], "<-->", numbers[back.target])
            else:
                arrow = "-->" if route in plain else f'-->|"{label(", ".join(names))}"|'
                arrows[route] = (numbers[route.source], arrow, numbers[route.target])
        return list(arrows.values())
