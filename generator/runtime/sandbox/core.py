"""The sandbox: a request comes in, a response goes out, and funds move in between."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from ..clock import Clock, SystemClock
from ..headers import API_KEY_HEADER, RETRY_AFTER_HEADER, weight_header
from ..operation import Api, ErrorCode, Operation
from ..server_time import SERVER_TIME
from ..wire import Response
from .budgets import Address, Used
from .checks import ErrorResponse, Pairs, Request, check_request, decoded, latest_execution, path_pattern, read_request
from .effects import Later, Values, effect_of, moves
from .failures import OF_MOVING, FailureKind, InjectedFailure
from .keys import Key, hmac_verifier, public_key_verifier
from .ledger import Entry, Ledger, WalletRef
from .reads import View, read
from .transport import Reply

API_KEY = "sandbox-key"
"""The key that requests may carry, unless the sandbox is made with another."""
SECRET = "sandbox-secret"  # noqa: S105 - it opens nothing but this sandbox
"""The secret of that key."""

_CONTENT_TYPE = "content-type"
_JSON_HEADERS: Mapping[str, str] = {_CONTENT_TYPE: "application/json;charset=UTF-8"}
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_DIGITS = 100
"""More than any amount has; the ledger stays exact with them."""
_HTML = b"<!DOCTYPE html>\n<html><body>The service is being maintained.</body></html>\n"
_RATE_LIMIT, _SIGNATURE = -1003, -1022
"""Codes whose HTTP status is not that of the codes alike."""
_ERRORS: Mapping[str, tuple[int, int, str]] = {
    "server_error": (503, -1000, "An unknown error occurred while the request was processed."),
    "unexpected_response": (400, -1006, "An unexpected response came from the message bus; execution status unknown."),
    "timeout": (400, -1007, "The backend server did not answer in time; execution status unknown."),
    "pending": (400, -5012, "The transfer was accepted and is being processed."),
    "clock": (400, -1021, "The parameter timestamp is outside of the window that recvWindow allows."),
}
"""HTTP status, code and message of injected failures."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request and its response; the key is left out and a signature reads `***`."""

    operation: str | None
    """The operation's name, or `None` where method and path are of no operation."""
    method: str
    path: str
    """The path as it was received, percent-encoding and all."""
    parameters: Pairs
    """Names and values of the query (and of a form, where one was sent), decoded, in the order received."""
    status: int | None
    """The response's HTTP status; `None` where the connection was to end without a response."""
    response: bytes | None = field(repr=False)
    """The response's body; `None` where there was no response."""
    failure: FailureKind | None = None
    """The injected failure, where there was one."""


class Sandbox:
    """A Binance of one master account, whose wallets are empty until a test fills them; safe to share between threads.

    Attributes:
        api_key: A key that requests may carry.
        secret: The HMAC secret of that key.
        requests: The requests received, in the order of the responses.
        skew: Milliseconds by which the sandbox's clock is ahead of its `clock`; a test may set it.
        lag: Milliseconds until the reads show what a call moved; a test may set it.
    """

    def __init__(self, api: Api, *, api_key: str = API_KEY, secret: str = SECRET, clock: Clock | None = None) -> None:
        self.api_key = api_key
        self.secret = secret
        self._api = api
        self._clock = clock or SystemClock()
        self._lock = threading.RLock()
        self._permissions = frozenset(name for operation in api.operations.values() for name in operation.permissions)
        self._keys = {api_key: Key(hmac_verifier(secret), self._permissions)}
        # A path without placeholders outranks one whose placeholder would match it too.
        by_placeholders = sorted(api.operations.values(), key=lambda operation: operation.path.count("{"))
        self._paths = [(operation, *path_pattern(operation)) for operation in by_placeholders]
        # As at Binance, no id comes twice, also where several sandboxes follow one another before one journal.
        self._ids = itertools.count(self._clock.milliseconds() * 1_000)
        self.reset()

    def reset(self) -> None:
        """Forget funds, sub-accounts, trading pairs, requests, failures, budgets, bans, skew and lag; keys and ids stay."""
        with self._lock:
            self.skew = 0
            self.lag = 0
            self.requests: list[Received] = []
            self._ledger = Ledger(self._api.wallets, self._ids)
            self._used: dict[tuple[str, str], Used] = {}
            self._addresses: dict[str, Address] = {}
            self._failures: list[InjectedFailure] = []
            self._later: list[Later] = []

    @property
    def permissions(self) -> frozenset[str]:
        """What the key `api_key` is allowed, by the field names of the API key permission endpoint; at first all."""
        with self._lock:
            return self._keys[self.api_key].permissions

    @permissions.setter
    def permissions(self, names: Iterable[str]) -> None:
        allowed = self._known_permissions(names)
        with self._lock:
            self._keys[self.api_key] = dataclasses.replace(self._keys[self.api_key], permissions=allowed)

    def _known_permissions(self, names: Iterable[str]) -> frozenset[str]:
        listed = [names] if isinstance(names, str) else list(names)
        for name in listed:
            if name not in self._permissions:
                choices = ", ".join(sorted(self._permissions)) or "none"
                raise ValueError(f"There is no permission {name!r} that an operation needs; there are: {choices}.")
        return frozenset(listed)

    def add_key(
        self,
        api_key: str,
        *,
        secret: str | None = None,
        public_key: str | bytes | None = None,
        permissions: Iterable[str] | None = None,
    ) -> None:
        """Let requests carry another key of the same account.

        Args:
            api_key: The key.
            secret: Its HMAC secret.
            public_key: The public half of its RSA or Ed25519 key, as PEM text.
            permissions: What it is allowed, as in `permissions`; by default all.

        Raises:
            ValueError: Neither or both are given, one cannot be used, there is no such permission, or the extra
                `cryptography` is missing.
        """
        if (secret is None) == (public_key is None):
            raise ValueError("Give secret or public_key, one of the two.")
        texts: dict[str, Any] = {"api_key": api_key, "secret": secret}
        for name, text in texts.items():
            if text is not None and (not isinstance(text, str) or not text):
                raise ValueError(f"{name} must be text, and not empty.")
        verify = hmac_verifier(secret) if secret is not None else public_key_verifier(public_key or b"")
        allowed = self._permissions if permissions is None else self._known_permissions(permissions)
        with self._lock:
            self._keys[api_key] = Key(verify, allowed)

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
        _check_asset(asset)
        with self._lock:
            self._settle()
            target = self._ledger.find(wallet, symbol=symbol, email=email)
            self._ledger.owners.add((self._api.wallets[wallet] or "", target.owner))
            self._ledger.record(Entry(next(self._ids), self._now(), "credit", asset, exact, source=None, target=target))

    def open(self, *, symbol: str | None = None, email: str | None = None) -> None:
        """Open the isolated margin wallet of a trading pair, or a sub-account, without putting funds there.

        Raises:
            ValueError: Neither or both are given.
        """
        if bool(symbol) == bool(email):
            raise ValueError("Give symbol or email, one of the two.")
        with self._lock:
            self._ledger.owners.add(("symbol", symbol) if symbol else ("email", email or ""))

    def balance(self, wallet: str, asset: str, *, symbol: str | None = None, email: str | None = None) -> Decimal:
        """Return how much of an asset a wallet holds.

        Raises:
            ValueError: There is no such wallet.
        """
        with self._lock:
            self._settle()
            return self._ledger.balance(self._ledger.find(wallet, symbol=symbol, email=email), asset)

    def balances(self) -> Mapping[WalletRef, Mapping[str, Decimal]]:
        """Return what every wallet holds; neither empty wallets nor assets of which nothing is left."""
        with self._lock:
            self._settle()
            return self._ledger.balances()

    def total(self, asset: str) -> Decimal:
        """Return how much of an asset all wallets hold together."""
        with self._lock:
            self._settle()
            return self._ledger.total(asset)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every movement of funds, oldest first."""
        with self._lock:
            self._settle()
            return tuple(self._ledger.entries)

    # Failures

    def inject(
        self,
        kind: FailureKind,
        operation: str | None = None,
        *,
        executed: bool | None = None,
        times: int | None = 1,
        probability: float = 1.0,
        seed: int = 0,
        seconds: float = 1,
        after: int = 0,
        code: int | None = None,
    ) -> InjectedFailure:
        """Let calls fail that would have succeeded.

        Args:
            kind: How they fail; see `InjectedFailure`.
            operation: The operation that fails, by its method's name; by default any.
            executed: Whether funds move all the same. By default they do, where the kind allows it.
            times: How many calls fail; `None`: all.
            probability: How likely a call is to fail.
            seed: With the same seed, the same calls fail.
            seconds: How long `slow`, `late` and `pending` take, and what `rate_limit` and `ban` ask to wait.
            after: How many calls succeed before.
            code: The code of `refuse`.

        Raises:
            ValueError: A value that makes no sense.
        """
        if operation is not None and operation not in self._api.operations:
            raise ValueError(f"There is no operation {operation!r}; there are: {', '.join(self._api.operations)}.")
        failure = InjectedFailure(kind, operation, executed, times, probability, seed, seconds, after, code)
        self._check_failure(failure)
        with self._lock:
            self._failures.append(failure)
        return failure

    def _check_failure(self, failure: InjectedFailure) -> None:
        operations, errors = self._api.operations, self._api.errors
        if failure.kind in OF_MOVING and failure.operation and not moves(operations[failure.operation]):
            choices = ", ".join(name for name, operation in operations.items() if moves(operation))
            raise ValueError(f"{failure.kind!r} is of calls that move funds; operation must be one of: {choices}.")
        if failure.code is not None and failure.code not in errors:
            raise ValueError(f"There is no code {failure.code!r}; there are: {', '.join(map(str, errors))}.")
        if failure.code is not None and failure.executed and errors[failure.code].outcome == "not_executed":
            raise ValueError(f"executed is True; the code {failure.code} says that a call was not executed.")

    def clear_failures(self) -> None:
        """Let no more calls fail."""
        with self._lock:
            self._failures.clear()

    # Requests

    def handle(
        self, method: str, target: bytes, headers: Mapping[str, str], body: bytes = b"", address: str = "127.0.0.1"
    ) -> Reply:
        """Respond to one request from an IP address; target (path and query) and body are the bytes as received."""
        request = read_request(method, target, headers, body)
        response_headers = dict(_JSON_HEADERS)
        operation, failure = None, None
        with self._lock:
            now = self._now()
            self._settle()
            if self._is_unreachable(request):
                return Reply(Response(503, {}, b""), delivery="refused")
            try:
                self._refuse_banned(address, now)
                if (method, request.path) == ("GET", SERVER_TIME.path.encode()):
                    reply = Reply(Response(200, response_headers, b'{"serverTime":%d}' % now))
                else:
                    operation, in_path = self._find(request)
                    # Without the header, which a web page cannot send, nothing is charged: no page can use a budget up.
                    if not operation.requires_key or request.headers.get(API_KEY_HEADER.lower()):
                        self._charge(operation, address, now, response_headers)
                    values = check_request(operation, request, in_path, self._keys, now)
                    failure, response_body = self._carry_out(operation, request, values, now)
                    reply = _reply(Response(200, response_headers, response_body), failure, self._api.errors)
            except ErrorResponse as error:
                reply = Reply(error_response(error, response_headers))
            self.requests.append(_received(operation, request, reply, failure))
        return reply

    def _now(self) -> int:
        return self._clock.milliseconds() + self.skew

    def _settle(self) -> None:
        """Let calls take effect whose time has come, in the order of their times."""
        now = self._now()
        due = sorted((later for later in self._later if later.at <= now), key=lambda later: later.at)
        self._later = [later for later in self._later if later.at > now]
        for later in due:
            later.execute(self._ledger)

    def _carry_out(
        self, operation: Operation[Any], request: Request, values: Values, now: int
    ) -> tuple[InjectedFailure | None, bytes]:
        """Move what a call moves, at once or later, and return its failure and the body of its response."""
        if not moves(operation):
            response_body = read(operation, values, self._view(request, now))
            return self._failure(operation), response_body
        entries, response_body = effect_of(operation, values, self._ledger, now)
        failure = self._failure(operation)
        if failure is not None and failure.kind in OF_MOVING:
            self._postpone(Later(now + round(failure.seconds * 1000), operation, values), failure, entries, request)
        elif failure is None or failure.executed:
            for entry in entries:
                self._ledger.record(entry)
        return failure, response_body

    def _postpone(self, later: Later, failure: InjectedFailure, entries: list[Entry], request: Request) -> None:
        if failure.kind == "pending":
            self._ledger.pending.extend(entries)
            is_executed = bool(failure.executed)
            self._later.append(dataclasses.replace(later, accepted=tuple(entries), is_executed=is_executed))
        elif failure.executed and later.at <= latest_execution(request):
            self._later.append(later)

    def _view(self, request: Request, now: int) -> View:
        key = self._keys.get(request.headers.get(API_KEY_HEADER.lower(), ""))
        allowed = key.permissions if key else self._permissions
        return View(self._api, self._ledger, now, self.lag, allowed)

    def _refuse_banned(self, address: str, now: int) -> None:
        left = self._addresses.setdefault(address, Address()).banned_until - now
        if left > 0:
            raise _pause(418, left)

    def _find(self, request: Request) -> tuple[Operation[Any], Pairs]:
        """Return the operation, and the values of its placeholders."""
        allowed: list[str] = []
        for operation, pattern, names in self._paths:
            if match := pattern.fullmatch(request.path):
                if operation.method == request.method:
                    return operation, tuple(zip(names, map(decoded, match.groups()), strict=True))
                allowed.append(operation.method)
        # -1020 and not -1000, because -1000 would leave open whether something was executed.
        if allowed:
            message = f"The method is not supported here; allowed: {', '.join(allowed)}."
            raise ErrorResponse(-1020, message, status=405, headers={"allow": ", ".join(allowed)})
        raise ErrorResponse(-1020, "There is no operation at this path.", status=404)

    def _charge(self, operation: Operation[Any], address: str, now: int, response_headers: dict[str, str]) -> None:
        """Take the call from its budgets, and report in the headers what is used."""
        owners, limit = {"ip": address, "uid": ""}, operation.call_limit
        budgets = [
            (cost, self._used.setdefault((operation.name, owners[cost.scope]), Used())) for cost in operation.weights
        ]
        wait = max(used.wait(cost, limit, now) for cost, used in budgets)
        for cost, used in budgets:
            if not wait:
                used.take(cost, limit, now)
            response_headers[weight_header(cost)] = str(used.weight(cost, now))
        if wait:
            self._addresses[address].refuse(wait, now)
            self._refuse_banned(address, now)
            raise _pause(429, wait)

    def _is_unreachable(self, request: Request) -> bool:
        try:
            operation, _ = self._find(request)
        except ErrorResponse:
            return False
        return self._failure(operation, is_connecting=True) is not None

    def _failure(self, operation: Operation[Any], *, is_connecting: bool = False) -> InjectedFailure | None:
        possible = [
            failure
            for failure in self._failures
            if (failure.kind == "no_connection") is is_connecting
            and (failure.kind not in OF_MOVING or moves(operation))
        ]
        found = next((failure for failure in possible if failure.applies_to(operation.name)), None)
        self._failures = [failure for failure in self._failures if failure.times != 0]
        return found


def _received(
    operation: Operation[Any] | None, request: Request, reply: Reply, failure: InjectedFailure | None
) -> Received:
    is_lost = reply.delivery == "lost"
    return Received(
        operation.name if operation else None,
        request.method,
        request.path.decode("ascii", "backslashreplace"),
        tuple((name, "***" if name.lower() == "signature" else value) for name, value in request.pairs),
        None if is_lost else reply.response.status,
        None if is_lost else reply.response.body,
        failure.kind if failure else None,
    )


def _reply(response: Response, failure: InjectedFailure | None, errors: Mapping[int, ErrorCode]) -> Reply:
    """Return the response, or what a failure makes of it."""
    if failure is None:
        return Reply(response)
    if failure.kind in ("lost", "late"):
        return Reply(response, delivery="lost")
    if failure.kind == "cut":
        return Reply(response, delivery="cut")
    if failure.kind == "slow":
        return Reply(response, delay=failure.seconds)
    if failure.kind == "html":
        return Reply(Response(200, {**response.headers, _CONTENT_TYPE: "text/html;charset=UTF-8"}, _HTML))
    if failure.kind in ("rate_limit", "ban") or failure.code == _RATE_LIMIT:
        error = _pause(418 if failure.kind == "ban" else 429, math.ceil(failure.seconds * 1000))
    elif failure.code is not None:
        known = errors[failure.code]
        is_of_key = known.exception == "AuthenticationError" and known.code != _SIGNATURE
        message = f"The call is refused on demand: {known.name}."
        error = ErrorResponse(known.code, message, status=401 if is_of_key else 400)
    else:
        status, code, message = _ERRORS[failure.kind]
        error = ErrorResponse(code, message, status=status)
    return Reply(error_response(error, response.headers))


def error_response(error: ErrorResponse, headers: Mapping[str, str] = _JSON_HEADERS) -> Response:
    """Return the response that an error is."""
    body = msgspec.json.encode({"code": error.code, "msg": str(error)})
    return Response(error.status, {**headers, **error.headers}, body)


def _pause(status: int, milliseconds: int) -> ErrorResponse:
    seconds = str(math.ceil(milliseconds / 1000))
    is_ban = status == 418  # noqa: PLR2004 - the status of a ban
    why = "This IP address is banned for going on after HTTP 429" if is_ban else "Too many requests to this operation"
    message = f"{why}; send the next one in {seconds} seconds."
    return ErrorResponse(_RATE_LIMIT, message, status=status, headers={RETRY_AFTER_HEADER: seconds})


def _check_asset(asset: object) -> None:
    if not isinstance(asset, str) or not asset:
        raise ValueError(f"asset is {asset!r}; it must be text such as 'USDT'.")


def _amount(amount: Decimal | int | str) -> Decimal:
    exact = Decimal(0)
    if type(amount) in (int, Decimal) or (isinstance(amount, str) and _PLAIN.fullmatch(amount)):
        exact = Decimal(amount)
    if not exact.is_finite() or exact <= 0:
        raise ValueError(f"amount is {amount!r}; it must be a Decimal, a whole number or decimal text, above 0.")
    if exact.adjusted() >= _DIGITS or -int(exact.as_tuple().exponent) > _DIGITS:
        raise ValueError(f"amount has more than {_DIGITS} digits before or after its point.")
    return exact
