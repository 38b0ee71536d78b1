"""Finds out whether a regular expression can be used: whether it can be read, and ends on every text."""

from __future__ import annotations

import re

_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
"""An escaped character, or a set of characters; brackets and signs mean something else in it."""
_GROUP = re.compile(r"\(([^()]*)\)([*+]|\{\d*,?\d*\})?")
_VARIES = re.compile(r"[*+?|]|\{\d*,")


def pattern_problem(pattern: str) -> str | None:
    """Return what is wrong with a pattern, if anything is."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"the pattern cannot be read: {error}."
    if _can_take_for_ever(pattern):
        advice = "a group that is repeated may hold no repetition and no |"
        return f"the pattern can take for ever on a text that does not fit; {advice}."
    return None


def _can_take_for_ever(pattern: str) -> bool:
    """Return whether a repeated group can match one text in several ways, whose number doubles with each character."""
    plain = _ATOM.sub("x", pattern)
    while group := _GROUP.search(plain):
        inside, repeated = group[1].removeprefix("?"), group[2] or ""
        varies = bool(_VARIES.search(inside))
        if varies and repeated:
            return True
        # What holds a repetition is one for the group around it.
        plain = f"{plain[: group.start()]}{'x*' if varies else 'x'}{repeated}{plain[group.end() :]}"
    return False
