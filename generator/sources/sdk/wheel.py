"""Reads a wheel of Binance's Python SDK: a page for each method of its REST clients."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.sources.blocks import Block
from generator.sources.extract import extract
from generator.sources.fact_texts import values_text
from generator.sources.page_facts import Located, Page, PageParameter, PageVersion

from .archive import Archive, CannotReadWheel, open_wheel
from .docstring import TooLong, read_docstring
from .methods import Argument, NotUnderstood, SdkMethod, functions, read_method
from .models import Models, Record

_CLIENT = re.compile(r"([A-Za-z0-9_]+)/(rest_api/api/[A-Za-z0-9_]+_api\.py)")
_COLUMNS = ("Name", "Type", "Mandatory", "Description")


def read_wheel(file: str, content: bytes, date: str | None = None) -> Iterator[Page]:
    """Yield a page for each method. The `problems` of a page say what cannot be read; nothing is raised or run.

    Args:
        file: Its name in messages, as long as its own is not known.
        content: Its bytes.
        date: When it was published, as YYYY-MM-DD, where that is known.
    """
    taken = Located(date, 1) if date else None
    try:
        archive = open_wheel(content)
        for name, function, models in _functions(archive):
            archive.check_time()
            page = _page(name, function, models)
            yield replace(page, taken=taken, source=archive.name, name=function.name)
    except CannotReadWheel as error:
        yield Page(file, "sdk", problems=(str(error),), taken=taken)


def _functions(archive: Archive) -> Iterator[tuple[str, ast.FunctionDef, Models]]:
    """Yield the methods of the REST clients, each with the name of its module in messages."""
    count = 0
    for module in archive.modules():
        if client := _CLIENT.fullmatch(module):
            models = Models(archive, client[1])
            for function in functions(archive.tree(module)):
                count += 1
                yield f"{archive.name}: {client[2]}", function, models
    if not count:
        raise CannotReadWheel(
            "it has no client such as rest_api/api/account_api.py with methods, as Binance's wheels have."
        )


def _page(name: str, function: ast.FunctionDef, models: Models) -> Page:
    where = f"line {function.lineno}: {function.name}"
    try:
        method = read_method(function)
        return _page_of(name, method, models)
    except (NotUnderstood, TooLong) as error:
        return Page(name, "sdk", problems=(f"{where} was not read: {error}.",))
    except CannotReadWheel as error:
        return Page(name, "sdk", problems=(f"{where} was not read: {error}",))


def _page_of(name: str, method: SdkMethod, models: Models) -> Page:
    arguments = [argument.name for argument in method.arguments]
    text = read_docstring(method.text, method.text_line, arguments)
    said = {argument: found.value for argument, found in text.arguments.items()}
    version = extract("en", [*text.blocks, *_table(method, said)])
    stated = {endpoint.value for endpoint in version.endpoints} or {method.endpoint}
    if stated != {method.endpoint}:
        listed = " and ".join(map(str, sorted(stated)))
        raise NotUnderstood(f"its documentation says {listed}, and its code sends {method.endpoint}")
    parameters, remarks = _parameters(method, version, models)
    record = models.response(method.response) if method.response else Record()
    version = replace(
        version,
        endpoints=version.endpoints[:1] or (Located(method.endpoint, method.line),),
        parameters=parameters,
        response=Located(method.response or "", method.line),
        response_fields=tuple(Located(name, method.line) for name in record.names()),
        sketch=Located(record.sketch(), method.line) if record.fields else None,
    )
    return Page(name, "sdk", (version,), address=text.address, remarks=remarks, is_part=True)


def _table(method: SdkMethod, said: dict[str, str]) -> Iterator[Block]:
    """Yield the arguments as the table of parameters that a page has."""
    yield Block("heading", "Request Parameters", method.line, level=2)
    yield Block("row", " ".join(_COLUMNS), method.line, cells=_COLUMNS, head=True)
    for argument in method.arguments:
        needed = "YES" if argument.required else "NO"
        cells = (argument.wire, argument.type, needed, said.get(argument.name, ""))
        yield Block("row", " ".join(cells), argument.line, cells=cells)
    if method.signed:
        cells = ("timestamp", "LONG", "YES", "")
        yield Block("row", " ".join(cells), method.signed, cells=cells)


def _parameters(
    method: SdkMethod, version: PageVersion, models: Models
) -> tuple[tuple[Located[PageParameter], ...], tuple[Located[str], ...]]:
    """Return the parameters with the values of their enums, and what was not taken because the notes contradict it."""
    arguments = {argument.wire: argument for argument in method.arguments}
    rows: list[Located[PageParameter]] = []
    remarks: list[Located[str]] = []
    for row in version.parameters:
        argument = arguments.get(row.value.name)
        values = models.enum(argument.enum) if argument and argument.enum else None
        if argument is None or values is None:
            rows.append(row)
        elif other := _misread(row.value.name, values, version):
            message = (
                f"{argument.wire} is typed as {argument.enum}, but its values ({values_text(values)}) are those of "
                f"{other} in the notes; the type was not taken."
            )
            remarks.append(Located(message, argument.line))
            rows.append(replace(row, value=replace(row.value, type="STRING", values=(), value_lines=())))
        else:
            rows.append(_with_values(row, argument, values))
    return tuple(rows), tuple(remarks)


def _misread(name: str, values: Sequence[str], version: PageVersion) -> str | None:
    """Return the parameter whose values an enum lists, where the condition of another parameter was taken for its values."""
    for condition in version.conditions:
        stated = condition.value
        if stated.parameter == name and stated.other and set(values) <= set(stated.values):
            return stated.other
    return None


def _with_values(row: Located[PageParameter], argument: Argument, values: Sequence[str]) -> Located[PageParameter]:
    texts = dict(row.value.values)
    lines = dict(zip(texts, row.value.value_lines, strict=True))
    listed = tuple((value, texts.get(value, "")) for value in values)
    places = tuple(lines.get(value, argument.line) for value in values)
    return replace(row, value=replace(row.value, values=listed, value_lines=places))
