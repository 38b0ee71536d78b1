"""What a source states beside its tables stands in the draft, and a gap names the source that it quotes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from generator.importer.operation import Draft, drafted
from generator.sources import Page, PageWeight, read, read_all, read_wheel
from tests.sources.catalogue_writer import write_catalogue
from tests.sources.schema_writer import write_schema
from tests.sources.wheels import write_wheel
from tests.sources.writer import Row, WrittenPage, write

from .test_schema_import import DATA, endpoint_of, operation_of, page

FORMS = ("sdk", "schema", "catalogue", "page")
NAMES = {"sdk": "SDK", "schema": "schema", "catalogue": "catalogue", "page": "page"}


def read_as(form: str, written: WrittenPage) -> Page:
    """Return a page as it is read from a source of a form."""
    if form == "sdk":
        [copy] = read_wheel("some.whl", write_wheel(written))
    elif form == "schema":
        [copy] = read_all("schema", write_schema("yaml", [written]))
    elif form == "catalogue":
        [copy] = read_all("page", write_catalogue("markdown", written))
    else:
        copy = read("page.md", write("markdown", written))
    return copy.whole()


def draft_of(form: str, written: WrittenPage) -> Draft:
    return drafted(DATA, [read_as(form, written)], endpoint_of(written))


@pytest.mark.parametrize("form", FORMS)
def test_a_gap_names_the_source_that_it_quotes(form: str) -> None:
    written = page("sow", "Sow Seeds", Row("amount", "STRING", "YES", "How many"), weights=(PageWeight(0, "ip"),))
    draft = draft_of(form, written)
    assert draft.operation["x-binance-weight"]["weight"] == (
        f"??? Write the weight of a call, which is 1 or more. The {NAMES[form]} says: en: 0 per ip"
    )
    texts = str(draft)
    assert f"The {NAMES[form]} says: the type is STRING" in texts
    assert {name for name in NAMES.values() if f"he {name} says" in texts} == {NAMES[form]}


@pytest.mark.parametrize("form", FORMS)
def test_a_draft_says_whose_the_example_of_the_response_is(form: str) -> None:
    written = page("sow", "Sow Seeds")
    copy = read_as(form, written)
    silent = replace(copy, versions=tuple(replace(version, examples=()) for version in copy.versions))
    for read_copy, example in ((copy, None), (silent, "ours")):
        operation = drafted(DATA, [read_copy], endpoint_of(written)).operation
        # The SDK has none, which needs no word.
        assert operation["x-binance-source"].get("example") == (None if form == "sdk" else example)


def notes_of(draft: Draft) -> list[str]:
    return [note["description"] for note in draft.operation.get("x-binance-note", ())]


CHOICE = "??? Say in English what you chose and why: the {} {}, but writes {} elsewhere"
BURN = (Row("spotBnbBurn", "STRING", "NO"), Row("interestBnbBurn", "STRING", "NO", "As spotBnbBurn"))


@pytest.mark.parametrize("form", FORMS)
def test_a_name_that_the_source_writes_with_other_capitals_elsewhere_is_a_gap(form: str) -> None:
    words = 'One of "spotBNBBurn" and interestBNBBurn must be sent.'
    draft = draft_of(form, replace(page("burn", "Burn", *BURN), description=words))
    verb = f"{'sends' if form == 'sdk' else 'lists'} spotBnbBurn and interestBnbBurn"
    [gap] = [note for note in notes_of(draft) if "spotBnbBurn" in note]
    assert gap.startswith(CHOICE.format(NAMES[form], verb, "spotBNBBurn and interestBNBBurn"))


def test_the_fields_of_a_response_of_the_sdk_show_how_a_name_is_written() -> None:
    draft = draft_of("sdk", page("burn", "Burn", *BURN, example={"rows": [{"spotBNBBurn": True}]}))
    assert notes_of(draft)[-1].startswith(CHOICE.format("SDK", "sends spotBnbBurn", "spotBNBBurn"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("withdrawOrderId", "WithdrawOrderId is the order. WITHDRAWORDERID, withdraworderid."),
        ("network", "Network of it. The NETWORK."),
        ("timestamp", "The timeStamp of it."),
        ("spotBnbBurn", "The spotBnbBurn of it."),
    ],
)
def test_a_word_of_a_sentence_is_no_other_spelling_of_a_name(name: str, words: str) -> None:
    draft = draft_of("sdk", replace(page("burn", "Burn", Row(name, "STRING", "NO")), description=words))
    assert not [note for note in notes_of(draft) if "elsewhere" in note]


TIMES = (Row("startTime", "LONG", "NO"), Row("endTime", "LONG", "NO"), Row("orderId", "STRING", "NO"))
ASK = "??? Write the most days between startTime and endTime, or remove x-binance-window where it has no such limit."


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("The interval between startTime and endTime must be less than 90 days.", 90),
        ("The range is at most 90 days. If orderId is sent, the range is at most 7 days.", 90),
        ("The range is at most half a year.", "The range is at most half a year"),
        (
            "The range is at most 7 days. The span is at most 9 days.",
            "The range is at most 7 days / The span is at most 9 days",
        ),
    ],
)
def test_the_longest_time_between_two_parameters_is_drafted_or_a_gap_quotes_it(
    form: str, words: str, days: int | str
) -> None:
    draft = draft_of(form, replace(page("list", "List", *TIMES, method="GET"), description=words))
    wanted = f"{ASK} The {NAMES[form]} says: {days}" if isinstance(days, str) else days
    assert draft.operation["x-binance-window"] == {"from": "startTime", "to": "endTime", "days": wanted}


@pytest.mark.parametrize("form", FORMS)
def test_without_a_begin_and_an_end_there_is_no_time_between_them(form: str) -> None:
    written = page("list", "List", Row("startTime", "LONG", "NO"), Row("endTime", "STRING", "NO"), method="GET")
    draft = draft_of(form, replace(written, description="The range is at most 90 days."))
    assert "x-binance-window" not in draft.operation


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("default 10, max 100", {"default": 10, "maximum": 100}),
        ("Default 10, Max 20", {"default": 10, "maximum": 20}),
        ("Default value: 1, Max value: 200", {"default": 1, "maximum": 200}),
        ("page size, default 10, the max value is 100", {"default": 10, "maximum": 100}),
        ("Default:10 Max:100", {"default": 10, "maximum": 100}),
        ("min 7, max 30, default 7", {"default": 7, "minimum": 7, "maximum": 30}),
        ("Limit (Max: 500)", {"maximum": 500}),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_the_default_and_the_bounds_of_a_number_are_drafted(form: str, words: str, rules: Mapping[str, int]) -> None:
    draft = draft_of(form, page("list", "List", Row("limit", "INT", "NO", words), method="GET"))
    schema = draft.operation["parameters"][0]["schema"]
    assert {key: value for key, value in schema.items() if key not in ("type", "format")} == rules


@pytest.mark.parametrize("zh", [{}, {"x-binance-zh": {}}])
def test_the_gap_of_a_tag_says_how_another_one_is_added(zh: Mapping[str, Any]) -> None:
    written = page("sow", "Sow Seeds")
    data = {"paths": {}, "tags": [{"name": "beds", **zh}, {"name": "trees", **zh}]}
    [tag] = drafted(data, [read_as("schema", written)], endpoint_of(written)).operation["tags"]
    form = f"- {{name: NAME, description: HEADING{', x-binance-zh: HEADING' * bool(zh)}}}"
    assert tag == f"??? Choose one of beds, trees, or add one under tags: at the root, in the form {form}."


PAIR = (Row("bed", "STRING", "NO"), Row("plot", "STRING", "NO"), Row("side", "STRING", "NO"))
REQUIRED = "??? Write which parameter must be given when another has which values, or remove this line where that cannot be said. The {} says: {}"
EXCLUDED = "??? List the parameters of which only one may be given, with required: true if one must be, or remove this line. The {} says: {}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("words", "key", "gap"),
    [
        ("bed must be sent if the plot is shared", "x-binance-requires", REQUIRED),
        ("bed is mandatory when the plot has several", "x-binance-requires", REQUIRED),
        ("When sowing in spring, bed must be provided", "x-binance-requires", REQUIRED),
        ("bed and plot must be provided together", "x-binance-requires", REQUIRED),
        ("Either bed or plot must be sent", "x-binance-exclusive", EXCLUDED),
        ("At least one of bed and plot must be sent", "x-binance-exclusive", EXCLUDED),
        ("bed and plot cannot be sent at the same time", "x-binance-exclusive", EXCLUDED),
        ("bed and plot are mutually exclusive", "x-binance-exclusive", EXCLUDED),
    ],
)
def test_a_sentence_that_conditions_parameters_and_is_not_understood_is_a_gap(
    form: str, words: str, key: str, gap: str
) -> None:
    written = replace(page("list", "List", *PAIR, method="GET"), description=f"{words}. It lists seeds.")
    operation = draft_of(form, written).operation
    assert {key: operation[key] for key in ("x-binance-requires", "x-binance-exclusive") if key in operation} == {
        key: gap.format(NAMES[form], f"{words}.")
    }


@pytest.mark.parametrize(
    "words",
    [
        "If bed is not sent, all are listed.",
        "The seed must be sown if it rains.",
        "bed is one of the beds.",
        "If both bed and plot are omitted, all are listed.",
        "timestamp must be sent if the call is signed.",
    ],
)
def test_another_sentence_conditions_nothing(words: str) -> None:
    operation = draft_of("sdk", replace(page("list", "List", *PAIR, method="GET"), description=words)).operation
    assert not {"x-binance-requires", "x-binance-exclusive"} & operation.keys()


def test_what_is_not_understood_stands_behind_what_is() -> None:
    row = Row("bed", "STRING", "NO", "Required in case of a shared plot")
    notes = "plot must be sent when side is A. Lists."
    draft = draft_of("sdk", replace(page("list", "List", row, *PAIR[1:], method="GET"), description=notes))
    assert draft.operation["x-binance-requires"] == [
        {"parameter": "plot", "when": {"parameter": "side", "in": ["A"]}},
        REQUIRED.format("SDK", "Required in case of a shared plot"),
    ]


def test_an_example_that_a_source_has_of_a_parameter_with_values_is_kept() -> None:
    field = {"name": "wallet", "in": "query", "required": True, "schema": {"type": "string", "enum": ["A", "B"]}}
    for example, kept in (("B", "B"), ("C", None), (None, None)):
        stated = {**field, **({"example": example} if example else {})}
        [parameter, *_] = operation_of({"parameters": [stated]}).operation["parameters"]
        assert parameter.get("example") == kept


def test_two_parameters_that_say_from_and_to_share_an_enum_of_neither_name() -> None:
    values = (("A", ""), ("B", ""))
    rows = (Row("fromBedKind", "ENUM", "YES", "", values), Row("toBedKind", "ENUM", "YES", "", values))
    draft = draft_of("sdk", page("sow", "Sow Seeds", *rows))
    references = [parameter["schema"]["$ref"] for parameter in draft.operation["parameters"][:2]]
    assert references == ["#/components/schemas/BedKind"] * 2


KNOWN = [
    {"name": "asset", "schema": {"type": "string", "minLength": 1, "pattern": "^[A-Z]+$"}},
    {"name": "quoteAsset", "schema": {"type": "string", "minLength": 1, "pattern": "^[A-Z]+$"}},
    {"name": "email", "schema": {"type": "string", "pattern": "@"}},
    {"name": "amount", "schema": {"type": "string", "format": "decimal", "pattern": "^[0-9.]+$"}},
    {"name": "startTime", "schema": {"type": "integer", "format": "int64", "minimum": 0}},
    {"name": "id", "schema": {"type": "integer", "format": "int64", "minimum": 5}},
    {"name": "closeTime", "schema": {"$ref": "#/components/schemas/Moment"}},
    {"name": "memo", "schema": {"type": "string", "pattern": "a"}},
    {"name": "otherMemo", "schema": {"type": "string", "pattern": "b"}},
]


@pytest.mark.parametrize(
    ("row", "schema"),
    [
        (Row("coin", "STRING", "YES"), {"type": "string", "minLength": 1, "pattern": "^[A-Z]+$"}),
        (Row("fromEmail", "STRING", "YES"), {"type": "string", "minLength": 1, "pattern": "@"}),
        (Row("quantity", "DECIMAL", "YES"), {"type": "string", "format": "decimal", "pattern": "^[0-9.]+$"}),
        (Row("endTime", "LONG", "YES"), {"type": "integer", "format": "int64", "minimum": 0}),
        (Row("tranId", "LONG", "YES"), {"type": "integer", "format": "int64"}),
        (Row("memo", "STRING", "YES"), {"type": "string", "minLength": 1}),
        (
            Row("asset", "STRING", "YES", "For example: asset=BTC,USDT"),
            {"type": "array", "items": {"type": "string", "minLength": 1, "pattern": "^[A-Z]+$"}},
        ),
        (
            Row("coin", "STRING", "YES", "The command takes one, such as BTC, ETH"),
            {"type": "string", "minLength": 1, "pattern": "^[A-Z]+$"},
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_parameter_has_the_rules_that_others_of_its_kind_have(row: Row, schema: dict[str, Any]) -> None:
    data = {**DATA, "paths": {"/known": {"get": {"parameters": KNOWN}}}}
    written = page("sow", "Sow Seeds", row)
    [parameter, *_] = drafted(data, [read_as("sdk", written)], endpoint_of(written)).operation["parameters"]
    assert parameter["schema"] == schema
    assert ("explode" in parameter) == (schema["type"] == "array")


def test_a_permission_that_a_spec_still_asks_for_is_no_name() -> None:
    gap = {"x-binance-permissions": [{"name": "??? Name the permission."}, {"name": "enableBeds"}]}
    data = {**DATA, "paths": {"/known": {"get": gap}}}
    written = page("sow", "Sow Seeds", permissions=("enableSowing",))
    [permission] = drafted(data, [read_as("sdk", written)], endpoint_of(written)).operation["x-binance-permissions"]
    task = "Name the permission as Binance's list of API key permissions does; this spec knows enableBeds."
    assert permission["name"] == f"??? {task}"
