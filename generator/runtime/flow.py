"""Runs a flow: a generator that decides everything and does nothing, and yields a command for whatever must be done.

The same flow serves blocking and asynchronous programs. What a command fails with, or is interrupted by, is raised in
the flow where it yielded the command, so that its `try` statements read as if it had done the work itself.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Generator
from inspect import GEN_CLOSED, getgeneratorstate
from typing import Any, TypeAlias, TypeVar

import msgspec

Command = TypeVar("Command")
Result = TypeVar("Result")

Flow: TypeAlias = Generator[Command, Any, Result]


class Sleep(msgspec.Struct, frozen=True):
    """The command to wait."""

    seconds: float

    def perform(self) -> None:
        """Hold up the calling thread."""
        time.sleep(self.seconds)

    async def perform_async(self) -> None:
        """Wait in the running event loop."""
        import asyncio  # noqa: PLC0415 - only asynchronous callers pay for its import

        await asyncio.sleep(self.seconds)


class Ask(msgspec.Struct, frozen=True):
    """The command to ask a limiter."""

    question: Callable[[], object]

    def perform(self) -> object:
        """Ask it in the calling thread."""
        return self.question()

    async def perform_async(self) -> object:
        """Ask it in the running event loop, and await what an `AsyncLimiter` returns."""
        returned = self.question()
        return await returned if inspect.isawaitable(returned) else returned


def run(flow: Flow[Command, Result], perform: Callable[[Command], object]) -> Result:
    """Return what the flow returns, with its commands performed in the calling thread."""
    step: Callable[[Any], Command] = flow.send
    value: Any = None
    while True:
        # An interruption can come between any two instructions, so everything that the flow must learn of is in here.
        try:
            while True:
                command = step(value)
                step, value = flow.send, perform(command)
        except BaseException as error:
            # What ended the flow must not stay in a local, as its text may hold the signed request.
            step, value = flow.throw, error
            if getgeneratorstate(flow) == GEN_CLOSED:
                del step, value
                if isinstance(error, StopIteration):
                    result: Result = error.value
                    return result
                raise


async def run_async(flow: Flow[Command, Result], perform: Callable[[Command], Awaitable[object]]) -> Result:
    """Return what the flow returns, with its commands awaited."""
    step: Callable[[Any], Command] = flow.send
    value: Any = None
    while True:
        try:
            while True:
                command = step(value)
                step, value = flow.send, await perform(command)
        except BaseException as error:
            step, value = flow.throw, error
            if getgeneratorstate(flow) == GEN_CLOSED:
                del step, value
                if isinstance(error, StopIteration):
                    result: Result = error.value
                    return result
                raise
