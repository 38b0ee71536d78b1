"""Writes pages like Binance's, in each format and language, from what the spec says: in our own words."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from generator.drift.facts import Subject
from generator.drift.notes import Notes
from generator.ir import types as ir
from generator.openapi.document import Document
from generator.sources import CallLimit, Language, Weight

Format = Literal["markdown", "text", "html"]
FORMATS: tuple[Format, ...] = ("markdown", "text", "html")
LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")

_LISTED_APART = 4
"""An enum with as many values stands in a list of its own."""


@dataclass(frozen=True)
class Row:
    """A row of the table of parameters."""

    name: str
    type: str
    required: str
    text: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def apart(self) -> bool:
        return len(self.values) >= _LISTED_APART


@dataclass(frozen=True)
class Said:
    """What a page says, in one language."""

    language: Language
    method: str
    path: str
    address: str
    titles: tuple[tuple[str, str], ...]
    """Each title with its security type, or nothing."""
    description: str
    weights: tuple[Weight, ...]
    limits: tuple[CallLimit, ...]
    permissions: tuple[str, ...]
    rows: tuple[Row, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Parameter, the other one, its values."""
    example: Any
    taken: str
    """The day on which the page was taken, as YYYY-MM-DD."""

    @property
    def chinese(self) -> bool:
        return self.language == "zh-CN"


def said(document: Document, operation: ir.Operation, language: Language) -> Said:
    """Return what a page says that agrees with the spec, and with what the spec's notes explain."""
    chinese = language == "zh-CN"

    def words(text: ir.Text) -> str:
        return (text.zh or text.en) if chinese else text.en

    rows = tuple(_row(each, words(each.text), chinese=chinese) for each in _in_order(document, operation))
    limit, weight = operation.call_limit, operation.weight
    agreed = Said(
        language=language,
        taken=max(each.read for each in operation.pages.values()),
        method=operation.method,
        path=operation.path,
        address=operation.pages[language].url,
        titles=((words(operation.title), operation.security),),
        description=words(operation.text),
        weights=(Weight(weight.weight, weight.scope),),
        limits=(CallLimit(limit.calls, limit.seconds),) if limit else (),
        permissions=tuple(each.name for each in operation.permissions),
        rows=rows,
        conditions=tuple((each.parameter, each.other, tuple(map(str, each.values))) for each in operation.conditions),
        example=json.loads(operation.response_example),
    )
    return _as_explained(document, operation, agreed)


def _in_order(document: Document, operation: ir.Operation) -> Iterator[ir.Parameter | ir.ClientParameter]:
    yield from Subject(document, operation).known.values()


def _row(known: ir.Parameter | ir.ClientParameter, text: str, *, chinese: bool) -> Row:
    required = "YES" if known.required else "NO"
    if not isinstance(known, ir.Parameter) or known.enum is None:
        return Row(known.wire, known.wire_type, required, text)
    kind = "INT" if known.enum.kind == "integer" else "ENUM"
    values = tuple((str(each.value), (chinese and each.text.zh) or each.text.en) for each in known.enum.values)
    return Row(known.wire, kind, required, text, values)


def _as_explained(document: Document, operation: ir.Operation, agreed: Said) -> Said:
    for each in Notes(Subject(document, operation)).unused():
        if each.language != agreed.language:
            continue
        if each.kind == "security":
            agreed = replace(agreed, titles=((f"另一个标题 {agreed.titles[0][0]}", each.says), *agreed.titles))
        elif each.kind == "value" and each.says == "not listed":
            const = document_at(document, each.owner)["const"]
            agreed = without_value(agreed, str(const))
        else:
            raise NotImplementedError(each)
    return agreed


def document_at(document: Document, path: Sequence[str | int]) -> Any:
    node = document.data
    for key in path:
        node = node[key]
    return node


def without_value(page: Said, value: str) -> Said:
    rows = tuple(replace(row, values=tuple(each for each in row.values if each[0] != value)) for row in page.rows)
    return replace(page, rows=rows)


# Formats


def write(form: Format, *halves: Said) -> bytes:
    """Write a page, in one language or in both."""
    if form == "text":
        return "\n".join(map(_text, halves)).encode()
    return (_markdown(halves) if form == "markdown" else _html(halves)).encode()


class Words:
    """The headings and sentences of a page, in its language."""

    def __init__(self, page: Said) -> None:
        self._page = page
        self._chinese = page.chinese

    def _(self, english: str, chinese: str) -> str:
        return chinese if self._chinese else english

    def heading(self, section: str) -> str:
        names = {
            "description": ("API Description", "接口描述"),
            "request": ("HTTP Request", "HTTP请求"),
            "weight": ("Request Weight", "请求权重"),
            "parameters": ("Request Parameters", "请求参数"),
            "response": ("Response Example", "响应示例"),
        }
        return self._(*names[section])

    def columns(self) -> list[str]:
        return ["名称", "类型", "是否必需", "描述"] if self._chinese else ["Name", "Type", "Mandatory", "Description"]

    def limit(self, limit: CallLimit) -> str:
        units = {1: ("second", "秒"), 60: ("minute", "分钟"), 3600: ("hour", "小时"), 86400: ("day", "天")}
        english, chinese = units.get(limit.seconds, (f"{limit.seconds} seconds", f"{limit.seconds}秒"))
        return self._(f"Call it {limit.calls} times per {english} at most.", f"每{chinese}最多可调用{limit.calls}次。")

    def permission(self, name: str) -> str:
        # permitsUniversalTransfer -> Permits Universal Transfer
        spaced = "".join(f" {each}" if each.isupper() else each for each in name)
        english = spaced[:1].upper() + spaced[1:]
        return self._(f"The API Key must have the option {english} enabled.", f"API Key 需要开通 {english} 权限。")

    def condition(self, name: str, other: str, values: Sequence[str]) -> str:
        listed = self._(" and ", " 和 ").join(values)
        return self._(f"{name} must be sent when {other} is {listed}", f"{name} 必须要发送，当{other}为 {listed}")

    def list_of(self, name: str) -> str:
        return self._(f"Values of {name}:", f"{name} 支持的取值：")

    def cell(self, row: Row, quote: str) -> str:
        """Return the description, with the values in it unless they have a list of their own."""
        values = row.values
        if row.apart or not values:
            return row.text
        if values[0][0].isdigit():
            return " ".join(f"{value}: {text};" for value, text in values)
        listed = " / ".join(f"{quote}{value}{quote}" for value, _ in values)
        return f"{listed} only" if len(values) == 1 else listed

    def notes(self) -> list[str]:
        page = self._page
        return [
            *(self.condition(*each) for each in page.conditions),
            *(self.limit(each) for each in page.limits),
            *(self.permission(each) for each in page.permissions),
        ]

    def weights(self) -> Iterator[tuple[str, str]]:
        """Yield a heading and a text for each weight."""
        for weight in self._page.weights:
            yield f"{self.heading('weight')}{f'({weight.scope.upper()})' if weight.scope else ''}", str(weight.weight)

    def lists(self) -> list[Row]:
        return [row for row in self._page.rows if row.apart]


def titled(title: str, security: str) -> str:
    return f"{title}({security})" if security and security != "NONE" else title


def _markdown(halves: Sequence[Said]) -> str:
    front = f"---\nsource_url: {halves[0].address}\nupdated_at: {halves[0].taken}T01:02:03.456\n---\n\n"
    return front + "\n\n---\n\n".join(_markdown_half(half) for half in halves)


def _markdown_half(page: Said) -> str:
    words = Words(page)
    place = page.address.removeprefix("https://developers.binance.com")

    def heading(text: str) -> str:
        escaped = text.replace("(", r"\(").replace(")", r"\)")
        anchor = text.lower().replace(" ", "-").replace("(", "").replace(")", "")
        return f'## {text}[\u200b]({place}#{anchor} "Direct link to {escaped}")'

    lines = [line for title in page.titles for line in (f"# {titled(*title)}", "")]
    lines += [heading(words.heading("description")), "", page.description, ""]
    lines += [heading(words.heading("request")), "", f"{page.method} `{page.path}`", ""]
    for name, weight in words.weights():
        lines += [heading(name), "", f"**{weight}**", ""]
    lines += [heading(words.heading("parameters")), "", "| ".join(words.columns()) + "  ", "---|---|---|---  "]
    for row in page.rows:
        lines.append(f"{row.name}| {row.type}| {row.required}| {words.cell(row, '`')}  ")
    lines += ["  ", *(f">   * {note}" for note in words.notes()), "> ", ""]
    for row in words.lists():
        lines += [f"  * {words.list_of(row.name)}", "", *(f"    * {value} {text}" for value, text in row.values), ""]
    code = json.dumps(page.example, indent=4, ensure_ascii=False).splitlines()
    lines += ["", "", heading(words.heading("response")), "    ", "    ", *(f"    {line}  " for line in code)]
    return "\n".join(lines)


def _text(page: Said) -> str:
    words = Words(page)
    name, security = page.titles[0]
    headings = [words.heading(each) for each in ("description", "request", "parameters", "response")]
    lines = [f"# {name}", "", f"**来源**: {page.address}", "", "---", "", "跳到主要内容", "产品", "▼"]
    lines += ["更新日志", titled(name, security), "另一个接口(USER_DATA)", f"资产{titled(name, security)}"]
    lines += [titled(*title) for title in page.titles]
    lines += [words.heading("description"), "", page.description, "", words.heading("request"), ""]
    lines += [f"{page.method} {page.path}", ""]
    for heading, weight in words.weights():
        lines += [heading, "", weight, ""]
    lines += [words.heading("parameters"), "\t".join(words.columns())]
    lines += ["\t".join((row.name, row.type, row.required, words.cell(row, ""))) for row in page.rows]
    lines += ["", *(line for note in words.notes() for line in (note, ""))]
    for row in words.lists():
        lines += [words.list_of(row.name), "", *(f"{value} {text}" for value, text in row.values)]
    lines += [words.heading("response"), json.dumps(page.example, indent=4, ensure_ascii=False), ""]
    return "\n".join([*lines, "上一页", "另一个接口(USER_DATA)", "下一页", *headings, "Copyright © 2026 Binance.", ""])


def _html(halves: Sequence[Said]) -> str:
    page = halves[0]
    articles = "".join(map(_article, halves))
    return (
        f'<!doctype html>\n<html lang="{page.language}" dir="ltr">\n<head>\n<meta charset="UTF-8">\n'
        f'<title>{html.escape(page.titles[0][0])} | Open Platform</title><link rel="canonical" href="{page.address}">'
        '<script>if (1 < 2) document.write("<h1>Nothing</h1>")</script></head>\n<body>'
        f'<nav><ul><li><a href="/docs/other">Another(USER_DATA)</a></li></ul></nav><main>{articles}'
        '<nav><a href="/docs/next">Next</a></nav></main><footer>Copyright</footer></body>\n</html>\n'
    )


def _article(page: Said) -> str:
    words = Words(page)
    place = page.address.removeprefix("https://developers.binance.com")

    def heading(text: str) -> str:
        link = f'<a class="hash-link" title="Direct link to {text}" href="{place}#{text}">\u200b</a>'
        return f'<h2 class="anchor" id="{text}">{text}{link}</h2>'

    parts = [f"<h1>{html.escape(titled(*title))}</h1>" for title in page.titles]
    parts += [heading(words.heading("description")), _p(page.description), heading(words.heading("request"))]
    parts.append(f"<p>{page.method} <code>{page.path}</code></p>")
    for name, weight in words.weights():
        parts += [heading(name), f"<p><strong>{weight}</strong></p>"]
    cells = "".join(f"<th>{each}</th>" for each in words.columns())
    rows = "".join(_html_row(row, words) for row in page.rows)
    parts += [
        heading(words.heading("parameters")),
        f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>",
    ]
    items = "".join(f"<li>{html.escape(note)}</li>\n" for note in words.notes())
    parts += [f"<blockquote>\n<ul>\n{items}</ul>\n</blockquote>"] if items else []
    for row in words.lists():
        values = "".join(f"<li>{value} {html.escape(text)}</li>\n" for value, text in row.values)
        parts.append(f"<ul>\n<li>\n<p>{words.list_of(row.name)}</p>\n<ul>\n{values}</ul>\n</li>\n</ul>")
    parts += [heading(words.heading("response")), _html_code(page.example)]
    body = "\n".join(parts)
    return (
        '<article><nav><ul><li><span>Breadcrumb</span></li></ul></nav><button type="button">On this page</button>'
        f'<div class="markdown">{body}</div></article>'
    )


def _p(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _html_row(row: Row, words: Words) -> str:
    parts = words.cell(row, "`").split("`")
    description = "".join(
        f"<code>{html.escape(part)}</code>" if index % 2 else html.escape(part) for index, part in enumerate(parts)
    )
    return f"<tr><td>{row.name}</td><td>{row.type}</td><td>{row.required}</td><td>{description}</td></tr>"


def _html_code(example: Any) -> str:
    lines = json.dumps(example, indent=4, ensure_ascii=False).splitlines()
    spans = "".join(
        f'<span class="token-line"><span class="token">{html.escape(line)}</span><br></span>' for line in lines
    )
    button = '<button type="button">Copy</button>'
    return f'<div class="language-javascript"><pre tabindex="0"><code>{spans}</code></pre>{button}</div>'
