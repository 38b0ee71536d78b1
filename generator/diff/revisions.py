"""Reads a spec as it is in a file, or as it was in a git revision."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from generator.console import relative
from generator.ir.build import build
from generator.openapi.load import load

from .compare import Spec

SPEC = "spec/binance.yaml"
_YAML = (".yaml", ".yml")
_COMMIT = "^{commit}"


class Unreadable(Exception):
    """There is no such spec; the message says what was looked for."""


def read(name: str, root: Path) -> Spec:
    """Return the spec in the file `name` or, if there is none, in the git revision of that name.

    Args:
        name: The path of a file, or what git calls a commit: origin/main, v1.2.3, HEAD~1 ...
        root: The folder of the repository.

    Raises:
        Unreadable: There is neither.
        SpecError: What is there is no spec that this generator can read.
    """
    if names_file(name):
        return read_file(Path(name))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "spec.yaml"
        copy.write_bytes(_content(name, root))
        return _read(copy, f"{name}:{SPEC}")


def names_file(name: str) -> bool:
    """Return whether a file is meant, not a revision; a pipe is one too, as in diff <(git show ...)."""
    file = Path(name)
    return (file.exists() and not file.is_dir()) or file.suffix in _YAML


def read_file(file: Path) -> Spec:
    """Return the spec in a file.

    Raises:
        SpecError: It is no spec that this generator can read.
    """
    return _read(file, relative(file))


def _read(file: Path, shown: str) -> Spec:
    document = load(file, shown)
    return Spec(document, build(document))


def _content(revision: str, root: Path) -> bytes:
    found = _git(root, "rev-parse", "--verify", "--end-of-options", revision + _COMMIT)
    if found.returncode:
        what = "names neither a file nor a commit of this repository"
        reason = found.stderr.decode(errors="replace").strip().split("\n")[0].removeprefix("fatal: ")
        raise Unreadable(
            f"{revision!r} {what}; give a YAML file, a branch, a tag or a commit, such as origin/main (git: {reason})."
        )
    shown = _git(root, "cat-file", "blob", f"{revision}:{SPEC}")
    if shown.returncode:
        raise Unreadable(f"the revision {revision} has no file {SPEC}.")
    return shown.stdout


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - names one object, runs nothing
    except (OSError, ValueError) as error:
        asked = arguments[-1].removesuffix(_COMMIT)
        raise Unreadable(f"git cannot be asked for {asked!r}: {error}.") from None
