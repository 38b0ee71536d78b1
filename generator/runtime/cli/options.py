"""The options of the commands: one for each parameter of an operation, and those that several commands share."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import click
import msgspec
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from ..errors import InvalidRequest
from ..operation import Operation, Parameter
from ..request import Prepared, prepare
from .output import moment
from .package import JOURNAL_VARIABLE, Choices, Package, check_location

_WORD = re.compile(r"`(\w+)`")


def _flag(*names: str, **settings: Any) -> click.Option:
    return click.Option(names, is_flag=True, **settings)


JSON = _flag("--json", "as_json", help="Print one JSON object on standard output.")
DRY_RUN = _flag("--dry-run", help="Show what would be sent and what it weighs. Nothing is sent, and no key is needed.")
SANDBOX = _flag(
    "--sandbox",
    is_eager=True,
    help="Send to a sandbox in this process, whose wallets hold what the call needs, and not to Binance.",
)
YES = _flag("--yes", help="Do not ask before moving funds.")
KEY = click.Option(
    ["--key"],
    metavar="TEXT",
    help="What names this one transfer, whatever runs again, such as 2026-11-28/sweep: the same key never sends twice. "
    "Without it, one is made up and printed.",
)
JOURNAL = click.Option(
    ["--journal"],
    metavar="PATH|URL",
    envvar=JOURNAL_VARIABLE,
    show_envvar=True,
    callback=check_location,
    help="The journal in which the transfer is written before it is sent: an SQLite file, or postgresql://HOST/DATABASE. "
    f"By default {click.format_filename(click.get_app_dir('binance-transfers'))}/journal.sqlite.",
)
ACCOUNT = click.Option(
    ["--account"],
    default="default",
    show_default=True,
    metavar="NAME",
    help="Any name of the account; each has keys of its own in the journal.",
)
WAIT = click.Option(
    ["--wait"],
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="How long to wait at most for each transfer where asking again later may tell more.",
)
_TAKEN = {
    "--help",
    *(name for option in (JSON, DRY_RUN, SANDBOX, YES, KEY, JOURNAL, ACCOUNT, WAIT) for name in option.opts),
}


def _as_sent(choices: Choices, _: click.Context, __: click.Parameter, value: str | tuple[str, ...] | None) -> object:
    """Return the value of a name, or of several; text that is not listed is refused with the other rules."""
    given = value if isinstance(value, tuple) else (value,)
    numbers = {str(sent): sent for sent, _ in choices.values() if isinstance(sent, int)}
    sent = {**numbers, **{name: known for name, (known, _) in choices.items()}}
    if numbers and (unlisted := [text for text in given if text is not None and text not in sent]):
        listed = ", ".join(f"{name} ({number})" for name, (number, _) in choices.items())
        raise click.BadParameter(f"{unlisted[0]!r} is not listed; allowed: {listed}.")
    found = tuple(sent.get(text or "", text) for text in given)
    return found if isinstance(value, tuple) else found[0]


def _complete(choices: Choices, _: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the values that begin so, with their texts."""
    found = (item for item in choices.items() if item[0].startswith(incomplete.upper()))
    return [CompletionItem(name, help=text) for name, (_, text) in found]


def journal_command(words: str, key: str = "", flag: str = "") -> str:
    """Return a command of the journal, with the journal and the account that this one was given."""
    context = click.get_current_context()
    more = [
        word
        for name in ("journal", "account")
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE and (given := context.params[name])
        for word in (f"--{name}", given)
    ]
    ending = ["--", key] if key.startswith("-") else [key]
    return shlex.join(["binance-transfers", *words.split(), *more, *filter(None, [flag, *ending])])


def later_advice(again: int, words: str, key: str = "") -> str:
    """Return from when a command may find out more, and how it waits for that."""
    seconds = max(1, again // 1000 - int(time.time()) + 2)
    command = journal_command(f"{words} --wait {seconds}", key)
    return f"Asking again may tell more from {moment(again)} on. To wait until then: {command}"


def resolve_advice(key: str) -> str:
    """Return how to write what a person has found."""
    command = journal_command("journal resolve", key, "--executed")
    return f"Look for yourself, and write what you found with: {command} (or --not-executed)"


def flag_of(parameter: Parameter) -> str:
    """Return the option of a parameter; another one where the command has an option of that name itself."""
    flag = f"--{parameter.argument.strip('_').replace('_', '-')}"
    return f"{flag}-parameter" if flag in _TAKEN else flag


def kebab(name: str) -> str:
    """Return a name as it is typed on a command line."""
    return name.replace("_", "-")


def parameter_options(
    package: Package, operation: Operation[Any], without: Container[str] = ()
) -> list[click.Parameter]:
    """Return an option for each parameter, but for those with the wire names `without`."""
    return [
        _option(package, operation, parameter) for parameter in operation.parameters if parameter.name not in without
    ]


def _option(package: Package, operation: Operation[Any], parameter: Parameter) -> click.Option:
    text, enum = package.texts[operation.name][1][parameter.argument]
    choices: Choices = package.choices[enum] if enum else {}
    words = {other.argument: flag_of(other) for other in operation.parameters}
    if enum:
        words[enum] = ", ".join(choices)
    settings: dict[str, Any] = {
        "help": _WORD.sub(lambda found: words.get(found[1], found[0]), text),
        "required": parameter.required,
        "multiple": parameter.array is not None,
        "type": {"integer": click.INT, "boolean": click.BOOL}.get(parameter.kind, click.STRING),
        "metavar": {"decimal": "AMOUNT"}.get(parameter.kind),
    }
    if enum:
        complete, convert = partial(_complete, choices), partial(_as_sent, choices)
        settings |= {"type": click.STRING, "metavar": "NAME", "shell_complete": complete, "callback": convert}
    return click.Option([flag_of(parameter), _variable(parameter)], **settings)


def _variable(parameter: Parameter) -> str:
    return f"parameter_{parameter.argument}"


def arguments_of(operation: Operation[Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given of an operation's parameters, by argument."""
    given = {parameter.argument: options.get(_variable(parameter)) for parameter in operation.parameters}
    return {name: None if value == () else value for name, value in given.items()}


def checked(operation: Operation[Any], arguments: Mapping[str, Any]) -> Prepared[Any]:
    """Return the request, or raise the rules that it breaks, in the words of the command line."""
    typed = tuple(msgspec.structs.replace(parameter, argument=flag_of(parameter)) for parameter in operation.parameters)
    flags = {parameter.argument: flag_of(parameter) for parameter in operation.parameters}
    try:
        by_flag = prepare(replace(operation, parameters=typed), {flags[name]: arguments[name] for name in arguments})
    except InvalidRequest as error:
        raise click.UsageError(" ".join(_without_advice(error.problems))) from error
    return msgspec.structs.replace(by_flag, operation=operation)


def _without_advice(problems: tuple[str, ...]) -> Iterator[str]:
    """Yield the problems without the advice that is Python."""
    for problem in problems:
        yield problem.partition(" To send ")[0]
