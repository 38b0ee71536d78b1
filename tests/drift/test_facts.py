"""What a page says of single facts that are easily taken for the same: answers, addresses, cells that say nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from generator.drift.compare import compare
from generator.drift.results import OperationResult
from generator.drift.update import ParameterAdded, SourceDate, Update
from generator.sources import Endpoint, PageParameter, read
from generator.sources.sentences import fingerprint
from tests.conftest import Spec
from tests.sources.writer import LANGUAGES, page_of, write
from tests.specs import call
from tests.specs import spec as small_spec

from . import comparing

ROWS = [f"{{coin: A{number}, free: '{number}.5', locked: '0'}}" for number in range(9)]
EXAMPLE = f"{{page: 1, rows: [{', '.join(ROWS)}]}}"
PRINTED = (
    '{"page": 1, "rows": [' + ", ".join(f'{{"coin": "A{n}", "free": "{n}.5", "locked": "0"}}' for n in range(9)) + "]}"
)
MOVE = Endpoint("POST", "/sapi/v1/move")
KIND = "kind| STRING| YES| Words"


def compared(page: str, suffix: str = "md", example: str = EXAMPLE) -> OperationResult:
    text = small_spec(
        call(
            "POST /sapi/v1/move",
            "moveIt",
            security="TRADE",
            parameters="- {name: kind, in: query, required: true, schema: {type: string}, example: A}\n",
            example=example,
        )
    )
    [result] = comparing.compared(text, page, suffix=suffix).operations
    return result


def differences(result: OperationResult) -> list[tuple[str, str]]:
    return [(difference.fact, difference.observations[0].text) for difference in result.differences]


@pytest.mark.parametrize(
    ("old", "new", "printed"),
    [
        ('"8.5"', '"8.6"', 'rows[8].free is "8.6"'),
        ('"8.5"', "8.5", "rows[8].free is 8.5"),
        ('"free": "8.5", ', "", "rows[8].free is not there"),
        ('"coin": "A8", ', '"coin": "A8", "of": null, ', "rows[8].of is null"),
        ("}]", '}, {"coin": "A9"}]', 'rows[9] is {"coin": "A9"}'),
        ('"page": 1', '"page": true', "page is true"),
        (PRINTED, f"[{PRINTED}]", f"{f'it is [{PRINTED}]':.97}... ({fingerprint(f'it is [{PRINTED}]')})"),
    ],
)
def test_a_changed_example_is_reported_by_the_fields_that_differ(old: str, new: str, printed: str) -> None:
    page = comparing.page(KIND, example=PRINTED)
    assert differences(compared(page)) == []
    assert differences(compared(page.replace(old, new))) == [("response example", printed)]


@pytest.mark.parametrize(
    ("printed", "example", "expected"),
    [
        ('{"id": 2}', "{id: 1}", [("id is 1", "id is 2")]),
        (
            '{"id": 1, "free": "2", "c": {"d": 3}}',
            "{id: 1, gone: 0, c: {d: 4}}",
            [("gone is 0; c.d is 4; free is not there", 'gone is not there; c.d is 3; free is "2"')],
        ),
        ('{"b": 2, "a": 1}', "{a: 1, b: 2}", []),
    ],
    ids=["another value", "several fields", "another order"],
)
def test_a_changed_example_names_its_fields_on_both_sides(
    printed: str, example: str, expected: list[tuple[str, str]]
) -> None:
    result = compared(comparing.page(KIND, example=printed), example=example)
    assert [(difference.spec, difference.observations[0].text) for difference in result.differences] == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("kind| STRING| CONDITIONAL| Words", [("kind required", "neither yes nor no")]),
        ("kind| STRING| | Words", [("kind required", "neither yes nor no")]),
        ("kind| | YES| Words", [("kind type", "not stated")]),
    ],
)
def test_a_cell_that_says_nothing_does_not_agree(row: str, expected: list[tuple[str, str]]) -> None:
    result = compared(comparing.page(row, example=PRINTED))
    assert differences(result) == expected
    assert result.updates == ()


@pytest.mark.parametrize(
    ("page", "updates"),
    [
        (comparing.page(KIND, example=PRINTED, weight="7\n\n## Request Weight(UID)\n\n8"), ()),
        (comparing.page(KIND, "must| LONG| YES| Words", example=PRINTED), ()),
        (
            comparing.page(KIND, "may| LONG| NO| Words", example=PRINTED),
            (ParameterAdded(MOVE, "kind", {"en": PageParameter("may", "LONG", required=False, text="Words")}),),
        ),
        (
            f"---\nupdated_at: 2026-03-04\n---\n{comparing.page(KIND, example=PRINTED)}",
            (SourceDate(MOVE, "en", "2026-03-04"),),
        ),
    ],
    ids=["two weights", "a parameter that must be sent", "a parameter", "a day"],
)
def test_what_needs_no_person_is_proposed(page: str, updates: tuple[Update, ...]) -> None:
    assert compared(page).updates == updates


def test_an_address_has_the_line_of_its_half(spec: Spec) -> None:
    operation = spec.api.operations[0]
    halves = [page_of(spec.document, operation, language) for language in LANGUAGES]
    source = write("markdown", *(replace(half, address=f"{half.address}-moved") for half in halves))
    [result] = compare(spec.document, spec.api, [read("page.md", source)]).operations
    lines = {
        observation.source: observation.line
        for difference in result.differences
        for observation in difference.observations
    }
    assert source.decode().split("\n")[lines["zh-CN"] - 1].startswith("## 接口描述")
    assert lines["en"] < lines["zh-CN"]


def test_a_link_within_the_page_is_no_address() -> None:
    html = """\
        <html lang="en"><body><article><h1>moveIt(TRADE)</h1>
        <h2>HTTP Request<a class="hash-link" href="#http-request">\u200b</a></h2><p>POST <code>/sapi/v1/move</code></p>
        <h2>Request Weight(IP)<a class="hash-link" href="{place}#weight">\u200b</a></h2><p>1</p>
        <h2>Request Parameters</h2><table><tr><th>Name</th><th>Type</th><th>Mandatory</th><th>Description</th></tr>
        <tr><td>kind</td><td>STRING</td><td>YES</td><td></td></tr>
        <tr><td>timestamp</td><td>LONG</td><td>YES</td><td></td></tr></table>
        <h2>Response Example</h2><pre>{example}</pre></article></body></html>"""
    facts: dict[str, Any] = {"example": PRINTED}
    assert differences(compared(html.format(place="", **facts), "html")) == []
    moved = compared(html.format(place="/docs/elsewhere", **facts), "html")
    assert differences(moved) == [("English address", "/docs/elsewhere")]


def test_a_title_without_a_security_type_does_not_state_that_the_endpoint_is_public() -> None:
    page = comparing.page(KIND, example=PRINTED).replace("moveIt(TRADE)", "moveIt")
    assert differences(compared(page)) == [("security", "not stated")]


def test_a_weight_that_is_no_number_is_not_the_same_as_none() -> None:
    for weight, text in (("lots", "cannot be read: lots"), ("None", "not stated")):
        [difference] = compared(comparing.page(KIND, weight=weight, example=PRINTED)).differences
        assert [observation.text for observation in difference.observations] == [text]


def test_a_sentence_on_weights_that_is_not_understood_differs_and_is_not_applied() -> None:
    [difference] = compared(comparing.page(KIND, weight="1\n\nDepth 5/10: 2", example=PRINTED)).differences
    texts = [observation.text for observation in difference.observations]
    assert (difference.fact, texts, difference.updates) == ("weight", ["cannot be read: Depth 5/10: 2"], ())


def test_a_row_of_parameters_that_is_not_understood_differs_and_is_not_applied() -> None:
    page = comparing.page(KIND, "one or two| STRING| YES| Words", example=PRINTED)
    [difference] = compared(page).differences
    texts = [observation.text for observation in difference.observations]
    assert (difference.fact, difference.spec, texts) == (
        "parameter not read",
        "none",
        ["one or two | STRING | YES | Words"],
    )
    assert (difference.finding, difference.updates) == ("drift", ())
