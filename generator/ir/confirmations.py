"""Reads how to find out what became of a transfer, and checks what operations say about each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.console import choices, join_names

from . import types as ir
from .node import InvalidNode, Node
from .references import by_wire, find_field, find_parameter, find_rows
from .wallet_effects import KEY as EFFECT

KEY = "x-binance-confirm"
_FIELD_TYPES: Mapping[ir.Kind, tuple[str, ...]] = {
    "string": ("str",),
    "decimal": ("Decimal",),
    "integer": ("int",),
    "boolean": ("bool",),
}
Operations = Mapping[str, tuple[Node, ir.Operation | None]]
"""Every operation by its operationId, with its node; `None` for one that has an error."""


def with_confirmations(operations: Operations) -> Iterator[ir.Operation]:
    """Yield the operations without errors, with their confirmations; report what does not fit together."""
    found = {name: operation for name, (_, operation) in operations.items() if operation}
    for name, operation in found.items():
        node = operations[name][0]
        if KEY in node and (operation.effect or EFFECT not in node):
            confirmation = node[KEY].attempt(lambda written, of=operation: _Reader(written, of, operations).read())  # type: ignore[misc]
            found[name] = replace(operation, confirmation=confirmation)
    for name, operation in found.items():
        node = operations[name][0].child(EFFECT)
        if isinstance(operation.effect, ir.History):
            _check_history(node["history"]["of"], operation, operations, found)
        elif isinstance(operation.effect, ir.Permissions):
            _check_permissions(operation, operations)
    yield from found.values()


def _check_history(named: Node, read: ir.Operation, operations: Operations, found: Mapping[str, ir.Operation]) -> None:
    """Check that the operation whose executions are listed says how to find them in this list."""
    if named.data not in operations:
        _report_missing(named, operations)
    elif (listed := found.get(named.data)) and (KEY not in operations[named.data][0] or listed.confirmation):
        history = listed.confirmation.history if listed.confirmation else None
        if history is None or history.operation != read.name:
            named.error(f"{named.data} has no {KEY} with a history of this operation, so its rows are not known.")


def _report_missing(named: Node, operations: Operations) -> None:
    """Report an operation that is not there, unless the name of one cannot be read, such as a gap."""
    if not any(node.child("operationId").is_broken() for node, _ in operations.values() if isinstance(node.data, dict)):
        named.error(f"there is no operation {named.data}; there are: {choices(named.data, operations)}")


def _check_permissions(read: ir.Operation, operations: Operations) -> None:
    """Check that every permission that an operation needs is a field of the response that reports them."""
    fields = [field.wire for field in read.result.fields or () if str(field.type) == "bool"]
    for node, _ in operations.values():
        for permission in node.child("x-binance-permissions"):
            if (name := permission.get("name")) not in fields and not permission.is_broken():
                message = f"the response {read.result.name} has no permission {name}; there are: "
                permission.error(message + choices(name, fields), "name")


class _Reader:
    """Reads the confirmation of one operation."""

    def __init__(self, written: Node, operation: ir.Operation, operations: Operations) -> None:
        self._written = written
        self._operation = operation
        self._operations = operations
        self._parameters = by_wire(operation.parameters)

    def read(self) -> ir.Confirmation:
        ways = [key for key in ("history", "balances") if key in self._written]
        if len(ways) != 1:
            raise self._written.invalid(f"{KEY} has {join_names(ways)}; it needs one of: history, balances.")
        if not isinstance(self._operation.effect, (ir.Transfer, ir.Collection)):
            message = f"{KEY} needs an {EFFECT} beside it, which says what has to be confirmed: transfer or collect."
            self._written.error_at_key(message)
            raise InvalidNode
        return ir.Confirmation(
            settle=self._written.get("settle"),
            history=self._history(self._written["history"]) if ways == ["history"] else None,
            balances=tuple(self._balances(self._written["balances"])) if ways == ["balances"] else (),
            text=self._written.sentences(),
            spec_path=self._written.path,
        )

    def _read_operation(self, named: Node) -> ir.Operation:
        """Return the read that is named; one with errors has them reported already."""
        if named.data not in self._operations:
            _report_missing(named, self._operations)
            raise InvalidNode
        node, operation = self._operations[named.data]
        if operation is None or (operation.effect is None and EFFECT in node) or node.child(EFFECT).is_broken():
            raise InvalidNode
        if operation.moves_funds:
            raise named.invalid(f"{named.data} moves funds; allowed: an operation that reads.")
        return operation

    # By a list of transfers

    def _history(self, node: Node) -> ir.HistoryMatch:
        if not isinstance(self._operation.effect, ir.Transfer):
            raise node.invalid(f"a history needs an {EFFECT} that is a transfer, whose receipt it lists.")
        read = self._read_operation(node["operation"])
        self._check_sent(node, read)
        row = find_rows(node, read.result)
        if row is None:
            raise InvalidNode
        if read.paging and read.paging.rows != node.get("rows"):
            node.error(f"the pages of {read.name} have their rows in {read.paging.rows}; allowed: the same.", "rows")
        self._check_row(node, row)
        self._check_told_apart(node)
        status = node["status"]
        values = [tuple(status.get(key, ())) for key in ("executed", "pending", "notExecuted")]
        return ir.HistoryMatch(
            operation=read.name,
            **{key: node.get(key) for key in ("send", "since", "until", "rows", "match", "id", "time", "days")},
            status=ir.Statuses(status.get("field"), *values),
        )

    def _check_sent(self, node: Node, read: ir.Operation) -> None:
        """Check the parameters of the read: each is there, of the kind of what is sent, and none is missing."""
        of, known = f" of {node.get('operation')}", by_wire(read.parameters)
        for sent in node["send"]:
            target = find_parameter(str(sent.path[-1]), known, sent.error_at_key, of=of)
            source = find_parameter(sent.data, self._parameters, sent.error)
            if target and source and (target.kind, target.array) != (source.kind, source.array):
                sent.error(f"the parameter {source.wire} is {source.kind}, and {target.wire}{of} is {target.kind}.")
        for key in ("since", "until"):
            find_parameter(node.get(key), known, node[key].error, "integer", of=of)
        given = {*node.get("send"), node.get("since"), node.get("until")}
        given |= {read.paging.page, read.paging.size} if read.paging else set()
        for parameter in read.parameters:
            if parameter.required and parameter.wire not in given:
                node.error_at_key(f"the parameter {parameter.wire}{of} is required; name it here.", "send")

    def _check_row(self, node: Node, row: ir.Model) -> None:
        for matched in node["match"]:
            parameter = find_parameter(matched.data, self._parameters, matched.error)
            types = _FIELD_TYPES[parameter.kind] if parameter else ("str", "Decimal", "int", "bool")
            find_field(str(matched.path[-1]), row, matched.error_at_key, *types, noun="row")
        status = node["status"]
        for named, types in ((node["id"], ("int", "str")), (node["time"], ("int",)), (status["field"], ("str",))):
            find_field(named.data, row, named.error, *types, noun="row")
        taken: dict[str, str] = {}
        for key in ("executed", "pending", "notExecuted"):
            for value in status.child(key):
                if taken.setdefault(value.data, key) != key:
                    value.error(f"{value.data} is {taken[value.data]} too; allowed: one meaning for a value.")

    def _check_told_apart(self, node: Node) -> None:
        """Check that transfers which differ in what they move are not taken for each other."""
        compared = {*node.get("send").values(), *node.get("match").values()}
        effect = self._operation.effect
        owners = {effect.source_owner, effect.target_owner} if isinstance(effect, ir.Transfer) else set()
        for parameter in self._operation.parameters:
            if (parameter.required or parameter.wire in owners) and parameter.wire not in compared:
                message = f"the parameter {parameter.wire} is neither sent nor matched, so transfers that differ in it"
                node.error_at_key(f"{message} would be taken for each other; name it under send or match.")

    # By balances

    def _balances(self, node: Node) -> Iterator[str]:
        """Yield the reads; together they must show every wallet that a call can leave or enter."""
        effect = self._operation.effect
        routes = effect.routes.values() if isinstance(effect, ir.Transfer) else ()
        wallets = dict.fromkeys(wallet for route in routes for wallet in route)
        if isinstance(effect, ir.Collection):
            wallets = dict.fromkeys((*effect.sources, effect.target))
        for named in node:
            read = self._read_operation(named)
            if not isinstance(read.effect, ir.Balances):
                raise named.invalid(f"{named.data} has no {EFFECT} of the kind balances, so no wallet is known by it.")
            self._check_asked(named, read, read.effect)
            wallets = dict.fromkeys(wallet for wallet in wallets if wallet not in read.effect.wallets.values())
            yield read.name
        if wallets:
            node.error(f"a call can move funds of wallets that none of these reads shows: {join_names(wallets)}.")

    def _check_asked(self, named: Node, read: ir.Operation, effect: ir.Balances) -> None:
        known = {effect.owner}
        if getattr(self._operation.effect, "asset", None):
            known.add(effect.only)
        for parameter in read.parameters:
            if parameter.required and parameter.wire not in known:
                named.error(f"{named.data} requires {parameter.wire}, which the transfer cannot give.")
