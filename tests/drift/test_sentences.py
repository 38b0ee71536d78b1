"""No change of a page's words passes as the same, and the date of a page waits until a person has accepted them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.openapi.document import read
from generator.openapi.edit import to_yaml
from tests.specs import call, spec

WRITTEN = spec(
    call(
        "POST /sapi/v1/move",
        "moveIt",
        security="TRADE",
        keys="""\
        x-binance-call-limit: {calls: 30, seconds: 60}
        x-binance-permissions: [{name: enableMove, description: Allows moves.}]
        """,
        parameters="""\
        - {name: coin, in: query, required: true, schema: {type: string}, example: USDT}
        - {name: amount, in: query, required: true, schema: {type: string, format: decimal}, example: '1'}
        - {name: way, in: query, required: true, schema: {$ref: '#/components/schemas/Way'}}
        - {name: kind, in: query, required: false, schema: {$ref: '#/components/schemas/Kind'}}
        - {name: pair, in: query, required: false, schema: {type: string}}
        """,
        schema="{type: object, properties: {id: {type: integer}}}",
        example="{id: 1}",
    ),
    schemas="""\
    Way:
      type: integer
      oneOf:
        - {const: 1, title: IN, description: In.}
        - {const: 2, title: OUT, description: Out.}
    Kind:
      type: string
      oneOf:
        - {const: FIRST, description: The first.}
        - {const: SECOND, description: The second.}
    """,
)
SPEC = f"{to_yaml(read('spec.yaml', WRITTEN.encode()).data)}\n"
PAGE = """\
---
source_url: https://example.com/page
updated_at: 2026-01-02
---

# moveIt(TRADE)

## API Description

Sends a coin from the box to the shelf. The coin arrives at once.

## HTTP Request

POST `/sapi/v1/move`

## Request Weight(IP)

**1**

## Request Parameters

Name| Type| Mandatory| Description
---|---|---|---
coin| STRING| YES| BNB is not taken
amount| DECIMAL| YES| In units of the coin
way| INT| YES| 1: box to shelf 2: shelf to box
kind| ENUM| NO| See [the list](/docs/list)
pair| STRING| NO|
timestamp| LONG| YES|

  * At most 30 times per minute.
  * pair must be sent if the shelf is shared.
  * The API key must have the permission Enable Move.

Values of kind:

  * FIRST the box on the left
  * SECOND the box on the right

## Response Example

    {"id": 1}
"""
CHANGES = [
    ("Sends a coin", "Sends one coin"),
    ("from the box to the shelf", "from the shelf to the box"),
    ("arrives at once", "arrives within a day"),
    ("The coin arrives at once.", ""),
    ("at once.", "at once. It takes a fee."),
    ("at once.", "at once. This endpoint is deprecated."),
    ("at once.", "at once.\n\nIt goes offline on May 1."),
    ("at once.", "at once.\n\n本接口将于五月下线。"),
    ("# moveIt(TRADE)", "# moveIt (Deprecated) (TRADE)"),
    ("## API Description", "> This page moves soon.\n\n## API Description"),
    ("POST `/sapi", "POST `https://other.example.com/sapi"),
    ("/sapi/v1/move`", "/sapi/v1/move` (HMAC SHA256)"),
    ("Request Weight(IP)", "Request Weight(IP) (for VIP only)"),
    ("**1**", "**1** at night"),
    ("**1**", "**1**\n\nCalls in vain cost nothing."),
    ("BNB is not taken", "BNB is taken"),
    ("BNB is not taken", ""),
    ("In units of the coin", "In units of the coin, only whole numbers"),
    ("In units of the coin", "In USDT"),
    ("1: box to shelf 2: shelf to box", "1: shelf to box 2: box to shelf"),
    ("1: box to shelf", "1: box to table"),
    ("2: shelf to box", "2: shelf to box of another user"),
    ("See [the list]", "Offline. See [the list]"),
    ("pair| STRING| NO|", "pair| STRING| NO| Not used any more"),
    ("pair| STRING| NO|", "pair| STRING| NO (from May on YES)|"),
    ("amount| DECIMAL", "amount| BIGDECIMAL"),
    ("timestamp| LONG", "timestamp| INT64"),
    ("At most 30 times per minute.", "At most 30 times per minute and user."),
    ("At most 30 times per minute.", "At most 30 times per minute.\n  * Only from listed addresses."),
    ("if the shelf is shared", "if the shelf is not shared"),
    ("  * pair must be sent if the shelf is shared.\n", ""),
    ("The API key must have the permission Enable Move.", "The API key must have an IP whitelist."),
    ("Values of kind:", "Values of kind (all but FIRST end in May):"),
    ("the box on the left", "the box on the right of another user"),
    ("FIRST the box on the left\n  * SECOND the box on the right", "FIRST the box on the right\n  * SECOND the box on the left"),
    ("  * SECOND the box on the right\n", "  * SECOND the box on the right\n  * A third box follows\n"),
    ('{"id": 1}', '{"id": 1} // of the order'),
    ('{"id": 1}', '{"id": 1}\n\nThe id is that of the request.'),
    ('{"id": 1}\n', '{"id": 1}\n\n## Notice\n\nUse another endpoint.\n'),
    ('{"id": 1}\n', '{"id": 1}\n\n```\n{"id": -1}\n```\n'),
]  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Work in a folder with a spec that has the sentences of a page."""
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(SPEC)
    save(PAGE)
    assert drift("--apply", "--accept-text") == 0
    capsys.readouterr()


def save(page: str) -> None:
    Path("page.md").write_text(page, encoding="utf-8")


def changed(old: str, new: str, day: str = "2026-03-04") -> str:
    assert PAGE.count(old) == 1
    return PAGE.replace(old, new).replace("2026-01-02", day)


def drift(*options: str) -> int:
    return main(["drift", *options, "--spec", "spec.yaml", "page.md"])


def test_forty_changes_are_listed() -> None:
    assert len(CHANGES) == len(set(CHANGES)) == 40


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_no_change_of_words_is_the_same_and_no_date_moves(old: str, new: str) -> None:
    save(changed(old, new))
    before = Path("spec.yaml").read_bytes()
    assert drift() == 1
    assert drift("--apply") == 1
    assert Path("spec.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Sends a coin", "Sends  a\u00a0coin"),
        ("Sends a coin", "Sends a `coin`"),
        ("[the list](/docs/list)", "[the list](/docs/other-list)"),
        ("[the list](/docs/list)", "the list"),
        ("  * At most", "  - At most"),
        ("arrives at once.", "arrives\u200b at once"),
    ],
)
def test_blanks_marks_and_links_are_no_change_and_the_date_moves(old: str, new: str) -> None:
    save(changed(old, new))
    assert drift("--apply") == 0
    assert "read: '2026-03-04'" in Path("spec.yaml").read_text()


def rows(output: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table, without their blanks."""
    for line in output.splitlines():
        if line.startswith("| ") and not line.startswith(("| fact", "| --")):
            yield tuple(cell.strip() for cell in line.split("|")[1:-1])


def test_new_and_gone_sentences_have_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    page = changed("1: box to shelf 2: shelf to box", "1: shelf to box 2: box to shelf")
    save(page.replace("The coin arrives at once.", "It arrives. It is safe."))
    assert drift() == 1
    assert list(rows(capsys.readouterr().out)) == [
        (
            "English sentences",
            "`17 recorded` `spec.yaml:28`",
            ("`4 new: line 10, line 26 (way 1), line 26 (way 2); 3 gone: after line 10, after line 25` `page.md:10`"),
            "no page",
            "drift",
        )
    ]


def test_the_sentences_wait_for_a_person_and_are_recorded_without_their_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    save(changed("BNB is not taken", "Nothing but BNB is taken"))
    assert drift("--apply") == 1
    assert capsys.readouterr().out.partition("Nothing was applied.\n")[2].splitlines() == [
        "",
        "Left to a person:",
        (
            "spec.yaml:28: POST /sapi/v1/move: English sentences are not those that were read, en: 1 new: line 24; "
            "1 gone: after line 10 (page.md:24); read them, then add --accept-text."
        ),
        "spec.yaml:26: POST /sapi/v1/move: the date of the en page stays until the rest is done.",
    ]
    assert drift("--apply", "--accept-text") == 0
    assert capsys.readouterr().out.partition("Applied:\n")[2].splitlines() == [
        "spec.yaml:25: POST /sapi/v1/move: the 17 sentences of the en page are recorded.",
        "spec.yaml:26: POST /sapi/v1/move: en page read 2026-01-02 -> 2026-03-04.",
    ]
    assert "BNB" not in Path("spec.yaml").read_text()
    assert drift() == 0


def test_a_page_of_which_no_sentences_are_recorded_waits_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("spec.yaml").write_text(SPEC)
    save(PAGE.replace("2026-01-02", "2026-03-04"))
    assert drift() == 0
    assert drift("--apply") == 1
    assert capsys.readouterr().out.partition("Left to a person:\n")[2].splitlines() == [
        "spec.yaml:14: POST /sapi/v1/move: no sentences of the en page are recorded; read it, then add --accept-text.",
        "spec.yaml:26: POST /sapi/v1/move: the date of the en page stays until the rest is done.",
    ]
    assert Path("spec.yaml").read_text() == SPEC


def test_an_older_copy_is_not_recorded() -> None:
    save(changed("Sends a coin", "Sent a coin", day="2025-01-02"))
    before = Path("spec.yaml").read_bytes()
    assert drift("--apply", "--accept-text") == 1
    assert Path("spec.yaml").read_bytes() == before


def test_a_notice_of_an_end_comes_first_and_stays_until_a_note_explains_it(capsys: pytest.CaptureFixture[str]) -> None:
    save(changed("at once.", "at once. It will be removed."))
    assert drift("--apply", "--accept-text") == 1
    output = capsys.readouterr().out
    assert output.startswith(
        "## The end of an endpoint, or of a part of it\n\n"
        "- POST /sapi/v1/move: `It will be removed.` `page.md:10`\n\n## moveIt: drift\n"
    )
    assert output.partition("Left to a person:\n")[2].splitlines() == [
        "spec.yaml:14: POST /sapi/v1/move: notice is none here, and on the page en: It will be removed. (page.md:10).",
        "spec.yaml:26: POST /sapi/v1/move: the date of the en page stays until the rest is done.",
    ]
    explains = "explains: [{page: en, fact: notice, says: It will be removed.}]"
    assert f"- notice, in an `x-binance-note` at `spec.yaml:14`: `{explains}`" in output
    text = Path("spec.yaml").read_text()
    note = f"      x-binance-note: [{{description: It ends soon., {explains}}}]\n"
    Path("spec.yaml").write_text(text.replace("      parameters:\n", f"{note}      parameters:\n", 1))
    assert drift() == 0
    output = capsys.readouterr().out
    assert "## The end" not in output
    assert "\nExplained by notes:\n\n- notice: `none` here, en `" in output


@pytest.mark.parametrize("line", ["title: moveIt (Deprecated)", "sidebar_label: 下线", "status: deprecated"])
def test_a_notice_above_the_page_is_one(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(changed("updated_at", f"{line}\nupdated_at"))
    assert drift("--apply") == 1
    assert f"- POST /sapi/v1/move: `{line}` `page.md:3`" in capsys.readouterr().out
    assert "read: '2026-01-02'" in Path("spec.yaml").read_text()


def test_to_accept_without_applying_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert drift("--accept-text") == 2
    assert capsys.readouterr() == ("", "--accept-text needs --apply.\n")
