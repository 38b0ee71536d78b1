"""A package of transfers and the reads that show what became of them: its table, its iterators, its documentation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from generator.ir.build import build
from generator.openapi.load import load
from generator.render.docs import pages
from tests.confirmed_specs import LIST, MOVE, READS, ROOT, SCHEMAS, TEXT
from tests.specs import forget, generate, imported, spec

OWN = LIST._replace(
    path="/own",
    text=LIST.text.replace("listMoves", "listOwn")
    .replace("of: moveIt", "of: moveOwn")
    .replace(" at:", " when:")
    .replace("state, at]", "state, when]"),
)
MOVE_OWN = MOVE._replace(
    path="/moveOwn",
    text=MOVE.text.replace("moveIt", "moveOwn")
    .replace("listMoves", "listOwn")
    .replace("time: at", "time: when")
    .replace("settle: 30", "settle: 7"),
)
"""Another endpoint and its read, whose rows have another form."""


def package_of(text: str, folder: Path) -> Iterator[ModuleType]:
    name = f"confirmed_{folder.name}"
    yield imported(generate(text, folder), name)
    forget(name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("confirmed")


@pytest.fixture(scope="module")
def package(folder: Path) -> Iterator[ModuleType]:
    yield from package_of(TEXT, folder)


def test_a_new_endpoint_with_its_own_confirmation_needs_the_spec_alone(tmp_path: Path) -> None:
    text = spec(MOVE, MOVE_OWN, OWN, *READS, schemas=SCHEMAS, root=ROOT)
    for package in package_of(text, tmp_path):
        operation = package.OPERATIONS["move_own"]
        history = operation.confirmation.history
        assert (operation.confirmation.settle, history.operation, history.time) == (7, "list_own", "when")
        assert package.OPERATIONS["list_own"].effect.of == "move_own"
        assert package.OPERATIONS["move_it"].confirmation.history.operation == "list_moves"
        assert hasattr(package.Client, "iter_list_own")
    page = (tmp_path / "generated" / "docs" / "en" / "endpoints" / "move_own.md").read_text(encoding="utf-8")
    assert "| Transfers are listed by | [listOwn](list_own.md) |" in page
    assert "| Time of the transfer | `when` |" in page


def test_the_table_has_what_the_spec_says(package: ModuleType) -> None:
    operations = package.OPERATIONS
    assert [operation.tag for operation in operations.values()] == ["moving"] * 2 + ["reading"] * 6
    assert repr(operations["list_moves"].paging) == (
        "Paging(page='page', size='size', largest=3, rows='rows', total='total')"
    )
    status = operations["move_it"].confirmation.history.status
    assert repr(status) == (
        "Statuses(field='state', executed=('DONE',), pending=('WAITING',), not_executed=('FAILED', 'GONE'))"
    )
    with pytest.raises(TypeError):
        operations["move_it"].confirmation.history.match["coin"] = "amount"
    assert operations["read_balances"].confirmation is operations["read_balances"].paging is None


# Iterators


class Pages:
    """Serves rows in pages of what is asked for, but of `most` rows at most; `total` as it is, or as said."""

    def __init__(self, rows: int, *, most: int = 3, total: int | None = None) -> None:
        self.rows = [
            {"moveId": number, "coin": "BTC", "sum": "1", "mail": "a", "state": "DONE", "at": 5}
            for number in range(rows)
        ]
        self.most = most
        self.total = rows if total is None else total
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = {key: value for key, value in request.url.params.items() if key not in ("timestamp", "signature")}
        self.asked.append(asked)
        size = min(int(asked["size"]), self.most)
        start = (int(asked["page"]) - 1) * size
        return httpx.Response(200, json={"total": self.total, "rows": self.rows[start : start + size]})


def sync_ids(package: ModuleType, pages: Pages, **arguments: Any) -> list[int]:
    with package.Client("key", "secret", transport=httpx.MockTransport(pages)) as client:
        return [row.move_id for row in client.iter_list_moves(kind="IN", **arguments)]


def async_ids(package: ModuleType, pages: Pages, **arguments: Any) -> list[int]:
    async def run() -> list[int]:
        async with package.AsyncClient("key", "secret", transport=httpx.MockTransport(pages)) as client:
            return [row.move_id async for row in client.iter_list_moves(kind="IN", **arguments)]

    return asyncio.run(run())


BOTH = pytest.mark.parametrize("ids", [sync_ids, async_ids])


@BOTH
@pytest.mark.parametrize(("rows", "calls"), [(0, 1), (2, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_all_rows_come_in_order_and_no_page_is_asked_for_in_vain(
    package: ModuleType, ids: Any, rows: int, calls: int
) -> None:
    pages = Pages(rows)
    assert ids(package, pages) == list(range(rows))
    assert [page["page"] for page in pages.asked] == [str(number) for number in range(1, calls + 1)]
    assert {page["size"] for page in pages.asked} == {"3"}


@BOTH
def test_pages_have_the_size_that_is_asked_for_and_every_other_argument(package: ModuleType, ids: Any) -> None:
    pages = Pages(3)
    assert ids(package, pages, size=2, begin=7) == [0, 1, 2]
    assert pages.asked == [{"kind": "IN", "begin": "7", "page": str(page), "size": "2"} for page in (1, 2)]


@BOTH
def test_pages_that_are_smaller_than_asked_for_are_read_to_the_end(package: ModuleType, ids: Any) -> None:
    assert ids(package, Pages(5, most=2)) == [0, 1, 2, 3, 4]


@BOTH
def test_a_total_that_is_too_large_ends_with_the_first_empty_page(package: ModuleType, ids: Any) -> None:
    pages = Pages(3, total=100)
    assert ids(package, pages) == [0, 1, 2]
    assert len(pages.asked) == 2


@BOTH
def test_without_a_total_a_page_that_is_not_full_is_the_last(tmp_path: Path, ids: Any) -> None:
    text = TEXT.replace(", total: total}", "}").replace("required: [rows, total]", "required: [rows]")
    for package in package_of(text, tmp_path):
        for rows, calls in ((2, 1), (3, 2), (4, 2)):
            pages = Pages(rows)
            assert (ids(package, pages), len(pages.asked)) == (list(range(rows)), calls)


@BOTH
def test_an_argument_that_breaks_a_rule_is_refused_before_anything_is_sent(package: ModuleType, ids: Any) -> None:
    pages = Pages(3)
    with pytest.raises(package.InvalidRequest, match=r"size is 4, more than the maximum 3\."):
        ids(package, pages, size=4)
    assert pages.asked == []


def test_a_row_is_used_before_the_next_page_is_asked_for(package: ModuleType) -> None:
    pages = Pages(6)
    with package.Client("key", "secret", transport=httpx.MockTransport(pages)) as client:
        rows = client.iter_list_moves(kind="IN")
        assert pages.asked == []
        assert next(rows).move_id == 0
        assert len(pages.asked) == 1


# Documentation


def section(folder: Path, path: str, heading: str, language: str = "en") -> list[str]:
    text = (folder / "generated" / "docs" / language / path).read_text(encoding="utf-8")
    return [line for line in text.partition(f"## {heading}\n")[2].partition("\n## ")[0].splitlines() if line]


@pytest.mark.usefixtures("package")
def test_the_overview_has_a_table_for_each_tag(folder: Path) -> None:
    lines = section(folder, "README.md", "Endpoints")
    headings = [line for line in lines if line.startswith("###")]
    assert headings == ["### Moving", "### Reading"]
    assert lines[:4][0] == "### Moving"
    assert [line.partition("]")[0] for line in lines if line.startswith("| [")] == [
        "| [moveIt", "| [collectAll", "| [listMoves", "| [readBalances", "| [readSub", "| [readWallets", "| [readAllowed", "| [search",
    ]  # fmt: skip


@pytest.mark.usefixtures("package")
def test_a_page_says_how_to_find_out_what_became_of_a_call(folder: Path) -> None:
    assert section(folder, "endpoints/move_it.md", "Confirmation") == [
        "The list is complete.",
        "| Fact | Value |",
        "| --- | --- |",
        "| Transfers are listed by | [listMoves](list_moves.md) |",
        "| Sent, from the call's parameters | `kind` = `kind` |",
        "| Must equal the call's parameters | `coin` = `asset`; `sum` = `amount`; `mail` = `email` |",
        "| Time window | `begin` to `end`, of the last 180 days |",
        "| Transfer id | `moveId` |",
        "| Time of the transfer | `at` |",
        "| Executed | `state` is `DONE` |",
        "| Still under way | `state` is `WAITING` |",
        "| Not executed | `state` is `FAILED` or `GONE` |",
        "| Visible | at most 30 seconds after it was executed; this is assumed, Binance states nothing |",
        "`client.reconcile` finds out by this; see [What became of it?](../what-became-of-it.md).",
    ]
    assert section(folder, "endpoints/collect_all.md", "Confirmation")[3:] == [
        "| Wallets are compared by | [readBalances](read_balances.md) |",
        "| Visible | at most 5 seconds after it was executed; this is assumed, Binance states nothing |",
        "`client.reconcile` finds out by this; see [What became of it?](../what-became-of-it.md).",
    ]


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("list_moves", ["The rows are executions of [moveIt](move_it.md)."]),
        (
            "read_balances",
            [
                "A row is what the wallets below hold of one asset, `coin`. The parameter `coin` narrows the response to one asset.",
                "| `free` | Spot wallet. |",
                "| `earn` | Earn wallet. |",
            ],
        ),
        (
            "read_sub",
            ["A row is what the wallets below hold of one asset, `coin`. The parameter `email` says whose they are."],
        ),
        (
            "read_wallets",
            [
                (
                    "A row is a wallet, named by `wallet` as below; `worth` is its value in the asset that the parameter `quote` names. "
                    "The parameter `withCoins` asks for `coins`, a list of its assets: `coin` and `free`."
                ),
                "| `Spot` | Spot wallet. |",
            ],
        ),
        (
            "read_allowed",
            [
                (
                    "A field that is true or false is a permission of the API key, "
                    "under the name that the pages of endpoints have."
                )
            ],
        ),
    ],
)
def test_a_page_says_what_a_read_reports(folder: Path, name: str, lines: list[str]) -> None:
    found = section(folder, f"endpoints/{name}.md", "Response")
    assert [line for line in lines if line not in found] == []


@pytest.mark.usefixtures("package")
def test_a_page_names_the_iterator(folder: Path) -> None:
    line = "| All rows | `iter_list_moves` yields `ListMovesResponseRows`, from pages of up to 3 rows |"
    assert line in section(folder, "endpoints/list_moves.md", "Facts")


@pytest.mark.usefixtures("package")
def test_a_page_says_what_may_not_be_given_together(folder: Path) -> None:
    assert section(folder, "endpoints/search.md", "Conditions") == [
        "- Exactly one must be given: `moveId` or `begin`.",
        "- At most one may be given: `moveId` or `coin`.",
        "- `end` may be at most 30 days after `begin`.",
    ]
    parameters = section(folder, "endpoints/search.md", "Parameters")
    assert {line.split(" | ")[0]: line.split(" | ")[2] for line in parameters[2:-2]} == {
        "| `moveId`<br>`move_id`": "on condition",
        "| `begin`": "on condition",
        "| `end`": "no",
        "| `coin`": "no",
    }


def test_a_docstring_says_what_may_not_be_given_together(package: ModuleType) -> None:
    words = " ".join((package.Client.search.__doc__ or "").split())
    assert "move_id: moveId Not together with `begin`; one of them must be given. Not together with `coin`." in words
    assert "end: end At most 30 days after `begin`." in words


def test_two_weights_of_one_operation_are_in_the_table_the_docstring_and_the_docs(tmp_path: Path) -> None:
    budgets = "{ip: {weight: 1200, seconds: 60}, uid: {weight: 100, seconds: 60}}"
    weights = "[{scope: ip, weight: 3}, {scope: uid, weight: 2}]"
    text = TEXT.replace("{ip: {weight: 1200, seconds: 60}}", budgets)
    before, name, rest = text.partition("operationId: search")
    for package in package_of(before + name + rest.replace("{scope: ip, weight: 1}", weights, 1), tmp_path):
        operation = package.OPERATIONS["search"]
        assert repr(operation.weights) == (
            "(Weight(scope='ip', weight=3, budget=1200, seconds=60), Weight(scope='uid', weight=2, budget=100, seconds=60))"
        )
        assert operation.weight is operation.weights[1]
        words = " ".join((package.Client.search.__doc__ or "").split())
    assert (
        "Weight 3 per call against the IP budget of 1200 per minute: 400 calls per minute. "
        "Weight 2 per call against the UID budget of 100 per minute: 50 calls per minute."
    ) in words
    facts = section(tmp_path, "endpoints/search.md", "Facts")
    assert "| Weight per call | 3, counted per IP address<br>2, counted per account (UID) |" in facts
    assert "| Calls per minute | 50 |" in facts
    [row] = [line for line in section(tmp_path, "README.md", "Endpoints") if "search" in line]
    assert "| 3 per IP address<br>2 per account (UID) | 50 |" in row


def test_chinese_pages_say_the_same(tmp_path: Path) -> None:
    api = replace(build(load("spec.yaml", TEXT.encode())), languages=("en", "zh-CN"))
    for path, text in pages(api).items():
        file = tmp_path / "generated" / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert section(tmp_path, "endpoints/move_it.md", "确认结果", "zh-CN") == [
        "The list is complete.",
        "| 项目 | 内容 |",
        "| --- | --- |",
        "| 查询划转记录 | [listMoves](list_moves.md) |",
        "| 传入的参数（取自该次调用） | `kind` = `kind` |",
        "| 必须等于该次调用的参数 | `coin` = `asset`；`sum` = `amount`；`mail` = `email` |",
        "| 时间范围 | `begin` 至 `end`，可查最近 180 天 |",
        "| 划转 ID | `moveId` |",
        "| 划转时间 | `at` |",
        "| 已执行 | `state` 为 `DONE` |",
        "| 处理中 | `state` 为 `WAITING` |",
        "| 未执行 | `state` 为 `FAILED` 或 `GONE` |",
        "| 何时可见 | 执行后最多 30 秒；这是假定，币安没有说明 |",
        "`client.reconcile` 据此查明结果，见[结果如何？](../what-became-of-it.md)。",
    ]
    assert section(tmp_path, "endpoints/search.md", "条件", "zh-CN") == [
        "- 必须且只能传其中一个：`moveId` 或 `begin`。",
        "- 最多传其中一个：`moveId` 或 `coin`。",
        "- `begin` 与 `end` 之间最多相隔 30 天。",
    ]
    reported = {
        "list_moves": "每条记录是 [moveIt](move_it.md) 的一次执行。",
        "read_balances": "每条记录是下列钱包中一种资产（`coin`）的持有数量。参数 `coin` 可将返回内容限定为一种资产。",
        "read_sub": "每条记录是下列钱包中一种资产（`coin`）的持有数量。参数 `email` 指定是谁的钱包。",
        "read_wallets": "每条记录是一个钱包，`wallet` 为其名称（见下表），`worth` 为其价值，以参数 `quote` 指定的资产计。"
        "传参数 `withCoins` 可取得 `coins`，即钱包内各项资产的列表：`coin` 和 `free`。",
        "read_allowed": "每个取值为真或假的字段是 API 密钥的一项权限，名称与各接口页面中的密钥权限一致。",
    }
    for name, line in reported.items():
        assert line in section(tmp_path, f"endpoints/{name}.md", "返回", "zh-CN")
    line = "| 遍历全部记录 | `iter_list_moves` 逐条给出 `ListMovesResponseRows`，每页最多 3 条 |"
    assert line in section(tmp_path, "endpoints/list_moves.md", "基本信息", "zh-CN")


@pytest.mark.usefixtures("package")
def test_the_page_of_the_client_has_a_loop_over_all_rows(folder: Path) -> None:
    lines = section(folder, "client.md", "Pages")
    assert lines[lines.index("with Client.from_env() as client:") :] == [
        "with Client.from_env() as client:",
        "    for row in client.iter_list_moves(kind=Kind.OUT):",
        "        print(row)",
        "```",
    ]
