"""Changes of how operations are called, what they cost and what they take."""

from __future__ import annotations

from .mutations import BALANCE, COLLECT, SHARED, SUB, SWEEP, TRANSFER_NAME, one

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
OPERATION_MUTATIONS = (
    # Operations
    one(
        "an operation has another name",
        ("fundAutoCollection", "sweep", ()),
        "breaking",
        "sweep: name fund_auto_collection -> sweep",
        ("operationId: sweep",),
        signature=True,
        alone=True,
    ),
    one(
        "another method",
        ("    post:", "    put:", ("/auto-collection:",)),
        "facts",
        "fund_auto_collection: method POST -> PUT",
        ("/auto-collection:", "put:"),
    ),
    one(
        "another security type, signed too",
        ("security: USER_DATA", "security: TRADE", (SWEEP,)),
        "facts",
        "fund_auto_collection: security USER_DATA -> TRADE",
        (SWEEP, "x-binance-security"),
    ),
    one(
        "it moves funds now",
        ("moves-funds: false", "moves-funds: true", (BALANCE,)),
        "breaking",
        "get_transferable_earn_asset_balance_for_portfolio_margin: moves funds false -> true",
        (BALANCE, "x-binance-moves-funds"),
    ),
    one(
        "what to look at when the outcome is unknown",
        ("Compare the balances of the futures", "Watch the balances of the futures", (SWEEP,)),
        "text",
        'fund_auto_collection: when unknown: description in English: "Compare the balances..." '
        '-> "Watch the balances..."',
        (SWEEP, "x-binance-when-unknown", "description"),
    ),
    one(
        "a title",
        ("summary: Fund Auto-collection", "summary: Fund Autocollection", ()),
        "text",
        'fund_auto_collection: title in English: "Fund Auto-collection" -> "Fund Autocollection"',
        ("summary: Fund Auto",),
    ),
    one(
        "a title in Chinese",
        ("summary: 资金归集", "summary: 资金归拢", (SWEEP,)),
        "text",
        'fund_auto_collection: title in Chinese: "资金归集" -> "资金归拢"',
        (SWEEP, "summary: 资金"),
    ),
    one(
        "a description",
        ("Neither assets nor amounts can be chosen.", "Neither assets nor sums can be chosen.", (SWEEP,)),
        "text",
        'fund_auto_collection: description in English: "...assets nor amounts can be..." '
        '-> "...assets nor sums can be..."',
        (SWEEP, "description: >-"),
    ),
    # Weights, limits, permissions
    one(
        "a weight",
        ("{scope: ip, weight: 60}", "{scope: ip, weight: 120}", (COLLECT,)),
        "facts",
        "fund_collection_by_asset: weight 60 -> 120 per IP: 200 -> 100 calls per minute",
        (COLLECT, "x-binance-weight"),
        alone=True,
    ),
    one(
        "a scope",
        ("{scope: ip, weight: 60}", "{scope: uid, weight: 60}", (COLLECT,)),
        "facts",
        "fund_collection_by_asset: scope ip -> uid: 200 -> 3000 calls per minute",
        (COLLECT, "x-binance-weight"),
        alone=True,
    ),
    one(
        "a cap",
        ("{calls: 500, seconds: 3600}", "{calls: 400, seconds: 3600}", ()),
        "facts",
        "fund_auto_collection: call limit 500 calls per hour -> 400 calls per hour",
        ("x-binance-call-limit",),
    ),
    one(
        "a cap is gone",
        ("      x-binance-call-limit: {calls: 500, seconds: 3600}\n", "", ()),
        "facts",
        "fund_auto_collection: call limit 500 calls per hour -> none",
        ("x-binance-call-limit",),
        gone=True,
    ),
    one(
        "a cap is new",
        (
            "      x-binance-moves-funds",
            "      x-binance-call-limit: {calls: 2, seconds: 60}\n      x-binance-moves-funds",
            (SUB,),
        ),
        "facts",
        "margin_transfer_for_sub_account: call limit none -> 2 calls per minute",
        (SUB, "x-binance-call-limit"),
    ),
    one(
        "a budget",
        (BUDGET, "uid: {weight: 90000, seconds: 60}", ()),
        "facts",
        "budget per UID 180000 in 60 seconds -> 90000 in 60 seconds; "
        "calls per minute: user_universal_transfer 200 -> 100",
        ("uid: {weight",),
        alone=True,
    ),
    one(
        "a permission is gone",
        (f"      x-binance-permissions:\n{PERMISSION}", "", ()),
        "facts",
        f"{TRANSFER_NAME}: permission no longer needed: permitsUniversalTransfer",
        ("name: permitsUniversalTransfer",),
        gone=True,
        alone=True,
    ),
    one(
        "a permission is new",
        (PERMISSION, PERMISSION + PERMISSION.replace("permitsUniversal", "permitsOther"), ()),
        "facts",
        f"{TRANSFER_NAME}: permission needed: permitsOtherTransfer",
        ("name: permitsOtherTransfer",),
    ),
    one(
        "the words of a permission",
        ("to trade spot and margin", "to trade on spot and margin", ()),
        "text",
        "margin_transfer_for_sub_account: enableSpotAndMarginTrading: description in English: "
        '"...to trade spot and margin..." -> "...to trade on spot and margin..."',
        ("name: enableSpotAndMarginTrading", "description"),
    ),
    # Conditions
    one(
        "a condition holds for one value more",
        ("in: [MARGIN_ISOLATEDMARGIN,", "in: [MAIN_ISOLATED_MARGIN, MARGIN_ISOLATEDMARGIN,", ()),
        "breaking",
        f"{TRANSFER_NAME}: toSymbol: required when type is MAIN_ISOLATED_MARGIN",
        ("- parameter: toSymbol",),
        alone=True,
    ),
    one(
        "a condition holds for one value less",
        ("in: [ISOLATEDMARGIN_MARGIN, ISOLATEDMARGIN_ISOLATEDMARGIN]", "in: [ISOLATEDMARGIN_ISOLATEDMARGIN]", ()),
        "feature",
        f"{TRANSFER_NAME}: fromSymbol: no longer required when type is ISOLATEDMARGIN_MARGIN",
        ("- parameter: fromSymbol",),
        gone=True,
    ),
    one(
        "a condition names its values in another order",
        (
            "in: [MARGIN_ISOLATEDMARGIN, ISOLATEDMARGIN_ISOLATEDMARGIN]",
            "in: [ISOLATEDMARGIN_ISOLATEDMARGIN, MARGIN_ISOLATEDMARGIN]",
            (),
        ),
        "text",
        f"{TRANSFER_NAME}: the values of type that require toSymbol stand in another order",
        ("- parameter: toSymbol",),
        alone=True,
    ),
    # Parameters
    one(
        "a new optional parameter",
        ("        - name: toSymbol\n", NEW_PARAMETER.format("false") + "        - name: toSymbol\n", ()),
        "feature",
        f"{TRANSFER_NAME}: clientTranId: new optional parameter",
        ("- name: clientTranId",),
        signature=True,
    ),
    one(
        "a new required parameter",
        ("        - name: amount\n", NEW_PARAMETER.format("true") + "        - name: amount\n", (SUB,)),
        "breaking",
        "margin_transfer_for_sub_account: clientTranId: new required parameter",
        (SUB, "- name: clientTranId"),
        signature=True,
    ),
    one(
        "a parameter is gone",
        ("        - $ref: '#/components/parameters/recvWindow'\n", "", (SUB,)),
        "breaking",
        "margin_transfer_for_sub_account: recvWindow: parameter gone",
        (SUB, "- $ref: '#/components/parameters/recvWindow'"),
        gone=True,
        signature=True,
        alone=True,
    ),
    one(
        "a parameter becomes required",
        ("required: false", "required: true", ("- name: toSymbol",)),
        "breaking",
        f"{TRANSFER_NAME}: toSymbol: required false -> true",
        ("- name: toSymbol", "required"),
        signature=True,
    ),
    one(
        "a parameter becomes optional",
        ("required: true", "required: false", ("- name: email",)),
        "feature",
        "margin_transfer_for_sub_account: email: required true -> false",
        ("- name: email", "required"),
        signature=True,
    ),
    one(
        "a parameter has another type",
        (
            "format: int64",
            "format: int32",
            (
                SHARED,
                "\n    recvWindow:\n",
            ),
        ),
        "facts",
        "every operation: recvWindow: type LONG (int) -> INT (int)",
        (SHARED, "\n    recvWindow:\n", "schema:"),
    ),
    one(
        "a parameter has another Python type",
        ("{type: string, format: decimal, pattern", "{type: string, pattern", (SUB, "- name: amount")),
        "breaking",
        "margin_transfer_for_sub_account: amount: type DECIMAL (Decimal | int | str) -> STRING (str)",
        (SUB, "- name: amount", "schema"),
        signature=True,
        alone=True,
    ),
    one(
        "a shared parameter takes less",
        ("maximum: 60000", "maximum: 50000", ()),
        "breaking",
        "every operation: recvWindow: maximum 60000 -> 50000",
        ("maximum: 50000",),
    ),
    one(
        "a shared parameter takes more",
        (
            "minimum: 1,",
            "minimum: 0,",
            (
                SHARED,
                "\n    recvWindow:\n",
            ),
        ),
        "feature",
        "every operation: recvWindow: minimum 1 -> 0",
        (SHARED, "\n    recvWindow:\n", "minimum"),
    ),
    one(
        "a length is checked",
        ("minLength: 3}", "minLength: 3, maxLength: 64}", ("- name: email",)),
        "breaking",
        "margin_transfer_for_sub_account: email: maxLength none -> 64",
        ("- name: email", "maxLength"),
    ),
    one(
        "a length is no longer checked",
        ("{type: string, minLength: 1}", "{type: string}", ("- name: fromSymbol",)),
        "feature",
        f"{TRANSFER_NAME}: fromSymbol: minLength 1 -> none",
        ("- name: fromSymbol", "schema"),
        gone=True,
    ),
    one(
        "another pattern",
        ("{1,20})(", "{1,18})(", (SUB, "- name: amount")),
        "breaking",
        r"margin_transfer_for_sub_account: amount: pattern ^([0-9]{1,20})(\.[0-9]{1,20})?$ -> "
        r"^([0-9]{1,18})(\.[0-9]{1,20})?$",
        (SUB, "- name: amount", "pattern"),
    ),
    one(
        "one more value is refused",
        ("{const: BNB}", "{enum: [BNB, BTC]}", (COLLECT,)),
        "breaking",
        "fund_collection_by_asset: asset: BTC is refused now",
        (COLLECT, "- name: asset", "schema"),
        alone=True,
    ),
    one(
        "what Binance assumes",
        ("default: 5000", "default: 6000", ()),
        "facts",
        "every operation: recvWindow: default 5000 -> 6000",
        ("default: 6000",),
    ),
    one(
        "an example",
        ("example: BTCUSDT", "example: BNBUSDT", ("- name: fromSymbol",)),
        "text",
        f"{TRANSFER_NAME}: fromSymbol: example BTCUSDT -> BNBUSDT",
        ("- name: fromSymbol", "example: BNBUSDT"),
    ),
    one(
        "the words of a parameter in Chinese",
        ("要查询的理财资产。", "所要查询的理财资产。", (BALANCE,)),
        "text",
        "get_transferable_earn_asset_balance_for_portfolio_margin: asset: description in Chinese: "
        '"要查询的理财资产。" -> "所要查询的理财资产。"',
        (BALANCE, "x-binance-zh: 所要查询"),
    ),
    one(
        "the words of the timestamp",
        ("When the request was made, in", "When the call was made, in", (SHARED, "\n    timestamp:\n")),
        "text",
        'every operation: timestamp: description in English: "When the request was made, in..." '
        '-> "When the call was made, in..."',
        (SHARED, "\n    timestamp:\n", "description"),
    ),
    one(
        "the words of the signature",
        ("The signature over the query", "A signature over the query", (SHARED, "\n    signature:\n")),
        "text",
        'every operation: signature: description in English: "The signature over..." -> "A signature over..."',
        (SHARED, "\n    signature:\n", "description"),
    ),
)
