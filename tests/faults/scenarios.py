"""What can go wrong between a client and Binance, as data: what the server does, and what the caller must be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from binance_transfers import RetryPolicy

from .server import FIELDS, OVERSIZED, RECEIPT, SELF, STRANGER, Step

HTML = "<html><body>Something went wrong</body></html>"
REFUSAL = '{"code":-9999,"msg":"Something went wrong."}'
ODD = "there is an error code, and it may be one that leaves the outcome open"
IN_PART = "a gateway that gave up waiting says so too, and so does what was done in part"
UNREAD = "the client cannot see how much of what it sent was read"
CUT = "the connection broke before the answer was whole, which it also does after an execution"
SILENT = "no answer came, and none comes after some executions either"
SERVER_ERROR = "a 5xx is documented as unknown, whatever its body says"
INFERRED = "the code is documented or feared to come after executions too"
NO_RECEIPT = "a 200 may stand for an execution, and this one says neither yes nor no"
REDIRECT = "a redirect does not say what was done before it was written"


BODIES = (
    *("", " ", HTML, "null", "[]", "7", '"success"', "{}", '{"msg":"accepted"}', '{"tranId":null,"amount":null}'),
    *('{"tranId":"seven","asset":7}', '{"tranId":1.5,"amount":true}', '{"tranId":NaN,"asset":"LDUSDT","amount":NaN}'),
    *('{"tranId":true,"asset":"LDUSDT","amount":"NaN"}', f"[{RECEIPT}]", RECEIPT * 2, f'{{"data":{RECEIPT}}}'),
)
"""None of them is a receipt."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What one kind of call ends in."""

    outcome: str
    """`done`, or the class of the exception."""
    requests: int = 1
    """How many requests the server saw."""
    executed: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to go wrong."""

    name: str
    steps: tuple[Step, ...]
    transfer: Expected
    read: Expected
    why: str = ""
    """Why a transfer that was not executed is called unknown all the same."""
    listener: str = "main"
    scheme: Literal["http", "https"] = "http"
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the client."""
    clock_error: int = 0
    """Milliseconds by which the client's clock is wrong."""


FAILS = Expected("NotExecuted", 3)
REJECTED = Expected("Rejected")
NOT_SENT = Expected("NotSent", 0)
FINE = Expected("done")
IMPATIENT = {"timeout": 0.3, "deadline": 3.0, "retry": RetryPolicy(attempts=2, first_delay=0.01, longest_delay=0.02)}


def done(name: str, *steps: Step, requests: int = 1, **more: Any) -> Scenario:
    """Return a scenario that ends well."""
    return Scenario(name, steps, Expected("done", requests, 1), Expected("done", requests), **more)


def refused(name: str, step: Step, outcome: str = "Rejected", requests: int = 1, **more: Any) -> Scenario:
    """Return a scenario in which nothing is executed, and the answer proves it."""
    expected = Expected(outcome, requests)
    return Scenario(name, (step,), expected, expected, **more)


def unknown(name: str, *steps: Step, why: str = "", read: Expected = FAILS, **more: Any) -> Scenario:
    """Return a scenario in which a transfer may have been executed; `why` where it was not."""
    return Scenario(name, steps, Expected("OutcomeUnknown", executed=0 if why else 1), read, why, **more)


def both(
    name: str, why: str, read: Expected = FAILS, more: Mapping[str, Any] | None = None, **step: Any
) -> list[Scenario]:
    """Return the same scenario executed and not executed: the caller cannot tell them apart."""
    return [
        unknown(f"{name}, executed", Step("yes", **step), read=read, **(more or {})),
        unknown(f"{name}, not executed", Step("no", **step), read=read, why=why, **(more or {})),
    ]


def _answers() -> Iterator[Scenario]:
    yield done("plain answer", Step())
    yield done("closed after the answer", Step(end="close"))
    yield done("length told by closing", Step(framing="until close", end="close"))
    yield done("chunked", Step(framing="chunked"))
    yield done("trickled", Step(trickled=True))
    yield done("100 before 200", Step(interim=(100,)))
    yield done("103 before 200", Step(interim=(103,)))
    yield done("100, 102 and 103 before 200", Step(interim=(100, 102, 103)))
    yield done("receipt with a msg and more fields", Step(body=f'{{"msg":"ok","more":[1,{{}}],{FIELDS}}}'))


def _bodies() -> Iterator[Scenario]:
    for body in BODIES:
        yield unknown(f"200 with `{body}`", Step(body=body))
    yield unknown("200 with {}, not executed", Step("no", body="{}"), why=NO_RECEIPT)
    yield unknown("200, nested too deep", Step(body='{"tranId":' + "[" * 20_000))
    yield unknown("200, not UTF-8", Step(raw="HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" + '{"tranId":"\xff"}'))
    yield unknown("oversized", Step(body=f'{{"more":"{OVERSIZED}","tranId":1}}'))
    yield unknown("gzip, which nobody asked for", Step(encoding="gzip"))
    yield unknown("gzip, chunked, trickled", Step(encoding="gzip", framing="chunked", trickled=True))
    yield unknown("oversized once unpacked", Step(body=f'{{"more":"{OVERSIZED}","tranId":1}}', encoding="gzip"))
    yield unknown("broken gzip", Step(encoding="broken gzip"))
    yield unknown("gzip that is none", Step(headers={"Content-Encoding": "gzip"}))
    # Once only: whether the connection is seen to end before it is used again is a race, and what is lost is a read.
    once = {"retry": RetryPolicy(attempts=1)}
    too_short = Step(framing="too short", end="close")
    yield unknown("Content-Length too short", too_short, settings=once, read=Expected("NotExecuted"))


def _broken_connections() -> Iterator[Scenario]:
    unseen = Expected("NotExecuted", 0)
    for listener in ("closing", "half closed"):
        told = Expected("OutcomeUnknown", 0)
        yield Scenario(f"{listener} when accepted", (Step(),), told, unseen, UNREAD, listener)
    for read in ("nothing", "line"):
        yield unknown(f"closed having read {read}", Step("no", read=read, end="close"), why=UNREAD)
        yield unknown(f"reset having read {read}", Step("no", read=read, end="reset"), why=UNREAD)
    for end in ("close", "reset"):
        for sends in ("nothing", "half a line", "half of the headers", "half of the body"):
            yield from both(f"{end} after {sends} of the answer", CUT, sends=sends, end=end)
        yield unknown(f"{end}, executed after that", Step("late", sends="nothing", end=end))
    yield from both("Content-Length too long, then closed", NO_RECEIPT, framing="too long", end="close", body=RECEIPT)
    yield from both(
        "cut where only closing tells the length", CUT, framing="until close", sends="half of the body", end="close"
    )
    yield unknown("chunks without their end", Step(framing="chunked cut", end="close"))
    cut = Step("no", status=400, body=REFUSAL, framing="too long", end="close")
    yield unknown("a refusal that is cut", cut, why=CUT)
    yield unknown("garbage instead of HTTP", Step(raw="\x00\x01\x02 garbage\r\n\r\n", end="close"))
    yield unknown("a status of four digits", Step(raw="HTTP/1.1 2000 OK\r\n\r\n", end="close"))
    yield unknown("a header that is none", Step(raw="HTTP/1.1 200 OK\r\nno colon\r\n\r\n", end="close"))
    yield unknown("more headers than anyone reads", Step(raw="HTTP/1.1 200 OK\r\n" + "X-More: more\r\n" * 20_000))
    mended = Expected("done", 2)
    yield unknown("closed once, then fine", Step(sends="nothing", end="close"), Step(), read=mended)
    yield unknown("500 once, then fine", Step(status=500, body=HTML), Step(), read=mended)
    yield unknown("unreadable once, then fine", Step(body="{}"), Step(), read=mended)


def _slow() -> Iterator[Scenario]:
    more: dict[str, Any] = {"settings": IMPATIENT}
    twice = Expected("NotExecuted", 2)
    for sends in ("nothing", "half a line", "half of the headers", "half of the body"):
        yield from both(f"silent after {sends} of the answer", SILENT, twice, more, sends=sends, end="wait")
    late = Step("late", sends="nothing", end="wait")
    yield unknown("silent, executed when the client has gone", late, read=twice, **more)
    brief, once = {"timeout": 0.5, "deadline": 0.5}, Expected("NotExecuted")
    yield unknown("headers without end", Step(sends="no end"), settings=brief, read=once)
    yield unknown("answer behind interim answers", Step(sends="late", end="close"), settings=brief, read=once)
    yield unknown("interim answers at full speed", Step(sends="flood"), settings=brief, read=once)
    late_body = Step(sends="late body", framing="until close", end="close")
    yield unknown("answer behind empty gzip", late_body, settings=brief)
    told = Expected("OutcomeUnknown", 0)
    yield Scenario("never accepted", (), told, Expected("NotExecuted", 0), UNREAD, "silent", settings=IMPATIENT)


def _not_reached() -> Iterator[Scenario]:
    yield Scenario("port refused", (), NOT_SENT, NOT_SENT, listener="refused")
    yield Scenario("port that takes nobody in", (), NOT_SENT, NOT_SENT, listener="full", settings=IMPATIENT)
    yield Scenario("https to a port without TLS", (), NOT_SENT, NOT_SENT, scheme="https")
    yield Scenario("https to a port that closes", (), NOT_SENT, NOT_SENT, scheme="https", listener="closing")
    yield Scenario("https to a port that is silent", (), NOT_SENT, NOT_SENT, "", "silent", "https", IMPATIENT)


def _statuses() -> Iterator[Scenario]:
    bodies = {"JSON": REFUSAL, "HTML": HTML, "nothing": ""}
    for status in (400, 401, 403, 404, 405, 413, 451):
        for kind, body in bodies.items():
            yield refused(f"{status} with {kind}", Step("no", status=status, body=body))
    for status in (408, 409, 460, 499):
        for kind, body in bodies.items():
            yield from both(f"{status} with {kind}", IN_PART, status=status, body=body)
    for status in (500, 502, 503, 504, 520):
        for kind, body in bodies.items():
            yield from both(f"{status} with {kind}", SERVER_ERROR, status=status, body=body)
    yield from both("500 with a refusal's code", SERVER_ERROR, status=500, body='{"code":-1021,"msg":"Timestamp."}')
    yield unknown("500 with a receipt", Step(status=500))
    for status in (201, 202, 206, 299):
        yield unknown(f"{status} with a receipt", Step(status=status))
    yield from both("204", NO_RECEIPT, status=204, body="")
    yield unknown("101", Step(status=101, body="", framing="until close", end="close"))
    yield unknown("status 600", Step(status=600))
    places = {"itself": f"{SELF}/sapi/v1/asset/transfer", "another path": "/elsewhere", "another host": f"{STRANGER}/x"}
    for status in (301, 302, 303, 307, 308):
        for place, location in places.items():
            name = f"{status} to {place}"
            yield from both(name, REDIRECT, status=status, body="", headers={"Location": location})
    yield unknown("304", Step("no", status=304, body=""), why=REDIRECT)


def _code(code: int | str, status: int = 400, headers: Mapping[str, str] | None = None) -> Step:
    return Step("no", status=status, body=f'{{"code":{code},"msg":"So it is."}}', headers=dict(headers or {}))


def _codes() -> Iterator[Scenario]:
    for code in (-1000, -1001, -1006, -1007, -1008, -9000):
        for http in (200, 400):
            body = f'{{"code":{code},"msg":"So it is."}}'
            yield from both(f"{code} at {http}", INFERRED, status=http, body=body)
    for text in ("-9999", "0", "200", '"-1007"', '"-1021"', '"text"', "null", "1.5", "-1007.0"):
        body = f'{{"code":{text},"msg":"So it is."}}'
        yield from both(f"code {text} at 200", NO_RECEIPT, body=body)
        if text.lstrip("-").isdigit():
            yield refused(f"code {text} at 400", _code(text))
            continue
        yield from both(f"code {text} at 400", ODD, read=REJECTED, status=400, body=body)
        limited = Expected("RateLimited", 3)
        yield from both(f"code {text} at 429", ODD, read=limited, status=429, body=body, headers={"Retry-After": "0"})
    yield from both("a list with -1007 at 400", ODD, read=REJECTED, status=400, body='[{"code":-1007}]')
    hidden = ('{"msg":"Timeout wai', '{"error":{"code":-1007}}', "<code>-1007</code>")
    for body in hidden:
        yield from both(f"400 with `{body}`", ODD, read=REJECTED, status=400, body=body)
    marked = '\ufeff{"code":-1007,"msg":"Timeout."}'
    yield from both("-1007 behind a byte order mark at 400", INFERRED, status=400, body=marked)
    yield unknown("a receipt that says that it failed", Step(body='{"success":false,' + FIELDS + "}"))
    yield unknown("a receipt with a code", Step(body='{"code":200,' + FIELDS + "}"))
    yield unknown("a receipt with a refusal's code", Step(body='{"code":-1100,' + FIELDS + "}"))
    yield refused("-1100", _code(-1100), "ParameterRejected")
    yield refused("-1022", _code(-1022), "AuthenticationError")
    yield refused("-1100 at 200", _code(-1100, 200), "ParameterRejected")
    yield refused("a wrong secret", Step(), "AuthenticationError", settings={"secret": "another"})
    yield refused("a wrong key", Step(), "AuthenticationError", settings={"api_key": "another"})


def _clocks() -> Iterator[Scenario]:
    yield done("-1021 once", _code(-1021), Step(), requests=2)
    yield done("-1021 twice", _code(-1021), _code(-1021), Step(), requests=3)
    yield done("-1021 at 200, once", _code(-1021, 200), Step(), requests=2)
    yield refused("-1021 always", _code(-1021), "TimestampOutOfWindow", 3)
    yield refused("-1021, and the clock cannot be asked", _code(-1021), "TimestampOutOfWindow", listener="clockless")
    yield done("a clock that is ten minutes late", Step(), requests=2, clock_error=-600_000)
    yield done("a clock that is ten minutes early", Step(), requests=2, clock_error=600_000)


def _limits() -> Iterator[Scenario]:
    now, soon, late = ({"Retry-After": text} for text in ("0", "1", "3600"))
    for code, status in ((-1003, 400), (-1003, 429), (-9999, 429)):
        name = f"{code} at {status}"
        yield done(f"{name}, at once again", _code(code, status, now), Step(), requests=2)
        yield refused(f"{name}, always", _code(code, status, now), "RateLimited", 3)
        yield refused(f"{name}, too long to wait", _code(code, status, late), "RateLimited")
        yield refused(f"{name}, nobody says how long", _code(code, status), "RateLimited")
    yield done("429, a second later again", _code(-1003, 429, soon), Step(), requests=2)
    yield refused("429 with HTML", Step("no", status=429, body=HTML, headers=now), "RateLimited", 3)
    date = {"Retry-After": "Fri, 01 Jan 2027 00:00:00 GMT"}
    yield refused("429, Retry-After is a date", _code(-1003, 429, date), "RateLimited")
    yield from both("429 with -1007", INFERRED, status=429, body='{"code":-1007,"msg":"Timeout."}', headers=now)
    yield refused("418", _code(-1003, 418, now), "IpBanned")
    yield refused("418, nobody says how long", _code(-1003, 418), "IpBanned")
    yield refused("418 with nothing", Step("no", status=418, body=""), "IpBanned")


_GROUPS = (_answers, _bodies, _broken_connections, _slow, _not_reached, _statuses, _codes, _clocks, _limits)
SCENARIOS = tuple(scenario for group in _GROUPS for scenario in group())
