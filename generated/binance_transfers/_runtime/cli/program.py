# Copied from generator/runtime/cli/program.py by python -m generator; edit it there.
"""The command line's entry: the subcommands, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from .options import kebab
from .output import EXIT_CODES, Command, Exit, open_streams
from .package import Package
from .usage import Group, usage_in_a_sentence

_NAME = "binance-transfers"
_OWN = {
    "history": "reads:history_command",
    "balances": "reads:balances_command",
    "reconcile": "journal:reconcile_command",
    "journal": "journal:journal_commands",
    "operations": "reads:operations_command",
    "ways": "ways:ways_command",
    "check": "check:check_command",
    "sandbox": "program:sandbox_command",
}
"""The module and the function of each command that is not of an operation."""
_LARGEST_PORT = 65_535


class _Program(Group):
    """The group of all subcommands."""

    def __init__(self, package: Package) -> None:
        text = "Moves funds between wallets on Binance, each transfer once, and finds out what became of it."
        environment = (
            "The API key is read from the environment: BINANCE_API_KEY, and one of BINANCE_API_SECRET, "
            "BINANCE_PRIVATE_KEY and BINANCE_PRIVATE_KEY_FILE, as for Client.from_env. It is never an argument."
        )
        super().__init__(_NAME, help=f"{text}\n\n{environment}\n\n{EXIT_CODES}", no_args_is_help=True)
        click.version_option(package.api.version, prog_name=_NAME)(self)
        self._package = package
        operations = package.api.operations.values()
        self._operations = {self._name(kebab(operation.name)): operation for operation in operations}

    @staticmethod
    def _name(name: str) -> str:
        return f"{name}-operation" if name in _OWN else name

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, those of the operations first."""
        return [*self._operations, *(name for name in _OWN if self.get_command(ctx, name))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, which is made now."""
        if operation := self._operations.get(cmd_name):
            from .operations import operation_command  # noqa: PLC0415 - imports what only these need

            command = operation_command(self._package, operation)
            command.name = cmd_name
            return command
        if cmd_name not in _OWN:
            return None
        module, _, function = _OWN[cmd_name].partition(":")
        make: Callable[[Package], click.Command | None] = getattr(import_module(f".{module}", __package__), function)
        return make(self._package)

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        """Read the arguments before the command."""
        with usage_in_a_sentence():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with usage_in_a_sentence():
            return super().invoke(ctx)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the command line under its own name, however it was started."""
        open_streams()
        settings.setdefault("prog_name", _NAME)
        return super().main(*args, **settings)


def program(package: Package) -> click.Group:
    """Return the command line of a package."""
    return _Program(package)


def sandbox_command(package: Package) -> click.Command:
    """Return the command that lets a sandbox respond on a port."""

    def serve(*, port: int, host: str) -> Exit:
        from ..sandbox.command import main  # noqa: PLC0415 - the sandbox is for those who ask for it
        from ..sandbox.demo import stock  # noqa: PLC0415

        sandbox = package.sandbox()
        stock(package.api, sandbox)
        return Exit.USAGE if main(sandbox, lambda: None, ["--port", str(port), "--host", host]) else Exit.DONE

    port = click.Option(["--port"], type=click.IntRange(0, _LARGEST_PORT), default=0, help="The port; 0: a free one.")
    host = click.Option(["--host"], default="127.0.0.1", show_default=True, help="The address to serve on.")
    text = "Let a sandbox with funds respond on a port, until a signal comes; give its address as BINANCE_BASE_URL."
    return Command(
        "sandbox", params=[port, host], callback=serve, help=text, short_help="Let a sandbox respond on a port."
    )
