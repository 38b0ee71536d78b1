"""Writes the documentation, in every language of the spec, from the intermediate representation."""

from __future__ import annotations

import ast
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, get_args

import jinja2
import yaml

from generator.ir import types as ir
from generator.runtime import errors
from generator.runtime.sandbox.failures import FailureKind, InjectedFailure
from generator.vocabulary import Language

from . import markdown, python_text
from .markdown import code, code_cell, inline, link

_TEMPLATES = Path(__file__).parents[1] / "templates" / "docs"
_PAGES = ("README.md", "client.md", "testing.md", "enums.md", "limits.md", "errors.md")
_FEW = 5
"""So many values of an enum are listed beside a parameter."""
_WINDOWS = ((86_400, "D"), (3_600, "H"), (60, "M"), (1, "S"))
_NOT_ENOUGH = -5002
"""The code of the sandbox for more than a wallet holds."""


def pages(api: ir.Api) -> dict[str, str]:
    """Return the Markdown of every page, by its path with slashes."""
    catalogue: Mapping[str, dict[str, Any]] = yaml.safe_load((_TEMPLATES / "words.yaml").read_bytes())
    return {
        f"{language}/{path}": text
        for language in api.languages
        for path, text in _Book(api, language, catalogue).pages()
    }


class _Book:
    """The pages of one language, and what their templates ask for: Markdown made of the spec's data."""

    def __init__(self, api: ir.Api, language: Language, catalogue: Mapping[str, dict[str, Any]]) -> None:
        self._api = api
        self._language = language
        self._names = {each: catalogue[each]["language"] for each in api.languages}
        self._words: Any = SimpleNamespace(**catalogue[language])
        self._wallets = {wallet.name: wallet for wallet in api.wallets}
        self._templates = _environment()
        self._templates.filters |= {"said": self.said}
        self._templates.globals |= {"api": api, "book": self, "words": self._words}

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield every page with its path."""
        for path in _PAGES:
            yield path, self._page(f"{path.removesuffix('.md').lower()}.md.j2", path)
        for operation in self._api.operations:
            path = f"endpoints/{operation.name}.md"
            yield path, self._page("endpoint.md.j2", path, operation=operation)

    def _page(self, template: str, path: str, **context: object) -> str:
        root = "../" * path.count("/")
        links = [link(self._words.pages[each], root + each) for each in _PAGES if each != path]
        links += [
            link(name, f"{root}../{language}/{path}")
            for language, name in self._names.items()
            if language != self._language
        ]
        text = self._templates.get_template(template).render(root=root, navigation=" · ".join(links), **context)
        return text.rstrip("\n") + "\n"

    # Words

    def said(self, text: ir.Text) -> str:
        """Return a text in this language."""
        return text.en if self._language == "en" or text.zh is None else text.zh

    def title(self, operation: ir.Operation) -> str:
        """Return what an operation is called."""
        return inline(self.said(operation.title)) or code(operation.name)

    def period(self, seconds: int, form: str) -> str:
        """Return a length of time in one of the catalogue's forms: "per minute", "in any hour"."""
        forms = getattr(self._words, form)
        return str(forms.get(seconds, forms["other"])).format(seconds=seconds)

    def header(self, budget: ir.Budget) -> str:
        """Return the name of the header that tells how much of a budget is used."""
        length, unit = next((length, unit) for length, unit in _WINDOWS if budget.seconds % length == 0)
        return f"X-SAPI-USED-{budget.scope.upper()}-WEIGHT-{budget.seconds // length}{unit}"

    def enumeration(self, parts: Sequence[str], last: str) -> str:
        """Return "A, B or C"."""
        return last.join(filter(None, (self._words.comma.join(parts[:-1]), *parts[-1:])))

    # Requests

    def rules(self, parameter: ir.Parameter) -> list[str]:
        """Return the rules that a parameter's value must keep."""
        words, kept = self._words, parameter.rules
        found = [words.rules[parameter.array]] if parameter.array else []
        found += [words.rules["in_path"]] if parameter.location == "path" else []
        found += [self._enum_rule(parameter.enum)] if parameter.enum else []
        found += [words.rules["refused"].format(value=code_cell(value)) for value in kept.refused]
        found += [words.rules["positive"]] if parameter.kind == "decimal" else []
        found += self._range(kept.minimum, kept.maximum, "")
        found += self._range(kept.min_length, kept.max_length, words.characters)
        found += self._range(kept.min_items, kept.max_items, words.list_items)
        found += [words.rules["form"].format(pattern=code_cell(kept.pattern))] if kept.pattern is not None else []
        return found

    def _enum_rule(self, enum: ir.Enum) -> str:
        rule = str(self._words.rules["enum"]).format(enum=link(code(enum.name), f"../enums.md#{enum.name.lower()}"))
        few = self._words.comma.join(code_cell(value.value) for value in enum.values)
        return f"{rule}{self._words.colon}{few}" if len(enum.values) <= _FEW else rule

    def _range(self, minimum: object, maximum: object, unit: str) -> list[str]:
        if minimum is None and maximum is None:
            return []
        if minimum == 1 and maximum is None and unit:
            return [self._words.rules["not_empty"]]
        minimum, maximum = (format(each, "f") if isinstance(each, Decimal) else each for each in (minimum, maximum))
        form = "at_least" if maximum is None else "at_most" if minimum is None else "between"
        return [self._words.rules[form].format(minimum=minimum, maximum=maximum, unit=unit)]

    def required(self, operation: ir.Operation, parameter: ir.Parameter) -> str:
        """Return whether a parameter must be given: yes, no, or under a condition."""
        conditional = any(condition.parameter == parameter.wire for condition in operation.conditions)
        words = self._words
        return str(words.yes if parameter.required else words.conditional if conditional else words.no)

    def conditions(self, operation: ir.Operation) -> list[str]:
        """Return a message for every condition."""
        return [
            self._words.condition.format(
                parameter=code(each.parameter),
                other=code(each.other),
                values=self.enumeration([code(value) for value in each.values], self._words.last_or),
            )
            for each in operation.conditions
        ]

    def sample(self, *, moves_funds: bool) -> ir.Operation | None:
        """Return an operation to show what is the same for all: of this kind where there is one, else the first."""
        return next(
            (each for each in self._api.operations if each.moves_funds is moves_funds),
            next(iter(self._api.operations), None),
        )

    def call(
        self, operation: ir.Operation, *names: str, given: Mapping[str, str] = MappingProxyType({})
    ) -> SimpleNamespace:
        """Return the parts of an example: its arguments, its imports, and what the client is made with.

        Args:
            operation: What is called.
            names: What is imported beside the arguments' own; by default what the page of the operation uses.
            given: What stands in place of some arguments of the example.
        """
        by_argument = {parameter.argument: parameter for parameter in operation.parameters}
        literals = {
            name: python_text.argument_literal(by_argument[name], value) for name, value in operation.example.items()
        }
        arguments = [f"{name}={literal}" for name, literal in {**literals, **given}.items()]
        nodes = ast.walk(ast.parse(f"call({', '.join(arguments)})"))
        used = {node.id for node in nodes if isinstance(node, ast.Name)} - {"call"}
        exceptions = {"NotExecuted", "OutcomeUnknown"} if operation.moves_funds else set()
        variables = ["BINANCE_API_KEY", "BINANCE_API_SECRET"][: operation.requires_key + operation.requires_signature]
        return SimpleNamespace(
            arguments=arguments,
            credentials=", ".join(f'os.environ["{variable}"]' for variable in variables),
            decimal="Decimal" in used,
            imports=", ".join(sorted(used - {"Decimal"} | (set(names) or exceptions | {"Client"}))),
        )

    # The sandbox

    def transfer(self) -> SimpleNamespace | None:
        """Return the parts of a test of the first transfer between two wallets that are the only ones of their kind."""
        for operation in self._api.operations:
            effect = operation.effect
            if not isinstance(effect, ir.Transfer):
                continue
            given = {each.wire: operation.example.get(each.argument) for each in operation.parameters}
            route = effect.routes.get(str(given[effect.by]), ())
            if route and not any(self._wallets[name].per for name in route):
                asset, amount = str(given[effect.asset]), str(given[effect.amount])
                argument = next(each.argument for each in operation.parameters if each.wire == effect.amount)
                return SimpleNamespace(
                    operation=operation,
                    source=python_text.literal(route[0]),
                    target=python_text.literal(route[1]),
                    asset=python_text.literal(asset),
                    amount=python_text.literal(amount),
                    given={argument: "missing"},
                    refusal=next((each.exception for each in self._api.errors if each.code == _NOT_ENOUGH), "Rejected"),
                    credit=shlex.quote(json.dumps({"wallet": route[0], "asset": asset, "amount": amount})),
                )
        return None

    def failures(self) -> list[tuple[FailureKind, bool]]:
        """Return the kinds of failures on demand, and whether calls that meet them are executed all the same."""
        return [(kind, bool(InjectedFailure(kind).executed)) for kind in get_args(FailureKind)]

    def codes(self, names: str) -> str:
        """Return names that are separated by commas, each set as code."""
        return str(self._words.comma).join(code_cell(name) for name in names.split(", ") if name)

    def decisions(self) -> list[str]:
        """Return what the sandbox makes of the effects in the spec, a message each."""
        words = self._words.decided_effects
        kinds: dict[type[ir.Effect | None], list[ir.Operation]] = {}
        for operation in self._api.operations:
            kinds.setdefault(type(operation.effect), []).append(operation)
        found = list(map(self._collected, kinds.get(ir.Collection, [])))
        if found:
            found.append(words["nothing"])
        if reports := kinds.get(ir.Report):
            found.append(words["report"].format(operations=self._named(reports)))
        if silent := kinds.get(type(None)):
            found.append(words["none"].format(operations=self._named(silent)))
        if unasked := [words["needs"].format(value=code(value), name=code(name)) for value, name in self._unasked()]:
            found.append(words["several"].format(needs=self._words.comma_in_sentence.join(unasked)))
        return found

    def _collected(self, operation: ir.Operation) -> str:
        effect, words = operation.effect, self._words.decided_effects
        assert isinstance(effect, ir.Collection)
        sources = self.enumeration([code(name) for name in effect.sources], self._words.last_and)
        message = words["one" if effect.asset else "all"].format(
            operation=code(operation.name),
            sources=words["in_order"].format(sources=sources) if len(effect.sources) > 1 else sources,
            target=code(effect.target),
        )
        kept = self.enumeration([code(asset) for asset in effect.excluded], self._words.last_and)
        return str(message + words["kept"].format(assets=kept) if kept else message)

    def _unasked(self) -> Iterator[tuple[str, str]]:
        """Yield values that concern one wallet of several, with the parameter for it that no condition asks for."""
        for operation in self._api.operations:
            effect = operation.effect
            if not isinstance(effect, ir.Transfer):
                continue
            always = {parameter.wire for parameter in operation.parameters if parameter.required}
            asked = {(each.parameter, str(value)) for each in operation.conditions for value in each.values}
            for value, route in effect.routes.items():
                for wallet, name in zip(route, (effect.source_owner, effect.target_owner), strict=True):
                    if name and self._wallets[wallet].per and name not in always and (name, value) not in asked:
                        yield value, name

    def _named(self, operations: Sequence[ir.Operation]) -> str:
        return self.enumeration([code(each.name) for each in operations], self._words.last_and)

    # Answers

    def models(self, operation: ir.Operation) -> list[ir.Model]:
        """Return the operation's result, and every model that it leads to."""
        known = {model.name: model for model in self._api.models}
        found = {operation.result.name: operation.result}
        waiting = [operation.result]
        while waiting:
            model = waiting.pop(0)
            types = [model.type] if model.type else [field.type for field in model.fields or ()]
            for name in (name for type_ in types for name in type_.names()):
                if name in known and name not in found:
                    found[name] = known[name]
                    waiting.append(known[name])
        return list(found.values())

    def notes(self, operation: ir.Operation) -> list[tuple[str, ir.Text]]:
        """Return every note that concerns an operation, with what it stands beside."""
        found = [("", note) for note in operation.notes]
        for parameter in operation.parameters:
            found += [(code(parameter.wire), note) for note in parameter.notes]
            if parameter.enum:
                found += _enum_notes(parameter.enum)
        found += [(code(stamp.wire), note) for stamp in operation.client_parameters for note in stamp.notes]
        for model in self.models(operation):
            found += [(code(model.name), note) for note in model.notes]
            found += [(code(field.wire), note) for field in model.fields or () for note in field.notes]
        return found

    # Enums

    def users(self, enum: ir.Enum) -> list[ir.Operation]:
        """Return the operations that take an enum."""
        return [each for each in self._api.operations if any(given.enum == enum for given in each.parameters)]

    def links(self, operations: Sequence[ir.Operation]) -> str:
        """Return links to the pages of operations."""
        return str(self._words.comma).join(link(self.title(each), f"endpoints/{each.name}.md") for each in operations)

    def numbered_notes(self, enum: ir.Enum) -> list[tuple[ir.EnumValue, ir.Text]]:
        """Return the notes of an enum's values, each with its value; their places are their numbers."""
        return [(value, note) for value in enum.values for note in value.notes]

    def note_numbers(self, enum: ir.Enum, value: ir.EnumValue) -> list[int]:
        """Return the numbers of a value's notes."""
        return [number for number, (each, _) in enumerate(self.numbered_notes(enum), 1) if each is value]

    def wallet(self, name: str) -> str:
        """Return what a wallet is called."""
        wallet = self._wallets.get(name)
        return (self.said(wallet.text) if wallet else "") or name

    def departures(self, enum: ir.Enum) -> dict[str, list[ir.EnumValue]]:
        """Return the values of an enum by the wallet that funds leave."""
        found: dict[str, list[ir.EnumValue]] = {}
        for value in enum.values:
            if value.route:
                found.setdefault(value.route.source, []).append(value)
        return found

    def nodes(self, enum: ir.Enum) -> list[str]:
        """Return the wallets of an enum's graph, in the order of the spec."""
        routes = [value.route for value in enum.values if value.route]
        used = dict.fromkeys(name for route in routes for name in (route.source, route.target))
        return [name for name in self._wallets if name in used] + [name for name in used if name not in self._wallets]

    def edges(self, enum: ir.Enum) -> list[tuple[int, str, int]]:
        """Return the arrows of an enum's graph between the numbers of its nodes, two ways in one where nothing differs.

        An arrow is labelled where the names of its wallets do not tell the value.
        """
        places = {name: number for number, name in enumerate(self.nodes(enum), 1)}
        values: dict[ir.Route, list[str]] = {}
        for value in enum.values:
            if value.route:
                values.setdefault(value.route, []).append(str(value.value))
        found: dict[ir.Route, tuple[int, str, int]] = {}
        plain = [route for route, names in values.items() if names == [f"{route.source}_{route.target}"]]
        for route, names in values.items():
            back = ir.Route(route.target, route.source)
            if back in found and back in plain and route in plain:
                start, _, end = found[back]
                found[back] = (start, "<-->", end)
                continue
            arrow = "-->" if route in plain else f'-->|"{markdown.label(", ".join(names))}"|'
            found[route] = (places[route.source], arrow, places[route.target])
        return list(found.values())

    # Errors

    def exception_tree(self) -> list[tuple[str, str]]:
        """Return the lines of the drawn tree, each with the name of its exception."""
        return [("BinanceError", "BinanceError"), *_branches(errors.BinanceError, "")]

    def documented_unknown(self) -> str:
        """Return the codes whose outcome the documentation itself calls unknown."""
        found = [code(each.code) for each in self._api.errors if each.documented and each.outcome == "unknown"]
        return self.enumeration(found, self._words.last_and)


def _enum_notes(enum: ir.Enum) -> list[tuple[str, ir.Text]]:
    found = [(code(enum.name), note) for note in enum.notes]
    return found + [(code(value.value), note) for value in enum.values for note in value.notes]


def _branches(parent: type[BaseException], margin: str) -> Iterator[tuple[str, str]]:
    """Yield the public exceptions below one; a private one in between is skipped."""
    children = list(_public_children(parent))
    for child in children:
        last = child is children[-1]
        yield f"{margin}{'└── ' if last else '├── '}{child.__name__}", child.__name__
        yield from _branches(child, margin + ("    " if last else "│   "))


def _public_children(parent: type[BaseException]) -> Iterator[type[BaseException]]:
    for child in parent.__subclasses__():
        if child.__name__.startswith("_"):
            yield from _public_children(child)
        elif child.__module__ == errors.__name__:
            yield child


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(  # noqa: S701 - the output is Markdown, made harmless by the filters below
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "code": code,
        "code_cell": code_cell,
        "fence": markdown.fence,
        "inline": inline,
        "json_text": markdown.json_text,
        "label": markdown.label,
        "link": link,
        "prose": markdown.prose,
    }
    return environment
