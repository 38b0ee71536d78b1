"""The journal as users see it: makes each transfer once, settles what is open, and lists what was done."""

from __future__ import annotations

import inspect
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from types import TracebackType
from typing import Any, Literal, ParamSpec, Self, TypeVar, cast, overload

from ..base_client import BaseClient
from ..client import AsyncAPIClient, SyncAPIClient
from ..errors import InvalidRequest
from ..operation import Operation
from ..port import Port
from ..short_repr import short_repr
from ..verdict import Verdict
from .entry import JournalEntry, checked_name, to_json
from .once import Once, WhenEqual
from .store import Store

Arguments = ParamSpec("Arguments")
Receipt = TypeVar("Receipt")


class Journal:
    """Keeps every transfer where it outlives the process, so that each key's transfer is made once.

        journal = Journal("transfers.sqlite")
        receipt = journal.once("2026-11-28/sweep", client.user_universal_transfer, type="MAIN_UMFUTURE", asset="USDT", amount=5)

    A journal is safe to share between threads, and its database between processes. All transfers of an account have to
    go through one database under one name. Binance keeps no mark of a call: an equal transfer that a person or another
    program makes in the minute in which one of the journal is unresolved can be taken for it. A client of another
    account would not find the journal's transfers, and so make them again. Rehearsals need a journal, or an account, of
    their own: a client of the sandbox, or of this machine, is refused where others sent to Binance, and the reverse.
    """

    def __init__(
        self, location: str | os.PathLike[str], *, account: str = "default", equal: WhenEqual = "refuse"
    ) -> None:
        """Open a journal, and create it where there is none.

        Args:
            location: The path of an SQLite file on a local disk, or a URL such as `postgresql://host/database`.
            account: Any name of the account that the transfers are of; each account has keys of its own.
            equal: What happens to a transfer while an equal one is unresolved under another key: it is refused, or
                waits until its client's deadline.

        Raises:
            ValueError: An argument cannot be used.
            JournalError: The database cannot be used.
        """
        if equal not in ("refuse", "wait"):
            raise ValueError(f"equal is {short_repr(equal)}; allowed: 'refuse', 'wait'.")
        self._equal: WhenEqual = equal
        self._store = Store(location, checked_name("account", account))

    @overload
    def once(
        self,
        key: str,
        method: Callable[Arguments, Coroutine[Any, Any, Receipt]],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Coroutine[Any, Any, Receipt | None]: ...
    @overload
    def once(
        self, key: str, method: Callable[Arguments, Receipt], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Receipt | None: ...
    def once(self, key: str, method: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Make a transfer, unless the key's transfer is made already.

        Args:
            key: What names this one transfer, whatever runs again: such as the date and the step of a job.
            method: The client's method, of either client; what an async client's method makes is awaited.
            args: None; the methods take keyword arguments.
            kwargs: The arguments of the method.

        Returns:
            The receipt, also where it was made before. `None`: the transfer was executed and its receipt is lost, as
            `resolve` or balances say; balances only where receipts name an id.

        Raises:
            InvalidRequest: An argument breaks a rule, or the key stands for another transfer; nothing was sent.
            JournalError: The journal cannot be used, or an equal transfer is unresolved; nothing was sent.
            NotExecuted: Binance certainly did not do it; the same key may be used again.
            OutcomeUnknown: It may have happened. The same key finds out, and sends again only what was not executed.
        """
        port, operation = _operation(method)
        try:
            arguments = inspect.signature(method).bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{method.__qualname__}(): {error}") from None
        arguments.apply_defaults()
        return port.run(Once(self._store, port, self._equal).once(key, operation, arguments.arguments))

    @overload
    def recover(
        self, client: SyncAPIClient, *, key: str | None = None, wait: float = 0
    ) -> tuple[JournalEntry, ...]: ...
    @overload
    def recover(
        self, client: AsyncAPIClient, *, key: str | None = None, wait: float = 0
    ) -> Awaitable[tuple[JournalEntry, ...]]: ...
    def recover(self, client: SyncAPIClient | AsyncAPIClient, *, key: str | None = None, wait: float = 0) -> Any:
        """Find out what became of every open transfer that no call is carrying out; nothing is sent again.

        Args:
            client: A client of the journal's account, of either kind.
            key: The one transfer to find out about; by default every open one.
            wait: Seconds to wait at most for each transfer where asking again later may tell more.

        Returns:
            The entries that were open, with their verdicts, as they are now.

        Raises:
            JournalError: The journal cannot be used.
            OutcomeUnknown, InvalidRequest: A read failed, or cannot be made, so the transfer is as open as before. A note
                names its key where the others were settled all the same.
        """
        port = _port(client)
        return port.run(Once(self._store, port, self._equal).recover(wait, key))

    def resolve(self, key: str, *, executed: bool) -> JournalEntry:
        """Write what you found out yourself about an open transfer that `recover` leaves open; nothing is read or sent.

        Args:
            key: The transfer's key.
            executed: Whether it was executed: then the key returns `None` from now on, else it may be sent again.

        Returns:
            The entry as it is now.

        Raises:
            JournalError: The key has no open transfer, a call carries it out, or it may still be executed.
        """
        outcome: Literal["executed", "not_executed"] = "executed" if executed else "not_executed"
        self._store.resolve(key, Verdict(outcome, "It was resolved by hand."))
        return self._store.find([key])[0]

    def entries(self, *, key: str | None = None) -> Iterator[JournalEntry]:
        """Yield the entries of the account, oldest first; or the one of a key, where there is one."""
        for page in self._store.pages(key):
            yield from page.values()

    def export(self, *, key: str | None = None) -> Iterator[str]:
        """Yield each entry of the account, or the one of a key, with all that happened to it, as a line of JSON."""
        for page in self._store.pages(key):
            events = self._store.events(page)
            for id_, entry in page.items():
                yield to_json({"entry": entry, "events": events.get(id_, [])})

    def close(self) -> None:
        """Close the connections to the database."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Journal({self._store.name!r}, account={self._store.account!r})"


def _port(client: Any) -> Port:
    # Untyped, as it is the package's own; a journal is part of the package.
    port: Port = client._port()  # noqa: SLF001
    return port


def _operation(method: object) -> tuple[Port, Operation[Any]]:
    """Return the client's port and the operation that a method calls, or raise which methods there are."""
    name = getattr(method, "__name__", None)
    if not isinstance(getattr(method, "__self__", None), BaseClient):
        problem = f"{short_repr(method)} is no method of a client; give one, such as client.user_universal_transfer."
        raise InvalidRequest((problem,))
    client = cast("Any", method).__self__
    port = _port(client)
    operations = port.api.operations.values()
    allowed = {
        operation.name: operation for operation in operations if operation.moves_funds and operation.confirmation
    }
    if name not in allowed:
        problem = f"{name} cannot be made once: it moves no funds, or nothing confirms it; allowed: {', '.join(allowed) or 'none'}."
        raise InvalidRequest((problem,))
    *_, own = (vars(owner)[name] for owner in type(client).__mro__ if name in vars(owner))
    if getattr(method, "__func__", None) is not own:
        replaced = f"{type(client).__name__}.{name} is not the package's own, and a journal would not run it"
        raise InvalidRequest((f"{replaced}; do its work before once.",))
    return port, allowed[name]
