"""A page of an endpoint that the spec lacks becomes a draft, which the generator takes once its gaps are filled."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.__main__ import main
from generator.drift.compare import compare
from generator.importer import responses
from generator.importer.command import put
from generator.importer.operation import Draft, drafted
from generator.ir.build import build
from generator.openapi.document import read as read_yaml
from generator.openapi.edit import Editor
from generator.openapi.load import load_file
from generator.sources import CallLimit, Endpoint, Weight, read
from tests.conftest import SPEC
from tests.sources.writer import FORMATS, Row, WrittenPage, write
from tests.specs import call, forget, generate, imported, spec

from .filling import filled, gaps

BORROW = WrittenPage(
    language="en",
    taken="2026-01-15",
    method="POST",
    path="/sapi/v1/loan/borrow",
    address="https://developers.binance.com/docs/loan/Borrow-Coins",
    titles=(("Borrow Coins (For Master Account)", "TRADE"),),
    description="Borrow coins against others.",
    weights=(Weight(600, "uid"),),
    limits=(CallLimit(2, 1),),
    permissions=("enableMargin",),
    rows=(
        Row("loanCoin", "STRING", "YES", "The coin to borrow"),
        Row("amount", "DECIMAL", "YES"),
        Row("loanTerm", "INT", "NO", "", (("7", "a week"), ("30", "a month"))),
        Row("side", "ENUM", "NO", "", (("IN", "into it"), ("OUT", "out of it"))),
        Row("account", "STRING", "NO", "Where to"),
        Row("recvWindow", "LONG", "NO"),
        Row("timestamp", "LONG", "YES"),
    ),
    conditions=(("account", "side", ("OUT",)),),
    example={"orderId": 5012345678901, "amount": "1.50", "done": True, "fees": [{"coin": "BNB", "fee": 0.1}]},
)
TRANSLATED = replace(
    BORROW,
    language="zh-CN",
    address="https://developers.binance.com/docs/zh-CN/loan/Borrow-Coins",
    titles=(("借币（仅适用主账户）", "TRADE"),),
    description="质押借币。",
)
DRAFT = Path(__file__).with_name("borrow.yaml")
"""What is drafted from the two halves above."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a copy of our spec, so that it is spec.yaml in messages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_bytes(SPEC.read_bytes())
    (tmp_path / "borrow.md").write_bytes(write("markdown", BORROW, TRANSLATED))
    return tmp_path


def test_a_draft_says_what_the_page_says_and_marks_what_it_does_not(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--spec", "spec.yaml", "borrow.md"]) == 0
    output = capsys.readouterr()
    assert output.out == DRAFT.read_text()
    assert output.err == "POST /sapi/v1/loan/borrow is drafted, with 51 gaps to fill.\n"
    assert (here / "spec.yaml").read_bytes() == SPEC.read_bytes()


def test_a_draft_is_added_to_the_spec_and_every_other_byte_stays(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--into", "spec.yaml", "borrow.md"]) == 0
    assert capsys.readouterr() == ("", "POST /sapi/v1/loan/borrow is drafted in spec.yaml, with 51 gaps to fill.\n")
    before, after = SPEC.read_text(), (here / "spec.yaml").read_text()
    paths, _, components = DRAFT.read_text().removeprefix("paths:\n").partition("components:\n  schemas:\n")
    rest = re.split(r"^    (?=\S)", components, flags=re.MULTILINE)[1:]
    schemas = "".join(f"\n    {each}" for each in rest)
    assert after.replace(f"\n{paths}", "", 1).replace(schemas, "", 1) == before
    # Others come after it as before it: the next draft does not touch this one.
    assert main(["import", "--into", "spec.yaml", "borrow.md"]) == 2
    assert "borrow.md: the spec has POST /sapi/v1/loan/borrow already" in capsys.readouterr().err
    assert (here / "spec.yaml").read_text() == after


def test_the_generator_refuses_a_draft_until_each_gap_is_filled(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", "--into", "spec.yaml", "borrow.md"])
    source = (here / "spec.yaml").read_bytes()
    places = list(gaps(read_yaml("spec.yaml", source).data))
    capsys.readouterr()
    assert main(["--spec", "spec.yaml", "--out", "out"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == len(places) == 51
    assert all(re.match(r"spec\.yaml:\d+:\d+: a gap is left to fill: ", line) for line in told)
    editor = Editor("spec.yaml", filled(source))
    editor.set(places[-1], "??? once more")
    (here / "spec.yaml").write_bytes(editor.source)
    assert main(["--spec", "spec.yaml", "--out", "out"]) == 2
    assert not Path("out").exists()


class _Clock:
    def milliseconds(self) -> int:
        return 1_700_000_000_000

    def correct(self, server_time: int, age: float) -> None: ...


@pytest.fixture
def package(here: Path) -> Iterator[ModuleType]:
    main(["import", "--into", "spec.yaml", "borrow.md"])
    yield imported(generate(filled((here / "spec.yaml").read_bytes()), here / "package"), "drafted")
    forget("drafted")


def test_a_filled_draft_becomes_a_method_that_works(package: ModuleType) -> None:
    sent: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(f"{request.method} {request.url.raw_path.decode()}")
        return httpx.Response(200, json=BORROW.example)

    with package.Client("key", "secret", transport=httpx.MockTransport(respond), clock=_Clock()) as client:
        answered = client.borrow_coins(loan_coin="BTC", amount="1.5", side="OUT", account="a b", loan_term=30)
        with pytest.raises(package.InvalidRequest, match="account"):
            client.borrow_coins(loan_coin="BTC", amount="1.5", side="OUT")
    query = "loanCoin=BTC&amount=1.5&loanTerm=30&side=OUT&account=a%20b&timestamp=1700000000000"
    signature = hmac.new(b"secret", query.encode(), hashlib.sha256).hexdigest()
    assert sent == [f"POST /sapi/v1/loan/borrow?{query}&signature={signature}"]
    assert (answered.order_id, str(answered.amount), answered.fees[0].coin) == (5012345678901, "1.50", "BNB")
    assert package.OPERATIONS["borrow_coins"].weight.weight == 600


# Pages that do not agree, or say too little.


def draft_of(*halves: WrittenPage) -> Draft:
    data = read_yaml("spec.yaml", SPEC.read_bytes()).data
    return drafted(data, [read("page.md", write("markdown", *halves))], Endpoint(BORROW.method, BORROW.path))


def test_two_weights_or_none_are_a_gap() -> None:
    two = draft_of(replace(BORROW, weights=(Weight(200, "uid"), Weight(1, "ip"))))
    words = "The page says: en: 200 per uid, 1 per ip"
    assert two.operation["x-binance-weight"] == {
        "scope": f"??? Choose ip or uid. {words}",
        "weight": f"??? Write the weight of a call. {words}",
    }
    none = draft_of(replace(BORROW, weights=(Weight(7, None),)))
    assert none.operation["x-binance-weight"] == {
        "scope": "??? Choose ip or uid. The page says: en: 7 per ?",
        "weight": 7,
    }


def test_languages_that_disagree_are_told_in_gaps() -> None:
    rows = (
        *BORROW.rows[:3],
        Row("side", "STRING", "YES", "", (("IN", ""), ("ASIDE", ""))),
        *BORROW.rows[4:5],
        Row("extra", "STRING", "NO"),
        *BORROW.rows[5:],
    )
    other = replace(
        TRANSLATED,
        rows=rows,
        titles=(("借币", "USER_DATA"),),
        limits=(CallLimit(3, 1),),
        conditions=(("account", "side", ("IN",)),),
    )
    found = draft_of(BORROW, other).operation
    assert found["x-binance-security"] == (
        "??? Choose one of NONE, MARKET_DATA, USER_STREAM, USER_DATA, TRADE, MARGIN. The page says: en: TRADE; zh-CN: USER_DATA"
    )
    assert found["security"] == "??? Name the security schemes; public data has []."
    assert found["x-binance-call-limit"]["calls"] == (
        "??? Write how many calls. The page says: en: 2 per 1 seconds; zh-CN: 3 per 1 seconds"
    )
    assert [note["description"] for note in found["x-binance-note"]] == [
        f"??? Say in English what you chose and why: {note}."
        for note in (
            "the pages disagree on the type of side: en: ENUM; zh-CN: STRING",
            "the pages disagree on whether it must be sent of side: en: False; zh-CN: True",
            "the pages disagree on the values of side: en: IN, OUT; zh-CN: IN, ASIDE",
            "only the page in zh-CN has the parameter extra",
            "the pages disagree on when a parameter must be sent",
        )
    ]
    assert [rule["when"]["in"] for rule in found["x-binance-requires"]] == [["OUT"], ["IN"]]
    names = [each.get("name", each.get("$ref", "").rpartition("/")[2]) for each in found["parameters"]]
    assert names == ["loanCoin", "amount", "loanTerm", "side", "account", "extra", "recvWindow", "timestamp"]


def test_a_page_in_chinese_alone_leaves_what_is_english_to_a_person() -> None:
    found = draft_of(TRANSLATED).operation
    assert found["operationId"] == "??? Name the operation in camelCase, after its English title."
    assert found["summary"] == "??? Write the page's English title."
    assert found["x-binance-zh"]["summary"] == "借币"
    assert found["x-binance-source"] == {
        "en": {
            "url": "??? Write the address of the page, with https.",
            "read": "??? Write the date of the page, as 'YYYY-MM-DD'.",
        },
        "zh-CN": {"url": TRANSLATED.address, "read": "2026-01-15"},
    }
    assert list(draft_of(TRANSLATED).schemas) == ["LoanTerm", "NewSide", "NewReceipt"]


def test_names_that_are_taken_are_not_taken_again() -> None:
    title = (("User Universal Transfer", "TRADE"),)
    found = draft_of(
        replace(BORROW, titles=title, rows=(Row("transferType", "ENUM", "NO", "", (("A1", ""), ("B2", ""))),))
    )
    assert found.operation["operationId"].startswith("??? Name the operation in camelCase")
    assert list(found.schemas) == ["NewTransferType", "NewReceipt"]


def test_an_enum_with_the_same_words_is_used_again() -> None:
    earn = (("EARN_TO_FUTURE", ""), ("FUTURE_TO_EARN", ""))
    found = draft_of(replace(BORROW, rows=(Row("way", "ENUM", "YES", "", earn),)))
    assert found.operation["parameters"][0]["schema"] == {"$ref": "#/components/schemas/EarnTransferType"}
    assert list(found.schemas) == ["BorrowCoinsReceipt"]


# fmt: off
REFUSED = {
    "a page that says nothing": (b"# Log in\n", "page.md: it names no method and path, such as GET /sapi/v1/account; it is no page of an endpoint."),
    "an endpoint of the spec": (write("markdown", replace(BORROW, path="/sapi/v1/asset/transfer", address="https://developers.binance.com/docs/wallet/asset/user-universal-transfer")), "page.md: the spec has POST /sapi/v1/asset/transfer already; python -m generator drift compares the two."),
    "a page under the address of another": (write("markdown", replace(BORROW, address="https://developers.binance.com/docs/wallet/asset/user-universal-transfer")), "page.md: line 14: it describes POST /sapi/v1/loan/borrow, but its address is that of User Universal Transfer, POST /sapi/v1/asset/transfer."),
}
# fmt: on


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.usefixtures("here")
def test_a_page_that_gives_no_draft_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    source, message = REFUSED[name]
    Path("page.md").write_bytes(source)
    assert main(["import", "--into", "spec.yaml", "page.md"]) == 2
    assert capsys.readouterr() == ("", f"{message}\n")
    assert Path("spec.yaml").read_bytes() == SPEC.read_bytes()
    # The others are drafted.
    assert main(["import", "--spec", "spec.yaml", "page.md", "borrow.md"]) == 2
    assert capsys.readouterr().out == DRAFT.read_text()


@pytest.mark.usefixtures("here")
def test_files_that_are_not_there_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--spec", "none.yaml", "borrow.md"]) == 2
    assert main(["import", "--spec", "spec.yaml", "none.md"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "none.yaml cannot be read or written: No such file or directory.",
        "none.md is not there; allowed: a file, a folder, or an address that begins with https:// or http://.",
    ]


@pytest.mark.usefixtures("here")
def test_a_spec_with_gaps_takes_another_draft(capsys: pytest.CaptureFixture[str]) -> None:
    reading = replace(
        BORROW,
        method="GET",
        path="/sapi/v1/loan/rate",
        titles=(("Loan Rate", "TRADE"),),
        rows=BORROW.rows[:4] + BORROW.rows[5:],
        conditions=(),
        address="https://developers.binance.com/docs/loan/Loan-Rate",
    )
    Path("rate.md").write_bytes(write("markdown", reading))
    assert main(["import", "--into", "spec.yaml", "borrow.md"]) == 0
    assert main(["import", "--into", "spec.yaml", "rate.md"]) == 0
    one_by_one = Path("spec.yaml").read_bytes()
    Path("spec.yaml").write_bytes(SPEC.read_bytes())
    assert main(["import", "--into", "spec.yaml", "borrow.md", "rate.md"]) == 0
    assert Path("spec.yaml").read_bytes() == one_by_one
    found = read_yaml("spec.yaml", one_by_one).data["paths"]["/sapi/v1/loan/rate"]["get"]
    assert found["x-binance-moves-funds"] is False
    assert "x-binance-when-unknown" not in found
    assert capsys.readouterr().out == ""
    Path("spec.yaml").write_bytes(filled(one_by_one))
    build(load_file(Path("spec.yaml"), "spec.yaml"))


@pytest.mark.parametrize(
    ("printed", "schema"),
    [
        ("[]", {"type": "array", "items": {"type": "??? Choose a type."}}),
        (
            '[[1, "0.5"], [2, "x"]]',
            {
                "type": "array",
                "items": {
                    "type": "array",
                    "items": {"oneOf": [{"type": "integer", "format": "int64"}, {"type": "string"}]},
                },
            },
        ),
        ("[1, 2.5, null]", {"type": "array", "items": {"type": ["number", "null"]}}),
        ("[null]", {"type": "array", "items": {"type": ["??? Choose a type.", "null"]}}),
        ('["1.50", "-2.0"]', {"type": "array", "items": {"type": "string", "format": "decimal"}}),
        (
            '[{"a": true}, {"b": "1"}]',
            {
                "type": "array",
                "items": {"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"type": "string"}}},
            },
        ),
        (
            '[{"a": 1, "b": {}}, {"b": {}}]',
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["b"],
                    "properties": {
                        "b": {"type": "object", "properties": {}},
                        "a": {"type": "integer", "format": "int64"},
                    },
                },
            },
        ),
    ],
)
def test_the_schema_of_an_answer_fits_its_example(printed: str, schema: dict[str, Any]) -> None:
    assert without_words(responses.schema([responses.example(printed)], {}, bilingual=True)) == schema


def without_words(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: without_words(each) for key, each in node.items() if key not in ("description", "x-binance-zh")}
    return [without_words(each) for each in node] if isinstance(node, list) else node


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("", "the example cannot be read"),
        ('{"a": ', "the example cannot be read"),
        ("[" * 21 + "]" * 21, "the example is too deep"),
        ('{"a": 1e999}', "the example has a number that is too large"),
        ("[" + "1," * 100_001 + "]", "the example has 200004 characters"),
    ],
)
def test_an_example_that_is_of_no_use_is_refused(printed: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        responses.example(printed)


# Any endpoint, in a small spec without Chinese.

SMALL = spec(call("GET /sapi/v1/first", "first", security="USER_DATA"))

WORDS = st.sampled_from(
    ["coin", "size", "orderId", "startTime", "side", "limit", "fromId", "toEmail", "isolated", "kind"]
)
PLAIN = st.text("abcdefgh XYZ,.-'", max_size=20).map(lambda text: " ".join(text.split()).strip(" ,.-'"))
VALUES = st.lists(st.sampled_from(["BUY", "SELL", "IN_1", "OUT_2", "MAIN_SPOT"]), min_size=1, max_size=3, unique=True)
ROWS = st.builds(
    Row,
    WORDS,
    st.sampled_from(["STRING", "LONG", "INT", "DECIMAL", "BOOLEAN"]),
    st.sampled_from(["YES", "NO"]),
    PLAIN,
) | st.builds(
    Row,
    WORDS,
    st.just("ENUM"),
    st.sampled_from(["YES", "NO"]),
    st.just(""),
    VALUES.map(lambda each: tuple((value, "") for value in each)),
)
NAMES = st.sampled_from(["id", "asset", "amount", "time", "list", "total", "ok", "tranId"])
SCALARS = (
    st.integers(-(10**15), 10**15) | st.booleans() | st.sampled_from(["", "BTC", "0.5", "-1.25", "x: y"]) | st.none()
)
EXAMPLES = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3), max_leaves=5
    ),
    max_size=4,
)
PAGES = st.builds(
    WrittenPage,
    language=st.just("en"),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.sampled_from(["/sapi/v1/new/thing", "/fapi/v2/other", "/sapi/v1/asset/transfers"]),
    address=st.just("https://developers.binance.com/docs/some/New-Thing"),
    titles=st.sampled_from(["USER_DATA", "TRADE", "MARKET_DATA", ""]).map(lambda each: (("New Thing of Ours", each),)),
    description=PLAIN,
    weights=st.just(()) | st.builds(Weight, st.integers(0, 1200), st.just("ip")).map(lambda each: (each,)),
    limits=st.sampled_from([(), (CallLimit(7, 60),)]),
    permissions=st.sampled_from([(), ("enableWonders",)]),
    rows=st.lists(ROWS, max_size=5, unique_by=lambda row: row.name).map(
        lambda rows: (*rows, Row("recvWindow", "LONG", "NO"), Row("timestamp", "LONG", "YES"))
    ),
    conditions=st.just(()),
    example=EXAMPLES,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("import") / "spec.yaml"


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_draft_is_taken_once_its_gaps_are_filled_and_its_page_is_the_same_then(
    file: Path, data: st.DataObject
) -> None:
    written = data.draw(PAGES)
    page = read("page", write(data.draw(st.sampled_from(FORMATS)), written))
    editor = Editor("spec.yaml", SMALL.encode())
    put(editor, drafted(editor.data, [page], Endpoint(written.method, written.path)))
    file.write_bytes(filled(editor.source))
    document = load_file(file, "spec.yaml")
    report = compare(document, build(document), [page])
    assert [(each.verdict, each.message) for each in report.pages] == [(report.pages[0].verdict, "")]
    # What is written into the gaps is not what the page says, where it says something at all.
    guessed = {"weight", "security", "permission", "response example"}
    assert {each.fact for each in report.operations[0].differences} <= guessed
