"""What a transfer does to balances, and whether they changed in exactly that way."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from .operation import Collection, Operation, Transfer
from .sent import Sent
from .verdict import Amounts, Row, Verdict

_NONE: dict[str, Decimal] = {}
_DIGITS = 200
"""More than any amount has, so that sums are exact."""


_UNCHANGED = "No balance has changed, which suggests that it was not executed, and does not prove it."


def wallets_of(operation: Operation[Any], parameters: Mapping[str, object]) -> list[tuple[str, object]] | None:
    """Return the wallets of a call with their owners, the one that it enters last; `None` where the spec does not say."""
    effect = operation.effect
    if isinstance(effect, Collection):
        return [(wallet, None) for wallet in (*effect.sources, effect.target)]
    if isinstance(effect, Transfer) and (route := effect.routes.get(str(parameters.get(effect.by)))):
        owners = (parameters.get(owner) if owner else None for owner in (effect.source_owner, effect.target_owner))
        return list(zip(route, owners, strict=True))
    return None


def names_of(operation: Operation[Any], parameters: Mapping[str, object]) -> list[str] | None:
    """Return the same wallets as evidence names them."""
    wallets = wallets_of(operation, parameters)
    return None if wallets is None else [wallet_name(*wallet) for wallet in wallets]


def wallet_name(wallet: str, owner: object) -> str:
    """Return how evidence names a wallet: with its owner where it has one."""
    return wallet if owner is None else f"{wallet} {owner}"


def judge_balances(
    operation: Operation[Any], sent: Sent, wallets: list[str], before: Amounts, after: Amounts
) -> Verdict:
    """Return `executed` where the balances changed exactly as the transfer changes them, else `undecided`."""
    evidence = changes(wallets, before, after)
    expected = _expected(operation, sent, wallets, before)
    if expected is None:
        return Verdict("undecided", "Before the call there was nothing to move.", None, evidence)
    if all(row["before"] == row["after"] for row in evidence):
        return Verdict("undecided", _UNCHANGED, None, evidence)
    for row in changes(wallets, expected, after):
        if row["before"] != row["after"]:
            reason = f"{row['asset']} in {row['wallet']} is not what the call alone would have made it."
            return Verdict("undecided", reason, None, evidence)
    return Verdict("executed", "Every balance changed exactly as the call changes it.", None, evidence)


def _amount(amounts: Amounts, row: Row) -> Decimal:
    return amounts.get(row["wallet"], _NONE).get(row["asset"], Decimal(0))


def changes(wallets: list[str], before: Amounts | None, after: Amounts) -> tuple[dict[str, object], ...]:
    """Return what each wallet held of each asset before, where that is known, and after."""
    known: Amounts = before or {}
    rows: list[dict[str, object]] = []
    for wallet in dict.fromkeys(wallets):
        for asset in sorted({*known.get(wallet, _NONE), *after.get(wallet, _NONE)}):
            row: dict[str, object] = {"wallet": wallet, "asset": asset}
            if before is not None:
                row["before"] = _amount(before, row)
            rows.append(row | {"after": _amount(after, row)})
    return tuple(rows)


def _expected(operation: Operation[Any], sent: Sent, wallets: list[str], before: Amounts) -> Amounts | None:
    """Return what the wallets hold once the call was executed, or `None` where it moves nothing."""
    *sources, target = wallets
    expected = {wallet: dict(before.get(wallet, _NONE)) for wallet in wallets}
    effect = operation.effect
    if isinstance(effect, Transfer):
        moves = [(sources[0], str(sent.parameters[effect.asset]), Decimal(str(sent.parameters[effect.amount])))]
    elif isinstance(effect, Collection):
        only = str(sent.parameters[effect.asset]) if effect.asset else None
        moves = [
            (wallet, asset, amount)
            for wallet in sources
            for asset, amount in before.get(wallet, _NONE).items()
            if amount > 0 and asset not in effect.excluded and asset == (only or asset)
        ]
    else:
        moves = []
    with localcontext(prec=_DIGITS):
        for wallet, asset, amount in moves:
            expected[wallet][asset] = expected[wallet].get(asset, Decimal(0)) - amount
            expected[target][asset] = expected[target].get(asset, Decimal(0)) + amount
    return expected if moves else None
