"""The Python reference: every public class with its public members, as they are when the package is imported."""

from __future__ import annotations

import ast
import inspect

import pytest

import binance_transfers
from binance_transfers.enums import __all__ as enums
from binance_transfers.models import __all__ as models
from generator.render.exports import EXTRAS
from generator.render.reference import CLIENTS, stubs

STUBS = {name: stub for names in stubs().values() for name, stub in names.items()}


def test_every_public_class_is_there_once() -> None:
    public = {name for name in binance_transfers.__all__ if inspect.isclass(getattr(binance_transfers, name))}
    assert {*STUBS} == {*public, *EXTRAS} - {*enums, *models}
    assert sum(map(len, stubs().values())) == len(STUBS)


@pytest.mark.parametrize("name", STUBS)
def test_a_class_has_the_public_methods_and_fields_that_it_defines_itself(name: str) -> None:
    [node] = ast.parse(STUBS[name]).body
    assert isinstance(node, ast.ClassDef)
    written = {member.name for member in node.body if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef))}
    written |= {ast.unparse(member.target) for member in node.body if isinstance(member, ast.AnnAssign)}
    kind = getattr(binance_transfers, name)
    # A client's own methods are those of endpoints.
    classes = [base for base in kind.__mro__[1:] if base.__module__.startswith("binance_transfers")]
    defined = {member for base in (classes if name in CLIENTS else [kind]) for member in vars(base)}
    annotated = inspect.get_annotations(kind)
    wanted = {member for member in {*defined, *annotated} if not member.startswith("_")}
    assert written - {"__init__"} == {member for member in wanted if _is_member(kind, member, annotated)}


def _is_member(kind: type, name: str, annotated: dict[str, object]) -> bool:
    """Return whether a name is a method, a property or a field, and no constant."""
    value = inspect.getattr_static(kind, name, None)
    return name in annotated or callable(value) or isinstance(value, (property, classmethod, staticmethod))


def test_no_stub_has_code_or_a_private_name() -> None:
    for name, stub in STUBS.items():
        for node in ast.walk(ast.parse(stub)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert len(node.body) == 1, name
                assert isinstance(node.body[0], ast.Expr), name
            elif isinstance(node, ast.ClassDef):
                assert not any(ast.unparse(base).startswith("_") for base in node.bases), name
