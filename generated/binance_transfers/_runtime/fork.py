# Copied from generator/runtime/fork.py by python -m generator; edit it there.
"""Calls objects back in a forked process: a child must share neither connections nor held locks with its parent."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Forked(Protocol):
    """An object that something must change in once its process was forked."""

    def after_fork(self) -> None:
        """Give up what is the parent's; called in the child, where no other thread runs yet."""


_forked: WeakSet[Forked] = WeakSet()


def call_after_fork(given: Forked) -> None:
    """Call the object's `after_fork` in each child process, for as long as it lives."""
    _forked.add(given)


def _call_all() -> None:
    for given in list(_forked):
        given.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_call_all)
