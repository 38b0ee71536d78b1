"""What the generator knows after reading the spec: frozen data with every name, type, order and rule decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, ClassVar, Literal, TypeAlias

from generator.openapi.problems import SpecPath
from generator.runtime import operation
from generator.vocabulary import Language, Method, TypeName

OtherSource: TypeAlias = Literal["sdk", "catalogue"]
"""What facts can be read from instead of a page."""
Kind = Literal["string", "decimal", "integer", "boolean"]
Weight: TypeAlias = operation.Weight
CallLimit: TypeAlias = operation.CallLimit
Transfer: TypeAlias = operation.Transfer
Collection: TypeAlias = operation.Collection
Report: TypeAlias = operation.Report
History: TypeAlias = operation.History
Balances: TypeAlias = operation.Balances
Overview: TypeAlias = operation.Overview
Permissions: TypeAlias = operation.Permissions
Effect: TypeAlias = operation.Effect
FieldValue: TypeAlias = operation.FieldValue
Statuses: TypeAlias = operation.Statuses
HistoryMatch: TypeAlias = operation.HistoryMatch


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in each language; without Chinese in the spec, `zh` is `None`."""

    en: str
    zh: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record that keeps where it is written; equality ignores it."""

    spec_path: SpecPath = field(default=(), compare=False, repr=False)
    """The keys that lead to its node in the document, after every $ref; `Document.location` gives the line."""


@dataclass(frozen=True, slots=True)
class PythonType:
    """A Python type: a name and the types in its brackets, or `|` and the alternatives."""

    name: str
    arguments: tuple[PythonType, ...] = ()

    @property
    def alternatives(self) -> tuple[PythonType, ...]:
        """The types of a union, or the one type itself."""
        return self.arguments if self.name == "|" else (self,)

    def __str__(self) -> str:
        texts = [str(argument) for argument in self.arguments]
        if self.name == "|":
            return " | ".join(texts)
        return f"{self.name}[{', '.join(texts)}]" if texts else self.name

    def names(self) -> Iterator[str]:
        """Yield every name in the type."""
        yield self.name
        for argument in self.arguments:
            yield from argument.names()

    def without(self, name: str) -> PythonType:
        """Return the type without an alternative, wherever it is one."""
        arguments = tuple(argument.without(name) for argument in self.arguments if argument.name != name)
        return union(*arguments) if self.name == "|" else PythonType(self.name, arguments)


def union(*types: PythonType | str) -> PythonType:
    """Return the type of what is of one of these types."""
    records = [PythonType(item) if isinstance(item, str) else item for item in types]
    alternatives = tuple(alternative for record in records for alternative in record.alternatives)
    return alternatives[0] if len(alternatives) == 1 else PythonType("|", alternatives)


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
    values_path: SpecPath = field(default=(), compare=False, repr=False)
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
    wire_type: TypeName
    annotation: PythonType
    """The type of the Python argument, without `None`."""
    array: Literal["repeat", "comma", "json"] | None
    enum: Enum | None
    default: Any
    example: Any
    rules: Rules
    text: Text
    notes: tuple[Text, ...]
    schema_path: SpecPath = field(default=(), compare=False, repr=False)
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
    wire_type: TypeName
    text: Text
    notes: tuple[Text, ...] = ()


def field_names(record: Any) -> tuple[str, ...]:
    """Return the names of a record's fields; of a record of the operation table, too."""
    names: tuple[str, ...] | None = getattr(record, "__struct_fields__", None)
    return tuple(field.name for field in fields(record)) if names is None else names


class _Located:
    """Compares records of the operation table without where they are written."""

    __slots__ = ()
    __struct_fields__: ClassVar[tuple[str, ...]]

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self._facts())

    def _facts(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name != "spec_path")


class Condition(_Located, operation.Condition, frozen=True, kw_only=True):
    """A condition of the operation table, and where it is written."""

    spec_path: SpecPath = ()


class Exclusive(_Located, operation.Exclusive, frozen=True, kw_only=True):
    """Parameters of the operation table that exclude each other, and where that is written."""

    spec_path: SpecPath = ()


class Window(_Located, operation.Window, frozen=True, kw_only=True):
    """A window of the operation table, and where it is written."""

    spec_path: SpecPath = ()


class Confirmation(_Located, operation.Confirmation, frozen=True, kw_only=True):
    """A confirmation of the operation table, how sure it can be, and where it is written."""

    text: Text
    spec_path: SpecPath = ()


class Paging(_Located, operation.Paging, frozen=True, kw_only=True):
    """The paging of the operation table, the type of a row, and where it is written."""

    row: PythonType
    spec_path: SpecPath = ()


@dataclass(frozen=True, slots=True)
class Field(Written):
    """A field of a model."""

    wire: str
    name: str
    type: PythonType
    required: bool
    text: Text
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Model(Written):
    """A named type of a response: a record with fields, or another name for a list, map or union."""

    name: str
    text: Text
    notes: tuple[Text, ...]
    fields: tuple[Field, ...] | None
    """`None` for a name of another type."""
    schema: Mapping[str, Any]
    """What the model generator is given."""
    type: PythonType | None = None
    """The type that it is another name for; `None` for a record."""


@dataclass(frozen=True, slots=True)
class Permission(Written):
    """What the API key must be allowed."""

    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Newer(Written):
    """What a source newer than the pages states, beside what the package is generated from."""

    source: str
    date: str
    text: Text
    weights: tuple[Weight, ...]
    """The weight, where it states another one."""


@dataclass(frozen=True, slots=True)
class Page(Written):
    """A page of the documentation or another source, and the date of what the facts were read from."""

    url: str
    read: str
    name: str = "page"
    """What it is called: `page`, `catalogue`, or the package of Binance's SDK with the version that was read."""
    sentences: tuple[str, ...] = field(default=(), compare=False)
    """The fingerprints of the sentences that were read; they reach neither the package nor its documentation."""


@dataclass(frozen=True, slots=True)
class Tag(Written):
    """A group of operations."""

    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Operation(Written):
    """One endpoint."""

    name: str
    tag: str
    """The name of its group, where the spec has groups."""
    title: Text
    text: Text
    notes: tuple[Text, ...]
    method: Method
    path: str
    security: str
    requires_key: bool
    requires_signature: bool
    moves_funds: bool
    effect: Effect | None
    confirmation: Confirmation | None
    when_unknown: Text
    weights: tuple[Weight, ...]
    call_limit: CallLimit | None
    permissions: tuple[Permission, ...]
    paging: Paging | None
    parameters: tuple[Parameter, ...]
    client_parameters: tuple[ClientParameter, ...]
    conditions: tuple[Condition, ...]
    exclusive: tuple[Exclusive, ...]
    window: Window | None
    result: Model
    result_text: Text
    response_example: str
    success: Mapping[str, tuple[FieldValue, ...]]
    """The fields of the response that can say that the call failed, and their values in a success; none: any value."""
    example: Mapping[str, Any]
    """A valid call, by argument name."""
    pages: Mapping[Language, Page]
    newer: tuple[Newer, ...] = ()
    other_sources: Mapping[OtherSource, Page] = field(default_factory=dict)
    """What facts were read from beside the pages, or instead of them."""
    has_own_example: bool = False
    """Whether the example of the response is ours, as no source that was read has one."""
    sdk: str | None = None
    """The package of Binance's SDK that has a method for it."""
    catalogue: str | None = None
    """The address of its section in Binance's catalogue."""

    @property
    def sources(self) -> Mapping[str, Page]:
        """Everything that the facts were read from, the pages first."""
        return dict[str, Page]([*self.pages.items(), *self.other_sources.items()])

    @property
    def weight(self) -> Weight:
        """The weight that allows the fewest calls per minute."""
        return operation.tightest(self.weights)


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


class ErrorCode(_Located, operation.ErrorCode, frozen=True, kw_only=True):
    """An error code of the operation table, its words, and where it is written."""

    text: Text
    spec_path: SpecPath = ()


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
    tags: tuple[Tag, ...]
    enums: tuple[Enum, ...]
    models: tuple[Model, ...]
    operations: tuple[Operation, ...]
