"""HTML as browsers, converters and people leave it: the same facts without end tags, in fragments, wrapped."""

from __future__ import annotations

import re

import pytest

from generator.sources import CallLimit, Endpoint, Located, PageVersion, PageWeight, read

from .reading import read_one, values_of

PAGE = (
    "<!doctype html><html lang=en><body><article><h1>Do It(TRADE)</h1>"
    '<h2>HTTP Request<a class="hash-link" href="/docs/x#http-request">#</a></h2><p>POST <code>/sapi/v1/do</code></p>'
    "<h2>Request Weight(IP)</h2><p><strong>20</strong></p>"
    "<h2>Request Parameters</h2><table><thead><tr><th>Name</th><th>Type</th><th>Mandatory</th><th>Description</th></tr></thead>"
    "<tbody><tr><td>side</td><td>STRING</td><td>YES</td><td><code>BUY</code> / <code>SELL</code></td></tr>"
    "<tr><td>kind</td><td>ENUM</td><td>NO</td><td></td></tr></tbody></table>"
    "<ul><li>You can call it 500 times per hour.</li><li>Values of kind:<ul><li>ODD one</li><li>EVEN two</li></ul></li></ul>"
    '<h2>Response Example</h2><pre><code>{"a": 1}</code></pre></article></body></html>'
)
CELL = "<code>BUY</code> / <code>SELL</code>"
FACTS: dict[str, object] = {
    "titles": ["Do It"],
    "security": ["TRADE"],
    "endpoints": [Endpoint("POST", "/sapi/v1/do")],
    "weights": [PageWeight(20, "ip")],
    "limits": [CallLimit(500, 3600)],
    "rows": [
        ("side", "STRING", True, (("BUY", ""), ("SELL", ""))),
        ("kind", "ENUM", False, (("ODD", "one"), ("EVEN", "two"))),
    ],
    "example": '{"a": 1}',
}


def version_of(text: str) -> PageVersion:
    return read_one(text, "html")


def facts(text: str) -> dict[str, object]:
    version = version_of(text)
    return {
        **{
            name: values_of(getattr(version, name)) for name in ("titles", "security", "endpoints", "weights", "limits")
        },
        "rows": [(row.name, row.type, row.required, row.values) for row in values_of(version.parameters)],
        "example": version.example.value if version.example else None,
    }


def test_a_page_in_one_line_loses_nothing() -> None:
    text = PAGE.replace("</ul><h2>Response", "</ul><p>One remark.</p><ul><li>Another.</li></ul><h2>Response")
    assert facts(text) == FACTS
    assert version_of(text).parameters[1].value.value_lines == (1, 1)
    assert values_of(version_of(text).notes) == ["You can call it 500 times per hour.", "One remark.", "Another."]


def test_every_fact_has_its_line() -> None:
    text = (
        '<!doctype html>\n<html lang="en">\n<head><link rel="canonical" href="https://example.com/docs/x"/>\n'
        "<script>if (a<b) '<h1>no</h1>'</script></head><body><nav><h1>no</h1></nav>\n<article><h1>Do &amp; It(TRADE)</h1>\n"
        '<h2 id="http-request">HTTP Request<a class="hash-link" href="/docs/x#http-request"></a></h2>\n'
        "<p>POST <code>/sapi/v1/do</code></p>\n<!-- <p>GET <code>/no</code></p> -->"
        "<h2>Request Parameters</h2><table><thead><tr><th>Name</th><th>Type</th><th>Mandatory</th><th>Description</th></tr>"
        "</thead><tbody>\n<tr><td>side</td><td>ENUM</td><td>YES</td><td><code>BUY</code><br>\n<code>SELL</code></td></tr>\n"
        "<tr><td>kind</td><td>ENUM</td><td>NO</td><td></td></tr></tbody></table>\n"
        "<ul><li>\n<p>Types of kind:</p>\n<ul>\n<li>ODD one</li>\n<li><code>EVEN</code> two</li></ul></li></ul>\n"
        '<h2>Response Example</h2><div><pre><code><span class="token-line"><span>{</span><br></span>'
        '<span class="token-line"><span>"a": "&lt;b&gt;"</span><br></span>'
        '<span class="token-line">}<br></span></code></pre><button>Copy</button></div></article><footer>no</footer></body></html>'
    )
    version = version_of(text)
    assert read("x.html", text.encode()).address == Located("https://example.com/docs/x", 3)
    assert (version.language, version.titles) == ("en", (Located("Do & It", 5),))
    assert version.security == (Located("TRADE", 5),)
    assert version.endpoints == (Located(Endpoint("POST", "/sapi/v1/do"), 7),)
    assert version.anchors == (Located("/docs/x#http-request", 6),)
    assert [(row.value.name, row.line, row.value.values) for row in version.parameters] == [
        ("side", 9, (("BUY", ""), ("SELL", ""))),
        ("kind", 11, (("ODD", "one"), ("EVEN", "two"))),
    ]
    assert version.parameters[1].value.value_lines == (15, 16)
    assert version.example == Located('{\n"a": "<b>"\n}', 17)


def test_the_title_of_a_file_is_no_text_of_a_page_without_an_article() -> None:
    text = re.sub("</?article>", "", PAGE).replace("<body>", "<head><title>Do It | Platform</title></head><body>")
    assert facts(text) == FACTS
    assert "Platform" not in version_of(text).text


def test_lines_are_counted_in_what_is_not_read_too() -> None:
    text = PAGE.replace("<ul><li>You", "<div><svg>\n\n</svg><del>\n</del><br>A remark.</div>\n<ul><li>You")
    assert version_of(text).notes[0] == Located("A remark.", 4)


@pytest.mark.parametrize(
    "tags", ["td|th", "tr", "td|th|tr|thead|tbody", "li", "li|p", "p", "td|th|tr|thead|tbody|li|p"]
)
def test_end_tags_may_be_left_out(tags: str) -> None:
    assert facts(re.sub(f"</(?:{tags})>", "", PAGE)) == FACTS


@pytest.mark.parametrize(
    "text",
    [
        re.sub(r"</?\w+", lambda tag: tag[0].upper(), PAGE),
        PAGE.replace("<th>", "<td>").replace("</th>", "</td>"),
        re.sub(r"<tr><td>(\w+)</td>", r'<tr><th scope="row">\1</th>', PAGE),
        PAGE.replace("500 times per", "500 times<br>per"),
        PAGE.replace("call it 500", "call<br/>it 500"),
        PAGE.replace("<strong>20</strong>", "<del>750</del> <strong>20</strong>"),
        PAGE.replace("<strong>20</strong>", '<strong>20</strong><sup><a href="#note">1</a></sup>'),
        PAGE.replace("<strong>20</strong>", "<s>750</s><strike>800</strike> 20"),
        PAGE.replace("<h1>", '<svg viewBox="0 0 1 1"/><h1>'),
        PAGE.replace("<h1>", "<nav><ul><li>Docs</ul><h1>"),
        PAGE.replace("<h1>", "<div><button>Copy</div><h1>"),
        PAGE.replace("</ul></article>", "</ul><del></article>"),
        PAGE.replace("<ul><li>You can", "<aside>Note</aside><ul><li>You can"),
        PAGE.replace(
            "<ul><li>You can call it 500 times per hour.</li>", "<aside>You can call it 500 times per hour.</aside><ul>"
        ),
    ],
)
def test_the_same_page_in_another_form(text: str) -> None:
    assert facts(text) == FACTS


@pytest.mark.parametrize(
    "cell",
    [
        "<ul><li><code>BUY</code></li><li><code>SELL</code></li></ul>",
        "<ul><li>BUY<li>SELL</ul>",
        "<p>BUY</p><p>SELL</p>",
        "BUY<br>SELL",
        "<code>BUY</code><br/>/<code>SELL</code>",
        "<pre>BUY</pre><pre>SELL</pre>",
        "<table><tr><td>BUY</td></tr><tr><td>SELL</td></tr></table>",
    ],
)
def test_the_lines_of_a_cell_that_are_values_are_a_list(cell: str) -> None:
    assert facts(PAGE.replace(CELL, cell)) == FACTS


def test_other_lines_of_a_cell_are_one_text() -> None:
    version = version_of(
        PAGE.replace(CELL, "The side to<br>take.<p>See <code>GET /a</code></p><ul><li>Max 10</li></ul>")
    )
    assert version.parameters[0].value.text == "The side to take. See GET /a Max 10"


@pytest.mark.parametrize("broken", ['<td title="x>side</td>', "side</td>", "<td>side"])
def test_a_cell_whose_tag_is_broken_stays_in_its_column(broken: str) -> None:
    rows = version_of(PAGE.replace("<td>kind</td>", broken.replace("side", "kind"))).parameters
    assert "ENUM" not in [row.value.name for row in rows]


def test_a_table_of_values_has_no_head() -> None:
    values = "".join(f"<tr><td>{value}</td><td>{text}</td></tr>" for value, text in (("A_B", "one"), ("C_D", "two")))
    version = version_of(
        re.sub("<li>Values.*</ul></li></ul>", f"</ul><p>Values of kind:</p><table>{values}</table>", PAGE)
    )
    assert [(row.value.name, row.value.values) for row in version.parameters] == [
        ("side", (("BUY", ""), ("SELL", ""))),
        ("kind", (("A_B", "one"), ("C_D", "two"))),
    ]


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("one<br>two three<br>(four)", ["one two three (four)"]),
        ("First.<br>Second one<br>ODD 1", ["First.", "Second one", "ODD 1"]),
        ("每小时<br>最多一次<br>ODD 奇数", ["每小时 最多一次", "ODD 奇数"]),
        ("kinds:<br>odd one<br>odd: two", ["kinds:", "odd one", "odd: two"]),
    ],
)
def test_a_line_break_within_a_sentence_is_a_blank(text: str, notes: list[str]) -> None:
    version = version_of(f"{PAGE.partition('<ul>')[0]}\n<p>{text}</p></article>")
    assert values_of(version.notes) == notes


@pytest.mark.parametrize(
    "start",
    [
        '<?xml version="1.0" encoding="utf-8"?>\n<!doctype html>',
        f"<!-- {'saved ' * 300} -->\n<!-- twice -->\n<html>",
        '<meta charset="utf-8">',
        "<section>",
        "<span>",
        "",
        "\n<table><tr><td>x</td></tr></table>",
    ],
)
def test_a_fragment_is_html(start: str) -> None:
    body = PAGE.partition("<article>")[2].partition("</article>")[0]
    assert facts(start + body) == FACTS


def test_what_a_link_to_a_heading_shows_is_no_part_of_it() -> None:
    version = version_of(PAGE)
    assert values_of(version.anchors) == ["/docs/x#http-request"]
    assert facts(PAGE.replace(">#</a>", ">Direct link to HTTP Request</a>")) == FACTS


def test_markdown_may_begin_with_a_tag() -> None:
    page = read("page", b'<a name="top"></a>\n\n# Do It\n\n## HTTP Request\n\nGET `/a`\n')
    assert (page.format, page.problems) == ("markdown", ())


@pytest.mark.parametrize("cut", ['<span class="token-line"', "<span class='a", "</span", "<", "<!--"])
def test_a_tag_with_which_a_file_breaks_off_is_no_text(cut: str) -> None:
    assert facts(f"{PAGE[: -len('</article></body></html>')]}{cut}") == FACTS


def test_numbers_in_bold_are_weights_of_their_own_wherever_they_stand_in_a_paragraph() -> None:
    old = "<p><strong>20</strong></p>"
    for text in (
        "<p><strong>2</strong> with a coin, without a coin<strong>7</strong></p>",
        "<p><strong>2</strong><b>7</b></p>",
        "<p><strong>2</strong> with<br>and without <strong>7</strong></p>",
    ):
        version = version_of(PAGE.replace(old, text))
        assert (values_of(version.weights), version.unread_weights) == ([PageWeight(2, "ip"), PageWeight(7, "ip")], ())
    version = version_of(PAGE.replace(old, "<p>2 with a coin, none at all 7</p>"))
    assert values_of(version.unread_weights) == ["2 with a coin, none at all 7"]
