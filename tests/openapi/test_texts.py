"""Shows every error of a text in two languages, at the text itself, and that gaps hide none of them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import yaml

from generator.openapi.document import at
from generator.openapi.load import GAP, load
from generator.openapi.supported import texts
from generator.openapi.texts import check_texts
from tests.broken_specs import VALID, case, check_errors, run
from tests.contract.reader import ROOT, the_spec

pytestmark = pytest.mark.usefixtures("_here")
_SUMMARY = "      summary: Balance\n      x-binance-zh: 余额\n"


def described(english: str, chinese: str) -> dict[str, str]:
    """Return the change that gives an operation a description: line 42, and column 21 of line 43 in Chinese."""
    words = f"      description: {english}\n      x-binance-zh: {{description: {chinese}, summary: 余额}}\n"
    return {_SUMMARY: f"      summary: Balance\n{words}"}


# A change and its messages are beside each other, however long.
# fmt: off
ERRORS = (
    case("a text without Chinese", {_SUMMARY: "      summary: Balance\n"},
         "41:16: the Chinese of summary is missing; write it under x-binance-zh."),
    case("a description whose Chinese is missing", {"      summary: Balance\n": "      summary: Balance\n      description: How much.\n"},
         "41:16: the Chinese of summary is missing; write it under x-binance-zh as {summary: ..., ...}, a mapping.",
         "42:20: the Chinese of description is missing; write it under x-binance-zh as {description: ..., ...}, a mapping."),
    case("a text whose Chinese is the English text", {_SUMMARY: "      summary: Balance of the whole account\n      x-binance-zh: Balance of the whole account\n"},
         "42:21: the Chinese of summary is the English text; translate it under x-binance-zh."),
    *(case(f"a title whose Chinese is {words!r}", {_SUMMARY: f"      summary: Balance\n      x-binance-zh: {words}\n"},
           f"42:21: the Chinese of summary is {words!r}, without a Chinese character; translate it under x-binance-zh.")
      for words in ("Balance", "Dust Transfer", "Another Balance of It", "BALANCE", "VIP X")),
    *(case(f"a description whose Chinese is {words!r}", described("How much.", words),
           f"43:35: the Chinese of description is {words!r}, without a Chinese character; translate it under x-binance-zh.")
      for words in ("How much.", "Balance", "the asset USDT", "See recvWindow")),
    case("a text of a wallet, an error, a note and a value without Chinese", {
             "Spot wallet, x-binance-zh: 现货钱包": "Spot wallet", "Failed., x-binance-zh: 失败。": "Failed.",
             "{const: IN}": "{const: IN, description: In., x-binance-note: [{description: A note.}]}",
         },
         "8:23: the Chinese of description is missing; write it under x-binance-zh.",
         "10:47: the Chinese of description is missing; write it under x-binance-zh.",
         "65:36: the Chinese of description is missing; write it under x-binance-zh.",
         "65:72: the Chinese of description is missing; write it under x-binance-zh."),
    case("full-width punctuation in English", described("'Mode：one（of two）.'", "模式：二者之一。"),
         "42:20: description has Chinese characters: ：, （, ）; write it in English, with the punctuation of English."),
    case("Chinese in English", described("The 余额 of it、all.", "余额。"),
         "42:20: description has Chinese characters: 余额, 、; write it in English, with the punctuation of English."),
    case("a number that only the English text has", described("At most 90 days, in 1,000 steps.", "最长 30 天。"),
         "43:35: the Chinese of description has numbers that the English text lacks: 30; write the same digits in both.",
         "43:35: the Chinese of description lacks numbers of the English text: 1000, 90; write the same digits in both."),
    case("an English phrase in Chinese", described("Look at all of it.", "请 look at all of it。"),
         "43:35: the Chinese of description has the English words 'look at all of it'; translate them."),
    case("Chinese and Latin without a blank", described("The last 90 days of USDT.", "最近90天的USDT。"),
         "43:35: the Chinese of description lacks a blank between Chinese and other characters: '最近90天的USDT'; write '最近 90 天的 USDT'."),
    case("a folded text with a blank beside punctuation", {_SUMMARY: "      summary: Balance\n      x-binance-zh: >-\n        余额，\n        和其他\n"},
         "42:21: the Chinese of summary has a blank beside Chinese punctuation: '余额， 和其他'; a line break in a folded text is one too."),
    case("Markdown and HTML", described("Not **now**.", "'见 [此处](https://example.com) 或<br>以后。'"),
         "42:20: description has '**', which is Markdown or HTML; write plain text.",
         "43:35: the Chinese of description has '](', which is Markdown or HTML; write plain text."),
    case("errors of texts beside gaps", {
             "x-binance-moves-funds: true": "x-binance-moves-funds: '??? true or false.'",
             "description: Done.\n          x-binance-zh: 完成。": "description: Done：all.\n          x-binance-zh: Done",
             _SUMMARY: "      summary: Balance\n      description: '??? say what it does'\n      x-binance-zh: {summary: 余额90, description: '???'}\n",
         },
         "20:30: a gap is left to fill: true or false. Write what belongs here in the place of ???.",
         "32:24: description has Chinese characters: ：; write it in English, with the punctuation of English.",
         "33:25: the Chinese of description is 'Done', without a Chinese character; translate it under x-binance-zh.",
         "42:20: a gap is left to fill: say what it does. Write what belongs here in the place of ???.",
         "43:31: the Chinese of summary has numbers that the English text lacks: 90; write the same digits in both.",
         "43:31: the Chinese of summary lacks a blank between Chinese and other characters: '余额90'; write '余额 90'.",
         "43:50: a gap is left to fill. Write what belongs here in the place of ???."),
    case("other errors of an operation beside its gaps", {
             "summary: Transfer": "summary: ???",
             "x-binance-moves-funds: true": "x-binance-moves-funds: '??? true or false.'",
             "schema: {type: string, minLength: 3}, example: BTC": "schema: {type: string, minLength: 3}, example: BT",
             "example: '1.5'": "example: '1.5.5'",
             "example: {tranId: 1}": "example: {tranId: one}",
         },
         "15:16: a gap is left to fill. Write what belongs here in the place of ???.",
         "20:30: a gap is left to fill: true or false. Write what belongs here in the place of ???.",
         "27:84: the example of symbol has 2 characters; at least 3 needed.",
         '28:103: the example of amount is \'1.5.5\'; write digits with at most one point, such as "0.00001".',
         "37:33: the example does not fit its schema: tranId is 'one'; it must be a whole number."),
)
# fmt: on


@pytest.mark.parametrize(("change", "lines"), ERRORS)
def test_an_error_is_printed_with_its_location_and_nothing_is_written(
    change: Mapping[str, str], lines: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    check_errors(change, lines, capsys)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Since 17 May 2026, at most 1,000.", "自 2026 年 5 月 17 日起，最多 1000。"),
        ("The first two of them.", "其中的前 2 个。"),
        ("From 07:00 to 12:00 of MAIN_C2C.", "MAIN_C2C 的 7:00 至 12:00。"),
        ("USDT", "USDT"),
        ("recvWindow, -1006", "recvWindow、-1006"),
    ],
)
def test_a_good_translation_is_taken(english: str, chinese: str) -> None:
    changed = VALID.replace("How much", "").replace(_SUMMARY, described(f"'{english}'", f"'{chinese}'")[_SUMMARY])
    assert run(changed.encode()) == 0


def test_every_text_that_the_tests_read_in_the_spec_is_checked() -> None:
    """The reader of the tests finds the texts in its own way."""
    read = {words.en for _, words in the_spec().texts()}
    assert {" ".join(text.english.split()) for text in texts(the_spec().data)} == read
    assert len(read) > 100


def test_no_text_of_the_spec_can_lose_its_chinese() -> None:
    source = (ROOT / "spec" / "binance.yaml").read_bytes()
    data = yaml.safe_load(source)
    written = list(texts(data))
    for text in written:
        at(data, text.path[:-1]).pop("x-binance-zh", None)
    data["info"]["x-binance-zh"] = "文字"
    document = load("spec.yaml", yaml.safe_dump(data).encode())
    check_texts(document)
    missing = [problem for problem in document.problems if " is missing; " in problem.message]
    assert len(missing) == len(written)


@pytest.mark.parametrize(
    ("gap", "asked"),
    [
        ("??? Say in English what it is, and in Chinese beside it, as x-binance-zh.", 1),
        ("??? Say in English what it is.", 2),
        ("???", 2),
    ],
)
def test_a_gap_that_asks_for_both_languages_is_one_problem(gap: str, asked: int) -> None:
    document = load("spec.yaml", VALID.replace(_SUMMARY, f"      summary: {gap!r}\n").encode())
    check_texts(document)
    assert len(document.problems) == asked


def test_a_gap_is_no_text() -> None:
    changed = VALID.replace(_SUMMARY, f"      summary: {GAP} 90，\n      x-binance-zh: {GAP}90\n")
    document = load("spec.yaml", changed.encode())
    check_texts(document)
    assert [problem.kind for problem in document.problems] == ["gap", "gap"]
