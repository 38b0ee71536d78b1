"""Moves funds: asks first, and makes the transfer through the journal, so that it can be settled whatever happens."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

import click

from ..errors import BinanceError, OutcomeUnknown
from ..operation import Collection, Transfer
from ..request import Prepared
from .options import journal_command, kebab, later_advice, resolve_advice
from .output import KEY_OF_CALL, Exit, ask, described, emit, is_final, keep_error, keep_outcome, message, readable
from .package import Package, short_url


class Move:
    """A transfer that the command line is to make."""

    def __init__(
        self,
        package: Package,
        prepared: Prepared[Any],
        arguments: Mapping[str, Any],
        *,
        key: str | None,
        journal: str | None,
        account: str,
        yes: bool,
        is_sandbox: bool,
        **_: object,
    ) -> None:
        self._package, self._prepared, self._arguments = package, prepared, arguments
        self._operation = prepared.operation
        self._key, self._is_new_key = _new_key() if key is None else key, key is None
        self._journal, self._account = journal, account
        self._is_agreed, self._is_sandbox = yes or is_sandbox, is_sandbox
        click.get_current_context().meta[KEY_OF_CALL] = self._key

    def make(self, *, as_json: bool) -> None:
        """Make the transfer and print its receipt, or raise what became of it."""
        operation, package = self._operation, self._package
        is_kept = operation.confirmation is not None
        if not is_kept and not self._is_new_key:
            why = "cannot be made once, as nothing confirms it; leave --key away."
            raise click.UsageError(f"{kebab(operation.name)} {why}")
        if not self._is_agreed:
            package.client.from_env().close()  # Raises what is wrong with the environment before it asks.
            ask("funds move", self._summary(), "Send it?", "Nothing was sent.")
        opened = package.open_journal(self._account, self._journal, is_new=True, is_sandbox=self._is_sandbox)
        with (
            package.open_client(operation, self._arguments if self._is_sandbox else None) as client,
            opened if is_kept else nullcontext() as journal,
        ):
            method = getattr(client, operation.name)
            receipt = self._send(partial(journal.once, self._key, method) if journal else method)
        record = {
            "outcome": "done",
            "operation": operation.name,
            "parameters": self._prepared.parameters,
            "key": self._key if is_kept else None,
            "receipt": receipt,
        }
        if self._is_sandbox:
            message("This was a rehearsal in a sandbox: nothing was sent to Binance.")
        lost = ["Executed. There is no receipt, as balances proved it or `journal resolve` was used."]
        emit(record, lost if receipt is None else described(receipt), as_json=as_json)

    def _send(self, once: Callable[..., Any]) -> Any:
        """Return the receipt, and keep the exit code before anything else is done, such as closing connections."""
        name = self._operation.name
        if self._is_new_key and self._operation.confirmation and not self._is_sandbox:
            message(f"The key of this transfer is {self._key}.")
        keep_outcome(Exit.UNKNOWN, f"Whether {name} was executed is not known; its key is {self._key}.")
        try:
            receipt = self._receipt(once)
        except BinanceError as error:
            keep_error(error)
            raise
        keep_outcome(Exit.DONE, f"{name} was executed: {readable(receipt) or 'its receipt is lost'}.")
        return receipt

    def _receipt(self, once: Callable[..., Any]) -> Any:
        """Return the receipt; whatever else happens once it may have been sent is an unknown outcome."""
        try:
            return once(**self._arguments)
        except OutcomeUnknown as error:
            if self._operation.confirmation and not self._is_sandbox:
                error.add_note(self._advice(error))
            raise
        except BinanceError:
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it is, it may have been sent
            known = error.__cause__ if isinstance(error, KeyboardInterrupt) else None
            if isinstance(known, OutcomeUnknown) and known.receipt is not None:
                return known.receipt
            if not isinstance(known, BinanceError):
                known = OutcomeUnknown(f"{self._operation.name} was interrupted by {type(error).__name__}: {error}")
            if isinstance(known, OutcomeUnknown):
                known.add_note(self._advice(known))
            raise known from None

    def _advice(self, error: OutcomeUnknown) -> str:
        """Return the command that finds out what became of it, or that writes what no read shows."""
        if error.verdict is not None and is_final(error.verdict):
            return resolve_advice(self._key)
        if error.verdict is not None and error.verdict.ask_again_at is not None:
            return later_advice(error.verdict.ask_again_at, "reconcile", self._key)
        return f"Find out what became of it with: {journal_command('reconcile', self._key)}"

    def _summary(self) -> list[str]:
        """Return what is about to happen, in lines."""
        operation, parameters = self._operation, self._prepared.parameters
        match operation.effect:
            case Transfer(by=by, routes=routes):
                source, target = routes.get(str(parameters[by]), ("?", "?"))
            case Collection(sources=sources, target=target):
                source = " and ".join(sources)
            case _:
                source, target = "", ""
        return [
            f"{operation.title or operation.name}{f', from {source} to {target}' if source else ''}:",
            *(f"  {name}: {value}" for name, value in parameters.items()),
            f"  sent to {short_url(self._package.base_url)}, key {self._key}, account {self._account}",
        ]


def _new_key() -> str:
    return f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.urandom(4).hex()}"
