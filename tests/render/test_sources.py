"""What an endpoint was read from is what its pages, its docstring and its entry in OPERATIONS name: no page that nobody read."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from generator.ir.build import build
from generator.openapi.document import Document
from generator.openapi.load import load
from generator.openapi.problems import SpecError
from generator.render.package import render
from generator.render.projections import projections
from tests.excerpt import EARN, excerpt
from tests.specs import call, generate, imported, spec

PAGE = "{en: {url: https://example.com/page, read: '2026-01-02'}}"
SECTION = "https://example.com/catalog#move"
RELEASE = "https://github.com/binance/binance-connector-python"
SDK = "sdk: {package: binance-sdk-garden, version: 1.2.3, read: '2026-03-04'}"
CATALOGUE = f"catalogue: {{url: '{SECTION}', read: '2026-05-06'}}"
UNREAD = f"catalogue: {{url: '{SECTION}'}}"

EXPECTED = {
    "sdk": (f"{{{SDK}}}", {"sdk": (RELEASE, "2026-03-04")}, "binance-sdk-garden 1.2.3 of 2026-03-04"),
    "sdk that names the catalogue": (
        f"{{{SDK}, {UNREAD}}}",
        {"sdk": (RELEASE, "2026-03-04")},
        "binance-sdk-garden 1.2.3 of 2026-03-04",
    ),
    "catalogue": (f"{{{CATALOGUE}}}", {"catalogue": (SECTION, "2026-05-06")}, "catalogue of 2026-05-06"),
    "sdk and catalogue": (
        f"{{{SDK}, {CATALOGUE}}}",
        {"sdk": (RELEASE, "2026-03-04"), "catalogue": (SECTION, "2026-05-06")},
        "binance-sdk-garden 1.2.3 of 2026-03-04",
    ),
    "page": (PAGE, {"en": ("https://example.com/page", "2026-01-02")}, "page of 2026-01-02"),
    "page without an example": (
        PAGE.replace("}}", "}, example: ours}"),
        {"en": ("https://example.com/page", "2026-01-02")},
        "page of 2026-01-02",
    ),
    "catalogue without an example": (
        f"{{{CATALOGUE}, example: ours}}",
        {"catalogue": (SECTION, "2026-05-06")},
        "catalogue of 2026-05-06",
    ),
}
OWN = {
    "en": "An example of the response that we wrote, as no source of this page has one:",
    "zh-CN": "返回示例由我们自行编写，因为本页的来源都没有示例：",
}
OF_BINANCE = {"en": "The response as Binance documents it:", "zh-CN": "币安文档中的返回示例："}
LISTED = {
    "en": {
        "en": "- [English page](https://example.com/page) of 2026-01-02",
        "sdk": f"- [Binance's Python SDK, binance-sdk-garden 1.2.3]({RELEASE}) of 2026-03-04",
        "catalogue": f"- [Binance's catalogue]({SECTION}) of 2026-05-06",
        "unread": f"- [The same in Binance's catalogue, which we did not read]({SECTION})",
    },
    "zh-CN": {
        "en": "- [英文页面](https://example.com/page)，日期 2026-01-02",
        "sdk": f"- [币安官方 Python SDK（binance-sdk-garden 1.2.3）]({RELEASE})，日期 2026-03-04",
        "catalogue": f"- [币安新版文档目录]({SECTION})，日期 2026-05-06",
        "unread": f"- [币安新版文档目录中的同一接口（我们没有读取）]({SECTION})",
    },
}


def spec_of(source: str) -> str:
    return spec(call("GET /sapi/v1/move", "moveIt")).replace(PAGE, source)


def bilingual(source: str) -> Document:
    """Return the spec of an endpoint in both languages, with another source."""
    read = load("spec.yaml", excerpt(EARN).encode())
    [operation] = read.data["paths"][EARN].values()
    operation["x-binance-source"] = yaml.safe_load(source.replace("'", '"'))
    return load("spec.yaml", yaml.safe_dump(read.data, allow_unicode=True, sort_keys=False).encode())


@pytest.mark.parametrize("case", EXPECTED)
def test_the_table_and_the_docstring_name_what_was_read(case: str, tmp_path: Path) -> None:
    source, sources, named = EXPECTED[case]
    package = imported(generate(spec_of(source), tmp_path), f"sources_{[*EXPECTED].index(case)}")
    operation = package.OPERATIONS["move_it"]
    assert {name: (read.url, read.read) for name, read in operation.sources.items()} == sources
    docstring = dedent(package.Client.move_it.__doc__)
    assert f"Source: {next(iter(sources.values()))[0]} ({named})" in docstring


@pytest.mark.parametrize("case", EXPECTED)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_page_lists_what_was_read_and_says_whose_the_example_is(case: str, language: str) -> None:
    source, sources, _ = EXPECTED[case]
    files = render(build(bilingual(source)))
    [page] = [text.decode() for path, text in files.items() if path.startswith(f"docs/{language}/endpoints/")]
    listed = [LISTED[language][name] for name in (*sources, *["unread"] * (UNREAD in source))]
    assert [line for line in page.split("\n## ")[-1].splitlines() if line.startswith("- ")] == listed
    labels = [label for label in (OWN[language], OF_BINANCE[language]) if label in page]
    is_own = [*sources] == ["sdk"] or "example: ours" in source
    assert labels == [OWN[language] if is_own else OF_BINANCE[language]]


@pytest.mark.parametrize("case", EXPECTED)
def test_other_tools_are_led_to_what_was_read(case: str) -> None:
    source, sources, _ = EXPECTED[case]
    document = bilingual(source)
    projected = json.loads(projections(document.data, build(document))["openapi.en.json"])
    words = LISTED["en"][next(iter(sources))].partition("[")[2].partition("]")[0]
    wanted = {"description": words, "url": next(iter(sources.values()))[0]}
    assert projected["paths"][EARN]["get"]["externalDocs"] == wanted


NOTHING = "x-binance-source names nothing that was read; allowed: en, sdk with version and read, catalogue with read."


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{}", "x-binance-source is an empty mapping; at least 1 is needed, of: en, zh-CN, sdk, catalogue, example."),
        ("{sdk: {package: binance-sdk-garden}}", NOTHING),
        (f"{{{UNREAD}}}", NOTHING),
        (f"{{sdk: {{package: binance-sdk-garden}}, {UNREAD}}}", NOTHING),
        ("{sdk: {package: binance-sdk-garden, version: 1.2.3}}", "sdk lacks read."),
        ("{sdk: {package: binance-sdk-garden, read: '2026-03-04'}}", "sdk lacks version."),
        ("{zh-CN: {url: https://example.com/page, read: '2026-01-02'}}", "x-binance-source lacks en."),
    ],
)
def test_at_least_one_source_was_read(source: str, message: str) -> None:
    with pytest.raises(SpecError) as refused:
        build(load("spec.yaml", spec_of(source).encode()))
    assert [problem.message for problem in refused.value.problems] == [message]
