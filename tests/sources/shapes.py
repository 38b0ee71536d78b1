"""Other forms of written pages that say the same: as people and programs leave them when they copy a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .writer import Format, WrittenPage, write


def write_as(shape: str, *pages: WrittenPage) -> bytes:
    """Write a page in a shape."""
    form, change = SHAPES[shape]
    return change(write(form, *pages).decode()).encode()


def _body(text: str) -> str:
    return "\n".join(re.findall('(?s)<div class="markdown">(.*?)</div></article>', text))


def _barred(text: str) -> str:
    """Write the table with bars instead of tabs, and a line below its head."""
    rows = re.sub(r"(?m)^[^\t\n]*\t.*$", lambda row: f"| {' | '.join(row[0].split(chr(9)))} |", text)
    return re.sub(r"(?m)^(\| (?:Name|名称) .*)$", r"\1\n| --- | --- | --- | --- |", rows)


def _with_bullets(text: str) -> str:
    """Put a bullet before each entry of a list and each remark."""
    return re.sub(
        r"(?m)^([A-Z]+_[A-Z_]+ .*|.*(?:at most|enabled)\.|.*must be sent.*|.*必须要发送.*|每.*次。)$", r"• \1", text
    )


SHAPES: Mapping[str, tuple[Format, Callable[[str], str]]] = {
    "markdown": ("markdown", str),
    "text": ("text", str),
    "html": ("html", str),
    "html without end tags": ("html", lambda text: re.sub("</(?:td|th|tr|thead|tbody|li|p)>", "", text)),
    "html without an article": ("html", lambda text: re.sub("</?(?:article|main)>", "", text)),
    "html without the page around it": ("html", _body),
    "html of another program": (
        "html",
        lambda text: re.sub(r"<td>(.*?)</td>", r"<td><p>\1</p></td>", re.sub(" class=.*?>", ">", text)),
    ),
    "html with broken lines": (
        "html",
        lambda text: re.sub(
            r" (at most|enabled|per |must be sent)", r"<br>\n\1", text.replace("<br></span>", "\n</span>")
        ),
    ),
    "text with bars": ("text", _barred),
    "text with bullets": ("text", _with_bullets),
    "text without navigation": (
        "text",
        lambda text: re.sub(r"(?s)^(.*?---\n).*?更新日志\n.*?\n.*?\n.*?\n", r"\1", text),
    ),
}
"""The shapes, with the formats that they are made from."""
