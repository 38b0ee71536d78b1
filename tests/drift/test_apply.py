"""What pages say is taken over into the spec where that needs no person, and a person is told of the rest."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.__main__ import main
from generator.build import build
from generator.document import Document
from generator.drift.apply import apply
from generator.drift.changes import (
    Change,
    LimitChanged,
    ParameterAdded,
    RequiredChanged,
    ScopeChanged,
    SourceDate,
    ValueAdded,
    ValueRemoved,
    WeightChanged,
)
from generator.drift.compare import Report, compare
from generator.drift.takeover import TakenOver, take_over
from generator.load import load
from generator.pages import CallLimit, Endpoint, Language, Page, Parameter, Weight, read

from .conftest import SPEC, Spec
from .filling import filled
from .mutations import mutations
from .writer import FORMATS, LANGUAGES, Format, Row, Said, said, write

TEXT = """\
openapi: 3.1.0
info: {title: Test, version: 1.2.3, x-binance-zh: 测试}
servers:
  - {url: https://api.example.com}
x-binance-rate-limits:
  ip: {weight: 1200, seconds: 60}
x-binance-wallets:
  MAIN: {description: Main wallet, x-binance-zh: 主钱包}
paths:
  /sapi/v1/move:
    post:  # the first
      operationId: move
      summary: Move
      x-binance-zh: 划转
      security: []
      x-binance-security: NONE
      x-binance-weight: {scope: ip, weight: 100}  # as of May
      x-binance-moves-funds: true
      x-binance-source:
        en: {url: https://example.com/move, read: '2026-01-02'}
        zh-CN: {url: https://example.com/zh-CN/move, read: '2026-01-02'}
      parameters:
        # Which way.
        - name: kind
          in: query
          required: true
          schema: {$ref: '#/components/schemas/Kind'}
        - {name: size, in: query, schema: {$ref: '#/components/schemas/Size'}}
        - $ref: '#/components/parameters/window'
      responses:
        '200': {$ref: '#/components/responses/Done'}
  /sapi/v1/watch:
    get:
      operationId: watch
      summary: Watch
      x-binance-zh: 查询
      security: []
      x-binance-security: NONE
      x-binance-weight:
        scope: ip
        weight: 1
      x-binance-call-limit: {calls: 10, seconds: 60}
      x-binance-source: {en: {url: https://example.com/watch, read: '2026-01-02'}}
      parameters:
        - {name: size, in: query, schema: {$ref: '#/components/schemas/Size'}}
        - $ref: '#/components/parameters/window'
      responses:
        '200': {$ref: '#/components/responses/Done'}
  /sapi/v1/ping:
    get:
      operationId: ping
      summary: Ping
      x-binance-zh: 测试连通
      security: []
      x-binance-security: NONE
      x-binance-weight: {scope: ip, weight: 1}
      x-binance-source: {en: {url: https://example.com/ping, read: '2026-01-02'}}
      responses:
        '200': {$ref: '#/components/responses/Done'}
components:
  parameters:
    window: {name: window, in: query, required: false, schema: {type: integer}, example: 5}
  responses:
    Done:
      description: Done.
      x-binance-zh: 完成。
      content: {application/json: {schema: {type: object, properties: {}}, example: {}}}
  schemas:
    Kind:
      type: string
      oneOf:
        - const: IN
          description: Into it.
          x-binance-zh: 转入。
          x-binance-moves: {from: MAIN, to: MAIN}
        - const: OUT
          description: Out of it.
          x-binance-zh: 转出。
    Size:
      type: integer
      enum: [1, 5]

    # The end.
"""
MOVE, WATCH = Endpoint("POST", "/sapi/v1/move"), Endpoint("GET", "/sapi/v1/watch")
PING = Endpoint("GET", "/sapi/v1/ping")


def lines(before: bytes, after: bytes) -> list[str]:
    """Return the lines that went and came, as a diff shows them."""
    old, new = before.decode().splitlines(), after.decode().splitlines()
    return [
        line
        for line in difflib.unified_diff(old, new, n=0, lineterm="")
        if line[:1] in "+-" and line[:3] not in ("---", "+++")
    ]


CASES: dict[str, tuple[Sequence[Change], list[str], list[str]]] = {
    "a weight": (
        [WeightChanged(MOVE, 150)],
        [
            "-      x-binance-weight: {scope: ip, weight: 100}  # as of May",
            "+      x-binance-weight: {scope: ip, weight: 150}  # as of May",
        ],
        ["17: POST /sapi/v1/move: weight 100 -> 150."],
    ),
    "a weight that stands in a line of its own": (
        [WeightChanged(WATCH, 2), ScopeChanged(WATCH, "uid")],
        ["-        scope: ip", "-        weight: 1", "+        scope: uid", "+        weight: 2"],
        ["40: GET /sapi/v1/watch: scope ip -> uid.", "41: GET /sapi/v1/watch: weight 1 -> 2."],
    ),
    "a cap": (
        [LimitChanged(WATCH, CallLimit(20, 60))],
        [
            "-      x-binance-call-limit: {calls: 10, seconds: 60}",
            "+      x-binance-call-limit: {calls: 20, seconds: 60}",
        ],
        ["42: GET /sapi/v1/watch: calls 10 -> 20."],
    ),
    "a cap in both ways": (
        [LimitChanged(WATCH, CallLimit(20, 3600))],
        [
            "-      x-binance-call-limit: {calls: 10, seconds: 60}",
            "+      x-binance-call-limit: {calls: 20, seconds: 3600}",
        ],
        ["42: GET /sapi/v1/watch: calls 10 -> 20. seconds 60 -> 3600."],
    ),
    "a cap that is new": (
        [LimitChanged(MOVE, CallLimit(5, 1))],
        ["+      x-binance-call-limit: {calls: 5, seconds: 1}"],
        ["18: POST /sapi/v1/move: a cap of 5 calls per 1 seconds is new."],
    ),
    "a cap that is gone": (
        [LimitChanged(WATCH, None)],
        ["-      x-binance-call-limit: {calls: 10, seconds: 60}"],
        ["34: GET /sapi/v1/watch: the cap of 10 calls per 60 seconds is gone."],
    ),
    "a parameter that may be left out now": (
        [RequiredChanged(MOVE, "kind", required=False)],
        ["-          required: true", "+          required: false"],
        ["26: POST /sapi/v1/move: kind required true -> false."],
    ),
    "a parameter that must be sent now, of which the spec said nothing": (
        [RequiredChanged(MOVE, "size", required=True)],
        [
            "-        - {name: size, in: query, schema: {$ref: '#/components/schemas/Size'}}",
            "+        - {name: size, in: query, required: true, schema: {$ref: '#/components/schemas/Size'}}",
        ],
        ["28: POST /sapi/v1/move: size required false -> true."],
    ),
    "a shared parameter, on every page": (
        [RequiredChanged(MOVE, "window", required=True), RequiredChanged(WATCH, "window", required=True)],
        [
            "-    window: {name: window, in: query, required: false, schema: {type: integer}, example: 5}",
            "+    window: {name: window, in: query, required: true, schema: {type: integer}, example: 5}",
        ],
        ["62: POST /sapi/v1/move: window required false -> true."],
    ),
    "values with words": (
        [
            ValueAdded(MOVE, "kind", "ASIDE", "IN", {"en": "To the side", "zh-CN": "旁边"}),
            ValueAdded(MOVE, "kind", "UP", "ASIDE"),
        ],
        [
            "+        - const: ASIDE",
            "+          description: '??? Say in English what the value means. The page says: To the side'",
            "+          x-binance-zh: '??? Say in Chinese what the value means. The page says: 旁边'",
            "+          x-binance-moves: {from: '??? Name the wallet.', to: '??? Name the wallet.'}",
            "+        - const: UP",
            "+          description: '??? Say in English what the value means.'",
            "+          x-binance-zh: '??? Say in Chinese what the value means.'",
            "+          x-binance-moves: {from: '??? Name the wallet.', to: '??? Name the wallet.'}",
        ],
        ["76: POST /sapi/v1/move: kind has the new value ASIDE.", "80: POST /sapi/v1/move: kind has the new value UP."],
    ),
    "values that stand behind the same one": (
        [ValueAdded(MOVE, "size", each, "1") for each in ("2", "3")]
        + [ValueAdded(WATCH, "size", each, "1") for each in ("2", "3")],
        ["-      enum: [1, 5]", "+      enum: [1, 2, 3, 5]"],
        ["81: POST /sapi/v1/move: size has the new value 2.", "81: POST /sapi/v1/move: size has the new value 3."],
    ),
    "a value that is gone": (
        [ValueRemoved(MOVE, "kind", "OUT")],
        ["-        - const: OUT", "-          description: Out of it.", "-          x-binance-zh: 转出。"],
        ["72: POST /sapi/v1/move: kind has no value OUT any more."],
    ),
    "a parameter": (
        [ParameterAdded(MOVE, Parameter("note", "STRING", required=False, text="Words of yours"), "kind")],
        [
            "+        - name: note",
            "+          in: query",
            "+          required: false",
            "+          description: '??? Say in English what the parameter is. The page says: Words of yours'",
            "+          x-binance-zh: '??? Say in Chinese what the parameter is.'",
            "+          schema: {type: string, minLength: 1}",
        ],
        ["28: POST /sapi/v1/move: note is a new parameter."],
    ),
    "the first parameter": (
        [ParameterAdded(PING, Parameter("limit", "INT", False, "", (), Decimal(1), Decimal(100), "10"), None)],  # noqa: FBT003
        [
            "+      parameters:",
            "+        - name: limit",
            "+          in: query",
            "+          required: false",
            "+          description: '??? Say in English what the parameter is.'",
            "+          x-binance-zh: '??? Say in Chinese what the parameter is.'",
            "+          schema: {type: integer, format: int32, minimum: 1, maximum: 100, default: 10}",
        ],
        ["59: GET /sapi/v1/ping: limit is a new parameter."],
    ),
    "a parameter with values": (
        [ParameterAdded(PING, Parameter("side", "ENUM", required=False, text="", values=(("BUY", "Buys"),)), None)],
        [
            "+      parameters:",
            "+        - name: side",
            "+          in: query",
            "+          required: false",
            "+          description: '??? Say in English what the parameter is.'",
            "+          x-binance-zh: '??? Say in Chinese what the parameter is.'",
            "+          schema: {$ref: '#/components/schemas/PingSide'}",
            "+    PingSide:",
            "+      type: string",
            "+      description: '??? Say in English what the values tell apart.'",
            "+      x-binance-zh: '??? Say in Chinese what the values tell apart.'",
            "+      oneOf:",
            "+        - const: BUY",
            "+          description: '??? Say in English what the value means. The page says: Buys'",
            "+          x-binance-zh: '??? Say in Chinese what the value means.'",
            "+",
        ],
        ["59: GET /sapi/v1/ping: side is a new parameter."],
    ),
    "a date": (
        [SourceDate(MOVE, "en", "2026-02-03")],
        [
            "-        en: {url: https://example.com/move, read: '2026-01-02'}",
            "+        en: {url: https://example.com/move, read: '2026-02-03'}",
        ],
        ["20: POST /sapi/v1/move: en page read 2026-01-02 -> 2026-02-03."],
    ),
    "a date of before": ([SourceDate(MOVE, "en", "2025-02-03")], [], []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_an_edit_of_the_lines_that_say_it(name: str) -> None:
    changes, diff, told = CASES[name]
    result = apply("spec.yaml", TEXT.encode(), changes)
    assert lines(TEXT.encode(), result.source) == diff
    assert [f"{each.line}: {each.sentence}" for each in result.applied] == told
    assert result.left == ()
    again = apply("spec.yaml", result.source, changes)
    assert (again.source, again.applied, again.left) == (result.source, (), ())


@pytest.mark.parametrize("name", CASES)
def test_the_edited_spec_has_no_mistake_but_gaps(name: str, tmp_path: Path) -> None:
    source = apply("spec.yaml", TEXT.encode(), CASES[name][0]).source.replace(b"scope: uid", b"scope: ip")
    (tmp_path / "spec.yaml").write_bytes(filled(source))
    build(load(tmp_path / "spec.yaml", "spec.yaml"))


LEFT: dict[str, tuple[Sequence[Change], list[str]]] = {
    "an operation that is not there": (
        [WeightChanged(Endpoint("GET", "/sapi/v1/move"), 1)],
        ["GET /sapi/v1/move: the spec has no such operation."],
    ),
    "a parameter that is not there": (
        [RequiredChanged(MOVE, "kinds", required=False)],
        ["POST /sapi/v1/move: there is no parameter kinds; there are: kind, size, window. Did you mean kind?"],
    ),
    "a value of a parameter that has none": (
        [ValueAdded(MOVE, "window", "5")],
        ["POST /sapi/v1/move: window lists no values; decide whether 5 makes an enum of it."],
    ),
    "a value that is no number": (
        [ValueAdded(WATCH, "size", "big")],
        ["GET /sapi/v1/watch: size takes numbers, and big is none."],
    ),
    "a value that others have too": (
        [ValueAdded(WATCH, "size", "7")],
        ["GET /sapi/v1/watch: Size is used by POST /sapi/v1/move too; decide."],
    ),
    "a shared parameter, on one page": (
        [RequiredChanged(MOVE, "window", required=True)],
        ["POST /sapi/v1/move: window is used by GET /sapi/v1/watch too; decide."],
    ),
    "the last value": (
        [ValueRemoved(MOVE, "kind", "IN"), ValueRemoved(MOVE, "kind", "OUT")],
        ["POST /sapi/v1/move: spec.yaml:72:11: 0 is the only one there; what remains would be empty."],
    ),
    "a parameter that must be sent": (
        [ParameterAdded(MOVE, Parameter("must", "LONG", required=True, text=""))],
        ["POST /sapi/v1/move: must is new and may have to be sent; write it, since every caller must change."],
    ),
    "a parameter of which nobody knows": (
        [ParameterAdded(MOVE, Parameter("must", "LONG", required=None, text=""))],
        ["POST /sapi/v1/move: must is new and may have to be sent; write it, since every caller must change."],
    ),
    "a page in another language": (
        [SourceDate(PING, "zh-CN", "2026-02-03")],
        ["GET /sapi/v1/ping: x-binance-source names no page in zh-CN; write it."],
    ),
    "the date of a page of which something is left": (
        [SourceDate(MOVE, "en", "2026-02-03"), ValueAdded(MOVE, "window", "5"), SourceDate(WATCH, "en", "2025-01-01")],
        [
            "POST /sapi/v1/move: window lists no values; decide whether 5 makes an enum of it.",
            "POST /sapi/v1/move: the date of the en page stays until the rest is done.",
        ],
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_needs_a_person_is_told(name: str) -> None:
    changes, told = LEFT[name]
    assert list(apply("spec.yaml", TEXT.encode(), changes).left) == told


# From pages.


def written(form: Format, halves: Sequence[Said]) -> list[Page]:
    if form == "markdown":
        return [read("page.md", write(form, *halves))]
    return [read(f"page.{half.language}.{form}", write(form, half)) for half in halves]


def against(file: Path, pages: Sequence[Page]) -> Report:
    document = load(file, "spec.yaml")
    return compare(document, build(document), pages)


def taken_over(file: Path, pages: Sequence[Page]) -> TakenOver:
    document = load(file, "spec.yaml")
    return take_over(compare(document, build(document), pages), document, file)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("apply") / "spec.yaml"


# What a call does to wallets is held against other facts, and says no to some changes of them.
WITHOUT_EFFECTS = re.sub(rb"(?m)^      x-binance-effect:\n        .*\n", b"", SPEC.read_bytes())
READ: list[tuple[Language, ...]] = [("en",), ("zh-CN",), LANGUAGES]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_a_page_changes_is_taken_over_and_then_the_page_is_the_same(
    spec: Spec, file: Path, data: st.DataObject
) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations), label="operation")
    form = data.draw(st.sampled_from(FORMATS), label="format")
    languages = data.draw(st.sampled_from(READ), label="languages")
    halves = [said(spec.document, operation, language) for language in languages]
    possible = [each for each in mutations(operation, halves[0]) if not each.english_only or languages[0] == "en"]
    mutation = data.draw(st.sampled_from(possible), label="mutation")
    pages = written(form, [replace(mutation.change(half), taken="2026-10-20") for half in halves])
    file.write_bytes(WITHOUT_EFFECTS)
    [before] = against(file, pages).operations
    taken = taken_over(file, pages)
    after = file.read_bytes()
    assert comments(after) == comments(WITHOUT_EFFECTS)

    shared = any(" is used by " in line for line in taken.left)
    manual = {each.fact for each in before.differences if each.finding != "explained" and not each.changes}
    manual |= {mutation.fact} if shared else set()
    file.write_bytes(filled(after))
    [now] = against(file, pages).operations
    assert {each.fact for each in now.differences if each.finding != "explained"} == manual
    days = {now.operation.pages[language].read for language in languages}
    assert ("2026-10-20" in days) == (form == "markdown" and not manual), "only this format says of which day it is"
    assert taken_over(file, pages).applied == ()
    assert file.read_bytes() == filled(after)


def comments(source: bytes) -> list[bytes]:
    return [line for line in source.splitlines() if line.lstrip().startswith(b"#")]


# The command.


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a spec, so that it is spec.yaml in messages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text(TEXT)
    (tmp_path / "pages").mkdir()
    return tmp_path


def halves_of(name: str, *languages: Language, **changes: Any) -> list[Said]:
    document = load(Path("spec.yaml"), "spec.yaml")
    [operation] = [each for each in build(document).operations if each.name == name]
    every = [said(document, operation, language) for language in languages]
    return [
        replace(half, **{"taken": "2026-01-02", "rows": tuple(map(worded, half.rows)), **changes}) for half in every
    ]


def worded(row: Row) -> Row:
    """Give the values of a row words where the spec has none, as pages do."""
    return replace(row, values=tuple((value, text or f"Size {value}") for value, text in row.values))


def page_of(name: str, *languages: Language, **changes: Any) -> None:
    Path("pages", f"{name}.md").write_bytes(write("markdown", *halves_of(name, *languages, **changes)))


def run(*arguments: str) -> int:
    return main(["drift", "--apply", "--spec", "spec.yaml", *arguments])


def after_the_tables(text: str) -> list[str]:
    return text.partition(".\n\n")[2].splitlines()


def test_the_command_tells_what_it_did_and_what_a_person_must_do(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page_of("move", *LANGUAGES, weights=(Weight(120, "ip"),), taken="2026-03-04")
    page_of("ping", "en", titles=(("A New Name", "TRADE"),), taken="2026-03-04")
    page_of("watch", "en", limits=(), taken="2026-03-04")
    assert run("pages") == 1
    output = capsys.readouterr().out
    assert "| weight | `100 per IP` `spec.yaml:17` | `120 per IP` `pages/move.md:18` |" in output
    assert after_the_tables(output) == [
        "Applied:",
        "spec.yaml:17: POST /sapi/v1/move: weight 100 -> 120.",
        "spec.yaml:20: POST /sapi/v1/move: en page read 2026-01-02 -> 2026-03-04.",
        "spec.yaml:21: POST /sapi/v1/move: zh-CN page read 2026-01-02 -> 2026-03-04.",
        "spec.yaml:34: GET /sapi/v1/watch: the cap of 10 calls per 60 seconds is gone.",
        "spec.yaml:42: GET /sapi/v1/watch: en page read 2026-01-02 -> 2026-03-04.",
        "",
        "Left to a person:",
        "spec.yaml:51: GET /sapi/v1/ping: title is Ping here, and on the page en: A New Name (pages/ping.md:6).",
        "spec.yaml:54: GET /sapi/v1/ping: security is NONE here, and on the page en: TRADE (pages/ping.md:6).",
        "GET /sapi/v1/ping: the date of the en page stays until the rest is done.",
    ]
    assert lines(TEXT.encode(), (here / "spec.yaml").read_bytes()) == [
        "-      x-binance-weight: {scope: ip, weight: 100}  # as of May",
        "+      x-binance-weight: {scope: ip, weight: 120}  # as of May",
        "-        en: {url: https://example.com/move, read: '2026-01-02'}",
        "-        zh-CN: {url: https://example.com/zh-CN/move, read: '2026-01-02'}",
        "+        en: {url: https://example.com/move, read: '2026-03-04'}",
        "+        zh-CN: {url: https://example.com/zh-CN/move, read: '2026-03-04'}",
        "-      x-binance-call-limit: {calls: 10, seconds: 60}",
        "-      x-binance-source: {en: {url: https://example.com/watch, read: '2026-01-02'}}",
        "+      x-binance-source: {en: {url: https://example.com/watch, read: '2026-03-04'}}",
    ]


def test_gaps_are_told_with_their_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [half] = halves_of("ping", "en")
    Path("pages/ping.md").write_bytes(write("markdown", replace(half, rows=(Row("note", "STRING", "NO", "Words"),))))
    assert run("pages") == 1
    assert after_the_tables(capsys.readouterr().out) == [
        "Applied:",
        "spec.yaml:59: GET /sapi/v1/ping: note is a new parameter.",
        "",
        "Left to a person:",
        (
            "spec.yaml:62:24: a gap is left to fill: Say in English what the parameter is. The page says: Words. "
            "Write what belongs here in the place of ???."
        ),
        (
            "spec.yaml:63:25: a gap is left to fill: Say in Chinese what the parameter is. "
            "Write what belongs here in the place of ???."
        ),
    ]
    assert main(["--spec", str(here / "spec.yaml"), "--out", str(here / "out")]) == 2
    assert not (here / "out").exists()


def test_nothing_is_written_where_the_pages_say_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page_of("move", *LANGUAGES)
    before = (here / "spec.yaml").stat().st_mtime_ns
    assert run("pages") == 0
    assert after_the_tables(capsys.readouterr().out) == ["Nothing was applied."]
    assert (here / "spec.yaml").stat().st_mtime_ns == before


@pytest.mark.usefixtures("here")
def test_a_page_that_was_not_read_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    [half] = halves_of("move", "zh-CN", weights=(Weight(61, "ip"),))
    Path("pages/move.txt").write_bytes(write("text", half))
    assert run("pages") == 0
    assert after_the_tables(capsys.readouterr().out) == [
        "Applied:",
        "spec.yaml:17: POST /sapi/v1/move: weight 100 -> 61.",
        "",
        "Not every page was read:",
        "POST /sapi/v1/move: the en page may say something else than was taken over.",
    ]


def test_pages_that_disagree_are_not_applied(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    english, chinese = halves_of("move", *LANGUAGES)
    Path("pages/move.md").write_bytes(write("markdown", replace(english, weights=(Weight(61, "ip"),)), chinese))
    assert run("pages") == 1
    assert after_the_tables(capsys.readouterr().out) == [
        "Nothing was applied.",
        "",
        "Left to a person:",
        (
            "spec.yaml:17: POST /sapi/v1/move: weight is 100 per IP here, and on the page en: 61 per IP "
            "(pages/move.md:18); the pages disagree."
        ),
    ]
    assert (here / "spec.yaml").read_text() == TEXT


def test_a_page_that_is_refused_counts_more(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page_of("move", *LANGUAGES, weights=(Weight(120, "ip"),))
    Path("pages/other.md").write_bytes(b"Log in to go on.")
    assert run("pages") == 2
    assert "Applied:\nspec.yaml:17: POST /sapi/v1/move: weight 100 -> 120.\n" in capsys.readouterr().out
    assert "weight: 120}" in (here / "spec.yaml").read_text()


def test_a_spec_that_changed_meanwhile_is_not_written(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page_of("move", *LANGUAGES, weights=(Weight(120, "ip"),))
    file = here / "spec.yaml"

    def meanwhile(report: Report, document: Document, spec: Path) -> TakenOver:
        file.write_text(TEXT.replace("weight: 100}", "weight: 70}"))
        return take_over(report, document, spec)

    monkeypatch.setattr("generator.drift.command.take_over", meanwhile)
    assert run("pages") == 2
    assert capsys.readouterr().err == "spec.yaml was changed meanwhile; nothing was written. Run the command again.\n"
    assert "weight: 70}" in file.read_text()


def test_json_is_for_reading_only(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["drift", "--apply", "--json", "page.md"])
    assert end.value.code == 2
    assert "argument --json: not allowed with argument --apply" in capsys.readouterr().err
