# Copied from generator/runtime/sandbox/reads.py by python -m generator; edit it there.
"""What the reads respond from the ledger, by the effect in the operation table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from ..operation import Api, Balances, History, HistoryMatch, Operation, Overview, Permissions, Report
from .effects import Values, wallet_of, with_fields
from .ledger import Entry, Ledger, WalletRef

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = 86_400_000
_USUAL_DAYS = 7
"""How far back a history reaches where no time is given."""


@dataclass(frozen=True, slots=True)
class View:
    """The ledger as a key sees it at a moment."""

    api: Api
    ledger: Ledger
    now: int
    lag: int
    """Milliseconds until what a call moved is visible."""
    permissions: frozenset[str]

    def is_visible(self, entry: Entry) -> bool:
        """Return whether the reads show an entry; what a test put somewhere is visible at once."""
        return not self.lag or entry.source is None or entry.time + self.lag <= self.now

    def held(self, wallets: Sequence[WalletRef]) -> dict[str, Decimal]:
        """Return what these wallets hold together, by asset."""
        return self.ledger.held(wallets, [entry for entry in self.ledger.entries if not self.is_visible(entry)])


def read(operation: Operation[Any], values: Values, view: View) -> bytes:
    """Return the body of a read's response, or raise why it cannot be given."""
    match operation.effect:
        case Report(by=by, routes=routes, asset=asset, amount=amount):
            wallet, name = WalletRef(routes[values[by][0]][0]), values[asset][0]
            return with_fields(operation, {asset: name, amount: _plain(view.held([wallet]).get(name, Decimal(0)))})
        case History(of=of):
            return _history(operation, view.api.operations[of], values, view)
        case Balances() as balances:
            return _balances(operation, balances, values, view)
        case Overview() as overview:
            return _overview(operation, overview, values, view)
        case Permissions():
            names = (name for listed in view.api.operations.values() for name in listed.permissions)
            return with_fields(operation, {name: name in view.permissions for name in names})
        case _:
            return operation.response_example


def _history(operation: Operation[Any], listed: Operation[Any], values: Values, view: View) -> bytes:
    history = listed.confirmation.history if listed.confirmation else None
    if history is None:
        return operation.response_example
    begin, end = _period(history, values, view.now)
    ledger = view.ledger
    status = history.status
    known = ((status.executed, ledger.entries), (status.pending, ledger.pending), (status.not_executed, ledger.failed))
    found = [
        (entry, texts[0])
        for texts, entries in known
        for entry in entries
        if texts and entry.operation == listed.name and begin <= entry.time <= end and view.is_visible(entry)
        if all(dict(entry.parameters).get(sent) == text for name, sent in history.send.items() for text in values[name])
    ]
    found.sort(key=lambda row: (row[0].time, row[0].id), reverse=True)
    example = msgspec.json.decode(operation.response_example)
    template = _template(example, history.rows)
    page = [_history_row(template, history, *row) for row in _page(operation, values, found)]
    totals = {operation.paging.total: len(found)} if operation.paging and operation.paging.total else {}
    return _with_rows(operation, history.rows, page, totals)


def _period(history: HistoryMatch, values: Values, now: int) -> tuple[int, float]:
    """Return the begin and the end of the time that a call asks for."""
    until = values[history.until]
    end = int(until[0]) if until else float("inf")
    begin = int(values[history.since][0]) if values[history.since] else min(end, now) - _USUAL_DAYS * _DAY
    return int(max(begin, now - history.days * _DAY)), end


def _page(operation: Operation[Any], values: Values, found: list[tuple[Entry, str]]) -> list[tuple[Entry, str]]:
    paging = operation.paging
    if paging is None:
        return found
    defaults = {parameter.name: parameter.default for parameter in operation.parameters}
    number = int((values[paging.page] or [str(defaults[paging.page] or 1)])[0])
    size = int((values[paging.size] or [str(defaults[paging.size] or paging.largest)])[0])
    return found[(number - 1) * size : number * size]


def _history_row(template: Mapping[str, Any], history: HistoryMatch, entry: Entry, status: str) -> dict[str, Any]:
    sent = dict(entry.parameters)
    fields = {name: sent[parameter] for name, parameter in history.match.items() if parameter in sent}
    texts = {**fields, history.id: str(entry.id), history.time: str(entry.time), history.status.field: status}
    return {**template, **{name: _like(template.get(name), text) for name, text in texts.items()}}


def _balances(operation: Operation[Any], effect: Balances, values: Values, view: View) -> bytes:
    held = {
        field: view.held([wallet_of(wallet, effect.owner, values, view.ledger)])
        for field, wallet in effect.wallets.items()
    }
    wanted = values[effect.only] if effect.only else []
    assets = dict.fromkeys(asset for amounts in held.values() for asset in amounts if asset in (wanted or (asset,)))
    example = msgspec.json.decode(operation.response_example)
    template = _template(example, effect.rows)
    rows = [
        {
            **template,
            effect.asset: asset,
            **{
                name: _like(template.get(name), _plain(amounts.get(asset, Decimal(0))))
                for name, amounts in held.items()
            },
        }
        for asset in assets
    ]
    owner = {effect.owner: values[effect.owner][0]} if effect.owner and effect.owner in example else {}
    return _with_rows(operation, effect.rows, rows, owner)


def _overview(operation: Operation[Any], effect: Overview, values: Values, view: View) -> bytes:
    """Return each wallet's value, which is what it holds of the asset that values are given in: there are no prices."""
    example: list[dict[str, Any]] = msgspec.json.decode(operation.response_example)
    templates = {
        **dict.fromkeys(effect.wallets, _template(example, None)),
        **{row[effect.name]: row for row in example},
    }
    default = next((str(p.default) for p in operation.parameters if p.name == effect.unit and p.default), "")
    unit = (values[effect.unit] or [default])[0]
    is_detailed = effect.detail_on is not None and values[effect.detail_on] == ["true"]
    rows: list[dict[str, Any]] = []
    for name, template in templates.items():
        held = view.held([wallet for wallet in view.ledger.wallets if wallet.wallet == effect.wallets.get(name)])
        value = _like(template.get(effect.value, ""), _plain(held.get(unit, Decimal(0))))
        rows.append({**template, effect.name: name, effect.value: value})
        if is_detailed and effect.detail and effect.asset and effect.amount:
            rows[-1][effect.detail] = [
                {effect.asset: asset, effect.amount: _plain(amount)} for asset, amount in held.items()
            ]
    return msgspec.json.encode(rows)


def _template(example: Any, rows: str | None) -> dict[str, Any]:
    """Return the first row of an example with every amount set to 0."""
    listed = example[rows] if rows else example
    return dict(_zeroed(listed[0])) if listed else {}


def _zeroed(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        is_amount = isinstance(value, str) and _NUMBER.fullmatch(value)
        yield name, "0" if is_amount else value


def _with_rows(
    operation: Operation[Any], rows: str | None, listed: list[dict[str, Any]], fields: Mapping[str, object]
) -> bytes:
    """Return the example response with other rows and fields, and every other amount set to 0; it stays a success."""
    if not rows:
        return msgspec.json.encode(listed)
    example = msgspec.json.decode(operation.response_example)
    kept = {name: example[name] for name in operation.success if name in example}
    return msgspec.json.encode({**dict(_zeroed(example)), **kept, **fields, rows: listed})


def _like(example: object, text: str) -> object:
    """Return a number where the example has one, else text."""
    return msgspec.Raw(text.encode()) if isinstance(example, (int, float)) else text


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"
