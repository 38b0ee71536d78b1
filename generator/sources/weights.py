"""Reads the weights that messages and tables state, and keeps the sentences on weights that are not understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .blocks import Block, plain_text
from .page_facts import Located, PageWeight, Scope
from .phrases import caps_calls, without_limits, without_separators
from .sections import is_empty_text, scope_of

_WEIGHT = re.compile(
    r"(?<![A-Za-z0-9_.*-])(?P<mark>\*?)(?P<weight>\d{1,7})(?![A-Za-z0-9_.]*\d)(?!(?!IP|UID|per|for)[A-Za-z_])"
    r"\s*(?P<scope>[(（]\s*(?:IP|UID)\b[^()（）]*[)）]|(?:per|for|/)?\s*(?:IP|UID)\b)?",
    re.IGNORECASE,
)
_MARKED = re.compile(r"`(\d[\d,]{0,9}(?:\s*[(（](?:IP|UID)[)）])?)`", re.IGNORECASE)
_LEADS = re.compile(r"(?:^|[;；,，.。]|\bor\b|或|\bis\b|[:：])\s*$", re.IGNORECASE)
_COUNTS = re.compile(r"\s*(?:(?:requests?|calls?|times|seconds?|minutes?|hours?)\b|次|秒|分钟)", re.IGNORECASE)
"""Behind a number of calls, or of units of time."""
_IS_BEHIND = r"\s*(?:\b(?:is|are|of)\b|[:：=为是])?\s*\*?$"
_BEFORE_VOLUME = re.compile(
    r"(?:(?<!\bip )(?<!\buid )\b(?:limit|size|depth|levels?|rows|records|volume|up to|(?:more|less|fewer|greater) than"
    r"|at (?:least|most)|over|under|above|below|between|from|first|last|every|top)\b|[<>≤≥=]"
    rf"|数量|数目|最多|至多|至少|超过|大于|小于|不足|档位|每){_IS_BEHIND}"
    r"|\d\s*(?:[–—~～至到]|\bto\b|\band\b)\s*$",
    re.IGNORECASE,
)
_BEHIND_VOLUME = re.compile(
    r"\s*(?:[-–—~～至到]|\bto\b)\s*\d|\s*[%％个条天档笔页]"
    r"|\s*\b(?:symbols?|pairs|coins|assets|rows|records?|items?|entries|orders|levels|days?|weeks?|months?|bytes)\b",
    re.IGNORECASE,
)
_IN_A_ROW = re.compile(r"\d\s*[,，、/]\s*\d")
_LEADS_TO = re.compile(r"\d\s*(?:[:：→]|[-=]>)\s*\d")
"""Of two adjacent numbers, the first may be how much a call asks for, and no weight."""
_WEIGHT_LINE = re.compile(
    r"(?:request )?weight\s*(?:[(（](?:IP|UID)[)）])?\s*[:：]\s*(.+)|(?:单次)?(?:请求)?权重\s*(?:[(（](?:IP|UID)[)）])?\s*[:：为]\s*(.+)",
    re.IGNORECASE,
)
_LIMIT_LABEL = re.compile(r"(?:request|rate|call)s? limits?\s*[:：]|请求限制|频率限制|限制[:：]", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(r"[;；\n]")
_OF_ORDERS = re.compile(r"\border|下单", re.IGNORECASE)
"""Orders are counted apart from weights."""
_WEIGHT_COLUMN = re.compile(r"weight|权重", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LONGEST = 2_000
"""No message on weights has as many characters; one that has is not understood."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """The weights that a text states, and those of its sentences that are not understood."""

    weights: tuple[PageWeight, ...] = ()
    unread: tuple[str, ...] = ()


def read_weights(blocks: Sequence[Block]) -> tuple[list[Located[PageWeight]], list[Located[str]]]:
    """Return the weights that blocks state, and the sentences on weights that are not understood."""
    weights: list[Located[PageWeight]] = []
    unread: list[Located[str]] = []
    column: int | None = None
    wordy: list[Block] = []
    understood: set[str] = set()
    """The headings below which something is understood, or kept."""
    for block in blocks:
        if block.head:
            column = next((index for index, cell in enumerate(block.cells) if _WEIGHT_COLUMN.search(cell)), None)
        reading = _of_row(block, column) if block.kind == "row" else _of_message(block)
        weights += (Located(weight, block.line) for weight in reading.weights)
        unread += (Located(sentence, block.line) for sentence in reading.unread)
        if reading.weights or reading.unread:
            understood.add(block.heading)
        elif _has_only_words(block):
            wordy.append(block)
    for block in wordy:
        if block.section != "weight" or block.heading not in understood:
            unread.append(Located(plain_text(block.text), block.line))
    return weights, sorted(unread, key=lambda sentence: sentence.line)


def _has_only_words(block: Block) -> bool:
    """Return whether a block of the section for weights, or a message that begins with that word, states no number."""
    text = plain_text(block.text)
    if block.kind == "heading" or block.head or is_empty_text(text) or caps_calls(text):
        return False
    if block.section == "weight":
        return True
    line = _WEIGHT_LINE.fullmatch(text) if block.section in (None, "request", "description") else None
    return line is not None and not is_empty_text(line[1] or line[2])


def states_weight(block: Block) -> bool:
    """Return whether a message states a weight, understood or not."""
    reading = _of_message(block)
    return bool(reading.weights or reading.unread)


def _of_row(block: Block, column: int | None) -> _Reading:
    if block.section != "weight" or (block.head and column is not None):
        return _Reading()
    row = plain_text(block.text)
    known = column is not None and column < len(block.cells)
    reading = _read(_marked(block.cells[column or 0]), block.heading) if known else _Reading()
    missed = bool(reading.unread) or (not reading.weights and bool(_DIGIT.search(row)))
    return _Reading(tuple(replace(weight, text=row) for weight in reading.weights), (row,) if missed else ())


def _of_message(block: Block) -> _Reading:
    """Read a message of the section for weights, or one that begins with that word."""
    text = _marked(block.text)
    if block.section == "weight" and block.kind in ("text", "item", "code"):
        return _read(text, block.heading)
    if block.section in (None, "request", "description") and block.kind in ("text", "item"):
        line = _WEIGHT_LINE.fullmatch(text)
        return _read(line[1] or line[2], text) if line else _Reading()
    return _Reading()


def _marked(text: str) -> str:
    """Return a plain text in which a star stands before each number that was in bold or in backticks."""
    return without_separators(plain_text(_MARKED.sub(r"*\1", text.replace("*", " "))))


def _read(text: str, heading: str) -> _Reading:
    """Read a marked text, up to where it begins to state limits."""
    if len(text) > _LONGEST:
        return _Reading(unread=(_plain(text),))
    label = _LIMIT_LABEL.search(text)
    stated, limited = (text[: label.start()], text[label.start() :]) if label else (text, "")
    uncapped = without_limits(stated)
    scope = scope_of(uncapped) or scope_of(heading)
    readings = [
        _read_clause(clause, scope_of(clause) or scope)
        for clause in _NEXT_CLAUSE.split(uncapped)
        if not _OF_ORDERS.search(clause)
    ]
    unread = [sentence for reading in readings for sentence in reading.unread]
    if _DIGIT.search(limited) and not caps_calls(limited):
        unread.append(_plain(text))
    return _Reading(tuple(weight for reading in readings for weight in reading.weights), tuple(unread))


def _read_clause(clause: str, scope: Scope | None) -> _Reading:
    """Take the numbers that are surely weights: those with a scope or a mark, else those that clauses begin with."""
    numbers = [number for number in _WEIGHT.finditer(clause) if not _COUNTS.match(clause, number.end())]
    sure: list[re.Match[str]] = []
    others: list[re.Match[str]] = []
    for number in numbers:
        (sure if number["scope"] or number["mark"] else others).append(number)
    maybe = [number for number in others if not _is_volume(clause, number)]
    leading = [number for number in maybe if _LEADS.search(clause[max(number.start() - 20, 0) : number.start()])]
    is_list = bool(_IN_A_ROW.search(clause) or (len(maybe) > 1 and _LEADS_TO.search(clause)))
    taken = sure or ([] if is_list else leading or (maybe if len(maybe) == 1 else []))
    text = _plain(clause)
    weights = tuple(
        PageWeight(int(number["weight"]), scope_of(number["scope"] or "") or scope, text) for number in taken
    )
    is_whole = set(maybe) <= set(taken) and (weights or not others)
    return _Reading(weights, () if is_whole else (text,))


def _is_volume(clause: str, number: re.Match[str]) -> bool:
    """Return whether a number says how much a call asks for, and is no weight."""
    before = clause[max(number.start() - 20, 0) : number.start()]
    return bool(_BEFORE_VOLUME.search(before) or _BEHIND_VOLUME.match(clause, number.end()))


def _plain(text: str) -> str:
    return plain_text(text.replace("*", ""))
