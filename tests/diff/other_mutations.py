"""Changes of answers, enums, error codes, hosts, wallets, notes and sources."""

from __future__ import annotations

from .mutations import BALANCE, SUB, TRANSFER_NAME, Edit, one

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
OTHER_MUTATIONS = (
    # Answers
    one(
        "a field may be missing",
        ("required: [asset, amount]", "required: [asset]", ()),
        "breaking",
        "TransferableEarnBalance.amount: required true -> false",
        ("TransferableEarnBalance:\n", "required: [asset]"),
        alone=True,
    ),
    one(
        "a new optional field",
        (
            "        msg:\n          type: string\n          const",
            "        note:\n          type: string\n          description: A.\n          x-binance-zh: 甲。\n        msg:\n          type: string\n          const",
            (),
        ),
        "feature",
        "CollectionReceipt.note: new optional field",
        ("    CollectionReceipt:\n", "        note:"),
        alone=True,
    ),
    one(
        "a field has another type",
        ("          format: decimal\n", "", ("TransferableEarnBalance:\n",)),
        "breaking",
        "TransferableEarnBalance.amount: type Decimal -> str",
        ("TransferableEarnBalance:\n", "        amount:"),
        alone=True,
    ),
    one(
        "the words of a model",
        (
            "How much of an Earn asset can be moved.",
            "How much of the Earn asset can be moved.",
            ("TransferableEarnBalance:\n",),
        ),
        "text",
        'TransferableEarnBalance: description in English: "How much of an Earn asset can be moved." '
        '-> "How much of the Earn asset can be moved."',
        ("TransferableEarnBalance:\n", "description"),
    ),
    one(
        "the words of a field",
        ("The id of the transfer.\n", "The id of this transfer.\n", ("        txnId:",)),
        "text",
        'SubAccountTransferReceipt.txn_id: description in English: "The id of the transfer." -> "The id of this transfer."',
        ("        txnId:", "description"),
    ),
    one(
        "the example of an answer",
        ("tranId: 13526853623", "tranId: 13526853624", ()),
        "facts",
        f'{TRANSFER_NAME}: example of the answer: "{{ "tranId": 13526853623 }}" -> "{{ "tranId": 13526853624 }}"',
        ("example: {tranId",),
    ),
    one(
        "the words of an answer",
        ("description: The assets were collected.", "description: All assets were collected.", ()),
        "text",
        'fund_auto_collection: answer: description in English: "The assets were collected." -> "All assets were collected."',
        ("description: All assets were",),
    ),
    # Enums
    one(
        "an enum value is gone",
        (UMFUTURE_MAIN, "", ()),
        "breaking",
        "TransferType.UMFUTURE_MAIN: value gone: UMFUTURE_MAIN",
        ("const: UMFUTURE_MAIN",),
        gone=True,
    ),
    one(
        "an enum value is new",
        (UMFUTURE_MAIN, NEW_MEMBER + UMFUTURE_MAIN, ()),
        "feature",
        "TransferType.OPTION_MOON: new value: OPTION_MOON",
        ("const: OPTION_MOON",),
        alone=True,
    ),
    one(
        "a member has another name",
        ("title: SPOT_TO_MARGIN", "title: INTO_MARGIN", ()),
        "breaking",
        "MarginTransferDirection.INTO_MARGIN: member SPOT_TO_MARGIN -> INTO_MARGIN",
        ("title: INTO_MARGIN",),
    ),
    one(
        "a value moves between other wallets",
        (
            "x-binance-moves: {from: MAIN, to: UMFUTURE}",
            "x-binance-moves: {from: MAIN, to: CMFUTURE}",
            (MAIN_UMFUTURE,),
        ),
        "facts",
        "TransferType.MAIN_UMFUTURE: moves from MAIN to UMFUTURE -> from MAIN to CMFUTURE",
        (MAIN_UMFUTURE, "x-binance-moves"),
    ),
    one(
        "the words of an enum value",
        ("Spot wallet to USDⓈ-M", "The spot wallet to USDⓈ-M", (MAIN_UMFUTURE,)),
        "text",
        'TransferType.MAIN_UMFUTURE: description in English: "Spot wallet to USDⓈ-M futures wallet" '
        '-> "The spot wallet to USDⓈ-M futures wallet"',
        (MAIN_UMFUTURE, "description"),
    ),
    one(
        "the words of an enum",
        ("Which way an Earn asset would move.", "Which way an Earn asset moves.", ()),
        "text",
        'EarnTransferType: description in English: "Which way an Earn asset would move." -> "Which way an Earn asset moves."',
        ("    EarnTransferType:", "description"),
    ),
    one(
        "enum values in another order",
        (FUTURE_TO_EARN, "", ()),
        "text",
        "EarnTransferType: the values stand in another order",
        ("    EarnTransferType:", "oneOf:"),
        alone=True,
    )._replace(
        edits=(
            Edit(FUTURE_TO_EARN, ""),
            Edit("        - const: EARN_TO_FUTURE", f"{FUTURE_TO_EARN}        - const: EARN_TO_FUTURE"),
        )
    ),
    one(
        "an enum is new",
        ("    CollectionReceipt:\n", f"{NEW_ENUM}    CollectionReceipt:\n", ()),
        "feature",
        "Colour: new enum",
        ("    Colour:",),
        alone=True,
    ),
    # Error codes
    one(
        "an error code proves something else",
        ("outcome: not_executed", "outcome: unknown", ("code: -1021",)),
        "breaking",
        "error -1021: outcome not_executed -> unknown",
        ("code: -1021", "outcome"),
        alone=True,
    ),
    one(
        "an error code proves less than before",
        ("outcome: probably_not_executed", "outcome: unknown", ("code: -1008",)),
        "breaking",
        "error -1008: outcome probably_not_executed -> unknown",
        ("code: -1008", "outcome"),
    ),
    one(
        "an error code raises a kind of what it raised",
        ("    documented: false\n", "    documented: false\n    exception: RateLimited\n", ("code: -1020",)),
        "facts",
        "error -1020: exception Rejected -> RateLimited",
        ("code: -1020", "exception"),
        alone=True,
    ),
    one(
        "an error code raises something else",
        ("exception: AuthenticationError", "exception: RateLimited", ("code: -2014",)),
        "breaking",
        "error -2014: exception AuthenticationError -> RateLimited",
        ("code: -2014", "exception"),
    ),
    one(
        "an error code has another name",
        ("name: TIMEOUT", "name: TIMED_OUT", ("code: -1007",)),
        "facts",
        "error -1007: name TIMEOUT -> TIMED_OUT",
        ("name: TIMED_OUT",),
    ),
    one(
        "an outcome is documented",
        ("documented: false", "documented: true", ("code: -1099",)),
        "facts",
        "error -1099: documented false -> true",
        ("code: -1099", "documented"),
    ),
    one(
        "the words of an error code",
        ("The user does not exist.", "That user does not exist.", ()),
        "text",
        'error -4039: description in English: "The user does not exist." -> "That user does not exist."',
        ("code: -4039", "description"),
    ),
    one(
        "an error code that proves a refusal is new",
        ("  - code: -9000\n", f"{NEW_ERROR.format('not_executed')}  - code: -9000\n", ()),
        "facts",
        "error -7777: new: LUCKY, not_executed",
        ("- code: -7777",),
    ),
    one(
        "an error code that proves nothing is new",
        ("  - code: -6019\n", f"{NEW_ERROR.format('unknown').replace('7777', '6018')}  - code: -6019\n", ()),
        "breaking",
        "error -6018: new: LUCKY, unknown",
        ("- code: -6018",),
    ),
    # The whole
    one(
        "a server is gone",
        (LAST_SERVER, "", ()),
        "facts",
        "server gone: https://api4.binance.com",
        ("url: https://api4",),
        gone=True,
    ),
    one(
        "a server is new",
        (LAST_SERVER, LAST_SERVER + LAST_SERVER.replace("api4", "api5"), ()),
        "facts",
        "new server: https://api5.binance.com",
        ("url: https://api5",),
        alone=True,
    ),
    one(
        "the words of a server",
        ("description: The default host.", "description: The usual host.", ()),
        "text",
        'server https://api.binance.com: description in English: "The default host." -> "The usual host."',
        ("The usual host.",),
    ),
    one(
        "the words of a wallet",
        ("description: Funding wallet\n", "description: The funding wallet\n", ()),
        "text",
        'wallet FUNDING: description in English: "Funding wallet" -> "The funding wallet"',
        ("  FUNDING:\n", "description"),
    ),
    one(
        "a wallet is new",
        ("  OPTION:\n", "  MOON:\n    description: Moon\n    x-binance-zh: 月球\n  OPTION:\n", ()),
        "feature",
        "new wallet: MOON",
        ("  MOON:",),
    ),
    one(
        "the title",
        ("title: Binance transfers", "title: Transfers of Binance", ()),
        "text",
        'info: title in English: "Binance transfers" -> "Transfers of Binance"',
        ("title: Transfers",),
    ),
    # Notes and sources
    one(
        "a note",
        ("Neither limits the assets,", "None limits the assets,", ()),
        "text",
        'margin_transfer_for_sub_account: asset: note 1 in English: "...page USDT. Neither limits the..." '
        '-> "...page USDT. None limits the..."',
        (SUB, "- name: asset", "x-binance-note", "description"),
    ),
    one(
        "what a note explains",
        ("fact: security, says: TRADE", "fact: security, says: MARGIN", (BALANCE,)),
        "text",
        "get_transferable_earn_asset_balance_for_portfolio_margin: "
        "note 1 explains zh-CN security TRADE -> zh-CN security MARGIN",
        (BALANCE, "explains:"),
    ),
    one(
        "the address of a page",
        ("docs/wallet/asset/user-universal-transfer", "docs/wallet/asset/universal-transfer", ()),
        "text",
        f"{TRANSFER_NAME}: page en: address https://developers.binance.com/docs/wallet/asset/user-universal-transfer -> "
        "https://developers.binance.com/docs/wallet/asset/universal-transfer",
        ("docs/wallet/asset/universal-transfer",),
    ),
    one(
        "the date of a page",
        ("read: '2026-02-11'", "read: '2026-03-01'", ()),
        "text",
        f"{TRANSFER_NAME}: page zh-CN: page date 2026-02-11 -> 2026-03-01",
        ("read: '2026-03-01'",),
    ),
)
