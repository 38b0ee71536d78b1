"""Reads what a call does to wallets, and checks every name in `x-binance-effect` against what it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.openapi.problems import choices, join_names

from . import types as ir
from .node import Node

_KEY = "x-binance-effect"
_NOUNS = {"transfer": "a transfer", "collect": "a collection", "report": "a report"}


def read_effect(operation: Node, parameters: Iterable[ir.Parameter], response: ir.Model) -> ir.Effect | None:
    """Return the effect of an operation, or `None` where it has none."""
    if _KEY not in operation:
        return None
    (written,) = operation.child(_KEY)
    kind = str(written.path[-1])
    noun, moves_funds = _NOUNS[kind], kind != "report"
    if operation.get("x-binance-moves-funds", False) is not moves_funds:
        does = "moves funds" if moves_funds else "moves nothing"
        written.error_at_key(f"{noun} {does}, so x-binance-moves-funds must be {str(moves_funds).lower()}.")
    reader = _Reader(written, noun, parameters, response)
    if kind == "transfer":
        return reader.transfer()
    return reader.collection() if kind == "collect" else reader.report()


class _Reader:
    """Reads one effect, whose names are checked against the wallets, the parameters and the response's fields."""

    def __init__(self, written: Node, noun: str, parameters: Iterable[ir.Parameter], response: ir.Model) -> None:
        self._written = written
        self._noun = noun
        self._wallets: dict[str, Any] = written.root.get("x-binance-wallets", {})
        self._parameters = {parameter.wire: parameter for parameter in parameters}
        self._response = response

    def transfer(self) -> ir.Transfer:
        routes = self._routes()
        self._parameter("asset", "string")
        self._parameter("amount", "decimal")
        self._check_field("receipt", "int", "str")
        for index, end in enumerate(("from", "to")):
            self._check_owner(end, {route[index] for route in routes.values()})
        data = self._written.data
        owners = data.get("from"), data.get("to")
        return ir.Transfer(data["by"], routes, data["asset"], data["amount"], data["receipt"], *owners)

    def collection(self) -> ir.Collection:
        data = self._written.data
        for wallet in (*self._written.child("from"), self._written["to"]):
            if wallet.data not in self._wallets:
                known = f"x-binance-wallets has: {join_names(self._wallets)}"
                wallet.error(f"there is no wallet {wallet.data}; {known}.")
            self._check_single(wallet, wallet.data)
        if data["to"] in data["from"]:
            self._written.error(f"{data['to']} is one of the wallets that are emptied; allowed: another one.", "to")
        if "asset" in data:
            self._parameter("asset", "string")
        return ir.Collection(tuple(data["from"]), data["to"], data.get("asset"), tuple(data.get("except", ())))

    def report(self) -> ir.Report:
        routes = self._routes()
        self._parameter("asset", "string")
        self._check_field("asset", "str")
        self._check_field("amount", "Decimal")
        for wallet in dict.fromkeys(wallet for route in routes.values() for wallet in route):
            self._check_single(self._written["by"], wallet)
        data = self._written.data
        return ir.Report(data["by"], routes, data["asset"], data["amount"])

    def _routes(self) -> dict[str, tuple[str, str]]:
        """Return the two wallets of each value of a parameter, by the value as it is sent."""
        parameter, by = self._parameter("by", "string", "integer"), self._written["by"]
        if parameter is None:
            return {}
        if parameter.enum is None:
            by.error(f"the parameter {by.data} has no enum, so no value of it names wallets.")
            return {}
        values = parameter.enum.values
        if without := [value.value for value in values if value.route is None]:
            by.error(f"each value of {parameter.enum.name} needs x-binance-moves; without: {join_names(without)}.")
        return {str(value.value): (value.route.source, value.route.target) for value in values if value.route}

    def _parameter(self, key: str, *kinds: ir.Kind, optional: bool = False) -> ir.Parameter | None:
        """Return the parameter that `key` names, where it is there and of such a kind; it must be sent with every call."""
        named = self._written[key]
        parameter = self._parameters.get(named.data)
        if parameter is None:
            named.error(f"there is no parameter {named.data}; there are: {choices(named.data, self._parameters)}")
        elif parameter.array or parameter.kind not in kinds:
            kind = "a list" if parameter.array else parameter.kind
            named.error(f"the parameter {named.data} is {kind}; allowed here: {join_names(kinds)}.")
            return None
        elif not parameter.required and not optional:
            message = f"the parameter {named.data} may be left out; {self._noun} needs it: write required: true."
            named.error(message)
        return parameter

    def _check_field(self, key: str, *types: str) -> None:
        named = self._written[key]
        fields = {field.wire: field for field in self._response.fields or ()}
        if named.data not in fields:
            known = f"there are: {choices(named.data, fields)}"
            named.error(f"the response {self._response.name} has no field {named.data}; {known}")
        elif (type_ := str(fields[named.data].type)) not in types:
            allowed = f"allowed here: {join_names(types)}"
            named.error(f"the field {named.data} of the response is {type_}; {allowed}.")

    def _check_owner(self, end: str, wallets: set[str]) -> None:
        """Check the parameter that tells which wallet is meant against the wallets of that end."""
        split = sorted(filter(self._per, wallets))
        if end in self._written:
            self._parameter(end, "string", optional=True)
            if wallets and not split:
                listed = join_names(sorted(wallets))
                self._written.error(f"{end} is not needed: of these wallets, none has per: {listed}.", end)
        elif split:
            one = f"there is one {split[0]} per {self._per(split[0])}"
            self._written.error_at_key(f"{one}; write {end}: the parameter that tells which.")

    def _check_single(self, node: Node, wallet: str) -> None:
        if per := self._per(wallet):
            node.error(f"there is one {wallet} per {per}; {self._noun} cannot tell which.")

    def _per(self, wallet: str) -> str | None:
        per: str | None = self._wallets.get(wallet, {}).get("per")
        return per
