"""Failures on demand: how a call ends with each, and whether funds moved."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any, get_args

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from binance_transfers import (
    OPERATIONS,
    AsyncClient,
    AuthenticationError,
    BinanceError,
    Client,
    InsufficientBalance,
    IpBanned,
    MemoryLimiter,
    OutcomeUnknown,
    PemSigner,
    RateLimited,
    RetryPolicy,
    TransferType,
)
from binance_transfers.sandbox import FailureKind, Sandbox, Wallet

ONCE = RetryPolicy(attempts=1)
TRANSFER: dict[str, Any] = {"type": TransferType.MAIN_FUNDING, "asset": "USDT", "amount": 1}


@pytest.fixture
def sandbox() -> Sandbox:
    made = Sandbox()
    made.credit(Wallet.MAIN, "USDT", 100)
    return made


class Unlimited(MemoryLimiter):
    """A limiter that knows no limits, so that the sandbox's are met."""

    def reserve(self, *_: object) -> float:
        return 0.0

    def block(self, *_: object, everything: bool) -> None: ...


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def transfer(request: pytest.FixtureRequest, sandbox: Sandbox, library: ModuleType) -> Callable[..., Any]:
    """Return what makes a transfer of 1 USDT and returns the receipt or the exception.

    Over an HTTP client of httpx that is made by the client, or one of httpx2 that is given to it.
    """

    def made(**settings: Any) -> Any:
        kind = AsyncClient if request.param else Client
        given: dict[str, Any] = {"transport": sandbox.transport}
        if library is not httpx:
            given = {"http_client": getattr(library, kind.__name__)(**given)}
        client = kind(sandbox.api_key, sandbox.secret, **{"retry": ONCE, **given, **settings})
        try:
            receipt = client.user_universal_transfer(**TRANSFER)
            return asyncio.run(receipt) if isinstance(receipt, Coroutine) else receipt
        except BinanceError as error:
            return error

    return made


OUTCOMES: dict[FailureKind, str] = {
    "lost": "OutcomeUnknown",
    "cut": "OutcomeUnknown",
    "html": "OutcomeUnknown",
    "server_error": "OutcomeUnknown",
    "unexpected_response": "OutcomeUnknown",
    "timeout": "OutcomeUnknown",
    "clock": "TimestampOutOfWindow",
    "rate_limit": "RateLimited",
    "ban": "IpBanned",
}


def test_every_kind_is_tried_here_or_below() -> None:
    assert {*OUTCOMES, "slow", "late", "pending", "refuse", "no_connection"} == set(get_args(FailureKind))


@pytest.mark.parametrize("executed", [True, False])
@pytest.mark.parametrize(("kind", "outcome"), OUTCOMES.items())
def test_the_outcome_is_what_can_be_known(
    transfer: Callable[..., Any], sandbox: Sandbox, kind: FailureKind, outcome: str, *, executed: bool
) -> None:
    if executed and outcome != "OutcomeUnknown":
        with pytest.raises(ValueError, match=f"a call that fails with '{kind}' is never executed"):
            sandbox.inject(kind, executed=True)
        return
    sandbox.inject(kind, executed=executed)
    assert type(transfer()).__name__ == outcome
    assert sandbox.balance(Wallet.FUNDING, "USDT") == executed
    assert sandbox.requests[-1].failure == kind
    assert transfer().tran_id == sandbox.entries[-1].id
    assert sandbox.requests[-1].failure is None


def test_a_slow_answer_comes_or_outlasts_the_client_s_patience(transfer: Callable[..., Any], sandbox: Sandbox) -> None:
    sandbox.inject("slow", seconds=0.01)
    assert transfer().tran_id == sandbox.entries[-1].id
    sandbox.inject("slow", seconds=60)
    assert type(transfer(timeout=0.01)).__name__ == "OutcomeUnknown"
    assert sandbox.balance(Wallet.FUNDING, "USDT") == 2
    with pytest.raises(ValueError, match=r"^executed is False; a 'slow' call gets its response"):
        sandbox.inject("slow", executed=False)


def test_a_refused_timestamp_is_mended_by_the_client(transfer: Callable[..., Any], sandbox: Sandbox) -> None:
    sandbox.skew = 3_600_000
    assert transfer(retry=RetryPolicy(attempts=2, first_delay=0)).tran_id == sandbox.entries[-1].id
    assert [request.path.rpartition("/")[2] for request in sandbox.requests] == ["transfer", "time", "transfer"]


def test_a_failure_meets_as_many_calls_as_it_says_and_only_of_its_operation(sandbox: Sandbox) -> None:
    sandbox.inject("server_error", "user_universal_transfer", times=2)
    client = Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, retry=ONCE)
    client.fund_auto_collection()
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            client.user_universal_transfer(**TRANSFER)
    assert client.user_universal_transfer(**TRANSFER).tran_id


def test_a_request_that_is_refused_anyhow_uses_no_failure_up(transfer: Callable[..., Any], sandbox: Sandbox) -> None:
    sandbox.inject("lost")
    client = Client(sandbox.api_key, "another-secret", transport=sandbox.transport, retry=ONCE)
    with pytest.raises(AuthenticationError):
        client.user_universal_transfer(**TRANSFER)
    client = Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, retry=ONCE)
    with pytest.raises(InsufficientBalance):
        client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=101)
    assert type(transfer()).__name__ == "OutcomeUnknown"


def test_the_same_seed_meets_the_same_calls() -> None:
    def fates(seed: int) -> list[object]:
        sandbox = Sandbox()
        sandbox.credit(Wallet.MAIN, "USDT", 100)
        sandbox.inject("rate_limit", times=None, probability=0.5, seed=seed)
        client = Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, retry=ONCE, limiter=Unlimited())
        for _ in range(40):
            try:
                client.user_universal_transfer(**TRANSFER)
            except RateLimited:
                continue
        return [request.failure for request in sandbox.requests]

    assert fates(1) == fates(1)
    assert fates(1) != fates(2)
    assert {"rate_limit", None} == set(fates(3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "explode"}, "kind is 'explode'; allowed: 'lost', 'cut', 'html', 'server_error', "),
        ({"kind": "lost", "operation": "transfer"}, "There is no operation 'transfer'; there are: fund_collection_by_"),
        ({"kind": "lost", "times": 0}, "times is 0; it must be a whole number of 1 or more, or None for all calls."),
        ({"kind": "lost", "times": 1.5}, "times is 1.5; it must be"),
        ({"kind": "lost", "probability": 2}, "probability is 2; it must be a number from 0 to 1."),
        ({"kind": "lost", "probability": float("nan")}, "probability is nan; it must be"),
        ({"kind": "slow", "seconds": -1}, "seconds is -1; it must be a number from 0 to 1000000."),
        ({"kind": "slow", "seconds": float("inf")}, "seconds is inf; it must be"),
        ({"kind": "ban", "seconds": 1_000_001}, "seconds is 1000001; it must be a number from 0 to 1000000."),
        ({"kind": "ban", "seconds": 10**400}, "seconds is <int of "),
        ({"kind": "slow", "seconds": "1"}, "seconds is '1'; it must be"),
        ({"kind": "lost", "executed": 1}, "executed is 1; it must be True, False or None."),
        ({"kind": "lost", "seed": "x"}, "seed is 'x'; it must be a whole number."),
        ({"kind": "lost", "after": -1}, "after is -1; it must be a whole number of 0 or more."),
        ({"kind": "lost", "after": True}, "after is True; it must be a whole number of 0 or more."),
        ({"kind": "lost", "code": -1000}, "code is -1000; 'refuse' needs one, and the other kinds take none."),
        ({"kind": "refuse"}, "code is None; 'refuse' needs one, and the other kinds take none."),
        ({"kind": "refuse", "code": -1}, "There is no code -1; there are: -1000, -1001, -1002, "),
        ({"kind": "refuse", "code": -5002, "executed": True}, "executed is True; the code -5002 says that a call was not "),
        ({"kind": "no_connection", "executed": True}, "executed is True; a call that fails with 'no_connection' is never "),
        ({"kind": "late", "operation": "system_status"}, "'late' is of calls that move funds; operation must be one of: fund_collection_by_asset, "),
        ({"kind": "pending", "operation": "query_user_wallet_balance"}, "'pending' is of calls that move funds; operation must be one of: "),
    ],
)  # fmt: skip
def test_a_failure_that_makes_no_sense_is_refused_with_a_message(
    sandbox: Sandbox, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        sandbox.inject(**arguments)


def test_going_on_after_429_gets_the_address_banned(transfer: Callable[..., Any], sandbox: Sandbox) -> None:
    client = Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, retry=ONCE, limiter=Unlimited())
    outcomes: list[tuple[str, float | None]] = []
    weight = OPERATIONS["fund_auto_collection"].weight
    fitting = weight.budget // weight.weight
    for _ in range(fitting + 8):
        try:
            client.fund_auto_collection()
            outcomes.append(("done", None))
        except RateLimited as error:
            outcomes.append((type(error).__name__, error.retry_after))
    assert [name for name, _ in outcomes] == ["done"] * fitting + ["RateLimited"] * 5 + ["IpBanned"] * 3
    assert all(seconds and seconds <= 60 for name, seconds in outcomes if name == "RateLimited")
    assert all(seconds and 60 < seconds <= 120 for name, seconds in outcomes if name == "IpBanned")
    assert type(transfer()) is IpBanned
    with pytest.raises(IpBanned):
        client.synchronize_clock()


def pem(key: Any) -> tuple[bytes, str]:
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), public.decode()


KEYS = {"RSA": rsa.generate_private_key(65537, 2048), "Ed25519": ed25519.Ed25519PrivateKey.generate()}


@pytest.mark.parametrize("key", [*KEYS.values(), None], ids=[*KEYS, "HMAC"])
def test_keys_of_every_kind_are_verified(sandbox: Sandbox, key: Any) -> None:
    right: Any = "another-secret"
    if key is None:
        sandbox.add_key("another-key", secret=right)
    else:
        private, public = pem(key)
        sandbox.add_key("another-key", public_key=public)
        right = PemSigner(private)
    client = Client("another-key", right, transport=sandbox.transport)
    assert client.user_universal_transfer(**TRANSFER).tran_id
    for wrong in (sandbox.secret, PemSigner(pem(ed25519.Ed25519PrivateKey.generate())[0])):
        client = Client("another-key", wrong, transport=sandbox.transport)
        with pytest.raises(AuthenticationError) as refused:
            client.user_universal_transfer(**TRANSFER)
        assert refused.value.code == -1022


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Give secret or public_key, one of the two."),
        ({"secret": "s", "public_key": "p"}, "Give secret or public_key, one of the two."),
        ({"public_key": "p"}, "The public key is not PEM text that begins with -----BEGIN PUBLIC KEY"),
        (
            {"public_key": pem(ec.generate_private_key(ec.SECP256R1()))[1]},
            "The public key is of the kind ECPublicKey; it must be RSA or Ed25519.",
        ),
    ],
    ids=["nothing", "both", "no PEM", "another kind"],
)
def test_a_key_that_cannot_be_used_is_refused_with_a_message(
    sandbox: Sandbox, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        sandbox.add_key("k", **arguments)
