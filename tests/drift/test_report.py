"""The whole report, as text and as JSON, of a small spec and pages that differ from it in every way."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from generator.__main__ import main
from tests.specs import call, spec

from . import comparing

SPEC = spec(
    call(
        "POST /sapi/v1/move",
        "moveIt",
        security="TRADE",
        keys="""\
        x-binance-note:
          - description: The English page says 7, which nobody saw.
            explains:
              - {page: en, fact: weight, says: 7 per IP, here: 1 per IP}
        """,
        parameters="""\
        - {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}}
        - {name: many, in: query, schema: {type: integer, maximum: 10}, example: 1}
        """,
        schema="{type: object, properties: {id: {type: integer}}}",
        example="{id: 1}",
    ),
    call("GET /sapi/v1/other", "other"),
    schemas="""\
    Kind:
      type: string
      oneOf:
        - {const: ODD}
        - {const: EVEN}
    """,
)


def page(*, weight: int = 7, second: str = "EVEN", most: int = 10, security: str = "TRADE") -> str:
    rows = (f"kind| ENUM| YES| `ODD`/`{second}`", f"many| LONG| NO| Max: {most}")
    return comparing.page(*rows, weight=weight, security=security, example='{"id": 1}')


def chinese(page: str) -> str:
    return page.replace("HTTP Request", "HTTP请求").replace("Response Example", "响应示例")


NOT_THERE = (
    "is not there; allowed: a file, a folder, an address that begins with https:// or http://, or a package of Binance's "
    "SDK such as sdk:binance-sdk-wallet."
)
REPORT = """\
## Not compared

- `lost.md`: **unknown endpoint**: line 5: it describes POST /sapi/v1/gone, which the spec does not have.

`python -m generator import PAGE` drafts an endpoint that the spec does not have.

## moveIt: drift

POST /sapi/v1/move, spec.yaml:8, English page without a date, Chinese page without a date

| fact               | spec                        | English page            | Chinese page            | finding        |
| ------------------ | --------------------------- | ----------------------- | ----------------------- | -------------- |
| security           | `TRADE` `spec.yaml:11`      | same                    | `MARGIN` `zh.md:1`      | pages disagree |
| kind value EVEN    | `listed` `spec.yaml:59`     | `not listed` `en.md:15` | `not listed` `zh.md:15` | drift          |
| many maximum       | `10` `spec.yaml:21`         | `12` `en.md:16`         | `12` `zh.md:16`         | drift          |
| kind value NEW_ONE | `not listed` `spec.yaml:58` | `listed` `en.md:15`     | `listed` `zh.md:15`     | drift          |

Explained by notes:

- weight: `1 per IP` here, en `7 per IP` (`spec.yaml:18`)

Where the spec is to stay as it is, a note can say so:

- security, in an `x-binance-note` at `spec.yaml:8`: `explains: [{page: zh-CN, fact: security, says: MARGIN, here: TRADE}]`

3 pages: 2 drift, 1 unknown endpoint.
No page was read of: other.
No sentences of the English page are recorded of: moveIt.
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("spec.yaml", SPEC)
    write("en.md", page())


def write(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def drift(*arguments: str) -> int:
    return main(["drift", *arguments, "--spec", "spec.yaml"])


def test_the_whole_report(capsys: pytest.CaptureFixture[str]) -> None:
    write("en.md", page(most=12, second="NEW_ONE"))
    write("zh.md", chinese(page(most=12, second="NEW_ONE", weight=1, security="MARGIN")))
    write("lost.md", page().replace("/move", "/gone"))
    assert drift("en.md", "zh.md", "lost.md") == 2
    assert capsys.readouterr() == (REPORT, "")


def test_what_explains_a_difference_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    write("zh.md", chinese(page(second="EVEN`/`NEW_ONE", weight=1)))
    assert drift("en.md", "zh.md") == 1
    [hint] = [line for line in capsys.readouterr().out.splitlines() if "explains: " in line]
    number, explains = re.fullmatch(r".* at `spec.yaml:(\d+)`: `(.*)`", hint).groups()  # type: ignore[union-attr]
    assert explains == "explains: [{page: zh-CN, fact: value, about: NEW_ONE, says: listed}]"
    lines, index = SPEC.splitlines(), int(number) - 1
    indent = re.match(" *", lines[index])[0]  # type: ignore[index]
    lines.insert(index, f"{indent}x-binance-note: [{{description: Because., {explains}}}]")
    write("spec.yaml", "\n".join(lines))
    assert drift("en.md", "zh.md") == 0


def test_a_cell_has_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    weights = "\n".join(f"| {number} | Words |" for number in range(2, 2002))
    write("en.md", comparing.page(weight=f"| Weight(IP) | Note |\n| --- | --- |\n{weights}"))
    assert drift("en.md") == 1
    assert len(capsys.readouterr().out) < 3000
    assert drift("en.md", "--json") == 1
    assert len(json.loads(capsys.readouterr().out)["operations"][0]["differences"][0]["pages"]) == 2000


def test_the_whole_report_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    write("en.md", page(most=12))
    assert drift("en.md", "--json") == 1
    output = capsys.readouterr().out
    english = {"source": "en", "language": "en"}
    operation = {
        "operation": "move_it",
        "title": "moveIt",
        "endpoint": "POST /sapi/v1/move",
        "location": "spec.yaml:8",
        "languages": ["en"],
        "sources": [{"source": "en", "name": None, "date": None}],
        "remarks": [],
        "verdict": "drift",
        "differences": [
            {
                "fact": "weight",
                "spec": "1 per IP",
                "location": "spec.yaml:12",
                "pages": [{**english, "location": "en.md:9", "says": "7 per IP", "explained": "spec.yaml:18"}],
                "finding": "explained",
                "applicable": False,
            },
            {
                "fact": "many maximum",
                "spec": "10",
                "location": "spec.yaml:21",
                "pages": [{**english, "location": "en.md:16", "says": "12", "explained": None}],
                "finding": "drift",
                "applicable": False,
            },
        ],
    }
    facts = {"format": "markdown", "endpoint": "POST /sapi/v1/move", "verdict": "drift", "message": None}
    assert json.loads(output) == {
        "spec": "spec.yaml",
        "pages": [{"file": "en.md", **facts}],
        "operations": [operation],
        "without_page": ["other"],
        "left_out": [],
    }
    assert output.endswith("}\n")


def test_pages_that_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert drift("en.md") == 0
    assert capsys.readouterr().out.splitlines()[0] == "## moveIt: same"


def test_words_of_a_page_are_only_printed(capsys: pytest.CaptureFixture[str]) -> None:
    write("en.md", page().replace("moveIt(", "<b>@all|</b> `x` \x1b[31m("))
    assert drift("en.md") == 1
    [row] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| title")]
    assert "`<b>@all\\|</b> x <U+001B>[31m` `en.md:1`" in row


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("", f"An empty name {NOT_THERE}"),
        ("x" * 5000, f"{'x' * 5000} {NOT_THERE}"),
        ("gone.md", f"gone.md {NOT_THERE}"),
        (
            "empty",
            "empty holds no page; pages end in .md, .markdown, .txt, .html, .htm, .whl, or are called schema.yaml.",
        ),
    ],
)
def test_what_is_not_there(capsys: pytest.CaptureFixture[str], argument: str, message: str) -> None:
    Path("empty").mkdir()
    assert drift(argument) == 2
    assert capsys.readouterr() == ("", f"{message}\n")


def test_a_folder_is_read_to_its_depths_and_each_page_once(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("pages/.git/hidden.md", "pages/deep/b.md", "pages/a.TXT", "pages/c.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        write(name, page())
    assert drift("pages", "pages/a.TXT", "--json") == 0
    files = [result["file"] for result in json.loads(capsys.readouterr().out)["pages"]]
    assert files == [str(Path("pages/a.TXT")), str(Path("pages/deep/b.md"))]


def test_an_error_of_the_spec_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    write("spec.yaml", "openapi: 3.1.0\n")
    assert drift("en.md") == 2
    assert "spec.yaml:1:1: the document lacks info." in capsys.readouterr().err
