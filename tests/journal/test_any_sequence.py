"""Any sequence of keys, faults, crashes and reruns: no transfer is made twice, lost, or reported as what it is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from binance_transfers import Journal, JournalError, NotExecuted, OutcomeUnknown
from binance_transfers._runtime.httpx_client import Exchange
from binance_transfers._runtime.journal import owner
from binance_transfers._runtime.journal.store import Store

from .binance import SETTLED, Binance

KEYS = st.sampled_from("abcd")
AMOUNTS = {"a": "1", "b": "1.0", "c": "2", "d": "3"}
"""Two of the keys stand for equal transfers."""
FAULTS: list[dict[str, Any] | None] = [
    None,
    {"kind": "lost", "executed": True},
    {"kind": "lost", "executed": False},
    {"kind": "timeout", "executed": True},
    {"kind": "late", "seconds": 3},
    {"kind": "pending", "seconds": 3, "executed": True},
    {"kind": "pending", "seconds": 3, "executed": False},
    {"kind": "clock"},
    {"kind": "no_connection"},
]
STEPS: list[tuple[type, str] | None] = [
    None,
    None,
    (Store, "claim"),
    (Store, "begin_attempt"),
    (Exchange, "perform"),
    (Store, "finish"),
    (Store, "keep_verdict"),
    (Store, "claimed_ids"),
]


class Crash(BaseException):
    """The process ends here: nothing more of it runs."""


class Process:
    """Crashes before or after a step, and lets nothing be written from then on."""

    def __init__(self, step: tuple[type, str] | None, *, is_done: bool) -> None:
        self._step, self._is_done, self._has_crashed = step, is_done, False
        self._patches = ExitStack()

    def __enter__(self) -> None:
        patches = self._patches.enter_context(pytest.MonkeyPatch.context())
        patches.setattr(owner, "_TOKEN", f"{id(self):x}")
        for part, name in {step for step in STEPS if step} | {(Store, "release")}:
            patches.setattr(part, name, self._patched(part, name))

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    def _patched(self, part: type, name: str) -> Any:
        original = getattr(part, name)

        def function(*arguments: Any) -> Any:
            if self._has_crashed:
                raise Crash
            is_step = (
                self._step == (part, name)
                and getattr(getattr(arguments[0], "request", None), "method", "POST") == "POST"
            )
            if is_step and not self._is_done:
                self._has_crashed = True
                raise Crash
            result = original(*arguments)
            if is_step:
                self._has_crashed = True
                raise Crash
            return result

        return function


class Nights(RuleBasedStateMachine):
    """Jobs that crash and are run again."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._binance = Binance(self._stack.enter_context(pytest.MonkeyPatch.context()))
        self._location = location
        self._journal = self._stack.enter_context(Journal(location))
        self._receipts: dict[str, int] = {}

    def teardown(self) -> None:
        self._settle()
        self._stack.close()

    @rule(key=KEYS, fault=st.sampled_from(FAULTS), step=st.sampled_from(STEPS), is_done=st.booleans())
    def run(self, key: str, fault: dict[str, Any] | None, step: tuple[type, str] | None, *, is_done: bool) -> None:
        if fault:
            self._binance.sandbox.inject(operation="user_universal_transfer", **fault)
        try:
            with Process(step, is_done=is_done), self._binance.client() as client, Journal(self._location) as journal:
                self._keep(key, self._once(journal, client, key))
        except (Crash, JournalError, NotExecuted, OutcomeUnknown):
            pass
        self._binance.sandbox.clear_failures()

    @rule(seconds=st.sampled_from([1, 5, 70]))
    def wait(self, seconds: int) -> None:
        self._binance.clock.now += seconds * 1000

    @rule()
    def recover(self) -> None:
        with self._binance.client() as client, Journal(self._location) as journal:
            journal.recover(client)

    @invariant()
    def nothing_is_made_twice(self) -> None:
        entries = list(self._journal.entries())
        executed = [str(entry.id) for entry in self._binance.sandbox.entries if entry.source]
        done = [entry.transfer_id for entry in entries if entry.state == "done"]
        assert len(set(done)) == len(done)
        assert {*done} <= {*executed}
        assert len(executed) <= len([entry for entry in entries if entry.state == "done" or entry.is_open])

    def _once(self, journal: Journal, client: Any, key: str) -> Any:
        arguments = {"type": "MAIN_FUNDING", "asset": "USDT", "amount": AMOUNTS[key]}
        return journal.once(key, client.user_universal_transfer, **arguments)

    def _keep(self, key: str, receipt: Any) -> None:
        assert self._receipts.setdefault(key, receipt.tran_id) == receipt.tran_id

    def _settle(self) -> None:
        """Run what was begun again, with no fault and enough time: each is executed exactly once."""
        self._binance.clock.now += 2 * SETTLED
        with self._binance.client() as client, Journal(self._location) as journal:
            journal.recover(client)
            keys = [entry.key for entry in journal.entries()]
            for key in keys:
                self._keep(key, self._once(journal, client, key))
            assert {entry.state for entry in journal.entries()} <= {"done"}
        executed = [entry for entry in self._binance.sandbox.entries if entry.source]
        assert sorted(entry.id for entry in executed) == sorted(self._receipts.values())
        assert len(executed) == len(keys)


def test_any_sequence_of_crashes_and_reruns(new_location: Callable[[], str]) -> None:
    machine: Any = lambda: Nights(new_location())  # noqa: E731 - called like a class without arguments
    is_slow = new_location().startswith("postgresql")
    chosen = settings(
        # Without the phase that explains a failure, for which each line is traced.
        phases=[Phase.generate, Phase.shrink],
        max_examples=10 if is_slow else 60,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(machine, settings=chosen)
