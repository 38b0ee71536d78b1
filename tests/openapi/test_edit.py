"""Edits of a spec: what is meant changes, and no other byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.openapi.document import at, read
from generator.openapi.edit import CannotEdit, Editor, Flow, FlowList, save, to_yaml, yaml_of_specs

SPEC = (Path(__file__).parents[2] / "spec" / "binance.yaml").read_bytes()

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


def changed_lines(before: str, after: str) -> tuple[str, str]:
    """Return what stood and what stands between the lines that are the same at both ends."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return "".join(old[start : len(old) - end]), "".join(new[start : len(new) - end])


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("plain",), "two", "plain: one # why\n", "plain: two # why\n"),
        (("plain",), "a: b", "plain: one # why\n", "plain: 'a: b' # why\n"),
        (("plain",), "yes", "plain: one # why\n", "plain: 'yes' # why\n"),
        (("plain",), "2026-01-02", "plain: one # why\n", "plain: '2026-01-02' # why\n"),
        (("plain",), "划转", "plain: one # why\n", "plain: 划转 # why\n"),
        (("plain",), "two\nlines", "plain: one # why\n", 'plain: "two\\nlines" # why\n'),
        (("plain",), 5, "plain: one # why\n", "plain: 5 # why\n"),
        (("plain",), True, "plain: one # why\n", "plain: true # why\n"),
        (("quoted",), "it's", "'quoted': 'it''s two'\n", "'quoted': 'it''s'\n"),
        (("double",), 'say "so"', 'double: "three"\n', 'double: "say \\"so\\""\n'),
        (("folded",), "short", "folded: >-\n  four\n  and more\n", "folded: short\n"),
        (
            ("braces", "a"),
            12000,
            "braces: {a: 1, b: [x, 'y, z'], c: {}}\n",
            "braces: {a: 12000, b: [x, 'y, z'], c: {}}\n",
        ),
        (
            ("braces", "b", 0),
            "p, q",
            "braces: {a: 1, b: [x, 'y, z'], c: {}}\n",
            "braces: {a: 1, b: ['p, q', 'y, z'], c: {}}\n",
        ),
        (("list", 0, "on"), False, "    on: true\n", "    on: false\n"),
        (("last",), 6, "last: 5", "last: 6"),
    ],
)
def test_a_value_is_written_in_the_place_and_the_quotes_of_the_old_one(
    path: tuple[str | int, ...], value: str | int, old: str, new: str
) -> None:
    edited = editor()
    edited.set(path, value)
    assert changed_lines(SMALL, edited.source.decode()) == (old, new)


@pytest.mark.parametrize(
    ("path", "index", "value", "new"),
    [
        (("list",), 0, {"name": "new", "on": False}, "  - name: new\n    'on': false\n"),
        (("list",), 1, Flow(name="new"), "  - {name: new}\n"),
        (("list",), 3, {"name": "new", "list": ["a", {"b": 1}]}, "  - name: new\n    list:\n      - a\n      - b: 1\n"),
        (("words",), 0, "new", "words: [new, alone]\n"),
        (("words",), 1, {"a": [1]}, "words: [alone, {a: [1]}]\n"),
        (("braces", "b"), 1, "-", "braces: {a: 1, b: [x, '-', 'y, z'], c: {}}\n"),
    ],
)
def test_an_item_is_written_as_those_beside_it(path: tuple[str, ...], index: int, value: object, new: str) -> None:
    edited = editor()
    edited.insert(path, index, value)
    assert changed_lines(SMALL, edited.source.decode())[1] == new


@pytest.mark.parametrize(
    ("path", "key", "after", "new"),
    [
        ((), "new", "plain", "new: [1]\n"),
        ((), "new", "folded", "new: [1]\n"),
        ((), "new", None, "last: 5\nnew: [1]"),
        (("list", 0), "new", "name", "    new: [1]\n"),
        (("list", 1), "new", None, "    new: [1]\n"),
        (("braces",), "new", "a", "braces: {a: 1, new: [1], b: [x, 'y, z'], c: {}}\n"),
        (("braces", "c"), "new", None, "braces: {a: 1, b: [x, 'y, z'], c: {new: [1]}}\n"),
    ],
)
def test_a_key_is_written_where_it_belongs(path: tuple[str, ...], key: str, after: str | None, new: str) -> None:
    edited = editor()
    edited.put(path, key, FlowList([1]), after=after)
    assert changed_lines(SMALL, edited.source.decode())[1] == new


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("plain",), "plain: one # why\n", ""),
        (("folded",), "folded: >-\n  four\n  and more\n", ""),
        (("last",), "words: [alone]\nlast: 5", "words: [alone]"),
        (("list", 0), "  - name: first   # beside it\n    on: true\n", ""),
        (("list", 1), "  - name: second\n    text: |\n      lines\n", ""),
        (("list", 2), "  - {name: third}\n", ""),
        (("list", 0, "on"), "    on: true\n", ""),
        (("braces", "a"), "braces: {a: 1, b: [x, 'y, z'], c: {}}\n", "braces: {b: [x, 'y, z'], c: {}}\n"),
        (("braces", "c"), "braces: {a: 1, b: [x, 'y, z'], c: {}}\n", "braces: {a: 1, b: [x, 'y, z']}\n"),
        (("braces", "b", 1), "braces: {a: 1, b: [x, 'y, z'], c: {}}\n", "braces: {a: 1, b: [x], c: {}}\n"),
    ],
)
def test_what_is_removed_leaves_the_comments_and_blank_lines_around_it(
    path: tuple[str | int, ...], old: str, new: str
) -> None:
    edited = editor()
    edited.remove(path)
    assert changed_lines(SMALL, edited.source.decode()) == (old, new)


def test_a_part_stands_apart_where_that_is_asked_for() -> None:
    edited = editor("a:\n  b: 1\n\n# Of c.\nc: 2\n")
    edited.put(("a",), "new", {"d": {}}, apart=True)
    edited.put((), "end", {"e": 1}, apart=True)
    assert edited.source.decode() == "a:\n  b: 1\n\n  new:\n    d: {}\n\n# Of c.\nc: 2\n\nend:\n  e: 1\n"


@pytest.mark.parametrize(
    ("text", "line", "wanted", "found"),
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
def test_a_file_with_a_line_in_another_form_is_refused(text: str, line: int, wanted: str, found: str) -> None:
    with pytest.raises(CannotEdit) as refusal:
        editor(f"first: 1  # of all\n{text}")
    form = f"edits need the form that ruamel.yaml writes, {wanted!r} in place of {found!r}"
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
    data = yaml_of_specs().load(SPEC.decode())
    stream = StringIO()
    yaml_of_specs().dump(data, stream)
    assert stream.getvalue() == SPEC.decode()


def nodes(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    yield path, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, below in items:
        yield from nodes(below, (*path, key))


EXCERPT = SPEC[: SPEC.index(b"\n\n  /", SPEC.index(b"\npaths:\n"))] + b"\n"
"""All before the second path: the whole is written too slowly to be edited often."""
DATA = read("spec", EXCERPT).data
SCALARS = [path for path, node in nodes(DATA) if not isinstance(node, (dict, list))]
LISTS = [(path, len(node)) for path, node in nodes(DATA) if isinstance(node, list)]
MAPPINGS = [(path, list(node)) for path, node in nodes(DATA) if isinstance(node, dict)]

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
    rest = len(after) - line
    assert after[: line - 1] == before[: line - 1]
    assert after[line:] == before[len(before) - rest :], "one line is written anew"
    assert all(not old.strip().startswith("#") for old in before[line : len(before) - rest]), "no comment is lost"


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(LISTS), st.data())
def test_an_item_put_into_any_list_and_taken_out_again_leaves_every_byte(
    chosen: tuple[tuple[str | int, ...], int], data: st.DataObject
) -> None:
    path, length = chosen
    index = data.draw(st.integers(0, length))
    value = data.draw(json_values.filter(readable))
    edited = Editor("spec", EXCERPT)
    edited.insert(path, index, value)
    assert at(read("spec", edited.source).data, (*path, index)) == value
    edited.remove((*path, index)) if length else None
    assert not length or edited.source == EXCERPT


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(MAPPINGS), st.data())
def test_a_key_put_into_any_mapping_and_taken_out_again_leaves_every_byte(
    chosen: tuple[tuple[str | int, ...], list[str]], data: st.DataObject
) -> None:
    path, keys = chosen
    after = data.draw(st.sampled_from([None, *keys]))
    value = data.draw(json_values.filter(readable))
    edited = Editor("spec", EXCERPT)
    edited.put(path, "a new key", value, after=after)
    assert at(read("spec", edited.source).data, (*path, "a new key")) == value
    if keys:
        edited.remove((*path, "a new key"))
        assert edited.source == EXCERPT


@given(json_values)
@settings(max_examples=12, deadline=None)
def test_what_is_written_is_read_again(value: object) -> None:
    document = read("", to_yaml({"value": [{"a": value}, FlowList([value])]}).encode())
    assert not document.problems
    assert json.dumps(document.data) == json.dumps({"value": [{"a": value}, [value]]})


def test_braces_that_are_too_long_for_a_line_are_opened() -> None:
    words = ["word" * 5] * 6
    lines = to_yaml({"short": Flow(a=1), "long": Flow(words=FlowList(words))}).split("\n")
    assert lines == ["short: {a: 1}", "long:", "  words:", *(f"    - {word}" for word in words)]


# The file.


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
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
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.yaml", "spec.yaml"]


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
    assert [each.name for each in tmp_path.iterdir()] == ["spec.yaml"]
    assert file.read_bytes() == b"a: 1\n"
