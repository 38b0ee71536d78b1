"""The spec and the schema of its keys, as files that outside tools and people read."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from openapi_spec_validator import validate

from tests import confirmed_specs

ROOT = Path(__file__).parents[2]
SPEC: dict[str, Any] = yaml.safe_load((ROOT / "spec" / "binance.yaml").read_text(encoding="utf-8"))
EXTENSIONS: dict[str, Any] = json.loads((ROOT / "spec" / "extensions.schema.json").read_text(encoding="utf-8"))


def extension_values(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key.startswith("x-"):
                yield key, value
            yield from extension_values(value)
    elif isinstance(node, list):
        for item in node:
            yield from extension_values(item)


def test_outside_tools_read_it_as_openapi() -> None:
    validate(SPEC)
    assert SPEC["openapi"].startswith("3.1.")


def test_the_schema_of_the_keys_is_json_schema() -> None:
    jsonschema_rs.meta.validate(EXTENSIONS)
    for key, schema in EXTENSIONS["properties"].items():
        assert schema["description"], key
        jsonschema_rs.meta.validate(schema)


def test_any_json_schema_tool_can_check_the_keys_with_it() -> None:
    validators = {
        key: jsonschema_rs.Draft202012Validator({**schema, "$defs": EXTENSIONS["$defs"]})
        for key, schema in EXTENSIONS["properties"].items()
    }
    found = list(extension_values(SPEC))
    for key, value in found:
        assert validators[key].is_valid(value), (key, value)
    tried = {key for key, _ in extension_values(yaml.safe_load(confirmed_specs.TEXT))}
    # In these responses, the one field that can say that a call failed has a const.
    used = {key for key, _ in found} | tried | {"x-binance-success"}
    assert used == set(EXTENSIONS["properties"]), "a key that nothing uses has no place there"


@pytest.mark.parametrize("key", list(EXTENSIONS["properties"]))
def test_each_key_is_explained_to_people(key: str) -> None:
    assert f"`{key}`" in (ROOT / "spec" / "README.md").read_text(encoding="utf-8")


def test_the_file_can_be_reviewed_as_a_diff() -> None:
    text = (ROOT / "spec" / "binance.yaml").read_text(encoding="utf-8")
    assert text.endswith("\n")
    unseen = re.compile("[ \t]$|[\t\u200b-\u200f\u2028-\u202e\ufeff]")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if unseen.search(line)]
    assert lines == [], (
        "Take the blanks at the end, tabs and invisible characters out of these lines of spec/binance.yaml."
    )


def test_the_version_of_the_package_is_the_spec_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    source = project["tool"]["hatch"]["version"]
    found = re.search(source["pattern"], (ROOT / source["path"]).read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    assert found["version"] == SPEC["info"]["version"]

    commented = re.search(source["pattern"], '  version: "1.2.3rc1"  # soon', re.MULTILINE)
    assert commented is not None
    assert commented["version"] == "1.2.3rc1"


def test_the_package_is_built_with_the_tool_that_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [tool] = project["build-system"]["requires"]
    assert re.fullmatch(r"hatchling==[\d.]+", tool)
    assert tool in project["project"]["optional-dependencies"]["dev"]


def test_the_changelog_tells_of_this_version() -> None:
    heading = f"## {SPEC['info']['version']}"
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert heading in lines, f"CHANGELOG.md needs a section {heading!r}, the version of spec/binance.yaml"
