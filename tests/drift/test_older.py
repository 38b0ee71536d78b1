"""A source that is older than what the spec was read from removes no note, and of several releases the newest is compared."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.ir.build import build
from generator.openapi.load import load_file
from generator.sources import PageWeight, Source
from tests.sources.wheels import write_wheel
from tests.sources.writer import WrittenPage, page_of, write

from .test_other_sources import PACKAGE, WRITERS

pytestmark = pytest.mark.usefixtures("_transfer_alone")

STAYS = "nothing that differs is applied from it, and notes that explain nothing of it stay."
REMOVE = "it explains nothing that is stated any more; remove this line of explains."
READ_NEWEST = "only a source that is older than what the spec was read from states it; read the newest one before changing anything."
SAVED: tuple[Source, ...] = ("schema", "catalogue")


def stated(source: Source, weight: int) -> WrittenPage:
    """Return what a source states of the transfer, with a weight per UID."""
    document = load_file(Path("spec.yaml"), "spec.yaml")
    page = page_of(document, build(document).operations[0], "en", source)
    address = page.address if source == "en" else str(build(document).operations[0].catalogue)
    return replace(page, address=address, weights=(PageWeight(weight, "uid"),))


def explain_for(source: Source) -> None:
    """Let the note on the weight be about this source."""
    text = Path("spec.yaml").read_text(encoding="utf-8")
    line = "{page: sdk, fact: weight, says: 300 per UID, here: 900 per UID}"
    assert text.count(line) == 1
    Path("spec.yaml").write_text(text.replace(line, line.replace("sdk", source)), encoding="utf-8")


def save_wheel(version: str, weight: int) -> str:
    name = f"{version}.whl"
    Path(name).write_bytes(write_wheel(stated("sdk", weight), package=PACKAGE, version=version))
    return name


def save(source: Source, weight: int, day: str) -> str:
    name, written = WRITERS[source]
    Path(name).write_bytes(written(stated(source, weight)))
    seconds = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
    os.utime(name, (seconds, seconds))
    return name


def drift(*arguments: str) -> int:
    return main(["drift", *arguments, "--spec", "spec.yaml"])


@pytest.mark.parametrize(("version", "code"), [("12.0.0", 0), ("13.8.0", 1)])
def test_an_address_that_an_older_release_had_is_no_difference(
    version: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    page = replace(stated("sdk", 900 if code == 0 else 300), address="https://developers.binance.com/docs/wallet/old")
    Path("some.whl").write_bytes(write_wheel(page, package=PACKAGE, version=version))
    assert drift("some.whl") == code
    assert ("| catalogue address " in capsys.readouterr().out) == bool(code)


@pytest.mark.parametrize("version", ["13.0.9", "9.9.9", "13.7.99"])
def test_a_note_stays_where_a_release_is_older_than_one_that_the_spec_knows(
    version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drift(save_wheel(version, 900)) == 0
    output = capsys.readouterr().out
    sentence = f"it is older than {PACKAGE} 13.8.0 of 2026-10-23, which the spec knows; {STAYS}"
    assert output.startswith(f"## Older than the spec\n\n- `{PACKAGE} {version}`: {sentence}\n\n")
    assert REMOVE not in output


@pytest.mark.parametrize("version", ["13.8.0", "13.10.0", "14.0.0"])
def test_a_note_that_a_release_the_spec_knows_or_a_later_one_contradicts_is_to_be_removed(
    version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drift(save_wheel(version, 900)) == 1
    output = capsys.readouterr().out
    assert REMOVE in output
    assert "## Older than the spec" not in output


@pytest.mark.parametrize("source", SAVED)
@pytest.mark.parametrize(("day", "is_older"), [("2026-10-22", True), ("2026-10-23", False), ("2026-11-01", False)])
def test_a_note_stays_where_a_schema_or_the_catalogue_was_saved_before_what_the_spec_states_of_newer_sources(
    source: Source, day: str, capsys: pytest.CaptureFixture[str], *, is_older: bool
) -> None:
    name = save(source, 900, day)
    explain_for(source)
    assert drift(name) == (0 if is_older else 1)
    output = capsys.readouterr().out
    sentence = f"line 1: it is of {day}, older than {PACKAGE} 13.8.0 of 2026-10-23 that the spec was read from; {STAYS}"
    assert (f"## Older than the spec\n\n- `{name}`: {sentence}\n\n" in output) == is_older
    assert (REMOVE in output) == (not is_older)


def test_a_note_stays_where_the_catalogue_was_saved_before_its_section_was_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = save("catalogue", 900, "2026-11-04")
    explain_for("catalogue")
    text = Path("spec.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^( +catalogue:\n)( +)(url: .*\n)", r"\1\2\3\2read: '2026-11-05'\n", text)
    Path("spec.yaml").write_text(text, encoding="utf-8")
    assert drift(name) == 0
    assert "it is of 2026-11-04, older than the catalogue of 2026-11-05 that the spec" in capsys.readouterr().out


def test_a_note_stays_where_a_page_was_copied_before_the_one_that_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    page = replace(stated("en", 900), taken="2020-01-01")
    Path("page.md").write_bytes(write("markdown", page))
    explain_for("en")
    assert drift("page.md") == 0
    assert "line 3: it is of 2020-01-01, older than the English page of " in capsys.readouterr().out


def test_a_note_whose_value_of_the_spec_changed_is_reported_whatever_the_age(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = Path("spec.yaml").read_text(encoding="utf-8").replace("weight: 900}", "weight: 450}")
    wheel = save_wheel("13.2.0", 300)
    Path("spec.yaml").write_text(text, encoding="utf-8")
    assert drift(wheel) == 1
    assert "the spec states 450 per UID by now; correct the value, or what this line and its note say." in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize("kind", ["sdk", *SAVED])
def test_what_an_older_source_alone_states_is_to_be_read_in_the_newest_one_and_not_recorded(
    kind: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    name = save_wheel("13.0.9", 200) if kind == "sdk" else save(kind, 200, "2026-10-01")
    assert drift(name) == 1
    output = capsys.readouterr().out
    assert f": {READ_NEWEST}\n" in output
    assert "explains: [" not in output
    assert drift(name, "--apply") == 1
    output = capsys.readouterr().out
    [left] = [line for line in output.splitlines() if ": weight is 900 per UID here, and stated is " in line]
    assert left.endswith(f"; {READ_NEWEST}")
    assert "record it in x-binance-newer" not in output


def test_an_older_release_without_a_method_does_not_say_that_the_operation_is_gone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert drift(save_wheel("13.0.9", 900), "--json") == 0
    assert "gone" not in [page["verdict"] for page in json.loads(capsys.readouterr().out)["pages"]]
    assert drift(save_wheel("13.8.0", 300), "--json") == 1
    assert "gone" in [page["verdict"] for page in json.loads(capsys.readouterr().out)["pages"]]


@pytest.mark.parametrize("in_folder", [True, False])
def test_of_several_releases_of_a_package_the_newest_is_compared_and_the_others_are_named(
    capsys: pytest.CaptureFixture[str], *, in_folder: bool
) -> None:
    names = [save_wheel(version, 200) for version in ("13.9.0", "9.0.0", "13.0.0")]
    newest = save_wheel("13.10.0", 300)
    arguments = ["."] if in_folder else [newest, *names]
    drift(newest)
    alone = capsys.readouterr().out
    drift(*arguments)
    line = (
        f"Only the newest release of {PACKAGE} was compared; left out: 9.0.0, 13.0.0, 13.9.0. --history OPERATION compares "
        "all releases, in their order.\n"
    )
    output = capsys.readouterr().out
    assert line in output
    assert output.replace(line, "") == alone
    drift(*arguments, "--json")
    assert json.loads(capsys.readouterr().out)["left_out"] == [
        f"{PACKAGE} {name}" for name in ("9.0.0", "13.0.0", "13.9.0")
    ]


def test_releases_of_different_packages_are_all_compared(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.whl").write_bytes(write_wheel(stated("sdk", 200), package="binance-sdk-other", version="1.0.0"))
    drift(save_wheel("13.8.0", 300), "other.whl", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["left_out"] == []
    assert {source["name"] for source in report["operations"][0]["sources"]} == {
        f"{PACKAGE} 13.8.0",
        "binance-sdk-other 1.0.0",
    }
