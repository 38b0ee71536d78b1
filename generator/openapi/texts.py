"""Checks the texts of a spec in two languages: each is written in its language, and both say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.console import join_names
from generator.runtime.short_repr import short_repr
from generator.vocabulary import is_chinese

from .document import Document, has_key
from .load import GAP
from .problems import SpecPath
from .supported import CHINESE, Text, texts

_MOST_NAME_WORDS = 3
"""A text with a Chinese name in it, such as an asset, can be the same in both languages; one of more words cannot."""
_WORD = re.compile(r"(?<![\w.-])[A-Z]?[a-z]+(?![\w-]|\.\w)")
"""A word as English writes it; code, such as recvWindow or MAIN_C2C, and a name in capitals are none."""
_FOREIGN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
_UNTRANSLATED = re.compile(r"(?:\b[A-Za-z]?[a-z]+\b[ ,]+){3,}[a-z]+\b")
_TOUCHING = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])")
_MARKS = "\uff0c\u3002\uff1b\uff1a\u3001\uff08\uff09"
_STRAY_BLANK = re.compile(rf"[{_MARKS}\u201c\u201d] | [{_MARKS}]")
_MARKDOWN = re.compile(r"\*\*|`|</?[a-z]+>|\]\(")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
_WORDS_TOO = frozenset("01234")
"""Numbers that stand for words in one of the languages, such as none, a pair or both."""
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
"""Words in English, and numbers in Chinese."""
_NEAR = 8
"""Characters on each side of a fault in a message."""


def check_texts(document: Document) -> None:
    """Note every error of a text, where the spec has Chinese; what has the text can be read all the same."""
    if has_key(document.data, CHINESE):
        for text in texts(document.data):
            for path, message in _errors(text) if not document.is_broken(text.chinese_path) else ():
                document.error(path, message, breaks=False)


def _errors(text: Text) -> Iterator[tuple[SpecPath, str]]:
    key, english, chinese = text.key, _filled(text.english), _filled(text.chinese)
    if english:
        yield from ((text.path, f"{key} {error}") for error in _errors_of_english(english))
    if text.chinese is None and not english and CHINESE in text.english:
        return  # the gap asks for both
    if text.chinese is None or (text.is_undivided and chinese):
        where = f"{CHINESE} as {{{key}: ..., ...}}, a mapping" if text.is_undivided else CHINESE
        yield text.path, f"the Chinese of {key} is missing; write it under {where}."
    elif chinese:
        yield from (
            (text.chinese_path, f"the Chinese of {key} {error}") for error in _errors_of_chinese(chinese, english, key)
        )


def _filled(words: str | None) -> str:
    """Return a text in one line, or nothing where a person still has to write it."""
    return "" if words is None or words.startswith(GAP) else " ".join(words.split())


def _errors_of_english(english: str) -> Iterator[str]:
    if found := dict.fromkeys(_FOREIGN.findall(english)):
        yield f"has Chinese characters: {join_names(found)}; write it in English, with the punctuation of English."
    yield from _errors_of_setting(english)


def _errors_of_chinese(chinese: str, english: str, key: str) -> Iterator[str]:
    if chinese == english and len(english.split()) > _MOST_NAME_WORDS:
        yield f"is the English text; translate it under {CHINESE}."
        return
    if not is_chinese(chinese):
        if key != "description" or _WORD.search(chinese):
            yield f"is {short_repr(chinese)}, without a Chinese character; translate it under {CHINESE}."
        return
    if found := _UNTRANSLATED.search(chinese):
        yield f"has the English words {found[0]!r}; translate them."
    if found := _TOUCHING.search(chinese):
        near = chinese[max(found.start() - _NEAR, 0) : found.end() + _NEAR].strip()
        yield f"lacks a blank between Chinese and other characters: {near!r}; write {_TOUCHING.sub(' ', near)!r}."
    if found := _STRAY_BLANK.search(chinese):
        near = chinese[max(found.start() - _NEAR, 0) : found.end() + _NEAR]
        yield f"has a blank beside Chinese punctuation: {near!r}; a line break in a folded text is one too."
    yield from _errors_of_setting(chinese)
    if english:
        yield from _errors_of_numbers(_numbers(english), _numbers(chinese), english)


def _errors_of_setting(words: str) -> Iterator[str]:
    if found := _MARKDOWN.search(words):
        yield f"has {found[0]!r}, which is Markdown or HTML; write plain text."


def _errors_of_numbers(of_english: set[str], of_chinese: set[str], english: str) -> Iterator[str]:
    months = {str(number) for number, month in enumerate(_MONTHS, 1) if month in english}
    if missing := of_english - of_chinese - _WORDS_TOO:
        yield f"lacks numbers of the English text: {join_names(sorted(missing))}; write the same digits in both."
    if added := of_chinese - of_english - _WORDS_TOO - months:
        yield f"has numbers that the English text lacks: {join_names(sorted(added))}; write the same digits in both."


def _numbers(words: str) -> set[str]:
    """Return the numbers in a text, each in one spelling; digits in a name are none."""
    return {number.replace(",", "").lstrip("0") or "0" for number in _NUMBER.findall(words)}
