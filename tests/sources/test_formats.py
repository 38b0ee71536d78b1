"""What the three formats come to: the same facts, each with its line, whatever else is in the file."""

from __future__ import annotations

from textwrap import dedent

import pytest

from generator.sources import Located, Page, PageVersion, Weight, read

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


def one(page: Page) -> PageVersion:
    assert page.problems == ()
    [half] = page.halves
    return half


def test_markdown() -> None:
    page = read("do-it.md", MARKDOWN.encode())
    half = one(page)
    assert (page.format, page.lines) == ("markdown", MARKDOWN.count("\n") + 1)
    assert page.address == Located("https://example.com/docs/thing/Do-It", 2)
    assert page.taken == Located("2026-03-04", 3)
    assert half.language == "en"
    assert half.titles == (Located("Do It", 6),)
    assert half.security == (Located("TRADE", 6),)
    assert half.description == Located("Does the thing.", 8)
    assert [(str(each.value), each.line) for each in half.endpoints] == [
        ("Endpoint(method='POST', path='/sapi/v1/thing/do')", 12)
    ]
    assert half.permissions == (Located("You need to enable Do Things for the API Key.", 14),)
    assert half.weights == (Located(Weight(20, "ip"), 18),)
    assert [(each.value.calls, each.value.seconds, each.line) for each in half.limits] == [(10, 1, 18)]
    assert half.anchors[0] == Located("/docs/thing/Do-It#http-request", 10)
    assert [(each.value.parameter, each.value.values, each.line) for each in half.conditions] == [
        ("many", ("ODD",), 31)
    ]
    assert [each.value for each in half.notes] == [
        "You need to enable Do Things for the API Key.",
        "many must be sent when kind is ODD",
        "A quoted remark.",
    ]
    assert half.response == Located("Response Example", 39)
    assert half.examples == (Located('{\n  "id": 1  // the id\n}', 44), Located('{"id": 1, "rest": []}', 51))
    assert half.example == half.examples[0]


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


NOTES = """\
* Things
* Do It

# Do It

## API Description

Does the thing.

It does it once more:

- now
- later

## HTTP Request

POST `/sapi/v1/thing/do`

## Request Weight(IP)

**20**

## Request Parameters

Name| Type| Mandatory| Description
---|---|---|---
kind| ENUM| YES|
rows| LIST| YES|

Other Info:

Further parameters based on kind:

Type| Further parameters
---|---
`ODD`| `rows`

Where each of `rows` has:

Name| Type| Mandatory| Description
---|---|---|---
own| STRING| NO| an id

None

---

## Response Example

- Of the answer.

    {}
"""


def test_what_is_read_for_nothing_else_is_a_note_and_only_the_first_table_is_of_the_call() -> None:
    half = one(read("page", NOTES.encode()))
    assert [each.value.name for each in half.parameters] == ["kind", "rows"]
    assert [(each.value, each.line) for each in half.notes] == [
        ("It does it once more:", 10),
        ("now", 12),
        ("later", 13),
        ("Further parameters based on kind:", 32),
        ("Type | Further parameters", 34),
        ("ODD | rows", 36),
        ("Where each of rows has:", 38),
        ("Name | Type | Mandatory | Description", 40),
        ("own | STRING | NO | an id", 42),
    ]


TABLE = """\
# Do It

## HTTP Request

POST `/a`

## Request Parameters

| Name | Type | Mandatory | Description |
| --- | --- | --- | --- |
| ids | LIST | NO | max length 10{}
| kind | ENUM | YES | &quot;ODD&quot;<br/>`EVEN` |
| timestamp | LONG | YES |  |

Further parameters based on `kind`:

| Type | Mandatory parameters |
| --- | --- |
| `ODD` | `ids` |
"""


@pytest.mark.parametrize("rest", ["  \nor fewer |", " |\n| or fewer |", "\n\nor fewer |"])
def test_a_row_with_bars_goes_on_in_the_lines_below_it(rest: str) -> None:
    half = one(read("page", TABLE.format(rest).encode()))
    assert [(each.value.name, each.value.text) for each in half.parameters] == [
        ("ids", "max length 10 or fewer"),
        ("kind", '"ODD", EVEN'),
        ("timestamp", ""),
    ]
    assert [value for value, _ in half.parameters[1].value.values] == ["ODD", "EVEN"]
    assert [each.value for each in half.notes] == [
        "Further parameters based on kind:",
        "Type | Mandatory parameters",
        "ODD | ids",
    ]


EMPTY = "Name| Type| Mandatory| Description\n---|---|---|---"


@pytest.mark.parametrize("text", ["", "NONE", "None.", "No parameters required.", "无", "无需参数", EMPTY])
def test_a_page_may_have_no_parameters(text: str) -> None:
    page = read("page", f"# Do It\n\n## HTTP Request\n\nGET `/a`\n\n## Request Parameters\n\n{text}\n".encode())
    assert (page.problems, one(page).parameters, one(page).notes) == ((), (), ())


WRAPPED = """\
Do It(TRADE)
============

API Description
---------------

Does the thing, once for each of those who ask for it, and
then no more.

## 2. HTTP Request ##

POST `/a`

**Request Weight(IP)**

~~750~~ **1,500**

## Request Parameters

Name| Type| Mandatory| Description
---|---|---|---
kind| ENUM| YES|
rows| LIST| NO|

- `rows` must be sent when kind is ODD and
  EVEN

- Types of kind:

ODD is what cannot be divided in two equal parts
EVEN is what can be divided in two equal parts

You may call it, as long as you want, *500 times*
per hour.

### Remark

Once a month it is closed.
"""


def test_wrapped_lines_and_other_ways_to_write_headings() -> None:
    half = one(read("page", f"---\ndate: 2026-01-02\n---\n{WRAPPED}".encode()))
    assert (half.titles, half.security) == ((Located("Do It", 4),), (Located("TRADE", 4),))
    assert half.description == Located("Does the thing, once for each of those who ask for it, and then no more.", 10)
    assert [each.value for each in half.weights] == [Weight(1500, "ip")]
    assert [each.value.values for each in half.conditions] == [("ODD", "EVEN")]
    assert [value for value, _ in half.parameters[0].value.values] == ["ODD", "EVEN"]
    assert [(each.value.calls, each.value.seconds) for each in half.limits] == [(500, 3600)]


@pytest.mark.parametrize(
    "values",
    [
        "- Types of kind:\n  ODD one\n  EVEN two\n",
        "Types of kind:\nODD one\nEVEN two\n",
        "- Types of kind:\n  - ODD one,\n    as it is\n  - EVEN two\n",
    ],
)
def test_lines_of_values_are_not_taken_for_one_sentence(values: str) -> None:
    table = "Name| Type| Mandatory| Description\n---|---|---|---\nkind| ENUM| YES|"
    text = f"# Do It\n\n## HTTP Request\n\nGET `/a`\n\n## Request Parameters\n\n{table}\n\n{values}"
    assert [value for value, _ in one(read("page", text.encode())).parameters[0].value.values] == ["ODD", "EVEN"]


def test_a_heading_within_a_section_does_not_end_it() -> None:
    text = "# Do It\n\n## HTTP Request\n\nGET `/a`\n\n## Weight(IP)\n\n##### note\n\n**7**\n\n## More\n\n9\n"
    assert [each.value for each in one(read("page", text.encode())).weights] == [Weight(7, "ip")]


def test_a_second_call_below_a_heading_of_its_own_is_not_read() -> None:
    text = (
        "# Streams\n\n## Get It(USER_STREAM)\n\n### HTTP Request\n\nPOST `/a`\n\n### Weight(IP)\n\n1\n\n"
        "## Listen(TRADE)\n\n### Weight(IP)\n\n2\n\n### Parameters\n\nName|Type|Mandatory|Description\n---|---|---|---\n"
        "it|STRING|YES|\n"
    )
    half = one(read("page", text.encode()))
    assert [each.value for each in half.titles] == ["Get It", "Streams"]
    assert [each.value for each in half.security] == ["USER_STREAM"]
    assert [each.value for each in half.weights] == [Weight(1, "ip")]
    assert (half.parameters, half.notes) == ((), ())


def test_html_tables_within_markdown() -> None:
    cells = "<tr><th>Name</th>\n<th>Type</th><th>Mandatory</th><th>Description</th></tr>"
    text = (
        "# Do It\n\nGET `/a`\n\n## Weight\n\n<table>\n<tr><th>Sent</th><th>Many</th><th>Weight</th></tr>\n"
        '<tr><td rowspan="2">one</td>\n<td>1</td><td>2</td></tr>\n<tr><td>none</td><td>40</td></tr>\n</table>\n\n'
        f"## Parameters\n\n<table>\n{cells}\n<tr><td>kind</td><td>ENUM</td><td>NO</td><td></td></tr>\n</table>\n"
    )
    half = one(read("page", text.encode()))
    assert [(each.value.weight, each.value.text, each.line) for each in half.weights] == [
        (2, "one | 1 | 2", 9),
        (40, "one | none | 40", 11),
    ]
    assert [(each.value.name, each.line) for each in half.parameters] == [("kind", 19)]


@pytest.mark.parametrize(
    ("top", "address", "taken"),
    [
        ("---\nsource: somewhere\nurl: https://e.com/x\nscraped_at: 2026-03-04T05:06:07Z\n---\n", 3, "2026-03-04"),
        ("---\nsource: https://e.com/x\nfetched_at: '2026-03-04'\n---\n", 2, "2026-03-04"),
        ("<!-- Source: https://e.com/x -->\n", 1, None),
        ("> Source: https://e.com/x\n", 1, None),
        ("> **来源**：[页面](https://e.com/x)\n", 1, None),
    ],
)
def test_where_a_copy_says_that_it_was_taken_from(top: str, address: int, taken: str | None) -> None:
    page = read("page", f"{top}\n# Do It\n\n## HTTP Request\n\nGET `/a`\n".encode())
    assert page.address == Located("https://e.com/x", address)
    assert (page.taken.value if page.taken else None) == taken
    assert one(page).notes == ()


def test_breadcrumbs_are_no_notes() -> None:
    assert one(read("page", b"* Things\n* Do It\n\n# Do It\n\n## HTTP Request\n\nGET `/a`\n")).notes == ()


def test_a_page_in_one_line_loses_nothing() -> None:
    parts = "<th>Name</th><th>Type</th><th>Mandatory</th><th>Description</th>"
    text = (
        "<!doctype html><html lang=en><article><h1>Do It</h1><h2>HTTP Request</h2><p>POST <code>/a</code></p>"
        f"<h2>Request Parameters</h2><table><tr>{parts}</tr><tr><td>kind</td><td>ENUM</td><td>NO</td><td></td></tr></table>"
        "<p>Types of kind:</p><ul><li>ODD one</li><li>EVEN two</li></ul><p>One remark.</p><ul><li>Another.</li></ul></article>"
    )
    half = one(read("page", text.encode()))
    assert half.parameters[0].value.values == (("ODD", "one"), ("EVEN", "two"))
    assert half.parameters[0].value.value_lines == (1, 1)
    assert [each.value for each in half.notes] == ["One remark.", "Another."]


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
    assert half.titles == (Located("Do It", 1),)
    assert [(each.value.weight, each.value.scope, each.line) for each in half.weights] == [(2, None, 13), (5, None, 14)]
    assert [each.value.text for each in half.weights] == ["5, 10 | 2", "100 | 5"]
    assert [value for value, _ in half.parameters[0].value.values] == ["5", "10", "100"]
    assert half.example == Located('{\n  "a": [1]\n}', 25)


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
        ("请求权重", "IP rate limit(x-mbx-used-weight-1m)为0", [(0, "ip")]),
        ("请求权重(IP)", "单次请求权重为1500", [(1500, "ip")]),
        ("Request Weight(IP)", "**50** **360/hour，500/day**", [(50, "ip")]),
        ("Request Weight", "share 500/5min/IP rate limit with `GET /a/b`", []),
        ("Request Weight", "**1 with a pair;(IP)** **5 without one(IP)**", [(1, "ip"), (5, "ip")]),
    ],
)
def test_weights_in_words(heading: str, text: str, expected: list[tuple[int, str | None]]) -> None:
    page = f"# Title\n\n## HTTP Request\n\nGET `/a`\n\n## {heading}\n\n{text}\n"
    assert [(each.value.weight, each.value.scope) for each in read("page", page.encode()).halves[0].weights] == expected


def test_a_weight_has_the_clause_that_says_when_a_call_costs_it() -> None:
    page = "# Title\n\n## HTTP Request\n\nGET `/a`\n\n## Weight(IP)\n\n**1** for one pair; **40** without a pair\n"
    assert [each.value.text for each in read("page", page.encode()).halves[0].weights] == [
        "1 for one pair",
        "40 without a pair",
    ]


def test_two_weights_under_two_headings() -> None:
    page = "# Title\n\n## HTTP Request\n\nGET `/a`\n\n## Weight(IP)\n\n**1**\n\n## Weight(UID)\n\n**360**\n"
    assert [(each.value, each.line) for each in read("page", page.encode()).halves[0].weights] == [
        (Weight(1, "ip"), 9),
        (Weight(360, "uid"), 13),
    ]


@pytest.mark.parametrize(
    ("heading", "text", "limits", "unread"),
    [
        ("Request Limit", "10/s", 1, []),
        ("Request Limit", "Ask your manager.", 0, ["Ask your manager."]),
        ("Request Limit", "None", 0, []),
        (
            "Request Weight",
            "share 500/5min/IP rate limit with `GET /a/b`",
            0,
            ["share 500/5min/IP rate limit with GET /a/b"],
        ),
        ("Notes", "It may be called 10 times per month.", 0, ["It may be called 10 times per month."]),
    ],
)
def test_caps_that_are_not_understood_are_kept_as_sentences(
    heading: str, text: str, limits: int, unread: list[str]
) -> None:
    page = f"# Title\n\n## HTTP Request\n\nGET `/a`\n\n## {heading}\n\n{text}\n"
    half = one(read("page", page.encode()))
    assert (len(half.limits), [each.value for each in half.unread_limits]) == (limits, unread)


def test_a_line_that_is_only_the_name_of_a_section_opens_it() -> None:
    page = (
        "## Title\n\nGET `/a`\n\n**Weight:**\n20\n\n**Parameters:**\n\nName | Type | Mandatory | Description\n"
        "---|---|---|---\nside | ENUM | YES | \n\n**Data Source:**\nMemory\n\n**Response:**\n```javascript\n{}\n```\n"
    )
    half = one(read("page", page.encode()))
    assert [each.value for each in half.weights] == [Weight(20, None)]
    assert [each.value.name for each in half.parameters] == ["side"]
    assert [each.value for each in half.examples] == ["{}"]


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
        Located("https://example.com/docs/zh-CN/thing/Do-It", 4),
    )
    assert (half.titles, half.security) == ((Located("做事", 12),), (Located("TRADE", 12),))
    assert half.description == Located("说明一下。", 13)
    assert half.weights == (Located(Weight(20, "uid"), 20),)
    assert [(row.value.name, row.line) for row in half.parameters] == [("side", 24), ("kind", 27), ("many", 28)]
    assert half.parameters[0].value.values == (("BUY", ""), ("SELL", ""))
    assert half.parameters[1].value.value_lines == (32, 33)
    assert [each.value.values for each in half.conditions] == [("ODD",)]
    assert half.example == Located('{\n    "id": 1\n}', 35)


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
    assert (page.format, half.language, page.address) == ("html", "en", Located("https://example.com/docs/x", 3))
    assert (half.titles, half.security) == ((Located("Do & It", 5),), (Located("TRADE", 5),))
    assert [(each.value.path, each.line) for each in half.endpoints] == [("/sapi/v1/do", 7)]
    assert half.anchors == (Located("/docs/x#http-request", 6),)
    assert [(row.value.name, row.line, row.value.values) for row in half.parameters] == [
        ("side", 9, (("BUY", ""), ("SELL", ""))),
        ("kind", 11, (("ODD", "one"), ("EVEN", "two"))),
    ]
    assert half.parameters[1].value.value_lines == (15, 16)
    assert half.example == Located('{\n"a": "<b>"\n}', 17)


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
