"""What the SDK, a schema or the catalogue states changes no value; a person records it, and removes what is stated no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.ir.build import build
from generator.openapi.load import load_file
from generator.sources import PageWeight, Source
from tests.excerpt import TRANSFER, excerpt
from tests.sources.catalogue_writer import write_catalogue
from tests.sources.schema_writer import write_schema
from tests.sources.wheels import write_wheel
from tests.sources.writer import LANGUAGES, WrittenPage, page_of, write

PACKAGE = "binance-sdk-wallet"
WRITERS: dict[Source, tuple[str, Callable[[WrittenPage], bytes]]] = {
    "sdk": ("a.whl", lambda page: write_wheel(page, package=PACKAGE)),
    "schema": ("schema.yaml", lambda page: write_schema("yaml", [page])),
    "catalogue": ("catalogue.md", lambda page: write_catalogue("markdown", page)),
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(excerpt(TRANSFER), encoding="utf-8")


def stated(source: Source, weight: int | None = None) -> WrittenPage:
    """Return what a source states of the operation, with another weight if one is given."""
    document = load_file(Path("spec.yaml"), "spec.yaml")
    operation = build(document).operations[0]
    page = replace(page_of(document, operation, "en", source), address=str(operation.catalogue))
    return page if weight is None else replace(page, weights=(PageWeight(weight, "uid"),))


def save_pages(weight: int | None = None) -> None:
    document = load_file(Path("spec.yaml"), "spec.yaml")
    operation = build(document).operations[0]
    halves = [replace(page_of(document, operation, language), taken="2036-10-20") for language in LANGUAGES]
    halves = [half if weight is None else replace(half, weights=(PageWeight(weight, "uid"),)) for half in halves]
    Path("page.md").write_bytes(write("markdown", *halves))


def drift(*arguments: str) -> int:
    return main(["drift", *arguments, "--spec", "spec.yaml"])


def lines(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if all(word in line for word in words)]


@pytest.mark.parametrize("source", WRITERS)
def test_what_no_page_states_is_not_applied_but_left_to_a_person(
    source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path("spec.yaml").read_bytes()
    name, written = WRITERS[source]
    Path(name).write_bytes(written(stated(source, 400)))
    assert drift(name, "--apply") == 1
    output = capsys.readouterr().out
    assert "\nNothing was applied.\n\nLeft to a person:\n" in output
    [left] = [line for line in output.splitlines() if "weight is 900 per UID here, " in line]
    assert f"and stated is {source}: 400 per UID (" in left
    assert left.endswith(
        "), which no page does; the values here are those of the pages, so record it in x-binance-newer and in an "
        "x-binance-note whose explains names it."
    )
    assert Path("spec.yaml").read_bytes() == before


@pytest.mark.parametrize("source", WRITERS)
def test_what_pages_state_is_applied_whether_or_not_another_source_states_it_too(
    source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    name, written = WRITERS[source]
    Path(name).write_bytes(written(stated(source, 400)))
    save_pages(400)
    drift(name, "page.md", "--apply", "--accept-text")
    assert lines(capsys, ": weight 900 -> 400.")
