# Copied from generator/runtime/sandbox/control.py by python -m generator; edit it there.
"""The sandbox's control path: what a test in any language may ask of it over HTTP, and who may ask."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .core import Sandbox
from .faults import FaultKind
from .ledger import Place

ROOT = "/sandbox"
"""The path that lists the others, which all lie below it."""
_JSON = "application/json"
_THIS_MACHINE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON object of a request."""


class _Credit(_Form):
    wallet: str
    asset: str
    amount: str
    symbol: str | None = None
    email: str | None = None


class _Open(_Form):
    symbol: str | None = None
    email: str | None = None


class _Key(_Form):
    api_key: str
    secret: str | None = None
    public_key: str | None = None


class _Inject(_Form):
    kind: str
    operation: str | None = None
    executed: bool | None = None
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    seconds: float = 1.0


class _Skew(_Form):
    milliseconds: int


@dataclass(frozen=True, slots=True)
class _Order:
    """One thing that can be asked."""

    method: str
    path: str
    text: str
    do: Callable[[Sandbox, Any], object]
    form: type[_Form] = _Form


class Control:
    """The ASGI application of the control path; programs on this machine reach it, web pages and others do not."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        paths: dict[str, dict[str, _Order]] = {}
        for order in _ORDERS:
            paths.setdefault(order.path, {})[order.method] = order
        routes = [Route(path, self._endpoint(orders), methods=list(orders)) for path, orders in paths.items()]
        self._app = Starlette(routes=routes, exception_handlers={HTTPException: _not_found})
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        problem = _refusal(Request(scope))
        app: ASGIApp = _error(403, problem) if problem else self._app
        await app(scope, receive, send)

    def _endpoint(self, orders: dict[str, _Order]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            order = orders["GET" if request.method == "HEAD" else request.method]
            try:
                form = _decoded(order.form, await request.body() if request.method == "POST" else b"")
                told = order.do(self._sandbox, form)
                return _json(200, {} if told is None else told)
            except ValueError as error:
                return _error(400, str(error))

        return endpoint


def _refusal(request: Request) -> str | None:
    """Return why this request may not control the sandbox.

    The address keeps other machines out. A web page in a browser on this machine is kept out by the name that it knows
    the sandbox by, should that lead here, and by the type of the body, which it may not send to a site not its own.
    """
    if not (request.client and _is_loopback(request.client.host)):
        return f"The paths below {ROOT} can be reached from this machine only."
    host = request.headers.get("host", "")
    if not _THIS_MACHINE.fullmatch(host):
        return f"The header Host is {host!r}; below {ROOT} it must name localhost, 127.0.0.1 or [::1]."
    sent = request.headers.get("content-type", "")
    if request.method == "POST" and sent.partition(";")[0].strip().lower() != _JSON:
        return f"The header Content-Type is {sent!r}; below {ROOT} it must be {_JSON}."
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _decoded(form: type[_Form], body: bytes) -> _Form:
    fields = [field.name if field.required else f"{field.name} (optional)" for field in msgspec.structs.fields(form)]
    try:
        return msgspec.json.decode(body or b"{}", type=form)
    except (msgspec.MsgspecError, UnicodeError) as error:
        allowed = f"with {', '.join(fields)}" if fields else "without fields"
        raise ValueError(f"{error}; the body must be a JSON object {allowed}.") from None


def _json(status: int, value: object) -> Response:
    return Response(msgspec.json.encode(value), status, media_type=_JSON)


def _error(status: int, sentence: str) -> Response:
    return _json(status, {"error": sentence})


def _not_found(request: Request, error: Exception) -> Response:
    """Answer where the path is unknown, or the method is not the path's."""
    failure = cast(HTTPException, error)
    response = _error(failure.status_code, f"There is no {request.method} {request.url.path}; GET {ROOT} lists all.")
    response.headers.update(failure.headers or {})
    return response


def _list(_sandbox: Sandbox, _form: _Form) -> object:
    return [{"method": order.method, "path": order.path, "text": order.text} for order in _ORDERS]


def _credit(sandbox: Sandbox, form: _Credit) -> None:
    sandbox.credit(form.wallet, form.asset, form.amount, symbol=form.symbol, email=form.email)


def _open(sandbox: Sandbox, form: _Open) -> None:
    sandbox.open(symbol=form.symbol, email=form.email)


def _add_key(sandbox: Sandbox, form: _Key) -> None:
    sandbox.add_key(form.api_key, secret=form.secret, public_key=form.public_key)


def _balances(sandbox: Sandbox, _form: _Form) -> object:
    return [
        {**_place(place), "asset": asset, "amount": _plain(amount)}
        for place, held in sandbox.balances().items()
        for asset, amount in held.items()
    ]


def _entries(sandbox: Sandbox, _form: _Form) -> object:
    return [
        {
            "id": entry.id,
            "time": entry.time,
            "operation": entry.operation,
            "asset": entry.asset,
            "amount": _plain(entry.amount),
            "source": _place(entry.source) if entry.source else None,
            "target": _place(entry.target),
        }
        for entry in sandbox.entries
    ]


def _requests(sandbox: Sandbox, _form: _Form) -> object:
    return [
        {
            "operation": request.operation,
            "method": request.method,
            "path": request.path,
            "parameters": request.parameters,
            "status": request.status,
            "answer": None if request.answer is None else request.answer.decode(errors="replace"),
            "fault": request.fault,
        }
        for request in sandbox.requests
    ]


def _inject(sandbox: Sandbox, form: _Inject) -> None:
    sandbox.inject(
        cast(FaultKind, form.kind),
        form.operation,
        executed=form.executed,
        times=form.times,
        probability=form.probability,
        seed=form.seed,
        seconds=form.seconds,
    )


def _clear_faults(sandbox: Sandbox, _form: _Form) -> None:
    sandbox.clear_faults()


def _skew(sandbox: Sandbox, form: _Skew) -> None:
    sandbox.skew = form.milliseconds


def _reset(sandbox: Sandbox, _form: _Form) -> None:
    sandbox.reset()


def _place(place: Place) -> dict[str, str | None]:
    return {"wallet": place.wallet, "owner": place.owner or None}


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"


_ORDERS = (
    _Order("GET", ROOT, "Lists these paths.", _list),
    _Order("POST", f"{ROOT}/credit", "Puts funds into a wallet; the amount is a string.", _credit, _Credit),
    _Order("POST", f"{ROOT}/open", "Opens a trading pair's wallet (symbol) or a sub-account (email).", _open, _Open),
    _Order("POST", f"{ROOT}/keys", "Lets requests carry another key, with a secret or a public key.", _add_key, _Key),
    _Order("GET", f"{ROOT}/balances", "Tells what every wallet holds.", _balances),
    _Order("GET", f"{ROOT}/entries", "Tells every movement of funds, oldest first.", _entries),
    _Order("GET", f"{ROOT}/requests", "Tells every request that was received, oldest first.", _requests),
    _Order("POST", f"{ROOT}/faults", "Lets calls fail.", _inject, _Inject),
    _Order("DELETE", f"{ROOT}/faults", "Lets no more calls fail.", _clear_faults),
    _Order("POST", f"{ROOT}/skew", "Sets by how many milliseconds the sandbox's clock is ahead.", _skew, _Skew),
    _Order("POST", f"{ROOT}/reset", "Forgets funds, requests, faults, budgets and bans.", _reset),
)
