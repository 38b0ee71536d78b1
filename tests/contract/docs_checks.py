"""Where the facts in the documentation differ from the spec, in both languages: tables, conditions, wallets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .package import differ, lack
from .pages import LANGUAGES, Page, Table, pages
from .reader import Enum, Operation, Parameter, Spec

YES = {"en": {True: "yes", False: "no"}, "zh-CN": {True: "是", False: "否"}}
_SOMETIMES = {"en": "on condition", "zh-CN": "视条件"}
_OUTCOMES = {
    "en": {"not_executed": "not executed", "probably_not_executed": "probably not executed", "unknown": "unknown"},
    "zh-CN": {"not_executed": "没有执行", "probably_not_executed": "很可能没有执行", "unknown": "未知"},
}
_BASIS = {"en": {True: "documented", False: "inferred"}, "zh-CN": {True: "文档", False: "推断"}}
_PERIODS = {"en": {60: "minute", 3600: "hour"}, "zh-CN": {60: "分钟", 3600: "小时"}}
_COMMA = {"en": ", ", "zh-CN": "、"}
_COLON = {"en": ": ", "zh-CN": "："}
_NOTHING = "—"


class Has(str):
    """A cell that has to hold these words, among others."""

    __slots__ = ()


def books(folder: Path) -> Iterator[tuple[str, dict[str, Page]]]:
    """Yield the pages of each language."""
    for language in LANGUAGES:
        yield language, pages(folder, language)


def endpoints(spec: Spec, folder: Path) -> Iterator[tuple[str, str, Operation, Page]]:
    """Yield the page of each operation in each language, with its place."""
    for language, book in books(folder):
        for operation in spec.operations:
            path = f"endpoints/{operation.name}.md"
            if path in book:
                yield language, f"{language}/{path}", operation, book[path]


def page_list(spec: Spec, folder: Path) -> Iterator[str]:
    """One page per endpoint and the general ones, the same in each language."""
    wanted = ["README.md", "enums.md", "errors.md", "limits.md"]
    wanted += [f"endpoints/{operation.name}.md" for operation in spec.operations]
    for language, book in books(folder):
        yield from differ(f"pages in {language}", sorted(wanted), sorted(book))


def overview(spec: Spec, folder: Path) -> Iterator[str]:
    """The tables of endpoints and of servers on the first page."""
    for language, book in books(folder):
        wanted = [
            [
                operation.title.of(language),
                operation.method,
                operation.path,
                str(operation.weight),
                Has(operation.scope.upper()),
                str(operation.calls_per_minute),
                operation.node["x-binance-security"],
                _listed([each["name"] for each in operation.node.get("x-binance-permissions", [])], language),
                YES[language][operation.moves_funds],
            ]
            for operation in spec.operations
        ]
        page = book["README.md"]
        yield from rows(f"{language}/README.md, endpoints", wanted, _table(page, spec.operations[0].path))
        servers = [[each["url"], _said(each, language)] for each in spec.data["servers"]]
        yield from rows(f"{language}/README.md, servers", servers, _table(page, servers[0][0]))
        yield from lack(f"{language}/README.md", spec.data["info"]["version"], page.text)


def _said(node: dict[str, str], language: str) -> str:
    return " ".join(node["description" if language == "en" else "x-binance-zh"].split())


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
        node, periods = operation.node, _PERIODS[language]
        limit = node.get("x-binance-call-limit")
        permissions = [
            f"{each['name']}{_COLON[language]}{_said(each, language)}" for each in node.get("x-binance-permissions", [])
        ]
        wanted = [
            operation.method,
            operation.path,
            operation.name,
            operation.model.name,
            Has(operation.scope.upper()),
            Has(periods[operation.seconds]),
            str(operation.calls_per_minute),
            Has(periods[limit["seconds"]]) if limit else _NOTHING,
            Has(node["x-binance-security"] + _COLON[language]),
            " ".join(permissions) or _NOTHING,
            YES[language][operation.moves_funds],
        ]
        table = _table(page, operation.path)
        labelled = [[row[0], fact] for row, fact in zip(table.rows, wanted, strict=False)] if table else []
        yield from rows(f"{place}, facts", labelled, table)
        yield from differ(f"{place}, number of facts", len(wanted), len(labelled))
        numbers = {5: [operation.weight], 6: [operation.budget]} | ({8: [limit["calls"]]} if limit else {})
        for number, values in numbers.items():
            cell = table.rows[number - 1][1] if table and len(table.rows) >= number else ""
            # "1 hour" has a number too, in Chinese.
            real = [int(each) for each in re.findall(r"\d+", cell) if int(each) > 1 or values == [1]]
            yield from differ(f"{place}, number in fact {number}", values, real)
        yield from differ(f"{place}, title", operation.title.of(language), page.headings[0])
        responses = page.code("json")
        yield from differ(f"{place}, number of answers", 1, len(responses))


def parameters(spec: Spec, folder: Path) -> Iterator[str]:
    """Every parameter that is sent, the timestamp and the signature too."""
    for language, place, operation, page in endpoints(spec, folder):
        table = _table(page, "timestamp")
        wanted = [_parameter(operation, each, language) for each in operation.parameters]
        if operation.timestamp:
            stamp = operation.timestamp
            wanted.append(["timestamp", Has(), "LONG", YES[language][stamp.required], _NOTHING, _NOTHING])
            wanted[-1].append(stamp.text.of(language))
        if operation.signed:
            wanted.append(["signature", Has(), "STRING", YES[language][True], _NOTHING, _NOTHING, Has()])
        yield from rows(f"{place}, parameters", wanted, table)
        for each, row in zip(operation.parameters, table.rows if table else [], strict=False):
            for rule in _rules(each):
                yield from lack(f"{place}, rules of {each.wire}", rule, row[5])


def _parameter(operation: Operation, parameter: Parameter, language: str) -> list[str]:
    conditional = parameter.wire in [name for name, _, _ in operation.conditions]
    has_rules = set(parameter.schema) - {"type", "format", "default", "description", "x-binance-zh"}
    return [
        parameter.wire,
        parameter.argument,
        Has(_COMMA[language] + parameter.annotation),
        _SOMETIMES[language] if conditional else YES[language][parameter.required],
        str(parameter.schema.get("default", _NOTHING)),
        Has() if has_rules else _NOTHING,
        parameter.text.of(language),
    ]


def _rules(parameter: Parameter) -> Iterator[str]:
    schema = parameter.schema
    yield from (str(schema[key]) for key in ("minimum", "maximum", "maxLength", "pattern") if key in schema)
    if schema.get("minLength", 1) > 1:
        yield str(schema["minLength"])
    yield from map(str, parameter.refused)
    if parameter.enum:
        yield parameter.enum.name


def conditions(spec: Spec, folder: Path) -> Iterator[str]:
    """When a parameter must be given: one item each, with every value and no other."""
    for _, place, operation, page in endpoints(spec, folder):
        wanted = [sorted([name, other, *values]) for name, other, values in operation.conditions]
        known = {name for item in wanted for name in item}
        lists: dict[str, list[list[str]]] = {}
        for block in page.blocks:
            if block.item:
                named = sorted(set(re.findall(r"[A-Za-z_]+", block.text)) & known)
                lists.setdefault(block.heading, []).append(named)
        if wanted and wanted not in lists.values():
            yield f"{place}: no list has the conditions {wanted}; there are {list(lists.values())}"


def fields(spec: Spec, folder: Path) -> Iterator[str]:
    """The fields of an answer."""
    for language, place, operation, page in endpoints(spec, folder):
        wanted = [
            [each.wire, each.name, each.annotation, YES[language][each.required], each.text.of(language)]
            for each in operation.model.fields
        ]
        table = next(
            (each for each in page.tables if [row[:2] for row in wanted] == [row[:2] for row in each.rows]), None
        )
        yield from rows(f"{place}, fields", wanted, table)


def enums(spec: Spec, folder: Path) -> Iterator[str]:
    """Each value with its member, its meaning and the wallets that it moves between."""
    for language, book in books(folder):
        page = book["enums.md"]
        names = [each.name for each in spec.enums]
        yield from differ(f"{language}/enums.md, enums", names, [each for each in page.headings if each in names])
        for enum in spec.enums:
            tables = [each for each in page.tables if each.heading.split(" / ")[-1] == enum.name]
            noted = any(value.notes for value in enum.values)
            wanted = [
                [*_value(spec, enum, index, language), *([Has() if enum.values[index].notes else _NOTHING] * noted)]
                for index in range(len(enum.values))
            ]
            yield from rows(f"{language}/enums.md, {enum.name}", wanted, tables[0] if tables else None)


def _value(spec: Spec, enum: Enum, index: int, language: str) -> list[str]:
    value = enum.values[index]
    return [
        str(value.value),
        value.name,
        value.text.of(language),
        *(_wallet(spec, name, language) for name in value.moves or ()),
    ]


def _wallet(spec: Spec, name: str, language: str) -> str:
    return _said(spec.data["x-binance-wallets"][name], language)


def wallets(spec: Spec, folder: Path) -> Iterator[str]:
    """The diagram and the table of destinations have each pair of wallets once, and each wallet once."""
    for language, book in books(folder):
        page = book["enums.md"]
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
            yield from differ(f"{place}, arrows", sorted(moves.values()), sorted(pair for _, pair in edges))
            for value, pair in edges:
                if value:
                    yield from differ(f"{place}, arrow {value}", moves.get(value), pair)
            yield from _destinations(place, moves, page, language)


def _edges(diagram: str, labels: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for source, heads, value, target in re.findall(r'^ *(\w+) (<?-->)(?:\|"(.*)"\|)? (\w+)$', diagram, re.MULTILINE):
        yield _label(value), (labels.get(source, source), labels.get(target, target))
        if heads == "<-->":
            yield _label(value), (labels.get(target, target), labels.get(source, source))


def _label(words: str) -> str:
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), words.replace("#quot;", '"'))


def _destinations(place: str, moves: dict[str, tuple[str, ...]], page: Page, language: str) -> Iterator[str]:
    wanted: dict[str, list[str]] = {}
    for value, (source, target) in moves.items():
        wanted.setdefault(source, []).append(f"{target}{_COLON[language]}{value}")
    found = {row[0]: row[1] for table in page.tables if len(table.head) == len(("from", "to")) for row in table.rows}
    for source, targets in wanted.items():
        yield from differ(f"{place}, from {source}", " ".join(targets), found.get(source))


def limits(spec: Spec, folder: Path) -> Iterator[str]:
    """The budgets, and what each call costs."""
    for language, book in books(folder):
        page = book["limits.md"]
        budgets = [
            [
                Has(scope.upper()),
                str(budget["weight"]),
                Has(_PERIODS[language][budget["seconds"]]),
                f"X-SAPI-USED-{scope.upper()}-WEIGHT-1M",
            ]
            for scope, budget in spec.data["x-binance-rate-limits"].items()
        ]
        yield from rows(f"{language}/limits.md, budgets", budgets, _table(page, budgets[0][3]))
        costs = []
        for operation in spec.operations:
            limit = operation.node.get("x-binance-call-limit")
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


def errors(spec: Spec, folder: Path) -> Iterator[str]:
    """Every code, with its outcome and whether that is documented or inferred."""
    for language, book in books(folder):
        wanted = [
            [
                str(each["code"]),
                each["name"],
                _said(each, language),
                _OUTCOMES[language][each["outcome"]],
                _BASIS[language][each["documented"]],
                each.get("exception", "Rejected") if each["outcome"] == "not_executed" else "OutcomeUnknown",
                each.get("exception", "Rejected"),
            ]
            for each in spec.data["x-binance-errors"]
        ]
        yield from rows(f"{language}/errors.md, codes", wanted, _table(book["errors.md"], "-1000"))
