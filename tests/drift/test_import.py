"""A page of an endpoint that the spec lacks becomes a draft, which the generator takes once its gaps are filled."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.__main__ import main
from generator.build import build
from generator.document import read as read_yaml
from generator.drift.compare import compare
from generator.drift.edit import Editor
from generator.drift.endpoint import drafted
from generator.drift.import_page import put
from generator.load import load
from generator.pages import CallLimit, Endpoint, Weight, read
from tests.generator.specs import call, forget, generate, imported, spec

from .conftest import SPEC
from .filling import filled, gaps
from .writer import FORMATS, Row, Said, write

BORROW = Said(
    language="en",
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
    Said,
    language=st.just("en"),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.sampled_from(["/sapi/v1/new/thing", "/fapi/v2/other", "/sapi/v1/asset/transfers"]),
    address=st.just("https://developers.binance.com/docs/some/New-Thing"),
    titles=st.sampled_from(["USER_DATA", "TRADE", "MARKET_DATA", ""]).map(lambda each: (("New Thing of Ours", each),)),
    description=PLAIN,
    weights=st.just(()) | st.builds(Weight, st.integers(1, 1200), st.just("ip")).map(lambda each: (each,)),
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


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_draft_is_taken_once_its_gaps_are_filled_and_its_page_is_the_same_then(
    file: Path, data: st.DataObject
) -> None:
    said = data.draw(PAGES)
    page = read("page", write(data.draw(st.sampled_from(FORMATS)), said))
    editor = Editor("spec.yaml", SMALL.encode())
    put(editor, drafted(editor.data, [page], Endpoint(said.method, said.path)))
    file.write_bytes(filled(editor.source))
    document = load(file, "spec.yaml")
    report = compare(document, build(document), [page])
    assert [(each.verdict, each.sentence) for each in report.pages] == [(report.pages[0].verdict, "")]
    # What is written into the gaps is not what the page says, where it says something at all.
    guessed = {"weight", "security", "permission", "response example"}
    assert {each.fact for each in report.operations[0].differences} <= guessed
