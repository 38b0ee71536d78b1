"""The recipes of the documentation for frameworks that retry: what they call exists, and that of tenacity is run."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any

import pytest

import binance_transfers
from binance_transfers import Client, Journal
from tests.contract.pages import DOCS, read

from .binance import Binance

RECIPES = [
    code
    for code in read(DOCS / "en" / "running-nightly.md").code("python")
    if "journal.once" in code and "__main__" not in code
]
[TENACITY] = [code for code in RECIPES if code.startswith("from tenacity")]


def test_there_are_recipes_for_four_frameworks() -> None:
    frameworks = [ast.walk(ast.parse(code)) for code in RECIPES]
    imported = [{node.module for node in nodes if isinstance(node, ast.ImportFrom)} for nodes in frameworks]
    for modules, wanted in zip(imported, ("tenacity", "airflow.sdk", "celery", "temporalio"), strict=True):
        assert wanted in modules


@pytest.mark.parametrize("code", RECIPES)
def test_a_recipe_names_what_the_package_has(code: str) -> None:
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    names = [name.name for node in imports if node.module == "binance_transfers" for name in node.names]
    assert {"Client", "Journal"} <= {*names}
    assert [name for name in names if not hasattr(binance_transfers, name)] == []


@pytest.mark.parametrize("code", RECIPES)
def test_a_recipe_makes_its_transfer_through_the_journal_under_a_key_from_outside(code: str) -> None:
    tree = ast.parse(code)
    [function] = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "move"]
    [call] = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "journal.once"
    ]
    assert call in [*ast.walk(function)]
    key, method, *others = call.args
    assert (ast.unparse(key), others) == ("key", [])
    name = ast.unparse(method).removeprefix("client.")
    inspect.signature(getattr(Client, name)).bind(None, **{str(word.arg): word.value for word in call.keywords})


def retried(binance: Binance) -> Callable[..., Any]:
    """Return the function of tenacity's recipe, whose pauses move the sandbox's clock."""
    names: dict[str, Any] = {}
    exec(TENACITY.partition("\n\n\nwith ")[0], names)  # noqa: S102 - a page of ours
    function: Any = names["move"]

    def sleep(seconds: float) -> None:
        binance.clock.now += round(seconds * 1000)

    function.retry.sleep = sleep
    move: Callable[..., Any] = function
    return move


@pytest.mark.parametrize("executed", [True, False])
def test_a_lost_transfer_is_made_once_by_the_recipe(binance: Binance, journal: Journal, *, executed: bool) -> None:
    binance.sandbox.inject("lost", operation="user_universal_transfer", executed=executed)
    receipt = retried(binance)(binance.client(), journal, "2026-11-28/move-1")
    assert (receipt.tran_id, binance.moved) == (binance.sandbox.entries[-1].id, 1)


class WithoutJournal:
    """Calls the method, as a retry around it does."""

    def once(self, _key: str, method: Callable[..., Any], **arguments: Any) -> Any:
        return method(**arguments)


def test_it_is_made_twice_by_a_retry_around_the_method(binance: Binance) -> None:
    binance.sandbox.inject("lost", operation="user_universal_transfer", executed=True)
    retried(binance)(binance.client(), WithoutJournal(), "2026-11-28/move-1")
    assert binance.moved == 2
