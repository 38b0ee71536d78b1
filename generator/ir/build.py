"""From the document to the intermediate representation: the root, and what the readers of its parts return."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from generator.openapi.document import Document, mentions
from generator.runtime.base_url import parse_base_url
from generator.vocabulary import LANGUAGES

from . import types as ir
from .node import Context, Node
from .operations import read_operations
from .values import read_enum

T = TypeVar("T")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?", re.ASCII)


def build(document: Document) -> ir.Api:
    """Read the whole document.

    Raises:
        SpecError: The document has errors, whether they were found here or before.
    """
    context = Context(document, mentions(document.data, "x-binance-zh"))
    root = Node(context, (), document.data)
    operations = read_operations(root)
    for schema in root.components("schemas").values():
        schema.attempt(_enum)
    info: Any = root.child("info").attempt(_info)
    parts: dict[str, Any] = {
        "servers": root.child("servers").attempt(lambda _: tuple(_servers(root))),
        "budgets": root.child("x-binance-rate-limits").attempt(lambda _: tuple(_budgets(root))),
        "wallets": root.child("x-binance-wallets").attempt(lambda _: tuple(_wallets(root))),
        "errors": root.child("x-binance-errors").attempt(lambda _: tuple(_errors(root))),
    }
    for name in context.models.keys() & context.enums.keys():
        document.error(("components", "schemas", name), f"{name} is both an enum and a model.")
    document.raise_errors()
    models = {name: model for name, model in context.models.items() if model}
    return ir.Api(
        languages=tuple(LANGUAGES) if context.bilingual else ("en",),
        enums=tuple(_in_order(root, context.enums).values()),
        models=tuple({**_in_order(root, models), **models}.values()),
        operations=operations,
        **info,
        **parts,
    )


def _in_order(root: Node, found: Mapping[str, T]) -> dict[str, T]:
    """Return what is written under components/schemas, in its order."""
    return {name: found[name] for name in root.components("schemas") if name in found}


def _enum(schema: Node) -> None:
    if schema.is_enum():
        read_enum(schema, str(schema.path[-1]))


def _info(info: Node) -> dict[str, Any]:
    version = info.get("version")
    if not _VERSION.fullmatch(version):
        message = f"version is {version!r}; it becomes the package's, so write it like 1.2.3 or 1.2.3rc1."
        info.error(message, "version")
    return {"title": info.text("title"), "text": info.text(), "version": version}


def _servers(root: Node) -> Iterator[ir.Server]:
    for server in root.children("servers"):
        url = server.get("url")
        try:
            parse_base_url(url)
        except ValueError:
            example = "a scheme, a host and at most a port, such as https://api.binance.com"
            server.error(f"requests cannot be sent to {url!r}; allowed: {example}.", "url")
        yield ir.Server(url, server.text(), spec_path=server.path)


def _budgets(root: Node) -> Iterator[ir.Budget]:
    for budget in root.children("x-binance-rate-limits"):
        scope: Any = budget.path[-1]
        yield ir.Budget(scope, **budget.data, spec_path=budget.path)


def _wallets(root: Node) -> Iterator[ir.Wallet]:
    for wallet in root.children("x-binance-wallets"):
        yield ir.Wallet(str(wallet.path[-1]), wallet.text(), wallet.get("per"), spec_path=wallet.path)


def _errors(root: Node) -> Iterator[ir.ErrorCode]:
    seen: set[int] = set()
    for error in root.children("x-binance-errors"):
        facts = {key: error.get(key) for key in ("code", "name", "outcome", "documented")}
        if facts["code"] in seen:
            error.error(f"the code {facts['code']} is here a second time.", "code")
        seen.add(facts["code"])
        exception = error.get("exception", "Rejected")
        yield ir.ErrorCode(**facts, exception=exception, text=error.text(), spec_path=error.path)
