"""Pages in Markdown: the facts and their lines, whatever else is in the file and however it is wrapped."""

from __future__ import annotations

import pytest

from generator.sources import CallLimit, Endpoint, Located, PageCondition, PageWeight, read

from .reading import REQUEST, read_one, values_of

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

    * **SOME_ERROR** is raised 5 times per hour
"""
COLUMNS = "Name| Type| Mandatory| Description\n---|---|---|---"


def test_every_fact_of_a_page() -> None:
    page = read("do-it.md", MARKDOWN.encode())
    version = read_one(MARKDOWN)
    assert page.address == Located("https://example.com/docs/thing/Do-It", 2)
    assert page.taken == Located("2026-03-04", 3)
    assert version.language == "en"
    assert version.titles == (Located("Do It", 6),)
    assert version.security == (Located("TRADE", 6),)
    assert version.description == Located("Does the thing.", 8)
    assert version.endpoints == (Located(Endpoint("POST", "/sapi/v1/thing/do"), 12),)
    assert version.permissions == (Located("You need to enable Do Things for the API Key.", 14),)
    assert version.weights == (Located(PageWeight(20, "ip"), 18),)
    assert version.limits == (Located(CallLimit(10, 1), 18),)
    assert version.anchors[0] == Located("/docs/thing/Do-It#http-request", 10)
    assert version.conditions == (Located(PageCondition("many", ("ODD",), "kind"), 31),)
    assert values_of(version.notes) == [
        "You need to enable Do Things for the API Key.",
        "many must be sent when kind is ODD",
        "A quoted remark.",
    ]
    assert version.response == Located("Response Example", 39)
    assert version.examples == (Located('{\n  "id": 1  // the id\n}', 44), Located('{"id": 1, "rest": []}', 51))
    assert version.example == version.examples[0]


def test_the_table_of_parameters() -> None:
    parameters = read_one(MARKDOWN).parameters
    side, kind, many, _ = values_of(parameters)
    assert [(row.value.name, row.value.type, row.value.required, row.line) for row in parameters] == [
        ("side", "ENUM", True, 24),
        ("kind", "ENUM", True, 27),
        ("many", "LONG", False, 28),
        ("timestamp", "LONG", True, 29),
    ]
    assert side.values == (("BUY", ""), ("SELL", ""))
    assert (kind.values, kind.value_lines) == ((("ODD", "an odd one"), ("EVEN", "an even one")), (34, 35))
    assert (many.default, str(many.maximum)) == ("10", "100")
    assert many.text == "Default: 10, max 100, more in the list | here"


def test_what_cannot_be_seen_changes_nothing() -> None:
    hidden = (
        MARKDOWN.replace("[](", "[\u200b](").replace("TRADE)", "TRADE)\u200b \u00a0").replace("| LONG", "|\u00a0LONG ")
    )
    hidden = hidden.replace("Request Parameters[", "Request\u00a0Parameters\u200b[").replace("**20**", " ** 20 ** ")
    assert read_one(b"\xef\xbb\xbf" + hidden.replace("\n", "\r\n").encode()) == read_one(MARKDOWN)


def test_what_is_read_for_nothing_else_is_a_note_and_only_the_first_table_is_of_the_call() -> None:
    version = read_one(f"""\
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

## Request Parameters

{COLUMNS}
kind| ENUM| YES|
rows| LIST| YES|

Other Info:

Further parameters based on kind:

Type| Further parameters
---|---
`ODD`| `rows`

Where each of `rows` has:

{COLUMNS}
own| STRING| NO| an id

None

---

## Response Example

- Of the response.

    {{}}
""")
    assert [row.name for row in values_of(version.parameters)] == ["kind", "rows"]
    assert [(note.value, note.line) for note in version.notes] == [
        ("It does it once more:", 10),
        ("now", 12),
        ("later", 13),
        ("Further parameters based on kind:", 28),
        ("Type | Further parameters", 30),
        ("ODD | rows", 32),
        ("Where each of rows has:", 34),
        ("Name | Type | Mandatory | Description", 36),
        ("own | STRING | NO | an id", 38),
    ]


@pytest.mark.parametrize("rest", ["  \nor fewer |", " |\n| or fewer |", "\n\nor fewer |"])
def test_a_row_with_bars_goes_on_in_the_lines_below_it(rest: str) -> None:
    version = read_one(f"""{REQUEST}
## Request Parameters

| Name | Type | Mandatory | Description |
| --- | --- | --- | --- |
| ids | LIST | NO | max length 10{rest}
| kind | ENUM | YES | &quot;ODD&quot;<br/>`EVEN` |
| limit | INT | NO | Valid limits:\\[5, 10, 100\\] |
| timestamp | LONG | YES |  |

Further parameters based on `kind`:

| Type | Mandatory parameters |
| --- | --- |
| `ODD` | `ids` |
""")
    assert [(row.name, row.text) for row in values_of(version.parameters)] == [
        ("ids", "max length 10 or fewer"),
        ("kind", '"ODD", EVEN'),
        ("limit", "Valid limits:[5, 10, 100]"),
        ("timestamp", ""),
    ]
    assert version.parameters[1].value.values == (("ODD", ""), ("EVEN", ""))
    assert [value for value, _ in version.parameters[2].value.values] == ["5", "10", "100"]
    assert values_of(version.notes) == ["Further parameters based on kind:", "Type | Mandatory parameters", "ODD | ids"]


@pytest.mark.parametrize("text", ["", "NONE", "None.", "No parameters required.", "无", "无需参数", COLUMNS])
def test_a_page_may_have_no_parameters(text: str) -> None:
    version = read_one(f"{REQUEST}\n## Request Parameters\n\n{text}\n")
    assert (version.parameters, version.notes) == ((), ())


def test_wrapped_lines_and_other_ways_to_write_headings() -> None:
    version = read_one(f"""\
---
date: 2026-01-02
---
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

{COLUMNS}
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
""")
    assert (version.titles, version.security) == ((Located("Do It", 4),), (Located("TRADE", 4),))
    assert version.description == Located(
        "Does the thing, once for each of those who ask for it, and then no more.", 10
    )
    assert values_of(version.weights) == [PageWeight(1500, "ip")]
    assert values_of(version.conditions) == [PageCondition("rows", ("ODD", "EVEN"), "kind")]
    assert [value for value, _ in version.parameters[0].value.values] == ["ODD", "EVEN"]
    assert values_of(version.limits) == [CallLimit(500, 3600)]


@pytest.mark.parametrize(
    "values",
    [
        "- Types of kind:\n  ODD one\n  EVEN two\n",
        "Types of kind:\nODD one\nEVEN two\n",
        "- Types of kind:\n  - ODD one,\n    as it is\n  - EVEN two\n",
    ],
)
def test_lines_of_values_are_not_taken_for_one_sentence(values: str) -> None:
    version = read_one(f"{REQUEST}\n## Request Parameters\n\n{COLUMNS}\nkind| ENUM| YES|\n\n{values}")
    assert [value for value, _ in version.parameters[0].value.values] == ["ODD", "EVEN"]


def test_a_second_call_below_a_heading_of_its_own_is_not_read() -> None:
    version = read_one(
        "# Streams\n\n## Get It(USER_STREAM)\n\n### HTTP Request\n\n`POST /a`\n\n### Weight(IP)\n\n1\n\n"
        f"## Listen(TRADE)\n\n### Weight(IP)\n\n2\n\n### Parameters\n\n{COLUMNS}\nit|STRING|YES|\n"
    )
    assert values_of(version.titles) == ["Get It", "Streams"]
    assert values_of(version.endpoints) == [Endpoint("POST", "/a")]
    assert values_of(version.security) == ["USER_STREAM"]
    assert values_of(version.weights) == [PageWeight(1, "ip")]
    assert (version.parameters, version.notes) == ((), ())


def test_html_tables_within_markdown() -> None:
    cells = "<tr><th>Name</th>\n<th>Type</th><th>Mandatory</th><th>Description</th></tr>"
    version = read_one(
        "# Do It\n\nGET `/a`\n\n## Weight\n\n<table>\n<tr><th>Sent</th><th>Many</th><th>Weight</th></tr>\n"
        '<tr><td rowspan="2">one</td>\n<td>1</td><td>2</td></tr>\n<tr><td>none</td><td>40</td></tr>\n</table>\n\n'
        f"## Parameters\n\n<table>\n{cells}\n<tr><td>kind</td><td>ENUM</td><td>NO</td><td></td></tr>\n</table>\n"
    )
    assert [(weight.value.weight, weight.value.text, weight.line) for weight in version.weights] == [
        (2, "one | 1 | 2", 9),
        (40, "one | none | 40", 11),
    ]
    assert [(row.value.name, row.line) for row in version.parameters] == [("kind", 19)]


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
    page = read("page", f"{top}\n{REQUEST}".encode())
    assert page.address == Located("https://e.com/x", address)
    assert (page.taken.value if page.taken else None) == taken
    assert (page.problems, page.versions[0].notes) == ((), ())


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
        ("Request Weight", "| Limit | Weight |\n| --- | --- |\n| 5, 10 | 2 |\n| 100 | 5 |", [(2, None), (5, None)]),
        ("请求权重", "IP rate limit(x-mbx-used-weight-1m)为0", [(0, "ip")]),
        ("请求权重(IP)", "单次请求权重为1500", [(1500, "ip")]),
        ("Request Weight(IP)", "**50** **360/hour，500/day**", [(50, "ip")]),
        ("Request Weight", "share 500/5min/IP rate limit with `GET /a/b`", []),
        ("Request Weight", "**1 with a pair;(IP)** **5 without one(IP)**", [(1, "ip"), (5, "ip")]),
        # A heading within the section does not end it, and another section may have another weight.
        ("Weight(IP)", "##### note\n\n**7**\n\n## More\n\n9", [(7, "ip")]),
        ("Weight(IP)", "**1**\n\n## Weight(UID)\n\n**360**", [(1, "ip"), (360, "uid")]),
    ],
)
def test_weights_in_words(heading: str, text: str, expected: list[tuple[int, str | None]]) -> None:
    page = f"{REQUEST}\n## {heading}\n\n{text}\n"
    weights = read_one(page).weights
    assert [(weight.weight, weight.scope) for weight in values_of(weights)] == expected
    assert all(str(weight.value.weight) in page.splitlines()[weight.line - 1] for weight in weights)


@pytest.mark.parametrize(
    ("heading", "text", "limits", "unread"),
    [
        ("Request Limit", "10/s", 1, False),
        ("Request Limit", "Ask your manager.", 0, True),
        ("Request Limit", "None", 0, False),
        ("Request Weight", "share 500/5min/IP rate limit with GET /a/b", 0, True),
        ("Notes", "It may be called 10 times per month.", 0, True),
    ],
)
def test_caps_that_are_not_understood_are_kept_as_sentences(
    heading: str,
    text: str,
    limits: int,
    unread: bool,  # noqa: FBT001 - the expected outcome
) -> None:
    version = read_one(f"{REQUEST}\n## {heading}\n\n{text}\n")
    assert (len(version.limits), values_of(version.unread_limits)) == (limits, [text] if unread else [])


def test_a_line_that_is_only_the_name_of_a_section_opens_it() -> None:
    version = read_one(
        "## Title\n\nGET `/a`\n\n**Weight:**\n20\n\n**Parameters:**\n\nName | Type | Mandatory | Description\n"
        "---|---|---|---\nside | ENUM | YES | \n\n**Data Source:**\nMemory\n\n**Response:**\n```javascript\n{}\n```\n"
    )
    assert values_of(version.weights) == [PageWeight(20, None)]
    assert [row.name for row in values_of(version.parameters)] == ["side"]
    assert values_of(version.examples) == ["{}"]
    assert values_of(read_one("## Title\n\nGET `/a`\n\n**Weight(UID):** 30\n").weights) == [PageWeight(30, "uid")]


CHINESE = "# 做事\n\n# 做事情\n\n# Do It Too\n\n## HTTP请求\n\nGET `/a`\n\n## 响应示例\n\n    {}\n"


@pytest.mark.parametrize("chinese_first", [False, True])
def test_both_languages_in_one_file_without_a_rule_between_them(*, chinese_first: bool) -> None:
    english = f"{REQUEST}\n## Response Example\n\n    {{}}\n\n## Notes\n\nNothing.\n"
    text = f"{CHINESE}\n{english}" if chinese_first else f"{english}\n{CHINESE}"
    titles = {version.language: values_of(version.titles) for version in read("page", text.encode()).versions}
    assert titles == {"en": ["Do It"], "zh-CN": ["做事", "做事情", "Do It Too"]}


def test_a_second_title_after_the_response_begins_the_other_language_also_where_it_is_cut_off() -> None:
    page = read("page", f"{REQUEST}\n## Response\n\n    {{}}\n\n# 做事\n\n## 接口描述\n".encode())
    assert [(version.language, len(version.endpoints)) for version in page.versions] == [("en", 1), ("zh-CN", 0)]


def test_a_part_that_was_not_translated_has_the_language_of_the_pages_that_its_headings_link_to() -> None:
    english = REQUEST.replace("Request", "Request[](/docs/x#a)")
    chinese = english.replace("/docs/x", "/docs/zh-CN/x")
    text = f"---\nsource_url: https://e.com/docs/x\n---\n{english}\n---\n\n# 做事(TRADE)\n\n{chinese}"
    assert [(version.language, values_of(version.titles)) for version in read("page", text.encode()).versions] == [
        ("en", ["Do It"]),
        ("zh-CN", ["做事", "Do It"]),
    ]
