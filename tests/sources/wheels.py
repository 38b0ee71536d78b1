"""Writes wheels in the form of Binance's Python SDK from the facts of pages: in our own words, and with none of its code."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from .writer import Row, Words, WrittenPage, titled

Form = Literal["2025", "2026"]
FORMS: tuple[Form, ...] = ("2025", "2026")
"""The form of the first releases, and that of the newest; they differ in how they document a method."""
PACKAGE = "made-up-sdk"
_FOLDER = "made_up_sdk"
CLIENT = f"{_FOLDER}/rest_api/api/things_api.py"
_TYPES = {"DECIMAL": "float", "LONG": "int", "INT": "int", "BOOLEAN": "bool", "ARRAY": "List[str]"}
_METADATA = "Metadata-Version: 2.4\nName: {}\nVersion: {}\nSummary: Things\n\nName: other\n"


def write_wheel(*pages: WrittenPage, form: Form = "2026", package: str = PACKAGE, version: str = "1.2.3") -> bytes:
    """Write a wheel with a method for each page."""
    return zipped(modules(*pages, form=form), package, version)


def zipped(files: Mapping[str, str | bytes], package: str = PACKAGE, version: str = "1.2.3") -> bytes:
    """Write a wheel with these files."""
    folder = f"{package.replace('-', '_')}-{version}.dist-info"
    described = {**files, f"{folder}/METADATA": _METADATA.format(package, version), f"{folder}/RECORD": ""}
    described[f"{folder}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in described.items():
            archive.writestr(zipfile.ZipInfo(name, (2016, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def modules(*pages: WrittenPage, form: Form = "2026") -> dict[str, str]:
    """Return the modules of a wheel."""
    written = {CLIENT: client("\n".join(method(page, form) for page in pages))}
    enums = "\n\n".join(text for page in pages for text in _enums(page))
    written[f"{_FOLDER}/rest_api/models/enums.py"] = f"from enum import Enum\n\n\n{enums}\n"
    for page in pages:
        for name, text in _records(f"{_camel(page)}Response", page.example):
            written[f"{_FOLDER}/rest_api/models/{_snake(name)}.py"] = text
    return written


def client(methods: str) -> str:
    """Return a module with a client that has these methods."""
    return f'"""Things."""\n\nfrom typing import Optional, Union\n\n\nclass ThingsApi:\n{methods}'


def method(page: WrittenPage, form: Form = "2026") -> str:
    """Return a method that documents and sends what a page states."""
    rows = [row for row in page.rows if row.name != "timestamp"]
    arguments = ", ".join(_argument(page, row, form) for row in sorted(rows, key=lambda row: row.required != "YES"))
    signed = any(row.name == "timestamp" for row in page.rows)
    lines = [
        f"    def {_snake(_camel(page))}(self, {arguments}) -> 'ApiResponse[{_camel(page)}Response]':",
        '        """',
    ]
    lines += _document(page, rows, form)
    lines.append('        """')
    for row in rows:
        if row.required == "YES":
            lines += [
                f"        if {_snake(row.name)} is None:",
                f'            raise RequiredError(field="{_snake(row.name)}")',
            ]
    payload = ", ".join(f'"{_snake(row.name)}": {_snake(row.name)}' for row in rows)
    lines += [f"        payload = {{{payload}}}", "        return send_request(", "            self._session,"]
    lines += [
        f'            method="{page.method}",',
        f'            path="{page.path}",',
        "            payload=payload,",
    ]
    lines += [
        f"            response_model={_camel(page)}Response,",
        f"            is_signed={signed},",
        "        )",
        "",
    ]
    return "\n".join(lines)


def _document(page: WrittenPage, rows: Sequence[Row], form: Form) -> Iterator[str]:
    name, security = page.titles[-1]
    yield f"                {titled(name, security)}"
    yield f"                {page.method} {page.path}"
    yield f"                {page.address}\n\n                {page.description}\n"
    weights = [(weight.weight, (weight.scope or "").upper()) for weight in page.weights]
    if form == "2025":
        yield from (f"        *  {note}" for note in _notes(page))
        several = len(weights) > 1
        yield from (f"\n        Weight{f'({scope})' * several}: {weight}" for weight, scope in weights)
    else:
        yield from (f"        Weight({scope}): {weight}\n" for weight, scope in weights)
        yield f"        Security Type: {security}\n" if security and security != "NONE" else ""
        yield "        Notes:"
        yield from (f"        - {note}" for note in _notes(page))
    yield "\n                Args:"
    words = Words(page)
    for row in rows:
        described = words.cell(row, "`").replace(" only", "\n        only") if row.text or row.values else ""
        yield f"                    {_snake(row.name)} (Union[str, None]): {described}"
    yield "\n                Returns:\n                    ApiResponse\n"


def _notes(page: WrittenPage) -> Iterator[str]:
    words = Words(page)
    yield from words.notes()
    for row in words.lists:
        yield words("list", row.name)
        yield from (f"`{value}`: {text}" for value, text in row.values)


def _argument(page: WrittenPage, row: Row, form: Form) -> str:
    kind = _TYPES.get(row.type, "str")
    if row.type == "ENUM" and (form == "2026" or not row.apart):
        kind = _enum(page, row)
    if row.required != "YES":
        return f"{_snake(row.name)}: Optional[{kind}] = None"
    return f"{_snake(row.name)}: {kind} = None" if form == "2025" else f"{_snake(row.name)}: Union[{kind}, None]"


def _enums(page: WrittenPage) -> Iterator[str]:
    for row in page.rows:
        if row.type == "ENUM":
            values = "\n".join(f'    {value} = "{value}"' for value, _ in row.values)
            yield f"class {_enum(page, row)}(Enum):\n{values}"


def _records(name: str, example: Any) -> Iterator[tuple[str, str]]:
    """Yield the classes of a response, each with its name; a list is a class of its own with that of its rows as its base."""
    if isinstance(example, list):
        yield from _records(f"{name}Inner", example[0] if example else {})
        imported = f"from {_FOLDER}.rest_api.models.{_snake(name)}_inner import {name}Inner"
        yield (
            name,
            f"{imported}\n\n\nclass {name}({name}Inner):\n    __properties: ClassVar[List[str]] = []\n\n{_is_array('True')}",
        )
        return
    imports, fields = [], []
    for wire, value in example.items():
        kind, inner = _strict(value), f"{name}{wire[0].upper()}{wire[1:]}"
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            yield from _records(inner, value)
            imports.append(f"from {_FOLDER}.rest_api.models.{_snake(inner)} import {inner}\n")
            kind = f"List[{inner}]" if isinstance(value, list) else inner
        fields.append(f'    {_snake(wire)}: Optional[{kind}] = Field(default=None, alias="{wire}")\n')
    fields.append(f"    additional_properties: Dict[str, Any] = {{}}\n\n{_is_array('False')}")
    yield name, f"{''.join(imports)}\n\nclass {name}(BaseModel):\n{''.join(fields)}"


def _strict(value: Any) -> str:
    if isinstance(value, list):
        return f"List[{_strict(value[0]) if value else 'StrictStr'}]"
    return {bool: "StrictBool", int: "StrictInt", float: "Union[StrictFloat, StrictInt]"}.get(type(value), "StrictStr")


def _is_array(answer: str) -> str:
    return f"    @classmethod\n    def is_array(cls) -> bool:\n        return {answer}\n"


def _enum(page: WrittenPage, row: Row) -> str:
    return f"{_camel(page)}{row.name[0].upper()}{row.name[1:]}Enum"


def _camel(page: WrittenPage) -> str:
    return "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", f"{page.method} {page.path}"))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
