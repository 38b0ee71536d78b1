"""What a draft says of a page that says it in a way of its own, and where it leaves a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from generator.drift.compare import compare
from generator.importer.command import put
from generator.importer.operation import Draft, drafted
from generator.ir.build import build
from generator.openapi.document import read as read_yaml
from generator.openapi.edit import Editor
from generator.openapi.load import load
from generator.sources import CallLimit, Endpoint, Located, read
from tests.excerpt import EARN, excerpt

from .filling import SMALL, filled

PATH = "/sapi/v1/garden/seeds"
HEAD = "Name | Type | Mandatory | Description\n---|---|---|---\n"
TIMESTAMP = "timestamp | LONG | YES |\n"
DATA = read_yaml("spec.yaml", excerpt(EARN).encode()).data
KNOWN = "Get Transferable Earn Asset Balance for Portfolio Margin"
DEFAULT = "??? Write the default"
CHOOSE = "??? Choose string, integer or boolean, or refer to an enum. The page says: the type is "
DECIMAL = {"type": "string", "format": "decimal"}


def page(
    rows: str = TIMESTAMP,
    *,
    title: str = "Buy Seeds (TRADE)",
    request: str = f"POST {PATH}",
    weight: str = "**7**",
    notes: str = "",
    answers: Sequence[str] = ('{"tranId": 5}',),
) -> str:
    codes = "\n\n".join(f"```json\n{answer}\n```" for answer in answers)
    return (
        f"# {title}\n\n## Description\n\nBuys seeds.\n\n## HTTP Request\n\n`{request}`\n\n## Request Weight(UID)\n\n{weight}\n\n"
        f"## Request Parameters\n\n{HEAD}{rows}\n{notes}\n## Response Example\n\n{codes}\n"
    )


CHINESE = {
    "## Description\n\nBuys seeds.": "## 接口描述\n\n购买种子。",
    "HTTP Request": "HTTP请求",
    "Request Weight": "请求权重",
    "Request Parameters": "请求参数",
    "Response Example": "响应示例",
    "Name | Type | Mandatory | Description": "名称 | 类型 | 是否必需 | 描述",
    "Buy Seeds": "购买种子",
}


def chinese(text: str) -> str:
    for english, other in CHINESE.items():
        text = text.replace(english, other)
    return text


def draft_of(*texts: str) -> Draft:
    pages = [read(f"{number}.md", text.encode()) for number, text in enumerate(texts)]
    endpoint = pages[0].versions[0].endpoints[0].value
    return drafted(DATA, pages, endpoint)


def parameters_of(*texts: str) -> dict[str, Any]:
    return {
        parameter["name"]: parameter for parameter in draft_of(*texts).operation["parameters"] if "name" in parameter
    }


def answer_of(*answers: str) -> Any:
    return draft_of(page(answers=answers)).schemas["BuySeedsResponse"]


def notes_of(draft: Draft) -> list[str]:
    task = "??? Say in English what you chose and why: "
    return [note["description"].removeprefix(task) for note in draft.operation.get("x-binance-note", ())]


def differences(text: str, spec: str = SMALL) -> list[str]:
    """Draft a page into a spec, fill its gaps, and compare the page with that."""
    copy = read("page.md", text.encode())
    editor = Editor("spec.yaml", spec.encode())
    put(editor, drafted(editor.data, [copy], copy.versions[0].endpoints[0].value))
    document = load("spec.yaml", filled(editor.source))
    [result] = compare(document, build(document), [copy]).operations
    return [f"{copy.fact}: {copy.finding}" for copy in result.differences if copy.fact != "security"]


# Names


@pytest.mark.parametrize(
    ("title", "operation", "answer"),
    [
        ("24hr Seeds (in bags) (TRADE)", "24hrSeeds", "New24hrSeedsResponse"),
        ("Seeds (in bags) (TRADE)", "seeds", "SeedsResponse"),
        (
            f"{KNOWN} (Old) (TRADE)",
            "getTransferableEarnAssetBalanceForPortfolioMarginOld",
            "GetTransferableEarnAssetBalanceForPortfolioMarginOldResponse",
        ),
    ],
)
def test_an_operation_is_named_after_its_title(title: str, operation: str, answer: str) -> None:
    draft = draft_of(page(title=title))
    assert draft.operation["operationId"] == operation
    assert list(draft.schemas) == [answer]
    assert draft.operation["summary"] == title.removesuffix(" (TRADE)")
    assert differences(page(title=title)) == []


def test_two_pages_of_one_title_get_names_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(SMALL)
    for number, title in enumerate(("Seeds", "Seeds (Old)", "Seeds")):
        text = page(title=f"{title} (TRADE)", request=f"POST {PATH}/{number}")
        Path(f"{number}.md").write_text(text)
    assert main(["import", "--into", "spec.yaml", "0.md", "1.md", "2.md"]) == 0
    paths = read_yaml("spec.yaml", Path("spec.yaml").read_bytes()).data["paths"]
    assert [paths[f"{PATH}/{number}"]["post"]["operationId"] for number in range(3)] == [
        "seeds",
        "seedsOld",
        "??? Name the operation in camelCase, after its English title. The page says: Seeds",
    ]


# Texts and notes


def test_every_note_of_a_page_is_quoted_in_full() -> None:
    notes = [f"Rule {number} of the garden: {'water it well, ' * 8}and wait." for number in range(9)]
    draft = draft_of(page(notes="".join(f"- {note}\n" for note in notes)))
    quoted = draft.operation["description"]
    assert all(note in quoted for note in notes)


@pytest.mark.parametrize(("path", "noted"), [("/fapi/v1/seeds", True), ("/api/v3/seeds", False), (PATH, False)])
def test_a_path_of_other_hosts_is_noted(path: str, *, noted: bool) -> None:
    notes = notes_of(draft_of(page(request=f"POST {path}")))
    note = (
        "this client sends every call to https://api.binance.com and counts it there, but Binance serves /fapi from "
        "another host, with other budgets."
    )
    assert notes == ([note] if noted else [])


# Weights and caps


def test_a_call_that_costs_nothing_is_a_gap_that_says_what_to_write() -> None:
    operation = draft_of(page(weight="**0**")).operation
    task = "??? Write the weight of a call, which is 1 or more. The page says: en: 0 per uid"
    assert operation["x-binance-weight"] == {"scope": "uid", "weight": task}
    explains = {"page": "en", "fact": "weight", "says": "0 per UID", "here": "1 per UID"}
    assert operation["x-binance-note"][0]["explains"] == [explains]
    assert differences(page(weight="**0**")) == ["weight: explained"]


@pytest.mark.parametrize(
    ("printed", "quoted"),
    [
        (
            "**2** for a single seed; **40** when the seed is omitted",
            "2 per uid (2 for a single seed), 40 per uid (40 when the seed is omitted)",
        ),
        ("2 with seed, 40 with bag", "2 per uid, 40 per uid (2 with seed, 40 with bag)"),
        ("**2**\n\nDepth 5/10: 4", "2 per uid; en: Depth 5/10: 4"),
        ("**2**\n\n## Request Weight(IP)\n\n**40**", "2 per uid, 40 per ip"),
    ],
)
def test_several_weights_are_quoted_with_what_they_are_for(printed: str, quoted: str) -> None:
    stated = f"The page says: en: {quoted}"
    assert draft_of(page(weight=printed)).operation["x-binance-weight"] == {
        "scope": f"??? Choose ip or uid. {stated}" if "(IP)" in printed else "uid",
        "weight": f"??? Write the weight of a call. {stated}",
    }


def test_a_weight_without_a_scope_leaves_the_scope_to_a_person() -> None:
    weight = draft_of(page().replace("(UID)", "")).operation["x-binance-weight"]
    assert weight == {"scope": "??? Choose ip or uid. The page says: en: 7 per ?", "weight": 7}


def limited(*limits: CallLimit, unread: str) -> Draft:
    copy = read("page.md", page().encode())
    version = replace(
        copy.versions[0],
        limits=tuple(Located(limit, 9) for limit in limits),
        unread_limits=(Located(unread, 10),),
    )
    return drafted(DATA, [replace(copy, versions=(version,))], Endpoint("POST", PATH))


def test_a_cap_that_is_not_understood_is_quoted_in_a_gap() -> None:
    sentence = "Seeds are sold 10 times a month."
    assert limited(unread=sentence).operation["x-binance-call-limit"] == {
        "calls": f"??? Write how many calls. The page says: en: {sentence}",
        "seconds": f"??? Write in how many seconds. The page says: en: {sentence}",
    }
    both = limited(CallLimit(5, 60), unread=sentence)
    assert both.operation["x-binance-call-limit"] == {"calls": 5, "seconds": 60}
    assert notes_of(both) == [f"the page has another cap on calls: en: {sentence}"]


# Addresses


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://developers.binance.com/docs/garden/seeds", "https://developers.binance.com/docs/garden/seeds"),
        ("/docs/garden/seeds", "??? Write the address of the page, with https."),
    ],
)
def test_the_links_of_headings_tell_where_a_page_is(link: str, address: str) -> None:
    text = page().replace("## HTTP Request", f"## HTTP Request[\u200b]({link}#http-request)")
    assert draft_of(text).operation["x-binance-source"]["en"]["url"] == address


# Security


def test_a_page_that_is_not_labelled_quotes_its_title() -> None:
    found = draft_of(page(title="Garden State (Open)", rows="seed | STRING | NO |\n")).operation
    assert found["x-binance-security"].endswith("The page says: nothing, under the title en: Garden State (Open)")


def test_a_page_that_is_labelled_as_public_is_drafted_as_public() -> None:
    found = draft_of(page(title="Garden State (System)", rows="seed | STRING | NO |\n")).operation
    assert (found["summary"], found["x-binance-security"], found["security"]) == ("Garden State", "NONE", [])


def test_an_unsigned_label_over_what_only_signed_calls_send_is_a_gap() -> None:
    operation = draft_of(page(title="Garden State (MARKET_DATA)")).operation
    assert operation["x-binance-security"].startswith("??? Choose one of NONE, ")
    assert operation["x-binance-security"].endswith(
        "The page says: en: MARKET_DATA; timestamp must be sent, as for a signed call"
    )
    signed = draft_of(page(title="Garden State (USER_DATA)")).operation
    assert signed["x-binance-security"] == "USER_DATA"


def test_the_signature_is_no_parameter() -> None:
    text = page("seed | STRING | NO |\nsignature | STRING | YES |\n" + TIMESTAMP)
    assert list(parameters_of(text)) == ["seed"]
    assert differences(text) == ["parameter signature: drift"]


@pytest.mark.parametrize("spec", [SMALL, excerpt(EARN)])
def test_a_page_without_timestamp_gets_one_that_drift_understands(spec: str) -> None:
    text = page("seed | STRING | NO |\n")
    operation = draft_of(text).operation
    assert operation["parameters"][1:] == [{"$ref": "#/components/parameters/timestamp"}]
    [note] = operation["x-binance-note"]
    assert note["explains"] == [{"page": "en", "fact": "parameter", "says": "not listed", "about": "timestamp"}]
    assert differences(text, spec) == ["parameter timestamp: explained"]


def test_a_public_call_takes_none_of_the_parameters_of_signed_calls() -> None:
    operation = draft_of(page("seed | STRING | NO |\n", title="Garden State (System)")).operation
    assert [parameter["name"] for parameter in operation["parameters"]] == ["seed"]


# Parameters


@pytest.mark.parametrize(
    ("row", "schema"),
    [
        (
            "ENUM | NO | `BIG` or `SMALL`, default `BIG`",
            {"$ref": "#/components/schemas/BuySeedsSize", "default": "BIG"},
        ),
        ("INT | NO | 1: big; 2: small. Default 2", {"$ref": "#/components/schemas/BuySeedsSize", "default": 2}),
        ("BOOLEAN | NO | Default BIG", {"type": "boolean", "default": f"{DEFAULT}: true or false. The page says: BIG"}),
        ("DECIMAL | NO | Default BIG", {**DECIMAL, "default": f"{DEFAULT} as an amount. The page says: BIG"}),
        ("ENUM | NO | Default BIG", {"type": f"{CHOOSE}ENUM", "default": "BIG"}),
        ("BOOLEAN | NO | Default true", {"type": "boolean", "default": True}),
        ("DECIMAL | NO | Default 0.5", {**DECIMAL, "default": "0.5"}),
    ],
)
def test_a_default_is_kept(row: str, schema: dict[str, Any]) -> None:
    text = page(f"size | {row}\n{TIMESTAMP}")
    assert parameters_of(text)["size"]["schema"] == schema
    # A gap is not filled with what the page states.
    unknown = [key for key in ("type", "default") if str(schema.get(key)).startswith("???")]
    assert differences(text) == [f"size {key}: drift" for key in unknown]


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        ("LIST<JSON>", f"{CHOOSE}LIST<JSON>"),
        ("ARRAY", f"{CHOOSE}ARRAY"),
        ("LIST<STRING>", "string"),
        ("LIST<LONG>", "integer"),
    ],
)
def test_what_a_list_holds_is_a_gap_where_the_page_does_not_state_it(kind: str, items: str) -> None:
    text = page(f"seeds | {kind} | YES | The seeds\n{TIMESTAMP}")
    schema = parameters_of(text)["seeds"]["schema"]
    assert (schema["type"], schema["items"]["type"]) == ("array", items)
    assert differences(text) == []


def test_a_list_of_values_stays_a_list() -> None:
    text = page(f"sizes | LIST<STRING> | NO | `BIG` or `SMALL`\n{TIMESTAMP}")
    schema = parameters_of(text)["sizes"]["schema"]
    assert schema == {"type": "array", "items": {"$ref": "#/components/schemas/BuySeedsSizes"}}
    assert differences(text) == []


def test_what_only_one_language_says_of_a_parameter_is_no_disagreement() -> None:
    english = page(f"size | ENUM | NO | How much\n{TIMESTAMP}")
    other = chinese(page(f"size | ENUM | NO | `BIG` 或 `SMALL`，默认 `BIG`\n{TIMESTAMP}"))
    draft = draft_of(english, other)
    assert notes_of(draft) == []
    assert [value["const"] for value in draft.schemas["BuySeedsSize"]["oneOf"]] == ["BIG", "SMALL"]
    assert draft.operation["parameters"][0]["schema"]["default"] == "BIG"


def test_a_condition_that_one_page_leaves_half_open_is_the_same_as_that_of_the_other() -> None:
    rows = f"seed | STRING | NO |\nsize | ENUM | NO | `BIG` or `SMALL`\n{TIMESTAMP}"
    english = page(rows, notes="- seed must be sent when size is BIG and SMALL\n")
    other = chinese(page(rows, notes="- seed 必须要发送，当类型为 SMALL 和 BIG\n"))
    draft = draft_of(english, other)
    rule = {"parameter": "seed", "when": {"parameter": "size", "in": ["BIG", "SMALL"]}}
    assert (draft.operation["x-binance-requires"], notes_of(draft)) == ([rule], [])


def test_a_condition_of_which_two_parameters_may_decide_is_a_gap() -> None:
    rows = "".join(f"{name} | ENUM | NO | `BIG` or `SMALL`\n" for name in ("size", "bag"))
    draft = draft_of(
        chinese(page(f"seed | STRING | NO |\n{rows}{TIMESTAMP}", notes="- seed 必须要发送，当类型为 SMALL\n"))
    )
    [rule] = draft.operation["x-binance-requires"]
    assert rule["when"] == {"parameter": "??? Name the parameter that decides.", "in": ["SMALL"]}


def test_two_copies_in_one_language_that_disagree_are_noted() -> None:
    assert notes_of(draft_of(page(), page())) == []
    draft = draft_of(page(), page(f"seed | STRING | NO |\n{TIMESTAMP}", weight="**9**"))
    assert draft.operation["x-binance-weight"]["weight"] == 7
    assert notes_of(draft) == ["two copies of the page in en disagree, 0.md and 1.md: weight, parameters."]


# Answers


@pytest.mark.parametrize(
    ("other", "required", "properties"),
    [
        ('{"tranId": 6, "free": true}', ["tranId"], ["tranId", "fee", "free"]),
        # It refuses the call.
        ('{"code": -1102, "msg": "No seed was sent."}', ["tranId", "fee"], ["tranId", "fee"]),
    ],
)
def test_a_field_that_only_some_answers_have_need_not_come(
    other: str, required: list[str], properties: list[str]
) -> None:
    schema = answer_of('{"tranId": 5, "fee": "0.10"}', other)
    assert (schema["required"], list(schema["properties"])) == (required, properties)


def test_an_answer_that_is_a_record_or_a_list_of_them_is_either() -> None:
    schema = answer_of('{"tranId": 5}', '[{"tranId": 5}]')
    assert [alternative["type"] for alternative in schema["oneOf"]] == ["object", "array"]


def test_another_answer_that_cannot_be_read_is_noted() -> None:
    draft = draft_of(page(answers=('{"tranId": 5}', '{"tranId" 5 : }')))
    assert notes_of(draft) == ["line 29 has another answer, but the example cannot be read."]


@pytest.mark.parametrize(
    ("comment", "comes"),
    [
        ("// will not be returned if nothing was sown", False),
        ("// will not return for a single seed", False),
        ("/* only returned for bags */", False),
        ("// 仅在装袋时返回", False),
        ("// in grams", True),
    ],
)
def test_a_comment_is_quoted_at_its_field_and_tells_whether_it_always_comes(comment: str, *, comes: bool) -> None:
    schema = answer_of(f'{{\n  "bags": [{{\n    "fee": "1.5",  {comment}\n    "coin": "BNB"\n  }}],\n  "tranId": 5\n}}')
    bag = schema["properties"]["bags"]["items"]
    words = comment.strip("/* ")
    assert bag["properties"]["fee"]["description"] == f"??? Say in English what the field holds. The page says: {words}"
    assert bag["properties"]["coin"]["description"] == "??? Say in English what the field holds."
    assert bag["required"] == (["fee", "coin"] if comes else ["coin"])


def test_a_comment_on_a_line_of_its_own_belongs_to_no_field() -> None:
    schema = answer_of('{\n  "tranId": 5,\n  // not returned for bags\n  "coin": "BNB"\n}')
    assert schema["required"] == ["tranId", "coin"]


def test_strings_in_curly_quotes_and_with_needless_backslashes_are_read() -> None:
    draft = draft_of(page(answers=('{“tranId”: 5, “name”: "the garden\\\'s\\n"}',)))
    answer = draft.operation["responses"]["200"]["content"]["application/json"]
    assert answer["example"] == {"tranId": 5, "name": "the garden's\n"}


@pytest.mark.parametrize(
    ("request_line", "named"),
    [("POST", ["code", "success", "msg"]), ("GET", ["code", "success"])],
)
def test_what_a_success_has_is_a_gap_where_fields_can_say_that_a_call_failed(
    request_line: str, named: list[str]
) -> None:
    text = page(
        request=f"{request_line} {PATH}", answers=['{"code": "000000", "success": true, "msg": "ok", "tranId": 5}']
    )
    task = "??? List the values of the field in a success, such as [0], or write any where it says nothing about that."
    assert draft_of(text).operation["x-binance-success"] == dict.fromkeys(named, task)
    assert differences(text) == []


def test_what_a_success_has_is_no_gap_where_no_field_can_say_that_a_call_failed() -> None:
    assert "x-binance-success" not in draft_of(page(answers=['{"tranId": 5}'])).operation
    assert "x-binance-success" not in draft_of(page(answers=['[{"code": 5}]'])).operation
