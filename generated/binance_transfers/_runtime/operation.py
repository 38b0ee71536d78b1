# Copied from generator/runtime/operation.py by python -m generator; edit it there.
"""The operation table's vocabulary: what is known of an endpoint, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import msgspec

Result = TypeVar("Result")
Value = str | int | bool | Decimal
"""A single parameter value, as the table writes it."""
FieldValue: TypeAlias = str | int | bool | None
"""A value of a response's field."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation, and every rule that its value must keep."""

    name: str
    """The name on the wire."""
    argument: str
    """The name of the Python argument."""
    kind: Literal["string", "decimal", "integer", "boolean"]
    required: bool = False
    location: Literal["query", "path"] = "query"
    array: Literal["repeat", "comma", "json"] | None = None
    """How several values are written: the name repeated, one text with commas, or a JSON array; `None`: one value."""
    choices: tuple[str | int, ...] = ()
    """The values known; a value of the caller's own needs `Unlisted`."""
    refused: tuple[str | int, ...] = ()
    """Values that the endpoint does not take."""
    default: Value | None = None
    """The value that Binance assumes when the parameter is not sent."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    bits: Literal[32, 64] = 64
    """The bits that Binance keeps a whole number in: 32 for an INT, 64 for a LONG."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`parameter` must be given when `other` has one of `values`."""

    parameter: str
    other: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Exclusive:
    """At most one of some parameters may be given."""

    parameters: tuple[str, ...]
    required: bool = False
    """One of them must be given."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time from one parameter to another, both in milliseconds, may not be longer."""

    start: str
    end: str
    days: int

    @property
    def milliseconds(self) -> int:
        """The longest time in milliseconds."""
        return self.days * 86_400_000


@dataclass(frozen=True, slots=True)
class Weight:
    """The cost of a call, and the budget of its endpoint that it is taken from."""

    scope: Literal["ip", "uid"]
    weight: int
    budget: int
    seconds: int

    @property
    def calls_per_minute(self) -> int:
        """The number of calls that fit into one minute of the budget."""
        return self.budget // self.weight * 60 // self.seconds


def tightest(weights: tuple[Weight, ...]) -> Weight:
    """Return the weight that allows the fewest calls per minute."""
    return min(weights, key=lambda weight: weight.calls_per_minute)


@dataclass(frozen=True, slots=True)
class CallLimit:
    """At most `calls` calls in any `seconds` seconds."""

    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class NewerFact:
    """What a source newer than the pages states, beside what the package was generated from."""

    source: str
    """The package of Binance's SDK, and a version that states it."""
    date: str
    """The day of that version."""
    text: str
    weights: tuple[Weight, ...] = ()
    """What a call costs by it, where it states another weight."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page of Binance's documentation, and the date of the page that the facts were read from."""

    url: str
    read: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """A call moves an amount of an asset from one wallet to another. Everything but wallets is named as on the wire."""

    by: str
    """The parameter whose value names the two wallets."""
    routes: Mapping[str, tuple[str, str]] = field(hash=False)
    """The wallet that is left and the wallet that is entered, by that parameter's value as it is sent."""
    asset: str
    """The parameter with the asset."""
    amount: str
    """The parameter with the amount."""
    receipt: str
    """The field of the response that holds the transfer's id."""
    source_owner: str | None = None
    """The parameter that selects the wallet that is left, where there are several of its kind."""
    target_owner: str | None = None
    """The parameter that selects the wallet that is entered, where there are several of its kind."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A call moves all that some wallets hold into another one."""

    sources: tuple[str, ...]
    target: str
    asset: str | None = None
    """The parameter with the asset; `None`: every asset."""
    excluded: tuple[str, ...] = ()
    """Assets that stay where they are."""


@dataclass(frozen=True, slots=True)
class Report:
    """A call reports how much could be moved out of a wallet."""

    by: str
    """The parameter whose value names the two wallets."""
    routes: Mapping[str, tuple[str, str]] = field(hash=False)
    """The wallet that would be left and the one that would be entered, by that parameter's value as it is sent."""
    asset: str
    """The parameter with the asset, and the field of the response that repeats it."""
    amount: str
    """The field of the response that holds the amount."""


@dataclass(frozen=True, slots=True)
class History:
    """A call lists the executions of another operation, as that operation's `Confirmation` describes its rows."""

    of: str
    """The operation whose executions are listed, by the name of its method."""


@dataclass(frozen=True, slots=True)
class Balances:
    """A call reports what wallets hold, as a list with one row for each asset."""

    asset: str
    """The field of a row that holds the asset."""
    wallets: Mapping[str, str] = field(hash=False)
    """The wallet whose amount a field of a row holds, by that field."""
    rows: str | None = None
    """The field of the response that holds the rows; `None`: the response is the list."""
    owner: str | None = None
    """The parameter that selects the wallets, where there are several of their kind."""
    only: str | None = None
    """The parameter that narrows the response to one asset."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A call reports what every wallet of the account is worth, and on request what it holds, one row for each wallet."""

    name: str
    """The field of a row that names the wallet."""
    wallets: Mapping[str, str] = field(hash=False)
    """The wallet, by the name that the field gives it."""
    value: str
    """The field of a row that holds the wallet's value."""
    unit: str
    """The parameter with the asset that values are given in."""
    detail: str | None = None
    """The field of a row that lists the assets, where they are asked for."""
    detail_on: str | None = None
    """The parameter that asks for them."""
    asset: str | None = None
    """The field of a listed asset that names it."""
    amount: str | None = None
    """The field of a listed asset that holds its amount."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """A call reports what the API key is allowed, in boolean fields named as `Operation.permissions` names them."""


Effect: TypeAlias = Transfer | Collection | Report | History | Balances | Overview | Permissions


@dataclass(frozen=True, slots=True)
class Statuses:
    """What the values of a row's status field mean."""

    field: str
    executed: tuple[str, ...]
    pending: tuple[str, ...] = ()
    not_executed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryMatch:
    """How a transfer is found in the response of a read that lists transfers. Everything is named as on the wire."""

    operation: str
    """The read, by the name of its method."""
    send: Mapping[str, str] = field(hash=False)
    """The transfer's parameter whose value is sent, by the read's parameter."""
    since: str
    """The read's parameter for the begin of the time window, in milliseconds."""
    until: str
    """The read's parameter for the end of the time window, in milliseconds."""
    rows: str | None
    """The field of the response that holds the rows; `None`: the response is the list."""
    match: Mapping[str, str] = field(hash=False)
    """The transfer's parameter whose value a field of the row must have, by that field."""
    id: str
    """The field of a row that holds the transfer's id."""
    time: str
    """The field of a row that holds the time of the transfer, in milliseconds."""
    status: Statuses
    days: int
    """How far back the read reaches."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How to find out what became of a call whose outcome is unknown; one of `history` and `balances` is given."""

    settle: int
    """Seconds after which a call that still could be executed is visible to the reads; an assumption of the spec."""
    history: HistoryMatch | None = None
    balances: tuple[str, ...] = ()
    """The reads that show the wallets before and after, by the names of their methods; each has the effect `Balances`."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How the pages of a response are asked for."""

    page: str
    """The parameter with the number of the page; the first is 1."""
    size: str
    """The parameter with the number of rows of a page."""
    largest: int
    """The most rows of a page."""
    rows: str
    """The field of the response that holds the rows."""
    total: str | None = None
    """The field of the response that holds the number of all rows."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[Result]):
    """Everything that is known of one endpoint, apart from its texts."""

    name: str
    """The client's method."""
    title: str
    """The title of Binance's page."""
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    security: str
    """The security type as Binance's page prints it."""
    requires_key: bool
    """The API key is sent."""
    requires_signature: bool
    """A timestamp and a signature are sent."""
    moves_funds: bool
    when_unknown: str
    """What to look at, and where, when it is not known whether a call was executed; empty where nothing moves."""
    weights: tuple[Weight, ...]
    """What a call costs: mostly one weight; two where it counts against both budgets."""
    call_limit: CallLimit | None
    permissions: tuple[str, ...]
    """What the API key must be allowed, by the field names of Binance's API key permission endpoint."""
    parameters: tuple[Parameter, ...]
    conditions: tuple[Condition, ...]
    decoder: msgspec.json.Decoder[Result] = field(repr=False, compare=False)
    """Reads a successful response; its `type` is the model."""
    example: Mapping[str, Any] = field(repr=False, hash=False)
    """A valid call, by argument name."""
    response_example: bytes = field(repr=False)
    """The response of Binance's page, as JSON."""
    sources: Mapping[str, Source] = field(repr=False, hash=False)
    """The documentation pages, by language."""
    effect: Effect | None = field(default=None, repr=False)
    """The effect of a call on wallets, or what it reports of them, where the spec says so."""
    success: Mapping[str, tuple[FieldValue, ...]] = field(
        default_factory=dict[str, tuple[FieldValue, ...]], repr=False, hash=False
    )
    """The fields of a response that can say that the call failed, and their values in a success; none: any value."""
    confirmation: Confirmation | None = field(default=None, repr=False)
    """How to find out what became of a call, where the spec says so."""
    paging: Paging | None = field(default=None, repr=False)
    """How the pages of the response are asked for, where it has pages."""
    exclusive: tuple[Exclusive, ...] = ()
    """Parameters that exclude each other."""
    window: Window | None = None
    """The longest time between two parameters, where there is one."""
    tag: str = ""
    """The group that the operation belongs to."""
    newer: tuple[NewerFact, ...] = ()
    """What newer sources than the pages state, the oldest first."""

    @property
    def weight(self) -> Weight:
        """The weight that allows the fewest calls per minute."""
        return tightest(self.weights)

    @property
    def newer_weights(self) -> tuple[Weight, ...]:
        """What a call costs by the newest source that states a weight; by the pages, if none does."""
        return next((fact.weights for fact in reversed(self.newer) if fact.weights), self.weights)


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """An error code, and what it proves about the call that it answers."""

    code: int
    name: str
    outcome: Literal["not_executed", "probably_not_executed", "unknown"]
    documented: bool
    """Whether Binance's documentation states the outcome; otherwise it is inferred."""
    exception: str
    """The exception of a refusal."""
    pending: bool = False
    """Whether it says that the call was accepted and is still under way."""


@dataclass(frozen=True, slots=True)
class Api:
    """The whole table: where to send, what can be called, what the error codes mean."""

    version: str
    servers: tuple[str, ...]
    operations: Mapping[str, Operation[Any]] = field(repr=False, hash=False)
    errors: Mapping[int, ErrorCode] = field(repr=False, hash=False)
    wallets: Mapping[str, str | None] = field(default_factory=dict[str, str | None], repr=False, hash=False)
    """Every wallet; where there are several of its kind, with what distinguishes them: `symbol` or `email`."""
