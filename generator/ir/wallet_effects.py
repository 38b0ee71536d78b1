"""Reads what a call does to wallets, and checks every name in `x-binance-effect` against what it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.openapi.document import Document
from generator.openapi.problems import Path, did_you_mean, join_names

from . import types as ir

_KEY = "x-binance-effect"
_ARTICLES = {"transfer": "a transfer", "collect": "a collection", "report": "a report"}


class EffectReader:
    """Reads the effect of one operation; an error goes into the document."""

    def __init__(self, document: Document, parameters: Iterable[ir.Parameter], response: ir.Model) -> None:
        self._document = document
        self._wallets: Mapping[str, Mapping[str, Any]] = document.data.get("x-binance-wallets", {})
        self._parameters = {parameter.wire: parameter for parameter in parameters}
        self._response = response
        self._path: Path = ()
        self._noun = ""

    def effect(self, path: Path, node: Mapping[str, Any]) -> ir.Effect | None:
        """Return the effect of the operation `node`, or `None` where it has none."""
        if _KEY not in node:
            return None
        ((kind, written),) = node[_KEY].items()
        self._path, self._noun = (*path, _KEY, kind), _ARTICLES[kind]
        self._check_moves_funds(wanted=kind != "report", found=node.get("x-binance-moves-funds", False))
        match kind:
            case "transfer":
                return self._transfer(written)
            case "collect":
                return self._collection(written)
            case _:
                return self._report(written)

    def _transfer(self, written: Mapping[str, str]) -> ir.Transfer:
        routes = self._routes(written["by"])
        self._check_parameter("asset", written["asset"], "string")
        self._check_parameter("amount", written["amount"], "decimal")
        self._check_field("receipt", written["receipt"], "int", "str")
        for index, end in enumerate(("from", "to")):
            self._check_owner(end, written.get(end), {route[index] for route in routes.values()})
        return ir.Transfer(
            by=written["by"],
            routes=routes,
            asset=written["asset"],
            amount=written["amount"],
            receipt=written["receipt"],
            source_owner=written.get("from"),
            target_owner=written.get("to"),
        )

    def _collection(self, written: Mapping[str, Any]) -> ir.Collection:
        for index, wallet in enumerate(written["from"]):
            self._check_wallet(("from", index), wallet)
        self._check_wallet(("to",), written["to"])
        if written["to"] in written["from"]:
            self._error(("to",), f"{written['to']} is one of the wallets that are emptied; allowed: another one.")
        if "asset" in written:
            self._check_parameter("asset", written["asset"], "string")
        excluded = tuple(written.get("except", ()))
        return ir.Collection(tuple(written["from"]), written["to"], written.get("asset"), excluded)

    def _report(self, written: Mapping[str, str]) -> ir.Report:
        routes = self._routes(written["by"])
        self._check_parameter("asset", written["asset"], "string")
        self._check_field("asset", written["asset"], "str")
        self._check_field("amount", written["amount"], "Decimal")
        for wallet in dict.fromkeys(wallet for route in routes.values() for wallet in route):
            self._check_single(("by",), wallet)
        return ir.Report(by=written["by"], routes=routes, asset=written["asset"], amount=written["amount"])

    def _check_moves_funds(self, *, wanted: bool, found: bool) -> None:
        if wanted is not found:
            does = "moves funds" if wanted else "moves nothing"
            message = f"{self._noun} {does}, so x-binance-moves-funds must be {str(wanted).lower()}."
            self._document.error_at_key(self._path, message)

    def _routes(self, name: str) -> dict[str, tuple[str, str]]:
        """Return the two wallets of each value of a parameter, by the value as it is sent."""
        parameter = self._check_parameter("by", name, "string", "integer")
        if parameter is None:
            return {}
        if parameter.enum is None:
            self._error(("by",), f"the parameter {name} has no enum, so no value of it names wallets.")
            return {}
        values = parameter.enum.values
        if without := [value.value for value in values if value.route is None]:
            message = f"each value of {parameter.enum.name} needs x-binance-moves; without: {join_names(without)}."
            self._error(("by",), message)
        routes = ((value.value, value.route) for value in values if value.route)
        return {str(value): (route.source, route.target) for value, route in routes}

    def _check_parameter(self, key: str, name: str, *kinds: ir.Kind) -> ir.Parameter | None:
        """Return the parameter that `key` names, where it is there, is sent with every call, and is of such a kind."""
        parameter = self._check_sent(key, name, *kinds)
        if parameter is not None and not parameter.required:
            self._error((key,), f"the parameter {name} may be left out; {self._noun} needs it: write required: true.")
        return parameter

    def _check_sent(self, key: str, name: str, *kinds: ir.Kind) -> ir.Parameter | None:
        parameter = self._parameters.get(name)
        if parameter is None:
            message = f"there is no parameter {name}; there are: {join_names(self._parameters)}."
            self._error((key,), message + did_you_mean(name, self._parameters))
        elif parameter.array or parameter.kind not in kinds:
            kind = "a list" if parameter.array else parameter.kind
            self._error((key,), f"the parameter {name} is {kind}; allowed here: {join_names(kinds)}.")
            return None
        return parameter

    def _check_field(self, key: str, name: str, *types: str) -> None:
        fields = {field.wire: field for field in self._response.fields or ()}
        if name not in fields:
            message = f"the response {self._response.name} has no field {name}; there are: {join_names(fields)}."
            self._error((key,), message + did_you_mean(name, fields))
        elif str(fields[name].type) not in types:
            message = f"the field {name} of the response is {fields[name].type}; allowed here: {join_names(types)}."
            self._error((key,), message)

    def _check_owner(self, end: str, name: str | None, wallets: set[str]) -> None:
        """Check the parameter that tells which wallet is meant against the wallets of that end."""
        several = sorted(wallet for wallet in wallets if self._per(wallet))
        if name is not None:
            self._check_sent(end, name, "string")
            if wallets and not several:
                message = f"{end} is not needed: of these wallets, none has per: {join_names(sorted(wallets))}."
                self._error((end,), message)
        elif several:
            message = (
                f"there is one {several[0]} per {self._per(several[0])}; write {end}: the parameter that tells which."
            )
            self._document.error_at_key(self._path, message)

    def _check_wallet(self, below: Path, name: str) -> None:
        if name not in self._wallets:
            self._error(below, f"there is no wallet {name}; x-binance-wallets has: {join_names(self._wallets)}.")
        self._check_single(below, name)

    def _check_single(self, below: Path, name: str) -> None:
        if self._per(name):
            self._error(below, f"there is one {name} per {self._per(name)}; {self._noun} cannot tell which.")

    def _per(self, wallet: str) -> str | None:
        return self._wallets.get(wallet, {}).get("per")

    def _error(self, below: Path, message: str) -> None:
        self._document.error((*self._path, *below), message)
