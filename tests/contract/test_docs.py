"""The documentation is the spec in two languages, and its examples run."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

import binance_transfers
from binance_transfers import RetryPolicy
from binance_transfers._runtime.client import AsyncAPIClient, SyncAPIClient
from binance_transfers._runtime.sandbox.demo import stock
from binance_transfers.operations import API
from binance_transfers.sandbox import FailureKind, Sandbox

from . import docs_checks, prose_checks, words_checks
from .pages import DOCS, LANGUAGES, Table, pages
from .reader import Spec

CHECKS = [
    docs_checks.page_list,
    docs_checks.overview,
    docs_checks.facts,
    docs_checks.parameters,
    docs_checks.conditions,
    docs_checks.fields,
    docs_checks.enums,
    docs_checks.wallets,
    docs_checks.limits,
    docs_checks.client,
    docs_checks.testing,
    docs_checks.errors,
    words_checks.texts,
    words_checks.endpoint_texts,
    words_checks.shapes,
    words_checks.languages,
    words_checks.typesetting,
    words_checks.links,
    prose_checks.measured,
    prose_checks.unmeasured,
    prose_checks.names,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_pages_are_what_the_spec_and_the_package_are(
    check: Callable[[Spec, Path], Iterator[str]], spec: Spec
) -> None:
    assert list(check(spec, DOCS)) == []


def _examples() -> list[tuple[str, str]]:
    return [
        (f"{language}/{path}", code)
        for language in LANGUAGES
        for path, page in pages(DOCS, language).items()
        for code in page.code("python")
        if not docs_checks.is_for_pytest(code)
    ]


def test_each_endpoint_page_has_one_example_and_the_documented_answer(spec: Spec) -> None:
    for _, place, operation, page in docs_checks.endpoints(spec, DOCS):
        assert (place, len(page.code("python"))) == (place, 1)
        assert [json.loads(response) for response in page.code("json")] == [operation.response_example]


@pytest.mark.parametrize(("place", "code"), _examples())
def test_each_example_runs_and_does_what_its_page_is_about(
    place: str, code: str, spec: Spec, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answered: list[int | None] = []
    handle = Sandbox.handle

    def noted(self: Sandbox, *request: Any) -> Any:
        reply = handle(self, *request)
        answered.append(self.requests[-1].status)
        return reply

    monkeypatch.setattr(Sandbox, "handle", noted)
    sandbox = Sandbox()
    stock(API, sandbox)
    monkeypatch.setenv("BINANCE_API_KEY", sandbox.api_key)
    monkeypatch.setenv("BINANCE_API_SECRET", sandbox.secret)
    for caller in (SyncAPIClient, AsyncAPIClient):
        defaults = {**(caller.__init__.__kwdefaults__ or {}), "transport": sandbox.transport}
        monkeypatch.setattr(caller.__init__, "__kwdefaults__", defaults)
    compiled = compile(code, place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    waiting = eval(compiled, {"__name__": "__main__"})  # noqa: S307 - the generated example, which readers run too
    if inspect.iscoroutine(waiting):
        asyncio.run(waiting)
    operations = [operation for operation in spec.operations if place.endswith(f"endpoints/{operation.name}.md")]
    assert set(answered) == {200}
    for operation in operations:
        assert [received.operation for received in sandbox.requests] == [operation.name]
        printed = capsys.readouterr().out.strip()
        assert printed
        assert operation.model.alias or operation.model.name in printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_failure_ends_as_its_row_says(language: str, spec: Spec) -> None:
    mover, reader = (
        next(operation.name for operation in spec.operations if operation.moves_funds is moves)
        for moves in (True, False)
    )
    table = next(table for table in pages(DOCS, language)["testing.md"].tables if "server_error" in table.column(0))
    for kind, _, _, ending in table.rows:
        assert (kind, _ending(kind, mover, attempts=1, seconds=60) in ending.split()) == (kind, True)
        mended = kind in ("clock", "rate_limit", "slow")
        assert (kind, _ending(kind, mover, attempts=2) == "the receipt") == (kind, mended)
        assert (kind, _ending(kind, reader, attempts=2) == "the receipt") == (kind, kind != "ban")


def _ending(kind: str, name: str, *, attempts: int, seconds: float = 0) -> str:
    """Return how a call that meets a failure ends, which it does within a moment."""
    sandbox, retry = Sandbox(), RetryPolicy(attempts=attempts, first_delay=0)
    stock(API, sandbox)
    sandbox.inject(cast(FailureKind, kind), seconds=seconds)
    with binance_transfers.Client(
        sandbox.api_key, sandbox.secret, transport=sandbox.transport, retry=retry, timeout=0.01
    ) as client:
        try:
            getattr(client, name)(**binance_transfers.OPERATIONS[name].example)
        except binance_transfers.BinanceError as error:
            return type(error).__name__
    return "the receipt"


def _codes(language: str) -> Table:
    tables = pages(DOCS, language)["errors.md"].tables
    return next(table for table in tables if "-1000" in table.column(0))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_code_raises_what_its_row_says(language: str, spec: Spec) -> None:
    mover, reader = (
        next(operation.name for operation in spec.operations if operation.moves_funds is moves)
        for moves in (True, False)
    )
    for row in _codes(language).rows:
        response = httpx.Response(400, json={"code": int(row[0]), "msg": "Sent by the test."})
        transport = httpx.MockTransport(lambda _, response=response: response)
        once = RetryPolicy(attempts=1)
        with binance_transfers.Client("key", "secret", transport=transport, retry=once) as client:
            moving = _raised(getattr(client, mover))
            reading = _raised(getattr(client, reader))
        assert (row[0], row[5], row[6]) == (row[0], moving, reading)


def _raised(method: Any) -> str:
    with pytest.raises(binance_transfers.BinanceError) as caught:
        method(**binance_transfers.OPERATIONS[method.__name__].example)
    return type(caught.value).__name__


# In the order of the table: no connection, no proof, 429, a timestamp refused, 418, any other refusal.
_ATTEMPTS: list[httpx.Response | httpx.ConnectError] = [
    httpx.ConnectError("Sent by the test."),
    httpx.Response(502),
    httpx.Response(429, headers={"Retry-After": "0"}),
    httpx.Response(400, json={"code": -1021, "msg": "Sent by the test."}),
    httpx.Response(418, headers={"Retry-After": "0"}),
    httpx.Response(400, json={"code": -9999, "msg": "Sent by the test."}),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_sent_again_is_what_the_table_says(language: str, spec: Spec) -> None:
    mover, reader = (
        next(operation for operation in spec.operations if operation.moves_funds is moves) for moves in (True, False)
    )
    table = next(table for table in pages(DOCS, language)["client.md"].tables if "RateLimited" in table.rows[2][0])
    for ending, row in zip(_ATTEMPTS, table.rows, strict=True):
        found = [docs_checks.YES[language][_times_sent(operation.name, ending) > 1] for operation in (reader, mover)]
        assert (row[0], row[1:3]) == (row[0], found)


def _times_sent(name: str, ending: httpx.Response | httpx.ConnectError) -> int:
    sent = []

    def response(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v3/time":
            return httpx.Response(200, json={"serverTime": 1_700_000_000_000})
        sent.append(request)
        if isinstance(ending, httpx.ConnectError):
            raise ending
        return httpx.Response(ending.status_code, headers=ending.headers, content=ending.content)

    transport, retry = httpx.MockTransport(response), RetryPolicy(first_delay=0)
    with binance_transfers.Client("key", "secret", transport=transport, retry=retry) as client:
        _raised(getattr(client, name))
    return len(sent)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tree_of_exceptions_is_that_of_the_package(language: str) -> None:
    tree = pages(DOCS, language)["errors.md"].code("text")[0]
    assert _tree(binance_transfers.BinanceError) == [line.strip("│├└─ ") for line in tree.splitlines()]
    depths = [(len(line) - len(line.lstrip("│├└─ "))) // 4 for line in tree.splitlines()]
    assert depths == _depths(binance_transfers.BinanceError, 0)


def _children(kind: type[Exception]) -> list[type[Exception]]:
    found: list[type[Exception]] = []
    for child in kind.__subclasses__():
        found += _children(child) if child.__name__.startswith("_") else [child]
    return found


def _tree(kind: type[Exception]) -> list[str]:
    return [kind.__name__, *(name for child in _children(kind) for name in _tree(child))]


def _depths(kind: type[Exception], depth: int) -> list[int]:
    return [depth, *(found for child in _children(kind) for found in _depths(child, depth + 1))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_of_exceptions_name_what_the_package_has(language: str) -> None:
    tables = pages(DOCS, language)["errors.md"].tables
    assert tables[0].column(0) == _tree(binance_transfers.BinanceError)
    unknown = binance_transfers.OutcomeUnknown("Made by the test.")
    invalid = binance_transfers.InvalidRequest(("Made by the test.",))
    attributes = {name for error in (unknown, invalid) for name in vars(error)}
    assert set(tables[1].column(0)) == attributes


def test_the_pages_say_that_they_are_generated() -> None:
    for file in sorted(DOCS.rglob("*.md")):
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        assert (file, "python -m generator" in first) == (file, True)
