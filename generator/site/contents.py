"""What the site holds, in the order in which it is offered: to people as navigation, to language models as a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.render.docs import DocsContext
from generator.render.markdown import inline, link
from generator.vocabulary import Language

Group = tuple[str, list[tuple[str, str]]]
"""A title, and the title and path of each page."""
HOME = "README.md"
_REFERENCE = ("reference.md", "enums.md", "limits.md", "errors.md")
_PROJECT = ("performance.md", "spec-changes.md")
_DESCRIBED = re.compile(r"^- \[[^]]+\]\(([\w/-]+\.md)\)[:\uff1a] *(.+)$", re.MULTILINE)
"""A page in the list of the overview."""
_SENTENCE = re.compile(r".*?(?:[.!?](?=\s)|[\u3002\uff01\uff1f]|$)")
"""Up to a full stop, of English before a blank, of Chinese anywhere."""


def navigation(docs: DocsContext) -> list[Group]:
    """Return the pages of a language in groups; one that is in no other group is a guide."""
    titles, labels = docs.strings.pages, docs.strings.site
    guides = [page for page in titles if page not in (HOME, *_REFERENCE, *_PROJECT)]
    groups = [(labels["guides"], guides), (labels["reference"], _REFERENCE), (labels["project"], _PROJECT)]
    listed = [(label, [(titles[page], page) for page in pages if page in titles]) for label, pages in groups]
    return [listed[0], *_endpoints(docs), *listed[1:]]


def _endpoints(docs: DocsContext) -> Iterator[Group]:
    for tag, operations in docs.groups():
        title = docs.localized(tag.text) if tag else docs.strings.site["endpoints"]
        yield title, [(docs.localized(item.title) or item.name, f"endpoints/{item.name}.md") for item in operations]


def list_of_pages(languages: Mapping[Language, DocsContext]) -> str:
    """Return the Markdown of llms.txt: every page of each language, with what it is about."""
    bodies = {language: dict(docs.bodies()) for language, docs in languages.items()}
    title, summary = next(iter(bodies.values()))[HOME].split("\n\n")[:2]
    parts = [title, f"> {summary}"]
    for language, docs in languages.items():
        described = dict(_DESCRIBED.findall(bodies[language][HOME]))
        for label, pages in [("", [(docs.strings.pages[HOME], HOME)]), *navigation(docs)]:
            parts.append(f"## {docs.strings.language}{docs.strings.colon if label else ''}{inline(label)}")
            about = {path: described.get(path) or _first_sentence(bodies[language][path]) for _, path in pages}
            links = {path: link(inline(name), f"{language}/{path}") for name, path in pages}
            parts.append("\n".join(f"- {links[path]}: {about[path]}" for _, path in pages))
    return "\n\n".join(parts) + "\n"


def _first_sentence(body: str) -> str:
    """Return how a page begins, below its title."""
    found = _SENTENCE.match(body.split("\n\n")[1])
    return found[0] if found else ""
