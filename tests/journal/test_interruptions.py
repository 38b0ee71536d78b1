"""Interruptions and failures of any step: the transfer is made once when its key is used again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Self

import pytest

from binance_transfers import Journal, NotExecuted, OutcomeUnknown, RetryPolicy
from binance_transfers._runtime import client as runtime_client

from .binance import CALL, SETTLED, Binance, Caller
from .test_attacks import TRANSFER, dead_owners, entry_of

FAULTS: list[dict[str, Any]] = [
    {},
    {"kind": "lost", "executed": True},
    {"kind": "clock"},
]


class Interrupted:
    """Interrupts the step with this number of what is done meanwhile, before or after it."""

    def __init__(self, number: int, interruption: type[BaseException], *, is_done: bool) -> None:
        self.is_over, self._number, self._interruption, self._is_done = False, number, interruption, is_done
        self._patches = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        self._patches.setattr(runtime_client, "_perform", self._perform)
        self._patches.setattr(runtime_client, "_perform_async", self._perform_async)
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.undo()

    def _perform(self, command: Any) -> object:
        self._step(is_done=False)
        result: object = command.perform()
        self._step(is_done=True)
        return result

    async def _perform_async(self, command: Any) -> object:
        self._step(is_done=False)
        result: object = await command.perform_async()
        self._step(is_done=True)
        return result

    def _step(self, *, is_done: bool) -> None:
        if is_done != self._is_done or self.is_over:
            return
        self._number -= 1
        if self._number < 0:
            self.is_over = True
            raise self._interruption


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.get("kind", "none"))
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("kind", "interruption"),
    [
        ("sync", KeyboardInterrupt),
        ("sync", MemoryError),
        ("async", asyncio.CancelledError),
        ("async", GeneratorExit),
    ],
)
def test_an_interruption_of_any_step_leaves_a_transfer_that_is_made_once(
    binance: Binance,
    journal: Journal,
    kind: str,
    interruption: type[BaseException],
    fault: dict[str, Any],
    *,
    is_done: bool,
) -> None:
    is_over, number, caller = True, 0, Caller(binance, kind, retry=RetryPolicy())
    while is_over:
        key, call = f"key {number}", {**CALL, "amount": f"0.{number + 1:02}"}
        if fault:
            binance.sandbox.inject(operation=TRANSFER, **fault)
        with Interrupted(number, interruption, is_done=is_done) as steps:
            with suppress(interruption, NotExecuted, OutcomeUnknown):
                caller.once(journal, key, **call)
            with suppress(interruption, NotExecuted, OutcomeUnknown), dead_owners():
                caller.once(journal, key, **call)
        is_over, number = steps.is_over, number + 1
        binance.sandbox.clear_failures()
        binance.clock.now += 2 * SETTLED
        with dead_owners():
            receipt = caller.once(journal, key, **call)
        assert entry_of(journal, key).state == "done"
        assert binance.moved == number
        assert receipt.tran_id == binance.sandbox.entries[-1].id
    assert number > 5
