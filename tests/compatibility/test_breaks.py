"""Small surfaces, before and after: what a program written for the one would miss in the other."""

from __future__ import annotations

import pytest

from .breaks import breaks

RUN = "class A:\n    def run(self{}){}: ...\n"
STATIC = "class A:\n    @staticmethod\n    def run({}): ...\n"


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("from p import a, b\n", "from p import b\n", ["p has no a"]),
        ("from p.q import a\n", "from p.r import a\n", ["the module p.q is gone"]),
        ("'python -m p --host --port'\n", "'python -m p --host'\n", ["the command has no --port"]),
        (
            "Kind: TypeAlias = Literal['a', 'b']\n",
            "Kind: TypeAlias = Literal['a']\n",
            ["Kind has another meaning: Literal['a', 'b'] -> Literal['a']"],
        ),
        (
            "Hook: TypeAlias = Callable[[A], None]\n",
            "Hook: TypeAlias = Callable[[A, int], None]\n",
            ["Hook has another meaning: Callable[[A], None] -> Callable[[A, int], None]"],
        ),
        (STATIC.format("a: int"), STATIC.format("a: int, /"), ["A.run(a): parameter kind was changed"]),
        (RUN.format(", *more: int", ""), RUN.format("", ""), ["A.run(more): parameter was removed"]),
        (RUN.format(", **settings: Any", ""), RUN.format("", ""), ["A.run(settings): parameter was removed"]),
        (RUN.format("", " -> int"), RUN.format("", ""), ["A.run: return types are incompatible: int -> None"]),
        (RUN.format("", " -> int"), RUN.format("", " -> float"), ["A.run has another result: int -> float"]),
        (RUN.format(", a: float", ""), RUN.format(", a: int", ""), ["A.run(a) takes less: float -> int"]),
        ("@dataclass(frozen=True)\nclass A: ...\n", "@dataclass()\nclass A: ...\n", ["A is no longer frozen"]),
        ("class A(Struct, frozen=True): ...\n", "class A(Struct): ...\n", ["A is no longer frozen"]),
        ("class A: ...\n", "@final\nclass A: ...\n", ["A can no longer be a base"]),
        (
            "class A(Protocol):\n    def run(self) -> None: ...\n",
            "class A(Protocol):\n    def run(self, more: int = 1) -> None: ...\n",
            ["A.run(more) is new, and who wrote one lacks it"],
        ),
        (
            "class A: ...\nclass B(A): ...\n",
            "class A: ...\nclass C: ...\nclass B(C): ...\n",
            ["B is no longer a A"],
        ),
    ],
)
def test_what_a_program_would_miss(old: str, new: str, sentences: list[str]) -> None:
    assert breaks(old, new) == sentences
    assert breaks(old, old) == breaks(new, new) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from p import a\n", "from p import a, b\nfrom p.q import c\n"),
        ("'python -m p --host'\n", "'python -m p --host --port'\n"),
        ("Kind: TypeAlias = Literal['a']\n", "Kind: TypeAlias = Literal['b', 'a']\n"),
        ("class A: ...\nclass B(A): ...\n", "class A: ...\nclass C(A): ...\nclass B(C): ...\n"),
        (
            "class B:\n    def close(self) -> None: ...\n",
            "class A:\n    def close(self) -> None: ...\nclass B(A): ...\n",
        ),
        (RUN.format(", a: float = 60.0", ""), RUN.format(", a: float = 60", "")),
        (RUN.format(", a: str | Path", ""), RUN.format(", a: str | PathLike[str]", "")),
        (RUN.format(", a: int", ""), RUN.format(", a: float", "")),
        (RUN.format(", a: int", ""), RUN.format(", a: object", "")),
        (RUN.format(", a: int | str", ""), RUN.format(", a: str | int", "")),
        (RUN.format(", a: int, /", ""), RUN.format(", a: int", "")),
        (RUN.format("", " -> float | None"), RUN.format("", " -> int")),
        (RUN.format("", ""), RUN.format(", *more: int, **settings: Any", " -> int")),
        ("class A:\n    a: int | None\n", "class A:\n    a: None | int\n"),
        ("@dataclass(slots=True)\nclass A: ...\n", "@dataclass(frozen=True)\nclass A: ...\n"),
        ("@final\nclass A: ...\n", "class A: ...\n"),
    ],
)
def test_what_no_program_would_miss(old: str, new: str) -> None:
    assert breaks(old, new) == []


def test_true_and_one_are_different_defaults() -> None:
    old, new = RUN.format(", a: int = True", ""), RUN.format(", a: int = 1", "")
    assert breaks(old, new) == ["A.run(a): parameter default was changed: True -> 1"]
