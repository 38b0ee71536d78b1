"""What the generator knows after reading the spec: frozen data with every name, type, order and rule decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from generator.binance import Language
from generator.openapi.problems import Path
from generator.runtime import operation

Kind = Literal["string", "decimal", "integer", "boolean"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in each language; without Chinese in the spec, `zh` is `None`."""

    en: str
    zh: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record that keeps where it is written; equality ignores it."""

    spec_path: Path = field(default=(), compare=False, repr=False)
    """The keys that lead to its node in the document, after every $ref; `Document.location` gives the line."""


@dataclass(frozen=True, slots=True)
class Route:
    """The wallets that funds move between, by name."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Wallet(Written):
    """A wallet that funds move from or to."""

    name: str
    text: Text
    per: Literal["symbol", "email"] | None
    """What tells the wallets apart where there are several of its kind."""


@dataclass(frozen=True, slots=True)
class EnumValue(Written):
    """One value of an enum."""

    value: str | int
    name: str
    text: Text
    notes: tuple[Text, ...]
    route: Route | None


@dataclass(frozen=True, slots=True)
class Enum(Written):
    """A named set of values, in the order of the spec."""

    name: str
    kind: Literal["string", "integer"]
    text: Text
    notes: tuple[Text, ...]
    values: tuple[EnumValue, ...]
    values_path: Path = field(default=(), compare=False, repr=False)
    """Where the list of the values is written."""

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
class Parameter(Written):
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
    schema_path: Path = field(default=(), compare=False, repr=False)
    """Where the schema of its value is written, before any $ref."""

    @property
    def choices(self) -> tuple[str | int, ...]:
        """The values known."""
        return tuple(value.value for value in self.enum.values) if self.enum else ()


@dataclass(frozen=True, slots=True)
class ClientParameter(Written):
    """A parameter that the client fills in itself: the timestamp."""

    wire: str
    required: bool
    wire_type: str
    text: Text
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition(operation.Condition):
    """A condition of the operation table, and where it is written."""

    spec_path: Path = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Field(Written):
    """A field of a model."""

    wire: str
    name: str
    type: str
    required: bool
    text: Text
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Model(Written):
    """A named type of an answer: a record with fields, or another name for a list, map or union."""

    name: str
    text: Text
    notes: tuple[Text, ...]
    fields: tuple[Field, ...] | None
    """`None` for a name of another type."""
    schema: Mapping[str, Any]
    """What the model generator is given."""


@dataclass(frozen=True, slots=True)
class Permission(Written):
    """What the API key must be allowed."""

    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Weight(operation.Weight):
    """A weight of the operation table, and where it is written."""

    spec_path: Path = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CallLimit(operation.CallLimit):
    """A call limit of the operation table, and where it is written."""

    spec_path: Path = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Transfer(operation.Transfer):
    """A transfer of the operation table, and where it is written."""

    spec_path: Path = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Collection(operation.Collection):
    """A collection of the operation table, and where it is written."""

    spec_path: Path = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Report(operation.Report):
    """A report of the operation table, and where it is written."""

    spec_path: Path = field(default=(), compare=False, repr=False)


Effect: TypeAlias = Transfer | Collection | Report


@dataclass(frozen=True, slots=True)
class Page(Written):
    """A page of the documentation, and the date of the page that the facts were read from."""

    url: str
    read: str


@dataclass(frozen=True, slots=True)
class Operation(Written):
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
class Server(Written):
    """Where requests can be sent."""

    url: str
    text: Text


@dataclass(frozen=True, slots=True)
class Budget(Written):
    """The weight that each endpoint may use in one window."""

    scope: Literal["ip", "uid"]
    weight: int
    seconds: int


@dataclass(frozen=True, slots=True)
class ErrorCode(operation.ErrorCode):
    """An error code of the operation table, its words, and where it is written."""

    text: Text
    spec_path: Path = field(default=(), compare=False, repr=False)


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
