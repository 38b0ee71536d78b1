"""The site: the same pages in both languages, links that lead somewhere, and nothing that is loaded from another host."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache, partial
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pytest
from lxml import html

from generator.__main__ import main
from generator.console import SPEC
from generator.ir.build import build
from generator.openapi.load import load_file
from generator.render.docs import DocsContext
from generator.render.projections import projections
from generator.site.build import SiteError, build_site

LANGUAGES = ("en", "zh-CN")
DOCS = SPEC.parents[1] / "generated" / "docs"
PAGES = sorted(file.relative_to(DOCS / "en").as_posix() for file in (DOCS / "en").rglob("*.md"))
_SERVED = re.compile(r"It is served at (http://127\.0\.0\.1:\d+/)\n")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    document = load_file(SPEC, "spec/binance.yaml")
    api = build(document)
    out = tmp_path_factory.mktemp("site") / "out"
    out.mkdir()
    (out / "of an earlier build.html").touch()
    build_site(api, projections(document.data, api), out)
    return out


@cache
def tree(file: Path) -> html.HtmlElement:
    return html.fromstring(file.read_bytes())


def html_name(page: str) -> str:
    return "index.html" if page == "README.md" else page.replace(".md", ".html")


def addresses(file: Path) -> Iterator[tuple[str, str]]:
    """Yield what a page links to or loads: the element's name, and the address."""
    for element in tree(file).iter("a", "link", "script", "img", "iframe", "source", "use"):
        for name in ("href", "src", "srcset", "data", "action"):
            if address := element.get(name):
                yield str(element.tag), address


def html_files(site: Path) -> list[Path]:
    # The page of an error is shown at whatever address was asked for.
    return [file for file in sorted(site.rglob("*.html")) if file.name != "404.html"]


def test_every_page_is_there_as_html_and_as_markdown_and_nothing_of_an_earlier_build(site: Path) -> None:
    wanted = {name for page in PAGES for name in (page, html_name(page))} | {"openapi.html"}
    for language in LANGUAGES:
        folder = site / language
        found = [file for file in folder.rglob("*") if file.suffix in (".md", ".html")]
        assert {file.relative_to(folder).as_posix() for file in found} == wanted
    assert sorted(file.name for file in site.iterdir() if file.is_file()) == [
        "404.html",
        "index.html",
        "llms.txt",
        "openapi.en.json",
        "openapi.zh-CN.json",
        "redoc.standalone.js",
        "redoc.standalone.js.LICENSE.txt",
    ]


def test_every_link_leads_to_a_file_and_a_heading_of_the_site(site: Path) -> None:
    broken = []
    for file in html_files(site):
        for _, address in addresses(file):
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            if not target.is_file() or not target.is_relative_to(site):
                broken.append(f"{file.relative_to(site)}: {address}")
            elif parts.fragment and target.suffix == ".html":
                names = tree(target).xpath("//@id | //@name")
                broken += [f"{file.relative_to(site)}: {address}"] * (unquote(parts.fragment) not in names)
    assert broken == []


def test_the_page_for_an_address_that_is_not_there_leads_to_both_languages_and_loads_nothing(site: Path) -> None:
    page = site / "404.html"
    assert list(addresses(page)) == []
    links = tree(page).xpath("//a/@data-page")
    assert links == ["en/index.html", "zh-CN/index.html"]
    assert all((site / link).is_file() for link in links)
    for words in ("There is no such page.", "没有这个页面。"):
        assert words in page.read_text(encoding="utf-8")


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    for file in html_files(site):
        elsewhere = [address for tag, address in addresses(file) if tag != "a" and urlsplit(address).netloc]
        assert (file.name, elsewhere) == (file.name, [])
        # The theme's program loads these from another host, for a page that has one.
        assert tree(file).xpath("//*[contains(@class, 'mermaid') or contains(@class, 'glightbox')]") == []
    for file in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)]*", file.read_text(encoding="utf-8")) == []
    for language in LANGUAGES:
        policy = tree(site / language / "openapi.html").xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy == ["default-src 'self' 'unsafe-inline' blob: data:"]


def test_a_page_links_to_itself_in_the_other_language(site: Path) -> None:
    for language in LANGUAGES:
        for page in [*PAGES, "openapi.md"]:
            file = site / language / html_name(page)
            others = {
                element.get("hreflang"): (file.parent / element.get("href", "")).resolve()
                for element in tree(file).xpath("//a[@hreflang]")
            }
            for other in others.keys() | {*LANGUAGES} - {language}:
                assert others[other] == (site / other / html_name(page)).resolve()


@pytest.mark.parametrize(("language", "groups"), [("en", ["Moving funds"]), ("zh-CN", ["划转资金"])])
def test_the_page_of_openapi_keeps_the_way_back_in_sight_and_names_groups_in_its_language(
    site: Path, language: str, groups: list[str]
) -> None:
    page = site / language / "openapi.html"
    assert tree(page).xpath("//nav/a/@href")[:2] == ["index.html", f"../openapi.{language}.json"]
    text = page.read_text(encoding="utf-8")
    assert "position: sticky" in text
    assert 'scrollYOffset: "nav"' in text
    found = re.search(r"^Redoc\.init\((\{.*\}), \{$", text, re.MULTILINE)
    assert found is not None
    tags = json.loads(found[1])["tags"]
    assert [tag["x-displayName"] for tag in tags][:1] == groups
    assert all("description" not in tag for tag in tags)


def test_the_program_that_shows_openapi_is_one_that_a_page_opened_as_a_file_can_load(site: Path) -> None:
    # A module, as the next major version of Redoc is, loads from a server only.
    program = (site / "redoc.standalone.js").read_text(encoding="utf-8")
    assert "exports.Redoc=" in program
    assert "import.meta" not in program


def test_the_program_that_shows_openapi_comes_with_its_licenses(site: Path) -> None:
    program = (site / "redoc.standalone.js").read_text(encoding="utf-8")
    reference = re.match(r"/\*! For license information please see (\S+) \*/", program)
    version = (
        re.search(r'Version: ("[\d.]+")', (site / reference[1]).read_text(encoding="utf-8")) if reference else None
    )
    assert version is not None
    assert version[1] in program


def test_no_page_shows_the_backslash_of_an_escaped_pipe(site: Path) -> None:
    shown = [str(file.relative_to(site)) for file in html_files(site) if r"\|" in "".join(tree(file).itertext())]
    assert shown == []


def test_the_navigation_of_a_page_lists_every_page_once_in_groups(site: Path) -> None:
    tags = {operation.tag for operation in build(load_file(SPEC, "spec/binance.yaml")).operations}
    for language in LANGUAGES:
        home = site / language / "index.html"
        links = tree(home).xpath("//nav[@data-md-level='0']//a[contains(@class, 'md-nav__link')]/@href")
        listed = [(home.parent / link).resolve().relative_to(home.parent) for link in links if "#" not in link]
        assert sorted({path.as_posix() for path in listed}) == sorted([*map(html_name, PAGES), "openapi.html"])
        guide, endpoint = home.parent / "client.html", home.parent / "endpoints" / "user_universal_transfer.html"
        groups = [tree(file).xpath("//nav[@data-md-level='1']/@aria-labelledby") for file in (guide, endpoint)]
        assert len(groups[0]) == len(groups[1]) == 3 + len(tags)


@pytest.mark.parametrize(("language", "words"), [("en", "OutcomeUnknown"), ("zh-CN", "划转日志")])
def test_each_language_has_a_search_of_its_own(site: Path, language: str, words: str) -> None:
    index = (site / language / "search.json").read_text(encoding="utf-8")
    assert words in index
    assert tree(site / language / "index.html").get("lang") == {"en": "en", "zh-CN": "zh"}[language]
    assert ("划转日志" in index) is (language == "zh-CN")


def test_the_list_for_language_models_has_every_page_with_what_it_is_about(site: Path) -> None:
    text = (site / "llms.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^- \[[^]]+\]\(([^)]+)\): (.+)$", text, re.MULTILINE)
    assert sorted(path for path, _ in entries) == sorted(
        f"{language}/{page}" for language in LANGUAGES for page in PAGES
    )
    assert {path for path, _ in entries if not (site / path).is_file()} == set()
    assert all(len(about) > 8 and "\n" not in about for _, about in entries)
    assert text.startswith("# Binance transfers\n\n> Five endpoints")


def test_the_markdown_of_a_page_is_the_generated_page_without_the_links_above_it(site: Path) -> None:
    for language in LANGUAGES:
        for page in PAGES:
            _, _, body = (DOCS / language / page).read_text(encoding="utf-8").split("\n\n", 2)
            expected = body.replace("../../openapi.", "../openapi.")
            assert (site / language / page).read_text(encoding="utf-8") == expected


def test_a_link_that_leads_nowhere_stops_the_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = DocsContext.bodies
    monkeypatch.setattr(
        DocsContext, "bodies", lambda docs: [(path, f"{body}\n[x](gone.md)\n") for path, body in bodies(docs)]
    )
    assert main(["site", "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("zensical did not build the pages in en:\n")
    assert "page does not exist" in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("missing", ["zensical", "offapi"])
def test_what_is_not_installed_is_named(missing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def distribution(name: str) -> None:
        if name == missing:
            raise PackageNotFoundError(name)

    monkeypatch.setattr("generator.site.build.distribution", distribution)
    with pytest.raises(SiteError, match=rf"^The site needs {missing}: pip install -e '\.\[docs\]'\.$"):
        build_site(build(load_file(SPEC, "spec/binance.yaml")), {}, tmp_path)


def test_the_site_is_served_to_this_machine_until_it_is_interrupted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "generator", "site", "--out", str(tmp_path / "out"), "--serve", "--port", "0"]
    # A shell starts jobs in the background without the signal of an interruption.
    take_interrupts = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command,
        cwd=SPEC.parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=take_interrupts,  # noqa: PLW1509 - the test has no thread that could hold a lock
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        served = _SERVED.fullmatch(process.stdout.readline().decode())
        try:
            assert served is not None
            with urlopen(f"{served[1]}zh-CN/index.html") as response:  # noqa: S310 - of this machine
                assert "币安资金划转" in response.read().decode()
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0
