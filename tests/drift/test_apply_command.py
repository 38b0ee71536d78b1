"""`drift --apply`: what pages state is applied, the rest is listed, and then the spec states what the pages state."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.__main__ import main
from generator.drift.apply import ApplyReport, apply_accepted, apply_report
from generator.drift.compare import compare
from generator.drift.results import DriftReport, OperationResult
from generator.drift.update import ValueAdded, WeightUpdate
from generator.ir.build import build
from generator.openapi.document import Document
from generator.openapi.load import load, load_file
from generator.openapi.problems import SpecError
from generator.sources import CallLimit, Endpoint, Language, Page, PageWeight, read
from tests.excerpt import AUTO_COLLECTION, EARN, SUB_ACCOUNT, TRANSFER, excerpt
from tests.importer.filling import filled
from tests.sources.writer import FORMATS, LANGUAGES, Format, Row, WrittenPage, page_of, write

from .mutations import mutations
from .test_apply import TEXT

LATER = "2036-10-20"
"""A day after every one of which the spec was read."""
EXCERPTS = {path: excerpt(path).encode() for path in (AUTO_COLLECTION, SUB_ACCOUNT, EARN)}


def written(form: Format, halves: Sequence[WrittenPage]) -> list[Page]:
    if form == "markdown":
        return [read("page.md", write(form, *halves))]
    return [read(f"page.{half.language}.{form}", write(form, half)) for half in halves]


def applied(file: Path, pages: Sequence[Page]) -> ApplyReport:
    document = load_file(file, "spec.yaml")
    return apply_report(compare(document, build(document), pages), document, file, accept_text=True)


def compared(file: Path, pages: Sequence[Page]) -> OperationResult:
    document = load_file(file, "spec.yaml")
    [result] = compare(document, build(document), pages).operations
    return result


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("apply") / "spec.yaml"


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_what_a_page_changes_is_applied_and_then_the_page_is_the_same(file: Path, data: st.DataObject) -> None:
    source = EXCERPTS[data.draw(st.sampled_from(sorted(EXCERPTS)), label="path")]
    document = load("spec.yaml", source)
    [operation] = build(document).operations
    form = data.draw(st.sampled_from(FORMATS), label="format")
    languages = data.draw(st.sampled_from([LANGUAGES[:1], LANGUAGES[1:], LANGUAGES]), label="languages")
    halves = [page_of(document, operation, language) for language in languages]
    possible = [
        mutation for mutation in mutations(operation, halves[0]) if not mutation.english_only or languages[0] == "en"
    ]
    mutation = data.draw(st.sampled_from(possible), label="mutation")
    pages = written(form, [replace(mutation.change(half), taken=LATER) for half in halves])
    file.write_bytes(source)
    before = compared(file, pages)
    result = applied(file, pages)
    after = file.read_bytes()
    assert comments(after) == comments(source)

    manual = {difference.fact for difference in before.differences if difference.is_open and not difference.updates}
    manual |= {mutation.fact} if any("the generator would refuse it" in line for line in result.left) else set()
    file.write_bytes(filled(after))
    assert errors(file) == set()
    applied(file, pages)
    after = file.read_bytes()
    now = compared(file, pages)
    assert {difference.fact for difference in now.differences if difference.is_open} == manual
    days = {now.operation.pages[language].read for language in languages}
    assert (LATER in days) == (form == "markdown" and not manual), "only this format says of which day it is"
    assert applied(file, pages).applied == ()
    assert file.read_bytes() == filled(after)


def errors(file: Path) -> set[str]:
    try:
        build(load_file(file, "spec.yaml"))
    except SpecError as error:
        return {str(problem) for problem in error.problems}
    return set()


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


def halves_of(name: str, *languages: Language, **changes: Any) -> list[WrittenPage]:
    document = load_file(Path("spec.yaml"), "spec.yaml")
    [operation] = [operation for operation in build(document).operations if operation.name == name]
    every = [page_of(document, operation, language) for language in languages]
    return [
        replace(half, **{"taken": "2026-01-02", "rows": tuple(map(worded, half.rows)), **changes}) for half in every
    ]


def worded(row: Row) -> Row:
    """Give the values of a row words where the spec has none, as pages do."""
    return replace(row, values=tuple((value, text or f"Size {value}") for value, text in row.values))


def save_page(name: str, *languages: Language, **changes: Any) -> None:
    Path("pages", f"{name}.md").write_bytes(write("markdown", *halves_of(name, *languages, **changes)))


def run(*arguments: str) -> int:
    return main(["drift", "--apply", "--accept-text", "--spec", "spec.yaml", *arguments])


def without_sentences(file: Path) -> str:
    return re.sub(r", sentences: \[.*?\]", "", file.read_text())


def after_the_tables(text: str) -> list[str]:
    """Return what was applied and what was not, without the sentences that were recorded."""
    return [line for line in text.partition(".\n\n")[2].splitlines() if not line.endswith("page are recorded.")]


def test_the_command_lists_what_it_did_and_what_a_person_must_do(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_page("move", *LANGUAGES, weights=(PageWeight(120, "ip"),), taken="2026-03-04")
    save_page("ping", "en", titles=(("A \x1b[31mName", "TRADE"),), taken="2026-03-04")
    save_page("watch", "en", limits=(), taken="2026-03-04")
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
        "spec.yaml:51: GET /sapi/v1/ping: title is Ping here, and on the page en: A <U+001B>[31mName (pages/ping.md:6).",
        "spec.yaml:54: GET /sapi/v1/ping: security is NONE here, and on the page en: TRADE (pages/ping.md:6).",
        "spec.yaml:56: GET /sapi/v1/ping: the date of the en page stays until the rest is done.",
    ]
    assert (here / "spec.yaml").read_text().count("2026-03-04") == 3


def test_gaps_are_listed_with_their_location(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
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


def left_to_a_person(text: str) -> list[str]:
    return text.partition("Left to a person:\n")[2].splitlines()


@pytest.mark.parametrize(
    ("name", "changes", "update", "error"),
    [
        (
            "move",
            {"weights": (PageWeight(0, "ip"),)},
            "17: POST /sapi/v1/move: weight 100 -> 0",
            "weight is 0; {}1 or more",
        ),
        ("watch", {"limits": (CallLimit(0, 60),)}, "42: GET /sapi/v1/watch: calls 10 -> 0", "calls is 0; {}1 or more"),
        (
            "ping",
            {"taken": "2026-13-45"},
            "57: GET /sapi/v1/ping: en page read 2026-01-02 -> 2026-13-45",
            "read is '2026-13-45'; {}a date",
        ),
    ],
)
def test_what_the_generator_would_refuse_is_left_to_a_person(
    here: Path, capsys: pytest.CaptureFixture[str], *, name: str, changes: dict[str, Any], update: str, error: str
) -> None:
    save_page("move", *LANGUAGES, weights=(PageWeight(120, "ip"),))
    save_page(name, "en", **changes)
    assert run("pages") == 1
    refused = "This is not applied, since the generator would refuse it"
    assert f"spec.yaml:{update}. {refused}: {error.format('it must be ')}." in left_to_a_person(capsys.readouterr().out)
    assert errors(here / "spec.yaml") == set()
    assert ("weight: 120}" in (here / "spec.yaml").read_text()) == (name != "move"), "the other changes are made"


def test_of_new_values_only_those_are_left_that_the_generator_would_refuse() -> None:
    source = TEXT.replace("enum: [1, 5]", "enum: [A, B]").replace(
        "type: integer\n      enum", "type: string\n      enum"
    )
    names = ("A_B", "A-B", "C")
    updates = [
        ValueAdded(Endpoint(*endpoint), "size", name, {}, ("A", *names))
        for name in names
        for endpoint in (("POST", "/sapi/v1/move"), ("GET", "/sapi/v1/watch"))
    ]
    result, refused = apply_accepted(
        "spec.yaml", source.encode(), [*updates, WeightUpdate(updates[0].endpoint, "weight", 0)]
    )
    assert [(refusal.message, refusal.problems[0].message) for refusal in refused] == [
        (
            "POST /sapi/v1/move: size has the new value A-B.",
            "the enum values 'A_B' and 'A-B' both become the member A_B; give one a title.",
        ),
        ("POST /sapi/v1/move: weight 100 -> 0.", "weight is 0; it must be 1 or more."),
    ]
    assert b"enum: [A, A_B, C, B]" in result.source


def test_a_value_of_which_the_spec_makes_use_is_not_removed(file: Path) -> None:
    """An example has the value, a condition too."""
    file.write_text(excerpt(TRANSFER), encoding="utf-8")
    document = load_file(file, "spec.yaml")
    [transfer] = [operation for operation in build(document).operations if operation.moves_funds]
    page = page_of(document, transfer, "zh-CN")
    gone = ("MAIN_UMFUTURE", "MARGIN_ISOLATEDMARGIN", "MAIN_CMFUTURE")
    kinds = replace(page.rows[0], values=tuple(pair for pair in page.rows[0].values if pair[0] not in gone))
    result = applied(file, written("markdown", [replace(page, rows=(kinds, *page.rows[1:]), taken=LATER)]))
    [recorded, line] = result.applied
    assert recorded.endswith("page are recorded.")
    assert line.endswith("POST /sapi/v1/asset/transfer: type has no value MAIN_CMFUTURE any more.")
    refused = [line for line in result.left if "the generator would refuse it" in line]
    assert {"no value MAIN_UMFUTURE" in line for line in refused} == {True}
    assert any("MARGIN_ISOLATEDMARGIN" in line for line in result.left), "the page has it in a condition"
    assert errors(file) == set()
    assert LATER not in file.read_text(encoding="utf-8")


def test_a_new_value_of_a_transfer_holds_for_its_history_too(file: Path) -> None:
    """The page of the history does not list the values."""
    file.write_text(excerpt(TRANSFER), encoding="utf-8")
    document = load_file(file, "spec.yaml")
    [transfer] = [operation for operation in build(document).operations if operation.moves_funds]
    page = page_of(document, transfer, "en")
    kinds = replace(page.rows[0], values=(("MAIN_MOON", "To the moon"), *page.rows[0].values))
    result = applied(file, written("markdown", [replace(page, rows=(kinds, *page.rows[1:]))]))
    assert [
        line
        for line in result.applied
        if line.endswith("POST /sapi/v1/asset/transfer: type has the new value MAIN_MOON.")
    ]
    assert not any("is used by" in line for line in result.left)


def test_texts_that_name_what_was_there_are_listed_and_the_date_waits(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = "[{description: Both pages say 100 per IP; 1000 is gone., x-binance-zh: '两页都是 100 次，而不是 1000。'}]"
    file = here / "spec.yaml"
    file.write_text(
        TEXT.replace("      x-binance-moves-funds", f"      x-binance-note: {note}\n      x-binance-moves-funds")
    )
    save_page("move", "en", weights=(PageWeight(120, "ip"),), taken="2026-03-04")
    assert run("pages") == 1
    names = "POST /sapi/v1/move: weight 100 -> 120. This text names 100; see whether it still holds."
    assert left_to_a_person(capsys.readouterr().out)[:2] == [
        f"spec.yaml:18: {names}",
        "spec.yaml:21: POST /sapi/v1/move: the date of the en page stays until the rest is done.",
    ]
    assert run("pages") == 0
    assert "en page read 2026-01-02 -> 2026-03-04." in capsys.readouterr().out


def test_nothing_is_applied_from_a_copy_that_is_older_than_the_spec(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_page("move", *LANGUAGES, weights=(PageWeight(59, "ip"),), taken="2025-03-15")
    save_page("watch", "en", taken="2025-03-15")
    assert run("pages") == 1
    output = capsys.readouterr().out
    old = "line 3: it is of 2025-03-15, older than the {} page of 2026-01-02 that the spec was read from; nothing that "
    old += "differs is applied from it, and notes that explain nothing of it stay."
    assert output.startswith(
        f"## Older than the spec\n\n- `pages/move.md`: {old.format('English')} {old.format('Chinese')}\n\n## Move: drift"
    )
    assert left_to_a_person(output) == [
        (
            "spec.yaml:17: POST /sapi/v1/move: weight is 100 per IP here, and stated is en: 59 per IP (pages/move.md:18); "
            "zh-CN: 59 per IP (pages/move.md:51); only a source that is older than what the spec was read from states it; "
            "read the newest one before changing anything."
        )
    ]
    assert (here / "spec.yaml").read_text() == TEXT
    assert main(["drift", "--json", "--spec", "spec.yaml", "pages"]) == 1
    [move, watch] = json.loads(capsys.readouterr().out)["pages"]
    assert (move["verdict"], watch["verdict"], watch["message"]) == ("drift", "same", None)
    assert move["message"].startswith("line 3: it is of 2025-03-15")


def test_nothing_is_written_where_the_pages_say_the_same(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_page("move", *LANGUAGES)
    assert run("pages") == 0
    capsys.readouterr()
    before = (here / "spec.yaml").stat().st_mtime_ns
    assert run("pages") == 0
    assert after_the_tables(capsys.readouterr().out) == ["Nothing was applied."]
    assert (here / "spec.yaml").stat().st_mtime_ns == before


@pytest.mark.usefixtures("here")
def test_a_page_that_was_not_read_is_listed_and_one_without_a_date(capsys: pytest.CaptureFixture[str]) -> None:
    [half] = halves_of("move", "zh-CN", weights=(PageWeight(61, "ip"),))
    Path("pages/move.txt").write_bytes(write("text", half))
    assert run("pages") == 0
    output = capsys.readouterr().out
    assert "1 page: 1 drift.\nNo English page was read of: Move.\nNo page was read of: Watch, Ping.\n" in output
    assert after_the_tables(output) == [
        "Applied:",
        "spec.yaml:17: POST /sapi/v1/move: weight 100 -> 61.",
        "",
        "Not every page was read:",
        "POST /sapi/v1/move: the en page may say something else than was applied.",
        "",
        "Not every page has a date:",
        (
            "POST /sapi/v1/move: read of the zh-CN page stays 2026-01-02; write the day of the copy there, if it is "
            "later."
        ),
    ]


def test_pages_that_disagree_are_not_applied(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    english, chinese = halves_of("move", *LANGUAGES)
    Path("pages/move.md").write_bytes(write("markdown", replace(english, weights=(PageWeight(61, "ip"),)), chinese))
    assert run("pages") == 1
    assert after_the_tables(capsys.readouterr().out) == [
        "Applied:",
        "",
        "Left to a person:",
        (
            "spec.yaml:17: POST /sapi/v1/move: weight is 100 per IP here, and on the page en: 61 per IP "
            "(pages/move.md:18); the pages disagree."
        ),
    ]
    assert without_sentences(here / "spec.yaml") == TEXT


def test_a_page_that_is_refused_counts_more(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_page("move", *LANGUAGES, weights=(PageWeight(120, "ip"),))
    Path("pages/other.md").write_bytes(b"Log in to go on.")
    assert run("pages") == 2
    assert "Applied:\nspec.yaml:17: POST /sapi/v1/move: weight 100 -> 120.\n" in capsys.readouterr().out
    assert "weight: 120}" in (here / "spec.yaml").read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TEXT.replace("weight: 100}", "weight: 70}"),
            "spec.yaml was changed meanwhile; nothing was written. Run the command again.",
        ),
        ("a: [", ": this is not YAML: "),
    ],
)
def test_a_spec_that_changed_meanwhile_is_not_written(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    save_page("move", *LANGUAGES, weights=(PageWeight(120, "ip"),))

    def meanwhile(report: DriftReport, document: Document, file: Path, *, accept_text: bool) -> ApplyReport:
        file.write_text(text)
        return apply_report(report, document, file, accept_text=accept_text)

    monkeypatch.setattr("generator.drift.command.apply_report", meanwhile)
    assert run("pages") == 2
    assert message in capsys.readouterr().err
    assert (here / "spec.yaml").read_text() == text


@pytest.mark.parametrize("arguments", [["--json"], ["--apply"], []])
def test_what_no_terminal_can_print_is_printed_all_the_same(
    here: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_page("move", *LANGUAGES, weights=(PageWeight(120, "ip"),))
    [half] = halves_of("ping", "en", example={"a": "转"})
    Path("pages/ping.md").write_bytes(write("markdown", half).replace("转".encode(), rb"\ud800"))
    written = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(written, encoding="cp1252"))
    assert main(["drift", "--spec", "spec.yaml", *arguments, "pages"]) == 1
    output = written.getvalue().decode()
    assert "d800" in output.lower()
    assert ("weight 100 -> 120." in output) == ("weight: 120}" in (here / "spec.yaml").read_text())


def test_json_is_for_reading_only(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["drift", "--apply", "--json", "page.md"])
    assert end.value.code == 2
    assert "argument --json: not allowed with argument --apply" in capsys.readouterr().err
