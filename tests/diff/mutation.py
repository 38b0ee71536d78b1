"""The spec that the tests change, and how a test describes one change of it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from generator.diff.change import Impact
from generator.diff.command import diff_of
from generator.diff.formats import FORMATS
from generator.diff.revisions import Spec
from generator.ir.build import build
from generator.openapi.load import load
from tests.specs import Call, call

# A copy that stays as it is, so that a change of Binance's facts changes no test.
WHOLE = Path(__file__).with_name("spec.yaml").read_text(encoding="utf-8")
# What a call does to wallets is checked against other facts, so that one edit could not change these alone.
TEXT = re.sub(r"^      x-binance-effect:\n        .*\n", "", WHOLE, flags=re.MULTILINE)

TRANSFER_NAME = "user_universal_transfer"
COLLECT, SWEEP, SUB, BALANCE = (
    "operationId: fundCollectionByAsset\n",
    "operationId: fundAutoCollection\n",
    "operationId: marginTransferForSubAccount\n",
    "operationId: getTransferableEarnAssetBalanceForPortfolioMargin\n",
)
SHARED = "\ncomponents:\n"
"""Where the parameters are that belong to no operation; a field of a response can have their names."""


class Edit(NamedTuple):
    """Replaces the first `old` that follows all of `after`, one after the other, by `new`."""

    old: str
    new: str
    after: tuple[str, ...] = ()

    def start(self, text: str) -> int:
        behind = find(text, *self.after)
        return -1 if behind < 0 else text.find(self.old, behind)

    def apply(self, text: str) -> str | None:
        start = self.start(text)
        return None if start < 0 else text[:start] + self.new + text[start + len(self.old) :]


class Mutation(NamedTuple):
    edits: tuple[Edit, ...]
    impact: Impact
    message: str
    """The change as the terminal shows it, without its location."""
    where: tuple[str, ...]
    """Texts that lead to the line, the last of them in it; none where it is the line of the edit."""
    gone: bool
    signature: bool
    alone: bool
    """Its message depends on other facts too, so it is not mixed with other mutations."""

    def apply(self, text: str) -> str | None:
        for edit in self.edits:
            changed = edit.apply(text)
            if changed is None:
                return None
            text = changed
        return text

    def line(self) -> int:
        text = TEXT if self.gone else self.apply(TEXT) or ""
        return text[: find(text, *self.where) if self.where else self.edits[0].start(TEXT)].count("\n") + 1


def find(text: str, *leading: str) -> int:
    """Return where the last of these texts begins, each found behind the one before it."""
    start = 0
    for part in leading:
        start = text.find(part, start)
        if start < 0:
            return -1
    return start


@cache
def spec(text: str, name: str = "spec.yaml") -> Spec:
    document = load(name, text.encode())
    return Spec(document, build(document))


def one(
    edit: tuple[Any, ...],
    line: str,
    *more: tuple[str, str],
    where: tuple[str, ...] = (),
    gone: bool = False,
    signature: bool = False,
    alone: bool = False,
) -> Mutation:
    """Describe one change: the arguments of its `Edit`, and the line of the terminal."""
    impact, _, message = line.partition(": ")
    edits = Edit(*edit), *(Edit(*part) for part in more)
    return Mutation(edits, cast("Impact", impact), message, where, gone, signature, alone)


def query(schema: str, *, more: str = "", name: str = "value") -> Call:
    """An operation with one parameter."""
    return call("GET /a", "readIt", parameters=f"- {{name: {name}, in: query, schema: {schema}{more}}}\n")


def lines_of(old: str, new: str) -> list[str]:
    """Return the lines of a terminal for two specs, each with the text of a line instead of its number."""
    diff = diff_of(spec(old, "old"), spec(new, "new"))
    lines = []
    for line in FORMATS["terminal"](diff).split("\n\n")[0].splitlines() if diff.changes else ():
        file, number, rest = line.split(":", 2)
        lines.append(f"{(old if file == 'old' else new).splitlines()[int(number) - 1].strip()} |{rest}")
    return lines


def messages(old: str, new: str) -> list[str]:
    """Return the same without where they are."""
    return [line.partition(" | ")[2] for line in lines_of(old, new)]
