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
from generator.drafts import Components, recorded
from generator.drift.compare import compare
from generator.importer import responses
from generator.importer.command import put, summary
from generator.importer.operation import Draft, drafted
from generator.ir.build import build
from generator.openapi.document import read as read_yaml
from generator.openapi.edit import Editor
from generator.openapi.load import load
from generator.sources import CallLimit, Endpoint, PageWeight, read
from tests.excerpt import EARN, excerpt
from tests.sources.writer import FORMATS, Row, WrittenPage, write
from tests.specs import forget, generate, imported

from .filling import SMALL, filled, gaps

BORROW = WrittenPage(
    language="en",
    taken="2026-01-15",
    method="POST",
    path="/sapi/v1/loan/borrow",
    address="https://developers.binance.com/docs/loan/Borrow-Coins",
    titles=(("Borrow Coins (For Master Account)", "TRADE"),),
    description="Borrow coins against others.",
    weights=(PageWeight(600, "uid"),),
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
SPEC = excerpt(EARN)
KNOWN = "Get Transferable Earn Asset Balance for Portfolio Margin"
ADDRESS = (
    "https://developers.binance.com/docs/derivatives/portfolio-margin-pro/account/"
    "Get-Transferable-Earn-Asset-Balance-Portfolio-Margin"
)
DATA = read_yaml("spec.yaml", SPEC.encode()).data
DRAFT = Path(__file__).with_name("borrow.yaml")
"""What is drafted from the two halves above."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a spec, so that it is spec.yaml in messages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text(SPEC)
    (tmp_path / "borrow.md").write_bytes(write("markdown", BORROW, TRANSLATED))
    return tmp_path


def test_a_draft_says_what_the_page_says_and_marks_what_it_does_not(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--spec", "spec.yaml", "borrow.md"]) == 0
    output = capsys.readouterr()
    assert output.out == DRAFT.read_text()
    assert output.err == "POST /sapi/v1/loan/borrow is drafted, with 51 gaps to fill.\n"
    assert (here / "spec.yaml").read_text() == SPEC


def test_a_draft_is_added_to_the_spec_and_every_other_byte_stays(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--into", "spec.yaml", "borrow.md"]) == 0
    assert capsys.readouterr() == ("", "POST /sapi/v1/loan/borrow is drafted in spec.yaml, with 51 gaps to fill.\n")
    before, after = SPEC, (here / "spec.yaml").read_text()
    paths, _, components = DRAFT.read_text().removeprefix("paths:\n").partition("components:\n  schemas:\n")
    rest = re.split(r"^    (?=\S)", components, flags=re.MULTILINE)[1:]
    schemas = "".join(f"\n    {line}" for line in rest)
    assert after.replace(f"\n{paths}", "", 1).replace(schemas, "", 1) == before
    # Others come after it as before it: the next draft does not touch this one.
    assert main(["import", "--into", "spec.yaml", "borrow.md"]) == 2
    assert "borrow.md: the spec has POST /sapi/v1/loan/borrow already" in capsys.readouterr().err
    assert (here / "spec.yaml").read_text() == after


@pytest.mark.parametrize(
    ("gaps", "english", "left"),
    [
        (0, 0, "with 0 gaps to fill."),
        (1, 1, "with 1 gap to fill. 1 Chinese text is still in English."),
        (2, 2, "with 2 gaps to fill. 2 Chinese texts are still in English."),
    ],
)
def test_one_gap_and_one_text_are_counted_in_the_singular(gaps: int, english: int, left: str) -> None:
    texts = {f"part {index}": {"x-binance-zh": "Not Chinese"} for index in range(english)}
    draft = Draft(Endpoint("POST", "/a"), {"description": ["??? Write this."] * gaps, **texts}, {})
    assert summary(draft, "spec.yaml") == f"POST /a is drafted in spec.yaml, {left}"


def test_another_method_of_a_known_path_is_drafted_beside_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--into", "spec.yaml", "borrow.md"]) == 0
    listed = replace(BORROW, method="GET", titles=(("Borrow History", "USER_DATA"),), limits=(), permissions=())
    (here / "history.md").write_bytes(write("markdown", listed))
    assert main(["import", "--into", "spec.yaml", "history.md"]) == 0
    assert "GET /sapi/v1/loan/borrow is drafted in spec.yaml" in capsys.readouterr().err
    operations = read_yaml("spec.yaml", (here / "spec.yaml").read_bytes()).data["paths"]["/sapi/v1/loan/borrow"]
    assert {method: operation["operationId"] for method, operation in operations.items()} == {
        "post": "borrowCoins",
        "get": "borrowHistory",
    }


def test_the_generator_refuses_a_draft_until_each_gap_is_filled(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", "--into", "spec.yaml", "borrow.md"])
    source = (here / "spec.yaml").read_bytes()
    places = list(gaps(read_yaml("spec.yaml", source).data))
    capsys.readouterr()
    assert main(["--spec", "spec.yaml", "--out", "out"]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == len(places) == 51
    assert all(re.match(r"spec\.yaml:\d+:\d+: a gap is left to fill: ", line) for line in errors)
    editor = Editor("spec.yaml", filled(source))
    editor.set(places[-1], "??? once more")
    (here / "spec.yaml").write_bytes(editor.source)
    assert main(["--spec", "spec.yaml", "--out", "out"]) == 2
    assert not Path("out").exists()


@pytest.mark.parametrize("arguments", [["borrow.md"], ["--history", "borrowCoins"]])
def test_drift_says_what_to_do_with_a_draft_that_has_gaps(
    arguments: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", "--into", "spec.yaml", "borrow.md"])
    places = list(gaps(read_yaml("spec.yaml", (here / "spec.yaml").read_bytes()).data))
    capsys.readouterr()
    assert main(["drift", "--spec", "spec.yaml", *arguments]) == 2
    *errors, advice = capsys.readouterr().err.splitlines()
    assert len(errors) == len(places)
    assert advice == (
        "drift compares no spec with gaps: fill them, or keep a draft in a file of its own until it is filled. "
        "Without --into, import prints it."
    )
    (here / "spec.yaml").write_text("openapi: 3.1.0\n")
    assert main(["drift", "--spec", "spec.yaml", *arguments]) == 2
    assert "gaps" not in capsys.readouterr().err


# Pages that do not agree, or say too little.


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
        response = client.borrow_coins(loan_coin="BTC", amount="1.5", side="OUT", account="a b", loan_term=30)
        with pytest.raises(package.InvalidRequest, match="account"):
            client.borrow_coins(loan_coin="BTC", amount="1.5", side="OUT")
    query = "loanCoin=BTC&amount=1.5&loanTerm=30&side=OUT&account=a%20b&timestamp=1700000000000"
    signature = hmac.new(b"secret", query.encode(), hashlib.sha256).hexdigest()
    assert sent == [f"POST /sapi/v1/loan/borrow?{query}&signature={signature}"]
    assert (response.order_id, str(response.amount), response.fees[0].coin) == (5012345678901, "1.50", "BNB")
    assert package.OPERATIONS["borrow_coins"].weight.weight == 600


def draft_of(*pages: WrittenPage) -> Draft:
    return drafted(DATA, [read("page.md", write("markdown", *pages))], Endpoint(BORROW.method, BORROW.path))


def test_languages_that_disagree_are_quoted_in_gaps() -> None:
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
    operation = draft_of(BORROW, other).operation
    assert operation["x-binance-security"] == (
        "??? Choose one of NONE, MARKET_DATA, USER_STREAM, USER_DATA, TRADE, MARGIN. The page says: en: TRADE; zh-CN: USER_DATA"
    )
    assert operation["security"] == "??? Name the security schemes; public data has []."
    assert operation["x-binance-call-limit"]["calls"] == (
        "??? Write how many calls. The page says: en: 2 per 1 seconds; zh-CN: 3 per 1 seconds"
    )
    assert [note["description"] for note in operation["x-binance-note"]] == [
        f"??? Say in English what you chose and why: {note}."
        for note in (
            "the pages disagree on the type of side: en: ENUM; zh-CN: STRING",
            "the pages disagree on whether it must be sent of side: en: False; zh-CN: True",
            "the pages disagree on the values of side: en: IN, OUT; zh-CN: IN, ASIDE",
            "only the page in zh-CN has the parameter extra",
            "the pages disagree on when a parameter must be sent",
        )
    ]
    assert [rule["when"]["in"] for rule in operation["x-binance-requires"]] == [["OUT"], ["IN"]]
    names = [
        parameter.get("name", parameter.get("$ref", "").rpartition("/")[2]) for parameter in operation["parameters"]
    ]
    assert names == ["loanCoin", "amount", "loanTerm", "side", "account", "extra", "recvWindow", "timestamp"]


def sentences_of(page: WrittenPage) -> list[str]:
    [version] = read("page.md", write("markdown", page)).versions
    return recorded(version)


def test_a_page_in_chinese_alone_leaves_what_is_english_to_a_person() -> None:
    operation = draft_of(TRANSLATED).operation
    assert operation["operationId"] == "??? Name the operation in camelCase, after its English title."
    assert operation["summary"] == "??? Write the English title."
    assert operation["x-binance-zh"]["summary"] == "借币"
    assert operation["x-binance-source"] == {
        "en": {
            "url": "??? Write the address of the page, with https.",
            "read": "??? Write the date of the page, as 'YYYY-MM-DD'.",
        },
        "zh-CN": {"url": TRANSLATED.address, "read": "2026-01-15", "sentences": sentences_of(TRANSLATED)},
    }
    assert list(draft_of(TRANSLATED).schemas) == ["LoanTerm", "NewSide", "NewResponse"]


def test_names_that_are_taken_are_not_taken_again() -> None:
    rows = (Row("earnTransferType", "ENUM", "NO", "", (("A1", ""), ("B2", ""))),)
    draft = draft_of(replace(BORROW, titles=((KNOWN, "TRADE"),), rows=rows))
    assert draft.operation["operationId"].startswith("??? Name the operation in camelCase")
    assert list(draft.schemas) == ["NewEarnTransferType", "NewResponse"]


def test_an_enum_with_the_same_words_is_used_again() -> None:
    earn = (("EARN_TO_FUTURE", ""), ("FUTURE_TO_EARN", ""))
    draft = draft_of(replace(BORROW, rows=(Row("way", "ENUM", "YES", "", earn),)))
    assert draft.operation["parameters"][0]["schema"] == {"$ref": "#/components/schemas/EarnTransferType"}
    assert list(draft.schemas) == ["BorrowCoinsResponse"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"# Log in\n", "it names no method and path, such as GET /sapi/v1/account; it is no page of an endpoint."),
        (
            write("markdown", replace(BORROW, method="GET", path=EARN, address=ADDRESS)),
            f"the spec has GET {EARN} already; python -m generator drift compares the two.",
        ),
        (
            write("markdown", replace(BORROW, address=ADDRESS)),
            f"line 14: it describes POST /sapi/v1/loan/borrow, but its address is that of {KNOWN}, GET {EARN}.",
        ),
    ],
    ids=["no endpoint", "an endpoint of the spec", "the address of another"],
)
@pytest.mark.usefixtures("here")
def test_a_page_that_gives_no_draft_is_reported(
    source: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("page.md").write_bytes(source)
    assert main(["import", "--into", "spec.yaml", "page.md"]) == 2
    assert capsys.readouterr() == ("", f"page.md: {message}\n")
    assert Path("spec.yaml").read_text() == SPEC
    # The others are drafted.
    assert main(["import", "--spec", "spec.yaml", "page.md", "borrow.md"]) == 2
    assert capsys.readouterr().out == DRAFT.read_text()


@pytest.mark.usefixtures("here")
def test_files_that_are_not_there_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--spec", "none.yaml", "borrow.md"]) == 2
    assert main(["import", "--spec", "spec.yaml", "none.md"]) == 2
    allowed = (
        "a file, a folder, an address that begins with https:// or http://, or a package of Binance's SDK such as "
        "sdk:binance-sdk-wallet"
    )
    assert capsys.readouterr().err.splitlines() == [
        "none.yaml cannot be read or written: No such file or directory.",
        f"none.md is not there; allowed: {allowed}.",
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
    Path("spec.yaml").write_text(SPEC)
    assert main(["import", "--into", "spec.yaml", "borrow.md", "rate.md"]) == 0
    assert Path("spec.yaml").read_bytes() == one_by_one
    draft = read_yaml("spec.yaml", one_by_one).data["paths"]["/sapi/v1/loan/rate"]["get"]
    assert draft["x-binance-moves-funds"] is False
    assert "x-binance-when-unknown" not in draft
    assert capsys.readouterr().out == ""
    build(load("spec.yaml", filled(one_by_one)))


LONG = {"type": "integer", "format": "int64"}


@pytest.mark.parametrize(
    ("printed", "items"),
    [
        ("[]", {"type": "??? Choose a type."}),
        ('[[1, "0.5"], [2, "x"]]', {"type": "array", "items": {"oneOf": [LONG, {"type": "string"}]}}),
        ("[1, 2.5, null]", {"type": ["number", "null"]}),
        ("[null]", {"type": ["??? Choose a type.", "null"]}),
        ('["1.50", "-2.0"]', {"type": "string", "format": "decimal"}),
        (
            '[{"a": 1, "b": {}}, {"b": {}}]',
            {
                "type": "object",
                "required": ["b"],
                "properties": {"b": {"type": "object", "properties": {}}, "a": LONG},
            },
        ),
    ],
)
def test_the_schema_of_an_answer_fits_its_example(printed: str, items: dict[str, Any]) -> None:
    schema = responses.Schemas({}, Components({"x-binance-zh": {}}), has_examples=True).of([responses.example(printed)])
    assert without_words(schema) == {"type": "array", "items": items}


def without_words(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: without_words(value) for key, value in node.items() if key not in ("description", "x-binance-zh")}
    return [without_words(value) for value in node] if isinstance(node, list) else node


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

PLAIN = st.text("abcdefgh XYZ,.-'", max_size=20).map(lambda text: " ".join(text.split()).strip(" ,.-'"))
VALUES = st.lists(st.sampled_from(["BUY", "SELL", "IN_1", "OUT_2"]), min_size=1, max_size=3, unique=True)
ROWS = st.builds(
    Row,
    st.sampled_from(["coin", "size", "orderId", "startTime", "limit", "fromId", "kind"]),
    st.sampled_from(["STRING", "LONG", "INT", "DECIMAL", "BOOLEAN", "ENUM"]),
    st.sampled_from(["YES", "NO"]),
    PLAIN,
).flatmap(
    lambda row: (
        st.just(row)
        if row.type != "ENUM"
        else VALUES.map(lambda values: replace(row, text="", values=tuple((value, "") for value in values)))
    )
)
NAMES = st.sampled_from(["id", "asset", "amount", "list", "ok"])
SCALARS = st.integers(-(10**15), 10**15) | st.booleans() | st.sampled_from(["", "BTC", "-1.25", "x: y"]) | st.none()
EXAMPLES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3), max_leaves=5
)
PAGES = st.builds(
    replace,
    st.just(BORROW),
    method=st.sampled_from(["GET", "POST", "PUT"]),
    path=st.sampled_from(["/sapi/v1/new/thing", "/fapi/v2/other", "/sapi/v1/first"]),
    titles=st.sampled_from(["USER_DATA", "TRADE", "MARKET_DATA", ""]).map(lambda label: (("New Thing", label),)),
    description=PLAIN,
    weights=st.sampled_from([(), (PageWeight(0, "ip"),), (PageWeight(7, "ip"),)]),
    limits=st.sampled_from([(), (CallLimit(7, 60),)]),
    permissions=st.sampled_from([(), ("enableWonders",)]),
    rows=st.lists(ROWS, max_size=4, unique_by=lambda row: row.name).map(lambda rows: (*rows, *BORROW.rows[-2:])),
    conditions=st.just(()),
    example=st.dictionaries(NAMES, EXAMPLES, max_size=4),
)


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_any_draft_is_taken_once_its_gaps_are_filled_and_its_page_is_the_same_then(
    data: st.DataObject,
) -> None:
    written = data.draw(PAGES)
    page = read("page", write(data.draw(st.sampled_from(FORMATS)), written))
    editor = Editor("spec.yaml", SMALL.encode())
    put(editor, drafted(editor.data, [page], Endpoint(written.method, written.path)))
    document = load("spec.yaml", filled(editor.source))
    report = compare(document, build(document), [page])
    assert [(result.verdict, result.message) for result in report.pages] == [(report.pages[0].verdict, "")]
    # What is written into the gaps is not what the page says, where it says something at all.
    guessed = {"weight", "security", "permission", "response example"}
    assert {result.fact for result in report.operations[0].differences} <= guessed


@pytest.mark.usefixtures("_here")
def test_where_nothing_can_be_read_the_message_says_why_whatever_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("spec.yaml").write_bytes(SMALL.encode())
    Path("a.whl").write_bytes(b"none")
    assert main(["import", "a.whl", "--spec", "spec.yaml", "--operation", "Sow Seeds"]) == 2
    assert capsys.readouterr().err == "a.whl: it is no wheel, or a damaged one.\n"
