"""Where the facts in the documentation differ from the spec, in both languages: tables, conditions, wallets."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec

import binance_transfers
from binance_transfers._runtime.sandbox import control
from binance_transfers.sandbox import FailureKind, InjectedFailure, Sandbox

from .package import FOLDER, differ, lack
from .pages import LANGUAGES, Page, Table, pages
from .reader import Enum, Operation, Parameter, Spec, text

YES = {"en": {True: "yes", False: "no"}, "zh-CN": {True: "是", False: "否"}}
_NEVER = {"en": "never", "zh-CN": "从不"}
_SOMETIMES = {"en": "on condition", "zh-CN": "视条件"}
_OUTCOMES = {
    "en": {"not_executed": "not executed", "probably_not_executed": "probably not executed", "unknown": "unknown"},
    "zh-CN": {"not_executed": "没有执行", "probably_not_executed": "很可能没有执行", "unknown": "未知"},
}
_BASIS = {"en": {True: "documented", False: "inferred"}, "zh-CN": {True: "文档", False: "推断"}}
_PERIODS = {
    "en": {1: "second", 60: "minute", 3600: "hour", 86400: "day"},
    "zh-CN": {1: "秒", 60: "分钟", 3600: "小时", 86400: "天"},
}
_WINDOWS = ((86400, "D"), (3600, "H"), (60, "M"), (1, "S"))
_COMMA = {"en": ", ", "zh-CN": "、"}
_COLON = {"en": ": ", "zh-CN": "："}
_NOTHING = "—"
_SANDBOX = FOLDER / "_runtime" / "sandbox"
_COLUMNS_OF_PARAMETERS, _COLUMNS_OF_FIELDS, _COLUMNS_OF_DEPARTURES = 7, 5, 2
_RULES = ("minimum", "maximum", "minLength", "maxLength", "pattern", "not")


class Has(str):
    """A cell that has to hold these words, among others."""

    __slots__ = ()


def pages_by_language(folder: Path) -> Iterator[tuple[str, dict[str, Page]]]:
    """Yield the pages of each language."""
    for language in LANGUAGES:
        yield language, pages(folder, language)


def endpoints(spec: Spec, folder: Path) -> Iterator[tuple[str, str, Operation, Page]]:
    """Yield the page of each operation in each language, with its place."""
    for language, by_path in pages_by_language(folder):
        for operation in spec.operations:
            path = f"endpoints/{operation.name}.md"
            if path in by_path:
                yield language, f"{language}/{path}", operation, by_path[path]


def is_for_pytest(code: str) -> bool:
    """Return whether an example is a file of tests, which pytest runs."""
    return re.search("^def test_", code, re.MULTILINE) is not None


def page_list(spec: Spec, folder: Path) -> Iterator[str]:
    """One page per endpoint and the general ones, the same in each language."""
    wanted = ["README.md", "client.md", "enums.md", "errors.md", "limits.md", "spec-changes.md", "testing.md"]
    wanted += [f"endpoints/{operation.name}.md" for operation in spec.operations]
    for language, by_path in pages_by_language(folder):
        yield from differ(f"pages in {language}", sorted(wanted), sorted(by_path))


def overview(spec: Spec, folder: Path) -> Iterator[str]:
    """The tables of endpoints and of servers on the first page."""
    for language, by_path in pages_by_language(folder):
        wanted = [
            [
                operation.title.of(language),
                operation.method,
                operation.path,
                str(operation.weight),
                Has(operation.scope.upper()),
                str(operation.calls_per_minute),
                operation.node["x-binance-security"],
                _listed([permission["name"] for permission in operation.permissions], language),
                YES[language][operation.moves_funds],
            ]
            for operation in spec.operations
        ]
        page = by_path["README.md"]
        yield from rows(f"{language}/README.md, endpoints", wanted, _table(page, spec.operations[0].path))
        servers = [[server["url"], _text_of(server, language)] for server in spec.data["servers"]]
        yield from rows(f"{language}/README.md, servers", servers, _table(page, servers[0][0]))
        yield from lack(f"{language}/README.md", spec.data["info"]["version"], page.text)


def _text_of(node: dict[str, str], language: str) -> str:
    return text(node).of(language) or _NOTHING


def _listed(values: Iterable[str], language: str) -> str:
    return _COMMA[language].join(values) or _NOTHING


def _table(page: Page, cell: str) -> Table | None:
    """Return the first table with this cell."""
    return next((table for table in page.tables if any(cell in row for row in table.rows)), None)


def rows(place: str, wanted: list[list[str]], found: Table | None) -> Iterator[str]:
    """Yield a line for each row that is not as wanted."""
    if found is None:
        yield f"{place}: there is no such table"
        return
    yield from differ(f"{place}, number of rows", len(wanted), len(found.rows))
    for number, (row, real) in enumerate(zip(wanted, found.rows, strict=False), 1):
        if len(row) != len(real) or not all(map(_fits, row, real)):
            yield f"{place}, row {number}: the spec says {row}, the page {real}"


def _fits(wanted: str, found: str) -> bool:
    return wanted in found if isinstance(wanted, Has) else wanted == found


def facts(spec: Spec, folder: Path) -> Iterator[str]:
    """What an endpoint costs, needs and returns, at the top of its page."""
    for language, place, operation, page in endpoints(spec, folder):
        node, limit = operation.node, operation.limit
        permissions = [
            f"{permission['name']}{_COLON[language]}{_text_of(permission, language)}"
            for permission in operation.permissions
        ]
        wanted = [
            operation.method,
            operation.path,
            operation.name,
            operation.model.name,
            Has(operation.scope.upper()),
            Has(_period(operation.seconds, language)),
            str(operation.calls_per_minute),
            Has(_period(limit["seconds"], language)) if limit else _NOTHING,
            Has(node["x-binance-security"] + _COLON[language]),
            " ".join(permissions) or _NOTHING,
            YES[language][operation.moves_funds],
        ]
        table = _table(page, operation.path)
        labelled = [[row[0], fact] for row, fact in zip(table.rows, wanted, strict=False)] if table else []
        yield from rows(f"{place}, facts", labelled, table)
        yield from differ(f"{place}, number of facts", len(wanted), len(labelled))
        numbers = {5: (operation.weight, 0), 6: (operation.budget, operation.seconds)}
        for number, (value, seconds) in (numbers | ({8: (limit["calls"], limit["seconds"])} if limit else {})).items():
            cell = table.rows[number - 1][1] if table and len(table.rows) >= number else ""
            # "1 hour" has a number too, in Chinese.
            rest = re.sub(f"(1 )?{_period(seconds, language)}", "", cell)
            yield from differ(f"{place}, number in fact {number}", [str(value)], re.findall(r"\d+", rest))
        yield from differ(f"{place}, title", operation.title.of(language), page.headings[0])
        responses = page.code("json")
        yield from differ(f"{place}, number of responses", 1, len(responses))


def _period(seconds: int, language: str) -> str:
    names = _PERIODS[language]
    return names.get(seconds, f"{seconds} {names[1]}{'s' if language == 'en' else ''}")


def parameters(spec: Spec, folder: Path) -> Iterator[str]:
    """Every parameter that is sent, the timestamp and the signature too."""
    for language, place, operation, page in endpoints(spec, folder):
        table = next((table for table in page.tables if len(table.head) == _COLUMNS_OF_PARAMETERS), None)
        wanted = [_parameter(operation, parameter, language) for parameter in operation.parameters]
        if operation.timestamp:
            stamp = operation.timestamp
            wanted.append(["timestamp", Has(), stamp.wire_type, YES[language][stamp.required], _NOTHING, _NOTHING])
            wanted[-1].append(stamp.text.of(language) or _NOTHING)
        if operation.requires_signature:
            wanted.append(["signature", Has(), "STRING", YES[language][True], _NOTHING, _NOTHING, Has()])
        if wanted or table:
            yield from rows(f"{place}, parameters", wanted, table)
        for parameter, row in zip(operation.parameters, table.rows if table else [], strict=False):
            for rule in _rules(parameter):
                yield from lack(f"{place}, rules of {parameter.wire}", rule, row[5])


def _parameter(operation: Operation, parameter: Parameter, language: str) -> list[str]:
    conditional = parameter.wire in [name for name, _, _ in operation.conditions]
    always = parameter.array or parameter.enum or parameter.location == "path" or parameter.kind == "decimal"
    has_rules = bool(always) or any(key in parameter.schema for key in _RULES)
    default = str(parameter.default).lower() if isinstance(parameter.default, bool) else parameter.default
    return [
        parameter.wire,
        parameter.argument,
        f"{parameter.wire_type}{_COMMA[language]}{parameter.annotation}",
        _SOMETIMES[language] if conditional else YES[language][parameter.required],
        str(_NOTHING if default is None else default),
        Has() if has_rules else _NOTHING,
        parameter.text.of(language) or _NOTHING,
    ]


def _rules(parameter: Parameter) -> Iterator[str]:
    schema = parameter.schema | parameter.lengths
    yield from (format(parameter.bound(key), "f") for key in ("minimum", "maximum") if key in schema)
    yield from (str(schema[key]) for key in ("maxLength", "maxItems", "pattern") if key in schema)
    yield from (str(schema[key]) for key in ("minLength", "minItems") if schema.get(key, 1) > 1)
    yield from map(str, parameter.refused)
    if parameter.enum:
        yield parameter.enum.name


def conditions(spec: Spec, folder: Path) -> Iterator[str]:
    """When a parameter must be given: one item each, with every value and no other."""
    for _, place, operation, page in endpoints(spec, folder):
        wanted = [sorted({name, other, *map(str, values)}) for name, other, values in operation.conditions]
        known = {name for item in wanted for name in item}
        lists: dict[str, list[list[str]]] = {}
        for block in page.blocks:
            if block.item:
                named = sorted(set(re.findall(r"\w+", block.text)) & known)
                lists.setdefault(block.heading, []).append(named)
        if wanted and wanted not in lists.values():
            yield f"{place}: no list has the conditions {wanted}; there are {list(lists.values())}"


def fields(spec: Spec, folder: Path) -> Iterator[str]:
    """The fields of a response, and of each record in it under a heading of its own; what another name stands for."""
    for language, place, operation, page in endpoints(spec, folder):
        tables = [table for table in page.tables if len(table.head) == _COLUMNS_OF_FIELDS]
        records = [model for model in operation.models if not model.alias]
        yield from differ(f"{place}, tables of fields", len(records), len(tables))
        for model, table in zip(records, tables, strict=False):
            wanted = [
                [
                    field.wire,
                    field.name,
                    field.annotation,
                    YES[language][field.required],
                    field.text.of(language) or _NOTHING,
                ]
                for field in model.fields
            ]
            yield from rows(f"{place}, fields of {model.name}", wanted, table)
            if model is not operation.model:
                yield from differ(f"{place}, heading of fields", model.name, table.heading.split(" / ")[-1])
        for model in operation.models:
            aliases = (block.text for block in page.blocks if block.text.startswith(f"{model.name} "))
            if model.alias and not any(f" {model.alias}" in words for words in aliases):
                yield f"{place}: no sentence says that {model.name} is another name for {model.alias}"


def enums(spec: Spec, folder: Path) -> Iterator[str]:
    """Each value with its member, its meaning and the wallets that it moves between."""
    for language, by_path in pages_by_language(folder):
        page = by_path["enums.md"]
        names = [enum.name for enum in spec.enums]
        yield from differ(
            f"{language}/enums.md, enums", names, [heading for heading in page.headings if heading in names]
        )
        for enum in spec.enums:
            tables = [table for table in page.tables if table.heading.split(" / ")[-1] == enum.name]
            noted = any(value.notes for value in enum.values)
            wanted = [
                [*_value(spec, enum, index, language), *([Has() if enum.values[index].notes else _NOTHING] * noted)]
                for index in range(len(enum.values))
            ]
            yield from rows(f"{language}/enums.md, {enum.name}", wanted, tables[0] if tables else None)


def _value(spec: Spec, enum: Enum, index: int, language: str) -> list[str]:
    value = enum.values[index]
    moving = any(value.moves for value in enum.values)
    wallets = [_wallet(spec, name, language) for name in value.moves or ()] or [_NOTHING, _NOTHING]
    return [str(value.value), value.name, value.text.of(language) or _NOTHING, *(wallets if moving else [])]


def _wallet(spec: Spec, name: str, language: str) -> str:
    return _text_of(spec.data["x-binance-wallets"][name], language)


def wallets(spec: Spec, folder: Path) -> Iterator[str]:
    """The diagram and the table of destinations have each pair of wallets once, and each wallet once."""
    for language, by_path in pages_by_language(folder):
        page = by_path["enums.md"]
        diagrams = page.code("mermaid")
        moving = [enum for enum in spec.enums if any(value.moves for value in enum.values)]
        yield from differ(f"{language}/enums.md, number of diagrams", len(moving), len(diagrams))
        for enum, diagram in zip(moving, diagrams, strict=False):
            place = f"{language}/enums.md, {enum.name}"
            moves = {
                str(value.value): tuple(_wallet(spec, name, language) for name in value.moves)
                for value in enum.values
                if value.moves
            }
            nodes = re.findall(r'^ *(\w+)\["(.*)"\]$', diagram, re.MULTILINE)
            labels = {node: _label(words) for node, words in nodes}
            yield from differ(
                f"{place}, wallets", sorted({name for pair in moves.values() for name in pair}), sorted(labels.values())
            )
            yield from differ(f"{place}, one node per wallet", len(nodes), len(set(labels.values())))
            edges = list(_edges(diagram, labels))
            yield from differ(f"{place}, arrows", sorted(set(moves.values())), sorted(pair for _, pair in edges))
            for values, pair in edges:
                for value in values.split(", ") if values else ():
                    yield from differ(f"{place}, arrow {value}", moves.get(value), pair)
            yield from _destinations(place, enum, moves, page, language)


def _edges(diagram: str, labels: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for source, heads, value, target in re.findall(r'^ *(\w+) (<?-->)(?:\|"(.*)"\|)? (\w+)$', diagram, re.MULTILINE):
        yield _label(value), (labels.get(source, source), labels.get(target, target))
        if heads == "<-->":
            yield _label(value), (labels.get(target, target), labels.get(source, source))


def _label(words: str) -> str:
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), words.replace("#quot;", '"'))


def _destinations(
    place: str, enum: Enum, moves: dict[str, tuple[str, ...]], page: Page, language: str
) -> Iterator[str]:
    wanted: dict[str, list[str]] = {}
    for value, (source, target) in moves.items():
        wanted.setdefault(source, []).append(f"{target}{_COLON[language]}{value}")
    tables = [table for table in page.tables if len(table.head) == _COLUMNS_OF_DEPARTURES]
    tables = [table for table in tables if enum.name in table.heading.split(" / ")]
    found = {row[0]: row[1] for table in tables for row in table.rows}
    for source, targets in wanted.items():
        yield from differ(f"{place}, from {source}", " ".join(targets), found.get(source))


def limits(spec: Spec, folder: Path) -> Iterator[str]:
    """The budgets, and what each call costs."""
    for language, by_path in pages_by_language(folder):
        page = by_path["limits.md"]
        budgets = [
            [
                Has(scope.upper()),
                str(budget["weight"]),
                Has(_period(budget["seconds"], language)),
                f"X-SAPI-USED-{scope.upper()}-WEIGHT-{_window(budget['seconds'])}",
            ]
            for scope, budget in spec.data["x-binance-rate-limits"].items()
        ]
        yield from rows(f"{language}/limits.md, budgets", budgets, _table(page, budgets[0][3]))
        costs = []
        for operation in spec.operations:
            limit = operation.limit
            costs.append(
                [
                    operation.title.of(language),
                    str(operation.weight),
                    Has(operation.scope.upper()),
                    str(operation.calls_per_minute),
                    Has(limit["calls"]) if limit else _NOTHING,
                ]
            )
        yield from rows(f"{language}/limits.md, costs", costs, _table(page, costs[0][0]))


def _window(seconds: int) -> str:
    length, unit = next(window for window in _WINDOWS if seconds % window[0] == 0)
    return f"{seconds // length}{unit}"


def errors(spec: Spec, folder: Path) -> Iterator[str]:
    """Every code, with its outcome and whether that is documented or inferred."""
    for language, by_path in pages_by_language(folder):
        wanted = [
            [
                str(error["code"]),
                error["name"],
                _text_of(error, language),
                _OUTCOMES[language][error["outcome"]],
                _BASIS[language][error["documented"]],
                error.get("exception", "Rejected") if error["outcome"] == "not_executed" else "OutcomeUnknown",
                error.get("exception", "Rejected") if error["outcome"] == "not_executed" else "NotExecuted",
            ]
            for error in spec.data["x-binance-errors"]
        ]
        yield from rows(f"{language}/errors.md, codes", wanted, _table(by_path["errors.md"], wanted[0][0]))


def client(_spec: Spec, folder: Path) -> Iterator[str]:
    """The settings with their defaults, the variables of the environment, and the attributes of an attempt."""
    source = (FOLDER / "_runtime" / "credentials.py").read_text(encoding="utf-8")
    variables = set(re.findall(r"BINANCE_[A-Z_]+", source))
    settings = [
        {name: parameter.default for name, parameter in inspect.signature(kind).parameters.items()}
        for kind in (binance_transfers.Client, binance_transfers.AsyncClient)
    ]
    policy = {field.name: field.default for field in dataclasses.fields(binance_transfers.RetryPolicy)}
    attempt = [field.name for field in dataclasses.fields(binance_transfers.Attempt)]
    for language, by_path in pages_by_language(folder):
        place, page = f"{language}/client.md", by_path["client.md"]
        for kind, wanted in zip(("Client", "AsyncClient"), settings, strict=True):
            yield from _defaults(f"{place}, settings of {kind}", wanted, _table(page, "api_key"))
        yield from _defaults(f"{place}, RetryPolicy", policy, _table(page, "first_delay"))
        listed = _table(page, "BINANCE_API_KEY")
        yield from differ(f"{place}, variables", sorted(variables), sorted(listed.column(0)) if listed else None)
        watched = _table(page, "duration")
        yield from differ(f"{place}, Attempt", attempt, watched.column(0) if watched else None)


def _defaults(place: str, wanted: dict[str, object], table: Table | None) -> Iterator[str]:
    found = {row[0]: ast.literal_eval(row[1]) for row in table.rows} if table else {}
    yield from differ(place, list(wanted.items()), list(found.items()))


def testing(spec: Spec, folder: Path) -> Iterator[str]:
    """The sandbox's wallets, what a test can ask of it, the failures on demand, and the paths that control it."""
    settings = {
        name: parameter.default
        for name, parameter in inspect.signature(Sandbox.inject).parameters.items()
        if parameter.default is not parameter.empty
    }
    refusals = {code for file in _SANDBOX.glob("*.py") for code in _codes(file.read_text(encoding="utf-8"))}
    for language, by_path in pages_by_language(folder):
        place, page = f"{language}/testing.md", by_path["testing.md"]
        wallets = [
            [name, _text_of(wallet, language), f"{wallet['per']}=" if "per" in wallet else _NOTHING]
            for name, wallet in spec.data["x-binance-wallets"].items()
        ]
        yield from rows(f"{place}, wallets", wallets, _table(page, wallets[0][0]))
        kinds = [
            [kind, Has(), YES[language][True] if InjectedFailure(kind).executed else _NEVER[language], Has()]
            for kind in get_args(FailureKind)
        ]
        yield from rows(f"{place}, failures", kinds, _table(page, kinds[0][0]))
        yield from _defaults(f"{place}, inject", settings, _table(page, "probability"))
        members = _table(page, "entries")
        yield from differ(f"{place}, members", sorted(_members()), sorted(members.column(0)) if members else None)
        orders = [[order.method, order.path, *_fields(order.form, language), Has()] for order in control.CONTROL_PATHS]
        yield from rows(f"{place}, control", orders, _table(page, control.ROOT))
        for code in sorted(_codes(page.text) - refusals):
            yield f"{place}: the sandbox has no code {code}"
        yield from _decisions(spec, place, page)


def _codes(words: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])-\d{4}\b", words))


def _members() -> Iterator[str]:
    """Yield what is public of a sandbox: attributes, and methods with what they cannot do without."""
    sandbox = Sandbox()
    for name in {*vars(sandbox), *dir(sandbox)}:
        if name.startswith("_"):
            continue
        member = getattr(sandbox, name)
        if inspect.ismethod(member):
            needed = (
                key
                for key, parameter in inspect.signature(member).parameters.items()
                if parameter.default is parameter.empty
            )
            yield f"{name}({', '.join(needed)})"
        else:
            yield name


def _fields(form: Any, language: str) -> Iterator[str]:
    for required in (True, False):
        yield _listed([field.name for field in msgspec.structs.fields(form) if field.required is required], language)


def _decisions(spec: Spec, place: str, page: Page) -> Iterator[str]:
    """Yield the operations whose effect no item describes, with its wallets in their order and the assets that stay."""
    items = [_named(block.text, spec) for block in page.blocks if block.item]
    for operation in spec.operations:
        kind, effect = operation.effect or ("", {})
        described = [item for item in items if operation.name in item]
        if kind == "Collection":
            names = {operation.name, *effect["sources"], effect["target"], *effect["excluded"]}
            described = [
                mentioned
                for mentioned in described
                if set(mentioned) == names
                and [name for name in mentioned if name in effect["sources"]] == effect["sources"]
            ]
        if kind != "Transfer" and not described:
            yield f"{place}: no item describes what {operation.name} does"


def _named(words: str, spec: Spec) -> list[str]:
    known = {*spec.data["x-binance-wallets"], *(operation.name for operation in spec.operations)}
    known |= {
        asset for operation in spec.operations if operation.effect for asset in operation.effect[1].get("excluded", [])
    }
    return [word for word in re.findall(r"\w+", words) if word in known]
