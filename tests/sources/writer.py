"""Writes pages like Binance's, in each format and language, from what the spec states: in our own words."""

from __future__ import annotations

import copy
import html
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from generator.ir import types as ir
from generator.openapi.document import Document
from generator.runtime.operation import CallLimit
from generator.sources import PageWeight, Source
from generator.vocabulary import Language

Format = Literal["markdown", "text", "html"]
FORMATS: tuple[Format, ...] = ("markdown", "text", "html")
LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")

_HOST = "https://developers.binance.com"
_OTHER_EXAMPLES: Mapping[str, Any] = {
    "/sapi/v1/portfolio/balance": [
        {
            "asset": "USDT",
            "totalWalletBalance": "122607.35137903",
            "crossMarginAsset": "92.27530794",
            "crossMarginBorrowed": "10.00000000",
            "crossMarginFree": "100.00000000",
            "crossMarginInterest": "0.72469206",
            "crossMarginLocked": "3.00000000",
            "umWalletBalance": "0.00000000",
            "umUnrealizedPNL": "23.72469206",
            "cmWalletBalance": "23.72469206",
            "cmUnrealizedPNL": "",
            "updateTime": 1617939110373,
            "negativeBalance": "0",
            "optionWalletBalance": "0",
            "optionEquity": "0",
        }
    ],
    "/sapi/v1/account/apiRestrictions": {
        "ipRestrict": False,
        "createTime": 1623840271000,
        "enableReading": True,
        "enableWithdrawals": False,
        "enableInternalTransfer": True,
        "enableMargin": False,
        "enableFutures": False,
        "permitsUniversalTransfer": True,
        "enableVanillaOptions": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": True,
        "enableSpotAndMarginTrading": False,
        "enablePortfolioMarginTrading": True,
    },
}
"""The examples of Chinese pages that a note explains, by the path of the operation."""
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
class WrittenPage:
    """The facts of a page, in one language."""

    language: Language
    method: str
    path: str
    address: str
    titles: tuple[tuple[str, str], ...]
    """The titles with their security types, which may be empty."""
    description: str
    weights: tuple[PageWeight, ...]
    limits: tuple[CallLimit, ...]
    permissions: tuple[str, ...]
    rows: tuple[Row, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Parameter, the other one, its values."""
    example: Any
    taken: str
    """The day on which the page was taken, as YYYY-MM-DD."""


def _address(operation: ir.Operation, language: Language) -> str:
    """Return the address of a page; one that the spec does not name in Chinese is where Binance would have it."""
    if language == "zh-CN" and language not in operation.pages and "en" in operation.pages:
        return operation.pages["en"].url.replace("/docs/", "/docs/zh-CN/")
    if not operation.pages and "catalogue" not in operation.sources:
        return f"{_HOST}/docs/{'zh-CN/' if language == 'zh-CN' else ''}{operation.name}"
    return operation.sources.get(language, next(iter(operation.sources.values()))).url


def page_of(
    document: Document, operation: ir.Operation, language: Language, source: Source | None = None
) -> WrittenPage:
    """Return a page that agrees with the spec, and with what the spec's notes explain of a source, by default the page."""

    def words(text: ir.Text) -> str:
        return (text.zh if language == "zh-CN" else None) or text.en

    node = document.data["paths"][operation.path][operation.method.lower()]
    known: dict[str, ir.Parameter | ir.ClientParameter] = {
        parameter.wire: parameter for parameter in operation.parameters
    }
    known |= {parameter.wire: parameter for parameter in operation.client_parameters}
    names = [_followed(document.data, parameter)["name"] for parameter in node.get("parameters", ())]
    limit = operation.call_limit
    page = WrittenPage(
        language=language,
        taken=max(page.read for page in operation.sources.values()),
        method=operation.method,
        path=operation.path,
        address=_address(operation, language),
        titles=((words(operation.title), operation.security),),
        description=words(operation.text),
        weights=tuple(PageWeight(weight.weight, weight.scope) for weight in operation.weights),
        limits=(CallLimit(limit.calls, limit.seconds),) if limit else (),
        permissions=tuple(permission.name for permission in operation.permissions),
        rows=tuple(_row(known[name], words) for name in names),
        conditions=tuple((rule.parameter, rule.other, tuple(map(str, rule.values))) for rule in operation.conditions),
        example=json.loads(operation.response_example),
    )
    for owner, explained in _explained(document.data, node):
        if explained["page"] != (source or language):
            continue
        if source == "sdk" and explained["fact"] in _OF_THE_SDK:
            page = _OF_THE_SDK[explained["fact"]](page, explained)
        elif explained["fact"] == "security":
            page = replace(page, titles=((f"另一个标题 {page.titles[0][0]}", explained["says"]), *page.titles))
        elif (explained["fact"], explained["says"]) == ("value", "not listed"):
            page = without_value(page, str(owner["const"]))
        elif (explained["fact"], explained["says"]) == ("parameter", "not listed"):
            page = replace(page, rows=tuple(row for row in page.rows if row.name != owner["name"]))
        elif explained["fact"] == "type":
            rows = (replace(row, type=explained["says"]) if row.name == owner["name"] else row for row in page.rows)
            page = replace(page, rows=tuple(rows))
        elif explained["fact"] == "response example":
            page = replace(page, example=_OTHER_EXAMPLES[operation.path])
        else:
            raise NotImplementedError(explained)
    return page


def _weighing(page: WrittenPage, explained: Mapping[str, str]) -> WrittenPage:
    weight, _, scope = explained["says"].split()
    return replace(page, weights=(PageWeight(int(weight), "uid" if scope == "UID" else "ip"),))


def _titled(page: WrittenPage, explained: Mapping[str, str]) -> WrittenPage:
    return replace(page, titles=((explained["says"], page.titles[0][1]),))


def _with_parameter(page: WrittenPage, explained: Mapping[str, str]) -> WrittenPage:
    row = Row(explained["about"], explained["says"].split(",")[0], "NO", values=(("ONE", ""), ("TWO", "")))
    return replace(page, rows=(*page.rows, row if row.type == "ENUM" else replace(row, values=())))


def with_field(page: WrittenPage, field: str) -> WrittenPage:
    """Return a page whose response has one more field, such as `id` or `rows.id`."""
    example = copy.deepcopy(page.example)
    record = example[0] if isinstance(example, list) else example
    *holders, name = field.split(".")
    for holder in holders:
        inner = record.setdefault(holder, [{}])
        record = inner[0] if isinstance(inner, list) else inner
    record[name] = "text"
    return replace(page, example=example)


_OF_THE_SDK: Mapping[str, Callable[[WrittenPage, Mapping[str, str]], WrittenPage]] = {
    "weight": _weighing,
    "title": _titled,
    "parameter": _with_parameter,
    "response field": lambda page, explained: with_field(page, explained["about"]),
}


def _row(known: ir.Parameter | ir.ClientParameter, words: Any) -> Row:
    row = Row(known.wire, known.wire_type, "YES" if known.required else "NO", words(known.text))
    if not isinstance(known, ir.Parameter) or known.enum is None:
        return row
    values = tuple((str(value.value), words(value.text)) for value in known.enum.values)
    kind = "INT" if known.enum.kind == "integer" else "ENUM"
    return replace(row, type=row.type if known.array else kind, values=values)


def _followed(data: Any, node: Any) -> Any:
    """Return a node, or the one that it refers to."""
    if "$ref" not in node:
        return node
    target = data
    for key in node["$ref"].removeprefix("#/").split("/"):
        target = target[key]
    return target


def _explained(data: Any, node: Any) -> Iterator[tuple[Any, Mapping[str, str]]]:
    """Yield the explanations in the notes below a node, with the nodes that have the notes."""
    if isinstance(node, list):
        for item in node:
            yield from _explained(data, item)
    elif isinstance(node, dict):
        node = _followed(data, node)
        for note in node.get("x-binance-note", ()):
            yield from ((node, explained) for explained in note.get("explains", ()))
        for value in node.values():
            yield from _explained(data, value)


def without_value(page: WrittenPage, value: str) -> WrittenPage:
    rows = tuple(replace(row, values=tuple(pair for pair in row.values if pair[0] != value)) for row in page.rows)
    return replace(page, rows=rows)


# Formats


def write(form: Format, *pages: WrittenPage) -> bytes:
    """Write a page, in one language or in both."""
    if form == "text":
        return "\n".join(map(_text, pages)).encode()
    return (_markdown(pages) if form == "markdown" else _html(pages)).encode()


_WORDS = {
    "description": ("API Description", "接口描述"),
    "request": ("HTTP Request", "HTTP请求"),
    "weight": ("Request Weight", "请求权重"),
    "parameters": ("Request Parameters", "请求参数"),
    "response": ("Response Example", "响应示例"),
    "columns": ("Name|Type|Mandatory|Description", "名称|类型|是否必需|描述"),
    "limit": ("Call it {} times per {} at most.", "每{1}最多可调用{0}次。"),
    "permission": ("The API Key must have the option {} enabled.", "API Key 需要开通 {} 权限。"),
    "condition": ("{} must be sent when {} is {}", "{} 必须要发送，当{}为 {}"),
    "and": (" and ", " 和 "),
    "list": ("Values of {}:", "{} 支持的取值："),
    "1": ("second", "秒"),
    "60": ("minute", "分钟"),
    "3600": ("hour", "小时"),
    "86400": ("day", "天"),
    "seconds": ("{} seconds", "{}秒"),
}


class Words:
    """The headings and sentences of a page, in its language."""

    def __init__(self, page: WrittenPage) -> None:
        self._page = page
        self.path = page.address.removeprefix(_HOST)
        self.lists = [row for row in page.rows if row.apart]

    def __call__(self, key: str, *values: object) -> str:
        return _WORDS[key][self._page.language == "zh-CN"].format(*values)

    def columns(self) -> list[str]:
        return self("columns").split("|")

    def cell(self, row: Row, quote: str) -> str:
        """Return the description, with the values in it unless they have a list of their own."""
        values = row.values
        if row.apart or not values:
            return row.text
        if values[0][0].isdigit():
            return " ".join(f"{value}: {text};" for value, text in values)
        listed = " / ".join(f"{quote}{value}{quote}" for value, _ in values)
        return f"{listed} only" if len(values) == 1 else listed

    def notes(self) -> Iterator[str]:
        for name, other, values in self._page.conditions:
            yield self("condition", name, other, self("and").join(values))
        for limit in self._page.limits:
            unit = self(str(limit.seconds)) if str(limit.seconds) in _WORDS else self("seconds", limit.seconds)
            yield self("limit", limit.calls, unit)
        for name in self._page.permissions:
            # permitsUniversalTransfer -> Permits Universal Transfer
            spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in name)
            yield self("permission", spaced[:1].upper() + spaced[1:])

    def weights(self) -> Iterator[tuple[str, str]]:
        """Yield a heading and a text for each weight."""
        for weight in self._page.weights:
            yield self("weight") + (f"({weight.scope.upper()})" if weight.scope else ""), str(weight.weight)


def titled(title: str, security: str) -> str:
    return f"{title}({security})" if security and security != "NONE" else title


def _example(page: WrittenPage) -> str:
    return json.dumps(page.example, indent=4, ensure_ascii=False)


def _markdown(pages: Sequence[WrittenPage]) -> str:
    front = f"---\nsource_url: {pages[0].address}\nupdated_at: {pages[0].taken}T01:02:03.456\n---\n\n"
    return front + "\n\n---\n\n".join(map(_markdown_page, pages))


def _markdown_page(page: WrittenPage) -> str:
    words = Words(page)

    def heading(text: str) -> str:
        escaped = text.replace("(", r"\(").replace(")", r"\)")
        anchor = text.lower().replace(" ", "-").replace("(", "").replace(")", "")
        return f'## {text}[\u200b]({words.path}#{anchor} "Direct link to {escaped}")\n'

    lines = [f"# {titled(*title)}\n" for title in page.titles]
    lines += [heading(words("description")), page.description, ""]
    lines += [heading(words("request")), f"{page.method} `{page.path}`", ""]
    for name, weight in words.weights():
        lines += [heading(name), f"**{weight}**", ""]
    lines += [heading(words("parameters")), "| ".join(words.columns()) + "  ", "---|---|---|---  "]
    lines += [f"{row.name}| {row.type}| {row.required}| {words.cell(row, '`')}  " for row in page.rows]
    lines += ["  ", *(f">   * {note}" for note in words.notes()), "> ", ""]
    for row in words.lists:
        lines += [f"  * {words('list', row.name)}", "", *(f"    * {value} {text}" for value, text in row.values), ""]
    code = [f"    {line}  " for line in _example(page).splitlines()]
    return "\n".join([*lines, "", "", heading(words("response")).rstrip(), "    ", "    ", *code])


def _text(page: WrittenPage) -> str:
    words = Words(page)
    name, security = page.titles[0]
    lines = [f"# {name}", "", f"**来源**: {page.address}", "", "---", "", "跳到主要内容", "产品", "▼"]
    lines += ["更新日志", titled(name, security), "另一个接口(USER_DATA)", f"资产{titled(name, security)}"]
    lines += [titled(*title) for title in page.titles]
    lines += [words("description"), "", page.description, "", words("request"), "", f"{page.method} {page.path}", ""]
    for heading, weight in words.weights():
        lines += [heading, "", weight, ""]
    lines += [words("parameters"), "\t".join(words.columns())]
    lines += ["\t".join((row.name, row.type, row.required, words.cell(row, ""))) for row in page.rows]
    lines += ["", *(line for note in words.notes() for line in (note, ""))]
    for row in words.lists:
        lines += [words("list", row.name), "", *(f"{value} {text}" for value, text in row.values)]
    lines += [words("response"), _example(page), "", "上一页", "另一个接口(USER_DATA)", "下一页"]
    lines += [words(section) for section in ("description", "request", "parameters", "response")]
    return "\n".join([*lines, "Copyright © 2026 Binance.", ""])


def _html(pages: Sequence[WrittenPage]) -> str:
    page = pages[0]
    return (
        f'<!doctype html>\n<html lang="{page.language}" dir="ltr">\n<head>\n<meta charset="UTF-8">\n'
        f'<title>{html.escape(page.titles[0][0])} | Open Platform</title><link rel="canonical" href="{page.address}">'
        '<script>if (1 < 2) document.write("<h1>Nothing</h1>")</script></head>\n<body>'
        f'<nav><ul><li><a href="/docs/other">Another(USER_DATA)</a></li></ul></nav><main>{"".join(map(_article, pages))}'
        '<nav><a href="/docs/next">Next</a></nav></main><footer>Copyright</footer></body>\n</html>\n'
    )


def _article(page: WrittenPage) -> str:
    words = Words(page)

    def heading(text: str) -> str:
        link = f'<a class="hash-link" title="Direct link to {text}" href="{words.path}#{text}">\u200b</a>'
        return f'<h2 class="anchor" id="{text}">{text}{link}</h2>'

    parts = [f"<h1>{html.escape(titled(*title))}</h1>" for title in page.titles]
    parts += [heading(words("description")), f"<p>{html.escape(page.description)}</p>"]
    parts += [heading(words("request")), f"<p>{page.method} <code>{page.path}</code></p>"]
    for name, weight in words.weights():
        parts += [heading(name), f"<p><strong>{weight}</strong></p>"]
    cells = "".join(f"<th>{name}</th>" for name in words.columns())
    rows = "".join(_html_row(row, words) for row in page.rows)
    parts.append(heading(words("parameters")))
    parts.append(f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>")
    items = "".join(f"<li>{html.escape(note)}</li>\n" for note in words.notes())
    parts += [f"<blockquote>\n<ul>\n{items}</ul>\n</blockquote>"] if items else []
    for row in words.lists:
        values = "".join(f"<li>{value} {html.escape(text)}</li>\n" for value, text in row.values)
        parts.append(f"<ul>\n<li>\n<p>{words('list', row.name)}</p>\n<ul>\n{values}</ul>\n</li>\n</ul>")
    lines = "".join(
        f'<span class="token-line"><span class="token">{html.escape(line)}</span><br></span>'
        for line in _example(page).splitlines()
    )
    parts.append(heading(words("response")))
    parts.append(f'<div><pre tabindex="0"><code>{lines}</code></pre><button type="button">Copy</button></div>')
    return (
        '<article><nav><ul><li><span>Breadcrumb</span></li></ul></nav><button type="button">On this page</button>'
        f'<div class="markdown">{chr(10).join(parts)}</div></article>'
    )


def _html_row(row: Row, words: Words) -> str:
    parts = enumerate(map(html.escape, words.cell(row, "`").split("`")))
    description = "".join(f"<code>{part}</code>" if index % 2 else part for index, part in parts)
    return f"<tr><td>{row.name}</td><td>{row.type}</td><td>{row.required}</td><td>{description}</td></tr>"
