"""From the document to the intermediate representation: the root, and what the readers of its parts return."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from generator.openapi.document import Document, has_key
from generator.openapi.texts import check_texts
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
    context = Context(document, has_key(document.data, "x-binance-zh"))
    root = Node(context, (), document.data)
    operations = read_operations(root)
    for schema in root.components("schemas").values():
        schema.attempt(_enum)
    info: Any = root.child("info").attempt(_info)
    parts: dict[str, Any] = {
        "servers": root.child("servers").attempt(lambda servers: tuple(map(_server, servers))),
        "budgets": root.child("x-binance-rate-limits").attempt(lambda budgets: tuple(map(_budget, budgets))),
        "wallets": root.child("x-binance-wallets").attempt(lambda wallets: tuple(map(_wallet, wallets))),
        "errors": root.child("x-binance-errors").attempt(_errors),
        "tags": root.child("tags").attempt(_tags),
    }
    for name in context.models.keys() & context.enums.keys():
        document.error(("components", "schemas", name), f"{name} is both an enum and a model.")
    check_texts(document)
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


def _in_order(root: Node, records: Mapping[str, T]) -> dict[str, T]:
    """Return what is written under components/schemas, in its order."""
    return {name: records[name] for name in root.components("schemas") if name in records}


def _enum(schema: Node) -> None:
    if schema.is_enum():
        read_enum(schema, str(schema.path[-1]))


def _info(info: Node) -> dict[str, Any]:
    version = info.get("version")
    if not _VERSION.fullmatch(version):
        message = f"version is {version!r}; it becomes the package's, so write it like 1.2.3 or 1.2.3rc1."
        info.error(message, "version")
    return {"title": info.text("title"), "text": info.sentences(), "version": version}


def _server(server: Node) -> ir.Server:
    url = server.get("url")
    try:
        parse_base_url(url)
    except ValueError:
        example = "a scheme, a host and at most a port, such as https://api.binance.com"
        server.error(f"requests cannot be sent to {url!r}; allowed: {example}.", "url")
    return ir.Server(url, server.sentences(), spec_path=server.path)


def _budget(budget: Node) -> ir.Budget:
    scope: Any = budget.path[-1]
    return ir.Budget(scope, **budget.data, spec_path=budget.path)


def _wallet(wallet: Node) -> ir.Wallet:
    return ir.Wallet(str(wallet.path[-1]), wallet.text(), wallet.get("per"), spec_path=wallet.path)


def _tags(tags: Node) -> tuple[ir.Tag, ...]:
    found: dict[str, ir.Tag] = {}
    for tag in tags:
        if (name := tag.get("name")) in found:
            tag.error(f"the tag {name} is here a second time.", "name")
        found[name] = ir.Tag(name, tag.text(), spec_path=tag.path)
    return tuple(found.values())


def _errors(errors: Node) -> tuple[ir.ErrorCode, ...]:
    known: dict[int, ir.ErrorCode] = {}
    for error in errors:
        facts = {key: error.get(key) for key in ("code", "name", "outcome", "documented")}
        if (code := error.get("code")) in known:
            error.error(f"the code {code} is here a second time.", "code")
        exception, pending = error.get("exception", "Rejected"), error.get("pending", False)
        if pending and facts["outcome"] != "unknown":
            error.error(f"the code {code} is pending, so its outcome must be unknown.", "outcome")
        known[code] = ir.ErrorCode(
            **facts, exception=exception, pending=pending, text=error.sentences(), spec_path=error.path
        )
    return tuple(known.values())
