"""One change of the spec each: an edit of its text, and what must be said of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from generator.diff.change import Impact
from generator.diff.walk import Spec
from generator.ir.build import build
from generator.openapi.load import load_file

ROOT = Path(__file__).parents[2]
# A copy that stays as it is, so that a change of Binance's facts changes no test.
WHOLE = Path(__file__).with_name("spec.yaml").read_text(encoding="utf-8")
# What a call does to wallets is held against other facts, so that one edit could not change these alone.
TEXT = re.sub(r"^      x-binance-effect:\n        .*\n", "", WHOLE, flags=re.MULTILINE)

TRANSFER_NAME = "user_universal_transfer"
COLLECT, SWEEP, SUB, BALANCE = (
    "operationId: fundCollectionByAsset\n",
    "operationId: fundAutoCollection\n",
    "operationId: marginTransferForSubAccount\n",
    "operationId: getTransferableEarnAssetBalanceForPortfolioMargin\n",
)
SHARED = "\ncomponents:\n"
"""Where the parameters are that belong to no operation; a field of an answer can have their names."""


class Edit(NamedTuple):
    """Puts `new` in the place of the first `old` that follows all of `after`, one after the other."""

    old: str
    new: str
    after: tuple[str, ...] = ()

    def apply(self, text: str) -> str | None:
        start = find(text, *self.after)
        at = -1 if start < 0 else text.find(self.old, start)
        return None if at < 0 else text[:at] + self.new + text[at + len(self.old) :]


class Mutation(NamedTuple):
    name: str
    edits: tuple[Edit, ...]
    impact: Impact
    said: str
    """The change as the terminal shows it, without its place."""
    where: tuple[str, ...]
    """Texts that lead to the line, the last of them in it."""
    gone: bool = False
    signature: bool = False
    alone: bool = False
    """What it says depends on other facts too, so it is not mixed with other mutations."""

    def apply(self, text: str) -> str | None:
        for edit in self.edits:
            changed = edit.apply(text)
            if changed is None:
                return None
            text = changed
        return text

    def line(self, old: str, new: str) -> int:
        text = old if self.gone else new
        return text[: find(text, *self.where)].count("\n") + 1


def find(text: str, *leading: str) -> int:
    """Return where the last of these texts begins, each found behind the one before it."""
    at = 0
    for each in leading:
        at = text.find(each, at)
        if at < 0:
            return -1
    return at


def spec(text: str, folder: Path, name: str = "spec.yaml") -> Spec:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    document = load_file(file, name)
    return Spec(document, build(document))


def one(
    name: str,
    edit: tuple[str, str, tuple[str, ...]],
    impact: Impact,
    said: str,
    where: tuple[str, ...],
    *,
    gone: bool = False,
    signature: bool = False,
    alone: bool = False,
) -> Mutation:
    return Mutation(name, (Edit(*edit),), impact, said, where, gone, signature, alone)
