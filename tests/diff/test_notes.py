"""Notes, which have no names: the same one is known by its English text."""

from __future__ import annotations

from tests.specs import call
from tests.specs import spec as spec_of

from .mutation import lines_of


def noted(*notes: str) -> str:
    """A spec with these notes; behind `|` stands the Chinese, behind `!` what the page says that it explains."""
    lines = ["x-binance-note:"]
    for note in notes:
        text, _, says = note.partition("!")
        english, _, chinese = text.partition("|")
        lines.append(f"- description: {english}")
        lines += [f"  x-binance-zh: {chinese}"] if chinese else []
        lines += [f"  explains: [{{page: en, fact: weight, says: '{says}', here: 1 per IP}}]"] if says else []
    head = spec_of(call("GET /a", "readIt", keys="\n".join(lines) + "\n"))
    if "|" not in "".join(notes):
        return head
    head = head.replace("{title: Test,", "{title: Test, x-binance-zh: 测试,")
    head = head.replace("summary: readIt", "summary: readIt\n      x-binance-zh: 读")
    return head.replace("description: The answer.", "description: The answer.\n          x-binance-zh: 答。")


def test_a_note_whose_chinese_alone_is_another_is_still_the_same_note() -> None:
    assert lines_of(noted("One.|一。"), noted("New.|新。", "One.|壹。")) == [
        '- description: New. | text: read_it: a new note: "New."',
        'x-binance-zh: 壹。 | text: read_it: note 2 in Chinese: "一。" -> "壹。"',
    ]


def test_what_a_note_explains_is_compared_also_where_its_number_is_another() -> None:
    line = "explains: [{page: en, fact: weight, says: '6', here: 1 per IP}]"
    assert sorted(lines_of(noted("Gone.", "One.!5"), noted("One.!6"))) == [
        '- description: Gone. | text: read_it: a note is gone: "Gone."',
        f"{line} | text: read_it: note 1 explains en weight 5 1 per IP -> en weight 6 1 per IP",
    ]


def test_one_of_two_notes_that_say_the_same() -> None:
    assert lines_of(noted("One.", "One.", "Two."), noted("One.", "Two.")) == [
        '- description: One. | text: read_it: a note is gone: "One."'
    ]


def test_a_note_in_other_words_is_named_by_its_number() -> None:
    assert lines_of(noted("One.", "Two.", "Three."), noted("One.", "Second.", "Three.")) == [
        '- description: Second. | text: read_it: note 2 in English: "Two." -> "Second."'
    ]


def test_notes_that_come_and_go() -> None:
    three, two, turned = noted("One.", "Two.", "Three."), noted("One.", "Three."), noted("Three.", "One.")
    assert lines_of(three, two) == ['- description: Two. | text: read_it: a note is gone: "Two."']
    assert lines_of(two, three) == ['- description: Two. | text: read_it: a new note: "Two."']
    assert lines_of(two, turned) == ["x-binance-note: | text: read_it: the notes stand in another order"]


def test_more_notes_that_came_than_went_are_no_other_words() -> None:
    assert lines_of(noted("One.", "Two."), noted("One.", "First.", "Second.")) == [
        '- description: Two. | text: read_it: a note is gone: "Two."',
        '- description: First. | text: read_it: a new note: "First."',
        '- description: Second. | text: read_it: a new note: "Second."',
    ]
