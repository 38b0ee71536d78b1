"""The operation that is meant is found by every name that it has, and a name that leads nowhere is answered with the choices."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from generator.importer.choose import chosen
from generator.sources import Page, read, read_all, read_wheel
from generator.sources.inputs import NoSuchPage
from tests.sources.catalogue_writer import write_catalogue
from tests.sources.wheels import CLIENT, modules, write_wheel, zipped
from tests.sources.writer import WrittenPage, write

from .test_schema_import import GARDEN

HISTORY = replace(GARDEN[3], titles=(("Deposit History (supporting network)", "USER_DATA"),), path="/sapi/v1/hisrec")
TRAVEL = replace(GARDEN[4], titles=(("Deposit History V2 (for some) (supporting network)", "USER_DATA"),))
HISTORY_CHOICE = "Deposit History (supporting network) (GET /sapi/v1/hisrec)"
TRAVEL_CHOICE = "Deposit History V2 (for some) (supporting network) (GET /sapi/v1/garden/harvest)"


def schema(*pages: WrittenPage, names: Mapping[str, str] | None = None) -> list[Page]:
    """Return the operations of a schema, those of some paths with an operationId."""
    paths = {
        page.path: {
            page.method.lower(): {
                "operationId": (names or {}).get(page.path, ""),
                "summary": f"{page.titles[0][0]} ({page.titles[0][1]})",
            }
        }
        for page in pages
    }
    return list(read_all("schema.json", json.dumps({"openapi": "3.0.0", "paths": paths}).encode()))


def wheel(*pages: WrittenPage) -> list[Page]:
    return list(read_wheel("some.whl", write_wheel(*pages)))


def catalogue(*pages: WrittenPage) -> list[Page]:
    return list(read_all("page.md", write_catalogue("markdown", *pages)))


def endpoints(pages: list[Page], *names: str) -> list[str]:
    return [str(page.versions[0].endpoints[0].value) for page in chosen(pages, names)]


def refusal(pages: list[Page], *names: str) -> str:
    with pytest.raises(NoSuchPage) as refused:
        chosen(pages, names)
    return str(refused.value)


@pytest.mark.parametrize("read_pages", [schema, wheel, catalogue])
@pytest.mark.parametrize(
    "name",
    [
        "GET /sapi/v1/hisrec",
        "Deposit History (supporting network)",
        "Deposit History (supporting network) (USER_DATA)",
        "Deposit History (USER_DATA)",
        HISTORY_CHOICE,
        "Deposit History",
        "deposit history",
        "depositHistory",
        "deposit_history",
    ],
)
def test_an_operation_is_found_without_the_brackets_of_its_title(
    read_pages: Callable[..., list[Page]], name: str
) -> None:
    assert endpoints(read_pages(HISTORY, TRAVEL), name) == ["GET /sapi/v1/hisrec"]
    assert endpoints(read_pages(HISTORY, TRAVEL), f"{name}", "Deposit History V2") == [
        "GET /sapi/v1/hisrec",
        "GET /sapi/v1/garden/harvest",
    ]


@pytest.mark.parametrize("name", ["getHisrecV1", "get_hisrec_v1"])
def test_an_operation_of_a_schema_is_found_by_its_operation_id(name: str) -> None:
    assert endpoints(schema(HISTORY, TRAVEL, names={HISTORY.path: "getHisrecV1"}), name) == ["GET /sapi/v1/hisrec"]


@pytest.mark.parametrize("name", ["get_sapi_v1_hisrec", "getSapiV1Hisrec"])
def test_an_operation_of_the_sdk_is_found_by_its_method(name: str) -> None:
    assert endpoints(wheel(HISTORY, TRAVEL), name) == ["GET /sapi/v1/hisrec"]


def test_a_method_that_cannot_be_read_is_found_and_says_why() -> None:
    files = modules(HISTORY, TRAVEL)
    files[CLIENT] = files[CLIENT].replace('method="GET"', "method=chosen", 1)
    [page] = chosen(list(read_wheel("some.whl", zipped(files))), ["get_sapi_v1_hisrec"])
    [problem] = page.problems
    assert problem.endswith("was not read: its method and path are not written in its call of send_request.")


def test_a_whole_title_counts_before_the_beginning_of_another() -> None:
    short = replace(TRAVEL, titles=(("Deposit History", "USER_DATA"),))
    assert endpoints(schema(HISTORY, short), "Deposit History") == ["GET /sapi/v1/garden/harvest"]


def test_a_short_name_of_several_operations_names_the_candidates() -> None:
    other = replace(TRAVEL, titles=(("Deposit History (some)", "USER_DATA"),))
    choice = "Deposit History (some) (GET /sapi/v1/garden/harvest)"
    assert refusal(schema(HISTORY, other), "deposit_history") == (
        f"deposit_history is a name of {HISTORY_CHOICE}, {choice}; name one of these."
    )


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Deposit Histry", " Did you mean Deposit History?"),
        ("getHisrecV2", " Did you mean getHisrecV1?"),
        ("GET /sapi/v1/hisrecs", " Did you mean GET /sapi/v1/hisrec?"),
        ("???x???", ""),
    ],
)
def test_a_wrong_name_lists_titles_and_asks_for_the_nearest_of_all_names(name: str, near: str) -> None:
    pages = schema(HISTORY, TRAVEL, names={HISTORY.path: "getHisrecV1"})
    allowed = f"Allowed: {HISTORY_CHOICE}, {TRAVEL_CHOICE}."
    assert refusal(pages, name) == f"No file describes {name}.{near} {allowed}"


@pytest.mark.parametrize(("length", "listed"), [(1, 200), (100, 86), (900, 10)])
def test_two_hundred_choices_are_listed_and_fewer_if_they_are_long(length: int, listed: int) -> None:
    many = [replace(HISTORY, path=f"/{'a' * length}{number:02}", titles=(("Sow", "TRADE"),)) for number in range(240)]
    choices = ", ".join(f"Sow (GET {page.path})" for page in many[:listed])
    assert refusal(schema(*many), "xyz") == f"No file describes xyz. Allowed: {choices} and {240 - listed} more."


@pytest.mark.parametrize("name", ["", " ", "/", "???"])
def test_a_name_without_letters_names_no_operation(name: str) -> None:
    allowed = f"Allowed: {HISTORY_CHOICE}, {TRAVEL_CHOICE}."
    assert refusal(schema(HISTORY, TRAVEL), name) == f"--operation is {name!r}, which names no operation. {allowed}"


def single() -> list[list[Page]]:
    """Return the only operation of a page, of a schema and of a saved page of the catalogue."""
    return [[read("page.md", write("markdown", HISTORY))], schema(HISTORY), catalogue(HISTORY)]


@pytest.mark.parametrize("pages", single())
def test_a_single_page_is_chosen_by_its_name_and_named_where_it_is_not_meant(pages: list[Page]) -> None:
    assert endpoints(pages) == endpoints(pages, "Deposit History") == ["GET /sapi/v1/hisrec"]
    assert refusal(pages, "Sow Seeds") == f"No file describes Sow Seeds. Allowed: {HISTORY_CHOICE}."


@pytest.mark.parametrize(
    "names", [["Sow Seeds", "Deposit History"], ["Deposit History", "Sow Seeds", "Deposit History"]]
)
def test_operations_are_chosen_in_the_order_in_which_they_are_named(names: list[str]) -> None:
    sow = GARDEN[0]
    given = schema(HISTORY, TRAVEL, sow)
    of = {"Sow Seeds": f"{sow.method} {sow.path}", "Deposit History": "GET /sapi/v1/hisrec"}
    assert endpoints(given, *names) == list(dict.fromkeys(of[name] for name in names))
