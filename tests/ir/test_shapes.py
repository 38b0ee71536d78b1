"""Shows that the generator is general: every shape that Binance uses needs an edit of the YAML alone.

The specs are in shapes.py. The package of each is generated, type-checked, imported, and called through both clients.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from generator.render.package import PACKAGE

from .shapes import SPECS, WORDS, Packages, packages, sent_and_received, signed

__all__ = ["packages"]


def test_a_public_endpoint_without_parameters_sends_no_key_and_no_question_mark(packages: Packages) -> None:
    sent, received = sent_and_received(packages["market"], "ping", {})
    assert sent == "GET /api/v3/ping None"
    assert received == packages["market"].PingResponse()


def test_a_public_call_works_without_key_and_secret(packages: Packages) -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=b'{"serverTime":5}'))
    with packages["market"].Client(transport=answer) as client:
        assert client.time().server_time == 5


def test_values_that_differ_in_case_alone_stay_apart(packages: Packages) -> None:
    package = packages["market"]
    assert {member.name: member.value for member in package.Interval} == {
        "VALUE_1s": "1s",
        "VALUE_1m": "1m",
        "VALUE_1h": "1h",
        "VALUE_1d": "1d",
        "VALUE_1M": "1M",
    }
    answer = [[1499040000000, "0.01634790", "0.80000000"]]
    sent, received = sent_and_received(
        package, "klines", answer, symbol="BTCUSDT", interval=package.Interval.VALUE_1M, limit=2
    )
    assert sent == "GET /api/v3/klines?symbol=BTCUSDT&interval=1M&limit=2 None"
    assert received == answer
    assert sent_and_received(package, "klines", [], symbol="币", interval="1m")[0] == (
        "GET /api/v3/klines?symbol=%E5%B8%81&interval=1m None"
    )


def test_a_key_is_sent_without_a_signature_where_the_page_says_so(packages: Packages) -> None:
    answer = b'[{"id":28457,"price":4.000001000000000000001,"isBuyerMaker":true,"new":"ignored"}]'
    sent, (trade,) = sent_and_received(packages["market"], "historical_trades", answer, from_id=7)
    assert sent == "GET /api/v3/historicalTrades?fromId=7 key"
    assert (trade.id, trade.price, trade.is_buyer_maker) == (28457, Decimal("4.000001000000000000001"), True)


def test_a_whole_number_has_the_bits_of_its_format(packages: Packages) -> None:
    operations = packages["market"].OPERATIONS
    bits = {
        parameter.name: parameter.bits
        for name in ("klines", "historical_trades")
        for parameter in operations[name].parameters
    }
    assert (bits["limit"], bits["fromId"]) == (32, 64)


def test_an_answer_is_one_object_or_a_list_of_them(packages: Packages) -> None:
    package = packages["market"]
    price = package.Price(symbol="LTCBTC", price=Decimal("4.00000200"))
    sent, received = sent_and_received(
        package, "symbol_price_ticker", {"symbol": "LTCBTC", "price": "4.00000200"}, symbol="LTCBTC"
    )
    assert (sent, received) == ("GET /api/v3/ticker/price?symbol=LTCBTC None", price)
    assert str(received.price) == "4.00000200"
    sent, received = sent_and_received(
        package, "symbol_price_ticker", [{"symbol": "LTCBTC", "price": "4.00000200"}], symbols=["LTCBTC", 'A"B']
    )
    assert sent == "GET /api/v3/ticker/price?symbols=%5B%22LTCBTC%22%2C%22A%5C%22B%22%5D None"
    assert received == [price]


def test_post_put_and_delete_are_sent_as_such(packages: Packages) -> None:
    package = packages["stream"]
    sent, received = sent_and_received(package, "start_user_data_stream", {"listenKey": "abc"})
    assert (sent, received.listen_key) == ("POST /api/v3/userDataStream key", "abc")
    sent, _ = sent_and_received(package, "keepalive_user_data_stream", {}, listen_key="abc")
    assert sent == "PUT /api/v3/userDataStream?listenKey=abc key"


def test_a_path_parameter_cannot_reach_another_path(packages: Packages) -> None:
    sent, _ = sent_and_received(packages["stream"], "close_user_data_stream", {}, listen_key="a/../b?c#d e")
    assert sent == "DELETE /api/v3/userDataStream/a%2F..%2Fb%3Fc%23d%20e key"


def test_every_kind_of_value_is_written_as_binance_reads_it(packages: Packages) -> None:
    package = packages["orders"]
    sent, _ = sent_and_received(
        package,
        "new_order",
        {"orderId": 1, "status": "NEW"},
        symbol="BTCUSDT",
        side=package.Side.SELL,
        quantity=Decimal("1E-8"),
        price=3,
        time_in_force="IOC",
        strategy_id=9223372036854775807,
        is_isolated=True,
        level=package.Level.MINUS_1,
    )
    assert sent == signed(
        "POST /api/v3/order?symbol=BTCUSDT&side=SELL&quantity=0.00000001&price=3&timeInForce=IOC"
        "&strategyId=9223372036854775807&isIsolated=true&level=-1"
    )


def test_a_default_is_known_and_not_sent(packages: Packages) -> None:
    package = packages["orders"]
    sent, _ = sent_and_received(
        package, "new_order", {"orderId": 1, "status": "NEW"}, symbol="BTCUSDT", side="BUY", quantity="1.50"
    )
    assert sent == signed("POST /api/v3/order?symbol=BTCUSDT&side=BUY&quantity=1.50")
    assert {parameter.name: parameter.default for parameter in package.OPERATIONS["new_order"].parameters} == {
        "symbol": None,
        "side": None,
        "quantity": None,
        "price": "0.5",
        "timeInForce": "GTC",
        "strategyId": None,
        "isIsolated": False,
        "level": None,
    }


def test_lists_are_repeated_joined_or_json_as_the_spec_says(packages: Packages) -> None:
    package = packages["orders"]
    sent, received = sent_and_received(package, "cancel_order", [{"orderId": 1, "status": "X"}], order_ids=[1, 2])
    assert sent == signed("DELETE /api/v3/order?orderIds=1%2C2")
    assert received == [package.Order(order_id=1, status="X")]
    sent, _ = sent_and_received(
        package,
        "query_order",
        {"orderId": 1, "status": "NEW"},
        states=["NEW", package.Status.FILLED],
        amounts=(Decimal("0.10"), 2),
        flags=[True, False],
    )
    assert sent == signed("GET /api/v3/order?states=NEW&states=FILLED&amounts=0.10%2C2&flags=%5Btrue%2Cfalse%5D")


def test_a_signed_call_without_parameters_sends_the_time_and_the_signature(packages: Packages) -> None:
    sent, _ = sent_and_received(packages["orders"], "query_order", {"orderId": 1, "status": "NEW"})
    assert sent == signed("GET /api/v3/order")


def test_an_enum_value_of_tomorrow_is_kept_as_it_came(packages: Packages) -> None:
    answer = {"orderId": 1, "status": "PENDING_NEW", "level": 99, "kind": "Z", "fills": [{"commission": 0.1}]}
    _, order = sent_and_received(packages["orders"], "query_order", answer)
    assert (order.status, order.level, order.kind) == ("PENDING_NEW", 99, "Z")
    assert order.fills[0].commission == Decimal("0.1")


def test_a_model_contains_itself(packages: Packages) -> None:
    package = packages["answers"]
    leaf: dict[str, object] = {"name": "leaf", "children": [], "parent": None}
    _, root = sent_and_received(
        package, "tree", {"name": "root", "children": [leaf], "parent": None, "labels": {"x": leaf}}
    )
    assert root.children == [package.Node(name="leaf", children=[], parent=None)]
    assert root.labels == {"x": root.children[0]}


def test_maps_nulls_and_nested_objects_are_read(packages: Packages) -> None:
    deep = {"deep": {"count": 3}}
    answer = {
        "USDT": [{"free": 1.10, "locked": None, "times": [1], "owner": None, "kind": 3, "inner": deep}],
        "BTC": [{"free": "1", "locked": "2", "owner": {"id": 7}, "inner": deep}],
    }
    _, balances = sent_and_received(packages["answers"], "balances", answer)
    (balance,) = balances["USDT"]
    assert (balance.owner, balances["BTC"][0].owner.id, balance.kind) == (None, 7, 3)
    assert (balance.free, balance.locked, balance.times) == (Decimal("1.1"), None, [1])
    assert balance.inner.deep.count == 3
    assert balance.note is not None, "an absent field is UNSET, and apart from a null"


def test_words_beside_a_reference_describe_the_field_and_not_the_model(packages: Packages) -> None:
    package = packages["answers"]
    assert package.Person.__doc__ == "Somebody known by a number."
    assert '"""Who gets it next."""' in Path(package.models.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("answer", [[1, 2], "text", True])
def test_an_answer_of_several_json_types_keeps_the_one_that_came(packages: Packages, answer: object) -> None:
    assert sent_and_received(packages["answers"], "maybe", answer)[1] == answer


def test_an_answer_without_a_name_gets_that_of_its_method(packages: Packages) -> None:
    package = packages["answers"]
    assert sent_and_received(package, "names", ["a", "b"])[1] == ["a", "b"]
    assert sent_and_received(package, "price", b"1.50")[1] == Decimal("1.50")
    assert {"NamesResponse", "PriceResponse", "MaybeResponse", "BalancesResponse"} <= set(package.__all__)


def test_names_that_mean_something_in_python_are_sent_and_read_as_binance_spells_them(packages: Packages) -> None:
    package = packages["words"]
    operation = package.OPERATIONS["import_"]
    assert [parameter.name for parameter in operation.parameters] == WORDS
    arguments = {parameter.argument: [parameter.name] for parameter in operation.parameters}
    assert {"class_", "from_", "type", "list", "id", "self_", "none", "param_1st_param", "a_b_c"} <= set(arguments)
    sent, received = sent_and_received(package, "import_", {word: [word] for word in WORDS}, **arguments)
    query = "&".join(f"{word}={word}" for word in WORDS).replace("symbol[]", "symbol%5B%5D")
    assert sent == f"GET /api/v1/words?{query} None"
    fields = dict(zip(type(received).__struct_encode_fields__, type(received).__struct_fields__, strict=True))
    assert {wire: getattr(received, field) for wire, field in fields.items()} == {word: [word] for word in WORDS}


def test_a_method_is_called_as_its_operation_whatever_python_thinks_of_the_name(packages: Packages) -> None:
    package = packages["words"]
    for name in package.OPERATIONS:
        if name not in ("import_", "values"):
            assert sent_and_received(package, name, [1])[1] == [1]
    assert {"class_", "type_", "list_", "none", "print", "close_", "call_24hr"} <= set(package.OPERATIONS)


def test_enum_members_keep_their_spelling_and_hide_nothing_of_enum(packages: Packages) -> None:
    word = packages["words"].Word
    assert [member.value for member in word] == WORDS
    assert word.class_ == "class"
    assert word.title_.name == "title_"
    assert "ab".title() == "Ab"
    assert word.id.title() == "Id"


def test_an_enum_that_no_parameter_uses_is_there_all_the_same(packages: Packages) -> None:
    assert [value.name for value in packages["market"].Unused] == ["A", "B"]


def test_without_enums_errors_and_wallets_a_package_is_whole(packages: Packages) -> None:
    package = packages["stream"]
    assert dict(package.ERROR_CODES) == {}
    assert all(hasattr(package, name) for name in package.__all__)


_USE = """
from decimal import Decimal
from typing import assert_type

from market.generated.binance_transfers import AsyncClient, Client, Interval, Price, Trade
from orders.generated.binance_transfers import Client as Orders, Order, Status, Unlisted as Unknown


async def use(client: Client, later: AsyncClient, orders: Orders) -> None:
    assert_type(client.klines(symbol="A", interval=Interval.VALUE_1m), list[list[int | str]])
    assert_type(await later.symbol_price_ticker(symbols=["A"]), Price | list[Price])
    assert_type(client.historical_trades(from_id=1)[0], Trade)
    assert_type(client.historical_trades()[0].price, Decimal)
    assert_type(orders.query_order(states=[Status.NEW, Unknown("X")], amounts=[1, "2", Decimal(3)]).status, str)
    assert_type(orders.cancel_order(order_ids=(1, 2)), list[Order])
    client.klines(interval=Interval.VALUE_1m)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    client.klines(symbol=1, interval=Interval.VALUE_1m)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    orders.query_order(amounts=[0.1])  # type: ignore[list-item] # pyright: ignore[reportArgumentType]
"""
"""Calls as a user's type checker sees them: the right ones pass, and each wrong one is found."""


@pytest.fixture
def to_check(packages: Packages, tmp_path: Path) -> Path:
    """Return a folder with every package; all but the first borrow its runtime, so that it is checked once."""
    shutil.copytree(packages.folder, tmp_path, dirs_exist_ok=True)
    first, *others = (f"{name}.generated.{PACKAGE}._runtime" for name in SPECS)
    for other in others:
        runtime = tmp_path.joinpath(*other.split("."))
        for file in runtime.rglob("*.py"):
            module = ".".join((first, *file.relative_to(runtime).with_suffix("").parts)).removesuffix(".__init__")
            file.write_text(f"from {module} import *\n")
    (tmp_path / "use.py").write_text(_USE)
    return tmp_path


def test_mypy_finds_nothing_in_any_package(to_check: Path) -> None:
    options = ["--strict", "--config-file=", "--python-version=3.11", "--no-incremental"]
    _check(
        to_check,
        "mypy",
        *options,
        "-p",
        "use",
        *(part for name in SPECS for part in ("-p", f"{name}.generated.{PACKAGE}")),
    )


def test_pyright_finds_nothing_in_any_package(to_check: Path) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "reportUnnecessaryTypeIgnoreComment": "none",
        "pythonVersion": "3.11",
        "venvPath": sys.prefix,
        "exclude": ["**/_runtime"],
    }
    (to_check / "pyrightconfig.json").write_text(json.dumps(settings))
    _check(to_check, "pyright", "--pythonpath", sys.executable)


def _check(folder: Path, *command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
