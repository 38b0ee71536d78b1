"""What a draft says of a page that says it in a way of its own, and where it leaves a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from generator.drift.compare import OperationResult, compare
from generator.importer.command import put
from generator.importer.operation import Draft, drafted
from generator.ir.build import build
from generator.openapi.document import read as read_yaml
from generator.openapi.edit import Editor
from generator.openapi.load import load_file
from generator.sources import CallLimit, Endpoint, Located, read
from tests.conftest import SPEC

from .filling import filled

PATH = "/sapi/v1/garden/seeds"
HEAD = "Name | Type | Mandatory | Description\n---|---|---|---\n"
TIMESTAMP = "timestamp | LONG | YES |\n"


def page(
    rows: str = TIMESTAMP,
    *,
    title: str = "Buy Seeds (TRADE)",
    request: str = f"POST {PATH}",
    weight: str = "**7**",
    notes: str = "",
    answers: Sequence[str] = ('{"tranId": 5}',),
) -> str:
    codes = "\n\n".join(f"```json\n{each}\n```" for each in answers)
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
    return drafted(read_yaml("spec.yaml", SPEC.read_bytes()).data, pages, endpoint)


def parameters_of(*texts: str) -> dict[str, Any]:
    return {each["name"]: each for each in draft_of(*texts).operation["parameters"] if "name" in each}


def answer_of(*answers: str) -> Any:
    return draft_of(page(answers=answers)).schemas["BuySeedsReceipt"]


def notes_of(draft: Draft) -> list[str]:
    task = "??? Say in English what you chose and why: "
    return [note["description"].removeprefix(task) for note in draft.operation.get("x-binance-note", ())]


def compared(tmp_path: Path, text: str) -> OperationResult:
    """Draft a page into our spec, fill its gaps, and hold the page against that."""
    found = read("page.md", text.encode())
    endpoint = found.versions[0].endpoints[0].value
    editor = Editor("spec.yaml", SPEC.read_bytes())
    put(editor, drafted(editor.data, [found], endpoint))
    (tmp_path / "spec.yaml").write_bytes(filled(editor.source))
    document = load_file(tmp_path / "spec.yaml", "spec.yaml")
    report = compare(document, build(document), [found])
    return next(each for each in report.operations if Endpoint(each.operation.method, each.operation.path) == endpoint)


def differences(tmp_path: Path, text: str) -> list[str]:
    found = compared(tmp_path, text).differences
    return [f"{each.fact}: {each.finding}" for each in found if each.fact != "security"]


# Names


@pytest.mark.parametrize(
    ("title", "operation", "answer"),
    [
        ("24hr Seeds (TRADE)", "24hrSeeds", "New24hrSeedsReceipt"),
        ("Seeds (in bags) (TRADE)", "seeds", "SeedsReceipt"),
        ("User Universal Transfer (Old) (TRADE)", "userUniversalTransferOld", "UserUniversalTransferOldReceipt"),
    ],
)
def test_an_operation_is_named_after_its_title(title: str, operation: str, answer: str) -> None:
    found = draft_of(page(title=title))
    assert found.operation["operationId"] == operation
    assert list(found.schemas) == [answer]
    assert found.operation["summary"] == title.removesuffix(" (TRADE)")


def test_what_stands_in_brackets_behind_a_title_belongs_to_it(tmp_path: Path) -> None:
    assert differences(tmp_path, page(title="24hr Seeds (in bags) (TRADE)")) == []


def test_two_pages_of_one_title_get_names_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_bytes(SPEC.read_bytes())
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
    found = draft_of(page(notes="".join(f"- {each}\n" for each in notes)))
    words = found.operation["description"]
    assert all(each in words for each in notes)


@pytest.mark.parametrize(("path", "told"), [("/fapi/v1/seeds", True), ("/api/v3/seeds", False), (PATH, False)])
def test_a_path_of_other_hosts_is_told(path: str, *, told: bool) -> None:
    found = notes_of(draft_of(page(request=f"POST {path}")))
    note = (
        "this client sends every call to https://api.binance.com and counts it there, but Binance serves /fapi from "
        "another host, with other budgets."
    )
    assert found == ([note] if told else [])


# Weights and caps


def test_a_call_that_costs_nothing_is_a_gap_that_says_what_to_write(tmp_path: Path) -> None:
    found = draft_of(page(weight="**0**")).operation
    task = "??? Write the weight of a call, which is 1 or more. The page says: en: 0 per uid"
    assert found["x-binance-weight"] == {"scope": "uid", "weight": task}
    assert found["x-binance-note"][0]["explains"] == [{"page": "en", "fact": "weight", "says": "0 per UID"}]
    assert differences(tmp_path, page(weight="**0**")) == ["weight: explained"]


def test_several_weights_are_quoted_with_what_they_are_for() -> None:
    weight = "**2** for a single seed; **40** when the seed is omitted"
    assert draft_of(page(weight=weight)).operation["x-binance-weight"] == {
        "scope": "uid",
        "weight": "??? Write the weight of a call. The page says: en: 2 per uid (2 for a single seed), "
        "40 per uid (40 when the seed is omitted)",
    }


def test_weights_of_one_sentence_are_quoted_with_it_once() -> None:
    words = draft_of(page(weight="2 with seed, 40 with bag")).operation["x-binance-weight"]["weight"]
    assert words.endswith("The page says: en: 2 per uid, 40 per uid (2 with seed, 40 with bag)")


def limited(*limits: CallLimit, unread: str) -> Draft:
    found = read("page.md", page().encode())
    half = replace(
        found.versions[0],
        limits=tuple(Located(each, 9) for each in limits),
        unread_limits=(Located(unread, 10),),
    )
    data = read_yaml("spec.yaml", SPEC.read_bytes()).data
    return drafted(data, [replace(found, versions=(half,))], Endpoint("POST", PATH))


def test_a_cap_that_is_not_understood_is_quoted_in_a_gap() -> None:
    words = "Seeds are sold 10 times a month."
    assert limited(unread=words).operation["x-binance-call-limit"] == {
        "calls": f"??? Write how many calls. The page says: en: {words}",
        "seconds": f"??? Write in how many seconds. The page says: en: {words}",
    }
    both = limited(CallLimit(5, 60), unread=words)
    assert both.operation["x-binance-call-limit"] == {"calls": 5, "seconds": 60}
    assert notes_of(both) == [f"the page has another cap on calls: en: {words}"]


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
    found = draft_of(page(title="Garden State (System)", rows="seed | STRING | NO |\n")).operation
    assert found["x-binance-security"].endswith("The page says: nothing, under the title en: Garden State (System)")


def test_an_unsigned_label_over_what_only_signed_calls_send_is_a_gap() -> None:
    found = draft_of(page(title="Garden State (MARKET_DATA)")).operation
    assert found["x-binance-security"].startswith("??? Choose one of NONE, ")
    assert found["x-binance-security"].endswith(
        "The page says: en: MARKET_DATA; timestamp must be sent, as for a signed call"
    )
    signed = draft_of(page(title="Garden State (USER_DATA)")).operation
    assert signed["x-binance-security"] == "USER_DATA"


def test_the_signature_is_no_parameter(tmp_path: Path) -> None:
    text = page("seed | STRING | NO |\nsignature | STRING | YES |\n" + TIMESTAMP)
    assert list(parameters_of(text)) == ["seed"]
    compared(tmp_path, text)


def test_a_page_without_timestamp_gets_one_that_drift_understands(tmp_path: Path) -> None:
    text = page("seed | STRING | NO |\n")
    note = parameters_of(text)["timestamp"]["x-binance-note"][-1]
    assert note["explains"] == [{"page": "en", "fact": "parameter", "says": "not listed"}]
    assert differences(tmp_path, text) == ["parameter timestamp: explained"]


# Parameters


@pytest.mark.parametrize(
    ("row", "schema"),
    [
        (
            "size | ENUM | NO | `BIG` or `SMALL`, default `BIG`",
            {"$ref": "#/components/schemas/BuySeedsSize", "default": "BIG"},
        ),
        ("size | INT | NO | 1: big; 2: small. Default 2", {"$ref": "#/components/schemas/BuySeedsSize", "default": 2}),
        (
            "size | BOOLEAN | NO | Default BIG",
            {"type": "boolean", "default": "??? Write the default: true or false. The page says: BIG"},
        ),
        (
            "size | DECIMAL | NO | Default BIG",
            {
                "type": "string",
                "format": "decimal",
                "default": "??? Write the default as an amount. The page says: BIG",
            },
        ),
        (
            "size | ENUM | NO | Default BIG",
            {
                "type": "??? Choose string, integer or boolean, or refer to an enum. The page says: the type is ENUM",
                "default": "BIG",
            },
        ),
        ("size | BOOLEAN | NO | Default true", {"type": "boolean", "default": True}),
        ("size | DECIMAL | NO | Default 0.5", {"type": "string", "format": "decimal", "default": "0.5"}),
    ],
)
def test_a_default_is_kept(row: str, schema: dict[str, Any], tmp_path: Path) -> None:
    text = page(f"{row}\n{TIMESTAMP}")
    assert parameters_of(text)["size"]["schema"] == schema
    gap = str(schema["default"]).startswith("???")
    others = ["size type: drift"] if str(schema.get("type")).startswith("???") else []
    assert differences(tmp_path, text) == (["size default: drift"] if gap else others)


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        (
            "LIST<JSON>",
            "??? Choose string, integer or boolean, or refer to an enum. The page says: the type is LIST<JSON>",
        ),
        ("ARRAY", "??? Choose string, integer or boolean, or refer to an enum. The page says: the type is ARRAY"),
        ("LIST<STRING>", "string"),
        ("LIST<LONG>", "integer"),
    ],
)
def test_what_a_list_holds_is_a_gap_where_the_page_does_not_say_it(kind: str, items: str, tmp_path: Path) -> None:
    text = page(f"seeds | {kind} | YES | The seeds\n{TIMESTAMP}")
    schema = parameters_of(text)["seeds"]["schema"]
    assert (schema["type"], schema["items"]["type"]) == ("array", items)
    assert differences(tmp_path, text) == []


def test_a_list_of_values_stays_a_list(tmp_path: Path) -> None:
    text = page(f"sizes | LIST<STRING> | NO | `BIG` or `SMALL`\n{TIMESTAMP}")
    schema = parameters_of(text)["sizes"]["schema"]
    assert schema == {"type": "array", "items": {"$ref": "#/components/schemas/BuySeedsSizes"}}
    assert differences(tmp_path, text) == []


def test_what_only_one_language_says_of_a_parameter_is_no_disagreement() -> None:
    english = page(f"size | ENUM | NO | How much\n{TIMESTAMP}")
    other = chinese(page(f"size | ENUM | NO | `BIG` 或 `SMALL`，默认 `BIG`\n{TIMESTAMP}"))
    found = draft_of(english, other)
    assert notes_of(found) == []
    assert [each["const"] for each in found.schemas["BuySeedsSize"]["oneOf"]] == ["BIG", "SMALL"]
    assert found.operation["parameters"][0]["schema"]["default"] == "BIG"


def test_a_condition_that_one_page_leaves_half_open_is_the_same_as_that_of_the_other() -> None:
    rows = f"seed | STRING | NO |\nsize | ENUM | NO | `BIG` or `SMALL`\n{TIMESTAMP}"
    english = page(rows, notes="- seed must be sent when size is BIG and SMALL\n")
    other = chinese(page(rows, notes="- seed 必须要发送，当类型为 SMALL 和 BIG\n"))
    found = draft_of(english, other)
    rule = {"parameter": "seed", "when": {"parameter": "size", "in": ["BIG", "SMALL"]}}
    assert (found.operation["x-binance-requires"], notes_of(found)) == ([rule], [])


def test_two_copies_in_one_language_that_disagree_are_told() -> None:
    assert notes_of(draft_of(page(), page())) == []
    found = draft_of(page(), page(f"seed | STRING | NO |\n{TIMESTAMP}", weight="**9**"))
    assert found.operation["x-binance-weight"]["weight"] == 7
    assert notes_of(found) == ["two copies of the page in en disagree, 0.md and 1.md: weight, parameters."]


# Answers


def test_a_field_that_only_some_answers_have_need_not_come() -> None:
    found = answer_of('{"tranId": 5, "fee": "0.10"}', '{"tranId": 6, "free": true}')
    assert (found["required"], list(found["properties"])) == (["tranId"], ["tranId", "fee", "free"])


def test_an_answer_that_refuses_the_call_is_none_of_them() -> None:
    found = answer_of('{"tranId": 5}', '{"code": -1102, "msg": "No seed was sent."}')
    assert (found["required"], list(found["properties"])) == (["tranId"], ["tranId"])


def test_an_answer_that_is_a_record_or_a_list_of_them_is_either() -> None:
    found = answer_of('{"tranId": 5}', '[{"tranId": 5}]')
    assert [each["type"] for each in found["oneOf"]] == ["object", "array"]


def test_another_answer_that_cannot_be_read_is_told() -> None:
    found = draft_of(page(answers=('{"tranId": 5}', '{"tranId" 5 : }')))
    assert notes_of(found) == ["line 29 has another answer, but the example cannot be read."]


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
    found = answer_of(f'{{\n  "bags": [{{\n    "fee": "1.5",  {comment}\n    "coin": "BNB"\n  }}],\n  "tranId": 5\n}}')
    bag = found["properties"]["bags"]["items"]
    words = comment.strip("/* ")
    assert bag["properties"]["fee"]["description"] == f"??? Say in English what the field holds. The page says: {words}"
    assert bag["properties"]["coin"]["description"] == "??? Say in English what the field holds."
    assert bag["required"] == (["fee", "coin"] if comes else ["coin"])


def test_a_comment_on_a_line_of_its_own_belongs_to_no_field() -> None:
    found = answer_of('{\n  "tranId": 5,\n  // not returned for bags\n  "coin": "BNB"\n}')
    assert found["required"] == ["tranId", "coin"]


def test_strings_in_curly_quotes_and_with_needless_backslashes_are_read() -> None:
    found = draft_of(page(answers=('{“tranId”: 5, “name”: "the garden\\\'s\\n"}',)))
    answer = found.operation["responses"]["200"]["content"]["application/json"]
    assert answer["example"] == {"tranId": 5, "name": "the garden's\n"}
