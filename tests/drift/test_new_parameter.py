"""A new parameter of an operation that moves funds is drafted, and a person has to say what it changes before anything is generated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.ir.build import build
from generator.openapi.document import at, read
from generator.openapi.edit import Editor
from generator.openapi.load import load_file
from generator.openapi.problems import SpecError
from tests.excerpt import excerpt
from tests.importer.filling import filled, gaps
from tests.sources.writer import Row, page_of, write
from tests.specs import call, spec

from . import comparing

COLLECTION = "/sapi/v1/portfolio/asset-collection"
LATER = "2036-10-20"
TOGETHER = "Send it together with futureType, or neither."
ROWS = (Row("amount", "DECIMAL", "NO", TOGETHER), Row("futureType", "STRING", "NO", "Which one."))
FILE = Path("spec.yaml")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with a spec of one collection, the sentences of whose page are recorded."""
    monkeypatch.chdir(tmp_path)
    FILE.write_text(excerpt(COLLECTION), encoding="utf-8")
    save_page()
    assert apply("--accept-text") == 0


def save_page(*rows: Row, taken: str = "2026-01-15") -> None:
    document = load_file(FILE, "spec.yaml")
    halves = [page_of(document, build(document).operations[0], language) for language in ("en", "zh-CN")]
    changed = [replace(half, rows=(half.rows[0], *rows, *half.rows[1:]), taken=taken) for half in halves]
    Path("page.md").write_bytes(write("markdown", *changed))


def apply(*options: str) -> int:
    return main(["drift", "--apply", *options, "--spec", "spec.yaml", "page.md"])


def left(capsys: pytest.CaptureFixture[str]) -> Sequence[str]:
    return capsys.readouterr().out.partition("Left to a person:\n")[2].splitlines()


def operation() -> object:
    return at(read("spec.yaml", FILE.read_bytes()).data, ("paths", COLLECTION, "post"))


def test_the_effect_and_the_conditions_are_gaps_that_the_generator_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    save_page(*ROWS, taken=LATER)
    assert apply("--accept-text") == 1
    assert at(operation(), ("x-binance-effect", "collect")) == {
        "from": ["UMFUTURE", "CMFUTURE"],
        "to": "MARGIN",
        "asset": "asset",
        "amount": "??? Say what amount changes of this effect, or remove this key if that is nothing.",
        "futureType": "??? Say what futureType changes of this effect, or remove this key if that is nothing.",
    }
    tie = f"amount DECIMAL {TOGETHER}"
    assert at(operation(), ("x-binance-requires",)) == [
        f"??? Write when {name} must be sent, or remove this line. The page says: {tie}" for name in ("amount", "futureType")
    ]  # fmt: skip
    with pytest.raises(SpecError) as refused:
        build(load_file(FILE, "spec.yaml"))
    assert {problem.kind for problem in refused.value.problems} == {"gap"}
    assert len(refused.value.problems) == len(list(gaps(read("spec.yaml", FILE.read_bytes()).data))) == 8
    assert any("Say what amount changes of this effect" in line for line in left(capsys))


def test_the_date_stays_while_gaps_are_open_and_moves_when_they_are_filled() -> None:
    save_page(*ROWS, taken=LATER)
    assert apply("--accept-text") == 1
    assert LATER not in FILE.read_text(encoding="utf-8")
    FILE.write_bytes(without_conditions(filled(FILE.read_bytes())))
    assert apply() == 0
    assert FILE.read_text(encoding="utf-8").count(LATER) == 2


def without_conditions(source: bytes) -> bytes:
    """Take out the conditions, as a person does who knows that there are none."""
    editor = Editor("spec.yaml", source)
    editor.remove(("paths", COLLECTION, "post", "x-binance-requires"))
    return editor.source


def test_every_text_of_an_operation_with_an_effect_is_to_be_read_again_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    save_page(*ROWS, taken=LATER)
    assert apply("--accept-text") == 1
    [doubt] = [line for line in left(capsys) if "see whether it still holds" in line]
    where, _, message = doubt.partition(": ")
    name = f"POST {COLLECTION}"
    assert message == (
        f"{name}: amount is a new parameter. {name}: futureType is a new parameter. "
        "This text was written without amount and was written without futureType; see whether it still holds."
    )
    lines = FILE.read_text(encoding="utf-8").splitlines()
    texts = [lines[int(number) - 1].strip() for number in where.removeprefix("spec.yaml:").split(", ")]
    assert len(texts) == 8
    assert all(text.startswith(("description:", "- description:", "x-binance-zh:")) for text in texts)


def test_a_parameter_that_the_effect_names_already_is_left_to_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    before = FILE.read_bytes()
    save_page(Row("to", "STRING", "NO", "Where to."), taken=LATER)
    assert apply("--accept-text") == 1
    message = "to is new, and x-binance-effect has a key of this name; write both."
    assert any(line.endswith(f"POST {COLLECTION}: {message}") for line in left(capsys))
    assert b"name: to\n" not in FILE.read_bytes()
    assert LATER not in FILE.read_text(encoding="utf-8")
    assert before.count(b"- name:") == FILE.read_bytes().count(b"- name:")


def test_without_an_effect_only_the_texts_that_name_the_parameter_are_to_be_read_again() -> None:
    keys = "x-binance-note: [{description: There is no size.}, {description: There is no speed.}]\n"
    text = spec(call("POST /sapi/v1/move", "moveIt", security="TRADE", keys=keys))
    [result] = comparing.compared(text, comparing.page("size| LONG| NO| How many")).operations
    [update] = result.updates
    data = read("spec.yaml", text.encode()).data
    note = ("paths", "/sapi/v1/move", "post", "x-binance-note", 0, "description")
    assert list(update.doubts(data, data)) == [(note, "names size")]
