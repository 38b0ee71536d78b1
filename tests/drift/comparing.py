"""Writes a page of one operation in Markdown, and compares pages with a small spec, without a file."""

from __future__ import annotations

from generator.drift.compare import compare
from generator.drift.results import DriftReport
from generator.ir.build import build
from generator.openapi.load import load
from generator.sources import read

_PAGE = """\
# {title}({security})

## HTTP Request

POST `/sapi/v1/move`

## Request Weight(IP)

{weight}

## Request Parameters

Name| Type| Mandatory| Description
---|---|---|---
{rows}
timestamp| LONG| YES|

{below}

## Response Example

    {example}
"""


def page(
    *rows: str,
    title: str = "moveIt",
    security: str = "TRADE",
    weight: object = 1,
    below: str = "",
    example: str = "{}",
) -> str:
    """Return a page of POST /sapi/v1/move with these rows of parameters."""
    return _PAGE.format(
        rows="\n".join(rows), title=title, security=security, weight=weight, below=below, example=example
    )


def compared(spec: str, *pages: str, suffix: str = "md") -> DriftReport:
    """Return the report on pages that are called 0.md, 1.md and so on."""
    document = load("spec.yaml", spec.encode())
    named = (read(f"{index}.{suffix}", text.encode()) for index, text in enumerate(pages))
    return compare(document, build(document), named)
