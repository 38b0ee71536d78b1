"""Finds sentences that condition parameters in words that are not understood, so that a person reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal, TypeAlias

from .blocks import plain_text
from .phrases import conditions

ConditionKind: TypeAlias = Literal["requires", "exclusive"]

_SENTENCES = re.compile(r"(?<=[.;!?])\s+|(?<=[。；！？])|\n")
_SENT = r"(?:sent|provided|passed|filled(?:\s+in)?|specified|supplied|given|used|set|present)"
_EXCLUSIVE = re.compile(
    rf"\b(?:can\s?not|can't|must\s+not|may\s+not|should\s+not|never)\s+(?:both\s+)?be\s+{_SENT}\s+(?:at\s+the\s+same\s+time|together|simultaneously|with|both)\b"
    rf"|\bmutually\s+exclusive\b|\b(?:at\s+least|at\s+most|exactly|only)\s+one\s+of\b|\bone\s+of\b.*\b{_SENT}\b"
    rf"|\beither\b.*\bor\b.*\b(?:{_SENT}|required|mandatory)\b|\b(?:{_SENT}|send|provide|pass|specify|use)\s+either\b.*\bor\b"
    r"|不[能可得](?:以)?同时|二选一|[至最][少多](?:传|发送|传入|填写|提供|需要?)?一个|其中(?:之一|一个)|只能.{0,6}一个",
    re.IGNORECASE,
)
_REQUIRES = re.compile(
    rf"\b(?:must|should|need(?:s|ed)?\s+to|ha(?:s|ve)\s+to)\s+(?:also\s+)?be\s+(?:also\s+)?{_SENT}\b|\b(?:mandatory|required|necessary)\b"
    r"|必须|必传|必填|必需|需要?(?:传|发送|填)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:if|when|whenever|unless|while|using|together|in\s+case)\b|\b(?:mandatory|required|necessary)\s+(?:for|only)\b|当|如果|若|时|除非|同时",
    re.IGNORECASE,
)


def unread_conditions(
    text: str, parameters: Collection[str], row: str | None = None
) -> Iterator[tuple[ConditionKind, str]]:
    """Yield each sentence that says when parameters must or may not be sent, without those that are understood.

    Args:
        text: What a source says.
        parameters: The parameters of the operation.
        row: The one in whose row it says so.
    """
    for sentence in filter(None, map(str.strip, _SENTENCES.split(plain_text(text)))):
        named = {name for name in parameters if _is_word(name, sentence)} | ({row} if row else set())
        is_exclusive = len(named) > 1 and _EXCLUSIVE.search(sentence)
        is_required = bool(named) and _REQUIRES.search(sentence) and _WHEN.search(sentence)
        if (is_exclusive or is_required) and not any(conditions(sentence, parameters, row)):
            yield ("exclusive" if is_exclusive else "requires"), sentence


def _is_word(name: str, sentence: str) -> bool:
    return bool(re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", sentence))
