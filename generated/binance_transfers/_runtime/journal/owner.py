# Copied from generator/runtime/journal/owner.py by python -m generator; edit it there.
"""Names the process that carries a transfer out, and finds out whether it still runs.

That a process is taken for dead decides only who goes on, never whether a transfer is sent twice: an owner that was
replaced can begin no further attempt, and what it sent before ends with the window of its timestamp.
"""

from __future__ import annotations

import os
import socket

_TOKEN = os.urandom(4).hex()
_running = set[str]()


def new_owner() -> str:
    """Return a name for one call in this process, which runs until `end`."""
    owner = f"{socket.gethostname()}/{os.getpid()}/{_TOKEN}/{os.urandom(4).hex()}"
    _running.add(owner)
    return owner


def end(owner: str) -> None:
    """Know that the call has ended, also where that could not be written."""
    _running.discard(owner)


def may_run(owner: str) -> bool:
    """Return whether the owner may still run; `True` where that cannot be seen from here."""
    host, number, token, _ = owner.rsplit("/", 3)
    if host != socket.gethostname():
        return True
    if int(number) == os.getpid():
        # A container that was started again has the same name and number.
        return token == _TOKEN and owner in _running
    if os.name == "nt":
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
