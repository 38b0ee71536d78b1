"""The operation table's vocabulary: what is known of an endpoint, as frozen data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import msgspec

Result = TypeVar("Result")
Value = str | int | bool | Decimal
"""A single parameter value, as the table writes it."""
FieldValue: TypeAlias = str | int | bool | None
"""A value of a response's field."""


class _WithMapping(msgspec.Struct, frozen=True):
    def __hash__(self) -> int:
        """Hash the other fields, as mappings have no hash."""
        values = (getattr(self, name) for name in self.__struct_fields__)
        return hash(tuple(value for value in values if not isinstance(value, Mapping)))


class Parameter(msgspec.Struct, frozen=True):
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
    default: Value | tuple[Value, ...] | None = None
    """The value, or the list of values, that Binance assumes when the parameter is not sent."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    bits: Literal[32, 64] = 64
    """The bits that Binance keeps a whole number in: 32 for an INT, 64 for a LONG."""


class Condition(msgspec.Struct, frozen=True):
    """`parameter` must be given when `other` has one of `values`."""

    parameter: str
    other: str
    values: tuple[str | int, ...]


class Exclusive(msgspec.Struct, frozen=True):
    """At most one of some parameters may be given."""

    parameters: tuple[str, ...]
    required: bool = False
    """One of them must be given."""


class Window(msgspec.Struct, frozen=True):
    """The time from one parameter to another, both in milliseconds, may not be longer."""

    start: str
    end: str
    days: int

    @property
    def milliseconds(self) -> int:
        """The longest time in milliseconds."""
        return self.days * 86_400_000


class Weight(msgspec.Struct, frozen=True):
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
    return weights[0] if len(weights) == 1 else min(weights, key=lambda weight: weight.calls_per_minute)


class CallLimit(msgspec.Struct, frozen=True):
    """At most `calls` calls in any `seconds` seconds."""

    calls: int
    seconds: int


class NewerFact(msgspec.Struct, frozen=True):
    """What a source newer than the pages states, beside what the package was generated from."""

    source: str
    """The package of Binance's SDK, and a version that states it."""
    date: str
    """The day of that version."""
    text: str
    weights: tuple[Weight, ...] = ()
    """What a call costs by it, where it states another weight."""


class Source(msgspec.Struct, frozen=True):
    """A page of Binance's documentation or another source, and the date of what the facts were read from."""

    url: str
    read: str


class Transfer(_WithMapping, frozen=True):
    """A call moves an amount of an asset from one wallet to another. Everything but wallets is named as on the wire."""

    by: str
    """The parameter whose value names the two wallets."""
    routes: Mapping[str, tuple[str, str]]
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


class Collection(msgspec.Struct, frozen=True):
    """A call moves all that some wallets hold into another one."""

    sources: tuple[str, ...]
    target: str
    asset: str | None = None
    """The parameter with the asset; `None`: every asset."""
    excluded: tuple[str, ...] = ()
    """Assets that stay where they are."""


class Report(_WithMapping, frozen=True):
    """A call reports how much could be moved out of a wallet."""

    by: str
    """The parameter whose value names the two wallets."""
    routes: Mapping[str, tuple[str, str]]
    """The wallet that would be left and the one that would be entered, by that parameter's value as it is sent."""
    asset: str
    """The parameter with the asset, and the field of the response that repeats it."""
    amount: str
    """The field of the response that holds the amount."""


class History(msgspec.Struct, frozen=True):
    """A call lists the executions of another operation, as that operation's `Confirmation` describes its rows."""

    of: str
    """The operation whose executions are listed, by the name of its method."""


class Balances(_WithMapping, frozen=True):
    """A call reports what wallets hold, as a list with one row for each asset."""

    asset: str
    """The field of a row that holds the asset."""
    wallets: Mapping[str, str]
    """The wallet whose amount a field of a row holds, by that field."""
    rows: str | None = None
    """The field of the response that holds the rows; `None`: the response is the list."""
    owner: str | None = None
    """The parameter that selects the wallets, where there are several of their kind."""
    only: str | None = None
    """The parameter that narrows the response to one asset."""


class Overview(_WithMapping, frozen=True):
    """A call reports what every wallet of the account is worth, and on request what it holds, one row for each wallet."""

    name: str
    """The field of a row that names the wallet."""
    wallets: Mapping[str, str]
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


class Permissions(msgspec.Struct, frozen=True):
    """A call reports what the API key is allowed, in boolean fields named as `Operation.permissions` names them."""


Effect: TypeAlias = Transfer | Collection | Report | History | Balances | Overview | Permissions


class Statuses(msgspec.Struct, frozen=True):
    """What the values of a row's status field mean."""

    field: str
    executed: tuple[str, ...]
    pending: tuple[str, ...] = ()
    not_executed: tuple[str, ...] = ()


class HistoryMatch(_WithMapping, frozen=True):
    """How a transfer is found in the response of a read that lists transfers. Everything is named as on the wire."""

    operation: str
    """The read, by the name of its method."""
    send: Mapping[str, str]
    """The transfer's parameter whose value is sent, by the read's parameter."""
    since: str
    """The read's parameter for the begin of the time window, in milliseconds."""
    until: str
    """The read's parameter for the end of the time window, in milliseconds."""
    rows: str | None
    """The field of the response that holds the rows; `None`: the response is the list."""
    match: Mapping[str, str]
    """The transfer's parameter whose value a field of the row must have, by that field."""
    id: str
    """The field of a row that holds the transfer's id."""
    time: str
    """The field of a row that holds the time of the transfer, in milliseconds."""
    status: Statuses
    days: int
    """How far back the read reaches."""


class Confirmation(msgspec.Struct, frozen=True):
    """How to find out what became of a call whose outcome is unknown; one of `history` and `balances` is given."""

    settle: int
    """Seconds after which a call that still could be executed is visible to the reads; an assumption of the spec."""
    history: HistoryMatch | None = None
    balances: tuple[str, ...] = ()
    """The reads that show the wallets before and after, by the names of their methods; each has the effect `Balances`."""


class Paging(msgspec.Struct, frozen=True):
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


class Documentation(_WithMapping, frozen=True):
    """What a call does not need to know of its operation."""

    when_unknown: str = ""
    """What to look at, and where, when it is not known whether a call was executed; empty where nothing moves."""
    example: Mapping[str, Any] = MappingProxyType({})
    """A valid call, by argument name."""
    response_example: bytes = b""
    """The response of Binance's page, as JSON; one of our own where the facts are from the SDK alone."""
    sources: Mapping[str, Source] = MappingProxyType({})
    """The documentation pages by language; also `sdk`, a release of Binance's SDK, and `catalogue`, where these were read."""
    when_unknown_zh: str = ""
    """`when_unknown` in Chinese."""


def _undocumented(_: str) -> Documentation:
    return Documentation()


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
    weights: tuple[Weight, ...]
    """What a call costs: mostly one weight; two where it counts against both budgets."""
    call_limit: CallLimit | None
    permissions: tuple[str, ...]
    """What the API key must be allowed, by the field names of Binance's API key permission endpoint."""
    parameters: tuple[Parameter, ...]
    conditions: tuple[Condition, ...]
    decoder: msgspec.json.Decoder[Result] = field(repr=False, compare=False)
    """Reads a successful response; its `type` is the model."""
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
    documentation: Callable[[str], Documentation] = field(default=_undocumented, repr=False, compare=False)
    """Returns what only people read, by the operation's name: it is read when it is first asked for."""

    @property
    def when_unknown(self) -> str:
        """What to look at, and where, when it is not known whether a call was executed; empty where nothing moves."""
        return self.documentation(self.name).when_unknown

    @property
    def when_unknown_zh(self) -> str:
        """What to look at, and where, in Chinese."""
        return self.documentation(self.name).when_unknown_zh

    @property
    def example(self) -> Mapping[str, Any]:
        """A valid call, by argument name."""
        return self.documentation(self.name).example

    @property
    def response_example(self) -> bytes:
        """The response of Binance's page, as JSON; one of our own where the facts are from the SDK alone."""
        return self.documentation(self.name).response_example

    @property
    def sources(self) -> Mapping[str, Source]:
        """The documentation pages by language; also `sdk`, a release of Binance's SDK, and `catalogue`, where these were read."""
        return self.documentation(self.name).sources

    @property
    def weight(self) -> Weight:
        """The weight that allows the fewest calls per minute."""
        return tightest(self.weights)

    @property
    def newer_weights(self) -> tuple[Weight, ...]:
        """What a call costs by the newest source that states a weight; by the pages, if none does."""
        return next((fact.weights for fact in reversed(self.newer) if fact.weights), self.weights)


class ErrorCode(msgspec.Struct, frozen=True):
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
    meaning: str = ""
    """What it means."""
    meaning_zh: str = ""
    """The same in Chinese."""


@dataclass(frozen=True, slots=True)
class Api:
    """The whole table: where to send, what can be called, what the error codes mean."""

    version: str
    servers: tuple[str, ...]
    operations: Mapping[str, Operation[Any]] = field(repr=False, hash=False)
    errors: Mapping[int, ErrorCode] = field(repr=False, hash=False)
    wallets: Mapping[str, str | None] = field(default_factory=dict[str, str | None], repr=False, hash=False)
    """Every wallet; where there are several of its kind, with what distinguishes them: `symbol` or `email`."""
