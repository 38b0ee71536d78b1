"""Where the words of the documentation are missing, out of place, untranslated or badly set; and where links end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from .docs_checks import endpoints, pages_by_language
from .package import differ, lack
from .pages import LANGUAGES, Block, Page, pages
from .reader import Operation, Spec, Text
from .reader import text as text_of

_CHINESE = r"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_NOTES = {"en": "Notes", "zh-CN": "备注"}
_NAMES = re.compile("English|简体中文|binance-sdk-wallet|python-binance|ccxt|(?:[A-Z][a-z]+){2,}")
"""Names that are the same in every language."""


def texts(spec: Spec, folder: Path) -> Iterator[str]:
    """Every text of the spec stands in the pages of its language."""
    for language, by_path in pages_by_language(folder):
        texts = [" ".join(block.text for block in page.blocks) for page in by_path.values()]
        for place, words in spec.printed():
            if not any(words.of(language) in text for text in texts):
                yield f"{language}: {place} is nowhere: {words.of(language)!r}"


def endpoint_texts(spec: Spec, folder: Path) -> Iterator[str]:
    """What an endpoint does, its response, its notes and its sources stand on its own page."""
    for language, place, operation, page in endpoints(spec, folder):
        words = " ".join(block.text for block in page.blocks)
        models = (model.text for model in operation.models)
        confirmation = text_of(operation.node.get("x-binance-confirm", {}))
        for part in (operation.text, operation.when_unknown, confirmation, operation.response_text, *models):
            yield from lack(place, part.of(language), words)
        wanted = [note.of(language) for note in _notes(operation)]
        found = [block.text for block in page.blocks if block.item and block.heading == _NOTES[language]]
        yield from differ(f"{place}, number of notes", len(wanted), len(found))
        for note, text in zip(wanted, found, strict=False):
            if not text.endswith(note):
                yield f"{place}: the spec has the note {note!r}, the page {text!r}"
        for source in operation.sources.values():
            items = [block.text for block in page.blocks if block.item and block.links == [source["url"]]]
            yield from differ(f"{place}, sources with {source['url']}", 1, len(items))
            yield from lack(f"{place}, source", source["read"], " ".join(items))


def _notes(operation: Operation) -> Iterator[Text]:
    yield from operation.notes
    for parameter in (*operation.parameters, *([operation.timestamp] if operation.timestamp else [])):
        yield from parameter.notes
        if parameter.enum:
            yield from parameter.enum.notes
            for value in parameter.enum.values:
                yield from value.notes
    for model in operation.models:
        yield from model.notes
        for field in model.fields:
            yield from field.notes


def shapes(_spec: Spec, folder: Path) -> Iterator[str]:
    """Both languages have the same number of texts and the same code on each page."""
    english, chinese = (pages(folder, language) for language in LANGUAGES)
    for path in sorted(english.keys() & chinese.keys()):
        one, other = english[path], chinese[path]
        yield from differ(f"{path}, number of texts", len(one.blocks), len(other.blocks))
        yield from differ(
            f"{path}, code", *([re.sub("#.*", "#", code) for code in page.code("python")] for page in (one, other))
        )


def languages(spec: Spec, folder: Path) -> Iterator[str]:
    """No message is left in the other language."""
    names = {enum.name for enum in spec.enums} | {model.name for model in spec.models}
    for language, by_path in pages_by_language(folder):
        for path, page in by_path.items():
            for block in page.blocks:
                prose = " ".join(
                    word for word in block.prose.split() if word not in names and not _NAMES.fullmatch(word)
                )
                if language == "en" and re.search(f"[{_CHINESE}]", prose):
                    yield f"{language}/{path}: Chinese in {block.text!r}"
                if language != "en" and _is_english(prose):
                    yield f"{language}/{path}: untranslated: {block.text!r}"
            for code in page.code("python"):
                for comment in re.findall("#.*", code):
                    if (language == "en") is bool(re.search(f"[{_CHINESE}]", comment)):
                        yield f"{language}/{path}: the other language in {comment!r}"


def _is_english(prose: str) -> bool:
    """Return whether prose is in English: it says something without Chinese, or has a run of four words in small letters."""
    without_addresses = re.sub(r"https?:\S+", "", prose)
    if re.search(r"(?:\b[A-Za-z]?[a-z]+\b[ ,]+){3}[a-z]+\b", without_addresses):
        return True
    return bool(re.search(r"[a-z]{3,}", without_addresses)) and not re.search(f"[{_CHINESE}]", without_addresses)


def typesetting(_spec: Spec, folder: Path) -> Iterator[str]:
    """Nothing of the machinery shows: no open emphasis, no Python values; Chinese is spaced alike."""
    for language, by_path in pages_by_language(folder):
        for path, page in by_path.items():
            for block in page.blocks:
                yield from (f"{language}/{path}: {problem} in {block.text!r}" for problem in _slips(block))


def _slips(block: Block) -> Iterator[str]:
    if "**" in block.text:
        yield "emphasis that does not close"
    if re.search(r"\{'|\b(?:True|False|None|Undefined)\b|<[a-z]+ ", block.prose):
        yield "a value of the generator"
    if re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", block.prose):
        yield "no blank between Chinese and Latin"
    if any(re.search(r"[，。；：、（）“”] | [，。；：、（）]", line) for line in block.lines):
        yield "a blank beside Chinese punctuation"


def links(_spec: Spec, folder: Path) -> Iterator[str]:
    """Every link to another page leads to a page and a heading that exist, and each page can be reached."""
    written = {page.file.resolve(): page for _, by_path in pages_by_language(folder) for page in by_path.values()}
    for language, by_path in pages_by_language(folder):
        reached = {(folder / language / "README.md").resolve()}
        for path, page in by_path.items():
            for link in (link for link in page.links if "://" not in link):
                file, _, anchor = unquote(link).partition("#")
                target = (page.file.parent / file).resolve() if file else page.file.resolve()
                reached.add(target)
                if not target.is_file():
                    yield f"{language}/{path}: {link} leads nowhere"
                elif anchor and anchor not in _anchors(written.get(target, Page())):
                    yield f"{language}/{path}: {link} leads to no heading"
        lonely = (path for path, page in by_path.items() if page.file.resolve() not in reached)
        yield from (f"{language}/{path}: no link leads there" for path in lonely)


def _anchors(page: Page) -> set[str]:
    """Return the anchors that GitHub gives the headings."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in page.headings:
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found
