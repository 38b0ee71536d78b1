"""Where the tables, conditions and matrices of the documentation differ from the spec or the package, in both languages."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias, get_args

import msgspec

import binance_transfers
from binance_transfers._runtime.sandbox import control
from binance_transfers.sandbox import FailureKind, InjectedFailure, Sandbox

from .package import FOLDER, differ, lack
from .pages import LANGUAGES, Page, Table, pages
from .reader import Enum, Field, Operation, Parameter, Spec, Value, Weight, sentence, text

ANYTHING = None
Cell: TypeAlias = str | tuple[str, ...] | re.Pattern[str] | None
"""The whole text of a cell; or words that it has, in any order, and no number beside theirs; or its form; or anything."""
Row: TypeAlias = list[Any]
Check: TypeAlias = Callable[[Spec, Path], Iterator[str]]
YES = {"en": {True: "yes", False: "no"}, "zh-CN": {True: "是", False: "否"}}
_NEVER = {"en": "never", "zh-CN": "从不"}
_DEFAULT = {"en": ", by default {}", "zh-CN": "，默认 {}"}
_SOMETIMES = {"en": "on condition", "zh-CN": "视条件"}
_OUTCOMES = {
    "en": {"not_executed": "not executed", "probably_not_executed": "probably not executed", "unknown": "unknown"},
    "zh-CN": {"not_executed": "没有执行", "probably_not_executed": "很可能没有执行", "unknown": "未知"},
}
_PENDING = {"en": ", still under way", "zh-CN": "，仍在处理中"}
_BASIS = {"en": {True: " (documented)", False: " (inferred)"}, "zh-CN": {True: "（文档）", False: "（推断）"}}
_PERIODS = {"en": {60: "minute", 3600: "hour"}, "zh-CN": {60: "分钟", 3600: "小时"}}
_WINDOWS = {60: "1M", 3600: "1H"}
_RULES = {
    "en": {"repeat": "repeated", "comma": "commas", "json": "JSON", "path": "path", "not_empty": "not empty"},
    "zh-CN": {"repeat": "重复", "comma": "逗号", "json": "JSON", "path": "路径", "not_empty": "不能为空"},
}
_COMMA = {"en": ", ", "zh-CN": "、"}
_COLON = {"en": ": ", "zh-CN": "："}
_NOTHING = "—"
_GENERAL = (
    "README.md",
    "client.md",
    "coming-from.md",
    "command-line.md",
    "enums.md",
    "errors.md",
    "journal.md",
    "limits.md",
    "performance.md",
    "reference.md",
    "running-nightly.md",
    "spec-changes.md",
    "testing.md",
    "what-became-of-it.md",
)


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


def is_tested_with_the_journal(code: str) -> bool:
    """Return whether tests/journal is about an example: the nightly job, and those for frameworks that are not installed."""
    return "__main__" in code or re.search("^from (airflow|celery|temporalio)", code, re.MULTILINE) is not None


def page_list(spec: Spec, folder: Path) -> Iterator[str]:
    """One page per endpoint and the general ones, the same in each language."""
    wanted = sorted([*_GENERAL, *(f"endpoints/{operation.name}.md" for operation in spec.operations)])
    for language, by_path in pages_by_language(folder):
        yield from differ(f"pages in {language}", wanted, sorted(by_path))


def tables(spec: Spec, folder: Path) -> Iterator[str]:
    """Every table of facts has the rows that the spec or the package has, in this order."""
    for language, by_path in pages_by_language(folder):
        every = (*_of_endpoints(spec, language), *_of_spec(spec, language), *_of_package(spec, language))
        for path, wanted in ((path, wanted) for path, wanted in every if wanted):
            place = f"{language}/{path}, table of {wanted[0][0]}"
            found = _table(by_path.get(path, Page()), wanted)
            if found is None:
                yield f"{place}: there is no such table"
                continue
            yield from differ(f"{place}, number of rows", len(wanted), len(found.rows))
            for number, (row, real) in enumerate(zip(wanted, found.rows, strict=False), 1):
                if not all(map(_fits, row, real)):
                    yield f"{place}, row {number}: the spec says {row}, the page {real}"
        yield from lack(f"{language}/README.md", spec.data["info"]["version"], by_path["README.md"].text)


def _table(page: Page, wanted: list[Row]) -> Table | None:
    """Return the table that is most like these rows, as wide as they are and with the first known cell in one of its own."""
    known = next(cell for cell in wanted[0] if cell is not ANYTHING)
    candidates = [
        table
        for table in page.tables
        if table.width == len(wanted[0]) and any(_fits(known, cell) for row in table.rows for cell in row)
    ]
    return max(candidates, key=lambda table: _likeness(wanted, table), default=None)


def _likeness(wanted: list[Row], table: Table) -> tuple[int, int, int]:
    """Return how many cells of these rows a table has: anywhere, in their place, and how few rows beside theirs."""
    anywhere = sum(max(sum(map(_fits, row, real)) for real in table.rows) for row in wanted)
    in_place = sum(sum(map(_fits, row, real)) for row, real in zip(wanted, table.rows, strict=False))
    return anywhere, in_place, -abs(len(wanted) - len(table.rows))


def _fits(wanted: Cell, found: str) -> bool:
    if wanted is ANYTHING or isinstance(wanted, str):
        return wanted in (ANYTHING, found)
    if isinstance(wanted, re.Pattern):
        return wanted.fullmatch(found) is not None
    numbers = re.findall(r"\d+", found), re.findall(r"\d+", " ".join(wanted))
    return all(word in found for word in wanted) and sorted(numbers[0]) == sorted(numbers[1])


def _listed(values: Iterable[str], language: str) -> str:
    return _COMMA[language].join(values) or _NOTHING


def _text_of(node: dict[str, str], language: str) -> str:
    return text(node).of(language) or _NOTHING


def _cap(operation: Operation, language: str) -> Cell:
    if operation.limit is None:
        return _NOTHING
    period = _PERIODS[language][operation.limit["seconds"]]
    return str(operation.limit["calls"]), f"1 {period}" if language == "zh-CN" else f"any {period}"


def _cost(weights: Iterable[Weight]) -> Cell:
    """Return the form of a cell with each weight before what it is counted by."""
    return re.compile("".join(rf"{cost.weight}\b\D*\b{cost.scope.upper()}\b\D*" for cost in weights))


def _of_endpoints(spec: Spec, language: str) -> Iterator[tuple[str, list[Row]]]:
    for operation in spec.operations:
        path = f"endpoints/{operation.name}.md"
        yield path, [[ANYTHING, fact] for fact in _facts(operation, language)]
        yield path, [*_parameters(operation, language)]
        if operation.confirmation:
            yield path, [[ANYTHING, fact] for fact in _confirmation(spec, operation.confirmation, language)]
        if operation.effect and operation.effect[0] in ("Balances", "Overview"):
            named = spec.data["x-binance-wallets"]
            wallets = operation.effect[1]["wallets"].items()
            yield path, [[name, _text_of(named[wallet], language)] for name, wallet in wallets]
        for model in operation.models:
            if model.annotation:
                continue
            meanings = _meanings(model.fields, language)
            yield (
                path,
                [
                    [field.wire, field.name, field.annotation, YES[language][field.required], *meaning]
                    for field, meaning in zip(model.fields, meanings, strict=True)
                ],
            )


def _meanings(described: Sequence[Field | Value], language: str) -> list[list[str]]:
    """Return the last cell of each row, or none where no row has a text for it."""
    texts = [part.text.of(language) for part in described]
    return [[text or _NOTHING] * any(texts) for text in texts]


def _facts(operation: Operation, language: str) -> Iterator[Cell]:
    """Yield what an endpoint costs, needs and returns, from the top of its page."""
    colon = _COLON[language]
    yield from (operation.method, operation.path, operation.name, operation.model.name)
    if operation.paging:
        yield (f"iter_{operation.name}", str(operation.paging["largest"]))
    yield _cost(operation.weights)
    yield tuple(word for cost in operation.weights for word in (str(cost.budget), _PERIODS[language][cost.seconds]))
    yield str(operation.calls_per_minute)
    yield _cap(operation, language)
    yield (operation.node["x-binance-security"] + colon,)
    permissions = [f"{node['name']}{colon}{sentence(node).of(language)}" for node in operation.permissions]
    yield " ".join(permissions) or _NOTHING
    yield YES[language][operation.moves_funds]


def _confirmation(spec: Spec, confirmation: dict[str, Any], language: str) -> Iterator[Cell]:
    """Yield how to find out what became of a call, as the table of its page has it."""
    titles = {operation.name: operation.title.of(language) for operation in spec.operations}
    if history := confirmation["history"]:
        yield titles[history["operation"]]
        for pairs in (history["send"], history["match"]):
            yield tuple(name for pair in pairs.items() for name in pair)
        yield history["since"], history["until"], str(history["days"])
        yield from (history["id"], history["time"])
        status = history["status"]
        meanings = (status[key] for key in ("executed", "pending", "not_executed"))
        yield from ((status["field"], *values) for values in meanings if values)
    else:
        yield tuple(titles[name] for name in confirmation["balances"])
    yield (str(confirmation["settle"]),)


def _parameters(operation: Operation, language: str) -> Iterator[Row]:
    alternatives = [rule for rule in operation.node.get("x-binance-exclusive", []) if rule.get("required")]
    conditional = {name for name, _, _ in operation.conditions}.union(*(rule["parameters"] for rule in alternatives))
    for parameter in operation.parameters:
        yield [
            " ".join(dict.fromkeys([parameter.wire, parameter.argument])),
            f"{parameter.wire_type}{_COMMA[language]}{parameter.annotation}",
            (_SOMETIMES[language] if parameter.wire in conditional else YES[language][parameter.required])
            + ("" if parameter.default is None else _DEFAULT[language].format(parameter.default)),
            _rules(parameter, language),
            parameter.text.of(language) or _NOTHING,
        ]
    if operation.timestamp:
        words = operation.timestamp.text.of(language)
        yield [("timestamp",), "LONG", YES[language][True], _NOTHING, words]
    if operation.requires_signature:
        yield [("signature",), "STRING", YES[language][True], _NOTHING, ANYTHING]


def _rules(parameter: Parameter, language: str) -> Cell:
    """Return the words of the rules in a cell, with each number that is in it; a pattern has digits."""
    schema, kinds = parameter.schema, _RULES[language]
    found = [kinds[parameter.array]] if parameter.array else []
    found += [kinds["path"]] if parameter.location == "path" else []
    if parameter.enum:
        values = (str(value.value) for value in parameter.enum.values)
        found += [parameter.enum.name, *(values if len(parameter.enum.values) < 5 else ())]
    found += [str(value) for value in parameter.refused]
    found += ["0"] if parameter.kind == "decimal" else []
    for bounds in (("minimum", "maximum"), ("minLength", "maxLength")):
        found += _bounds(schema, *bounds, kinds)
    found += _bounds(parameter.list_schema, "minItems", "maxItems", kinds)
    return tuple(found + ([schema["pattern"]] if "pattern" in schema else [])) or _NOTHING


def _bounds(schema: dict[str, Any], low: str, high: str, kinds: dict[str, str]) -> list[str]:
    bounds = [schema[key] for key in (low, high) if key in schema]
    return [kinds["not_empty"]] if bounds == [1] and low != "minimum" and low in schema else list(map(str, bounds))


def _of_spec(spec: Spec, language: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield the tables of the general pages whose facts the spec has."""
    for tag in dict.fromkeys(operation.tag for operation in spec.operations):
        yield "README.md", [[*_overview(operation, language)] for operation in spec.operations if operation.tag == tag]
    yield "README.md", [[server["url"], sentence(server).of(language) or _NOTHING] for server in spec.data["servers"]]
    for enum in spec.enums:
        yield "enums.md", [*_values(spec, enum, language)]
        if departures := _departures(spec, enum, language):
            yield "enums.md", departures
    yield (
        "limits.md",
        [
            [
                (scope.upper(),),
                str(budget["weight"]),
                (_PERIODS[language][budget["seconds"]],),
                f"X-SAPI-USED-{scope.upper()}-WEIGHT-{_WINDOWS[budget['seconds']]}",
            ]
            for scope, budget in spec.data["x-binance-rate-limits"].items()
        ],
    )
    yield (
        "limits.md",
        [
            [
                operation.title.of(language),
                " ".join(str(cost.weight) for cost in operation.weights),
                tuple(cost.scope.upper() for cost in operation.weights),
                str(operation.calls_per_minute),
                _cap(operation, language),
            ]
            for operation in spec.operations
        ],
    )
    yield (
        "limits.md",
        [
            [operation.title.of(language), _cost(operation.weights), _cost([newer]), fact["source"], fact["date"]]
            for operation in spec.operations
            for fact, newer in spec.newer_weights(operation)
        ],
    )
    yield "errors.md", [_error(node, language) for node in spec.data["x-binance-errors"]]
    yield (
        "testing.md",
        [
            [name, _text_of(wallet, language), f"{wallet['per']}=" if "per" in wallet else _NOTHING]
            for name, wallet in spec.data["x-binance-wallets"].items()
        ],
    )


def _overview(operation: Operation, language: str) -> Iterator[Cell]:
    yield operation.title.of(language)
    yield YES[language][operation.moves_funds]
    yield f"{operation.method} {operation.path}"
    yield _cost(operation.weights)
    yield from (str(operation.calls_per_minute), operation.node["x-binance-security"])
    yield _listed([permission["name"] for permission in operation.permissions], language)


def _error(node: dict[str, Any], language: str) -> Row:
    proven = node.get("exception", "Rejected") if node["outcome"] == "not_executed" else None
    return [
        f"{node['code']} {node['name']}",
        sentence(node).of(language),
        _OUTCOMES[language][node["outcome"]]
        + (_PENDING[language] if node.get("pending") else "")
        + _BASIS[language][node["documented"]],
        proven or "OutcomeUnknown",
        proven or "NotExecuted",
    ]


def _wallets(spec: Spec, enum: Enum, language: str) -> dict[str, tuple[str, ...]]:
    """Return the wallets that the values of an enum move funds between, in the words of a language."""
    named = spec.data["x-binance-wallets"]
    return {
        str(value.value): tuple(_text_of(named[name], language) for name in value.moves)
        for value in enum.values
        if value.moves
    }


def _values(spec: Spec, enum: Enum, language: str) -> Iterator[Row]:
    moves = _wallets(spec, enum, language)
    noted = any(value.notes for value in enum.values)
    named = any(value.name != value.value for value in enum.values)
    for value, meaning in zip(enum.values, _meanings(enum.values, language), strict=True):
        notes = [ANYTHING if value.notes else _NOTHING] * noted
        yield [
            str(value.value),
            *[value.name] * named,
            *meaning,
            *moves.get(str(value.value), ()),
            *notes,
        ]


def _departures(spec: Spec, enum: Enum, language: str) -> list[Row]:
    found: dict[str, list[str]] = {}
    for value, (source, target) in _wallets(spec, enum, language).items():
        found.setdefault(source, []).append(f"{target}{_COLON[language]}{value}")
    return [[source, " ".join(targets)] for source, targets in found.items()]


def _of_package(_spec: Spec, language: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield the tables whose facts the package has: settings, attributes, failures, the sandbox's paths."""
    for kind in (binance_transfers.Client, binance_transfers.AsyncClient):
        yield "client.md", _defaults(inspect.signature(kind))
    yield "client.md", _defaults(inspect.signature(binance_transfers.RetryPolicy))
    yield "client.md", [[field.name, ANYTHING] for field in dataclasses.fields(binance_transfers.Attempt)]
    injected = inspect.signature(Sandbox.inject)
    settings = [value for value in injected.parameters.values() if value.default is not value.empty]
    yield "testing.md", _defaults(inspect.Signature(settings))
    kinds = {
        kind: InjectedFailure(kind, code=-5002 if kind == "refuse" else None).executed for kind in get_args(FailureKind)
    }
    yield (
        "testing.md",
        [
            [kind, ANYTHING, _NEVER[language] if executed is None else YES[language][executed], ANYTHING]
            for kind, executed in kinds.items()
        ],
    )
    yield (
        "testing.md",
        [[order.method, order.path, *_fields(order.form, language), ANYTHING] for order in control.CONTROL_PATHS],
    )


def _defaults(signature: inspect.Signature) -> list[Row]:
    return [[name, repr(value.default).replace("'", '"'), ANYTHING] for name, value in signature.parameters.items()]


def _fields(form: Any, language: str) -> Iterator[str]:
    for required in (True, False):
        yield _listed([field.name for field in msgspec.structs.fields(form) if field.required is required], language)


def members(_spec: Spec, folder: Path) -> Iterator[str]:
    """The variables of the environment, and all that is public of a sandbox, stand in a table each."""
    source = (FOLDER / "_runtime" / "credentials.py").read_text(encoding="utf-8")
    variables = set(re.findall(r"BINANCE_[A-Z_]+", source))
    sandbox = Sandbox()
    public = {name: getattr(sandbox, name) for name in {*vars(sandbox), *dir(sandbox)} if not name.startswith("_")}
    calls = {name + (_needed(member) if inspect.ismethod(member) else "") for name, member in public.items()}
    for language, by_path in pages_by_language(folder):
        for path, wanted, key in (("client.md", variables, "BINANCE_API_KEY"), ("testing.md", calls, "entries")):
            found = _table(by_path[path], [[key, ANYTHING]])
            yield from differ(f"{language}/{path}, {key}", sorted(wanted), sorted(found.column(0)) if found else None)


def _needed(method: Any) -> str:
    """Return the parameters that a method cannot do without."""
    needed = [name for name, value in inspect.signature(method).parameters.items() if value.default is value.empty]
    return f"({', '.join(needed)})"


def lists(spec: Spec, folder: Path) -> Iterator[str]:
    """When a parameter must be given, and what the sandbox makes of a call that is no plain transfer: one item each."""
    for language, place, operation, page in endpoints(spec, folder):
        wanted = [sorted({name, other, *values}) for name, other, values in operation.conditions]
        wanted += [sorted(rule["parameters"]) for rule in operation.node.get("x-binance-exclusive", [])]
        if window := operation.node.get("x-binance-window"):
            wanted.append(sorted([window["from"], window["to"]]))
        found = [sorted({*block.codes}) for block in page.blocks if block.item]
        yield from (f"{place}: no item has the condition {words}" for words in wanted if words not in found)
        yield from differ(f"{place}, title", operation.title.of(language), page.headings[0])
    for language, by_path in pages_by_language(folder):
        items = [block.codes for block in by_path["testing.md"].blocks if block.item]
        for operation in spec.operations:
            kind, effect = operation.effect or ("", {})
            described = [codes for codes in items if operation.name in codes]
            if kind == "Collection":
                names = {operation.name, *effect["sources"], effect["target"], *effect["excluded"]}
                described = [codes for codes in described if {*codes} == names and _in_order(effect["sources"], codes)]
            if kind != "Transfer" and not described:
                yield f"{language}/testing.md: no item describes what {operation.name} does"


def _in_order(wanted: list[str], codes: list[str]) -> bool:
    return [code for code in codes if code in wanted] == wanted


def matrices(spec: Spec, folder: Path) -> Iterator[str]:
    """A matrix says of each pair of wallets whether an enum's value leads from one to the other, and what that requires."""
    for language, by_path in pages_by_language(folder):
        found = [table for table in by_path["enums.md"].tables if table.head[0] in ("From ↓ To →", "转出 ↓ 转入 →")]
        moving = [enum for enum in spec.enums if any(value.moves for value in enum.values)]
        yield from differ(f"{language}/enums.md, number of matrices", len(moving), len(found))
        for enum, table in zip(moving, found, strict=False):
            place, moves = f"{language}/enums.md, {enum.name}", _wallets(spec, enum, language)
            named = {name for pair in moves.values() for name in pair}
            yield from differ(f"{place}, wallets", sorted(named), sorted(table.head[1:]))
            yield from differ(f"{place}, columns and rows", table.head[1:], table.column(0))
            cells = {(row[0], target): cell for row in table.rows for target, cell in zip(table.head, row, strict=True)}
            ways = {pair: cell for pair, cell in cells.items() if cell != _NOTHING and pair[1] != table.head[0]}
            wanted = {pair: _requires(spec, enum, value, language) for value, pair in moves.items()}
            yield from differ(f"{place}, ways", wanted, ways)


def _requires(spec: Spec, enum: Enum, value: str, language: str) -> str:
    """Return what a call with a value must have beside it: parameters, or one in brackets that its wallet needs."""
    moves = next(known.moves for known in enum.values if str(known.value) == value) or ()
    listed, optional = list[str](), list[str]()
    for operation in spec.operations:
        wires = [parameter.wire for parameter in operation.parameters if parameter.enum == enum]
        if wires and operation.effect and operation.effect[0] == "Transfer":
            conditions = [name for name, other, values in operation.conditions if other in wires and value in values]
            needed = {*conditions, *(parameter.wire for parameter in operation.parameters if parameter.required)}
            owners = zip(moves, (operation.effect[1][f"{end}_owner"] for end in ("source", "target")), strict=True)
            owned = [name for wallet, name in owners if "per" in spec.data["x-binance-wallets"][wallet]]
            listed, optional = listed + conditions, optional + [name for name in owned if name not in needed]
    return _COMMA[language].join(listed) or "".join(f"({name})" for name in optional) or "✓"
