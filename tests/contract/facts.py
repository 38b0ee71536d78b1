"""The facts of Binance's pages a second time, copied by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_PORTFOLIO = "derivatives/portfolio-margin-pro/account/"


class Fact(NamedTuple):
    endpoint: str
    title: str
    chinese: str
    weights: Mapping[str, int]
    """By scope; one of `ip` and `uid`, or both."""
    calls_per_minute: int
    page: str
    """Empty where there is no page: `other_sources` then has what was read."""
    parameters: str
    """In the order of the page; required ones have an exclamation mark. An enum stands by its name."""
    response: dict[str, dict[str, str]]
    """The records of a response, its own first, with the types of their fields; a question mark where one can be absent."""
    example: object
    effect: dict[str, dict[str, object]] | None
    """What a call does to wallets: the parameters, the fields and the wallets that take part in it."""
    read: str = "2026-01-15"
    read_in_chinese: str = "2026-01-15"
    """Empty where there is no page in Chinese."""
    other_sources: Mapping[str, Mapping[str, str]] = {}
    """The SDK or the catalogue, where facts were read from it: its `url`, and the day in `read`."""
    security: str = "USER_DATA"
    moves_funds: bool = True
    permissions: tuple[str, ...] = ()
    cap: tuple[int, int] | None = None
    """Calls, and the seconds that they are counted in."""
    rules: Mapping[str, Mapping[str, object]] = {}
    """What the page says of single parameters beside RULES: range, default, values that are not taken."""
    conditions: tuple[tuple[str, str, list[str]], ...] = ()
    """The parameter, the other one, and the values of the other one with which it must be given."""


_SUB_ACCOUNT = "sub_account/asset-management/"
_SYMBOLS = (
    ("fromSymbol", "type", ["ISOLATEDMARGIN_MARGIN", "ISOLATEDMARGIN_ISOLATEDMARGIN"]),
    ("toSymbol", "type", ["MARGIN_ISOLATEDMARGIN", "ISOLATEDMARGIN_ISOLATEDMARGIN"]),
)
_COLLECTED = {"CollectionReceipt": {"msg": "Literal['success']"}}
_MOVED = {"asset": "asset", "amount": "amount"}
_HELD = {
    "asset": "str",
    "free": "Decimal",
    "locked?": "Decimal",
    "freeze?": "Decimal",
    "withdrawing?": "Decimal",
    "btcValuation?": "Decimal",
}
_WALLET_NAMES = {
    "Spot": "MAIN",
    "Funding": "FUNDING",
    "Cross Margin": "MARGIN",
    "Isolated Margin": "ISOLATEDMARGIN",
    "USDⓈ-M Futures": "UMFUTURE",
    "COIN-M Futures": "CMFUTURE",
    "Earn": "EARN",
    "Options": "OPTION",
}
_WORTH = {"USDⓈ-M Futures": "0.71842752"}
_KEY_OPTIONS = {
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "enableMargin": False,
    "enableFutures": False,
    "permitsUniversalTransfer": False,
    "enableVanillaOptions": False,
    "enableFixApiTrade": False,
    "enableFixReadOnly": True,
    "enableSpotAndMarginTrading": False,
    "enablePortfolioMarginTrading": True,
}
FACTS = {
    "fundCollectionByAsset": Fact(
        "POST /sapi/v1/portfolio/asset-collection",
        "Fund Collection by Asset",
        "特定资产资金归集",
        *({"ip": 60}, 200),
        f"{_PORTFOLIO}Fund-Collection-by-Asset",
        "asset!:string recvWindow:integer timestamp!:integer",
        _COLLECTED,
        {"msg": "success"},
        {"collect": {"from": ["UMFUTURE", "CMFUTURE"], "to": "MARGIN", "asset": "asset"}},
        rules={"asset": {"refused": ["BNB"]}},
    ),
    "fundAutoCollection": Fact(
        "POST /sapi/v1/portfolio/auto-collection",
        "Fund Auto-collection",
        "资金归集",
        *({"ip": 1500}, 8),
        f"{_PORTFOLIO}Fund-Auto-collection",
        "recvWindow:integer timestamp!:integer",
        _COLLECTED,
        {"msg": "success"},
        {"collect": {"from": ["UMFUTURE", "CMFUTURE"], "to": "MARGIN", "except": ["BNB"]}},
        cap=(500, 3600),
    ),
    "userUniversalTransfer": Fact(
        "POST /sapi/v1/asset/transfer",
        "User Universal Transfer",
        "用户万向划转",
        *({"uid": 900}, 200),
        "wallet/asset/user-universal-transfer",
        "type!:TransferType asset!:string amount!:decimal fromSymbol:string toSymbol:string recvWindow:integer "
        "timestamp!:integer",
        {"UniversalTransferReceipt": {"tranId": "int"}},
        {"tranId": 13526853623},
        {"transfer": {"by": "type", **_MOVED, "receipt": "tranId", "from": "fromSymbol", "to": "toSymbol"}},
        read_in_chinese="2026-02-11",
        permissions=("permitsUniversalTransfer",),
        conditions=_SYMBOLS,
    ),
    "marginTransferForSubAccount": Fact(
        "POST /sapi/v1/sub-account/margin/transfer",
        "Margin Transfer for Sub-account",
        "子账户杠杆划转",
        *({"ip": 1}, 12000),
        "sub_account/asset-management/Margin-Transfer-for-Sub-account",
        "email!:string asset!:string amount!:decimal type!:MarginTransferDirection recvWindow:integer timestamp!:integer",
        {"SubAccountTransferReceipt": {"txnId": "str"}},
        {"txnId": "2966662589"},
        {"transfer": {"by": "type", **_MOVED, "receipt": "txnId", "from": "email", "to": "email"}},
        permissions=("enableSpotAndMarginTrading",),
    ),
    "getTransferableEarnAssetBalanceForPortfolioMargin": Fact(
        "GET /sapi/v1/portfolio/earn-asset-balance",
        "Get Transferable Earn Asset Balance for Portfolio Margin",
        "查询统一账户理财资产可划转金额",
        *({"ip": 1500}, 8),
        f"{_PORTFOLIO}Get-Transferable-Earn-Asset-Balance-Portfolio-Margin",
        "asset!:EarnAsset transferType!:EarnTransferType recvWindow:integer timestamp!:integer",
        {"TransferableEarnBalance": {"asset": "str", "amount": "Decimal"}},
        {"asset": "LDUSDT", "amount": "0.55"},
        {"report": {"by": "transferType", **_MOVED}},
        moves_funds=False,
    ),
    "queryUserUniversalTransferHistory": Fact(
        "GET /sapi/v1/asset/transfer",
        "Query User Universal Transfer History",
        "查询用户万向划转历史",
        *({"ip": 1}, 12000),
        "wallet/asset/query-user-universal-transfer",
        "type!:TransferType startTime:integer endTime:integer current:integer size:integer fromSymbol:string "
        "toSymbol:string recvWindow:integer timestamp!:integer",
        {
            "UniversalTransferHistory": {"total": "int", "rows": "list[UniversalTransferRow]"},
            "UniversalTransferRow": {
                "asset": "str",
                "amount": "Decimal",
                "type": "str",
                "status": "str",
                "tranId": "int",
                "timestamp": "int",
            },
        },
        {
            "total": 2,
            "rows": [
                {"asset": "USDT", "amount": amount, "type": "MAIN_UMFUTURE", "status": "CONFIRMED", **made}
                for amount, made in (
                    ("1", {"tranId": 11415955596, "timestamp": 1544433328000}),
                    ("2", {"tranId": 11366865406, "timestamp": 1544433328000}),
                )
            ],
        },
        {"history": {"of": "userUniversalTransfer"}},
        moves_funds=False,
        rules={
            "startTime": {"minimum": 0},
            "endTime": {"minimum": 0},
            "current": {"minimum": 1, "default": 1},
            "size": {"minimum": 1, "maximum": 100, "default": 10},
        },
        conditions=_SYMBOLS,
    ),
    "getPortfolioMarginProAccountBalance": Fact(
        "GET /sapi/v1/portfolio/balance",
        "Get Portfolio Margin Pro Account Balance",
        "查询统一账户专业版账户余额",
        *({"ip": 20}, 600),
        f"{_PORTFOLIO}Get-Classic-Portfolio-Margin-Balance-Info",
        "asset:string recvWindow:integer timestamp!:integer",
        {
            "GetPortfolioMarginProAccountBalanceResponse": {"": "list[PortfolioMarginProBalance]"},
            "PortfolioMarginProBalance": {
                "asset": "str",
                "totalWalletBalance?": "Decimal",
                "crossMarginAsset?": "Decimal",
                "crossMarginBorrowed?": "Decimal",
                "crossMarginFree": "Decimal",
                "crossMarginInterest?": "Decimal",
                "crossMarginLocked?": "Decimal",
                "umWalletBalance": "Decimal",
                "umUnrealizedPNL?": "Decimal",
                "cmWalletBalance": "Decimal",
                "cmUnrealizedPNL?": "str",
                "updateTime?": "int",
                "negativeBalance?": "Decimal",
                "optionWalletBalance?": "Decimal",
                "optionEquity?": "Decimal",
            },
        },
        [
            {
                "asset": "BTC",
                "totalWalletBalance": "100",
                "crossMarginAsset": "100",
                "crossMarginBorrowed": "0",
                "crossMarginFree": "100",
                "crossMarginInterest": "0",
                "crossMarginLocked": "0",
                "umWalletBalance": "0",
                "umUnrealizedPNL": "0",
                "cmWalletBalance": "0",
                "cmUnrealizedPNL": "0",
                "updateTime": 0,
                "negativeBalance": "0",
                "optionWalletBalance": "0",
                "optionEquity": "0",
            }
        ],
        {
            "balances": {
                "asset": "asset",
                "wallets": {"crossMarginFree": "MARGIN", "umWalletBalance": "UMFUTURE", "cmWalletBalance": "CMFUTURE"},
                "only": "asset",
            }
        },
        moves_funds=False,
    ),
    "getDetailOnSubAccountsMarginAccount": Fact(
        "GET /sapi/v1/sub-account/margin/account",
        "Get Detail on Sub-account's Margin Account",
        "查询子账户杠杆账户详情",
        *({"ip": 10}, 1200),
        f"{_SUB_ACCOUNT}Get-Detail-on-Sub-accounts-Margin-Account",
        "email!:string recvWindow:integer timestamp!:integer",
        {
            "SubAccountMarginAccount": {
                "email": "str",
                "marginLevel?": "Decimal",
                "totalAssetOfBtc?": "Decimal",
                "totalLiabilityOfBtc?": "Decimal",
                "totalNetAssetOfBtc?": "Decimal",
                "marginTradeCoeffVo?": "MarginLevels",
                "marginUserAssetVoList": "list[MarginAsset]",
            },
            "MarginLevels": {
                "forceLiquidationBar?": "Decimal",
                "marginCallBar?": "Decimal",
                "normalBar?": "Decimal",
            },
            "MarginAsset": {
                "asset": "str",
                "borrowed?": "Decimal",
                "free": "Decimal",
                "interest?": "Decimal",
                "locked?": "Decimal",
                "netAsset?": "Decimal",
            },
        },
        {
            "email": "123@test.com",
            "marginLevel": "11.64405625",
            "totalAssetOfBtc": "6.82728457",
            "totalLiabilityOfBtc": "0.58633215",
            "totalNetAssetOfBtc": "6.24095242",
            "marginTradeCoeffVo": {
                "forceLiquidationBar": "1.10000000",
                "marginCallBar": "1.50000000",
                "normalBar": "2.00000000",
            },
            "marginUserAssetVoList": [
                {
                    "asset": asset,
                    "borrowed": borrowed,
                    "free": free,
                    "interest": "0.00000000",
                    "locked": "0.00000000",
                    "netAsset": net,
                }
                for asset, borrowed, free, net in (
                    ("BTC", "0.00000000", "0.00499500", "0.00499500"),
                    ("BNB", "201.66666672", "2346.50000000", "2144.83333328"),
                    ("ETH", "0.00000000", "0.00000000", "0.00000000"),
                    ("USDT", "0.00000000", "0.00000000", "0.00000000"),
                )
            ],
        },
        {
            "balances": {
                "rows": "marginUserAssetVoList",
                "asset": "asset",
                "wallets": {"free": "SUB_MARGIN"},
                "owner": "email",
            }
        },
        moves_funds=False,
    ),
    "querySubAccountAssets": Fact(
        "GET /sapi/v4/sub-account/assets",
        "Query Sub-account Assets",
        "查询子账户资产",
        *({"uid": 60}, 3000),
        f"{_SUB_ACCOUNT}Query-Sub-account-Assets-V4",
        "email!:string recvWindow:integer timestamp!:integer",
        {"SubAccountAssets": {"balances": "list[SpotAsset]"}, "SpotAsset": _HELD},
        {
            "balances": [
                {"freeze": "0", "withdrawing": "0", "asset": asset, "free": free, "locked": "0"}
                for asset, free in (("ADA", "10000"), ("BNB", "10003"), ("BTC", "11467.6399"))
            ]
        },
        {"balances": {"rows": "balances", "asset": "asset", "wallets": {"free": "SUB_MAIN"}, "owner": "email"}},
        moves_funds=False,
    ),
    "queryUserWalletBalance": Fact(
        "GET /sapi/v1/asset/wallet/balance",
        "Query User Wallet Balance",
        "查询用户钱包余额",
        *({"ip": 60}, 200),
        "wallet/asset/query-user-wallet-balance",
        "quoteAsset:string needBalanceDetail:boolean recvWindow:integer timestamp!:integer",
        {
            "QueryUserWalletBalanceResponse": {"": "list[WalletBalance]"},
            "WalletBalance": {
                "activate?": "bool",
                "balance": "Decimal",
                "walletName": "str",
                "assetBalances?": "list[SpotAsset]",
            },
            "SpotAsset": _HELD,
        },
        [
            {"activate": name != "Options", "balance": _WORTH.get(name, "0"), "walletName": name}
            for name in (*_WALLET_NAMES, "Trading Bots", "Copy Trading")
        ],
        {
            "overview": {
                "name": "walletName",
                "wallets": _WALLET_NAMES,
                "value": "balance",
                "unit": "quoteAsset",
                "detail": "assetBalances",
                "detailOn": "needBalanceDetail",
                "asset": "asset",
                "amount": "free",
            }
        },
        moves_funds=False,
        rules={"quoteAsset": {"default": "BTC"}},
    ),
    "getApiKeyPermission": Fact(
        "GET /sapi/v1/account/apiRestrictions",
        "Get API Key Permission",
        "查询用户 API Key 权限",
        *({"ip": 1}, 12000),
        "wallet/account/api-key-permission",
        "recvWindow:integer timestamp!:integer",
        {
            "ApiKeyPermissions": {
                "ipRestrict": "bool",
                "createTime?": "int",
                "enableReading": "bool",
                **{f"{name}?": "bool" for name in _KEY_OPTIONS},
            }
        },
        {"ipRestrict": False, "createTime": 1698645219000, "enableReading": True, **_KEY_OPTIONS},
        {"permissions": {}},
        moves_funds=False,
    ),
    "systemStatus": Fact(
        "GET /sapi/v1/system/status",
        "System Status",
        "系统状态",
        *({"ip": 1}, 12000),
        "wallet/others/system-status",
        "",
        {"SystemState": {"status": "int", "msg": "str"}},
        {"status": 0, "msg": "normal"},
        None,
        security="NONE",
        moves_funds=False,
    ),
}
"""The five in the order of the spec, and after them the reads for confirming."""


def fact_of(operation_id: str) -> Fact:
    """Return the facts of an operation, or fail with where to write them."""
    assert operation_id in FACTS, (
        f"FACTS in tests/contract/facts.py lacks {operation_id}: copy its facts from Binance's page, or from another source that was read, by hand."
    )
    return FACTS[operation_id]
