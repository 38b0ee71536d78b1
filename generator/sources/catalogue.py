"""Reads a page of the catalogue, saved as Markdown, text or HTML: sections without tables, for each of several operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias

from generator.runtime.short_repr import short_repr
from generator.vocabulary import SIGNED, Endpoint, Language, is_chinese

from .blocks import HTTP_METHODS, Block, ParsedFile, plain_text
from .catalogue_fields import Listing, sketch_of
from .catalogue_lines import EXPECTED
from .json_example import depth_of
from .page_facts import Located, Page, PageVersion
from .sections import split_title
from .stated import LINE_COST, Allowance, StatedOperation, Unreadable, version_of

_MARK = re.compile(r"(?P<title>\S.*?)\s*›\s*(?P<section>[^›]+)")
_CATALOGUE = re.compile(
    r"›\s*(?:Authorization|Request Weight|Headers|Query Parameters|Path Parameters|Request Body|Responses|请求权重|请求体|查询参数|响应)\b"
)
_METHOD = re.compile(rf"({HTTP_METHODS})(?=\s|/|$)\s*(.*)")
_PATH = re.compile(r"(?:https?://[\w.-]+)?(/[A-Za-z0-9_./{}:-]*?)\s*(?:https?://\S*)?")
_HOST = re.compile(r"https?://\S+")
_WEIGHT = re.compile(
    r"(?<![A-Za-z])(IP|UID|Account)\s*(?:Weight|权重)\s*[:：]?\s*(.+?)(?=(?<![A-Za-z])(?:IP|UID|Account)\s*(?:Weight|权重)|$)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"(?:example|sample)s?\s+(request|response)|(请求|响应)(?:体)?示例", re.IGNORECASE)
_SIGNATURE = "signature"
_MOST_LINES = 5000
"""No example has as many."""

SectionName: TypeAlias = Literal["", "weight", "parameters", "response"]
HEADINGS: Mapping[SectionName, tuple[str, ...]] = {
    "weight": ("Request Weight", "Weight", "请求权重", "权重"),
    "parameters": (
        *("Query Parameters", "Path Parameters", "Form Parameters", "Request Body"),
        *("查询参数", "路径参数", "请求体"),
    ),
    "response": ("Responses", "Response", "Example Responses", "Example Response", "响应", "响应示例"),
}
"""What is read, by the word behind the title in the heading of a section."""
_NAMES = {heading.casefold(): name for name, headings in HEADINGS.items() for heading in headings}
_CONTENT: Mapping[SectionName, str] = {"parameters": "no parameter", "response": "neither a field nor an example"}


def is_catalogue(text: str) -> bool:
    """Return whether a text is a page of the catalogue."""
    return bool(_CATALOGUE.search(text))


def read_catalogue(file: str, source: ParsedFile, lines: Sequence[str]) -> tuple[Page, ...]:
    """Read each operation of a page as one of its own.

    Args:
        file: Its name in messages.
        source: Its blocks.
        lines: Its lines, unless it is HTML.
    """
    operations = list(_operations(source.blocks))
    allowance = Allowance()
    page = Page(file, "catalogue", (), source.address, source.taken, is_part=len(operations) > 1)
    return tuple(_page(page, _Operation(source, operation, lines), allowance) for operation in operations)


def _page(page: Page, operation: _Operation, allowance: Allowance) -> Page:
    """Return an operation with its title and endpoint, which reads the rest only where that is asked for."""
    title = operation.title
    if operation.endpoint is None:
        return replace(page, problems=(f"line {title.line}: it names no method and path for {title.value}.",))
    name = Located(split_title(title.value)[0], title.line)
    stub = PageVersion(operation.language, titles=(name,), endpoints=(operation.endpoint,))
    page = replace(page, versions=(stub,))
    return replace(page, rest=lambda: _whole(page, operation, allowance))


def _whole(page: Page, operation: _Operation, allowance: Allowance) -> Page:
    allowance.begin()
    try:
        return replace(page, versions=(version_of(operation.stated(page.versions[0].endpoints[0], allowance)),))
    except Unreadable as error:
        return replace(page, problems=(str(error),))


class _Section(NamedTuple):
    """The blocks below a heading."""

    name: SectionName
    heading: str
    line: int
    blocks: Sequence[Block]


class _Sections(NamedTuple):
    """The sections of an operation, of which the first is what stands below its title."""

    title: str
    line: int
    sections: Sequence[_Section]


def _mark(block: Block) -> tuple[str, str] | None:
    """Return the title and the section that a heading names."""
    match = _MARK.fullmatch(plain_text(block.text)) if block.kind in ("heading", "text") else None
    return (match["title"], match["section"].strip()) if match else None


def _operations(blocks: Sequence[Block]) -> Iterator[_Sections]:
    """Divide a page: an operation begins with its title, which the headings of its sections repeat."""
    marks = [(index, *mark) for index, block in enumerate(blocks) if (mark := _mark(block))]
    groups = _groups(marks)
    starts: list[int] = []
    for group in groups:
        first, title, _ = group[0]
        above = range(first - 1, starts[-1] if starts else -1, -1)
        starts.append(next((index for index in above if plain_text(blocks[index].text) == title), first))
    for group, start, end in zip(groups, starts, [*starts[1:], len(blocks)][: len(starts)], strict=True):
        heads = [(start, ""), *((index, heading) for index, _, heading in group)]
        ends = [index for index, _ in heads[1:]] + [end]
        begin = [start + (start < group[0][0]), *(index + 1 for index, _ in heads[1:])]
        sections = [
            _Section(_NAMES.get(heading.casefold(), ""), heading, blocks[index].line, blocks[first:after])
            for (index, heading), first, after in zip(heads, begin, ends, strict=True)
        ]
        yield _Sections(group[0][1], blocks[start].line, sections)


def _groups(marks: Sequence[tuple[int, str, str]]) -> list[list[tuple[int, str, str]]]:
    """Return the marks of each operation; one that names a section again is of another operation with the same title."""
    groups: list[list[tuple[int, str, str]]] = []
    for mark in marks:
        same = bool(groups) and groups[-1][0][1] == mark[1] and mark[2] not in {section for _, _, section in groups[-1]}
        if same:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


class _Operation:
    def __init__(self, source: ParsedFile, operation: _Sections, lines: Sequence[str]) -> None:
        self._operation = operation
        self._lines = lines
        self.title = Located(operation.title, operation.line)
        self.endpoint, self._description = _endpoint(operation.sections[0].blocks)
        address = source.address.value if source.address else ""
        in_chinese = is_chinese(operation.title) or source.chinese or "/zh-CN/" in address
        self.language: Language = "zh-CN" if in_chinese else "en"

    def stated(self, endpoint: Located[Endpoint], allowance: Allowance) -> StatedOperation:
        """Return what is stated.

        Raises:
            Unreadable: It is more than any operation has, or less, as where a page was cut off.
        """
        for block in (block for section in self._operation.sections for block in section.blocks):
            allowance.spend(len(block.text) + LINE_COST, block.line)
        parameters, response = self._named("parameters"), self._named("response")
        sent = Listing([block for section in parameters for block in section.blocks])
        returned = Listing([block for section in response for block in section.blocks])
        examples = list(self._examples(response))
        self._check_headings()
        for block in (*sent.unclear, *returned.unclear):
            raise Unreadable(
                f"line {block.line}: {short_repr(plain_text(block.text))} belongs to no field; {EXPECTED}."
            )
        self._check_content(has_parameters=bool(sent.fields), has_response=bool(returned.fields or examples))
        return StatedOperation(
            language=self.language,
            title=self.title,
            endpoint=endpoint,
            response=response[0].line if response else self._operation.line,
            description=self._description,
            weights=list(self._weights(allowance)),
            parameters=[row for row in sent.fields if row.value.name != _SIGNATURE],
            notes=sent.notes,
            response_notes=[note for note in returned.notes if note.kind == "item"],
            examples=examples,
            sketch=sketch_of(returned.fields) if returned.fields and not examples else None,
        )

    def _check_headings(self) -> None:
        """Check that something stands below each heading that is read, and that the last one, of the response, is there."""
        for section in (section for section in self._operation.sections if section.name):
            if not any(plain_text(block.text) for block in section.blocks):
                raise _cut_off(section.line, f"nothing was found below the heading {section.heading!r}")
        if not self._named("response"):
            raise _cut_off(self.title.line, f"{self.title.value} has no section Responses")

    def _check_content(self, *, has_parameters: bool, has_response: bool) -> None:
        """Check that each section has what it is for. A signed call has a timestamp at least."""
        is_signed = any(label in SIGNED for label in split_title(self.title.value)[1])
        lacks = {"parameters": is_signed and not has_parameters, "response": not has_response}
        for section in self._operation.sections:
            if section.name and lacks.get(section.name):
                what = f"{_CONTENT[section.name]} was found below the heading {section.heading!r}"
                raise _cut_off(section.line, what)

    def _named(self, name: SectionName) -> list[_Section]:
        return [section for section in self._operation.sections if section.name == name]

    def _weights(self, allowance: Allowance) -> Iterator[tuple[str, Located[str]]]:
        """Yield the weights with the scope that each one names; without any, all that is said of them."""
        blocks = [block for section in self._named("weight") for block in section.blocks]
        labelled = [(block, match) for block in blocks for match in _WEIGHT.finditer(block.text)]
        for block, match in labelled:
            allowance.spend(LINE_COST, block.line)  # each is read as a line of its own
            scope = "UID" if match[1].lower() != "ip" else "IP"
            yield scope, Located(match[2], self._line_of(match[0], block.line))
        if not labelled:
            yield from (("", Located(block.text, block.line)) for block in blocks)

    def _line_of(self, words: str, start: int) -> int:
        """Return in which line words stand, of a paragraph that begins in one."""
        near = range(start, min(start + 10, len(self._lines) + 1))
        return next((line for line in near if words.strip() in self._lines[line - 1].replace("\\", "")), start)

    def _examples(self, sections: Sequence[_Section]) -> Iterator[Located[str]]:
        """Yield the JSON of the section, but for that of the request."""
        of_request, end = False, 0
        for block in (block for section in sections for block in section.blocks):
            text = block.text.strip().lstrip("`")
            if label := _EXAMPLE.match(text):
                of_request = (label[1] or "").lower() == "request" or label[2] == "请求"
            elif text[:1] in ("{", "[") and block.line > end and not of_request:
                code, end = (block.text, block.line) if block.kind == "code" else self._json(block)
                yield Located(code, block.line)

    def _json(self, block: Block) -> tuple[str, int]:
        """Return JSON that no fence marks, up to the line where its brackets close, and that line."""
        depth, lines = 0, list(self._lines[block.line - 1 : block.line - 1 + _MOST_LINES]) or [block.text]
        for number, line in enumerate(lines):
            depth += depth_of(line)
            if depth <= 0:
                lines = lines[: number + 1]
                break
        text = "\n".join(lines).strip().strip("`")
        return text.replace("\\_", "_"), block.line + len(lines) - 1


def _cut_off(line: int, what: str) -> Unreadable:
    return Unreadable(f"line {line}: {what}; the page may be cut off.")


def _endpoint(blocks: Sequence[Block]) -> tuple[Located[Endpoint] | None, list[Block]]:
    """Return the method and the path that stand below a title, and what else stands there."""
    method, path = "", Located("", 0)
    rest: list[Block] = []
    for block in blocks:
        text = plain_text(block.text)
        if not method and (match := _METHOD.fullmatch(text)):
            method, text = match[1], match[2]
        address = _PATH.fullmatch(text) if method and not path.value else None
        if address:
            path = Located(address[1], block.line)
        elif text and not _HOST.fullmatch(text):
            rest.append(block)
    return (Located(Endpoint(method, path.value), path.line) if path.value else None), rest
