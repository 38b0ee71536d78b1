"""Shows that every mistake in a spec stops the generator, and how: its place, what is wrong, what is allowed."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.__main__ import main

RIGHT = """\
openapi: 3.1.0
info: {title: Test, version: 1.2.3, x-binance-zh: 测试}
servers:
  - url: https://api.example.com
x-binance-rate-limits:
  ip: {weight: 1200, seconds: 60}
x-binance-wallets:
  MAIN: {description: Spot wallet, x-binance-zh: 现货钱包}
x-binance-errors:
  - {code: -1000, name: UNKNOWN, description: Failed., x-binance-zh: 失败。, outcome: unknown, documented: true}
paths:
  /sapi/v1/transfer/{account}:
    post:
      operationId: transfer
      summary: Transfer
      x-binance-zh: 划转
      security: [{apiKey: [], signature: []}]
      x-binance-security: TRADE
      x-binance-weight: {scope: ip, weight: 100}
      x-binance-moves-funds: true
      x-binance-requires:
        - {parameter: symbol, when: {parameter: kind, in: [OUT]}}
      x-binance-source: {en: {url: https://example.com/page, read: '2026-01-02'}}
      parameters:
        - {name: account, in: path, required: true, schema: {type: integer}, example: 7}
        - {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}}
        - {name: symbol, in: query, schema: {type: string, minLength: 3}, example: BTC}
        - {name: amount, in: query, required: true, schema: {type: string, format: decimal}, example: '1.5'}
        - $ref: '#/components/parameters/timestamp'
      responses:
        '200':
          description: Done.
          x-binance-zh: 完成。
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Receipt'}
              example: {tranId: 1}
  /sapi/v1/balance:
    get:
      operationId: balance
      summary: Balance
      x-binance-zh: 余额
      security: []
      x-binance-security: NONE
      x-binance-weight: {scope: ip, weight: 1}
      x-binance-source: {en: {url: https://example.com/page, read: '2026-01-02'}}
      responses:
        '200':
          description: The balance.
          x-binance-zh: 余额。
          content:
            application/json:
              schema: {type: object, properties: {free: {type: number}}}
              example: {free: 1.5}
components:
  securitySchemes:
    apiKey: {type: apiKey, in: header, name: X-MBX-APIKEY}
    signature: {type: apiKey, in: query, name: signature}
  parameters:
    timestamp: {name: timestamp, in: query, required: true, schema: {type: integer, format: int64}}
  schemas:
    Kind:
      type: string
      oneOf:
        - {const: IN}
        - {const: OUT}
    Receipt:
      type: object
      required: [tranId]
      properties:
        tranId: {type: integer}
"""
"""A spec without a mistake. The tests change it, and count lines and columns in it."""


TRANSFER = "{transfer: {by: kind, asset: asset, amount: amount, receipt: tranId, from: symbol, to: symbol}}"


def with_effect(effect: str) -> dict[str, str]:
    """Return the change that gives the first operation an effect, and what an effect can name."""
    return {
        "x-binance-moves-funds: true": f"x-binance-moves-funds: true\n      x-binance-effect: {effect}",
        "  MAIN: {": "  CASH: {description: Cash, x-binance-zh: 现金}\n  PAIR: {description: Pair, x-binance-zh: 币对, per: symbol}\n  MAIN: {",
        "        - {name: amount,": "        - {name: asset, in: query, required: true, schema: {type: string}, example: BTC}\n        - {name: amount,",
        "{const: IN}": "{const: IN, x-binance-moves: {from: PAIR, to: PAIR}}",
        "{const: OUT}": "{const: OUT, x-binance-moves: {from: PAIR, to: MAIN}}",
    }


def told(name: str, change: Mapping[str, str] | str | bytes, *lines: str) -> Any:
    """Make a case: what is changed in the spec, or stands instead of it, and the lines that are told."""
    return pytest.param(change, lines, id=name)


def changed(change: Mapping[str, str] | str | bytes) -> bytes:
    if isinstance(change, bytes):
        return change
    if isinstance(change, str):
        return change.encode()
    text = RIGHT
    for old, new in change.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text.encode()


# A change and what is told of it stand below each other, however long.
# fmt: off
MISTAKES = (
    told("bytes that are not UTF-8", b"openapi: 3.1.0\ninfo: {title: \xff}\n",
         "2:15: the byte 0xff is not UTF-8."),
    told("an empty file", "# Nothing yet.\n",
         "1:1: the file is empty; an OpenAPI 3.1 document is needed."),
    told("a list", "- openapi: 3.1.0\n",
         "1:1: an OpenAPI document is a mapping that begins with openapi: 3.1.0."),
    told("a file that is only a word", "openapi\n",
         "1:1: an OpenAPI document is a mapping that begins with openapi: 3.1.0."),
    told("a quote that is not closed", {"url: https://api": "url: 'https://api"},
         "23:69: this is not YAML: while parsing a block mapping, did not find expected key."),
    told("a mapping in a line of text", {"title: Test,": "title: Test: Five,"},
         "2:19: this is not YAML: while parsing a flow mapping, did not find expected ',' or '}'."),
    told("a tab as indentation", {"  - url:": "\t- url:"},
         "4:1: a tab cannot stand here; indent with spaces."),
    told("an alias of nothing", {"security: []": "security: *none"},
         "43:17: this is not YAML: found undefined alias."),
    told("an alias of an anchor", {"security: []\n      x-binance-security: NONE\n      x-binance-weight: {scope: ip, weight: 1}": "security: []\n      x-binance-security: NONE\n      x-binance-weight: &w {scope: ip, weight: 1}\n      description: *w"},
         "45:25: an alias (*name) is not supported; write the value again, or use a $ref."),
    told("a tag of its own", {"title: Test,": "title: !mine Test,"},
         "2:15: the tag !mine is not supported; write a plain value."),
    told("two documents", {"components:\n": "---\ncomponents:\n"},
         "55:1: this is not YAML: expected a single document in the stream, but found another document."),
    told("a response code without quotes", {"        '200':\n          description: Done.": "        200:\n          description: Done."},
         "31:9: the key 200 is not text; write it in quotes."),
    told("keys that are there twice", {"      operationId: transfer\n      summary: Transfer\n": "      operationId: transfer\n      summary: Transfer\n      operationId: other\n      summary: Other\n"},
         "16:7: the key operationId is here a second time; the first is in line 14.",
         "17:7: the key summary is here a second time; the first is in line 15."),
    told("a character that YAML refuses", {"title: Test,": "title: Te\x07st,"},
         "2:17: U+0007 is not allowed in YAML."),
    told("a number that is too large", {"weight: 1200": "weight: 1e999"},
         "6:16: '1e999' is not a number that can be read."),
    told("another version of OpenAPI", {"openapi: 3.1.0": "openapi: 3.0.3"},
         "1:10: openapi is '3.0.3'; this generator reads OpenAPI 3.1: write openapi: 3.1.0."),
    told("a version that is a number", {"openapi: 3.1.0": "openapi: 3.1"},
         "1:10: openapi is 3.1; this generator reads OpenAPI 3.1: write openapi: 3.1.0."),
    told("no version", {"openapi: 3.1.0\n": ""},
         "1:1: openapi is missing; this generator reads OpenAPI 3.1: write openapi: 3.1.0."),
    told("no info", {"info: {title: Test, version: 1.2.3, x-binance-zh: 测试}\n": ""},
         "1:1: the document lacks info."),
    told("no title", {"title: Test, version: 1.2.3, x-binance-zh: 测试": "version: 1.2.3"},
         "2:7: info lacks title."),
    told("a version that no package can have", {"version: 1.2.3,": "version: first,"},
         "2:30: version is 'first'; it becomes the package's, so write it like 1.2.3 or 1.2.3rc1."),
    told("no servers", {"servers:\n  - url: https://api.example.com\n": "servers: []\n"},
         "3:10: servers is an empty list; at least 1 is needed."),
    told("a server without https", {"url: https://api": "url: http://api"},
         "4:10: requests cannot be sent to 'http://api.example.com'; allowed: a scheme, a host and at most a port, such as https://api.binance.com."),
    told("paths that are a list", "openapi: 3.1.0\ninfo: {title: Test, version: 1.2.3}\nservers: [{url: https://api.example.com}]\npaths: []\n",
         "4:8: paths is an empty list; it must be a mapping."),
    told("a parameter without a name", {"{name: account, in: path,": "{in: path,"},
         "25:11: the parameter lacks name."),
    told("a parameter without a schema", {"schema: {type: integer}, example: 7": "example: 7"},
         "25:11: the parameter account needs either a schema or content."),
    told("required that is text", {"{name: account, in: path, required: true,": "{name: account, in: path, required: 'yes',"},
         "25:47: required is 'yes'; it must be true or false."),
    told("a length below zero", {"minLength: 3": "minLength: -1"},
         "27:71: minLength is -1; it must be 0 or more."),
    told("a type that does not exist", {"tranId: {type: integer}": "tranId: {type: int}"},
         "71:24: type is 'int'; allowed: string, number, integer, boolean, array, object, null."),
    told("an enum value twice", {"{const: IN}": "{const: OUT}"},
         "66:11: the enum value 'OUT' is here a second time."),
    told("a component name with a blank", {"    Kind:\n": "    Unused Kind: {type: string}\n    Kind:\n"},
         "62:18: Unused Kind cannot be a name in schemas; it must have the form ^[A-Za-z0-9._-]+$."),
    told("a misspelt key of OpenAPI", {"summary: Balance": "sumary: Balance"},
         "39:5: this operation lacks summary: the title of Binance's page.",
         "41:7: sumary is not supported in an operation; allowed: operationId, summary, description, security, parameters, responses. Did you mean summary?"),
    told("an unknown x- key", {"x-binance-moves-funds: true": "x-binance-move-funds: true"},
         "13:5: a POST must say x-binance-moves-funds: true or false.",
         "20:7: x-binance-move-funds is not a known key; known: x-binance-rate-limits, x-binance-wallets, x-binance-errors, x-binance-weight, x-binance-call-limit, x-binance-security, x-binance-permissions, x-binance-moves-funds, x-binance-effect, x-binance-when-unknown, x-binance-requires, x-binance-source, x-binance-moves, x-binance-note, x-binance-zh. Did you mean x-binance-moves-funds?"),
    told("an x- key in the wrong place", {"info: {title: Test,": "info: {title: Test, x-binance-weight: {scope: ip, weight: 1},"},
         "2:21: x-binance-weight does not belong in info; it goes on: operation."),
    told("a weight that is no mapping", {"{scope: ip, weight: 100}": "100"},
         "19:25: x-binance-weight is 100; it must be a mapping."),
    told("an unknown scope and a weight of nothing", {"{scope: ip, weight: 100}": "{scope: IP, weight: 0}"},
         "19:33: scope is 'IP'; allowed: ip, uid.",
         "19:45: weight is 0; it must be 1 or more."),
    told("an unknown security", {"x-binance-security: TRADE": "x-binance-security: TRADING"},
         "18:27: x-binance-security is 'TRADING'; allowed: NONE, MARKET_DATA, USER_STREAM, USER_DATA, TRADE, MARGIN."),
    told("a key inside an x- key that does not exist", {"{scope: ip, weight: 100}": "{scope: ip, weight: 100, budgets: 1}"},
         "19:59: budgets is not supported in x-binance-weight; allowed: scope, weight."),
    told("a date that does not exist", {"page, read: '2026-01-02'}}\n      parameters": "page, read: '2026-02-30'}}\n      parameters"},
         "23:68: read is '2026-02-30'; it must be a date."),
    told("a page without https", {"{en: {url: https://example.com/page, read: '2026-01-02'}}\n      parameters": "{en: {url: example.com, read: '2026-01-02'}}\n      parameters"},
         "23:36: url is 'example.com'; it must have the form ^https://."),
    told("a note that explains nothing there is", {"{const: IN}": "{const: IN, x-binance-note: [{description: A, x-binance-zh: 甲, explains: [{page: zh, fact: worth, says: 1}]}]}"},
         "65:92: page is 'zh'; allowed: en, zh-CN.",
         "65:102: fact is 'worth'; allowed: address, title, security, weight, call limit, permission, parameter, type, required, values, value, minimum and 4 more.",
         "65:115: says is 1; it must be text."),
    told("a note that explains nothing", {"{const: IN}": "{const: IN, x-binance-note: [{description: A, x-binance-zh: 甲, explains: [{page: en}]}, {description: A, x-binance-zh: 甲, explains: []}]}"},
         "65:85: an item of explains lacks fact.",
         "65:85: an item of explains lacks says.",
         "65:143: explains is an empty list; at least 1 is needed."),
    told("an outcome that is none", {"outcome: unknown": "outcome: maybe"},
         "10:84: outcome is 'maybe'; allowed: not_executed, probably_not_executed, unknown."),
    told("Chinese that is a number", {"x-binance-zh: 余额\n": "x-binance-zh: 5\n"},
         "42:21: x-binance-zh is 5, which does not fit its description: The Chinese of the summary, title or description beside it; an object of them where there is more than one."),
    told("Chinese that is blank", {"x-binance-zh: 余额\n": "x-binance-zh: ' '\n"},
         "42:21: x-binance-zh is ' ', which does not fit its description: The Chinese of the summary, title or description beside it; an object of them where there is more than one."),
    told("a reference to nothing", {"schemas/Receipt'": "schemas/Reciept'"},
         "36:30: #/components/schemas/Reciept leads nowhere; components/schemas has: Kind, Receipt. Did you mean Receipt?"),
    told("a reference to another file", {"'#/components/schemas/Receipt'": "other.yaml"},
         "36:30: $ref is 'other.yaml'; here it must begin with #/components/schemas/."),
    told("a reference to another kind", {"'#/components/schemas/Kind'": "'#/components/parameters/timestamp'"},
         "26:66: $ref is '#/components/parameters/timestamp'; here it must begin with #/components/schemas/."),
    told("references in a circle", {"    Kind:\n": "    Round: {$ref: '#/components/schemas/About'}\n    About: {$ref: '#/components/schemas/Round'}\n    Kind:\n"},
         "62:19: #/components/schemas/About leads in a circle.",
         "63:19: #/components/schemas/Round leads in a circle."),
    told("a condition on a parameter that does not exist", {"{parameter: symbol, when: {parameter: kind,": "{parameter: simbol, when: {parameter: kinds,"},
         "22:23: there is no parameter simbol; there are: account, kind, symbol, amount. Did you mean symbol?",
         "22:49: there is no parameter kinds; there are: account, kind, symbol, amount. Did you mean kind?"),
    told("a condition on a value that does not exist", {"in: [OUT]": "in: [OUTS]"},
         "22:60: kind has no value OUTS. Did you mean OUT?"),
    told("a condition in two places", {"in: [OUT]}}\n": "in: [OUT]}}\n        - {parameter: symbol, when: {parameter: kind, in: [IN]}}\n"},
         "23:11: when kind requires symbol is said above; write all values there."),
    told("a condition without values", {"in: [OUT]": "in: []"},
         "22:59: in is an empty list; at least 1 is needed."),
    told("one operationId twice", {"operationId: balance": "operationId: transfer"},
         "40:20: the operationId transfer is here a second time."),
    told("two operations of one name in Python", {"operationId: balance": "operationId: Transfer"},
         "40:20: the operations 'transfer' and 'Transfer' both become the method transfer."),
    told("an operationId of no use", {"operationId: balance": "operationId: 余额"},
         "40:20: operationId '余额' gives no Python name; write it in ASCII letters and digits."),
    told("two parameters of one name in Python", {"{name: symbol, in: query, schema: {type: string, minLength: 3}, example: BTC}": "{name: symbol, in: query, schema: {type: string}}\n        - {name: Symbol, in: query, schema: {type: string}}"},
         "28:11: the parameters 'symbol' and 'Symbol' both become the argument symbol."),
    told("one parameter twice", {"{name: symbol, in: query, schema: {type: string, minLength: 3}, example: BTC}": "{name: symbol, in: query, schema: {type: string}}\n        - {name: symbol, in: query, schema: {type: string}}"},
         "28:11: the parameter symbol is here a second time."),
    told("two properties of one name in Python", {"tranId: {type: integer}": "tranId: {type: integer}\n        tran_id: {type: integer}"},
         "72:9: the properties 'tranId' and 'tran_id' both become the field tran_id."),
    told("a required property that is not there", {"required: [tranId]": "required: [tranId, time]"},
         "69:26: there is no property time; there are: tranId."),
    told("two enum values of one name in Python", {"{const: IN}": "{const: OUT-}"},
         "66:11: the enum values 'OUT-' and 'OUT' both become the member OUT; give one a title."),
    told("an enum value of no name in Python", {"{const: IN}": "{const: '-'}"},
         "65:11: the enum value '-' gives no Python name; give it a title that does."),
    told("an enum value with a blank at its end", {"{const: IN}": "{const: 'IN '}"},
         "65:11: the enum value 'IN ' has a stray blank or invisible character, U+0020 at position 2."),
    told("an enum value with an invisible character", {"{const: IN}": '{const: "I\\u200BN"}'},
         "65:11: the enum value 'I\\u200bN' has a stray blank or invisible character, U+200B at position 1."),
    told("an enum value that is empty", {"{const: IN}": "{const: ''}"},
         "65:11: the enum value '' is empty."),
    told("an enum value of another type", {"{const: IN}": "{const: 1}"},
         "65:11: the enum value 1 is not of the type string."),
    told("an enum value without const", {"- {const: IN}": "- {title: IN}"},
         "65:9: each branch of oneOf needs a const: it lists the values to send."),
    told("a wallet that does not exist", {"{const: IN}": "{const: IN, x-binance-moves: {from: MAIN, to: FUNDING}}"},
         "65:57: there is no wallet FUNDING; x-binance-wallets has: MAIN."),
    told("a wallet told apart by what is not known", {"MAIN: {": "MAIN: {per: pair, "},
         "8:15: per is 'pair'; allowed: symbol, email."),
    told("two effects", with_effect("{collect: {from: [CASH], to: MAIN}, report: {by: kind, asset: asset, amount: tranId}}"),
         "23:25: x-binance-effect is a mapping; at most 1 is allowed, of: transfer, collect, report."),
    told("an effect that is none", with_effect("{}"),
         "23:25: x-binance-effect is an empty mapping; at least 1 is needed, of: transfer, collect, report."),
    told("an effect of another kind", with_effect("{move: {from: [CASH], to: MAIN}}"),
         "23:32: move is not supported in x-binance-effect; allowed: transfer, collect, report."),
    told("a transfer that lacks names, and has one too many", with_effect("{transfer: {by: kind, asset: asset, until: symbol}}"),
         "23:36: transfer lacks amount.",
         "23:36: transfer lacks receipt.",
         "23:68: until is not supported in transfer; allowed: by, asset, amount, receipt, from, to."),
    told("an effect on parameters and a field that do not exist", with_effect("{transfer: {by: kinds, asset: assets, amount: sum, receipt: tranid, from: pair}}"),
         "23:41: there is no parameter kinds; there are: account, kind, symbol, asset, amount. Did you mean kind?",
         "23:55: there is no parameter assets; there are: account, kind, symbol, asset, amount. Did you mean asset?",
         "23:71: there is no parameter sum; there are: account, kind, symbol, asset, amount.",
         "23:85: the answer Receipt has no field tranid; there are: tranId. Did you mean tranId?",
         "23:99: there is no parameter pair; there are: account, kind, symbol, asset, amount."),
    told("an effect on parameters and a field of another kind", with_effect("{transfer: {by: amount, asset: amount, amount: asset, receipt: tranId, from: account}}") | {"tranId: {type: integer}": "tranId: {type: array, items: {type: integer}}", "{tranId: 1}": "{tranId: [1]}"},
         "23:41: the parameter amount is decimal; allowed here: string, integer.",
         "23:56: the parameter amount is decimal; allowed here: string.",
         "23:72: the parameter asset is string; allowed here: decimal.",
         "23:88: the field tranId of the answer is list[int]; allowed here: int, str.",
         "23:102: the parameter account is integer; allowed here: string."),
    told("an effect by a parameter without an enum", with_effect("{transfer: {by: asset, asset: asset, amount: amount, receipt: tranId}}"),
         "23:41: the parameter asset has no enum, so no value of it names wallets."),
    told("an effect by a list", with_effect("{transfer: {by: kind, asset: asset, amount: amount, receipt: tranId}}") | {"schema: {$ref: '#/components/schemas/Kind'}": "schema: {type: array, items: {$ref: '#/components/schemas/Kind'}}"},
         "23:41: the parameter kind is a list; allowed here: string, integer."),
    told("an effect by a parameter that may be left out", with_effect(TRANSFER) | {"{name: kind, in: query, required: true,": "{name: kind, in: query,"},
         "23:41: the parameter kind may be left out; a transfer needs it: write required: true."),
    told("an effect by values of which one moves nothing", with_effect(TRANSFER) | {"{const: OUT}": "{const: OUT}\n        - {const: BACK}"},
         "23:41: each value of Kind needs x-binance-moves; without: OUT, BACK."),
    told("a transfer that does not tell which wallet is meant", with_effect("{transfer: {by: kind, asset: asset, amount: amount, receipt: tranId}}"),
         "23:26: there is one PAIR per symbol; write from: the parameter that tells which.",
         "23:26: there is one PAIR per symbol; write to: the parameter that tells which."),
    told("a transfer that tells which of one wallet is meant", with_effect(TRANSFER) | {"to: PAIR}": "to: CASH}"},
         "23:112: to is not needed: of these wallets, none has per: CASH, MAIN."),
    told("a transfer to a wallet that does not exist", with_effect(TRANSFER) | {"to: MAIN}": "to: MIAN}"},
         "70:58: there is no wallet MIAN; x-binance-wallets has: CASH, PAIR, MAIN."),
    told("a transfer that moves no funds", with_effect(TRANSFER) | {"x-binance-moves-funds: true": f"x-binance-moves-funds: false\n      x-binance-effect: {TRANSFER}"},
         "23:26: a transfer moves funds, so x-binance-moves-funds must be true."),
    told("an asset that stays twice", with_effect("{collect: {from: [CASH], to: MAIN, except: [BNB, BNB]}}"),
         "23:68: except is a list; nothing may be in it twice."),
    told("a collection of wallets that cannot be", with_effect("{collect: {from: [CASH, PAIR, MIAN], to: CASH, asset: assets}}"),
         "23:49: there is one PAIR per symbol; a collection cannot tell which.",
         "23:55: there is no wallet MIAN; x-binance-wallets has: CASH, PAIR, MAIN.",
         "23:66: CASH is one of the wallets that are emptied; allowed: another one.",
         "23:79: there is no parameter assets; there are: account, kind, symbol, asset, amount. Did you mean asset?"),
    told("a collection of nothing", with_effect("{collect: {from: [], to: CASH}}"),
         "23:42: from is an empty list; at least 1 is needed."),
    told("a report that moves funds", with_effect("{report: {by: kind, asset: asset, amount: tranId}}"),
         "23:26: a report moves nothing, so x-binance-moves-funds must be false.",
         "23:39: there is one PAIR per symbol; a report cannot tell which.",
         "23:52: the answer Receipt has no field asset; there are: tranId.",
         "23:67: the field tranId of the answer is int; allowed here: Decimal."),
    told("a report of an answer without fields", with_effect("{report: {by: kind, asset: asset, amount: tranId}}") | {"schema: {$ref: '#/components/schemas/Receipt'}\n              example: {tranId: 1}": "schema: {type: array, items: {$ref: '#/components/schemas/Receipt'}}\n              example: []", "x-binance-moves-funds: true\n      x-binance-effect": "x-binance-moves-funds: false\n      x-binance-effect"},
         "23:39: there is one PAIR per symbol; a report cannot tell which.",
         "23:52: the answer TransferResponse has no field asset; there are: none.",
         "23:67: the answer TransferResponse has no field tranId; there are: none."),
    told("an effect beside wallets that cannot be read", with_effect(TRANSFER) | {"CASH: {description": "CASH: {words"},
         "8:9: CASH lacks description.",
         "8:17: words is not supported in CASH; allowed: description, x-binance-zh, per."),
    told("a class that models.py imports", {"    Receipt:\n": "    Decimal: {type: string, enum: [A]}\n    Receipt:\n"},
         "67:5: Decimal is a name that the package uses itself; choose another."),
    told("a class that the package exports", {"    Receipt:\n": "    Client: {type: string, enum: [A]}\n    Receipt:\n"},
         "67:5: Client is a name that the package uses itself; choose another."),
    told("a class in lower case", {"    Receipt:\n": "    kind_of: {type: string, enum: [A]}\n    Receipt:\n"},
         "67:5: kind_of cannot be the name of a class; write it in UpperCamelCase, with ASCII letters and digits."),
    told("an answer whose class has the name of another", {
             "schemas/Receipt'": "schemas/BalanceResponse'",
             "    Receipt:\n": "    BalanceResponse:\n",
         },
         "53:23: this becomes the model BalanceResponse, and so does the schema in line 68; give it a name of its own under components/schemas."),
    told("a request body", {"      security: []\n": "      security: []\n      requestBody: {content: {}}\n"},
         "44:7: requestBody is not supported in an operation; Binance takes every parameter in the query string; write it under parameters."),
    told("a parameter in a header", {"symbol, in: query": "symbol, in: header"},
         "27:30: a parameter in header is not supported; allowed: query, path."),
    told("the style deepObject", {"symbol, in: query,": "symbol, in: query, style: deepObject,"},
         "27:44: the style deepObject is not supported; allowed: form (query), simple (path)."),
    told("allOf", {"tranId: {type: integer}": "tranId: {allOf: [{type: integer}]}"},
         "71:18: allOf is not supported in a schema; write the constraint out, or give the value a named schema."),
    told("anyOf in a parameter", {"schema: {type: string, minLength: 3}": "schema: {anyOf: [{type: string}]}"},
         "27:46: anyOf is not supported in a schema; use oneOf."),
    told("another response than 200", {"      responses:\n        '200':\n          description: The balance.": "      responses:\n        '201':\n          description: The balance."},
         "48:9: the response 201 is not supported; allowed: 200, 4XX, 5XX.",
         "48:9: there is no response '200'."),
    told("a response of another media type", {"application/json:\n              schema: {type: object": "text/plain:\n              schema: {type: object"},
         "49:11: the response 200 needs content: application/json with a schema and an example."),
    told("an answer that is one of two objects", {"tranId: {type: integer}": "tranId: {oneOf: [{$ref: '#/components/schemas/Receipt'}, {type: object, additionalProperties: {type: string}}]}"},
         "71:66: the branches 1 and 2 are both object: an answer would fit both. Allowed: branches of different JSON types."),
    told("an enum without a name", {"schema: {type: string, minLength: 3}": "schema: {type: string, enum: [BTC]}"},
         "27:45: an enum needs a name: move it to components/schemas and refer to it by $ref."),
    told("a rule that its type cannot have", {"schema: {type: integer}, example: 7": "schema: {type: integer, minLength: 1}, example: 7"},
         "25:77: minLength means nothing for integer values; allowed: minimum, maximum."),
    told("a rule in an answer", {"tranId: {type: integer}": "tranId: {type: integer, minimum: 1}"},
         "71:33: minimum is not supported in an answer: it is read as it comes."),
    told("a pattern that cannot be read", {"minLength: 3": "pattern: '('"},
         "27:69: the pattern cannot be read: missing ), unterminated subpattern at position 0."),
    told("a type that cannot be sent", {"schema: {type: string, minLength: 3}": "schema: {type: object}"},
         "27:45: the type object is not supported here; allowed: string, string/decimal, number, integer, integer/int64, integer/int32, boolean."),
    told("a security scheme that does not exist", {"{apiKey: [], signature: []}": "{apiKey: [], signed: []}"},
         "17:17: there is no security scheme signed; components/securitySchemes has: apiKey, signature."),
    told("security that contradicts its name", {"security: []": "security: [{apiKey: []}]"},
         "43:17: x-binance-security is NONE, so security must be []."),
    told("a signed call without timestamp", {"        - $ref: '#/components/parameters/timestamp'\n": ""},
         "13:5: a TRADE operation lists the parameter timestamp once."),
    told("a signature among the parameters", {"name: symbol,": "name: signature,"},
         "27:18: signature is not a parameter: the security scheme says that it is sent."),
    told("a path parameter that the path does not name", {"transfer/{account}:": "transfer:"},
         "25:9: the path does not name the path parameter account."),
    told("a name in the path that no parameter declares", {"transfer/{account}:": "transfer/{account}/{kind}:"},
         "12:3: the path names {kind}, which no path parameter declares."),
    told("a path parameter that may be left out", {"{name: account, in: path, required: true,": "{name: account, in: path,"},
         "25:11: the path parameter account must say required: true."),
    told("an enum value twice under two titles", {"{const: IN}": "{const: OUT, title: OFF}"},
         "66:11: the enum value 'OUT' is here a second time."),
    told("an enum value that only looks like ASCII", {"{const: IN}": "{const: ＩＮ}"},
         "65:11: the enum value 'ＩＮ' has a look-alike character; the plain form is 'IN'."),
    told("a property whose name cannot be read", {"tranId: {type: integer}": "tranId: {type: integer}\n        'a\"b': {type: integer}"},
         "72:9: the property 'a\"b' cannot be read: no quotes, backslashes or control characters are allowed."),
    told("properties of a text", {"tranId: {type: integer}": "tranId: {type: string, properties: {}}"},
         "71:24: the type string has no properties; allowed: object."),
    told("properties beside additionalProperties", {"      required: [tranId]\n": "      required: [tranId]\n      additionalProperties: {type: string}\n"},
         "70:7: additionalProperties is not supported beside properties: fields not listed are ignored."),
    told("a brace in a path", {"/sapi/v1/balance:": "'/sapi/v1/{balance':"},
         "38:3: the path '/sapi/v1/{balance' is not supported; allowed: parts of ASCII letters, digits and -._~, or such a name in braces, each after a slash."),
    told("a path with a blank", {"/sapi/v1/balance:": "/sapi/v1/my balance:"},
         "38:3: the path '/sapi/v1/my balance' is not supported; allowed: parts of ASCII letters, digits and -._~, or such a name in braces, each after a slash."),
    told("a POST that does not say whether it moves funds", {"      x-binance-moves-funds: true\n": ""},
         "13:5: a POST must say x-binance-moves-funds: true or false."),
    told("an operation without weight and source", {"      x-binance-weight: {scope: ip, weight: 1}\n      x-binance-source: {en: {url: https://example.com/page, read: '2026-01-02'}}\n      responses": "      responses"},
         "39:5: this operation lacks x-binance-source: {en: {url: ..., read: 'YYYY-MM-DD'}}.",
         "39:5: this operation lacks x-binance-weight: {scope: ip, weight: 1}."),
    told("a text without Chinese", {"      summary: Balance\n      x-binance-zh: 余额\n": "      summary: Balance\n"},
         "41:16: the Chinese of summary is missing; write it under x-binance-zh."),
    told("a description whose Chinese is missing", {"      summary: Balance\n": "      summary: Balance\n      description: How much.\n"},
         "41:16: the Chinese of summary is missing; write it under x-binance-zh as {summary: ..., ...}, a mapping.",
         "42:20: the Chinese of description is missing; write it under x-binance-zh as {description: ..., ...}, a mapping."),
    told("an example that breaks its rule", {"example: BTC": "example: BT"},
         "27:84: the example of symbol has 2 characters; at least 3 needed."),
    told("an example that is no amount", {"example: '1.5'": "example: -1.5"},
         "28:103: the example of amount is '-1.5'; write digits with at most one point, such as \"0.00001\"."),
    told("an example that is missing", {", example: '1.5'": ""},
         "28:11: the parameter amount needs an example: the documentation's call is made of them."),
    told("a default that is no value", {"schema: {type: string, minLength: 3}": "schema: {type: boolean, default: 'yes'}"},
         "27:70: the default of symbol must be True or False, not str 'yes'.",
         "27:87: the example of symbol must be True or False, not str 'BTC'."),
    told("an answer's example that does not fit", {"example: {tranId: 1}": "example: {tranId: '1'}"},
         "37:33: the example does not fit its schema: tranId is '1'; it must be a whole number."),
    told("an answer's example that lacks a field", {"example: {tranId: 1}": "example: {id: 1}"},
         "37:24: the example does not fit its schema: example lacks tranId."),
    told("an answer without example", {"              example: {tranId: 1}\n": ""},
         "32:11: the response 200 needs content: application/json with a schema and an example."),
    told("a weight larger than its budget", {"scope: ip, weight: 100": "scope: ip, weight: 1201"},
         "19:45: a weight of 1201 never fits the budget of 1200."),
    told("a scope without a budget", {"{scope: ip, weight: 100}": "{scope: uid, weight: 100}"},
         "19:33: x-binance-rate-limits has no budget for the scope uid."),
    told("an error code twice", {"paths:\n": "  - {code: -1000, name: AGAIN, description: A., x-binance-zh: 再, outcome: unknown, documented: true}\npaths:\n"},
         "11:12: the code -1000 is here a second time."),
    told("a key with a line break", {"summary: Balance": 'summary: Balance\n      "sum\\nm\\u202Eary": Saldo'},
         "42:7: sum<U+000A>m<U+202E>ary is not supported in an operation; allowed: operationId, summary, description, security, parameters, responses. Did you mean summary?"),
    told("no operation", "openapi: 3.1.0\ninfo: {title: Test, version: 1.2.3}\nservers: [{url: https://api.example.com}]\npaths: {}\n",
         "4:8: there is no operation; write at least one."),
    told("a key of OpenAPI that is not supported", {"version: 1.2.3,": "version: 1.2.3, licence: MIT,"},
         "2:37: licence is not supported in info; allowed: title, version, description."),
    told("gaps that a draft left", {
             "x-binance-moves-funds: true": "x-binance-moves-funds: '??? say whether a call moves funds: true or false.'",
             "summary: Balance\n      x-binance-zh: 余额\n": "summary: Balance\n      x-binance-zh: ???\n",
             "tranId: {type: integer}": "'??? name': {type: integer}",
         },
         "20:30: a gap is left to fill: say whether a call moves funds: true or false. Write what belongs here in the place of ???.",
         "42:21: a gap is left to fill. Write what belongs here in the place of ???.",
         "71:9: a gap is left to fill: name. Write what belongs here in the place of ???."),
    told("mistakes of every stage", {
             "  ip: {weight: 1200,": "  ip: {weight: none,",
             "code: -1000,": "code: '-1000',",
             "{name: account,": "{name: account, nmae: account,",
             "security: []": "security: [{apiKey: []}]",
             "schemas/Receipt'": "schemas/Reciept'",
             "summary: Balance\n": "summary: Balance\n      summary: Saldo\n",
             "{const: IN}": "{const: ''}",
             "tranId: {type: integer}\n": "tranId: {type: integer}\n        x: {type: [string, 'null'], nullable: true}\n",
         },
         "6:16: weight is 'none'; it must be a whole number.",
         "10:12: code is '-1000'; it must be a whole number.",
         "25:27: nmae is not supported in a parameter; allowed: $ref, name, in, description, required, style, explode, schema, content, example. Did you mean name?",
         "36:30: #/components/schemas/Reciept leads nowhere; components/schemas has: Kind, Receipt. Did you mean Receipt?",
         "42:7: the key summary is here a second time; the first is in line 41.",
         "44:17: x-binance-security is NONE, so security must be [].",
         "66:11: the enum value '' is empty.",
         "73:37: nullable is not supported in a schema; use type: [..., 'null']."),
)
# fmt: on


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, so that the spec is spec.yaml in messages."""
    monkeypatch.chdir(tmp_path)


def run(spec: bytes, *arguments: str) -> int:
    Path("spec.yaml").write_bytes(spec)
    return main(["--spec", "spec.yaml", "--out", "out", *arguments])


def contents(folder: str) -> dict[str, tuple[bytes, int]]:
    return {str(each): (each.read_bytes(), each.stat().st_mtime_ns) for each in Path(folder).rglob("*.*")}


@pytest.mark.parametrize(("change", "lines"), MISTAKES)
def test_a_mistake_is_told_with_its_place_and_nothing_is_written(
    change: Mapping[str, str] | str | bytes, lines: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(changed(change)) == 2
    output = capsys.readouterr()
    assert output.err.splitlines() == [f"spec.yaml:{line}" for line in lines]
    assert output.out == ""
    assert not Path("out").exists()


def test_the_spec_that_the_mistakes_are_made_in_has_none() -> None:
    assert run(RIGHT.encode()) == 0
    assert run(RIGHT.encode(), "--check") == 0


@pytest.mark.parametrize(
    "effect",
    [
        TRANSFER,
        "{collect: {from: [CASH], to: MAIN, asset: asset, except: [BNB]}}",
        "{collect: {from: [CASH, MAIN], to: OTHER}}",
    ],
)
def test_an_effect_without_a_mistake_is_taken(effect: str) -> None:
    other = {"x-binance-errors:\n": "  OTHER: {description: Other, x-binance-zh: 其他}\nx-binance-errors:\n"}
    assert run(changed(with_effect(effect) | other)) == 0


def test_the_package_of_before_stays_byte_for_byte_when_the_spec_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    run(RIGHT.encode())
    before = contents("out")
    assert before
    assert run(changed({"weight: 1200": "weight: 0"})) == 2
    assert run(b"\xff") == 2
    assert run(changed({"weight: 1200": "weight: 0"}), "--check") == 2
    assert contents("out") == before
    assert "spec.yaml:6:16: weight is 0; it must be 1 or more." in capsys.readouterr().err


def test_a_spec_that_cannot_be_opened_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--spec", "missing.yaml", "--out", "out"]) == 2
    assert main(["--spec", ".", "--out", "out"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "missing.yaml:1:1: the file cannot be read: No such file or directory.",
        ".:1:1: the file cannot be read: Is a directory.",
    ]


# Whatever stands in the spec, the generator never ends in a traceback.

_WORDS = (
    "", "x", "$ref", "type", "object", "array", "properties", "items", "oneOf", "const", "enum", "string", "integer",
    "number", "boolean", "null", "default", "example", "schema", "content", "not", "pattern", "(", "format", "required",
    "additionalProperties", "name", "in", "path", "query", "explode", "style", "minimum", "description", "{a}", "200",
    "x-binance-zh", "x-binance-note", "#/", "#/components/schemas/Receipt", "#/components/parameters/timestamp",
    "#/components/schemas/Receipt/properties/tranId", "\u202e",
)  # fmt: skip
_VALUES = (0, 1, -1, 10**30, 10**400, True, False, None, 0.5, 1e300)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield (*path, key)
        yield from places(below, (*path, key))


def any_value(chance: random.Random, pick: Callable[[], Any], depth: int = 0) -> Any:
    match chance.randrange(4 if depth < 3 else 2):
        case 0:
            return chance.choice(_WORDS)
        case 1:
            return copy.deepcopy(pick()) if chance.randrange(2) else chance.choice(_VALUES)
        case 2:
            return {chance.choice(_WORDS): any_value(chance, pick, depth + 1) for _ in range(chance.randrange(4))}
        case _:
            return [any_value(chance, pick, depth + 1) for _ in range(chance.randrange(4))]


def spoilt(right: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the spec with some nodes removed, replaced, or with something added to them."""
    spec = copy.deepcopy(right)

    def pick() -> Any:
        return at(right, chance.choice(list(places(right))))

    for _ in range(chance.choice((1, 1, 2, 4))):
        *above, last = chance.choice(list(places(spec)))
        holder = at(spec, above)
        match chance.randrange(3), holder[last]:
            case 0, _:
                del holder[last]
            case 1, dict(node):
                node[chance.choice(_WORDS)] = any_value(chance, pick)
            case 1, list(node):
                node.insert(chance.randrange(len(node) + 1), any_value(chance, pick))
            case _:
                holder[last] = any_value(chance, pick)
    return spec


def at(node: Any, path: Any) -> Any:
    for key in path:
        node = node[key]
    return node


@pytest.mark.parametrize("seed", range(8))
def test_no_spec_ends_in_a_traceback(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.render.command.render", lambda _: {})
    chance, right = random.Random(seed), yaml.safe_load(changed(with_effect(TRANSFER)))  # noqa: S311 - the same each time
    outcomes = [run(json.dumps(spoilt(right, chance)).encode()) for _ in range(100)]
    assert set(outcomes) == {0, 2}


def scalars(value: object) -> Iterator[tuple[str | int, ...]]:
    return (each for each in places(value) if not isinstance(at(value, each), (dict, list)))


@pytest.mark.parametrize("path", list(scalars(yaml.safe_load(RIGHT))), ids=lambda path: "/".join(map(str, path)))
def test_a_gap_in_any_place_is_told_and_nothing_that_follows_from_it(
    path: tuple[str | int, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    spec = yaml.safe_load(RIGHT)
    at(spec, path[:-1])[path[-1]] = "??? what"
    assert run(json.dumps(spec).encode()) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.partition(" ")[2] == "a gap is left to fill: what. Write what belongs here in the place of ???."
