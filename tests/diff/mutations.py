"""Changes of the spec, one each, and the line that a terminal shows of it."""

from __future__ import annotations

from .mutation import BALANCE, COLLECT, SHARED, SUB, SWEEP, TRANSFER_NAME, one

NEW_PARAMETER = """\
        - name: clientTranId
          in: query
          required: {}
          description: An id of the caller's own.
          x-binance-zh: 调用方自定义的 ID。
          schema: {{type: string}}
          example: abc
"""
BUDGET = "uid: {weight: 180000, seconds: 60}"
PERMISSION = """\
        - name: permitsUniversalTransfer
          description: The API key must be allowed to make universal transfers (Permits Universal Transfer).
          x-binance-zh: API 密钥须开通“允许万向划转”权限。
"""
MAIN_UMFUTURE = "const: MAIN_UMFUTURE\n"
UMFUTURE_MAIN = """\
        - const: UMFUTURE_MAIN
          description: USDⓈ-M futures wallet to spot wallet
          x-binance-zh: 从 U 本位合约钱包划转到现货钱包
          x-binance-moves: {from: UMFUTURE, to: MAIN}
"""
NEW_MEMBER = """\
        - const: OPTION_MOON
          description: Options wallet to the moon
          x-binance-zh: 从期权钱包划转到月球
"""
NEW_ENUM = """\
    Colour:
      type: string
      description: A colour.
      x-binance-zh: 颜色。
      enum: [RED]
"""
NEW_ERROR = """\
  - code: -7777
    name: LUCKY
    description: New.
    x-binance-zh: 新的。
    outcome: {}
    documented: false
"""
FUTURE_TO_EARN = """\
        - const: FUTURE_TO_EARN
          description: Futures account to Earn account
          x-binance-zh: 从合约账户划转到理财账户
          x-binance-moves: {from: UMFUTURE, to: EARN}
"""
LAST_SERVER = """\
  - url: https://api4.binance.com
    description: Fourth alternative host. May be faster than the default, but is less stable.
    x-binance-zh: 备用主机四，可能比默认主机快，但稳定性较低。
"""
MUTATIONS = (
    # Operations
    one(
        ("fundAutoCollection", "sweep"),
        "breaking: sweep: name fund_auto_collection -> sweep",
        signature=True,
        alone=True,
    ),
    one(("    post:", "    put:", ("/auto-collection:",)), "facts: fund_auto_collection: method POST -> PUT"),
    one(
        ("security: USER_DATA", "security: TRADE", (SWEEP,)), "facts: fund_auto_collection: security USER_DATA -> TRADE"
    ),
    one(
        ("moves-funds: true", "moves-funds: false", (SUB,)),
        "breaking: margin_transfer_for_sub_account: moves funds true -> false",
    ),
    one(
        ("Compare the balances of the futures", "Watch the balances of the futures", (SWEEP,)),
        'text: fund_auto_collection: when unknown: description in English: "Compare the balances..." '
        '-> "Watch the balances..."',
        where=(SWEEP, "x-binance-when-unknown", "description"),
    ),
    one(
        ("summary: Fund Auto-collection", "summary: Fund Autocollection"),
        'text: fund_auto_collection: title in English: "Fund Auto-collection" -> "Fund Autocollection"',
    ),
    one(
        ("summary: 资金归集", "summary: 资金归拢", (SWEEP,)),
        'text: fund_auto_collection: title in Chinese: "资金归集" -> "资金归拢"',
    ),
    one(
        ("Neither assets nor amounts can be chosen.", "Neither assets nor sums can be chosen.", (SWEEP,)),
        'text: fund_auto_collection: description in English: "...assets nor amounts can be..." '
        '-> "...assets nor sums can be..."',
        where=(SWEEP, "description: >-"),
    ),
    # Weights, limits, permissions
    one(
        ("{scope: ip, weight: 60}", "{scope: ip, weight: 120}", (COLLECT,)),
        "facts: fund_collection_by_asset: weight 60 -> 120 per IP: 200 -> 100 calls per minute",
        alone=True,
    ),
    one(
        ("{scope: ip, weight: 60}", "{scope: uid, weight: 60}", (COLLECT,)),
        "facts: fund_collection_by_asset: scope ip -> uid: 200 -> 3000 calls per minute",
        alone=True,
    ),
    one(
        ("{calls: 500, seconds: 3600}", "{calls: 400, seconds: 3600}"),
        "facts: fund_auto_collection: call limit 500 calls per hour -> 400 calls per hour",
    ),
    one(
        ("      x-binance-call-limit: {calls: 500, seconds: 3600}\n", ""),
        "facts: fund_auto_collection: call limit 500 calls per hour -> none",
        gone=True,
    ),
    one(
        (
            "      x-binance-moves-funds",
            "      x-binance-call-limit: {calls: 2, seconds: 60}\n      x-binance-moves-funds",
            (SUB,),
        ),
        "facts: margin_transfer_for_sub_account: call limit none -> 2 calls per minute",
    ),
    one(
        (BUDGET, "uid: {weight: 90000, seconds: 60}"),
        "facts: budget per UID 180000 in 60 seconds -> 90000 in 60 seconds; "
        "calls per minute: user_universal_transfer 200 -> 100",
        alone=True,
    ),
    one(
        (f"      x-binance-permissions:\n{PERMISSION}", ""),
        f"facts: {TRANSFER_NAME}: permission no longer needed: permitsUniversalTransfer",
        where=("name: permitsUniversalTransfer",),
        gone=True,
        alone=True,
    ),
    one(
        (PERMISSION, PERMISSION + PERMISSION.replace("permitsUniversal", "permitsOther")),
        f"facts: {TRANSFER_NAME}: permission needed: permitsOtherTransfer",
        where=("name: permitsOtherTransfer",),
    ),
    # Conditions
    one(
        ("in: [MARGIN_ISOLATEDMARGIN,", "in: [MAIN_ISOLATED_MARGIN, MARGIN_ISOLATEDMARGIN,"),
        f"breaking: {TRANSFER_NAME}: toSymbol: required when type is MAIN_ISOLATED_MARGIN",
        where=("- parameter: toSymbol",),
        alone=True,
    ),
    one(
        ("in: [ISOLATEDMARGIN_MARGIN, ISOLATEDMARGIN_ISOLATEDMARGIN]", "in: [ISOLATEDMARGIN_ISOLATEDMARGIN]"),
        f"feature: {TRANSFER_NAME}: fromSymbol: no longer required when type is ISOLATEDMARGIN_MARGIN",
        where=("- parameter: fromSymbol",),
        gone=True,
    ),
    one(
        (
            "in: [MARGIN_ISOLATEDMARGIN, ISOLATEDMARGIN_ISOLATEDMARGIN]",
            "in: [ISOLATEDMARGIN_ISOLATEDMARGIN, MARGIN_ISOLATEDMARGIN]",
        ),
        f"text: {TRANSFER_NAME}: the values of type that require toSymbol stand in another order",
        where=("- parameter: toSymbol",),
        alone=True,
    ),
    # Parameters
    one(
        ("        - name: toSymbol\n", NEW_PARAMETER.format("false") + "        - name: toSymbol\n"),
        f"feature: {TRANSFER_NAME}: clientTranId: new optional parameter",
        signature=True,
    ),
    one(
        ("        - name: amount\n", NEW_PARAMETER.format("true") + "        - name: amount\n", (SUB,)),
        "breaking: margin_transfer_for_sub_account: clientTranId: new required parameter",
        signature=True,
    ),
    one(
        ("        - $ref: '#/components/parameters/recvWindow'\n", "", (SUB,)),
        "breaking: margin_transfer_for_sub_account: recvWindow: parameter gone",
        gone=True,
        signature=True,
        alone=True,
    ),
    one(
        ("required: false", "required: true", ("- name: toSymbol",)),
        f"breaking: {TRANSFER_NAME}: toSymbol: required false -> true",
        signature=True,
    ),
    one(
        ("required: true", "required: false", ("- name: email",)),
        "feature: margin_transfer_for_sub_account: email: required true -> false",
        signature=True,
    ),
    one(
        ("format: int64", "format: int32", (SHARED, "\n    recvWindow:\n")),
        "facts: every operation: recvWindow: type LONG (int) -> INT (int)",
    ),
    one(("maximum: 60000", "maximum: 50000"), "breaking: every operation: recvWindow: maximum 60000 -> 50000"),
    one(
        ("minLength: 3}", "minLength: 3, maxLength: 64}", ("- name: email",)),
        "breaking: margin_transfer_for_sub_account: email: maxLength none -> 64",
    ),
    one(
        ("{type: string, minLength: 1}", "{type: string}", ("- name: fromSymbol",)),
        f"feature: {TRANSFER_NAME}: fromSymbol: minLength 1 -> none",
        gone=True,
    ),
    one(
        ("{const: BNB}", "{enum: [BNB, BTC]}", (COLLECT,)),
        "breaking: fund_collection_by_asset: asset: BTC is refused now",
        alone=True,
    ),
    one(("default: 5000", "default: 6000"), "facts: every operation: recvWindow: default 5000 -> 6000"),
    one(
        ("example: BTCUSDT", "example: BNBUSDT", ("- name: fromSymbol",)),
        f"text: {TRANSFER_NAME}: fromSymbol: example BTCUSDT -> BNBUSDT",
    ),
    one(
        ("要查询的理财资产。", "所要查询的理财资产。", (BALANCE,)),
        "text: get_transferable_earn_asset_balance_for_portfolio_margin: asset: description in Chinese: "
        '"要查询的理财资产。" -> "所要查询的理财资产。"',
    ),
    one(
        ("When the request was made, in", "When the call was made, in", (SHARED, "\n    timestamp:\n")),
        'text: every operation: timestamp: description in English: "When the request was made, in..." '
        '-> "When the call was made, in..."',
        where=(SHARED, "\n    timestamp:\n", "description"),
    ),
    # Answers
    one(
        ("required: [asset, amount]", "required: [asset]"),
        "breaking: TransferableEarnBalance.amount: required true -> false",
        alone=True,
    ),
    one(
        (
            "        msg:\n          type: string\n          const",
            "        note:\n          type: string\n          description: A.\n          x-binance-zh: 甲。\n        msg:\n          type: string\n          const",
        ),
        "feature: CollectionReceipt.note: new optional field",
        alone=True,
    ),
    one(
        ("          format: decimal\n", "", ("TransferableEarnBalance:\n",)),
        "breaking: TransferableEarnBalance.amount: type Decimal -> str",
        where=("TransferableEarnBalance:\n", "        amount:"),
        alone=True,
    ),
    one(
        ("tranId: 13526853623", "tranId: 13526853624"),
        f'facts: {TRANSFER_NAME}: example of the response: "{{ "tranId": 13526853623 }}" -> "{{ "tranId": 13526853624 }}"',
    ),
    one(
        ("description: The assets were collected.", "description: All assets were collected."),
        'text: fund_auto_collection: response: description in English: "The assets were collected." -> "All assets were collected."',
    ),
    # Enums
    one((UMFUTURE_MAIN, ""), "breaking: TransferType.UMFUTURE_MAIN: value gone: UMFUTURE_MAIN", gone=True),
    one(
        (UMFUTURE_MAIN, NEW_MEMBER + UMFUTURE_MAIN),
        "feature: TransferType.OPTION_MOON: new value: OPTION_MOON",
        alone=True,
    ),
    one(
        ("title: SPOT_TO_MARGIN", "title: INTO_MARGIN"),
        "breaking: MarginTransferDirection.INTO_MARGIN: member SPOT_TO_MARGIN -> INTO_MARGIN",
    ),
    one(
        (
            "x-binance-moves: {from: MAIN, to: UMFUTURE}",
            "x-binance-moves: {from: MAIN, to: CMFUTURE}",
            (MAIN_UMFUTURE,),
        ),
        "facts: TransferType.MAIN_UMFUTURE: moves from MAIN to UMFUTURE -> from MAIN to CMFUTURE",
    ),
    one(
        (FUTURE_TO_EARN, ""),
        "text: EarnTransferType: the values stand in another order",
        ("        - const: EARN_TO_FUTURE", f"{FUTURE_TO_EARN}        - const: EARN_TO_FUTURE"),
        where=("    EarnTransferType:", "oneOf:"),
        alone=True,
    ),
    one(("    CollectionReceipt:\n", f"{NEW_ENUM}    CollectionReceipt:\n"), "feature: Colour: new enum", alone=True),
    # Error codes
    one(
        ("outcome: not_executed", "outcome: unknown", ("code: -1021",)),
        "breaking: error -1021: outcome not_executed -> unknown",
        alone=True,
    ),
    one(
        ("outcome: probably_not_executed", "outcome: unknown", ("code: -1008",)),
        "breaking: error -1008: outcome probably_not_executed -> unknown",
    ),
    one(
        ("    documented: false\n", "    documented: false\n    exception: RateLimited\n", ("code: -1020",)),
        "facts: error -1020: exception Rejected -> RateLimited",
        where=("code: -1020", "exception"),
        alone=True,
    ),
    one(
        ("exception: AuthenticationError", "exception: RateLimited", ("code: -2014",)),
        "breaking: error -2014: exception AuthenticationError -> RateLimited",
    ),
    one(("name: TIMEOUT", "name: TIMED_OUT", ("code: -1007",)), "facts: error -1007: name TIMEOUT -> TIMED_OUT"),
    one(("documented: false", "documented: true", ("code: -1099",)), "facts: error -1099: documented false -> true"),
    one(
        ("  - code: -9000\n", f"{NEW_ERROR.format('not_executed')}  - code: -9000\n"),
        "facts: error -7777: new: LUCKY, not_executed",
    ),
    one(
        ("  - code: -6019\n", f"{NEW_ERROR.format('unknown').replace('7777', '6018')}  - code: -6019\n"),
        "breaking: error -6018: new: LUCKY, unknown",
    ),
    # The whole
    one((LAST_SERVER, ""), "facts: server gone: https://api4.binance.com", gone=True),
    one(
        (LAST_SERVER, LAST_SERVER + LAST_SERVER.replace("api4", "api5")),
        "facts: new server: https://api5.binance.com",
        where=("url: https://api5",),
        alone=True,
    ),
    one(
        ("description: The default host.", "description: The usual host."),
        'text: server https://api.binance.com: description in English: "The default host." -> "The usual host."',
    ),
    one(
        ("  OPTION:\n", "  MOON:\n    description: Moon\n    x-binance-zh: 月球\n  OPTION:\n"),
        "feature: new wallet: MOON",
    ),
    one(
        ("title: Binance transfers", "title: Transfers of Binance"),
        'text: info: title in English: "Binance transfers" -> "Transfers of Binance"',
    ),
    # Notes and sources
    one(
        ("Neither limits the assets,", "None limits the assets,"),
        'text: margin_transfer_for_sub_account: asset: note 1 in English: "...page USDT. Neither limits the..." '
        '-> "...page USDT. None limits the..."',
        where=(SUB, "- name: asset", "x-binance-note", "description"),
    ),
    one(
        ("fact: security, says: TRADE", "fact: security, says: MARGIN", (BALANCE,)),
        "text: get_transferable_earn_asset_balance_for_portfolio_margin: "
        "note 1 explains zh-CN security TRADE -> zh-CN security MARGIN",
        where=(BALANCE, "explains:"),
    ),
    one(
        ("docs/wallet/asset/user-universal-transfer", "docs/wallet/asset/universal-transfer"),
        f"text: {TRANSFER_NAME}: page en: address https://developers.binance.com/docs/wallet/asset/user-universal-transfer -> "
        "https://developers.binance.com/docs/wallet/asset/universal-transfer",
    ),
    one(
        ("read: '2026-02-11'", "read: '2026-03-01'"),
        f"text: {TRANSFER_NAME}: page zh-CN: page date 2026-02-11 -> 2026-03-01",
    ),
)
