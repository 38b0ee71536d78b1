"""The whole report, as text and as JSON, of a small spec and pages that differ from it in every way."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from generator.__main__ import main
from tests.specs import call, spec

SPEC = spec(
    call(
        "POST /sapi/v1/move",
        "moveIt",
        security="TRADE",
        keys="""\
        x-binance-note:
          - description: The English page says 7, which nobody saw.
            explains:
              - {page: en, fact: weight, says: 7 per IP}
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
PAGE = """\
# moveIt({security})

## HTTP Request

POST `/sapi/v1/move`

## Request Weight(IP)

{weight}

## Request Parameters

Name| Type| Mandatory| Description
---|---|---|---
kind| ENUM| YES| `ODD`/`{second}`
many| LONG| NO| Max: {most}
timestamp| LONG| YES|

## Response Example

    {{"id": 1}}
"""
CHINESE = PAGE.replace("HTTP Request", "HTTP请求").replace("Response Example", "响应示例")
SAME = {"security": "TRADE", "weight": 7, "second": "EVEN", "most": 10}

REPORT = """\
## Not compared

- `lost.md`: **unknown endpoint**: line 5: it describes POST /sapi/v1/gone, which the spec does not have.

`python -m generator import PAGE` drafts an endpoint that the spec does not have.

## moveIt: drift

POST /sapi/v1/move, spec.yaml:8, English, Chinese

| fact               | spec                        | English page            | Chinese page            | finding                 |
| ------------------ | --------------------------- | ----------------------- | ----------------------- | ----------------------- |
| security           | `TRADE` `spec.yaml:11`      | same                    | `MARGIN` `zh.md:1`      | pages disagree          |
| weight             | `1 per IP` `spec.yaml:12`   | `7 per IP` `en.md:9`    | same                    | explained, spec.yaml:18 |
| kind value EVEN    | `listed` `spec.yaml:59`     | `not listed` `en.md:15` | `not listed` `zh.md:15` | drift                   |
| many maximum       | `10` `spec.yaml:21`         | `12` `en.md:16`         | `12` `zh.md:16`         | drift                   |
| kind value NEW_ONE | `not listed` `spec.yaml:58` | `listed` `en.md:15`     | `listed` `zh.md:15`     | drift                   |

Where the spec is to stay as it is, a note can say so:

- security, in an `x-binance-note` at `spec.yaml:8`: `explains: [{page: zh-CN, fact: security, says: MARGIN}]`

3 pages: 2 drift, 1 unknown endpoint.
No page was read of: other.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path


def drift(*arguments: str) -> int:
    return main(["drift", *arguments, "--spec", "spec.yaml"])


def written(folder: Path, name: str, page: str, **facts: object) -> None:
    (folder / name).write_text(page.format(**{**SAME, **facts}), encoding="utf-8")


def test_the_whole_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(folder, "en.md", PAGE, most=12, second="NEW_ONE")
    written(folder, "zh.md", CHINESE, most=12, second="NEW_ONE", weight=1, security="MARGIN")
    written(folder, "lost.md", PAGE.replace("/move", "/gone"))
    assert drift("en.md", "zh.md", "lost.md") == 2
    assert capsys.readouterr() == (REPORT, "")


def test_what_explains_a_difference_can_be_copied(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(folder, "en.md", PAGE)
    written(folder, "zh.md", CHINESE, second="EVEN`/`NEW_ONE", weight=1)
    assert drift("en.md", "zh.md") == 1
    [told] = [line for line in capsys.readouterr().out.splitlines() if "explains: " in line]
    line, explains = re.fullmatch(r".* at `spec.yaml:(\d+)`: `(.*)`", told).groups()  # type: ignore[union-attr]
    assert explains == "explains: [{page: zh-CN, fact: value, about: NEW_ONE, says: listed}]"
    lines = SPEC.splitlines()
    note = f"{' ' * (len(lines[int(line) - 1]) - len(lines[int(line) - 1].lstrip()))}x-binance-note:"
    lines.insert(int(line) - 1, f"{note} [{{description: Because., {explains}}}]")
    (folder / "spec.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert drift("en.md", "zh.md") == 0


def test_a_cell_has_an_end(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = "\n".join(f"| {number} | Words |" for number in range(2, 2002))
    written(folder, "en.md", PAGE.replace("{weight}", f"| Weight(IP) | Note |\n| --- | --- |\n{weights}"))
    assert drift("en.md") == 1
    assert len(capsys.readouterr().out) < 3000
    assert drift("en.md", "--json") == 1
    assert len(json.loads(capsys.readouterr().out)["operations"][0]["differences"][0]["pages"]) == 2000


def test_the_whole_report_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(folder, "en.md", PAGE, most=12)
    assert drift("en.md", "--json") == 1
    output = capsys.readouterr().out
    assert json.loads(output) == {
        "spec": "spec.yaml",
        "pages": [
            {
                "file": "en.md",
                "format": "markdown",
                "endpoint": "POST /sapi/v1/move",
                "verdict": "drift",
                "message": None,
            }
        ],
        "operations": [
            {
                "operation": "move_it",
                "title": "moveIt",
                "endpoint": "POST /sapi/v1/move",
                "location": "spec.yaml:8",
                "languages": ["en"],
                "verdict": "drift",
                "differences": [
                    {
                        "fact": "weight",
                        "spec": "1 per IP",
                        "location": "spec.yaml:12",
                        "pages": [
                            {"language": "en", "location": "en.md:9", "says": "7 per IP", "explained": "spec.yaml:18"}
                        ],
                        "finding": "explained",
                        "applicable": False,
                    },
                    {
                        "fact": "many maximum",
                        "spec": "10",
                        "location": "spec.yaml:21",
                        "pages": [{"language": "en", "location": "en.md:16", "says": "12", "explained": None}],
                        "finding": "drift",
                        "applicable": False,
                    },
                ],
            }
        ],
        "without_page": ["other"],
    }
    assert output.endswith("}\n")


def test_pages_that_are_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(folder, "en.md", PAGE)
    assert drift("en.md") == 0
    assert capsys.readouterr().out.splitlines()[0] == "## moveIt: same"


def test_words_of_a_page_are_only_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = PAGE.replace("moveIt(", "<b>@all|</b> `x` \x1b[31m(")
    written(folder, "en.md", hostile)
    assert drift("en.md") == 1
    [row] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| title")]
    assert "`<b>@all\\|</b> x <U+001B>[31m` `en.md:1`" in row


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [""],
            (
                "An empty name is not there; allowed: a file, a folder, or an address that begins with https:// or "
                "http://.\n"
            ),
        ),
        (
            ["x" * 5000],
            (
                f"{'x' * 5000} is not there; allowed: a file, a folder, or an address that begins with https:// or "
                "http://.\n"
            ),
        ),
        (
            ["gone.md"],
            "gone.md is not there; allowed: a file, a folder, or an address that begins with https:// or http://.\n",
        ),
        (["empty"], "empty holds no page; pages end in .md, .markdown, .txt, .html, .htm.\n"),
    ],
)
def test_what_is_not_there(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    (folder / "empty").mkdir()
    assert drift(*arguments) == 2
    assert capsys.readouterr() == ("", message)


def test_a_folder_is_read_to_its_depths_and_each_page_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pages" / "deep").mkdir(parents=True)
    (folder / "pages" / ".git").mkdir()
    written(folder, "pages/.git/hidden.md", PAGE)
    written(folder, "pages/deep/b.md", PAGE)
    written(folder, "pages/a.TXT", PAGE)
    written(folder, "pages/c.png", PAGE)
    assert drift("pages", "pages/a.TXT", "--json") == 0
    files = [page["file"] for page in json.loads(capsys.readouterr().out)["pages"]]
    assert files == [str(Path("pages/a.TXT")), str(Path("pages/deep/b.md"))]


def test_a_spec_with_a_mistake_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(folder, "en.md", PAGE)
    (folder / "spec.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    assert drift("en.md") == 2
    assert "spec.yaml:1:1: the document lacks info." in capsys.readouterr().err


def test_no_page_is_a_mistake(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        drift()
    assert exit_.value.code == 2
    assert "PAGE" in capsys.readouterr().err
    assert folder.exists()
