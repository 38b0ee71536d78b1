"""What the SDK, a schema or the catalogue states changes no value; a person records it, and removes what is stated no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.ir.build import build
from generator.openapi.load import load_file
from generator.sources import SOURCES, PageWeight, Source
from tests.sources.catalogue_writer import write_catalogue
from tests.sources.schema_writer import write_schema
from tests.sources.wheels import write_wheel
from tests.sources.writer import LANGUAGES, WrittenPage, page_of, write

pytestmark = pytest.mark.usefixtures("_transfer_alone")

PACKAGE = "binance-sdk-wallet"
WRITERS: dict[Source, tuple[str, Callable[[WrittenPage], bytes]]] = {
    "sdk": ("a.whl", lambda page: write_wheel(page, package=PACKAGE, version="99.0.0")),
    "schema": ("schema.yaml", lambda page: write_schema("yaml", [page])),
    "catalogue": ("catalogue.md", lambda page: write_catalogue("markdown", page)),
}


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
        "); no page states it, and the values here are those of the pages; so record it in x-binance-newer and in an "
        "x-binance-note whose explains names it."
    )
    assert Path("spec.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("sdk", "a.whl"),
        ("sdk", "deep/binance_sdk_wallet-99.0.0-py3-none-any.WHL"),
        ("schema", "schema.yaml"),
        ("schema", "deep/wallet-schema.yml"),
        ("schema", "deep/Schema.json"),
        ("catalogue", "deep/catalogue.md"),
    ],
)
def test_each_source_is_read_from_a_folder_as_from_its_file(
    source: Source, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path("saved") / name
    file.parent.mkdir(parents=True)
    file.write_bytes(WRITERS[source][1](stated(source, 400)))
    assert drift(str(file)) == 1
    alone = capsys.readouterr().out
    assert f"{SOURCES[source]} " in alone
    assert drift("saved") == 1
    assert capsys.readouterr().out == alone


@pytest.mark.parametrize("arguments", [["a.whl"], ["."]])
def test_a_wheel_is_named_by_its_own_package_and_version(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.whl").write_bytes(WRITERS["sdk"][1](stated("sdk")))
    drift(*arguments)
    assert f", {SOURCES['sdk']} {PACKAGE} 99.0.0 without a date\n" in capsys.readouterr().out


@pytest.mark.parametrize("source", WRITERS)
def test_what_pages_state_is_applied_whether_or_not_another_source_states_it_too(
    source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    name, written = WRITERS[source]
    Path(name).write_bytes(written(stated(source, 400)))
    save_pages(400)
    drift(name, "page.md", "--apply", "--accept-text")
    assert lines(capsys, ": weight 900 -> 400.")


@pytest.mark.parametrize("arguments", [[], ["--apply"]])
def test_an_endpoint_without_a_page_is_compared_and_its_value_edited_by_a_person(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    text = re.sub(r"(?m)^        (?:en|zh-CN):\n(?:          .*\n)+", "", Path("spec.yaml").read_text(encoding="utf-8"))
    sdk = "sdk: {package: binance-sdk-wallet"
    assert text.count(f"{sdk}}}") == 2
    Path("spec.yaml").write_text(text.replace(sdk, f"{sdk}, version: 13.8.0, read: '2026-10-23'"), encoding="utf-8")
    document = load_file(Path("spec.yaml"), "spec.yaml")
    both = [
        replace(page_of(document, operation, "en", "sdk"), address=str(operation.catalogue))
        for operation in build(document).operations
    ]
    Path("a.whl").write_bytes(write_wheel(*both, package=PACKAGE, version="99.0.0"))
    assert drift("a.whl", *arguments) == 0
    assert "page was read of" not in capsys.readouterr().out
    both[0] = replace(both[0], weights=(PageWeight(400, "uid"),))
    Path("a.whl").write_bytes(write_wheel(*both, package=PACKAGE, version="99.0.0"))
    assert drift("a.whl", *arguments) == 1
    advice = (
        "; no page is a source of this endpoint; so edit the value and what x-binance-source names as read, or explain it "
        "in an x-binance-note."
    )
    output = capsys.readouterr().out
    assert "| `400 per UID` `binance-sdk-wallet 99.0.0: " in output
    assert (advice in output) == bool(arguments)


# What the spec has beside its values


def line_of(text: str) -> int:
    [number] = [number for number, line in enumerate(Path("spec.yaml").read_text().splitlines(), 1) if text in line]
    return number


def test_a_note_that_explains_what_is_stated_no_more_is_to_be_removed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.whl").write_bytes(WRITERS["sdk"][1](stated("sdk", 900)))
    place = f"`spec.yaml:{line_of('fact: weight, says: 300 per UID, here: 900 per UID')}`"
    assert drift("a.whl") == 1
    output = capsys.readouterr().out
    [row] = [line for line in output.splitlines() if line.startswith("| note ")]
    assert (
        f"| `explains weight 300 per UID against 900 per UID` {place} | no page      | no page      | `900 per UID` `{PACKAGE} 99.0.0: "
        in row
    )
    advice = "it explains nothing that is stated any more; remove this line of explains."
    assert f"\n- note, at {place}: {advice}\n" in output
    assert "explains: [" not in output
    assert drift("a.whl", "--apply") == 1
    [left] = lines(capsys, "note explains ")
    assert (
        f": note explains weight 300 per UID against 900 per UID here, and stated is sdk: 900 per UID ({PACKAGE} 99.0.0: "
        in left
    )
    assert left.endswith(f"; {advice}")


@pytest.mark.parametrize(("here", "weight"), [(450, 300), (900, 200)])
def test_a_value_that_nobody_states_is_a_difference_though_a_note_explains_another(
    here: int, weight: int, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path("spec.yaml").read_text(encoding="utf-8").replace("weight: 900}", f"weight: {here}}}")
    Path("a.whl").write_bytes(WRITERS["sdk"][1](stated("sdk", weight)))
    Path("spec.yaml").write_text(text, encoding="utf-8")
    assert drift("a.whl") == 1
    assert lines(capsys, f"| `{here} per UID`", f"| `{weight} per UID`")


def test_a_newer_weight_that_its_package_states_no_more_is_drift(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.whl").write_bytes(WRITERS["sdk"][1](stated("sdk", 200)))
    place = f"`spec.yaml:{line_of('weight: {scope: uid, weight: 300}')}`"
    assert drift("a.whl") == 1
    output = capsys.readouterr().out
    [row] = [line for line in output.splitlines() if line.startswith("| newer weight ")]
    assert f"| `300 per UID` {place} " in row
    assert f"| `200 per UID` `{PACKAGE} 99.0.0: " in row
    advice = "x-binance-newer is what this package stated before; record what it states now, with its version and date."
    assert f"\n- newer weight, at {place}: {advice}\n" in output


@pytest.mark.parametrize(
    ("package", "version", "weight"),
    [(PACKAGE, "99.0.0", 300), (PACKAGE, "13.0.9", 200), ("binance-sdk-other", "99.0.0", 200)],
)
def test_a_newer_weight_holds_for_an_earlier_release_and_another_package(
    package: str, version: str, weight: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.whl").write_bytes(write_wheel(stated("sdk", weight), package=package, version=version))
    drift("a.whl")
    assert not lines(capsys, "newer weight")


@pytest.mark.parametrize("name", ["page.md", "a.whl"])
def test_a_newer_weight_that_the_spec_has_by_now_is_drift(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("spec.yaml").read_text(encoding="utf-8")
    Path("spec.yaml").write_text(
        text.replace("{scope: uid, weight: 900}", "{scope: uid, weight: 300}"), encoding="utf-8"
    )
    save_pages()
    Path("a.whl").write_bytes(WRITERS["sdk"][1](stated("sdk")))
    assert drift(name) == 1
    place = f"`spec.yaml:{line_of('          weight: {scope: uid, weight: 300}')}`"
    assert f"- newer weight, at {place}: x-binance-weight is the same; remove it." in lines(capsys, "newer weight")


def test_what_could_not_be_reached_stands_behind_the_operations(capsys: pytest.CaptureFixture[str]) -> None:
    save_pages(901)
    assert drift("sdk:--not-a-package", "page.md") == 2
    headings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("## ")]
    assert headings == ["## User Universal Transfer: drift", "## Not reached"]
