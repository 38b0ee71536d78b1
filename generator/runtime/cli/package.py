"""What the command line has of the package that it belongs to, and how it opens clients and journals of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import click
import msgspec
from click.core import ParameterSource

from ..client import SyncAPIClient
from ..errors import JournalError
from ..operation import Api, Documentation, Operation
from .output import waiting

if TYPE_CHECKING:
    from ..journal import Journal

JOURNAL_VARIABLE = "BINANCE_TRANSFERS_JOURNAL"
_BASE_URL = "BINANCE_BASE_URL"
Choices: TypeAlias = Mapping[str, tuple[str | int, str]]
"""The values that a parameter takes and their texts, by name."""


@dataclass(frozen=True, slots=True)
class Package:
    """The package: its table, the words of its help, its client and its sandbox."""

    api: Api
    texts: Mapping[str, tuple[str, Mapping[str, tuple[str, str | None]]]]
    """The text of each operation, and by argument the text and the enum of its parameters."""
    choices: Mapping[str, Choices]
    """The values of each enum."""
    client: type[SyncAPIClient]
    sandbox: Callable[[], Any]

    @property
    def base_url(self) -> str:
        """Where requests are sent."""
        return os.environ.get(_BASE_URL) or self.api.servers[0]

    @contextmanager
    def open_client(
        self, operation: Operation[Any] | None, arguments: Mapping[str, Any] | None = None, doing: str = "", **more: Any
    ) -> Generator[SyncAPIClient]:
        """Yield a client of the environment, or with `arguments` one of a sandbox that holds what the call needs."""
        if operation is not None and arguments is not None:
            client = self.client(**self._sandbox_settings(operation, arguments), **more)
        elif operation is None or operation.requires_key:
            client = self.client.from_env(when_full="wait", **more)
        else:
            client = self.client(base_url=self.base_url, **more)
        with client, waiting(doing or (operation and (operation.title or operation.name)) or "Waiting"):
            yield client

    def _sandbox_settings(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
        from ..sandbox.demo import stock  # noqa: PLC0415 - for those who ask for it

        sandbox = self.sandbox()
        given = {name: value for name, value in arguments.items() if value is not None}
        example = msgspec.structs.replace(operation.documentation(operation.name), example=given)

        def documentation(_: str) -> Documentation:
            return example

        called = {**self.api.operations, operation.name: replace(operation, documentation=documentation)}
        stock(replace(self.api, operations=called), sandbox)
        return {"api_key": sandbox.api_key, "secret": sandbox.secret, "transport": sandbox.transport}

    @contextmanager
    def open_journal(
        self, account: str, location: str | None, *, is_new: bool = False, is_sandbox: bool = False
    ) -> Generator[Journal]:
        """Yield the journal, made where it `is_new`; a sandbox has one of its own, as nothing happens there."""
        from ..journal import Journal  # noqa: PLC0415 - SQLAlchemy takes long to import

        with TemporaryDirectory() as folder:
            location = (
                str(Path(folder, "journal.sqlite")) if is_sandbox else location or self._usual_location(is_new=is_new)
            )
            if not (is_new or "://" in location or Path(location).exists()):
                raise JournalError(f"There is no journal {location}.")
            with Journal(location, account=account) as journal:
                yield journal

    def _usual_location(self, *, is_new: bool) -> str:
        """Return where the journal is if nobody says so; only for Binance, as rehearsals must not count as done."""
        if self.base_url.rstrip("/") not in self.api.servers:
            why = f"{_BASE_URL} leads to {short_url(self.base_url)} and not to Binance"
            raise click.UsageError(
                f"{why}: give that address a journal of its own with --journal or {JOURNAL_VARIABLE}."
            )
        folder = Path(click.get_app_dir("binance-transfers"))
        try:
            if is_new:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(f"The folder {folder} of the journal cannot be made: {error.strerror}.") from error
        return str(folder / "journal.sqlite")


def short_url(url: str) -> str:
    """Return the host and the port of an address, which is all of it that surely holds no password."""
    return urlsplit(url).netloc.rpartition("@")[2] or "another address"


def _holds_password(url: str) -> bool:
    parts = urlsplit(url)
    return parts.password is not None or any("password" in name.lower() for name, _ in parse_qsl(parts.query))


def check_location(ctx: click.Context, parameter: click.Parameter, location: str | None) -> str | None:
    """Refuse a password on the command line, which every user of this machine can read."""
    is_typed = ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    if is_typed and location and "://" in location and _holds_password(location):
        where = f"give the URL as {JOURNAL_VARIABLE}, or the password as PGPASSWORD or in a file"
        raise click.UsageError(
            f"The URL of --journal holds a password, which others can see in the list of processes; {where}."
        )
    if is_typed and ctx.params.get("sandbox"):
        raise click.UsageError("--journal cannot be given with --sandbox, whose journal ends with it.")
    return location
