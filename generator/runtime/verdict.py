"""What became of a transfer: the records, and the rules from what reads returned to a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any, Literal, Self

from .errors import OutcomeUnknown
from .operation import Collection, Operation, Transfer

Row = Mapping[str, Any]
Amounts = Mapping[str, Mapping[str, Decimal]]
"""What wallets hold, by wallet and asset."""
_NONE: dict[str, Decimal] = {}
_DIGITS = 200
"""More than any amount has, so that sums are exact."""
_PENDING, _AGAIN = 10_000, 1_000
"""Milliseconds after which it is worth asking again: for a transfer under way, and for a list that grew while it was read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a transfer, as far as reads can prove it."""

    outcome: Literal["executed", "not_executed", "pending", "undecided"]
    """Only `not_executed` says that the transfer may be made again. `pending`: Binance has accepted it."""
    reason: str
    """The reason, as a sentence."""
    receipt: Any | None = None
    """The receipt of an executed transfer, where it can be told from the reads."""
    evidence: tuple[Mapping[str, object], ...] = field(default=(), hash=False)
    """Rows of the history, or what wallets held before and after."""
    ask_again_at: int | None = None
    """When another answer may be possible, in milliseconds of Binance's clock; `None`: nothing changes by waiting."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer that was sent, as plain data that can be kept and read by another process."""

    operation: str
    """The method that was called."""
    parameters: Mapping[str, object] = field(hash=False)
    """The parameters as they were sent, by wire name."""
    sent_at: int
    """The timestamp that the request was signed with, in milliseconds since the Unix epoch."""
    recv_window: int | None = None
    """Milliseconds for which the request was valid; `None`: the longest that Binance takes."""
    code: int | None = None
    """Binance's error code, if there was one."""
    transfer_id: str | None = None
    """The id of a transfer, where the response named one."""
    receipt: Any | None = None
    """The receipt, where it was read."""
    call_id: str | None = None
    """The id of the call in the records of its attempts."""

    @classmethod
    def of(cls, error: OutcomeUnknown) -> Self:
        """Return what an exception knows of the transfer."""
        if error.operation is None or error.sent_at is None:
            raise ValueError("The exception is not one of a call: it has no operation or no sent_at.")
        known = error.recv_window, error.code, error.transfer_id, error.receipt, error.call_id
        return cls(error.operation, error.parameters, error.sent_at, *known)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the wallets that a transfer touches hold before it."""

    operation: str
    """The method that is going to be called."""
    parameters: Mapping[str, object] = field(hash=False)
    """Its parameters, by wire name."""
    taken_at: int
    """When the first balance was asked for, in milliseconds since the Unix epoch."""
    ended_at: int
    """When the last balance had been read, in milliseconds since the Unix epoch."""
    balances: Amounts = field(hash=False)
    """What each wallet holds, by asset."""


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """Everything that the verdict on a transfer with a history depends on."""

    candidates: tuple[Row, ...]
    """Rows that could be the transfer and are not known to be another one, in order of time."""
    statuses: tuple[str, ...]
    """The status of each candidate: `executed`, `pending`, `not_executed`, or what the row says where it is unlisted."""
    early: tuple[Row, ...]
    """Rows that match too, made just before the transfer was sent."""
    ids: tuple[str, ...]
    """The id of each candidate."""
    named: str | None
    """The id that Binance's response named, if it did."""
    rivals: int
    """Equal calls of this client with an unknown outcome at the same time, without this one."""
    rank: int
    """How many of them were sent before this one."""
    is_complete: bool
    """Every row was read."""
    is_ambiguous: bool
    """A candidate could be an earlier equal transfer, as the client does not know who sent what before."""
    is_accepted: bool
    """Binance's error code says that the transfer is under way."""
    now: int
    deadline: int
    """When a transfer that was executed is visible at the latest."""
    days: int
    is_recent: bool
    """The history still reaches back to the transfer."""
    read_before: bool
    """The transfer was absent after the deadline already in a reading before."""


def judge_history(facts: HistoryFacts) -> tuple[Verdict, str | None] | None:
    """Return the verdict and the id of the transfer where it was found; or `None` to read once more.

    The first guard that holds decides.
    """
    evidence = (*facts.candidates, *facts.early)
    again = facts.deadline if facts.now < facts.deadline else None

    def undecided(reason: str, ask_again_at: int | None = again) -> tuple[Verdict, None]:
        return Verdict("undecided", reason, None, evidence, ask_again_at), None

    def pending(reason: str) -> tuple[Verdict, None]:
        return Verdict("pending", reason, None, evidence, facts.now + _PENDING), None

    calls = facts.rivals + 1
    executed = [number for number, status in enumerate(facts.statuses) if status == "executed"]
    waiting = facts.statuses.count("pending")
    unlisted = [s for s in facts.statuses if s not in ("executed", "pending", "not_executed")]
    if facts.named is not None and facts.named in facts.ids:
        own = facts.ids.index(facts.named)
        if facts.statuses[own] == "executed":
            return _executed(facts, own, f"The history lists {facts.named}, the id that the response named.")
        if facts.statuses[own] == "pending":
            return pending(f"The history lists {facts.named}, the id that the response named, as under way.")
    if not facts.is_complete:
        return undecided("The history grew while it was read, so a row may be missing.", facts.now + _AGAIN)
    if unlisted:
        return undecided(f"A row that may be the transfer has the status {unlisted[0]}, whose meaning is not known.")
    found = len(executed) + waiting
    if found and facts.named is not None:
        return undecided(f"Equal transfers are listed, and not {facts.named}, the id that the response named.")
    if found and facts.is_ambiguous:
        return undecided("An equal transfer is listed, which may have been made just before this one was sent.")
    if found and found != calls:
        rows, sent = f"{found} row{'s' * (found != 1)}", f"{calls} equal call{'s' * (calls != 1)}"
        return undecided(f"The history lists {rows} for {sent} with an unknown outcome.")
    if waiting:
        return pending("The history lists the transfer as under way.")
    if found:
        return _executed(facts, executed[facts.rank], "The history lists the transfer as executed.")
    if facts.is_accepted:
        return pending("Binance accepted the transfer, and the history does not list it yet.")
    if facts.now < facts.deadline:
        return undecided("The history does not list the transfer, and it is too early for that to count.")
    if facts.early:
        return undecided("An equal transfer is listed, made just before this one was sent by what the clocks say.")
    if not facts.is_recent:
        return undecided(f"The history reaches back {facts.days} days, and the transfer is older.")
    if not facts.read_before:
        return None
    failed = "lists the transfer as failed" if facts.candidates else "does not list the transfer"
    reason = f"The history {failed}, and the time in which it could be executed and become visible has passed."
    return Verdict("not_executed", reason, None, evidence), None


def _executed(facts: HistoryFacts, number: int, reason: str) -> tuple[Verdict, str]:
    return Verdict("executed", reason, None, (facts.candidates[number],)), facts.ids[number]


def judge_balances(
    operation: Operation[Any], sent: Sent, wallets: tuple[str, ...], before: Amounts, after: Amounts
) -> Verdict:
    """Return `executed` where the balances changed exactly as the transfer changes them, else `undecided`."""
    evidence = changes(wallets, before, after)
    expected = _expected(operation, sent, wallets, before)
    if expected is None:
        return Verdict("undecided", "Before the call there was nothing to move.", None, evidence)
    for row in changes(wallets, expected, after):
        if row["before"] != row["after"]:
            reason = f"{row['asset']} in {row['wallet']} is not what the call alone would have made it."
            return Verdict("undecided", reason, None, evidence)
    return Verdict("executed", "Every balance changed exactly as the call changes it.", None, evidence)


def _amount(amounts: Amounts, row: Row) -> Decimal:
    return amounts.get(row["wallet"], _NONE).get(row["asset"], Decimal(0))


def changes(wallets: tuple[str, ...], before: Amounts | None, after: Amounts) -> tuple[dict[str, object], ...]:
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


def _expected(operation: Operation[Any], sent: Sent, wallets: tuple[str, ...], before: Amounts) -> Amounts | None:
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
