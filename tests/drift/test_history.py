"""The history of an operation names each release that changed a fact, and when."""

from __future__ import annotations

import json
import re
import sys
import threading
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from generator.__main__ import main
from generator.drift.history import History, NoHistory, as_json, as_text, find_operation, read_history
from generator.sources import PageWeight
from generator.sources.sdk.index import CannotFetchWheel, Index, Release
from tests.conftest import Spec
from tests.sources.wheels import write_wheel
from tests.sources.writer import Row, WrittenPage, page_of

from .test_sdk import named

PACKAGE = "binance-sdk-sub-account"
NAME = "margin_transfer_for_sub_account"
CLIENT = "rest_api/api/things_api.py"


@dataclass
class Shelf:
    """An index that has these wheels; none of a release that it lists and cannot deliver."""

    wheels: dict[str, bytes | None] = field(default_factory=dict)
    kept: tuple[str, ...] = ()

    def releases(self, package: str) -> list[Release]:
        if not self.wheels:
            raise CannotFetchWheel(f"pip lists no versions of {package}")
        return [
            Release(package, version, f"2026-0{month}-01" if month > 1 else None)
            for month, version in enumerate(self.wheels, 1)
        ]

    def keeps(self, release: Release) -> bool:
        return release.version in self.kept

    def wheel(self, release: Release) -> bytes:
        content = self.wheels[release.version]
        if content is None:
            raise CannotFetchWheel("pip fails: no")
        return content


def shelf(*pages: WrittenPage | bytes | None) -> Shelf:
    """Return an index with a release for each page, from 1.0.0 on."""
    return Shelf(
        {
            f"{number}.0.0": write_wheel(page, package=PACKAGE, version=f"{number}.0.0")
            if isinstance(page, WrittenPage)
            else page
            for number, page in enumerate(pages, 1)
        }
    )


def read(spec: Spec, index: Shelf) -> History:
    return read_history(spec.document, named(spec, NAME), cast(Index, index))


def history_of(spec: Spec, *pages: WrittenPage | bytes | None) -> str:
    return as_text(read(spec, shelf(*pages)))


def rows(text: str) -> list[list[str]]:
    """Return the cells of the table without the place of each change."""
    lines = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip("` ") for cell in line.strip("|").split("|")][:-1] for line in lines]


@pytest.fixture
def page(spec: Spec) -> WrittenPage:
    return page_of(spec.document, named(spec, NAME), "en", "sdk")


def test_each_change_names_its_release_its_day_and_what_it_was_before(spec: Spec, page: WrittenPage) -> None:
    heavier = replace(page, weights=(PageWeight(300, "uid"),))
    wider = replace(heavier, rows=(*heavier.rows, Row("futureType", "ENUM", "NO", values=(("UM", ""), ("CM", "")))))
    assert rows(history_of(spec, page, page, heavier, wider, heavier)) == [
        ["3.0.0", "2026-03-01", "weight", "1 per IP", "300 per UID"],
        ["4.0.0", "2026-04-01", "parameter futureType", "not said", "ENUM, optional"],
        ["5.0.0", "2026-05-01", "parameter futureType", "ENUM, optional", "not said"],
    ]


def test_the_whole_text(spec: Spec, page: WrittenPage) -> None:
    assert history_of(spec, page, replace(page, weights=(PageWeight(7, "ip"),))) == (
        f"## Margin Transfer for Sub-account: POST /sapi/v1/sub-account/margin/transfer in {PACKAGE}\n\n"
        "2 releases were read, from 1.0.0 of an unknown day to 2.0.0 of 2026-02-01.\n\n"
        "| release | date | fact | before | from then on | where |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        f"| 2.0.0 | 2026-02-01 | `weight` | `1 per IP` | `7 per IP` | `{PACKAGE} 2.0.0: {CLIENT}:15` |\n"
    )


def test_as_json_it_has_the_same_facts_as_the_table(spec: Spec, page: WrittenPage) -> None:
    heavier = replace(page, weights=(PageWeight(7, "ip"),))
    wider = replace(heavier, rows=(*heavier.rows, Row("futureType", "STRING", "NO")))
    history = read(spec, shelf(page, heavier, None, wider, replace(page, path="/sapi/v1/made-up")))
    data = json.loads(as_json(history))
    assert {name: data[name] for name in data if name not in ("releases", "changes")} == {
        "operation": NAME,
        "title": "Margin Transfer for Sub-account",
        "endpoint": "POST /sapi/v1/sub-account/margin/transfer",
        "package": PACKAGE,
        "problems": [f"{PACKAGE} 3.0.0: it cannot be fetched: pip fails: no."],
    }
    days = [(release["release"], release["date"]) for release in data["releases"]]
    assert days == [("1.0.0", None), ("2.0.0", "2026-02-01"), ("4.0.0", "2026-04-01"), ("5.0.0", "2026-05-01")]
    keys = ("release", "date", "fact", "before", "after")
    assert [tuple(change[key] for key in keys) for change in data["changes"]] == [
        ("2.0.0", "2026-02-01", "weight", "1 per IP", "7 per IP"),
        ("4.0.0", "2026-04-01", "parameter futureType", None, "STRING, optional"),
        ("5.0.0", "2026-05-01", "method", "there", None),
    ]
    assert data["changes"][0]["location"] == f"{PACKAGE} 2.0.0: {CLIENT}:15"
    table = [row[:3] for row in rows(as_text(history))]
    assert table == [[change[key] for key in keys[:3]] for change in data["changes"]]


def test_a_day_that_is_not_known_is_null(spec: Spec, page: WrittenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    index = shelf(page, replace(page, weights=(PageWeight(7, "ip"),)))
    releases = [replace(release, date=None) for release in index.releases(PACKAGE)]
    monkeypatch.setattr(index, "releases", lambda _: releases)
    [change] = json.loads(as_json(read(spec, index)))["changes"]
    assert change["date"] is None


def test_nothing_changed(spec: Spec, page: WrittenPage) -> None:
    assert history_of(spec, page, page).endswith("\n\nNothing changed.\n")


def test_a_method_that_comes_and_goes_is_a_change(spec: Spec, page: WrittenPage) -> None:
    other = replace(page, path="/sapi/v1/made-up")
    assert rows(history_of(spec, other, page, other)) == [
        ["2.0.0", "2026-02-01", "method", "not there", "there"],
        ["3.0.0", "2026-03-01", "method", "there", "not there"],
    ]


def test_a_release_that_cannot_be_read_is_named_and_changes_nothing(spec: Spec, page: WrittenPage) -> None:
    text = history_of(spec, page, None, page, b"none", page)
    assert rows(text) == []
    assert text.endswith(
        f"\n- {PACKAGE} 2.0.0: it cannot be fetched: pip fails: no.\n- {PACKAGE} 4.0.0: it is no wheel, or a damaged one.\n"
    )


@pytest.mark.parametrize(
    ("kept", "line"),
    [
        ((), f"Fetching 3 releases of {PACKAGE}.\n"),
        (("1.0.0", "3.0.0"), f"Fetching 1 release of {PACKAGE}.\n"),
        (("1.0.0", "2.0.0", "3.0.0"), ""),
    ],
)
def test_a_line_says_how_many_releases_are_fetched(
    kept: tuple[str, ...], line: str, spec: Spec, page: WrittenPage, capsys: pytest.CaptureFixture[str]
) -> None:
    read(spec, replace(shelf(page, None, page), kept=kept))
    assert capsys.readouterr() == ("", line)


def test_a_terminal_is_shown_how_many_were_read(
    spec: Spec, page: WrittenPage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    read(spec, replace(shelf(page, None, page), kept=("2.0.0",)))
    line = f"Fetching 2 releases of {PACKAGE}"
    assert capsys.readouterr().err == (f"{line}.\r{line}: 1 of 3 read.\r{line}: 2 of 3 read.\r{line}: 3 of 3 read.\n")
    read(spec, replace(shelf(page), kept=("1.0.0",)))
    assert capsys.readouterr().err == ""


def test_a_few_releases_are_fetched_at_once(spec: Spec, page: WrittenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    index = shelf(*[page] * 12)
    fetch, at_once, threads = index.wheel, threading.Barrier(4), set[int]()

    def wheel(release: Release) -> bytes:
        threads.add(threading.get_ident())
        at_once.wait(60)  # it is broken where fewer than four get here
        return fetch(release)

    monkeypatch.setattr(index, "wheel", wheel)
    history = read(spec, index)
    assert [release.version for release in history.releases] == list(index.wheels)
    assert len(threads) == 4


def test_a_package_without_releases_has_no_history(spec: Spec) -> None:
    with pytest.raises(NoHistory, match=f"^{PACKAGE} cannot be fetched: pip lists no versions of {PACKAGE}\\.$"):
        read(spec, Shelf())


def test_an_operation_is_found_by_each_of_its_names(spec: Spec) -> None:
    for operation in spec.api.operations:
        if operation.sdk:
            node = spec.document.data["paths"][operation.path][operation.method.lower()]
            titles = (operation.title.en, operation.title.zh)
            for name in (operation.name, node["operationId"], f"{operation.method} {operation.path}", *titles):
                assert find_operation(spec.document, spec.api, str(name)) == operation
                assert find_operation(spec.document, spec.api, str(name).upper()) == operation


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("marginTransferForSubAcount", "marginTransferForSubAccount"),
        ("Margin Transfer for Subaccount", "Margin Transfer for Sub-account"),
        ("POST /sapi/v1/sub-account/margin/transfers", "POST /sapi/v1/sub-account/margin/transfer"),
    ],
)
def test_a_name_that_is_nearly_one_is_suggested(spec: Spec, name: str, near: str) -> None:
    with pytest.raises(NoHistory, match=f"^{name} is no operation of the spec; allowed: .*\\. Did you mean {near}\\?$"):
        find_operation(spec.document, spec.api, name)


def test_a_title_of_two_operations_asks_for_one_of_them(spec: Spec) -> None:
    first, second = spec.api.operations[:2]
    api = replace(spec.api, operations=(first, replace(second, title=first.title)))
    names = [spec.document.data["paths"][other.path][other.method.lower()]["operationId"] for other in (first, second)]
    message = f"{first.title.en} is the title of {names[0]}, {names[1]}; name one of these."
    with pytest.raises(NoHistory, match=f"^{re.escape(message)}$"):
        find_operation(spec.document, api, first.title.en)


@pytest.mark.parametrize(("name", "named"), [("nothing", "nothing"), ("", "An empty text")])
def test_an_unknown_operation_is_answered_with_the_known_ones(
    name: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drift", "--history", name]) == 2
    error = capsys.readouterr().err
    assert error.startswith(
        f"{named} is no operation of the spec; allowed: fundCollectionByAsset, fundAutoCollection, "
    )


def test_a_history_takes_no_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "--history", "systemStatus", "page.md"]) == 2
    message = "--history takes no PAGE: it reads the releases of the package that the spec names.\n"
    assert capsys.readouterr() == ("", message)


def test_a_history_applies_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "--history", "systemStatus", "--apply"]) == 2
    message = "--history takes no --apply: it lists what releases state, and edits nothing.\n"
    assert capsys.readouterr() == ("", message)


def test_the_command_prints_the_history(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], page: WrittenPage
) -> None:
    content = write_wheel(page, package=PACKAGE)
    monkeypatch.setattr("generator.sources.sdk.index.Index", lambda _: Shelf({"1.2.3": content}))
    assert main(["drift", "--history", NAME]) == 0
    assert capsys.readouterr().out.startswith("## Margin Transfer for Sub-account: ")
    assert main(["drift", "--history", NAME, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["operation"] == NAME
    assert main(["drift", "--history", NAME, "--max-bytes", "40"]) == 0
    assert capsys.readouterr().out == "\n(5 more lines are left out.)\n"
    monkeypatch.setattr("generator.sources.sdk.index.Index", lambda _: Shelf({"1.2.3": None, "1.2.4": content}))
    assert main(["drift", "--history", NAME]) == 2
