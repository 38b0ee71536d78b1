"""The documentation is the spec in two languages, and its examples run."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
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
from .prose_checks import MOVER, READER, answer, ends, raised
from .reader import Spec

CHECKS = [
    docs_checks.page_list,
    docs_checks.tables,
    docs_checks.members,
    docs_checks.lists,
    docs_checks.matrices,
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
        if not docs_checks.is_for_pytest(code) and not docs_checks.is_tested_with_the_journal(code)
    ]


def test_each_endpoint_page_has_one_example_and_the_documented_answer(spec: Spec) -> None:
    for _, place, operation, page in docs_checks.endpoints(spec, DOCS):
        assert (place, len(page.code("python"))) == (place, 1)
        assert [json.loads(response) for response in page.code("json")] == [operation.response_example]


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(("place", "code"), _examples())
def test_each_example_runs_and_does_what_its_page_is_about(
    place: str,
    code: str,
    spec: Spec,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
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
    assert set(answered) - ({None} if "inject(" in code else set()) == {200}
    for operation in operations:
        assert [received.operation for received in sandbox.requests] == [operation.name]
        printed = capsys.readouterr().out.strip()
        assert printed
        record = next(model for model in operation.models if not model.annotation)
        assert record.name in printed


def _table(language: str, page: str, cell: str) -> Table:
    return next(table for table in pages(DOCS, language)[page].tables if any(cell in row for row in table.rows))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_failure_ends_as_its_row_says(language: str) -> None:
    for kind, _, _, ending in _table(language, "testing.md", "server_error").rows:
        assert (kind, _ending(kind, MOVER.name, attempts=1, seconds=60) in ending.split()) == (kind, True)
        mended = kind in ("clock", "rate_limit", "slow", "no_connection")
        assert (kind, _ending(kind, MOVER.name, attempts=2) == "the receipt") == (kind, mended)
        assert (kind, _ending(kind, READER.name, attempts=2) == "the receipt") == (kind, kind not in ("ban", "refuse"))


def _ending(kind: str, name: str, *, attempts: int, seconds: float = 0) -> str:
    """Return how a call that meets a failure ends; where the failure takes some seconds, the call waits for a moment."""
    sandbox, retry = Sandbox(), RetryPolicy(attempts=attempts, first_delay=0)
    timeout = 0.01 if seconds else 10.0
    stock(API, sandbox)
    sandbox.inject(cast(FailureKind, kind), seconds=seconds, code=-3004 if kind == "refuse" else None)
    with binance_transfers.Client(
        sandbox.api_key, sandbox.secret, transport=sandbox.transport, retry=retry, timeout=timeout
    ) as client:
        try:
            getattr(client, name)(**binance_transfers.OPERATIONS[name].example)
        except binance_transfers.BinanceError as error:
            return type(error).__name__
    return "the receipt"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_code_raises_what_its_row_says(language: str) -> None:
    for name, *_, moving, reading in _table(language, "errors.md", "-1000 UNKNOWN").rows:
        code = name.split()[0]
        found = [ends(lambda: answer(400, int(code)), operation.name) for operation in (MOVER, READER)]  # noqa: B023
        assert (code, found) == (code, [moving, reading])


# In the order of the table: no connection, no proof, 429, a timestamp refused, 418, any other refusal.
_ATTEMPTS: list[httpx.Response | httpx.ConnectError] = [
    httpx.ConnectError("Sent by the test."),
    answer(502),
    httpx.Response(429, headers={"Retry-After": "0"}),
    answer(400, -1021),
    httpx.Response(418, headers={"Retry-After": "0"}),
    answer(400, -9999),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_sent_again_is_what_the_table_says(language: str) -> None:
    table = next(table for table in pages(DOCS, language)["client.md"].tables if "RateLimited" in table.rows[2][0])
    for ending, row in zip(_ATTEMPTS, table.rows, strict=True):
        found = [docs_checks.YES[language][_times_sent(operation.name, ending) > 1] for operation in (READER, MOVER)]
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
        raised(client, name)
    return len(sent)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tree_of_exceptions_is_that_of_the_package(language: str) -> None:
    lines = pages(DOCS, language)["errors.md"].code("text")[0].splitlines()
    names = [line.lstrip("│├└─ ") for line in lines]
    depths = [(len(line) - len(name)) // 4 for line, name in zip(lines, names, strict=True)]
    assert [*zip(names, depths, strict=True)] == [*_tree(binance_transfers.BinanceError)]


def _tree(kind: type[Exception], depth: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the public exceptions with their depths; a private one between two is skipped."""
    is_public = not kind.__name__.startswith("_")
    if is_public:
        yield kind.__name__, depth
    for child in kind.__subclasses__():
        yield from _tree(child, depth + is_public)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_of_exceptions_name_what_the_package_has(language: str) -> None:
    tables = pages(DOCS, language)["errors.md"].tables
    assert tables[0].column(0) == [name for name, _ in _tree(binance_transfers.BinanceError)]
    unknown = binance_transfers.OutcomeUnknown("Made by the test.")
    invalid = binance_transfers.InvalidRequest(("Made by the test.",))
    attributes = {name for error in (unknown, invalid) for name in vars(error)}
    assert set(tables[1].column(0)) == attributes


# GitHub's page is 1012 pixels wide; a column is at least as wide as its longest word, which breaks at a hyphen only.
_PAGE, _CHARACTER, _CELL = 1012, 8.5, 26
_WORD = re.compile(r"[!-~]+?(?:-|(?![!-~]))|.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_fits_the_width_of_a_page(language: str) -> None:
    widths = {}
    for path, page in pages(DOCS, language).items():
        for table in page.tables:
            longest = [
                max(len(word) for cell in column for word in [*_WORD.findall(cell), ""])
                for column in zip(*table.rows, strict=True)
            ]
            widths[f"{path}, table of {table.rows[0][0]}"] = sum(_CHARACTER * length + _CELL for length in longest)
    assert {place: width for place, width in widths.items() if width > _PAGE} == {}, (
        f"These tables are wider than the {_PAGE} pixels of a page; shorten their longest words, for example by a schema of its own for a record with a long name."
    )


# Coming from another client, whose last column is about this package.


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_is_compared_with_those_of_other_clients(language: str) -> None:
    python_binance, ccxt = [table for table in pages(DOCS, language)["coming-from.md"].tables if table.width == 2]
    assert ccxt.column(1) == [*binance_transfers.OPERATIONS], (
        f"The table of ccxt in generator/templates/docs/{language}/coming-from.md.j2 needs a row for every method, in their order."
    )
    assert {*python_binance.column(1)} < {*binance_transfers.OPERATIONS}
    for code in pages(DOCS, language)["coming-from.md"].code("py"):
        ast.parse(code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_ends_as_it_is_compared_with_those_of_other_clients(language: str) -> None:
    endings = [
        httpx.ConnectError("Sent by the test."),
        httpx.ReadError("Sent by the test."),
        answer(400, -5002),
        answer(400, -1007),
        httpx.Response(502, text="<html>"),
        answer(200),
        httpx.Response(200, text="<html>"),
        httpx.Response(307, headers={"Location": "/elsewhere"}),
    ]
    outcomes = _table(language, "coming-from.md", "NotSent").column(4)
    assert outcomes == [ends(lambda: ending) for ending in endings]  # noqa: B023 - called at once


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amount_is_sent_as_it_is_compared_with_those_of_other_clients(language: str) -> None:
    table = _table(language, "coming-from.md", "0.1 + 0.2")
    given = [eval(amount, {"Decimal": Decimal}) for amount in table.column(0)]  # noqa: S307 - our own page
    assert table.column(4) == [_amount_sent(amount) for amount in given]


def _amount_sent(amount: Any) -> str:
    sent = list[str]()

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.params["amount"])
        return httpx.Response(200, json={"tranId": 1})

    with binance_transfers.Client("key", "secret", transport=httpx.MockTransport(respond)) as client:
        try:
            client.user_universal_transfer(type="MAIN_UMFUTURE", asset="USDT", amount=amount)
        except binance_transfers.InvalidRequest as error:
            return type(error).__name__
    return sent[0]
