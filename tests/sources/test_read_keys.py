"""The page on the spec lists what is read of a schema and of the catalogue, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.sources.catalogue import HEADINGS
from generator.sources.schema_keys import KEYS, Owner

ROOT = Path(__file__).parents[2]
ROWS: dict[str, tuple[Owner, ...]] = {
    "a path": ("path",),
    "an operation": ("operation",),
    "a parameter": ("parameter",),
    "a request body, or a response": ("body", "response"),
    "a media type": ("media type",),
    "a schema": ("schema",),
}


def listed(name: str) -> list[str]:
    """Return what is in backticks in the row of this name."""
    text = (ROOT / "spec" / "README.md").read_text(encoding="utf-8")
    [row] = re.findall(rf"^\| {name} \|(.*)\|$", text, re.MULTILINE)
    return re.findall("`([^`]+)`", row)


@pytest.mark.parametrize(("row", "owners"), ROWS.items())
def test_the_keys_that_are_read_of_a_schema_are_listed(row: str, owners: tuple[Owner, ...]) -> None:
    for owner in owners:
        assert listed(row) == list(KEYS[owner])


def test_every_part_of_a_schema_is_listed() -> None:
    assert {owner for owners in ROWS.values() for owner in owners} == {owner for owner in KEYS if KEYS[owner]}


def test_the_headings_that_are_read_of_the_catalogue_are_listed() -> None:
    assert listed("a page of the catalogue") == [heading for headings in HEADINGS.values() for heading in headings]


def test_no_key_is_read_of_a_schema_that_is_not_listed() -> None:
    files = (ROOT / "generator" / "sources" / name for name in ("schema.py", "schema_response.py"))
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    read = set(re.findall(r"""(?:node|rules)\.get\("([\w-]+)\"""", code)) | set(re.findall(r"""\"(x-[\w-]+)\"""", code))
    assert {"type", "x-signed"} <= read
    known = {key for keys in KEYS.values() for key in keys}
    assert {key for key in read if f"{key}-cn" not in known} <= known
