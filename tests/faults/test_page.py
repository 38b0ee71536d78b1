"""The table of failures in the documentation: its rows hold every scenario once, and say how each of them ends."""

from __future__ import annotations

import re

import pytest

from generator.runtime.outcome import _DOUBTFUL
from tests.contract.docs_checks import YES
from tests.contract.pages import DOCS, LANGUAGES, pages

from .scenarios import SCENARIOS, Scenario

ROWS = (
    r"plain answer|closed after the answer|length told by closing|chunked|trickled|.* before 200|receipt with .*",
    r"port .*|https to .*",
    r".* when accepted|never accepted|(closed|reset) having read .*",
    r"(close|reset)( after|, executed).*|Content-Length too long.*|cut where.*|chunks without.*|a refusal that is cut",
    r"silent.*|headers without end|answer behind .*|interim .*",
    r"200(, | with ).*|code \S+ at 200,.*|a receipt .*|oversized.*|(broken )?gzip.*|Content-Length too short",
    r"garbage.*|a status of .*|a header that is none|more headers .*",
    r".* once, then fine",
    r"(2(01|02|04|06|99)|101|status 600)( |,|$).*",
    r"30\d( .*)?",
    r"4(00|01|03|04|05|13|51) with (JSON|HTML|nothing)|code (-9999|0|200) at 400",
    r"(408|409|460|499) .*",
    r"5\d\d with .*",
    r"-100[67] .*|429 with -1007,.*",
    r"-(1000|1001|1008|9000) .*",
    r"""code ("|null|1\.5|-1007\.0).* at 400,.*|a list .*|400 with `.*""",
    r"""code ("|null|1\.5|-1007\.0).* at 429,.*""",
    r"-1100.*",
    r"-1022|a wrong .*",
    r"-1021( at 200,)? (once|twice)|a clock .*",
    r"-1021( always|, and .*)",
    r".* at (400|429), at once again|429, a second later again",
    r".*-?\d+ at (400|429), (always|too long .*|nobody .*)|429 with HTML|429, Retry-After .*",
    r"418.*",
)
"""The names of the scenarios that a row is about, in the order of the table."""
RECEIPT = {"en": "the receipt", "zh-CN": "回执"}
RESULT = {"en": "the response", "zh-CN": "响应"}
EITHER = {"en": "yes or no", "zh-CN": "是或否"}


def test_each_scenario_is_in_one_row() -> None:
    rows = {scenario.name: [row for row in ROWS if re.fullmatch(row, scenario.name)] for scenario in SCENARIOS}
    assert {name: found for name, found in rows.items() if len(found) != 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_row_says_how_its_scenarios_end(language: str) -> None:
    [table] = [table for table in pages(DOCS, language)["errors.md"].tables if table.width == 6]
    wanted = [
        _cells([scenario for scenario in SCENARIOS if re.fullmatch(row, scenario.name)], language) for row in ROWS
    ]
    assert [row[1:5] for row in table.rows] == wanted
    assert all(row[5] for row in table.rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_and_the_scenarios_have_every_status_below_500_that_leaves_the_outcome_open(language: str) -> None:
    page = pages(DOCS, language)["errors.md"]
    [row] = [row[0] for table in page.tables if table.width == 6 for row in table.rows if row[0].startswith("408")]
    [sentence] = [block.text for block in page.blocks if block.item and "408" in block.text]
    named = {
        scenario.name.partition(" ")[0] for scenario in SCENARIOS if re.match(r"4\d\d with (?!JSON$)", scenario.name)
    }
    in_doubt = {str(status) for status in _DOUBTFUL}
    assert in_doubt <= named
    assert set(re.findall(r"4\d\d", row)) == set(re.findall(r"4\d\d", sentence)) == in_doubt


def _cells(scenarios: list[Scenario], language: str) -> list[str]:
    """Return the number of scenarios, whether the server executed the transfer, and how a transfer and a read end."""
    executed = {scenario.transfer.executed > 0 for scenario in scenarios}
    [transfer], [read] = (
        {getattr(scenario, method).outcome for scenario in scenarios} for method in ("transfer", "read")
    )
    return [
        str(len(scenarios)),
        YES[language][executed.pop()] if len(executed) == 1 else EITHER[language],
        RECEIPT[language] if transfer == "done" else transfer,
        RESULT[language] if read == "done" else read,
    ]
