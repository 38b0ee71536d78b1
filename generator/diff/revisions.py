"""Reads a spec as it is in a file, or as it was in a git revision."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

from generator.console import SPEC_NAME, relative
from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi.document import Document
from generator.openapi.load import load, load_file


class Spec(NamedTuple):
    """A state of the spec."""

    document: Document
    api: ir.Api


class NoSpec(Exception):
    """There is no such spec; the message says what was looked for."""


def read(name: str, root: Path) -> Spec:
    """Return the spec in the file `name` or, if there is none, in the git revision of that name.

    Args:
        name: The path of a file, or what git calls a commit: origin/main, v1.2.3, HEAD~1 ...
        root: The folder of the repository.

    Raises:
        NoSpec: There is neither.
        SpecError: What is there is no spec that this generator can read.
    """
    file = Path(name)
    document = (
        load_file(file, relative(file)) if names_file(name) else load(f"{name}:{SPEC_NAME}", _content(name, root))
    )
    return Spec(document, build(document))


def names_file(name: str) -> bool:
    """Return whether a file is meant, not a revision; a pipe is one too, as in diff <(git show ...)."""
    file = Path(name)
    return (file.exists() and not file.is_dir()) or file.suffix in (".yaml", ".yml")


def _content(revision: str, root: Path) -> bytes:
    try:
        commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    except (OSError, ValueError) as error:
        raise NoSpec(f"git cannot be asked for {revision!r}: {error}.") from None
    if commit.returncode:
        reason = commit.stderr.decode(errors="replace").strip().split("\n")[0].removeprefix("fatal: ")
        raise NoSpec(
            f"{revision!r} names neither a file nor a commit of this repository; "
            f"give a YAML file, a branch, a tag or a commit, such as origin/main (git: {reason})."
        )
    blob = _git(root, "cat-file", "blob", f"{revision}:{SPEC_NAME}")
    if blob.returncode:
        raise NoSpec(f"the revision {revision} has no file {SPEC_NAME}.")
    return blob.stdout


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - names one object, runs nothing
