"""The facts that a copy of one of Binance's documentation pages states, with their lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, Literal, TypeAlias, TypeVar

from generator.runtime.operation import CallLimit
from generator.vocabulary import LANGUAGES, Endpoint, Language

Format: TypeAlias = Literal["markdown", "text", "html", "sdk", "schema", "catalogue"]
Scope: TypeAlias = Literal["ip", "uid"]
Source: TypeAlias = Literal["en", "zh-CN", "sdk", "schema", "catalogue"]
"""Where a fact is stated: on the page in a language, in Binance's SDK, or in what replaced the pages."""
SOURCES: Mapping[Source, str] = {
    **{language: f"{name} page" for language, name in LANGUAGES.items()},
    "sdk": "SDK",
    "schema": "schema",
    "catalogue": "catalogue",
}

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Located(Generic[Value]):
    """A fact, and the line of the file where it begins, counted from 1."""

    value: Value
    line: int


@dataclass(frozen=True, slots=True)
class PageWeight:
    """The weight of a request."""

    weight: int
    scope: Scope | None
    """`None` where the page does not state the scope."""
    text: str = field(default="", compare=False)
    """The row or message that states it, which says when it applies."""


@dataclass(frozen=True, slots=True)
class PageCondition:
    """`parameter` must be sent when `other` has one of `values`; `other` is `None` where the page does not name it."""

    parameter: str
    values: tuple[str, ...]
    other: str | None = None


@dataclass(frozen=True, slots=True)
class PageParameter:
    """A row of the table of parameters."""

    name: str
    type: str
    """As printed: STRING, LONG, ENUM, DECIMAL, INT ..."""
    required: bool | None
    """`None` where the cell is neither YES nor NO."""
    text: str
    values: tuple[tuple[str, str], ...] = ()
    """The values that the row, or a list that belongs to it, allows, each with its text."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    default: str | None = None
    example: str | None = None
    value_lines: tuple[int, ...] = ()
    """The line of each value, in their order."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a page, a row, or what a value means."""

    text: str
    line: int
    fingerprint: str
    """By which it is recognised without its words."""
    about: str = ""
    """The parameter and the value that it describes, such as `type 1`."""


@dataclass(frozen=True, slots=True)
class PageVersion:
    """The page in one language; a file may hold one or both."""

    language: Language
    titles: tuple[Located[str], ...] = ()
    """Every H1, without its security type."""
    security: tuple[Located[str], ...] = ()
    """Every security type that a title carries, such as USER_DATA."""
    endpoints: tuple[Located[Endpoint], ...] = ()
    weights: tuple[Located[PageWeight], ...] = ()
    unread_weights: tuple[Located[str], ...] = ()
    """Sentences and rows on weights with numbers of which it is not sure that they are weights, or that they are not."""
    limits: tuple[Located[CallLimit], ...] = ()
    unread_limits: tuple[Located[str], ...] = ()
    """Sentences that cap calls in a way that is not understood: in a month, or together with other endpoints."""
    parameters: tuple[Located[PageParameter], ...] = ()
    unread_rows: tuple[Located[str], ...] = ()
    """Rows of the table of parameters that begin with no name, or with one that a row above has."""
    unread_parameters: Located[str] | None = None
    """The first text in the section of the parameters, where that has no table."""
    empty_sections: tuple[Located[str], ...] = ()
    """The headings of the weight, the parameters and the response with nothing below, or a table without rows."""
    conditions: tuple[Located[PageCondition], ...] = ()
    description: Located[str] | None = None
    notes: tuple[Located[str], ...] = ()
    permissions: tuple[Located[str], ...] = ()
    """Sentences that say what the API key must be allowed."""
    response: Located[str] | None = None
    """The heading of the response, with or without an example among what stands below."""
    examples: tuple[Located[str], ...] = ()
    """Every example of the response, as printed."""
    sketch: Located[str] | None = None
    """The fields of the response as JSON, with values made up where none is stated, and a comment before each value."""
    json_lines: tuple[int, ...] = ()
    """The line of every piece of JSON, in whatever section."""
    response_fields: tuple[Located[str], ...] = ()
    """The fields of the response, those of records inside it as `rows.id`, where they are listed."""
    anchors: tuple[Located[str], ...] = ()
    """The addresses that the headings link to."""
    text: str = ""
    """All of it but the response examples."""
    sentences: tuple[Sentence, ...] = ()
    """What it says in words, each sentence once."""

    @property
    def example(self) -> Located[str] | None:
        """Return the first example of the response."""
        return self.examples[0] if self.examples else None


@dataclass(frozen=True, slots=True)
class Page:
    """A copy of a page."""

    file: str
    """Its name in messages."""
    format: Format
    versions: tuple[PageVersion, ...] = ()
    address: Located[str] | None = None
    """Where the copy says that it was taken from."""
    taken: Located[str] | None = None
    """The day on which it was taken, as YYYY-MM-DD, where the copy says so."""
    problems: tuple[str, ...] = ()
    """Why nothing, or not everything, could be read."""
    source: str = ""
    """The name and version of the package that it is a part of."""
    name: str = ""
    """How code names the operation: the operationId of a schema, or the method of the SDK."""
    remarks: tuple[Located[str], ...] = ()
    """What it states that was not taken, and why."""
    unreachable: bool = False
    """Whether it could not be had, which says nothing about it."""
    is_part: bool = False
    """Whether the file or the package describes other endpoints too."""
    rest: Callable[[], Page] | None = field(default=None, compare=False, repr=False)
    """Reads the rest, where only the title and the endpoint were read so far, as a file describes hundreds of them."""

    def whole(self) -> Page:
        """Return the page with all of its facts."""
        return self.rest() if self.rest else self

    @property
    def container(self) -> str:
        """Return the package or the file that it is a part of, by its name in messages."""
        return self.source or self.file

    @property
    def is_old(self) -> bool:
        """Return whether it is a page of the documentation as it was before the catalogue, which the spec was read from."""
        return self.format in ("markdown", "text", "html")

    def source_of(self, version: PageVersion) -> Source:
        """Return where a version of it states its facts."""
        match self.format:
            case "sdk" | "schema" | "catalogue" as source:
                return source
            case _:
                return version.language


def page_path(address: str) -> str:
    """Return the path of a page, whatever its host and language; in an archive's address, that of the page it keeps."""
    path = address.partition("#")[0].partition("?")[0]
    _, origin, behind = path.rpartition("://")
    path = "/" + behind.partition("/")[2] if origin else path
    return path.replace("/zh-CN/", "/").replace("/en/", "/").removesuffix(".html").rstrip("/").lower()
