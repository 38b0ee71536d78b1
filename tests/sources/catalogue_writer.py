"""Writes a page of the catalogue, with all operations of a tag, from pages that were made of the spec."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from .writer import Format, Row, Words, WrittenPage, titled

_TYPES: Mapping[str, str] = {
    "STRING": "string",
    "ENUM": "string · enum",
    "LONG": "integer · int64",
    "INT": "integer · int32",
    "DECIMAL": "number · float",
    "BOOLEAN": "boolean",
    "CHAR": "object",
    "ARRAY": "array",
}


class _Piece(NamedTuple):
    """A heading with its level, or words of another kind."""

    kind: str
    text: str


def write_catalogue(form: Format, *pages: WrittenPage) -> bytes:
    """Write a page of the catalogue: a section for each operation."""
    pieces = [_Piece("h1", "Asset"), *(piece for page in pages for piece in _operation(page))]
    if form == "html":
        body = "\n".join(map(_html, pieces))
        return (
            f"<!doctype html>\n<html><head><title>x</title></head>\n<body><main>{body}</main></body></html>\n".encode()
        )
    return "\n\n".join(map(_markdown if form == "markdown" else _text, pieces)).encode()


def _operation(page: WrittenPage) -> Iterator[_Piece]:
    title = titled(*page.titles[-1])
    yield _Piece("h2", title)
    yield from (_Piece("text", text) for text in (page.description, page.method, page.path, "https://api.binance.com"))
    yield _Piece("h3", f"{title} › Authorization")
    yield _Piece("text", "This endpoint wants the key in a header.")
    yield _Piece("h3", f"{title} › Request Weight")
    yield _Piece("text", "This endpoint consumes the following weight of the budget that you have")
    for weight in page.weights:
        yield _Piece("text", f"{(weight.scope or '').upper()} Weight{weight.weight}")
    yield _Piece("h3", f"{title} › Headers")
    yield _Piece("code", "X-MBX-APIKEY")
    notes = list(Words(page).notes())
    if page.rows or notes:
        yield _Piece("h3", f"{title} › {'Query Parameters' if page.method == 'GET' else 'Request Body'}")
    for row in page.rows:
        yield from _field(row)
    yield from (_Piece("item", note) for note in notes)
    yield _Piece("h3", f"{title} › Responses")
    yield from (_Piece("text", text) for text in ("200", "Example Request Body"))
    yield _Piece("json", json.dumps({"asset": "a sample of the request"}))
    yield _Piece("text", "Example Responses")
    yield _Piece("json", json.dumps(page.example, ensure_ascii=False, indent=2))


def _field(row: Row) -> Iterator[_Piece]:
    yield _Piece("code", row.name)
    marks: Sequence[str] = ["enum"] if row.values and row.type != "ENUM" else []
    required = ["required"] if row.required == "YES" else []
    yield _Piece("text", " · ".join([_TYPES[row.type], *marks, *required]))
    if row.text:
        yield _Piece("text", row.text)
    if row.values:
        yield _Piece("text", "Enum values:")
        yield from (_Piece("text", value) for value, _ in row.values)


def _markdown(piece: _Piece) -> str:
    text = piece.text.replace("_", r"\_")
    if piece.kind == "json":
        return f"`{piece.text}`"
    if piece.kind == "code":
        return f"`{piece.text}`"
    return {"h1": "# ", "h2": "## ", "h3": "### ", "item": "* "}.get(piece.kind, "") + text


def _text(piece: _Piece) -> str:
    return f"• {piece.text}" if piece.kind == "item" else piece.text


def _html(piece: _Piece) -> str:
    text = html.escape(piece.text)
    if piece.kind in ("h1", "h2", "h3"):
        return f"<{piece.kind}>{text}</{piece.kind}>"
    if piece.kind == "item":
        return f"<ul><li>{text}</li></ul>"
    return (
        f"<pre><code>{text}</code></pre>"
        if piece.kind == "json"
        else f"<div><code>{text}</code></div>"
        if piece.kind == "code"
        else f"<p>{text}</p>"
    )
