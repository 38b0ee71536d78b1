"""The sandbox's control paths: how tests in any language control it over HTTP, and who may."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ..wire import Response
from .checks import Request
from .core import Sandbox
from .failures import FailureKind
from .ledger import WalletRef

ROOT = "/sandbox"
"""The path that lists the others, which all lie below it."""
_JSON = "application/json"
_NAMES = re.compile(r"(\[[^\]]*\]|[0-9.]+|[^.:]+|.+\.(internal|local|localhost|test))(:[0-9]{1,5})?", re.IGNORECASE)
"""An address, or a name that no site of the Internet has."""
_THIS_MACHINE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON object of a request; its fields are the arguments of the action."""


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
    permissions: list[str] | None = None


class _Inject(_Form):
    kind: str
    operation: str | None = None
    executed: bool | None = None
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    seconds: float = 1.0
    after: int = 0
    code: int | None = None


class _Milliseconds(_Form):
    milliseconds: int


class _Permissions(_Form):
    permissions: list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class ControlPath:
    """A method and path, and what they do to a sandbox."""

    method: str
    path: str
    text: str
    action: Callable[..., object]
    """Takes the sandbox, and the form's fields by name."""
    form: type[_Form] = _Form


def respond(sandbox: Sandbox, request: Request, address: str) -> Response:
    """Carry out a request from this machine; web pages and other machines are refused."""
    if refusal := _refusal(request, address):
        return _json(403, {"error": refusal})
    path = request.path.decode("latin-1")
    allowed = {control.method: control for control in CONTROL_PATHS if control.path == path}
    control = allowed.get("GET" if request.method == "HEAD" else request.method)
    if control is None:
        message = f"There is no {request.method} {path}; GET {ROOT} lists all."
        return _json(405 if allowed else 404, {"error": message}, {"allow": ", ".join(allowed)} if allowed else {})
    try:
        form = _decoded(control.form, request.body if control.method == "POST" else b"")
        result = control.action(sandbox, **msgspec.structs.asdict(form))
    except ValueError as error:
        return _json(400, {"error": str(error)})
    return _json(200, result if control.method == "GET" else {})


def web_page_refusal(headers: Mapping[str, str]) -> str | None:
    """Return why a request is refused that a web page of another site may have made.

    Browsers name the page's site in Origin or Sec-Fetch-Site. A site whose name leads to this machine's address is
    recognized by that name.
    """
    host, origin, site = (headers.get(name, "") for name in ("host", "origin", "sec-fetch-site"))
    if host and not _NAMES.fullmatch(host):
        allowed = "an IP address, a name without a dot, or one that ends in .internal, .local, .localhost or .test"
        return f"The header Host is {host!r}; it must be {allowed}."
    if origin and origin != f"http://{host}":
        return f"The header Origin is {origin!r}; pages of other sites are refused."
    if site not in ("", "none", "same-origin"):
        return f"The header Sec-Fetch-Site is {site!r}; pages of other sites are refused."
    return None


def _refusal(request: Request, address: str) -> str | None:
    """Return why this request may not control the sandbox.

    The address keeps other machines out. A web page in a browser on this machine is kept out by the name that it knows
    the sandbox by, should that lead here, and by the type of the body, which it may not send to a site not its own.
    """
    if not _is_loopback(address):
        return f"The paths below {ROOT} can be reached from this machine only."
    host = request.headers.get("host", "")
    if not _THIS_MACHINE.fullmatch(host):
        return f"The header Host is {host!r}; below {ROOT} it must name localhost, 127.0.0.1 or [::1]."
    content_type = request.headers.get("content-type", "")
    if request.method == "POST" and content_type.partition(";")[0].strip().lower() != _JSON:
        return f"The header Content-Type is {content_type!r}; below {ROOT} it must be {_JSON}."
    return web_page_refusal(request.headers)


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


def _json(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, {"content-type": _JSON, **(headers or {})}, msgspec.json.encode(value))


def _list(_sandbox: Sandbox) -> object:
    return [{"method": control.method, "path": control.path, "text": control.text} for control in CONTROL_PATHS]


def _balances(sandbox: Sandbox) -> object:
    return [
        {**_wallet(wallet), "asset": asset, "amount": f"{amount:f}"}
        for wallet, amounts in sandbox.balances().items()
        for asset, amount in amounts.items()
    ]


def _entries(sandbox: Sandbox) -> object:
    return [
        {
            **dataclasses.asdict(entry),
            "amount": f"{entry.amount:f}",
            "source": entry.source and _wallet(entry.source),
            "target": _wallet(entry.target),
        }
        for entry in sandbox.entries
    ]


def _wallet(wallet: WalletRef) -> dict[str, Any]:
    return {"wallet": wallet.wallet, "owner": wallet.owner or None}


def _requests(sandbox: Sandbox) -> object:
    return [
        {
            **dataclasses.asdict(request),
            "response": None if request.response is None else request.response.decode(errors="replace"),
        }
        for request in sandbox.requests
    ]


def _set_skew(sandbox: Sandbox, milliseconds: int) -> None:
    sandbox.skew = milliseconds


def _set_lag(sandbox: Sandbox, milliseconds: int) -> None:
    if milliseconds < 0:
        raise ValueError(f"milliseconds is {milliseconds}; it must be 0 or more.")
    sandbox.lag = milliseconds


def _set_permissions(sandbox: Sandbox, permissions: list[str]) -> None:
    sandbox.permissions = frozenset(permissions)


def _inject(sandbox: Sandbox, kind: FailureKind, **settings: Any) -> None:
    if kind == "no_connection":
        problem = "over HTTP, the connection exists before the call is known"
        raise ValueError(f"kind is {kind!r}; {problem}. Connect to a port on which nothing listens.")
    sandbox.inject(kind, **settings)


CONTROL_PATHS = (
    ControlPath("GET", ROOT, "Lists these paths.", _list),
    ControlPath("POST", f"{ROOT}/credit", "Puts funds into a wallet.", Sandbox.credit, _Credit),
    ControlPath("POST", f"{ROOT}/open", "Opens a pair's wallet or a sub-account.", Sandbox.open, _Open),
    ControlPath("POST", f"{ROOT}/keys", "Lets requests carry another key.", Sandbox.add_key, _Key),
    ControlPath("GET", f"{ROOT}/balances", "Returns what every wallet holds.", _balances),
    ControlPath("GET", f"{ROOT}/entries", "Returns every movement of funds, oldest first.", _entries),
    ControlPath("GET", f"{ROOT}/requests", "Returns every request received, oldest first.", _requests),
    ControlPath("POST", f"{ROOT}/failures", "Lets calls fail.", _inject, _Inject),
    ControlPath("DELETE", f"{ROOT}/failures", "Lets no more calls fail.", Sandbox.clear_failures),
    ControlPath("POST", f"{ROOT}/skew", "Sets how far ahead the sandbox's clock is.", _set_skew, _Milliseconds),
    ControlPath("POST", f"{ROOT}/lag", "Sets how late the reads show what a call moved.", _set_lag, _Milliseconds),
    ControlPath("POST", f"{ROOT}/permissions", "Sets what the first key is allowed.", _set_permissions, _Permissions),
    ControlPath("POST", f"{ROOT}/reset", "Forgets all but the keys.", Sandbox.reset),
)
