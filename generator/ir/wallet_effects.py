"""Reads what a call does to wallets or reports of them, and checks every name in `x-binance-effect` against what it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.console import join_names

from . import names
from . import types as ir
from .node import Node
from .references import by_wire, find_field, find_parameter, find_rows

KEY = "x-binance-effect"
_NOUNS = {
    "transfer": "a transfer",
    "collect": "a collection",
    "report": "a report",
    "history": "a history",
    "balances": "a report of balances",
    "overview": "an overview",
    "permissions": "a report of permissions",
}
_MOVING = ("transfer", "collect")
_DETAILS = ("detail", "detailOn", "asset", "amount")


def read_effect(operation: Node, parameters: Iterable[ir.Parameter], response: ir.Model) -> ir.Effect | None:
    """Return the effect of an operation, or `None` where it has none or one that names what is not there."""
    if KEY not in operation:
        return None
    (written,) = operation.child(KEY)
    kind = str(written.path[-1])
    noun, moves_funds = _NOUNS[kind], kind in _MOVING
    if operation.get("x-binance-moves-funds", False) is not moves_funds:
        does = "moves funds" if moves_funds else "moves nothing"
        written.error_at_key(f"{noun} {does}, so x-binance-moves-funds must be {str(moves_funds).lower()}.")
    return _READERS[kind](_Reader(written, noun, parameters, response))


class _Reader:
    """Reads one effect, whose names are checked against the wallets, the parameters and the response's fields."""

    def __init__(self, written: Node, noun: str, parameters: Iterable[ir.Parameter], response: ir.Model) -> None:
        self._written = written
        self._noun = noun
        self._wallets: dict[str, Any] = written.root.get("x-binance-wallets", {})
        self._parameters = by_wire(parameters)
        self._response = response

    def transfer(self) -> ir.Transfer:
        routes = self._routes()
        self._parameter("asset", "string")
        self._parameter("amount", "decimal")
        self._check_field("receipt", "int", "str")
        for index, end in enumerate(("from", "to")):
            self._check_owner(end, {route[index] for route in routes.values()}, optional=True)
        data = self._written.data
        owners = data.get("from"), data.get("to")
        return ir.Transfer(data["by"], routes, data["asset"], data["amount"], data["receipt"], *owners)

    def collection(self) -> ir.Collection:
        data = self._written.data
        for wallet in (*self._written.child("from"), self._written["to"]):
            self._check_wallet(wallet)
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

    def history(self) -> ir.History:
        # Whether there is such an operation is known when all are read: confirmations.py.
        return ir.History(names.method(self._written.get("of")) or "")

    def balances(self) -> ir.Balances:
        data = self._written.data
        row = find_rows(self._written, self._response)
        if row:
            self._check_row("asset", row, "str")
        wallets = self._named_wallets()
        for field in self._written["wallets"]:
            name = str(field.path[-1])
            if row:
                find_field(name, row, field.error_at_key, "Decimal", noun="row")
            if (other := next(key for key, wallet in wallets.items() if wallet == field.data)) != name:
                field.error(f"{other} is {field.data} too; allowed: one field for a wallet.")
        self._check_owner("owner", set(wallets.values()), optional=False)
        if "only" in data:
            self._parameter("only", "string", optional=True)
        return ir.Balances(data["asset"], wallets, data.get("rows"), data.get("owner"), data.get("only"))

    def overview(self) -> ir.Overview:
        data = self._written.data
        if row := find_rows(self._written, self._response):
            self._check_row("name", row, "str")
            self._check_row("value", row, "Decimal")
        self._parameter("unit", "string", optional=True)
        wallets, details = self._named_wallets(), [key for key in _DETAILS if key in data]
        if details and len(details) < len(_DETAILS):
            missing = join_names(key for key in _DETAILS if key not in data)
            self._written.error_at_key(f"{details[0]} needs all of {join_names(_DETAILS)}; without: {missing}.")
        elif details:
            self._parameter("detailOn", "boolean", optional=True)
            if row and (listed := find_rows(self._written, row, "detail")):
                self._check_row("asset", listed, "str")
                self._check_row("amount", listed, "Decimal")
        return ir.Overview(data["name"], wallets, data["value"], data["unit"], *map(data.get, _DETAILS))

    def permissions(self) -> ir.Permissions:
        if not any(str(field.type) == "bool" for field in self._response.fields or ()):
            self._written.error_at_key(f"the response {self._response.name} has no field that is true or false.")
        return ir.Permissions()

    # Names

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
        """Return the parameter that `key` names, where it is there and of such a kind; mostly it must be required."""
        named = self._written[key]
        parameter = find_parameter(named.data, self._parameters, named.error, *kinds)
        if parameter and not parameter.required and not optional:
            message = f"the parameter {named.data} may be left out; {self._noun} needs it: write required: true."
            named.error(message)
        return parameter

    def _check_field(self, key: str, *types: str) -> None:
        named = self._written[key]
        find_field(named.data, self._response, named.error, *types)

    def _check_row(self, key: str, row: ir.Model, *types: str) -> None:
        named = self._written[key]
        find_field(named.data, row, named.error, *types, noun="row")

    # Wallets

    def _named_wallets(self) -> dict[str, str]:
        for wallet in self._written["wallets"]:
            self._check_wallet(wallet)
        return dict(self._written.get("wallets"))

    def _check_wallet(self, wallet: Node) -> None:
        if wallet.data not in self._wallets:
            known = f"x-binance-wallets has: {join_names(self._wallets)}"
            wallet.error(f"there is no wallet {wallet.data}; {known}.")

    def _check_owner(self, key: str, wallets: set[str], *, optional: bool) -> None:
        """Check the parameter that tells which wallet is meant against the wallets that it is about."""
        several = sorted(filter(self._per, wallets))
        if key in self._written:
            self._parameter(key, "string", optional=optional)
            if wallets and not several:
                listed = join_names(sorted(wallets))
                self._written.error(f"{key} is not needed: of these wallets, none has per: {listed}.", key)
        elif several:
            one = f"there is one {several[0]} per {self._per(several[0])}"
            self._written.error_at_key(f"{one}; write {key}: the parameter that tells which.")

    def _check_single(self, node: Node, wallet: str) -> None:
        if per := self._per(wallet):
            node.error(f"there is one {wallet} per {per}; {self._noun} cannot tell which.")

    def _per(self, wallet: str) -> str | None:
        per: str | None = self._wallets.get(wallet, {}).get("per")
        return per


_READERS: Mapping[str, Callable[[_Reader], ir.Effect]] = {
    "transfer": _Reader.transfer,
    "collect": _Reader.collection,
    "report": _Reader.report,
    "history": _Reader.history,
    "balances": _Reader.balances,
    "overview": _Reader.overview,
    "permissions": _Reader.permissions,
}
