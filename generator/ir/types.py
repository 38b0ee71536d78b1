"""What the generator knows after reading the spec: frozen data with every name, type, order and rule decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

Kind = Literal["string", "decimal", "integer", "boolean"]
Language = Literal["en", "zh-CN"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in each language; without Chinese in the spec, `zh` is `None`."""

    en: str
    zh: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The wallets that funds move between, by name."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet that funds move from or to."""

    name: str
    text: Text
    per: Literal["symbol", "email"] | None
    """What tells the wallets apart where there are several of its kind."""


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value of an enum."""

    value: str | int
    name: str
    text: Text
    notes: tuple[Text, ...]
    route: Route | None


@dataclass(frozen=True, slots=True)
class Enum:
    """A named set of values, in the order of the spec."""

    name: str
    kind: Literal["string", "integer"]
    text: Text
    notes: tuple[Text, ...]
    values: tuple[EnumValue, ...]

    @property
    def literal(self) -> str:
        """The name of the type of its values where they are written without it."""
        return f"{self.name}Literal"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a parameter's value must keep, apart from its kind and its enum."""

    refused: tuple[str | int, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    bits: Literal[32, 64] = 64
    """Of a whole number: Binance's INT and LONG."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that the caller gives."""

    wire: str
    argument: str
    location: Literal["query", "path"]
    required: bool
    kind: Kind
    wire_type: str
    """The type as Binance's pages name it: STRING, DECIMAL, LONG ..."""
    annotation: str
    """The type of the Python argument, without `None`."""
    array: Literal["repeat", "comma", "json"] | None
    enum: Enum | None
    default: Any
    example: Any
    rules: Rules
    text: Text
    notes: tuple[Text, ...]

    @property
    def choices(self) -> tuple[str | int, ...]:
        """The values known."""
        return tuple(value.value for value in self.enum.values) if self.enum else ()


@dataclass(frozen=True, slots=True)
class ClientParameter:
    """A parameter that the client fills in itself: the timestamp."""

    wire: str
    required: bool
    wire_type: str
    text: Text
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """`parameter` must be given when `other` has one of `values`; all by wire name."""

    parameter: str
    other: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model."""

    wire: str
    name: str
    type: str
    required: bool
    text: Text
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A named type of an answer: a record with fields, or another name for a list, map or union."""

    name: str
    text: Text
    notes: tuple[Text, ...]
    fields: tuple[Field, ...] | None
    """`None` for a name of another type."""
    schema: Mapping[str, Any]
    """What the model generator is given."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What the API key must be allowed."""

    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Weight:
    """What a call costs, and its endpoint's budget."""

    scope: Literal["ip", "uid"]
    weight: int
    budget: int
    seconds: int

    @property
    def calls_per_minute(self) -> int:
        """How many calls fit into one minute of the budget."""
        return self.budget // self.weight * 60 // self.seconds


@dataclass(frozen=True, slots=True)
class CallLimit:
    """At most `calls` calls in any `seconds` seconds."""

    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount of an asset leaves one wallet and enters another; parameters and fields by wire name."""

    by: str
    routes: Mapping[str, tuple[str, str]]
    """The wallet that is left and the one that is entered, by the value of the parameter `by` as it is sent."""
    asset: str
    amount: str
    receipt: str
    """The field of the answer that holds the transfer's id."""
    source_owner: str | None
    """The parameter that tells which wallet is left, where there are several of its kind."""
    target_owner: str | None
    """The same for the wallet that is entered."""


@dataclass(frozen=True, slots=True)
class Collection:
    """All that some wallets hold enters another one."""

    sources: tuple[str, ...]
    target: str
    asset: str | None
    """The parameter with the asset; `None`: every asset."""
    excluded: tuple[str, ...]
    """Assets that stay where they are."""


@dataclass(frozen=True, slots=True)
class Report:
    """The answer tells how much could leave one wallet for another; parameters and fields by wire name."""

    by: str
    routes: Mapping[str, tuple[str, str]]
    asset: str
    """The parameter, and the field of the answer that repeats it."""
    amount: str
    """The field of the answer."""


Effect: TypeAlias = Transfer | Collection | Report


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the documentation, and the date of the page that the facts were read from."""

    url: str
    read: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint."""

    name: str
    title: Text
    text: Text
    notes: tuple[Text, ...]
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    security: str
    requires_key: bool
    requires_signature: bool
    moves_funds: bool
    effect: Effect | None
    when_unknown: Text
    weight: Weight
    call_limit: CallLimit | None
    permissions: tuple[Permission, ...]
    parameters: tuple[Parameter, ...]
    client_parameters: tuple[ClientParameter, ...]
    conditions: tuple[Condition, ...]
    result: Model
    result_text: Text
    response_example: str
    example: Mapping[str, Any]
    """A valid call, by argument name."""
    pages: Mapping[Language, Page]


@dataclass(frozen=True, slots=True)
class Server:
    """Where requests can be sent."""

    url: str
    text: Text


@dataclass(frozen=True, slots=True)
class Budget:
    """The weight that each endpoint may use in one window."""

    scope: Literal["ip", "uid"]
    weight: int
    seconds: int


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """An error code, and what it proves."""

    code: int
    name: str
    text: Text
    outcome: Literal["not_executed", "probably_not_executed", "unknown"]
    documented: bool
    exception: str


@dataclass(frozen=True, slots=True)
class Api:
    """The whole spec."""

    title: Text
    text: Text
    version: str
    languages: tuple[Language, ...]
    servers: tuple[Server, ...]
    budgets: tuple[Budget, ...]
    wallets: tuple[Wallet, ...]
    errors: tuple[ErrorCode, ...]
    enums: tuple[Enum, ...]
    models: tuple[Model, ...]
    operations: tuple[Operation, ...]
