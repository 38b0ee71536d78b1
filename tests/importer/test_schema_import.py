"""A schema gives a draft of the operation that is named; its words are taken, and only what no language states is a gap."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.__main__ import main
from generator.drafts import Components
from generator.drift.compare import compare
from generator.importer.command import gaps, put, untranslated
from generator.importer.operation import Draft, drafted
from generator.ir.build import build
from generator.openapi.document import read as read_yaml
from generator.openapi.edit import Editor
from generator.openapi.load import load
from generator.sources import CallLimit, Endpoint, Located, PageWeight, read_all, read_wheel
from tests.excerpt import EARN, excerpt
from tests.sources.catalogue_writer import write_catalogue
from tests.sources.schema_writer import SCHEMAS, write_schema
from tests.sources.wheels import write_wheel
from tests.sources.writer import Row, WrittenPage

from .filling import SMALL, filled

SPEC = excerpt(EARN)
DATA = read_yaml("spec.yaml", SPEC.encode()).data
SIGNING = (Row("recvWindow", "LONG", "NO"), Row("timestamp", "LONG", "YES"))


def page(path: str, title: str, *rows: Row, method: str = "POST", example: Any = None, **facts: Any) -> WrittenPage:
    """Return an invented endpoint."""
    stated: dict[str, Any] = {"limits": (), "permissions": (), "conditions": (), "weights": (PageWeight(30, "uid"),)}
    return WrittenPage(
        language="en",
        method=method,
        path=f"/sapi/v1/garden/{path}",
        address="",
        titles=((title, "USER_DATA"),),
        description=f"{title} of the garden.",
        rows=(*rows, *SIGNING),
        example={"id": 5} if example is None else example,
        taken="",
        **(stated | facts),
    )


SEED = Row("seed", "STRING", "YES", "Which seed")
GARDEN = [
    page("sow", "Sow Seeds", SEED, Row("amount", "DECIMAL", "YES", "How many"), limits=(CallLimit(5, 1),)),
    page("water", "Water Beds", Row("bed", "LONG", "YES"), Row("litres", "INT", "NO", "How much")),
    page(
        "move",
        "Move Plants",
        SEED,
        Row("side", "ENUM", "YES", "Where to", (("IN", ""), ("OUT", ""))),
        Row("bed", "STRING", "NO", "The other bed"),
        conditions=(("bed", "side", ("IN", "OUT")),),
        permissions=("enableGarden",),
    ),
    page("weeds", "Query Weeds", Row("startTime", "LONG", "NO", "From when"), Row("limit", "INT", "NO"), method="GET"),
    page(
        "harvest",
        "Query Harvests",
        SEED,
        method="GET",
        example={"total": 2, "rows": [dict.fromkeys(("weight", "price", "fee", "left", "sold", "spoilt"), "1.50")]},
    ),
    page("fence", "Mend Fence", method="PUT", example={"done": True}),
    page("gate", "Close Gate", Row("gate", "STRING", "YES"), Row("until", "LONG", "NO"), method="DELETE"),
]
PERHAPS = "??? Write string, and below it format: decimal if this is an amount, whose digits are then exact."
BOTH = PageWeight(4, "ip"), PageWeight(300, "uid")


def draft_of(source: bytes, endpoint: Endpoint) -> Draft:
    [page] = [page.whole() for page in read_all("schema", source) if page.versions[0].endpoints[0].value == endpoint]
    return drafted(DATA, [page], endpoint)


def endpoint_of(page: WrittenPage) -> Endpoint:
    return Endpoint(page.method, page.path)


@pytest.mark.parametrize("form", SCHEMAS)
def test_few_gaps_are_left_in_the_draft_of_an_endpoint_that_a_schema_describes(form: str) -> None:
    source = write_schema(form, *([page] for page in GARDEN))
    counts = [gaps(draft_of(source, endpoint_of(page))) for page in GARDEN]
    assert median(counts) < 10
    assert max(counts) < 12


def test_few_gaps_are_left_in_the_draft_of_an_endpoint_that_the_catalogue_describes() -> None:
    source = write_catalogue("markdown", *GARDEN)
    assert median(gaps(draft_of(source, endpoint_of(page))) for page in GARDEN) < 10


def test_few_gaps_are_left_in_the_draft_of_an_endpoint_that_a_wheel_describes() -> None:
    pages = list(read_wheel("some.whl", write_wheel(*GARDEN)))
    drafts = [drafted(DATA, [page.whole()], endpoint_of(written)) for page, written in zip(pages, GARDEN, strict=True)]
    assert median(map(gaps, drafts)) <= 10
    [sown] = drafts[0].schemas.values()
    assert sown["properties"] == {"id": {"type": "integer", "format": "int64"}}
    assert sown["required"].startswith("??? List the fields that always come, such as [id], or remove this line;")


def operation_of(facts: Mapping[str, Any]) -> Draft:
    operation = {"summary": "Sow Seeds (TRADE)", "x-uid-weight": 7, **facts}
    text = json.dumps({"openapi": "3.0.0", "paths": {"/sapi/v1/sow": {"post": operation}}})
    return draft_of(text.encode(), Endpoint("POST", "/sapi/v1/sow"))


@pytest.mark.parametrize(
    ("texts", "drafted_texts"),
    [
        ({"description": "Which", "x-description-cn": "哪个"}, {"description": "Which", "x-binance-zh": "哪个"}),
        ({"description": "Which"}, {"description": "Which", "x-binance-zh": "Which"}),
        (
            {"x-description-cn": "哪个"},
            {"description": "??? Say in English what the parameter is. The schema says: 哪个", "x-binance-zh": "哪个"},
        ),
        ({}, {"description": "??? Say in English what the parameter is, and in Chinese beside it, as x-binance-zh."}),
    ],
)
def test_a_text_is_one_gap_where_both_languages_or_english_are_silent(
    texts: Mapping[str, str], drafted_texts: Mapping[str, str]
) -> None:
    field = {"name": "seed", "in": "query", "schema": {"type": "string", **texts}}
    draft = operation_of({"parameters": [field], "x-description-cn": "播种。"})
    seed = draft.operation["parameters"][0]
    assert {key: seed[key] for key in ("description", "x-binance-zh") if key in seed} == drafted_texts


def test_a_weight_per_ip_and_one_per_uid_are_both_taken() -> None:
    assert operation_of({"x-ip-weight": "**4**", "x-uid-weight": 300}).operation["x-binance-weight"] == [
        {"scope": "ip", "weight": 4},
        {"scope": "uid", "weight": 300},
    ]


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "string", "example": "OAK"}, "OAK"),
        ({"type": "integer", "format": "int64", "example": 5}, 5),
        ({"type": "number", "format": "float", "example": 1.5}, "1.5"),
        ({"type": "boolean", "example": True}, True),
        ({"type": "integer", "example": "many"}, "??? Give an example."),
        ({"type": "number", "example": -1}, "??? Give an example."),
        ({"type": "string"}, "??? Give an example."),
    ],
)
def test_an_example_of_a_schema_is_taken_where_it_fits(schema: Mapping[str, Any], example: object) -> None:
    field = {"name": "seed", "in": "query", "required": True, "schema": schema}
    assert operation_of({"parameters": [field]}).operation["parameters"][0]["example"] == example


def test_the_fields_of_a_response_are_drafted_from_its_schema_and_the_example_is_a_gap() -> None:
    properties = {"tranId": {"type": "integer", "description": "The number"}, "fee": {"type": "number"}}
    schema = {"required": ["tranId"], "properties": properties}
    draft = operation_of({"responses": {"200": {"content": {"application/json": {"schema": schema}}}}})
    assert draft.schemas["SowSeedsResponse"]["properties"] == {
        "tranId": {"type": "integer", "format": "int64", "description": "The number", "x-binance-zh": "The number"},
        "fee": {"type": "number"},
    }
    assert draft.schemas["SowSeedsResponse"]["required"] == ["tranId"]
    media = draft.operation["responses"]["200"]["content"]["application/json"]
    form = '{"tranId": 0, "fee": 0.5}'
    assert media["example"] == f"??? Write an answer of the form {form}"


NULLABLE: Mapping[str, Callable[[Any], Any]] = {
    "nullable": lambda schema: {**schema, "nullable": True},
    "a list of types": lambda schema: {**schema, "type": [schema["type"], "null"]},
    "anyOf": lambda schema: {"anyOf": [schema, {"type": "null"}]},
    "oneOf": lambda schema: {"oneOf": [{"type": "null"}, schema], "description": "Words"},
    "a reference": lambda _: {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]},
    "anyOf within": lambda schema: {"oneOf": [{"anyOf": [schema, {"type": "null"}]}]},
}
PARTS: Mapping[str, tuple[Any, Any, str]] = {
    "text": ({"type": "string"}, "x", "str"),
    "text with an example": ({"type": "string", "example": "x"}, "x", "str"),
    "a number": ({"type": "integer"}, 5, "int"),
    "a list": ({"type": "array", "items": {"type": "string"}}, ["x"], "list[str]"),
}


@pytest.mark.parametrize("has_example", [False, True])
@pytest.mark.parametrize("nullable", NULLABLE.values(), ids=NULLABLE)
@pytest.mark.parametrize(("part", "value", "type_"), PARTS.values(), ids=PARTS)
def test_what_can_be_null_can_be_none_in_the_model(
    part: Any,
    value: object,
    type_: str,
    nullable: Callable[[Any], Any],
    has_example: bool,  # noqa: FBT001
) -> None:
    fields = {"tranId": {"type": "integer"}, "memo": nullable(part), "rows": {"type": "array", "items": nullable(part)}}
    example = {"example": {"tranId": 5, "memo": value, "rows": [value]}} if has_example else {}
    media = {"schema": {"required": list(fields), "properties": fields}, **example}
    operation = {"summary": "Sow Seeds (TRADE)", "responses": {"200": {"content": {"application/json": media}}}}
    schema = {"paths": {"/sapi/v1/sow": {"post": operation}}, "components": {"schemas": {"Part": part}}}
    [copy] = read_all("schema.json", json.dumps({"openapi": "3.0.0", **schema}).encode())
    editor = Editor("spec.yaml", SMALL.encode())
    put(editor, drafted(editor.data, [copy.whole()], Endpoint("POST", "/sapi/v1/sow")))
    model = next(
        model for model in build(load("spec.yaml", filled(editor.source))).models if model.name == "SowSeedsResponse"
    )
    assert {field.name: str(field.type) for field in model.fields or ()} == {
        "tran_id": "int",
        "memo": f"{type_} | None",
        "rows": f"list[{type_} | None]",
    }


def test_english_words_in_the_place_of_chinese_ones_are_counted() -> None:
    assert untranslated(operation_of({"description": "Sows."})) == 1
    assert untranslated(operation_of({"x-description-cn": "播种。", "x-summary-cn": "播种"})) == 0


@pytest.mark.parametrize("chinese", [{}, {"x-summary-cn": "Sow Seeds"}, {"x-description-cn": "播种。"}])
@pytest.mark.parametrize("title", ["Sow", "Dust Transfer", "Query the Seeds of a Garden (TRADE)"])
def test_a_title_in_english_is_never_the_chinese_one(chinese: Mapping[str, str], title: str) -> None:
    draft = operation_of({"summary": title, **chinese})
    gap = "??? Write the Chinese title."
    assert draft.operation["x-binance-zh"]["summary"].startswith(gap)
    assert draft.operation["responses"]["200"]["x-binance-zh"] == "该接口的返回内容。"
    translated = operation_of({"summary": title, "x-summary-cn": "播种"}).operation
    assert translated["x-binance-zh"]["summary"] == "播种"
    assert translated["responses"]["200"]["x-binance-zh"] == "播种的返回内容。"


WINDOW: dict[str, Any] = {"name": "recvWindow", "in": "query", "schema": {"type": "integer", "format": "int64"}}
TIMESTAMP: dict[str, Any] = {**WINDOW, "name": "timestamp", "required": True}


@pytest.mark.parametrize("listed", [[], [WINDOW], [TIMESTAMP], [WINDOW, TIMESTAMP]])
def test_a_signed_call_takes_what_operations_share_whether_the_source_lists_it_or_not(listed: list[Any]) -> None:
    operation = operation_of({"parameters": listed}).operation
    assert operation["parameters"] == [
        {"$ref": "#/components/parameters/recvWindow"},
        {"$ref": "#/components/parameters/timestamp"},
    ]
    missing = [field["name"] for field in (WINDOW, TIMESTAMP) if field not in listed]
    note = {
        "description": f"The source does not list {' and '.join(missing)}, which every signed call takes.",
        "x-binance-zh": f"来源没有列出 {'、'.join(missing)}。这是所有需要签名的调用都接受的参数。",
        "explains": [{"page": "schema", "fact": "parameter", "says": "not listed", "about": name} for name in missing],
    }
    assert operation.get("x-binance-note", []) == ([note] if missing else [])


def test_what_a_draft_has_beyond_its_source_is_explained_to_drift() -> None:
    responses = {"200": {"content": {"application/json": {"example": {"id": 5}}}}}
    operation = {"summary": "Sow Seeds (TRADE)", "x-uid-weight": 7, "responses": responses}
    schema = {"openapi": "3.0.0", "paths": {"/sapi/v1/sow": {"post": operation}}}
    [copy] = read_all("schema", json.dumps(schema).encode())
    editor = Editor("spec.yaml", SMALL.encode())
    for field in (WINDOW, TIMESTAMP):
        editor.put_component("parameters", field["name"], {**field, "description": "Words.", "example": 5})
    put(editor, drafted(editor.data, [copy.whole()], Endpoint("POST", "/sapi/v1/sow")))
    document = load("spec.yaml", filled(editor.source))
    [result] = compare(document, build(document), [copy]).operations
    findings = [(difference.fact, difference.finding) for difference in result.differences]
    assert [found for found in findings if found[0].startswith("parameter")] == [
        ("parameter recvWindow", "explained"),
        ("parameter timestamp", "explained"),
    ]


CHOICES = "Sow Seeds (POST /sapi/v1/garden/sow), Water Beds (POST /sapi/v1/garden/water)"


@pytest.fixture
def _garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(SPEC)
    Path("schema.yaml").write_bytes(write_schema("yaml", *([page] for page in GARDEN[:2])))
    Path("page.md").write_bytes(write_catalogue("markdown", *GARDEN[:2]))


@pytest.mark.usefixtures("_garden")
@pytest.mark.parametrize("file", ["schema.yaml", "page.md"])
@pytest.mark.parametrize("name", ["POST /sapi/v1/garden/water", "water beds", "waterBeds", "water_beds"])
def test_the_operation_of_a_file_of_several_is_chosen_by_endpoint_title_or_name(
    file: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", file, "--spec", "spec.yaml", "--operation", name]) == 0
    assert capsys.readouterr().err.startswith("POST /sapi/v1/garden/water is drafted, with ")


@pytest.mark.usefixtures("_garden")
@pytest.mark.parametrize("file", ["schema.yaml", "page.md"])
@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            [],
            f"{{}}: it describes 2 endpoints; name those to draft with --operation: {CHOICES}.",
        ),
        (
            ["--operation", "Water Bed"],
            f"No file describes Water Bed. Did you mean Water Beds? Allowed: {CHOICES}.",
        ),
    ],
)
def test_without_a_name_that_is_known_the_choices_are_listed(
    file: str, names: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", file, "--spec", "spec.yaml", *names]) == 2
    assert capsys.readouterr() == ("", f"{message.format(file)}\n")


@pytest.mark.usefixtures("_garden")
def test_a_title_of_two_endpoints_names_none(capsys: pytest.CaptureFixture[str]) -> None:
    pages = [page("a", "Sow"), page("b", "Sow")]
    Path("schema.yaml").write_bytes(write_schema("yaml", *([page] for page in pages)))
    assert main(["import", "schema.yaml", "--spec", "spec.yaml", "--operation", "Sow"]) == 2
    assert capsys.readouterr().err == (
        "Sow is a name of Sow (POST /sapi/v1/garden/a), Sow (POST /sapi/v1/garden/b); name one of these.\n"
    )


@pytest.mark.parametrize("number", range(len(GARDEN)))
@pytest.mark.parametrize("form", [*SCHEMAS, "catalogue", "wheel"])
def test_a_filled_draft_agrees_with_its_source(form: str, number: int) -> None:
    written = GARDEN[number]
    if form == "wheel":
        [copy] = [page.whole() for page in read_wheel("some.whl", write_wheel(written))]
    else:
        source = write_catalogue("text", written) if form == "catalogue" else write_schema(form, [written])
        [copy] = [page.whole() for page in read_all("schema", source)]
    editor = Editor("spec.yaml", SMALL.encode())
    put(editor, drafted(editor.data, [copy], endpoint_of(written)))
    document = load("spec.yaml", filled(editor.source))
    report = compare(document, build(document), [copy])
    assert [(result.verdict, result.message) for result in report.pages] == [(report.pages[0].verdict, "")]
    # What is written into the gap is not what the page says.
    assert {result.fact for result in report.operations[0].differences} <= {"permission"}


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(GARDEN), st.sampled_from(SCHEMAS), st.booleans())
def test_a_draft_is_made_for_bilingual_and_other_specs(written: WrittenPage, form: str, bilingual: bool) -> None:  # noqa: FBT001
    data = DATA if bilingual else read_yaml("spec.yaml", SMALL.encode()).data
    [copy] = [page.whole() for page in read_all("schema", write_schema(form, [written]))]
    draft = drafted(data, [copy], endpoint_of(written))
    assert gaps(draft) < 13
    assert ("x-binance-zh" in draft.operation) == bilingual


def test_a_method_of_a_wheel_is_drafted_by_its_name_with_its_package(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel, address = tmp_path / "sdk.whl", "https://example.com/catalog/garden#sow-seeds"
    wheel.write_bytes(write_wheel(*(replace(other, address=address) for other in GARDEN[:2])))
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    name = f"POST {GARDEN[0].path}"
    command = ["import", str(wheel), "--spec", str(tmp_path / "spec.yaml")]
    assert main([*command, "--operation", name]) == 0
    draft = capsys.readouterr().out
    gap = "'??? Write the date of the release, as ''YYYY-MM-DD''.'"
    sources = (
        f"sdk: {{package: made-up-sdk, version: '1.2.3', read: {gap}}}\n        catalogue:\n          url: {address}\n"
    )
    # The wheel is no page, and names the catalogue, which nobody read.
    assert f"      x-binance-source:\n        {sources}      parameters:\n" in draft
    assert "description: Which seed" in draft
    assert main(command) == 2
    message = "made-up-sdk 1.2.3: it describes 2 endpoints; name those to draft with --operation: "
    assert capsys.readouterr().err.startswith(message)


@pytest.mark.parametrize("form", ["wheel", "schema", "catalogue"])
@pytest.mark.parametrize("day", ["2026-10-23", ""])
def test_a_draft_names_what_it_was_made_of_and_no_page(form: str, day: str) -> None:
    written = GARDEN[0]
    if form == "wheel":
        pages = read_wheel("some.whl", write_wheel(written), day or None)
    else:
        pages = iter(read_all("schema", write_schema("yaml", [written]) if form == "schema" else catalogue_of(written)))
    copies = [replace(page.whole(), taken=Located(day, 1) if day else None) for page in pages]
    operation = drafted(DATA, copies, endpoint_of(written)).operation
    url = "??? Write the address of its section in the catalogue, with https."
    names = {
        "wheel": ("sdk", {"package": "made-up-sdk", "version": "1.2.3"}, "Write the date of the release"),
        "schema": ("catalogue", {"url": url}, "Write the day on which it was saved"),
        "catalogue": ("catalogue", {"url": url}, "Write the day on which it was saved"),
    }
    name, source, task = names[form]
    assert operation["x-binance-source"] == {name: source | {"read": day or f"??? {task}, as 'YYYY-MM-DD'."}}


def catalogue_of(page: WrittenPage) -> bytes:
    return write_catalogue("markdown", page)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("amount", {"type": "string", "format": "decimal"}),
        ("transferedAmount", {"type": "string", "format": "decimal"}),
        ("qty", {"type": "string", "format": "decimal"}),
        ("positionAmt", {"type": "string", "format": "decimal"}),
        ("sown", {"type": "string"}),
        ("paramount", {"type": "string"}),
        ("serviceFee", {"type": PERHAPS}),
        ("totalTransfered", {"type": PERHAPS}),
        ("unRealizedProfit", {"type": PERHAPS}),
    ],
)
def test_a_text_that_is_an_amount_by_its_name_is_read_with_exact_digits(name: str, schema: Mapping[str, Any]) -> None:
    response = {"properties": {name: {"type": "string"}}}
    draft = operation_of({"responses": {"200": {"content": {"application/json": {"schema": response}}}}})
    assert draft.schemas["SowSeedsResponse"]["properties"] == {name: schema}


def test_a_text_is_an_amount_where_the_spec_has_one_under_this_name() -> None:
    known = {"components": {"schemas": {"Bed": {"properties": {"litres": {"type": "string", "format": "decimal"}}}}}}
    sent = {"paths": {"/bed": {"get": {"parameters": [{"name": "depth", "schema": {"format": "decimal"}}]}}}}
    components = Components(known | sent)
    names = ("litres", "depth", "schema", "seed")
    assert [components.text_field(name).get("format") for name in names] == ["decimal", "decimal", None, None]


@pytest.mark.parametrize(
    ("type_", "schema"),
    [
        ("string", {"type": f"{PERHAPS} The schema says: the type is STRING"}),
        ("number", {"type": "string", "format": "decimal"}),
    ],
)
def test_an_amount_that_is_sent_is_a_decimal_and_never_a_plain_text(type_: str, schema: Mapping[str, Any]) -> None:
    field = {"name": "amount", "in": "query", "schema": {"type": type_}}
    assert operation_of({"parameters": [field]}).operation["parameters"][0]["schema"] == schema


@pytest.mark.parametrize(
    ("record", "example", "required"),
    [
        ({}, None, "??? List the fields that always come"),
        ({"required": ["id"]}, None, ["id"]),
        ({}, {"id": 1, "memo": "x"}, ["id", "memo"]),
        ({"required": ["id"]}, {"id": 1, "memo": "x"}, ["id"]),
    ],
)
@pytest.mark.parametrize("value", [{}, {"example": "x"}], ids=["no value", "a value"])
def test_a_schema_without_an_example_and_a_list_of_required_fields_does_not_say_which_always_come(
    record: dict[str, Any], example: object, required: str | list[str], value: dict[str, Any]
) -> None:
    fields = {"id": {"type": "integer", **({"example": 1} if value else {})}, "memo": {"type": "string", **value}}
    media = {"schema": {**record, "properties": fields}, **({"example": example} if example else {})}
    draft = operation_of({"responses": {"200": {"content": {"application/json": media}}}})
    drafted_list = draft.schemas["SowSeedsResponse"]["required"]
    assert drafted_list == required if isinstance(required, list) else drafted_list.startswith(required)


@pytest.mark.parametrize(("mark", "required"), [("", "??? List the fields that always come"), (" · required", ["id"])])
def test_the_catalogue_says_which_fields_always_come_or_a_gap_asks(mark: str, required: str | list[str]) -> None:
    sections = (
        "## Sow Seeds (USER_DATA)\n\nPOST /sapi/v1/sow",
        "### Sow Seeds (USER_DATA) › Request Body\n\n`timestamp`\n\ninteger · int64 · required",
        f"### Sow Seeds (USER_DATA) › Responses\n\n`id`\n\ninteger{mark}\n\n`memo`\n\nstring",
    )
    draft = draft_of("\n\n".join(sections).encode(), Endpoint("POST", "/sapi/v1/sow"))
    drafted_list = draft.schemas["SowSeedsResponse"]["required"]
    assert drafted_list == required if isinstance(required, list) else drafted_list.startswith(required)


def test_the_form_of_an_example_is_json_without_comments() -> None:
    fields = {f"field{number}": {"type": "string", "description": "Some words"} for number in range(90)}
    media = {"schema": {"required": ["field0"], "properties": fields}}
    draft = operation_of({"responses": {"200": {"content": {"application/json": media}}}})
    example = draft.operation["responses"]["200"]["content"]["application/json"]["example"]
    assert example.startswith('??? Write an answer of the form {"field0": "", "field1": "", ')
    assert example.endswith("…")


def test_what_a_call_returns_is_described_once() -> None:
    response = {"properties": {"id": {"type": "integer"}}}
    draft = operation_of({"responses": {"200": {"content": {"application/json": {"schema": response}}}}})
    assert draft.operation["responses"]["200"]["description"] == "What Sow Seeds returns."
    assert "description" not in draft.schemas["SowSeedsResponse"]


def test_what_a_key_must_be_allowed_is_not_repeated_in_the_description() -> None:
    [page] = read_wheel("some.whl", write_wheel(GARDEN[2]))
    draft = drafted(DATA, [page.whole()], endpoint_of(GARDEN[2]))
    [permission] = draft.operation["x-binance-permissions"]
    assert "Enable Garden" in permission["description"]
    assert "Enable Garden" not in draft.operation["description"]
