"""What the three formats come to: the same facts, each with its line, whatever else is in the file."""

from __future__ import annotations

from textwrap import dedent

import pytest

from generator.pages import Found, Half, Page, Weight, read

from .conftest import Spec
from .writer import FORMATS, LANGUAGES, Format, said, write

MARKDOWN = """\
---
source_url: "https://example.com/docs/thing/Do-It"
updated_at: 2026-03-04 05:06:07
---

# Do It (For Master Account) (TRADE)

Does the thing.

## HTTP Request[](/docs/thing/Do-It#http-request "Direct link to HTTP Request")

POST `/sapi/v1/thing/do`

You need to enable `Do Things` for the API Key.

## Request Weight(IP)[](/docs/thing/Do-It#request-weightip "Direct link to Request Weight\\(IP\\)")

**20** Request limit: 10 requests per second

## Request Parameters[](/docs/thing/Do-It#request-parameters "Direct link to Request Parameters")

Name| Type| Mandatory| Description
---|---|---|---
side| ENUM| YES| BUY

SELL
kind| ENUM| YES|
many| LONG| NO| Default: 10, max 100, more in [the list](https://example.com/a_(b)) \\| here
timestamp| LONG| YES|

  * `many` must be sent when kind is ODD
  * Values of kind:

    * ODD an odd one
    * EVEN an even one

> A quoted remark.

## Response Example[](/docs/thing/Do-It#response-example "Direct link to Response Example")

> Short:


    {
      "id": 1  // the id
    }

> Long:


    {"id": 1, "rest": []}

**Errors**

    * **SOME_ERROR** is told 5 times per hour
"""


def one(page: Page) -> Half:
    assert page.problems == ()
    [half] = page.halves
    return half


def test_markdown() -> None:
    page = read("do-it.md", MARKDOWN.encode())
    half = one(page)
    assert (page.format, page.lines) == ("markdown", MARKDOWN.count("\n") + 1)
    assert page.address == Found("https://example.com/docs/thing/Do-It", 2)
    assert page.taken == Found("2026-03-04", 3)
    assert half.language == "en"
    assert half.titles == (Found("Do It", 6),)
    assert half.security == (Found("TRADE", 6),)
    assert half.description == Found("Does the thing.", 8)
    assert [(str(each.value), each.line) for each in half.endpoints] == [
        ("Endpoint(method='POST', path='/sapi/v1/thing/do')", 12)
    ]
    assert half.permissions == (Found("You need to enable Do Things for the API Key.", 14),)
    assert half.weights == (Found(Weight(20, "ip"), 18),)
    assert [(each.value.calls, each.value.seconds, each.line) for each in half.limits] == [(10, 1, 18)]
    assert half.anchors[0] == Found("/docs/thing/Do-It#http-request", 10)
    assert [(each.value.parameter, each.value.values, each.line) for each in half.conditions] == [
        ("many", ("ODD",), 31)
    ]
    assert [each.value for each in half.notes] == ["many must be sent when kind is ODD", "A quoted remark."]
    assert half.example == Found('{\n  "id": 1  // the id\n}', 44)


def test_the_table_of_parameters() -> None:
    rows = {row.value.name: row for row in one(read("do-it.md", MARKDOWN.encode())).parameters}
    assert [(row.value.name, row.value.type, row.value.required, row.line) for row in rows.values()] == [
        ("side", "ENUM", True, 24),
        ("kind", "ENUM", True, 27),
        ("many", "LONG", False, 28),
        ("timestamp", "LONG", True, 29),
    ]
    assert rows["side"].value.values == (("BUY", ""), ("SELL", ""))
    assert rows["kind"].value.values == (("ODD", "an odd one"), ("EVEN", "an even one"))
    assert rows["kind"].value.value_lines == (34, 35)
    assert (rows["many"].value.default, str(rows["many"].value.maximum)) == ("10", "100")
    assert rows["many"].value.text == "Default: 10, max 100, more in the list | here"


def test_what_cannot_be_seen_changes_nothing() -> None:
    plain = read("page", MARKDOWN.encode())
    hidden = (
        MARKDOWN.replace("[](", "[\u200b](").replace("TRADE)", "TRADE)\u200b \u00a0").replace("| LONG", "|\u00a0LONG ")
    )
    hidden = hidden.replace("Request Parameters[", "Request\u00a0Parameters\u200b[").replace("**20**", " ** 20 ** ")
    assert read("page", b"\xef\xbb\xbf" + hidden.replace("\n", "\r\n").encode()).halves == plain.halves


def test_the_same_with_bars_around_rows_and_fenced_code() -> None:
    text = dedent(
        """\
        ## Do It

        ### HTTP Request

        `GET /sapi/v1/thing`

        ### Request Weight

        Depends on the limit:

        | Limit | Weight |
        | --- | --- |
        | 5, 10 | 2 |
        | 100 | 5 |

        ### Request Parameters

        | Name | Type | Mandatory | Description |
        | :--- | :---: | --- | --- |
        | limit | INT | NO | Valid limits:\\[5, 10, 100\\] |

        ### Response Example

        ```javascript
        {
          "a": [1]
        }
        ```
        """
    )
    half = one(read("page", text.encode()))
    assert half.titles == (Found("Do It", 1),)
    assert [(each.value.weight, each.value.scope, each.line) for each in half.weights] == [(2, None, 13), (5, None, 14)]
    assert [value for value, _ in half.parameters[0].value.values] == ["5", "10", "100"]
    assert half.example == Found('{\n  "a": [1]\n}', 25)


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("Request Weight(IP)", "**5**", [(5, "ip")]),
        ("Request Weight", "**6(UID)**", [(6, "uid")]),
        ("Request Weight", "1(IP)", [(1, "ip")]),
        ("Request Weight", "**200(UID)** for the call, 1(IP)", [(200, "uid"), (1, "ip")]),
        ("Request Weight", "IP Limit: 3000", [(3000, "ip")]),
        ("Request Weight(UID)", "**18** **请求限制:** 每秒10次", [(18, "uid")]),
        ("Request Weight", "**1** for one symbol; **40** when none is given", [(1, None), (40, None)]),
        ("Request Weight(IP)", "1 if one is given or 50 if none is", [(1, "ip"), (50, "ip")]),
        ("请求权重", "有交易对 **1** 没有交易对 **40**", [(1, None), (40, None)]),
        ("Request Weight", "1 on the 10s order rate limit; 0 on IP rate limit(header-1m)", [(0, "ip")]),
        ("Request Weight", "see below", []),
    ],
)
def test_weights_in_words(heading: str, text: str, expected: list[tuple[int, str | None]]) -> None:
    page = f"# Title\n\n## HTTP Request\n\nGET `/a`\n\n## {heading}\n\n{text}\n"
    assert [(each.value.weight, each.value.scope) for each in read("page", page.encode()).halves[0].weights] == expected


def test_two_weights_under_two_headings() -> None:
    page = "# Title\n\n## HTTP Request\n\nGET `/a`\n\n## Weight(IP)\n\n**1**\n\n## Weight(UID)\n\n**360**\n"
    assert [(each.value, each.line) for each in read("page", page.encode()).halves[0].weights] == [
        (Weight(1, "ip"), 9),
        (Weight(360, "uid"), 13),
    ]


def test_a_weight_that_is_stated_in_a_line() -> None:
    page = "## Title\n\nGET `/a`\n\n**Weight(UID):** 30\n"
    assert [each.value for each in read("page", page.encode()).halves[0].weights] == [Weight(30, "uid")]


def test_plain_text() -> None:
    lines = (
        "# 做事|||**来源**: https://example.com/docs/zh-CN/thing/Do-It||---||导航|做事(TRADE)|别的(USER_DATA)|大类做事(TRADE)|"
        "做事(TRADE)|说明一下。|HTTP请求||POST /sapi/v1/thing/do||请求权重(UID)||20||请求参数|名称\t类型\t是否必需\t描述|"
        "side\tENUM\tYES\tBUY||SELL|kind\tENUM\tYES\t|many\tLONG\tNO\t默认 10；最大 100|many 必须发送，当kind为 ODD||"
        'kind 支持的取值：|ODD 奇数|EVEN 偶数|响应示例|{|    "id": 1|}||上一页|别的(USER_DATA)|HTTP请求|Copyright © 2026'
    )
    page = read("page.txt", lines.replace("|", "\n").encode())
    half = one(page)
    assert (page.format, half.language, page.address) == (
        "text",
        "zh-CN",
        Found("https://example.com/docs/zh-CN/thing/Do-It", 4),
    )
    assert (half.titles, half.security) == ((Found("做事", 12),), (Found("TRADE", 12),))
    assert half.description == Found("说明一下。", 13)
    assert half.weights == (Found(Weight(20, "uid"), 20),)
    assert [(row.value.name, row.line) for row in half.parameters] == [("side", 24), ("kind", 27), ("many", 28)]
    assert half.parameters[0].value.values == (("BUY", ""), ("SELL", ""))
    assert half.parameters[1].value.value_lines == (32, 33)
    assert [each.value.values for each in half.conditions] == [("ODD",)]
    assert half.example == Found('{\n    "id": 1\n}', 35)


def test_html() -> None:
    text = (
        '<!doctype html>\n<html lang="en">\n<head><link rel="canonical" href="https://example.com/docs/x"/>\n'
        "<script>if (a<b) '<h1>no</h1>'</script></head><body><nav><h1>no</h1></nav>\n<article><h1>Do &amp; It(TRADE)</h1>\n"
        '<h2 id="http-request">HTTP Request<a class="hash-link" href="/docs/x#http-request"></a></h2>\n'
        "<p>POST <code>/sapi/v1/do</code></p>\n<!-- <p>GET <code>/no</code></p> -->"
        "<h2>Request Parameters</h2><table><thead><tr><th>Name</th><th>Type</th><th>Mandatory</th><th>Description</th></tr>"
        "</thead><tbody>\n<tr><td>side</td><td>ENUM</td><td>YES</td><td><code>BUY</code><br>\n<code>SELL</code></td></tr>\n"
        "<tr><td>kind</td><td>ENUM</td><td>NO</td><td></td></tr></tbody></table>\n"
        "<ul><li>\n<p>Types of kind:</p>\n<ul>\n<li>ODD one</li>\n<li><code>EVEN</code> two</li></ul></li></ul>\n"
        "<h2>Response Example</h2><div><pre><code>"
        '<span class="token-line"><span>{</span><br></span><span class="token-line"><span>"a": "&lt;b&gt;"</span><br></span>'
        '<span class="token-line">}<br></span></code></pre><button>Copy</button></div></article><footer>no</footer></body></html>'
    )
    page = read("x.html", text.encode())
    half = one(page)
    assert (page.format, half.language, page.address) == ("html", "en", Found("https://example.com/docs/x", 3))
    assert (half.titles, half.security) == ((Found("Do & It", 5),), (Found("TRADE", 5),))
    assert [(each.value.path, each.line) for each in half.endpoints] == [("/sapi/v1/do", 7)]
    assert half.anchors == (Found("/docs/x#http-request", 6),)
    assert [(row.value.name, row.line, row.value.values) for row in half.parameters] == [
        ("side", 9, (("BUY", ""), ("SELL", ""))),
        ("kind", 11, (("ODD", "one"), ("EVEN", "two"))),
    ]
    assert half.parameters[1].value.value_lines == (15, 16)
    assert half.example == Found('{\n"a": "<b>"\n}', 17)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_same(spec: Spec, form: Format) -> None:
    for operation in spec.api.operations:
        for language in LANGUAGES:
            page = said(spec.document, operation, language)
            half = one(read("page", write(form, page)))
            assert half.language == language
            assert [(each.value.name, each.value.type, each.value.required) for each in half.parameters] == [
                (row.name, row.type, row.required == "YES") for row in page.rows
            ]
            written = {row.name: tuple(value for value, _ in row.values) for row in page.rows}
            found = {row.value.name: tuple(value for value, _ in row.value.values) for row in half.parameters}
            assert found == written
            assert [each.value for each in half.weights] == list(page.weights)
            assert [each.value for each in half.limits] == list(page.limits)


def test_half_a_file_that_was_not_translated_is_of_the_pages_that_its_headings_link_to() -> None:
    english = "# Do It\n\n## HTTP Request[](/docs/x#a)\n\nGET `/a`\n"
    page = read(
        "page",
        f"---\nsource_url: https://e.com/docs/x\n---\n{english}\n---\n\n# 做事(TRADE)\n\n{english.replace('/docs/x', '/docs/zh-CN/x')}".encode(),
    )
    assert [(half.language, [each.value for each in half.titles]) for half in page.halves] == [
        ("en", ["Do It"]),
        ("zh-CN", ["做事", "Do It"]),
    ]


def test_both_languages_in_one_file_without_a_rule_between_them() -> None:
    english = "# Do It\n\n## HTTP Request\n\nGET `/a`\n\n## Response Example\n\n    {}\n\n## Notes\n\nNothing.\n"
    chinese = "# 做事\n\n# 做事情\n\n# Do It Too\n\n## HTTP请求\n\nGET `/a`\n\n## 响应示例\n\n    {}\n"
    for text in (f"{english}\n{chinese}", f"{chinese}\n{english}"):
        halves = {half.language: [each.value for each in half.titles] for half in read("page", text.encode()).halves}
        assert halves == {"en": ["Do It"], "zh-CN": ["做事", "做事情", "Do It Too"]}


def test_a_second_title_after_the_answer_begins_the_other_half_also_where_it_is_cut_off() -> None:
    page = read(
        "page", "# Do It\n\n## HTTP Request\n\nGET `/a`\n\n## Response\n\n    {}\n\n# 做事\n\n## 接口描述\n".encode()
    )
    assert [(half.language, len(half.endpoints)) for half in page.halves] == [("en", 1), ("zh-CN", 0)]
