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


@dataclass(frozen=True, slots=True)
class CallLimit:
    """At most `calls` calls in any `seconds` seconds."""

    calls: int
    seconds: int


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


Effect: TypeAlias = Transfer | Collection | Report


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
    weight: Weight
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
    """The effect of a call on wallets, where the spec says so."""
    success: Mapping[str, tuple[FieldValue, ...]] = field(
        default_factory=dict[str, tuple[FieldValue, ...]], repr=False, hash=False
    )
    """The fields of a response that can say that the call failed, and their values in a success; none: any value."""


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


@dataclass(frozen=True, slots=True)
class Api:
    """The whole table: where to send, what can be called, what the error codes mean."""

    version: str
    servers: tuple[str, ...]
    operations: Mapping[str, Operation[Any]] = field(repr=False, hash=False)
    errors: Mapping[int, ErrorCode] = field(repr=False, hash=False)
    wallets: Mapping[str, str | None] = field(default_factory=dict[str, str | None], repr=False, hash=False)
    """Every wallet; where there are several of its kind, with what distinguishes them: `symbol` or `email`."""
