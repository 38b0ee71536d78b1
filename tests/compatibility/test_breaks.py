"""Small surfaces, before and after: what a program written for the one would miss in the other."""

from __future__ import annotations

import pytest

from .breaks import breaks

RUN = "class A:\n    def run(self{}){}: ...\n"
STATIC = "class A:\n    @staticmethod\n    def run({}): ...\n"
KIND = "Kind: TypeAlias = Literal[{}]\n"
PROTOCOL = "class A(Protocol):\n    def run(self{}) -> None: ...\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("from p import a, b\n", "from p import b\n", "p has no a"),
        ("from p.q import a\n", "from p.r import a\n", "the module p.q is gone"),
        ("'python -m p --host --port'\n", "'python -m p --host'\n", "the command has no --port"),
        ("class A: ...\nclass B: ...\n", "class A: ...\n", "B: public object was removed"),
        (KIND.format("'a', 'b'"), KIND.format("'a'"), "Kind has another meaning: Literal['a', 'b'] -> Literal['a']"),
        ("class A:\n    a = 1\n", "class A:\n    a = 3\n", "A.a has another value: 1 -> 3"),
        ("a: dict[str, int]\n", "a: dict\n", "a has another type: dict[str, int] -> dict"),
        (STATIC.format("a: int"), STATIC.format("a: int, /"), "A.run(a): parameter kind was changed"),
        (RUN.format(", *more: int", ""), RUN.format("", ""), "A.run(more): parameter was removed"),
        (RUN.format(", **settings: Any", ""), RUN.format("", ""), "A.run(settings): parameter was removed"),
        (RUN.format("", ""), RUN.format(", a: int", ""), "A.run(a): parameter was added as required"),
        (RUN.format(", a: int = 1", ""), RUN.format(", a: int", ""), "A.run(a): parameter is now required"),
        (
            RUN.format(", a: int = True", ""),
            RUN.format(", a: int = 1", ""),
            "A.run(a): parameter default was changed: True -> 1",
        ),
        (
            RUN.format(", a=1, b=1", ""),
            RUN.format(", b=1, a=1", ""),
            "A.run(a): positional parameter was moved",
        ),
        (RUN.format("", " -> int"), RUN.format("", ""), "A.run: return types are incompatible: int -> None"),
        (RUN.format("", " -> int"), RUN.format("", " -> float"), "A.run has another result: int -> float"),
        (RUN.format(", a: float", ""), RUN.format(", a: int", ""), "A.run(a) takes less: float -> int"),
        (
            "class A:\n    def run(self): ...\n",
            "class A:\n    async def run(self): ...\n",
            "A.run is called in another way",
        ),
        ("@dataclass(frozen=True)\nclass A: ...\n", "@dataclass()\nclass A: ...\n", "A is no longer frozen"),
        ("class A(Struct, frozen=True): ...\n", "class A(Struct): ...\n", "A is no longer frozen"),
        ("class A: ...\n", "@final\nclass A: ...\n", "A can no longer be a base"),
        (PROTOCOL.format(""), f"{PROTOCOL.format('')}    b: int\n", "A.b is new, and who wrote one lacks it"),
        (PROTOCOL.format(""), PROTOCOL.format(", b: int = 1"), "A.run(b) is new, and who wrote one lacks it"),
        ("class A: ...\nclass B(A): ...\n", "class A: ...\nclass C: ...\nclass B(C): ...\n", "B is no longer a A"),
    ],
)
def test_what_a_program_would_miss(old: str, new: str, message: str) -> None:
    assert message in breaks(old, new)
    assert breaks(old, old) == breaks(new, new) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from p import a\n", "from p import a, b\nfrom p.q import c\n"),
        ("'python -m p --host'\n", "'python -m p --host --port'\n"),
        (KIND.format("'a'"), KIND.format("'b', 'a'")),
        ("class A: ...\nclass B(A): ...\n", "class A: ...\nclass C(A): ...\nclass B(C): ...\n"),
        ("class B:\n    def end(self): ...\n", "class A:\n    def end(self): ...\nclass B(A): ...\n"),
        ("class B(StrEnum):\n    A = 'A'\n", "class B(StrEnum):\n    A = 'A'\n    C = 'C'\n"),
        (RUN.format(", a: str | Path", ""), RUN.format(", a: str | PathLike[str] | bytes", "")),
        (RUN.format(", a: int", ""), RUN.format(", a: float", "")),
        (RUN.format(", a: int", ""), RUN.format(", a: object", "")),
        (RUN.format(", a: int, /", ""), RUN.format(", a: int", "")),
        (RUN.format("", " -> float | None"), RUN.format("", " -> int")),
        (RUN.format("", ""), RUN.format(", b: int = 1, *more: int, **settings: Any", " -> int")),
        ("class A:\n    a: int | None\n", "class A:\n    a: None | int\n"),
        ("@dataclass(slots=True)\nclass A: ...\n", "@dataclass(frozen=True)\nclass A: ...\n"),
        ("@final\nclass A: ...\n", "class A: ...\n"),
    ],
)
def test_what_no_program_would_miss(old: str, new: str) -> None:
    assert breaks(old, new) == []
