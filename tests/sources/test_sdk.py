"""Wheels of Binance's SDK are read method by method, and no wheel, however hostile, has anything run or written."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.sources import Endpoint, Page, PageCondition, PageVersion, PageWeight, read_wheel
from generator.sources.json_example import comments, parse_json_example
from generator.sources.sdk import LARGEST_WHEEL
from tests.conftest import Spec

from .reading import values_of
from .wheels import CLIENT, FORMS, Form, client, method, modules, write_wheel, zipped
from .writer import Row, WrittenPage, page_of

PLAIN = WrittenPage(
    language="en",
    method="POST",
    path="/sapi/v1/things/move",
    address="https://docs.example.com/things#move",
    titles=(("Move Things", "USER_DATA"),),
    description="Moves things.",
    weights=(PageWeight(7, "uid"),),
    limits=(),
    permissions=(),
    rows=(
        Row("kind", "ENUM", "YES", values=(("LEFT", "to the left"), ("RIGHT", "to the right"))),
        Row("fromSymbol", "STRING", "NO"),
        Row("timestamp", "LONG", "YES"),
    ),
    conditions=(("fromSymbol", "kind", ("LEFT",)),),
    example={"tranId": 1, "rows": [{"someId": 2, "held": {"freeAmount": "1"}}]},
    taken="2026-01-01",
)
METHOD = method(PLAIN)


def read(content: bytes, date: str | None = None) -> list[Page]:
    return list(read_wheel("some.whl", content, date))


def read_one(content: bytes) -> tuple[Page, PageVersion]:
    [page] = read(content)
    assert page.problems == ()
    [version] = page.versions
    return page, version


def refusal(content: bytes) -> str:
    """Return why a wheel cannot be read at all."""
    [page] = read(content)
    assert (page.file, page.format, page.versions, page.source) == ("some.whl", "sdk", (), "")
    [problem] = page.problems
    return problem


def field_names(data: Any, before: str = "") -> Iterator[str]:
    for item in data if isinstance(data, list) else ():
        yield from field_names(item, before)
    for name, value in data.items() if isinstance(data, dict) else ():
        yield f"{before}{name}"
        yield from field_names(value, f"{before}{name}.")


def types(data: Any) -> Any:
    """Return a response with the types of its values in their place."""
    if isinstance(data, dict):
        return {name: types(value) for name, value in data.items()}
    return [types(item) for item in data[:1]] if isinstance(data, list) else type(data)


@pytest.mark.parametrize("form", FORMS)
def test_every_operation_of_the_spec_is_read_as_it_was_written(spec: Spec, form: Form) -> None:
    written = [page_of(spec.document, operation, "en") for operation in spec.api.operations]
    read_pages = read(write_wheel(*written, form=form), "2026-02-03")
    assert [page.problems for page in read_pages] == [()] * len(written)
    for page, stated in zip(read_pages, written, strict=True):
        [version] = page.versions
        assert (page.format, page.source) == ("sdk", "made-up-sdk 1.2.3")
        assert page.file == "made-up-sdk 1.2.3: rest_api/api/things_api.py"
        assert page.address is not None
        assert page.taken is not None
        assert (page.address.value, page.taken.value) == (stated.address, "2026-02-03")
        assert values_of(version.endpoints) == [Endpoint(stated.method, stated.path)]
        title, security = stated.titles[-1]
        assert values_of(version.titles) == [title]
        assert values_of(version.security) == ([security] if security != "NONE" else [])
        has_scopes = form == "2026" or len(stated.weights) > 1
        scoped = [weight if has_scopes else replace(weight, scope=None) for weight in stated.weights]
        assert values_of(version.weights) == scoped
        assert values_of(version.limits) == list(stated.limits)
        assert len(version.permissions) == len(stated.permissions)
        assert values_of(version.conditions) == [
            PageCondition(name, values, other) for name, other, values in stated.conditions
        ]
        assert {row.value.name: row.value.required for row in version.parameters} == {
            row.name: row.required == "YES" for row in stated.rows
        }
        listed = {row.value.name: [value for value, _ in row.value.values] for row in version.parameters}
        assert listed == {row.name: [value for value, _ in row.values] for row in stated.rows}
        expected = list(dict.fromkeys(field_names(stated.example)))
        assert sorted(values_of(version.response_fields)) == sorted(expected)
        assert version.sketch is not None
        assert types(parse_json_example(version.sketch.value).data) == types(stated.example)


@pytest.mark.parametrize("form", FORMS)
def test_each_fact_has_the_line_where_it_is_written(spec: Spec, form: Form) -> None:
    written = [page_of(spec.document, operation, "en") for operation in spec.api.operations]
    lines = ["", *modules(*written, form=form)[CLIENT].splitlines()]
    for page, stated in zip(read(write_wheel(*written, form=form)), written, strict=True):
        [version] = page.versions
        assert page.address is not None
        assert lines[page.address.line].strip() == stated.address
        assert lines[version.titles[0].line].strip().startswith(stated.titles[-1][0])
        assert lines[version.endpoints[0].line].split() == [stated.method, stated.path]
        assert [lines[weight.line].split(":")[-1].strip() for weight in version.weights] == [
            str(weight.weight) for weight in stated.weights
        ]
        for condition in version.conditions:
            assert all(value in lines[condition.line] for value in condition.value.values)
        for row in version.parameters:
            assert ("is_signed" if row.value.name == "timestamp" else "def ") in lines[row.line]
            for (value, _), line in zip(row.value.values, row.value.value_lines, strict=True):
                assert value in lines[line] or "def " in lines[line]


def test_an_enum_of_another_parameters_values_is_reported_and_not_taken() -> None:
    row = Row("fromSymbol", "ENUM", "NO", values=(("LEFT", ""),))
    page, version = read_one(write_wheel(replace(PLAIN, rows=(PLAIN.rows[0], row, PLAIN.rows[2]))))
    [remark] = page.remarks
    assert remark.value == (
        "fromSymbol is typed as PostSapiV1ThingsMoveFromSymbolEnum, but its values (LEFT) are those of kind in the notes; "
        "the type was not taken."
    )
    stated = {parameter.value.name: parameter.value for parameter in version.parameters}
    assert (stated["fromSymbol"].type, stated["fromSymbol"].values) == ("STRING", ())
    assert stated["kind"].values == (("LEFT", ""), ("RIGHT", ""))


def test_an_enum_of_own_values_is_taken_though_the_parameter_has_a_condition() -> None:
    row = Row("fromSymbol", "ENUM", "NO", values=(("UP", ""), ("DOWN", "")))
    page, version = read_one(write_wheel(replace(PLAIN, rows=(PLAIN.rows[0], row, PLAIN.rows[2]))))
    assert page.remarks == ()
    assert [parameter.value.values for parameter in version.parameters if parameter.value.name == "fromSymbol"] == [
        (("UP", ""), ("DOWN", ""))
    ]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("return send_request(", "return other(", "it calls send_request 0 times instead of once"),
        ('method="POST",', "", "its method and path are not written in its call of send_request"),
        ('path="/sapi/v1/things/move"', "path=PATH", "its method and path are not written in its call of send_request"),
        (
            'path="/sapi/v1/things/move"',
            'path="/sapi/v1/things/take"',
            "its documentation says POST /sapi/v1/things/move, and its code sends POST /sapi/v1/things/take",
        ),
    ],
)
def test_a_method_that_is_not_understood_is_named_and_the_others_are_read(
    before: str, after: str, problem: str
) -> None:
    other = METHOD.replace(before, after)
    assert other != METHOD
    first, second = read(zipped({CLIENT: client(other + "\n" + METHOD)}))
    assert first.problems == (f"line 7: post_sapi_v1_things_move was not read: {problem}.",)
    assert (first.versions, first.source) == ((), "made-up-sdk 1.2.3")
    assert second.problems == ()


def test_a_method_without_documentation_is_read_from_its_code() -> None:
    start, _, rest = METHOD.partition('"""')
    _, version = read_one(zipped({CLIENT: client(f"{start}{rest.partition(chr(34) * 3)[2].lstrip()}")}))
    assert values_of(version.endpoints) == [Endpoint("POST", "/sapi/v1/things/move")]
    assert [parameter.value.name for parameter in version.parameters] == ["kind", "fromSymbol", "timestamp"]
    assert (version.titles, version.weights) == ((), ())


# Hostile wheels


def zip_of(name: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED, **facts: int) -> bytes:
    """Write a wheel with one more file, whose entry states these facts."""
    archived = io.BytesIO(zipped({}))
    with zipfile.ZipFile(archived, "a", compression) as archive:
        archive.writestr(name, content)
        for fact, value in facts.items():
            setattr(archive.getinfo(name), fact, value)
    return archived.getvalue()


NO_CLIENT = "it has no client such as rest_api/api/account_api.py with methods, as Binance's wheels have."
NO_PYTHON = f"{CLIENT}: it is no Python, or nested too deeply to be read."
TOO_MUCH = f"{CLIENT}: there is more code than any wheel of Binance's has."


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is no wheel, or a damaged one."),
        (b"PK\x03\x04 nothing", "it is no wheel, or a damaged one."),
        (b"\0" * (LARGEST_WHEEL + 1), f"it has more than {LARGEST_WHEEL} bytes, which no wheel of Binance's has."),
        (zipped({}), NO_CLIENT),
        (zipped({CLIENT: "a\n"}), NO_CLIENT),
        (
            zipped({f"{number}.txt": "" for number in range(5001)}),
            "it has more than 5000 files, which no wheel of Binance's has.",
        ),
        (zip_of(CLIENT, b"#" * 10_000_000), TOO_MUCH),
        (zip_of(CLIENT, b"#" * 10_000_000, file_size=10), f"{CLIENT}: it is damaged."),
        (
            zip_of(CLIENT, b"#" * 1000, zipfile.ZIP_LZMA),
            f"{CLIENT}: it is compressed in a way that no wheel of Binance's is.",
        ),
        (
            zip_of(CLIENT, b"#" * 1000, flag_bits=1),
            f"{CLIENT}: it is damaged.",
        ),
        (zip_of(CLIENT, b"a;" * 10_001), f"{CLIENT}: it has more than 10000 lines, which no module of Binance's has."),
        *((zip_of(CLIENT, b"x = [" + code * 40_000), TOO_MUCH) for code in (b"a,", b"[", b"'' ", b"-", b"\xc3\xa9", b"1\n")),
        (zip_of(CLIENT, b"\xff"), f"{CLIENT}: the byte 0xff is not UTF-8."),
        (zip_of(CLIENT, b"a\0b"), NO_PYTHON),
        (zip_of(CLIENT, b"def"), NO_PYTHON),
    ],
)  # fmt: skip
def test_a_wheel_that_cannot_be_read_is_a_sentence(content: bytes, problem: str) -> None:
    assert refusal(content) == problem


@pytest.mark.parametrize(
    "code", ["(" * 30_000, f"x = {'-' * 30_000}1", f"x = {'1+' * 15_000}1", f"x = a{'.a' * 15_000}"]
)
def test_code_that_is_nested_deeply_is_a_sentence(code: str) -> None:
    # How deep Python reads code differs from release to release.
    assert refusal(zip_of(CLIENT, code.encode())) in (NO_PYTHON, NO_CLIENT)


def test_a_damaged_wheel_is_a_sentence_wherever_it_is_damaged() -> None:
    content = write_wheel(PLAIN)
    for start in range(0, len(content), 37):
        for damaged in (content[:start], content[:start] + b"\xff" + content[start + 1 :]):
            pages = read(damaged)
            assert pages
            assert all(page.problems or page.versions for page in pages)


def test_all_code_of_a_wheel_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.sources.sdk.archive.thread_time", lambda: 0.0)
    names = [f"{CLIENT.removesuffix('things_api.py')}a{number}_api.py" for number in range(10)]
    for code in ("#" + "a" * 280_000, "a, " * 19_500):
        *_, last = read(zipped(dict.fromkeys(names, code)))
        assert last.problems == (f"{names[9]}: there is more code than any wheel of Binance's has.",)


def test_a_documentation_longer_than_any_is_a_sentence() -> None:
    [page] = read(write_wheel(replace(PLAIN, description="(" * 15_000)))
    message = "its documentation has more than 15000 characters"
    assert page.problems == (f"line 7: post_sapi_v1_things_move was not read: {message}.",)


@pytest.mark.parametrize(
    ("annotation", "written"),
    [
        ("Optional[StrictStr]", ""),
        ("Optional[StrictBool]", False),
        ("Optional[StrictInt]", 0),
        ("Optional[Union[StrictFloat, StrictInt]]", 0.5),
        ("Optional[List[StrictStr]]", [""]),
        ("Optional[List[List[StrictInt]]]", [[0]]),
        ("Optional[Dict[str, Any]]", {}),
        ("Optional[Any]", None),
    ],
)
def test_a_field_of_a_response_has_its_type_and_description(annotation: str, written: object) -> None:
    files = modules(PLAIN)
    [name] = [name for name in files if name.endswith("things_move_response.py")]
    declared = f"    tran_id: {annotation} = Field(default=None, description='How  many', alias='tranId')\n"
    files[name] = f"class PostSapiV1ThingsMoveResponse(BaseModel):\n{declared}"
    sketch = read_one(zipped(files))[1].sketch
    assert sketch is not None
    assert parse_json_example(sketch.value).data == {"tranId": written}
    assert list(comments(sketch.value)) == [(("tranId",), "How many; perhaps returned at times")]


def test_records_of_any_depth_are_read_to_some_depth() -> None:
    _, version = read_one(write_wheel(replace(PLAIN, example=nested(100))))
    assert len(version.response_fields) == 8


def test_a_wheel_that_takes_longer_than_any_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.sources.sdk.archive._SECONDS", -1.0)
    assert refusal(write_wheel(PLAIN)) == "reading it takes more than -1 s, which no wheel of Binance's does."


def test_records_that_name_one_another_again_and_again_are_not_followed_without_end() -> None:
    names = ["PostSapiV1ThingsMoveResponse", *(f"R{number}" for number in range(7))]
    folder = "made_up_sdk.rest_api.models"
    records = {
        f"{folder.replace('.', '/')}/{path}.py": f"from {folder}.{below.lower()} import {below}\n"
        f"class {name}(BaseModel):\n" + f"    a: {below}\n" * 8
        for path, name, below in zip(
            ["post_sapi_v1_things_move_response", *map(str.lower, names[1:])], names, names[1:], strict=False
        )
    }
    [page] = read(zipped({**modules(PLAIN), **records}))
    message = "PostSapiV1ThingsMoveResponse has more than 2000 fields, which no response has"
    assert page.problems == (f"line 7: post_sapi_v1_things_move was not read: {message}.",)


def nested(depth: int) -> dict[str, Any]:
    return {"a": nested(depth - 1)} if depth else {"b": 1}


def test_a_record_that_holds_itself_ends() -> None:
    name = "PostSapiV1ThingsMoveResponse"
    path = "made_up_sdk/rest_api/models/post_sapi_v1_things_move_response.py"
    record = f"from made_up_sdk.rest_api.models.post_sapi_v1_things_move_response import {name}\nclass {name}(BaseModel):\n    a: {name}\n"
    _, version = read_one(zipped({**modules(PLAIN), path: record}))
    assert values_of(version.response_fields) == ["a"]


@pytest.mark.parametrize(
    "name", ["../outside.py", "/outside.py", "C:\\outside.py", "a/../../outside.py", f"../{CLIENT}"]
)
@pytest.mark.usefixtures("_here")
def test_names_that_lead_elsewhere_are_no_modules_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.parent.rglob("*"))
    page, _ = read_one(zipped({**modules(PLAIN), name: METHOD}))
    assert page.problems == ()
    assert sorted(tmp_path.parent.rglob("*")) == before


@pytest.mark.usefixtures("_here")
def test_no_code_of_a_wheel_is_run(tmp_path: Path) -> None:
    harm = f"import os\nos.mkdir({json.dumps(str(tmp_path / 'harm'))})\n"
    files = {name: harm + text for name, text in modules(PLAIN).items()}
    read_one(zipped({**files, "made_up_sdk/__init__.py": harm, "sitecustomize.py": harm, "setup.py": harm}))
    assert list(tmp_path.iterdir()) == []
