"""The examples of the testing page do what the page says: under pytest, and over HTTP."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.contract.docs_checks import is_for_pytest
from tests.contract.pages import DOCS, Page, read

from .running import COMMAND, JSON, run_pytest, run_python, running

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page() -> Page:
    """Return the page of one language; `tests/contract` compares the code of both."""
    return read(DOCS / "en" / "testing.md")


def treasury(page: Page) -> str:
    """Return the one example that is for pytest."""
    (code,) = filter(is_for_pytest, page.code("python"))
    return code


def passed(folder: Path, source: str) -> int:
    """Run a file of tests, and return how many of them passed; all have to."""
    done = run_pytest(folder, source, "-W", "error")
    found = re.search(r"=+ (\d+) passed in [0-9.]+s =+\n$", done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert found, done.stdout
    return int(found[1])


def test_the_tests_of_the_page_pass(page: Page, tmp_path: Path) -> None:
    assert passed(tmp_path, treasury(page)) == 5


@pytest.mark.parametrize(
    ("before", "after", "failing"),
    [
        ('return "check"', "return top_up(client, held, target)", "test_a_lost_answer_moves_nothing_twice[True]"),
        ("amount=missing", "amount=target - 1", "test_funds_move"),
    ],
    ids=["it sends twice", "it moves too little"],
)
def test_they_fail_where_the_code_is_wrong(page: Page, tmp_path: Path, before: str, after: str, failing: str) -> None:
    assert treasury(page).count(before) == 1
    with pytest.raises(AssertionError, match=re.escape(f"FAILED test_theirs.py::{failing}")):
        passed(tmp_path, treasury(page).replace(before, after))


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_has_a_test_that_passes_by_itself(readme: str, tmp_path: Path) -> None:
    (example,) = filter(is_for_pytest, read(ROOT / readme).code("python"))
    assert passed(tmp_path, example) == 1


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_test_of_the_readme_fails_where_the_code_sends_twice(readme: str, tmp_path: Path) -> None:
    (example,) = filter(is_for_pytest, read(ROOT / readme).code("python"))
    assert example.count('return "check"') == 1
    with pytest.raises(AssertionError, match="FAILED test_theirs.py::test_a_lost_response"):
        passed(tmp_path, example.replace('return "check"', "return top_up(client)"))


def test_the_commands_of_the_page_reach_a_server(page: Page) -> None:
    install_and_start, fill = page.code("sh")
    install, start = install_and_start.splitlines()
    assert install == "pip install 'binance-transfers[sandbox]'"
    python, *arguments = start.split()
    assert (python, tuple(arguments[:-1]), arguments[-1]) == ("python", COMMAND[:-1], "8090")

    curl, url, dash_h, header, dash_d, body = shlex.split(fill.replace("\\\n", ""))
    assert (curl, dash_h, dash_d) == ("curl", "-H", "-d")
    assert dict([header.split(": ")]) == JSON
    (code,) = (example for example in page.code("python") if "127.0.0.1:8090" in example)
    with running(*COMMAND) as server:
        assert server.ask("POST", url.removeprefix("http://127.0.0.1:8090"), body) == (200, {})
        done = run_python("-c", code.replace("127.0.0.1:8090", f"127.0.0.1:{server.port}"))
        assert (done.returncode, done.stderr) == (0, "")
        credit, moved = server.control("GET", "entries")
        assert (credit["target"]["wallet"], credit["asset"], credit["amount"]) == tuple(json.loads(body).values())
        assert str(moved["id"]) in done.stdout
