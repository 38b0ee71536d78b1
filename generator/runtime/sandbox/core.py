"""The sandbox's core: a request comes in, an answer goes out, and funds move in between."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import msgspec

from ..clock import Clock, SystemClock
from ..headers import API_KEY as API_KEY_HEADER
from ..headers import RETRY_AFTER, weight_header
from ..operation import Api, Operation
from ..server_time import SERVER_TIME
from ..transport import Answer, Reply
from .budgets import Address, Used
from .checks import Pairs, Refused, check_parameters, check_timing, decoded, missing, pairs_of, path_form
from .effects import Books, effect_of, place_of
from .faults import Fault, FaultKind
from .keys import Verify, hmac_verifier, public_key_verifier
from .ledger import Entry, Ledger, Place

API_KEY = "sandbox-key"
"""The key that the sandbox takes, unless it is made with another."""
SECRET = "sandbox-secret"  # noqa: S105 - it opens nothing but this sandbox
"""The secret of that key."""

_TIME_PATH = SERVER_TIME.path.encode()
_CONTENT_TYPE = {"content-type": "application/json;charset=UTF-8"}
_LONGEST_BODY = 65_536
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_DIGITS = 100
"""More than any amount has; the ledger stays exact with them."""
_FORM = "application/x-www-form-urlencoded"
_HTML = b"<!DOCTYPE html>\n<html><body>The service is being maintained.</body></html>\n"
_LIMITED = "Too many requests to this operation"
_BANNED = "This IP address is banned for going on after HTTP 429"
_ERRORS: Mapping[str, tuple[int, int, str]] = {
    "server_error": (503, -1000, "An unknown error occurred while the request was processed."),
    "unexpected_response": (400, -1006, "An unexpected response came from the message bus; execution status unknown."),
    "timeout": (400, -1007, "The backend server did not answer in time; execution status unknown."),
    "clock": (400, -1021, "The parameter timestamp is outside of the window that recvWindow allows."),
}
"""HTTP status, code and message of the failures that are answers."""


@dataclass(frozen=True, slots=True)
class Received:
    """What one request was, and what it was answered; the key is left out and a signature reads `***`."""

    operation: str | None
    """The operation's name, or `None` where method and path are of no operation."""
    method: str
    path: str
    """The path as it was received, percent-encoding and all."""
    parameters: Pairs
    """Names and values of the query (and of a form, where one was sent), decoded, in the order received."""
    status: int | None
    """The answer's HTTP status; `None` where the connection was to end without an answer."""
    answer: bytes | None = field(repr=False)
    """The answer's body; `None` where there was no answer."""
    fault: FaultKind | None = None
    """The failure that it met, where it met one."""


class Sandbox:
    """A Binance of one master account, whose wallets are empty until a test fills them; safe to share between threads.

    Attributes:
        api_key: A key that requests may carry.
        secret: The HMAC secret of that key.
        requests: What was received, in the order of the answers.
        skew: Milliseconds by which the sandbox's clock is ahead of its `clock`; a test may set it.
    """

    def __init__(self, api: Api, *, api_key: str = API_KEY, secret: str = SECRET, clock: Clock | None = None) -> None:
        """Make a sandbox with empty wallets and unused budgets.

        Args:
            api: The operation table.
            api_key: A key that requests may carry.
            secret: The HMAC secret of that key.
            clock: The server's time; by default this machine's.
        """
        self.api_key = api_key
        self.secret = secret
        self._api = api
        self._clock = clock or SystemClock()
        self._lock = threading.RLock()
        self._keys: dict[str, Verify] = {api_key: hmac_verifier(secret)}
        # A path without placeholders outranks one whose placeholder would match it too.
        by_placeholders = sorted(api.operations.values(), key=lambda operation: operation.path.count("{"))
        self._routes = [(operation, *path_form(operation)) for operation in by_placeholders]
        self._next_id = 13_526_853_623
        self.reset()

    def reset(self) -> None:
        """Forget funds, sub-accounts, trading pairs, requests, faults, budgets, bans and skew; keys and ids stay."""
        with self._lock:
            self.skew = 0
            self.requests: list[Received] = []
            self._ledger = Ledger()
            self._owners: set[tuple[str, str]] = set()
            self._used: dict[tuple[str, str], Used] = {}
            self._addresses: dict[str, Address] = {}
            self._faults: list[Fault] = []

    def add_key(self, api_key: str, *, secret: str | None = None, public_key: str | bytes | None = None) -> None:
        """Let requests carry another key of the same account.

        Args:
            api_key: The key.
            secret: Its HMAC secret.
            public_key: The public half of its RSA or Ed25519 key, as PEM text.

        Raises:
            ValueError: Neither or both are given, one cannot be used, or the extra `cryptography` is missing.
        """
        if (secret is None) == (public_key is None):
            raise ValueError("Give secret or public_key, one of the two.")
        for name, text in (("api_key", api_key), ("secret", secret)):
            if text is not None and (not isinstance(text, str) or not text):
                raise ValueError(f"{name} must be text, and not empty.")
        verify = hmac_verifier(secret) if secret is not None else public_key_verifier(public_key or b"")
        with self._lock:
            self._keys[api_key] = verify

    # Funds

    def credit(
        self,
        wallet: str,
        asset: str,
        amount: Decimal | int | str,
        *,
        symbol: str | None = None,
        email: str | None = None,
    ) -> None:
        """Put funds into a wallet; this also opens the trading pair's or the sub-account's wallets.

        Args:
            wallet: The wallet's name, such as `MAIN`.
            asset: The asset, such as `USDT`.
            amount: How much; above 0.
            symbol: The trading pair, for an isolated margin wallet.
            email: The sub-account, for one of its wallets.

        Raises:
            ValueError: There is no such wallet, or the amount is not a number above 0.
        """
        exact = _amount(amount)
        if not isinstance(asset, str) or not asset:
            raise ValueError(f"asset is {asset!r}; it must be text such as 'USDT'.")
        with self._lock:
            place = place_of(self._api, wallet, symbol=symbol, email=email)
            self._owners.add((self._api.wallets[wallet] or "", place.owner))
            now = self._now()
            self._ledger.record(Entry(self._new_id(), now, "credit", asset, exact, source=None, target=place))

    def open(self, *, symbol: str | None = None, email: str | None = None) -> None:
        """Open the isolated margin wallet of a trading pair, or a sub-account, without putting funds there.

        Raises:
            ValueError: Neither or both are given.
        """
        if bool(symbol) == bool(email):
            raise ValueError("Give symbol or email, one of the two.")
        with self._lock:
            self._owners.add(("symbol", symbol) if symbol else ("email", email or ""))

    def balance(self, wallet: str, asset: str, *, symbol: str | None = None, email: str | None = None) -> Decimal:
        """Return how much of an asset a wallet holds.

        Raises:
            ValueError: There is no such wallet.
        """
        with self._lock:
            return self._ledger.holds(place_of(self._api, wallet, symbol=symbol, email=email), asset)

    def balances(self) -> Mapping[Place, Mapping[str, Decimal]]:
        """Return what every wallet holds; neither empty wallets nor assets of which nothing is left."""
        with self._lock:
            return self._ledger.balances()

    def total(self, asset: str) -> Decimal:
        """Return how much of an asset all wallets hold together."""
        with self._lock:
            return self._ledger.total(asset)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every movement of funds, oldest first."""
        with self._lock:
            return tuple(self._ledger.entries)

    # Failures

    def inject(
        self,
        kind: FaultKind,
        operation: str | None = None,
        *,
        executed: bool | None = None,
        times: int | None = 1,
        probability: float = 1.0,
        seed: int = 0,
        seconds: float = 1,
    ) -> Fault:
        """Let calls fail that would have been answered well.

        Args:
            kind: How they fail; `Fault` tells of each kind.
            operation: The operation that it meets, by its method's name; by default any.
            executed: Whether funds move all the same. By default they do, where the kind allows it.
            times: How many calls it meets; `None`: all that come.
            probability: How likely it is to meet a call.
            seed: The same seed meets the same calls.
            seconds: How long `slow` takes, and what `rate_limit` and `ban` ask to wait.

        Raises:
            ValueError: A value that makes no sense.
        """
        if operation is not None and operation not in self._api.operations:
            raise ValueError(f"There is no operation {operation!r}; there are: {_listed(self._api.operations)}.")
        fault = Fault(kind, operation, executed, times, probability, seed, seconds)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear_faults(self) -> None:
        """Let no more calls fail."""
        with self._lock:
            self._faults.clear()

    # Requests

    def handle(
        self, method: str, target: bytes, headers: Mapping[str, str], body: bytes = b"", address: str = "127.0.0.1"
    ) -> Reply:
        """Answer one request.

        Args:
            method: The HTTP method, in upper case.
            target: Path and query, byte for byte as received.
            headers: The request's headers, names in any case.
            body: The request's body, byte for byte as received.
            address: The IP address that it comes from.
        """
        path, _, query = target.partition(b"?")
        lower = {name.lower(): value for name, value in headers.items()}
        answer_headers = dict(_CONTENT_TYPE)
        operation, fault, pairs = None, None, pairs_of(query)
        with self._lock:
            now = self._now()
            try:
                self._refuse_banned(address, now)
                operation, in_path = self._route(method, path)
                if operation is None:
                    reply = Reply(Answer(200, answer_headers, b'{"serverTime":%d}' % now))
                else:
                    self._charge(operation, address, now, answer_headers)
                    is_form = not body or lower.get("content-type", _FORM).lower().startswith(_FORM)
                    pairs += pairs_of(body if is_form and len(body) <= _LONGEST_BODY else b"")
                    self._authenticate(operation, (query, body), pairs, lower)
                    _check_body(body, is_form=is_form)
                    if operation.requires_signature:
                        check_timing(dict(pairs), now)
                    values = check_parameters(operation, in_path + pairs)
                    books = Books(self._api, self._ledger, self._owners, self._new_id)
                    entries, answer_body = effect_of(operation, values, books, now)
                    fault = self._fault(operation)
                    reply = self._execute(entries, Answer(200, answer_headers, answer_body), fault)
            except Refused as refusal:
                reply = Reply(_error(refusal, answer_headers))
            received = _received(operation, method, path, pairs, reply)
            self.requests.append(replace(received, fault=fault.kind) if fault else received)
        return reply

    def _now(self) -> int:
        return self._clock.milliseconds() + self.skew

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _refuse_banned(self, address: str, now: int) -> None:
        left = self._addresses.setdefault(address, Address()).banned_until - now
        if left > 0:
            raise _paused(418, left, _BANNED)

    def _route(self, method: str, path: bytes) -> tuple[Operation[Any] | None, Pairs]:
        """Return the operation and what stands in its path; no operation where Binance's time is asked for."""
        if (method, path) == ("GET", _TIME_PATH):
            return None, ()
        allowed = []
        for operation, form, names in self._routes:
            if match := form.fullmatch(path):
                if operation.method == method:
                    return operation, tuple(zip(names, map(decoded, match.groups()), strict=True))
                allowed.append(operation.method)
        # -1020 and not -1000, because -1000 would leave open whether something was executed.
        if allowed:
            message = f"The method is not supported here; allowed: {', '.join(allowed)}."
            raise Refused(-1020, message, status=405, headers={"allow": ", ".join(allowed)})
        raise Refused(-1020, "There is no operation at this path.", status=404)

    def _charge(self, operation: Operation[Any], address: str, now: int, answer_headers: dict[str, str]) -> None:
        """Take the call from its budgets, and note in the headers what is used."""
        owner = address if operation.weight.scope == "ip" else ""
        used, wait = self._used.setdefault((operation.name, owner), Used()).charge(operation, now)
        answer_headers[weight_header(operation)] = str(used)
        if wait:
            if self._addresses[address].limited(wait, now):
                self._refuse_banned(address, now)
            raise _paused(429, wait, _LIMITED)

    def _authenticate(
        self, operation: Operation[Any], sent: tuple[bytes, bytes], pairs: Pairs, headers: Mapping[str, str]
    ) -> None:
        verify = None
        if operation.requires_key:
            key = headers.get(API_KEY_HEADER.lower(), "")
            if not key:
                raise Refused(-2014, f"The header {API_KEY_HEADER} was not sent or is empty.", status=401)
            verify = self._keys.get(key)
            if verify is None:
                raise Refused(-2015, "The API key is not the sandbox's.", status=401)
        if operation.requires_signature:
            _check_signature(sent, pairs, verify or self._keys[self.api_key])

    def _fault(self, operation: Operation[Any]) -> Fault | None:
        met = next((fault for fault in self._faults if fault.meets(operation.name)), None)
        self._faults = [fault for fault in self._faults if fault.times != 0]
        return met

    def _execute(self, entries: list[Entry], answer: Answer, fault: Fault | None) -> Reply:
        if fault is None or fault.executed:
            for entry in entries:
                self._ledger.record(entry)
        return _failed(fault, answer) if fault else Reply(answer)


def _received(operation: Operation[Any] | None, method: str, path: bytes, pairs: Pairs, reply: Reply) -> Received:
    masked = tuple((name, "***" if name.lower() == "signature" else value) for name, value in pairs)
    name, shown = operation.name if operation else None, path.decode("ascii", "backslashreplace")
    if reply.delivery == "lost":
        return Received(name, method, shown, masked, None, None)
    return Received(name, method, shown, masked, reply.answer.status, reply.answer.body)


def _failed(fault: Fault, answer: Answer) -> Reply:
    """Return what a failure makes of the answer."""
    if fault.kind in ("lost", "cut"):
        return Reply(answer, delivery=fault.kind)
    if fault.kind == "slow":
        return Reply(answer, delay=fault.seconds)
    if fault.kind == "html":
        return Reply(Answer(200, {**answer.headers, "content-type": "text/html;charset=UTF-8"}, _HTML))
    if fault.kind in ("rate_limit", "ban"):
        status, why = (429, _LIMITED) if fault.kind == "rate_limit" else (418, _BANNED)
        return Reply(_error(_paused(status, math.ceil(fault.seconds * 1000), why), answer.headers))
    status, code, message = _ERRORS[fault.kind]
    return Reply(_error(Refused(code, message, status=status), answer.headers))


def _error(refusal: Refused, headers: Mapping[str, str]) -> Answer:
    body = msgspec.json.encode({"code": refusal.code, "msg": str(refusal)})
    return Answer(refusal.status, {**headers, **refusal.headers}, body)


def _paused(status: int, wait: int, why: str) -> Refused:
    seconds = str(math.ceil(wait / 1000))
    return Refused(
        -1003, f"{why}; send the next one in {seconds} seconds.", status=status, headers={RETRY_AFTER: seconds}
    )


def _check_body(body: bytes, *, is_form: bool) -> None:
    if not is_form:
        raise Refused(-1100, f"A body must be of the type {_FORM}; the parameters can go into the query as well.")
    if len(body) > _LONGEST_BODY:
        raise Refused(-1100, f"A body must not be longer than {_LONGEST_BODY} bytes.", status=413)


def _check_signature(sent: tuple[bytes, bytes], pairs: Pairs, verify: Verify) -> None:
    if "signature" not in dict(pairs):
        raise missing("signature")
    # It is the last parameter of the query, or of the form where it stands there, and signs the rest as it was sent.
    parts = [*sent]
    which = 1 if "signature" in dict(pairs_of(parts[1][:_LONGEST_BODY])) else 0
    parts[which], _, last = parts[which].rpartition(b"&")
    name, _, signature = last.partition(b"=")
    if name != b"signature":
        raise Refused(-1022, "The parameter signature must be the last one.")
    payload = b"".join(parts)
    if not payload.isascii():
        raise Refused(-1022, "The query must be percent-encoded before it is signed.")
    if not verify(payload, decoded(signature).encode()):
        raise Refused(-1022, "The signature is not that of the query before it, byte for byte as received.")


def _amount(amount: Decimal | int | str) -> Decimal:
    exact = Decimal(0)
    if type(amount) in (int, Decimal) or (isinstance(amount, str) and _PLAIN.fullmatch(amount)):
        exact = Decimal(amount)
    if not exact.is_finite() or exact <= 0:
        raise ValueError(f"amount is {amount!r}; it must be a Decimal, a whole number or decimal text, above 0.")
    if exact.adjusted() >= _DIGITS or -int(exact.as_tuple().exponent) > _DIGITS:
        raise ValueError(f"amount has more than {_DIGITS} digits before or after its point.")
    return exact


def _listed(names: Collection[str]) -> str:
    return ", ".join(names)
