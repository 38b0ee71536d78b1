"""A wheel of Binance's SDK is compared with the spec like a page, and beside the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.drift.compare import compare
from generator.drift.report import as_text, exit_code
from generator.drift.results import DriftReport
from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi.load import load
from generator.sources import Page, PageWeight, read, read_wheel
from tests.conftest import Spec
from tests.sources.wheels import FORMS, Form, write_wheel
from tests.sources.writer import WrittenPage, page_of, with_field, write
from tests.specs import call
from tests.specs import spec as small

from .mutations import Mutation, mutations

WALLET = "binance-sdk-wallet"


def written(spec: Spec, operation: ir.Operation) -> WrittenPage:
    return page_of(spec.document, operation, "en", "sdk")


def wheel(
    *pages: WrittenPage, form: Form = "2026", package: str = WALLET, date: str | None = "2026-10-23"
) -> list[Page]:
    content = write_wheel(*pages, form=form, package=package, version="99.2.3")
    return list(read_wheel("some.whl", content, date))


def compared(spec: Spec, *pages: Page) -> DriftReport:
    return compare(spec.document, spec.api, pages)


def named(spec: Spec, name: str) -> ir.Operation:
    return next(operation for operation in spec.api.operations if operation.name == name)


def of_package(spec: Spec, package: str = WALLET) -> list[ir.Operation]:
    return [operation for operation in spec.api.operations if operation.sdk == package]


def open_facts(report: DriftReport) -> list[str]:
    return [difference.fact for result in report.operations for difference in result.differences if difference.is_open]


@pytest.mark.parametrize("form", FORMS)
def test_a_wheel_that_states_what_the_spec_and_its_notes_state_is_the_same(spec: Spec, form: Form) -> None:
    for package in {operation.sdk for operation in spec.api.operations}:
        assert package is not None
        pages = [with_catalogue(spec, operation) for operation in of_package(spec, package)]
        report = compared(spec, *wheel(*pages, form=form, package=package))
        assert open_facts(report) == []
        assert {page.verdict for page in report.pages} == {"same"}
        assert len(report.operations) == len(pages)
        assert exit_code(report) == 0


def with_catalogue(spec: Spec, operation: ir.Operation) -> WrittenPage:
    """Return the page of an operation as the SDK has it."""
    return replace(written(spec, operation), address=str(operation.catalogue))


def stated_by_a_wheel(operation: ir.Operation, page: WrittenPage) -> Iterator[Mutation]:
    """Yield the mutations of what a wheel states: it has no example, and no word that a key needs no permission."""
    for mutation in mutations(operation, page):
        changed = mutation.change(page)
        silent = mutation.fact == "response example" or (mutation.fact == "permission" and not changed.permissions)
        always = mutation.fact == "timestamp required"
        same = mutation.fact.endswith(" type") and any(row.type == "CHAR" for row in changed.rows)
        typed = mutation.fact == "timestamp type"
        only_here = any(f"{name} " in f"{mutation.fact} " for name in only_in_the_sdk(operation, page))
        if changed != page and not (silent or always or same or typed or only_here):
            yield mutation


def only_in_the_sdk(operation: ir.Operation, page: WrittenPage) -> set[str]:
    """Return the parameters that the spec explains and does not have."""
    known = {parameter.wire for parameter in operation.parameters}
    known |= {parameter.wire for parameter in operation.client_parameters}
    return {row.name for row in page.rows} - known


def test_every_mutation_of_a_wheel_is_a_difference_and_nothing_else_is(spec: Spec) -> None:
    for operation in spec.api.operations:
        page = with_catalogue(spec, operation)
        for mutation in stated_by_a_wheel(operation, page):
            report = compared(spec, *wheel(mutation.change(page), package=str(operation.sdk)))
            assert set(open_facts(report)) - {"note", "newer weight"} == {mutation.fact}, (
                operation.name,
                mutation.fact,
            )
            assert not any(result.updates for result in report.operations), "only pages change a value"


def test_a_wheel_and_pages_that_differ_are_shown_beside_each_other(spec: Spec) -> None:
    operation = named(spec, "margin_transfer_for_sub_account")
    page = read("page.md", write("markdown", page_of(spec.document, operation, "en")))
    sdk = replace(with_catalogue(spec, operation), weights=(PageWeight(7, "ip"),))
    report = compared(spec, page, *wheel(sdk, package="binance-sdk-sub-account"))
    [difference] = [found for result in report.operations for found in result.differences if found.fact == "weight"]
    assert (difference.fact, difference.finding, difference.updates) == ("weight", "pages disagree", ())
    text = as_text(report)
    day = page.taken.value if page.taken else ""
    assert f"English page of {day}, SDK binance-sdk-sub-account 99.2.3 of 2026-10-23" in text
    assert "| SDK " in text
    assert "`7 per IP` `binance-sdk-sub-account 99.2.3: rest_api/api/things_api.py:" in text
    assert "explains: [{page: sdk, fact: weight, says: '7 per IP', here: '1 per IP'}]" in text


def test_a_response_field_that_the_wheel_lacks_is_a_difference(spec: Spec) -> None:
    for operation in of_package(spec):
        page = with_catalogue(spec, operation)
        if isinstance(page.example, dict):
            name = next(iter(page.example))
            changed = replace(
                page, example={f"{name}Renamed": 1} | {k: v for k, v in page.example.items() if k != name}
            )
            others = [with_catalogue(spec, other) for other in of_package(spec) if other != operation]
            facts = open_facts(compared(spec, *wheel(changed, *others)))
            assert f"{name} response field" in facts
            assert all(fact.endswith(" response field") for fact in facts)


@pytest.mark.parametrize("field", ["madeUp", "madeUp.inside", "{record}.madeUp"])
def test_a_response_field_that_the_spec_lacks_is_a_difference(spec: Spec, field: str) -> None:
    for operation in spec.api.operations:
        page = with_catalogue(spec, operation)
        record = next((name for row in rows_of(page.example) for name, value in row.items() if rows_of(value)), None)
        if "{record}" in field and record is None:
            continue
        named = field.format(record=record)
        report = compared(spec, *wheel(with_field(page, named), package=str(operation.sdk)))
        wanted = ["madeUp", named] if field == "madeUp.inside" else [named]
        assert open_facts(report) == [f"{name} response field" for name in wanted], operation.name
        [result] = report.operations
        assert {(row.spec, row.observations[0].text, row.finding) for row in result.differences if row.is_open} == {
            ("not listed", "listed", "drift")
        }
        about = f"explains: [{{page: sdk, fact: response field, about: {named}, says: listed}}]"
        assert about in as_text(report)


def rows_of(example: object) -> list[dict[str, object]]:
    """Return the first record of an example, if it has records."""
    first = example[:1] if isinstance(example, list) else [example]
    return [row for row in first if isinstance(row, dict)]


def test_a_response_field_that_only_the_schema_of_the_spec_has_is_no_difference(spec: Spec) -> None:
    operation = named(spec, "query_user_wallet_balance")
    page = with_catalogue(spec, operation)
    assert "assetBalances" not in operation.response_example
    pages = wheel(with_field(page, "assetBalances.free"))
    assert open_facts(compared(spec, *pages)) == []


@pytest.mark.parametrize(
    ("schema", "example", "open_"),
    [
        (
            "{type: object, additionalProperties: {type: object, properties: {id: {type: integer}}}}",
            "{A: {id: 1}}",
            ["A.more"],
        ),
        (
            "{oneOf: [{type: object, properties: {more: {type: string}}}, {type: array, items: {type: string}}]}",
            "[]",
            ["id"],
        ),
        ("{type: array, items: {type: object, properties: {id: {type: integer}}}}", "[]", ["more"]),
    ],
)
def test_fields_of_maps_alternatives_and_lists_are_known_by_the_schema(
    schema: str, example: str, open_: list[str]
) -> None:
    text = small(call("GET /sapi/v1/move", "moveIt", schema=schema, example=example))
    document = load("spec.yaml", text.encode())
    api = build(document)
    page = page_of(document, api.operations[0], "en", "sdk")
    stated = {"A": {"id": 1, "more": "text"}} if "A" in example else {"id": 1, "more": "text"}
    report = compare(document, api, wheel(replace(page, example=stated)))
    fields = [fact.removesuffix(" response field") for fact in open_facts(report) if fact.endswith(" response field")]
    assert fields == open_


def test_an_operation_that_left_its_package_is_gone(spec: Spec) -> None:
    kept, *lost = of_package(spec)
    report = compared(spec, *wheel(with_catalogue(spec, kept)))
    assert [(page.verdict, page.message) for page in report.pages if page.verdict == "gone"] == [
        ("gone", f"no method for {operation.method} {operation.path} was read in it.") for operation in lost
    ]
    assert exit_code(report) == 1


def test_methods_that_the_spec_does_not_have_are_no_concern_of_it(spec: Spec) -> None:
    pages = [with_catalogue(spec, operation) for operation in of_package(spec)]
    other = replace(pages[0], method="GET", path="/sapi/v1/made-up")
    report = compared(spec, *wheel(*pages, other))
    assert len(report.pages) == len(pages)
    assert exit_code(report) == 0
    assert f"{len(pages) + 1} methods were read of {WALLET} 99.2.3.\n" in as_text(report)


def test_a_method_that_is_not_read_is_listed_and_does_not_fail_the_others(spec: Spec) -> None:
    pages = [with_catalogue(spec, operation) for operation in of_package(spec)]
    long = replace(pages[0], method="GET", path="/sapi/v1/made-up", description="a" * 20_000)
    report = compared(spec, *wheel(*pages, long))
    [unread] = [page for page in report.pages if page.verdict == "not read"]
    assert "its documentation has more than 15000 characters" in unread.message
    assert exit_code(report) == 0


def test_a_wheel_older_than_the_page_is_reported_as_that_and_not_applied(spec: Spec) -> None:
    operation = named(spec, "margin_transfer_for_sub_account")
    sdk = replace(with_catalogue(spec, operation), weights=(PageWeight(7, "ip"),))
    report = compared(spec, *wheel(sdk, package="binance-sdk-sub-account", date="2025-10-10"))
    [page] = [page for page in report.pages if page.verdict == "drift"]
    assert page.message == (
        f"line 1: it is of 2025-10-10, older than the English page of {operation.pages['en'].read} that the spec was read "
        "from; nothing that differs is applied from it, and notes that explain nothing of it stay."
    )
    assert not any(result.updates for result in report.operations)


# What cannot be reached


def unreachable(file: str) -> Page:
    return Page(file, "html", problems=("it cannot be fetched: no.",), unreachable=True)


def test_sources_that_cannot_be_reached_are_a_line_where_another_was_read(spec: Spec) -> None:
    addresses = [page.url for operation in of_package(spec) for page in operation.pages.values()]
    catalogue = [operation.catalogue.partition("#")[0] for operation in of_package(spec) if operation.catalogue]
    addresses += dict.fromkeys(catalogue)
    pages = [with_catalogue(spec, operation) for operation in of_package(spec)]
    report = compared(spec, *wheel(*pages), *map(unreachable, addresses))
    assert exit_code(report) == 0
    lines = [line for line in as_text(report).splitlines() if "unreachable" in line]
    assert lines == [
        f"- `{addresses[0]}` and {len(addresses) - 1} more: **unreachable**: it cannot be fetched: no.",
        f"{len(addresses)} addresses: {len(addresses)} unreachable.",
    ]


@pytest.mark.parametrize("version", ["", "==13.0.0"])
def test_a_package_that_cannot_be_reached_is_a_line_where_a_page_of_all_its_operations_was_read(
    spec: Spec, version: str
) -> None:
    pages = [read("a.md", write("markdown", page_of(spec.document, operation, "en"))) for operation in of_package(spec)]
    package = replace(unreachable(f"sdk:{WALLET}{version}"), format="sdk")
    other = replace(unreachable("sdk:binance-sdk-other"), format="sdk")
    assert exit_code(compared(spec, *pages)) == 0
    assert exit_code(compared(spec, *pages, package)) == 0
    assert exit_code(compared(spec, *pages[1:], package)) == 2
    assert exit_code(compared(spec, *pages, package, other)) == 2


def test_methods_and_addresses_are_counted_apart_and_an_address_once(spec: Spec) -> None:
    pages = [with_catalogue(spec, operation) for operation in of_package(spec)]
    sections = [unreachable(f"https://example.com/catalog#{number}") for number in range(3)]
    package = replace(unreachable("sdk:binance-sdk-other"), format="sdk")
    old = read("page.md", write("markdown", page_of(spec.document, of_package(spec)[0], "en")))
    lines = as_text(compared(spec, *wheel(*pages), *sections, package, old)).splitlines()
    assert [line for line in lines if line.partition(" ")[0].isdigit()] == [
        f"{len(pages)} methods: {len(pages)} same.",
        "1 address: 1 unreachable.",
        "1 package: 1 unreachable.",
        "1 page: 1 same.",
        f"{len(pages)} methods were read of {WALLET} 99.2.3.",
    ]


ALONE = "No page could be reached, so everything below rests on Binance's SDK alone."


def test_the_report_begins_with_it_where_everything_rests_on_the_sdk(spec: Spec) -> None:
    operations = of_package(spec)
    pages = [with_catalogue(spec, operation) for operation in operations]
    gone = unreachable(operations[0].pages["en"].url)
    old = read("page.md", write("markdown", page_of(spec.document, operations[1], "en")))
    assert as_text(compared(spec, *wheel(*pages), gone)).startswith(f"{ALONE}\n\n## ")
    assert ALONE not in as_text(compared(spec, *wheel(*pages), gone, old))
    assert ALONE not in as_text(compared(spec, *wheel(*pages)))
    assert ALONE not in as_text(compared(spec, gone))


@pytest.mark.parametrize("asked", ["sdk:binance-sdk-wallet", "page"])
def test_an_operation_of_which_nothing_was_read_is_no_answer(spec: Spec, asked: str) -> None:
    [first, *others] = of_package(spec)
    pages = [with_catalogue(spec, operation) for operation in others]
    if asked == "page":
        report = compared(spec, *wheel(*pages, package="other"), unreachable(first.pages["en"].url))
    else:
        report = compared(spec, unreachable(asked))
    assert exit_code(report) == 2


@pytest.mark.usefixtures("_here")
def test_a_wheel_is_an_argument(spec: Spec, capsys: pytest.CaptureFixture[str]) -> None:
    operations = of_package(spec)
    pages = [with_catalogue(spec, operation) for operation in operations]
    Path("a.whl").write_bytes(write_wheel(*pages, package=WALLET))
    assert main(["drift", "a.whl"]) == 0
    assert f"{len(operations)} methods: {len(operations)} same." in capsys.readouterr().out
    Path("a.whl").write_bytes(b"none")
    assert main(["drift", "a.whl"]) == 2
    assert "- `a.whl`: **unreadable**: it is no wheel, or a damaged one.\n" in capsys.readouterr().out


def test_a_weight_per_ip_and_one_per_uid_are_stated_together(spec: Spec) -> None:
    operation = named(spec, "query_user_wallet_balance")
    weights = PageWeight(360, "uid"), PageWeight(1, "ip")
    report = compared(spec, *wheel(replace(written(spec, operation), weights=weights)))
    [difference] = [found for result in report.operations for found in result.differences if found.fact == "weight"]
    assert [observation.text for observation in difference.observations] == ["1 per IP and 360 per UID"]


def test_the_report_says_what_to_do_where_the_sdk_is_right(spec: Spec) -> None:
    operation = named(spec, "query_user_wallet_balance")
    changed = replace(written(spec, operation), weights=(PageWeight(7, "ip"),))
    lines = as_text(compared(spec, *wheel(changed))).splitlines()
    entry = f"{{source: {WALLET} 99.2.3, date: '2026-10-23', description: '...', x-binance-zh: '...'}}"
    right = (
        "Where the source is right, correct the spec, and its version and date in `x-binance-source`. Where the pages state "
        f"the old value still, keep it, and add to `x-binance-newer`: `{entry}`"
    )
    assert lines.count(right) == 1
    assert lines[lines.index(right) + 2] == "Where the spec is to stay as it is, a note can say so:"
