# Copied from generator/runtime/cli/usage.py by python -m generator; edit it there.
"""Wrong usage of the command line, as one sentence with the nearest name and what is allowed."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

import click

_GUESSED = 64
"""The longest name for which a near one is looked for."""


class Group(click.Group):
    """Commands, of which an unknown one is refused with those that there are."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            raise click.UsageError(f"There is no command {args[0]!r}; {allowed(args[0].replace('_', '-'), known)}")
        return super().resolve_command(ctx, args)


class Listed(click.Choice[str]):
    """One of a list of names."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return why a value is refused."""
        return f"{value!r} is not listed; {allowed(str(value), self.choices)}"


def allowed(name: str, known: Iterable[str]) -> str:
    """Return the known names as the end of a message, and the nearest to one that is not known."""
    from difflib import get_close_matches  # noqa: PLC0415 - only errors need it

    known = list(known)
    spelt = {text.lower(): text for text in known}
    near = get_close_matches(name[:_GUESSED].lower(), spelt, n=1)
    hint = f" Did you mean {spelt[near[0]]}?" if near else ""
    return f"allowed: {', '.join(known)}.{hint}"


@contextmanager
def usage_in_a_sentence() -> Generator[None]:
    """Raise errors of usage without the lines of usage, which say nothing of what is wrong."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        message = error.format_message()
        if isinstance(error, click.NoSuchOption) and error.ctx is not None:
            parameters = error.ctx.command.get_params(error.ctx)
            known = [flag for parameter in parameters if isinstance(parameter, click.Option) for flag in parameter.opts]
            message = f"There is no option {error.option_name!r}; {allowed(error.option_name, known)}"
        elif isinstance(error, click.MissingParameter) and error.ctx is not None:
            message = f"{message} See {error.ctx.command_path} --help."
        raise click.UsageError(message) from error
