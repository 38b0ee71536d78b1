"""What people find on GitHub: how to report a vulnerability, whom a change needs, the forms of issues, and a container to work in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from binance_transfers import __all__ as exports
from binance_transfers.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_asks_for_each_thing_once_and_for_no_secret(form: Path) -> None:
    content = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= content.keys()
    fields = [part for part in content["body"] if part["type"] != "markdown"]
    assert all(part["attributes"]["label"] and part["type"] in ("input", "textarea", "dropdown") for part in fields)
    assert len({part["id"] for part in fields}) == len(fields)
    assert any(part.get("validations", {}).get("required") for part in fields)
    assert re.search(r"Leave out keys", form.read_text(encoding="utf-8"))


def test_the_form_of_a_wrong_outcome_lists_every_verdict_and_an_endpoint() -> None:
    text = (GITHUB / "ISSUE_TEMPLATE" / "wrong-outcome.yml").read_text(encoding="utf-8")
    for outcome in ("executed", "not_executed", "pending", "undecided"):
        assert f"- reconcile said {outcome}\n" in text
    for name in ("NotExecuted", "OutcomeUnknown"):
        assert name in exports
        assert name in text
    [endpoint] = re.findall(r"placeholder: (\w+)", text)
    assert endpoint in OPERATIONS


def test_the_advice_on_security_is_in_both_languages_and_begins_with_a_leaked_key() -> None:
    text = (GITHUB / "SECURITY.md").read_text(encoding="utf-8")
    english, chinese = text.split("\n# 安全\n")
    shapes = [
        [line.split()[0] for line in part.splitlines() if re.match(r"##|\d\.|- |```", line)]
        for part in (english, chinese)
    ]
    assert shapes[0] == shapes[1]
    assert english.index("**Delete the key at Binance**") < english.index("Report a vulnerability")
    assert chinese.index("**在币安删除该密钥**") < chinese.index("Report a vulnerability")
    assert not re.search(r"\S+@\S+\.\w+|mailto:", text), "reports go to GitHub, not to an address"


def test_every_owner_is_a_team_or_a_person() -> None:
    rules = [
        line.split() for line in (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    ]
    assert rules[0][0] == "*"
    assert all(owner.startswith("@") for _, *owners in rules for owner in owners)


def test_the_container_sets_up_what_the_readme_does() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert container["postCreateCommand"] in readme
    assert "redhat.vscode-yaml" in container["customizations"]["vscode"]["extensions"]
