"""Edits of a spec: what is meant changes, and no other byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.openapi.document import at, read
from generator.openapi.edit import CannotEdit, Editor, InlineList, InlineMapping, save, to_yaml, yaml_of_specs
from tests.conftest import SPEC

ONE = InlineList([1])

SMALL = """\
# The head.
openapi: 3.1.0  # the version

plain: one # why
'quoted': 'it''s two'
double: "three"
folded: >-
  four
  and more

# Before the braces.
braces: {a: 1, b: [x, 'y, z'], c: {}}
list:
  # Above the first.
  - name: first   # beside it
    on: true
  - name: second
    text: |
      lines

  # Above the third.
  - {name: third}
words: [alone]
last: 5"""


def editor(text: str = SMALL) -> Editor:
    return Editor("small.yaml", text.encode())


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        # A value is written in the place and the quotes of the old one.
        (lambda spec: spec.set(("plain",), "two"), "plain: one", "plain: two"),
        (lambda spec: spec.set(("plain",), "a: b"), "plain: one", "plain: 'a: b'"),
        (lambda spec: spec.set(("plain",), "yes"), "plain: one", "plain: 'yes'"),
        (lambda spec: spec.set(("plain",), "2026-01-02"), "plain: one", "plain: '2026-01-02'"),
        (lambda spec: spec.set(("plain",), "划转"), "plain: one", "plain: 划转"),
        (lambda spec: spec.set(("plain",), "two\nlines"), "plain: one", 'plain: "two\\nlines"'),
        (lambda spec: spec.set(("plain",), 5), "plain: one", "plain: 5"),
        (lambda spec: spec.set(("plain",), value=True), "plain: one", "plain: true"),
        (lambda spec: spec.set(("quoted",), "it's"), "'it''s two'", "'it''s'"),
        (lambda spec: spec.set(("quoted",), "a\tb"), "'it''s two'", '"a\\tb"'),
        (lambda spec: spec.set(("double",), 'say "so"'), 'double: "three"', 'double: "say \\"so\\""'),
        (lambda spec: spec.set(("folded",), "short"), "folded: >-\n  four\n  and more\n", "folded: short\n"),
        (lambda spec: spec.set(("braces", "a"), 12000), "{a: 1,", "{a: 12000,"),
        (lambda spec: spec.set(("braces", "b", 0), "p, q"), "[x, 'y, z']", "['p, q', 'y, z']"),
        (lambda spec: spec.set(("list", 0, "on"), value=False), "on: true", "on: false"),
        (lambda spec: spec.set(("last",), 6), "last: 5", "last: 6"),
        # An item is written as those beside it.
        (
            lambda spec: spec.insert(("list",), 0, {"name": "new", "on": False}),
            "  # Above the first.\n",
            "  - name: new\n    'on': false\n  # Above the first.\n",
        ),
        (
            lambda spec: spec.insert(("list",), 1, InlineMapping(name="new")),
            "  - name: second",
            "  - {name: new}\n  - name: second",
        ),
        (
            lambda spec: spec.insert(("list",), 3, {"name": "new", "list": ["a", {"b": 1}]}),
            "words:",
            "  - name: new\n    list:\n      - a\n      - b: 1\nwords:",
        ),
        (lambda spec: spec.insert(("words",), 0, "new"), "[alone]", "[new, alone]"),
        (lambda spec: spec.insert(("words",), 1, {"a": [1]}), "[alone]", "[alone, {a: [1]}]"),
        (lambda spec: spec.insert(("braces", "b"), 1, "-"), "[x, 'y, z']", "[x, '-', 'y, z']"),
        # A key is written behind another, or at the end.
        (lambda spec: spec.put((), "new", ONE, after="plain"), "# why\n", "# why\nnew: [1]\n"),
        (lambda spec: spec.put((), "new", ONE, after="folded"), "  and more\n", "  and more\nnew: [1]\n"),
        (lambda spec: spec.put((), "new", ONE), "last: 5", "last: 5\nnew: [1]"),
        (lambda spec: spec.put(("list", 0), "new", ONE, after="name"), "    on: true", "    new: [1]\n    on: true"),
        (lambda spec: spec.put(("list", 1), "new", ONE), "      lines\n", "      lines\n    new: [1]\n"),
        (lambda spec: spec.put(("braces",), "new", ONE, after="a"), "{a: 1,", "{a: 1, new: [1],"),
        (lambda spec: spec.put(("braces", "c"), "new", ONE, apart=True), "c: {}", "c: {new: [1]}"),
        # What is removed leaves the comments and blank lines around it.
        (lambda spec: spec.remove(("plain",)), "plain: one # why\n", ""),
        (lambda spec: spec.remove(("folded",)), "folded: >-\n  four\n  and more\n", ""),
        (lambda spec: spec.remove(("last",)), "\nlast: 5", ""),
        (lambda spec: spec.remove(("list", 0)), "  - name: first   # beside it\n    on: true\n", ""),
        (lambda spec: spec.remove(("list", 1)), "  - name: second\n    text: |\n      lines\n", ""),
        (lambda spec: spec.remove(("list", 2)), "  - {name: third}\n", ""),
        (lambda spec: spec.remove(("braces", "a")), "a: 1, ", ""),
        (lambda spec: spec.remove(("braces", "c")), ", c: {}", ""),
        (lambda spec: spec.remove(("braces", "b", 1)), ", 'y, z'", ""),
    ],
)
def test_what_is_meant_changes_and_nothing_else(edit: Callable[[Editor], None], old: str, new: str) -> None:
    assert old in SMALL
    edited = editor()
    edit(edited)
    assert edited.source.decode() == SMALL.replace(old, new, 1)


def test_a_part_stands_apart_where_that_is_asked_for() -> None:
    edited = editor("a:\n  b: 1\n\n# Of c.\nc: 2\n")
    edited.put(("a",), "new", {"d": {}}, apart=True)
    edited.put((), "end", {"e": 1}, apart=True)
    assert edited.source.decode() == "a:\n  b: 1\n\n  new:\n    d: {}\n\n# Of c.\nc: 2\n\nend:\n  e: 1\n"


@pytest.mark.parametrize(
    ("text", "line", "wanted", "written"),
    [
        ("a: [x, # why\n  y]\n", 2, "a: [x, y]", "a: [x, # why"),
        ('a: "th\\u0072ee"\n', 2, 'a: "three"', 'a: "th\\u0072ee"'),
        ("a:   1\n", 2, "a: 1", "a:   1"),
        ("b:\n- 1\n", 3, "  - 1", "- 1"),
        ("a: {b: 1,\n  c: 2}\n", 2, "a: {b: 1, c: 2}", "a: {b: 1,"),
        ("a: 1\r\n", 2, "a: 1", "a: 1\r"),
        ("a: 1\n...\n", 3, "", "..."),
    ],
)
def test_a_file_with_a_line_in_another_form_is_refused(text: str, line: int, wanted: str, written: str) -> None:
    with pytest.raises(CannotEdit) as refusal:
        editor(f"first: 1  # of all\n{text}")
    form = f"edits need the form that ruamel.yaml writes, {wanted!r} in place of {written!r}"
    assert str(refusal.value) == f"small.yaml:{line}: {form}."


def test_a_key_is_put_into_a_mapping_only() -> None:
    with pytest.raises(CannotEdit, match=r"small\.yaml: list is not a mapping\."):
        editor().put(("list",), "a", 1)


def test_comments_between_lines_that_change_stay() -> None:
    edited = editor("a: 1  # one\n# Of b.\nb: 2\n\nc:\n  # First.\n  - d: 1\n    e: 2\n  # Second.\n  - d: 3\n")
    edited.set(("a",), 3)
    edited.set(("b",), 4)
    edited.remove(("c", 0))
    assert edited.source.decode() == "a: 3  # one\n# Of b.\nb: 4\n\nc:\n  # First.\n  # Second.\n  - d: 3\n"


@pytest.mark.parametrize("text", ["NO", "on", "1:30", "2026-01-02", "0x1F", "1_000", "=", "<<"])
def test_plain_text_is_what_the_spec_takes_it_for(text: str) -> None:
    """YAML 1.2's core schema, as where a spec is read."""
    edited = editor(f"a: {text}\nb: [{text}]\nc: 1\n")
    assert edited.data["a"] == text
    edited.set(("c",), text)
    assert edited.source.decode() == f"a: {text}\nb: [{text}]\nc: '{text}'\n"


# Our own spec.


def test_our_spec_is_written_as_ruamel_yaml_writes_it() -> None:
    """So that every edit of it is possible, and changes nothing else."""
    source, stream = SPEC.read_text(encoding="utf-8"), StringIO()
    yaml_of_specs().dump(yaml_of_specs().load(source), stream)
    assert stream.getvalue() == source


def nodes(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    yield path, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, below in items:
        yield from nodes(below, (*path, key))


EXCERPT = SPEC.read_bytes().partition(b"\n  /sapi/v1/portfolio/auto-collection")[0]
"""All before the second path: the whole is written too slowly to be edited often."""
DATA = read("spec", EXCERPT).data
SCALARS = [path for path, node in nodes(DATA) if not isinstance(node, (dict, list))]
CONTAINERS = [(path, node) for path, node in nodes(DATA) if isinstance(node, (dict, list))]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = (
    texts | st.integers() | st.booleans() | st.sampled_from(["null", "~", "1:30", "NO", "", " ", "#", "a #b", "?", "-"])
)
json_values = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(texts, below, max_size=3), max_leaves=6
)


def readable(value: object) -> bool:
    """Return whether YAML can hold the value: it has no word for some characters."""
    try:
        document = read("", to_yaml({"value": value}).encode())
    except Exception:  # noqa: BLE001 - whatever cannot be read
        return False
    return not document.problems


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(SCALARS), scalars)
def test_any_value_of_the_spec_can_become_any_other_and_nothing_else_changes(
    path: tuple[str | int, ...], value: str | int
) -> None:
    edited = Editor("spec", EXCERPT)
    line = read("spec", EXCERPT).location(path).line
    edited.set(path, value)
    wanted = read("spec", EXCERPT).data
    at(wanted, path[:-1])[path[-1]] = value
    assert json.dumps(read("spec", edited.source).data) == json.dumps(wanted)
    before, after = EXCERPT.decode().split("\n"), edited.source.decode().split("\n")
    end = len(before) - len(after) + line
    assert (after[: line - 1], after[line:]) == (before[: line - 1], before[end:]), "one line is written anew"
    assert not any(old.strip().startswith("#") for old in before[line:end]), "no comment is lost"


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(CONTAINERS), st.data())
def test_what_is_put_anywhere_and_removed_again_leaves_every_byte(
    chosen: tuple[tuple[str | int, ...], dict[str, object] | list[object]], data: st.DataObject
) -> None:
    path, node = chosen
    value = data.draw(json_values.filter(readable))
    edited = Editor("spec", EXCERPT)
    key: str | int = "a new key"
    if isinstance(node, list):
        key = data.draw(st.integers(0, len(node)))
        edited.insert(path, key, value)
    else:
        edited.put(path, str(key), value, after=data.draw(st.sampled_from([None, *node])))
    assert at(read("spec", edited.source).data, (*path, key)) == value
    if node:
        edited.remove((*path, key))
        assert edited.source == EXCERPT


def test_braces_that_are_too_long_for_a_line_are_opened() -> None:
    words = ["word" * 5] * 6
    lines = to_yaml({"short": InlineMapping(a=1), "long": InlineMapping(words=InlineList(words))}).split("\n")
    assert lines == ["short: {a: 1}", "long:", "  words:", *(f"    - {word}" for word in words)]


# The file.


def test_a_file_that_is_gone_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    with pytest.raises(CannotEdit) as refusal:
        save(file, b"a: 1\n", b"a: 2\n")
    assert str(refusal.value) == f"{file} cannot be read: No such file or directory; nothing was written."


def test_the_file_is_replaced_in_one_step_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(b"a: 1\n")
    file.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    save(link, b"a: 1\n", b"a: 2\n")
    assert file.read_bytes() == b"a: 2\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link.yaml", "spec.yaml"]


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(b"a: 3\n")
    with pytest.raises(CannotEdit) as refusal:
        save(file, b"a: 1\n", b"a: 2\n")
    assert str(refusal.value) == f"{file} was changed meanwhile; nothing was written. Run the command again."
    assert file.read_bytes() == b"a: 3\n"


def test_a_file_that_cannot_be_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(b"a: 1\n")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotEdit) as refusal:
        save(file, b"a: 1\n", b"a: 2\n")
    assert str(refusal.value) == f"{file} cannot be written: No space left on device; nothing was written."
    assert [file.name for file in tmp_path.iterdir()] == ["spec.yaml"]
    assert file.read_bytes() == b"a: 1\n"
