"""Both drivers of a flow: what a command returns or raises arrives where the flow yielded it."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from generator.runtime.flow import Flow, run, run_async

Run = Callable[[Flow[Any, Any], Callable[[Any], object]], Any]


def run_in_loop(flow: Flow[Any, Any], perform: Callable[[Any], object]) -> Any:
    async def awaited(command: Any) -> object:
        await asyncio.sleep(0)
        try:
            return perform(command)
        except StopIteration as end:
            raise RuntimeError from end

    return asyncio.run(run_async(flow, awaited))


@pytest.fixture(params=[run, run_in_loop], ids=["sync", "async"])
def drive(request: pytest.FixtureRequest) -> Run:
    driver: Run = request.param
    return driver


def test_what_commands_return_arrives_and_what_the_flow_returns_is_returned(drive: Run) -> None:
    def flow() -> Flow[int, list[int]]:
        return [(yield 1), (yield 2), *(yield from part())]

    def part() -> Flow[int, list[int]]:
        return [(yield 3)]

    assert drive(flow(), lambda command: command * 10) == [10, 20, 30]


@pytest.mark.parametrize("error", [OSError("broken"), KeyboardInterrupt(), StopIteration(5)], ids=repr)
def test_what_a_command_raises_is_raised_where_it_was_yielded(drive: Run, error: BaseException) -> None:
    def flow() -> Flow[str, str]:
        try:
            yield "fail"
        except BaseException as raised:  # noqa: BLE001 - interruptions too
            caught = type(raised).__name__
        return f"{caught} {(yield 'go on')}"

    def perform(command: str) -> str:
        if command == "fail":
            raise error
        return command

    name = "RuntimeError" if isinstance(error, StopIteration) and drive is run_in_loop else type(error).__name__
    assert drive(flow(), perform) == f"{name} go on"


def test_what_the_flow_raises_has_no_context_of_a_command_that_failed_before(drive: Run) -> None:
    def flow() -> Flow[str, None]:
        with contextlib.suppress(OSError):
            yield "secret"
        raise ValueError("the end")

    def perform(command: str) -> None:
        raise OSError(command)

    with pytest.raises(ValueError, match="^the end$") as raised:
        drive(flow(), perform)
    assert raised.value.__context__ is None
    frames = traceback.TracebackException.from_exception(raised.value, capture_locals=True).stack
    assert not any("OSError" in str(frame.locals) for frame in frames if frame.filename.endswith("flow.py"))
