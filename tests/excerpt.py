"""Cuts a spec with a single path out of ours, so that it is edited quickly."""

from __future__ import annotations

import re

from .conftest import SPEC

AUTO_COLLECTION = "/sapi/v1/portfolio/auto-collection"
TRANSFER = "/sapi/v1/asset/transfer"
SUB_ACCOUNT = "/sapi/v1/sub-account/margin/transfer"
EARN = "/sapi/v1/portfolio/earn-asset-balance"


def without_sentences(text: str) -> str:
    """Return a spec without the fingerprints of the sentences of Binance's pages."""
    return re.sub(r"(?m)^( +)sentences:\n(?:\1  - .*\n)+", "", text)


def excerpt(path: str) -> str:
    """Return our spec with this path, without the others, all that they alone need, the errors and what pages say."""
    text = without_sentences(SPEC.read_text(encoding="utf-8"))
    # A confirmation by balances names operations of other paths.
    text = re.sub(r"(?m)^( +)x-binance-confirm:\n\1  balances: .*\n(?:\1  .*\n)+", "", text)
    head, paths, components = re.split(r"(?m)^(?:paths|components):\n", text)
    [own] = [part for part in _parts(paths, 2) if part.startswith(f"  {path}:\n")]
    head = re.sub(r"(?m)^  - name: (.+)\n(?:    .*\n)+", lambda tag: tag[0] * (f"tags: [{tag[1]}]" in own), head)
    rest, _, schemas = components.partition("x-binance-errors:\n")[0].partition("  schemas:\n")
    kept = f"{head}paths:\n{own}components:\n{rest}  schemas:\n"
    for part in _parts(schemas, 4):
        name = part.partition(":")[0].strip()
        kept += part if name == "Error" or f"schemas/{name}'" in kept else ""
    return f"{kept.rstrip()}\n"


def _parts(text: str, indent: int) -> list[str]:
    """Return the parts of a mapping, each with the lines below its key."""
    return re.split(rf"(?m)^(?=\s{{{indent}}}\S)", text)
