"""From the document to the intermediate representation: the root, and what the readers of its parts return."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from generator.openapi.document import Document
from generator.runtime.base_url import parse_base_url
from generator.vocabulary import LANGUAGES

from . import types as ir
from .models import ModelReader
from .operations import OperationReader
from .reader import Reader
from .values import ValueReader

T = TypeVar("T")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?", re.ASCII)


def build(document: Document) -> ir.Api:
    """Read the whole document.

    Raises:
        SpecError: The document has errors, whether they were found here or before.
    """
    api = _RootReader(document).api()
    document.raise_errors()
    if api is None:
        raise AssertionError("a document that cannot be built has an error")
    return api


class _RootReader(Reader):
    def api(self) -> ir.Api | None:
        """Return the representation, or nothing where an error is in the way."""
        values = ValueReader(self._document)
        models = ModelReader(self._document, values)
        operations = OperationReader(self._document, values, models).operations()
        values.read_other_enums()
        info = self._attempt(("info",), self._info)
        budgets = self._attempt(("x-binance-rate-limits",), lambda: tuple(self._budgets()))
        servers = self._attempt(("servers",), lambda: tuple(self._servers()))
        wallets = self._attempt(("x-binance-wallets",), lambda: tuple(self._wallets()))
        errors = self._attempt(("x-binance-errors",), lambda: tuple(self._errors()))
        for name in models.models.keys() & values.enums.keys():
            self._document.error(("components", "schemas", name), f"{name} is both an enum and a model.")
        if info is None or budgets is None or servers is None or wallets is None or errors is None:
            return None
        return ir.Api(
            title=self._text(("info",), info, "title"),
            text=self._text(("info",), info),
            version=info["version"],
            languages=tuple(LANGUAGES) if self._bilingual else ("en",),
            servers=servers,
            budgets=budgets,
            wallets=wallets,
            errors=errors,
            enums=tuple(self._in_order(values.enums).values()),
            models=tuple({**self._in_order(models.models), **models.models}.values()),
            operations=operations,
        )

    def _in_order(self, found: Mapping[str, T]) -> dict[str, T]:
        """Return what is written under components/schemas, in its order."""
        return {name: found[name] for name in self._components("schemas") if name in found}

    def _servers(self) -> Iterator[ir.Server]:
        for index, server in enumerate(self._data["servers"]):
            path = ("servers", index)
            try:
                parse_base_url(server["url"])
            except ValueError:
                example = "a scheme, a host and at most a port, such as https://api.binance.com"
                message = f"requests cannot be sent to {server['url']!r}; allowed: {example}."
                self._document.error((*path, "url"), message)
            yield ir.Server(server["url"], self._text(path, server), spec_path=path)

    def _info(self) -> Mapping[str, Any]:
        info: Mapping[str, Any] = self._data["info"]
        if not _VERSION.fullmatch(info["version"]):
            message = f"version is {info['version']!r}; it becomes the package's, so write it like 1.2.3 or 1.2.3rc1."
            self._document.error(("info", "version"), message)
        return info

    def _budgets(self) -> Iterator[ir.Budget]:
        for scope, budget in self._data.get("x-binance-rate-limits", {}).items():
            path = ("x-binance-rate-limits", scope)
            yield ir.Budget(scope, budget["weight"], budget["seconds"], spec_path=path)

    def _wallets(self) -> Iterator[ir.Wallet]:
        for name, wallet in self._data.get("x-binance-wallets", {}).items():
            path = ("x-binance-wallets", name)
            yield ir.Wallet(name, self._text(path, wallet), wallet.get("per"), spec_path=path)

    def _errors(self) -> Iterator[ir.ErrorCode]:
        seen: set[int] = set()
        for index, error in enumerate(self._data.get("x-binance-errors", ())):
            path = ("x-binance-errors", index)
            if error["code"] in seen:
                self._document.error((*path, "code"), f"the code {error['code']} is here a second time.")
            seen.add(error["code"])
            yield ir.ErrorCode(
                code=error["code"],
                name=error["name"],
                outcome=error["outcome"],
                documented=error["documented"],
                exception=error.get("exception", "Rejected"),
                text=self._text(path, error),
                spec_path=path,
            )
