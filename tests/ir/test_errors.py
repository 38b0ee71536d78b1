"""Shows every error in the meaning of a spec: its location, what is wrong, what is allowed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from generator.ir.build import build
from generator.ir.parameters import sent_parameter
from generator.openapi.load import load
from generator.runtime.values import wire_texts
from tests.broken_specs import TRANSFER, case, changed, check_errors, run, with_effect

pytestmark = pytest.mark.usefixtures("_here")

# A change and its messages are beside each other, however long.
# fmt: off
ERRORS = (
    case("a version that no package can have", {"version: 1.2.3,": "version: first,"},
         "2:30: version is 'first'; it becomes the package's, so write it like 1.2.3 or 1.2.3rc1."),
    case("an operationId that is too long for the name of a file", {"operationId: balance": f"operationId: {'a' * 5000}"},
         "40:20: operationId has 5000 characters; at most 100 are allowed: it names a file."),
    case("a refused value of another type", {"schema: {type: integer}, example: 7": "schema: {type: integer, not: {enum: [8.0, 9]}}, example: 7"},
         "25:90: the refused value 8.0 is not of the type integer."),
    case("an object in a response whose fields are not listed", {"tranId: {type: integer}": "tranId: {type: object}"},
         "71:17: an object needs its fields under properties; one whose keys are not known needs the schema of its values: write additionalProperties: {type: string}, or what they are."),
    case("a list in a response whose items are not described", {"tranId: {type: integer}": "tranId: {type: array}"},
         "71:17: an array needs the schema of its items: write items: {type: string}, or what they are."),
    case("a field that can say that the call failed", {"tranId: {type: integer}": "tranId: {type: integer}\n        code: {type: string}\n        isSuccess: {type: boolean}\n        status: {type: string}\n        transferResult: {type: array, items: {type: string}}"},
         "13:5: these fields of the response can say that the call failed: code, isSuccess, status; write x-binance-success: {code: [...], isSuccess: [...], status: [...]} with the values of a success, or any for a field that says nothing about it."),
    case("a field of a read that can say that the call failed, and a status", {"properties: {free: {type: number}}": "properties: {free: {type: number}, code: {type: string}, status: {type: string}}"},
         "39:5: these fields of the response can say that the call failed: code; write x-binance-success: {code: [...]} with the values of a success, or any for a field that says nothing about it."),
    case("one of two fields that can say that the call failed", {"tranId: {type: integer}": "tranId: {type: integer}\n        code: {type: string}\n        ok: {type: boolean}", "x-binance-moves-funds: true": "x-binance-moves-funds: true\n      x-binance-success: {code: any}"},
         "21:7: these fields of the response can say that the call failed: ok; write x-binance-success: {ok: [...]} with the values of a success, or any for a field that says nothing about it."),
    case("a field that can say that the call failed in a response of two forms", {"schema: {type: object, properties: {free: {type: number}}}": "schema: {oneOf: [{type: object, properties: {success: {type: boolean}}}, {type: array, items: {type: string}}]}", "example: {free: 1.5}": "example: {success: true}"},
         "39:5: these fields of the response can say that the call failed: success; write x-binance-success: {success: [...]} with the values of a success, or any for a field that says nothing about it."),
    case("a field that only the example has, and can say that the call failed", {"example: {tranId: 1}": "example: {tranId: 1, Code: '000000'}"},
         "37:36: the example has the field Code, which can say that the call failed; list it under properties, and write x-binance-success."),
    case("fields of which only one is a value, and the others hold several", {"tranId: {type: integer}": "tranId: {type: integer}\n        errorMsg: {type: string}\n        errors: {type: array, items: {type: string}}\n        status: {type: object, properties: {a: {type: string}}}"},
         "13:5: these fields of the response can say that the call failed: errorMsg; write x-binance-success: {errorMsg: [...]} with the values of a success, or any for a field that says nothing about it."),
    case("an example that is no success", {"tranId: {type: integer}": "tranId: {type: integer}\n        code: {type: integer}", "x-binance-moves-funds: true": "x-binance-moves-funds: true\n      x-binance-success: {code: [0, 200]}", "example: {tranId: 1}": "example: {tranId: 1, code: 7}"},
         "38:42: the example is no success: code is 7; allowed: 0, 200."),
    case("a success with a field that does not exist, and a value of another type", {"x-binance-moves-funds: true": "x-binance-moves-funds: true\n      x-binance-success: {tranid: [1], tranId: ['1', true, 1.0]}"},
         "21:27: the response Receipt has no field tranid; there are: tranId. Did you mean tranId?",
         "21:49: '1' is no value of the field tranId, which is int.",
         "21:54: True is no value of the field tranId, which is int.",
         "21:60: 1.0 is no value of the field tranId, which is int.",
         "38:33: the example is no success: tranId is 1; allowed: '1', True, 1.0."),
    case("a success with a value that its enum lacks", {"tranId: {type: integer}": "tranId: {type: integer}\n        code: {$ref: '#/components/schemas/Kind'}", "x-binance-moves-funds: true": "x-binance-moves-funds: true\n      x-binance-success: {code: [IN, OTU]}", "example: {tranId: 1}": "example: {tranId: 1, code: IN}"},
         "21:38: 'OTU' is no value of the field code; there are: IN, OUT. Did you mean OUT?"),
    case("a success with a field that has a const", {"tranId: {type: integer}": "tranId: {type: integer}\n        msg: {type: string, const: success}", "x-binance-moves-funds: true": "x-binance-moves-funds: true\n      x-binance-success: {msg: [success]}"},
         "21:27: the field msg has a const, which says it already; leave it out here."),
    case("a success with no values, or another word than any", {"x-binance-moves-funds: true": "x-binance-moves-funds: true\n      x-binance-success: {tranId: all}"},
         "21:35: tranId is 'all', which does not fit its description: A list of the values that the field has in a success, or any where it says nothing about that."),
    case("an example in a schema", {"minLength: 3}, example: BTC": "minLength: 3, example: BTC}"},
         "27:74: example is not supported in a schema; write example beside schema, in the parameter or under application/json."),
    case("a required list without an example", {"symbol, in: query, schema: {type: string, minLength: 3}, example: BTC": "symbol, in: query, required: true, content: {application/json: {schema: {type: array, items: {type: string}}}}"},
         "27:11: the parameter symbol needs an example: the documentation's call is made of them. Write example under application/json, beside schema."),
    case("an example beside content", {"symbol, in: query, schema: {type: string, minLength: 3}, example: BTC": "symbol, in: query, content: {application/json: {schema: {type: array, items: {type: string}}}}, example: [BTC]"},
         "27:123: beside content there is no example; write it under application/json, beside schema."),
    case("an example under content that breaks its rule", {"symbol, in: query, schema: {type: string, minLength: 3}, example: BTC": "symbol, in: query, content: {application/json: {schema: {type: array, items: {type: string}}, example: [5]}}"},
         "27:121: the example of symbol must be text (str), not int 5."),
    case("enum values with blanks around them, or two inside", {"{const: IN}": "{const: ' IN'}\n        - {const: 'A  B'}\n        - {const: 'A\u00a0B'}"},
         "65:11: the enum value ' IN' has a stray blank or invisible character, U+0020 at position 0.",
         "66:11: the enum value 'A  B' has a stray blank or invisible character, U+0020 at position 1.",
         "67:11: the enum value 'A\\xa0B' has a stray blank or invisible character, U+00A0 at position 1."),
    case("a server without https", {"url: https://api": "url: http://api"},
         "4:10: requests cannot be sent to 'http://api.example.com'; allowed: a scheme, a host and at most a port, such as https://api.binance.com."),
    case("a parameter without a schema", {"schema: {type: integer}, example: 7": "example: 7"},
         "25:11: the parameter account needs either a schema or content."),
    case("an enum value twice", {"{const: IN}": "{const: OUT}"},
         "66:11: the enum value 'OUT' is here a second time."),
    case("a condition on a parameter that does not exist", {"{parameter: symbol, when: {parameter: kind,": "{parameter: simbol, when: {parameter: kinds,"},
         "22:40: there is no parameter simbol; there are: account, kind, symbol, amount. Did you mean symbol?",
         "22:66: there is no parameter kinds; there are: account, kind, symbol, amount. Did you mean kind?"),
    case("a condition on a value that does not exist", {"in: [OUT]": "in: [OUTS]"},
         "22:77: kind has no value OUTS. Did you mean OUT?"),
    case("a condition in two places", {"in: [OUT]}}]\n": "in: [OUT]}}, {parameter: symbol, when: {parameter: kind, in: [IN]}}]\n"},
         "22:85: when kind requires symbol is written above; write all values there."),
    case("one operationId twice", {"operationId: balance": "operationId: transfer"},
         "40:20: the operationId transfer is here a second time."),
    case("two operations of one name in Python", {"operationId: balance": "operationId: Transfer"},
         "40:20: the operations 'transfer' and 'Transfer' both become the method transfer."),
    case("an operationId of no use", {"operationId: balance": "operationId: 余额"},
         "40:20: operationId '余额' gives no Python name; write it in ASCII letters and digits."),
    case("two parameters of one name in Python", {"{name: symbol, in: query, schema: {type: string, minLength: 3}, example: BTC}": "{name: symbol, in: query, schema: {type: string}}\n        - {name: Symbol, in: query, schema: {type: string}}"},
         "28:11: the parameters 'symbol' and 'Symbol' both become the argument symbol."),
    case("one parameter twice", {"{name: symbol, in: query, schema: {type: string, minLength: 3}, example: BTC}": "{name: symbol, in: query, schema: {type: string}}\n        - {name: symbol, in: query, schema: {type: string}}"},
         "28:11: the parameter symbol is here a second time."),
    case("two properties of one name in Python", {"tranId: {type: integer}": "tranId: {type: integer}\n        tran_id: {type: integer}"},
         "72:9: the properties 'tranId' and 'tran_id' both become the field tran_id."),
    case("a required property that is not there", {"required: [tranId]": "required: [tranId, time]"},
         "69:26: there is no property time; there are: tranId."),
    case("two enum values of one name in Python", {"{const: IN}": "{const: OUT-}"},
         "66:11: the enum values 'OUT-' and 'OUT' both become the member OUT; give one a title."),
    case("an enum value of no name in Python", {"{const: IN}": "{const: '-'}"},
         "65:11: the enum value '-' gives no Python name; give it a title that does."),
    case("an enum value with a blank at its end", {"{const: IN}": "{const: 'IN '}"},
         "65:11: the enum value 'IN ' has a stray blank or invisible character, U+0020 at position 2."),
    case("an enum value with an invisible character", {"{const: IN}": '{const: "I\\u200BN"}'},
         "65:11: the enum value 'I\\u200bN' has a stray blank or invisible character, U+200B at position 1."),
    case("an enum value that is empty", {"{const: IN}": "{const: ''}"},
         "65:11: the enum value '' is empty."),
    case("a wallet that does not exist", {"{const: IN}": "{const: IN, x-binance-moves: {from: MAIN, to: FUNDING}}"},
         "65:57: there is no wallet FUNDING; x-binance-wallets has: MAIN."),
    case("a class that models.py imports", {"    Receipt:\n": "    Decimal: {type: string, enum: [A]}\n    Receipt:\n"},
         "67:5: Decimal is a name that the package uses itself; choose another."),
    case("a class in lower case", {"    Receipt:\n": "    kind_of: {type: string, enum: [A]}\n    Receipt:\n"},
         "67:5: kind_of cannot be the name of a class; write it in UpperCamelCase, with ASCII letters and digits."),
    case("a response whose class has the name of another", {
             "schemas/Receipt'": "schemas/BalanceResponse'",
             "    Receipt:\n": "    BalanceResponse:\n",
         },
         "53:23: this becomes the model BalanceResponse, and so does the schema in line 68; give it a name of its own under components/schemas."),
    case("a parameter in a header", {"symbol, in: query": "symbol, in: header"},
         "27:30: a parameter in header is not supported; allowed: query, path."),
    case("the style deepObject", {"symbol, in: query,": "symbol, in: query, style: deepObject,"},
         "27:44: the style deepObject is not supported; allowed: form (query), simple (path)."),
    case("another response than 200", {"      responses:\n        '200':\n          description: The balance.": "      responses:\n        '201':\n          description: The balance."},
         "48:9: the response 201 is not supported; allowed: 200, 4XX, 5XX.",
         "48:9: there is no response '200'."),
    case("a response that is one of two objects", {"tranId: {type: integer}": "tranId: {oneOf: [{$ref: '#/components/schemas/Receipt'}, {type: object, additionalProperties: {type: string}}]}"},
         "71:66: the branches 1 and 2 are both object: a response would fit both. Allowed: branches of different JSON types."),
    case("an enum without a name", {"schema: {type: string, minLength: 3}": "schema: {type: string, enum: [BTC]}"},
         "27:45: an enum needs a name: move it to components/schemas and refer to it by $ref."),
    case("a rule that its type cannot have", {"schema: {type: integer}, example: 7": "schema: {type: integer, minLength: 1}, example: 7"},
         "25:77: minLength means nothing for integer values; allowed: minimum, maximum."),
    case("a rule in a response", {"tranId: {type: integer}": "tranId: {type: integer, minimum: 1}"},
         "71:33: minimum is not supported in a response: it is read as it comes."),
    case("a pattern that cannot be read", {"minLength: 3": "pattern: '('"},
         "27:69: the pattern cannot be read: missing ), unterminated subpattern at position 0."),
    case("a type that cannot be sent", {"schema: {type: string, minLength: 3}": "schema: {type: object}"},
         "27:45: the type object is not supported here; allowed: string, string/decimal, number, integer, integer/int64, integer/int32, boolean."),
    case("a security scheme that does not exist", {"{apiKey: [], signature: []}": "{apiKey: [], signed: []}"},
         "17:17: there is no security scheme signed; components/securitySchemes has: apiKey, signature."),
    case("security that contradicts its name", {"security: []": "security: [{apiKey: []}]"},
         "43:17: x-binance-security is NONE, so security must be []."),
    case("security without the signature", {"{apiKey: [], signature: []}": "{apiKey: []}"},
         "17:17: x-binance-security is TRADE, so security must ask for: X-MBX-APIKEY in the header, signature in the query."),
    case("a signed call without timestamp", {"        - $ref: '#/components/parameters/timestamp'\n": ""},
         "13:5: a TRADE operation lists the parameter timestamp once."),
    case("a signature among the parameters", {"name: symbol,": "name: signature,"},
         "27:18: signature is not a parameter: the security scheme says that it is sent."),
    case("a path parameter that the path does not name", {"transfer/{account}:": "transfer:"},
         "25:9: the path does not name the path parameter account."),
    case("a name in the path that no parameter declares", {"transfer/{account}:": "transfer/{account}/{kind}:"},
         "12:3: the path names {kind}, which no path parameter declares."),
    case("a path parameter that may be left out", {"{name: account, in: path, required: true,": "{name: account, in: path,"},
         "25:11: the path parameter account must say required: true."),
    case("an enum value that only looks like ASCII", {"{const: IN}": "{const: ＩＮ}"},
         "65:11: the enum value 'ＩＮ' has a look-alike character; the plain form is 'IN'."),
    case("a property whose name cannot be read", {"tranId: {type: integer}": "tranId: {type: integer}\n        'a\"b': {type: integer}"},
         "72:9: the property 'a\"b' cannot be read: no quotes, backslashes or control characters are allowed."),
    case("properties of a text", {"tranId: {type: integer}": "tranId: {type: string, properties: {}}"},
         "71:24: the type string has no properties; allowed: object."),
    case("properties beside additionalProperties", {"      required: [tranId]\n": "      required: [tranId]\n      additionalProperties: {type: string}\n"},
         "70:7: additionalProperties is not supported beside properties: fields not listed are ignored."),
    case("a POST that does not say whether it moves funds", {"      x-binance-moves-funds: true\n": ""},
         "13:5: a POST must say x-binance-moves-funds: true or false."),
    case("an operation that moves funds and does not say where to look", {"      x-binance-when-unknown: {description: Look., x-binance-zh: 查看。}\n": ""},
         "20:7: an operation that moves funds needs x-binance-when-unknown: where to look, and for what, when it is not known whether a call was executed; only with x-binance-effect and x-binance-confirm beside it does reconcile find out by itself."),
    case("an operation without weight and source", {"      x-binance-weight: {scope: ip, weight: 1}\n      x-binance-source: {en: {url: https://example.com/page, read: '2026-01-02'}}\n      responses": "      responses"},
         "39:5: this operation lacks x-binance-source: {en: {url: ..., read: 'YYYY-MM-DD'}}.",
         "39:5: this operation lacks x-binance-weight: {scope: ip, weight: 1}."),
    case("an example that breaks its rule", {"example: BTC": "example: BT"},
         "27:84: the example of symbol has 2 characters; at least 3 needed."),
    case("an example that is no amount", {"example: '1.5'": "example: -1.5"},
         "28:103: the example of amount is '-1.5'; write digits with at most one point, such as \"0.00001\"."),
    case("an example that is missing", {", example: '1.5'": ""},
         "28:11: the parameter amount needs an example: the documentation's call is made of them. Write example beside schema."),
    case("a default that is no value", {"schema: {type: string, minLength: 3}": "schema: {type: boolean, default: 'yes'}"},
         "27:70: the default of symbol must be True or False, not str 'yes'.",
         "27:87: the example of symbol must be True or False, not str 'BTC'."),
    case("a response's example that does not fit", {"example: {tranId: 1}": "example: {tranId: '1'}"},
         "37:33: the example does not fit its schema: tranId is '1'; it must be a whole number."),
    case("a response's example that lacks a field", {"example: {tranId: 1}": "example: {id: 1}"},
         "37:24: the example does not fit its schema: example lacks tranId."),
    case("a response without example", {"              example: {tranId: 1}\n": ""},
         "32:11: the response 200 needs content: application/json with a schema and an example."),
    case("a weight larger than its budget", {"scope: ip, weight: 100": "scope: ip, weight: 1201"},
         "19:45: a weight of 1201 never fits the budget of 1200."),
    case("a scope without a budget", {"{scope: ip, weight: 100}": "{scope: uid, weight: 100}"},
         "19:33: x-binance-rate-limits has no budget for the scope uid."),
    case("two weights of one scope", {"x-binance-weight: {scope: ip, weight: 100}": "x-binance-weight: [{scope: ip, weight: 100}, {scope: ip, weight: 1}]"},
         "19:60: the scope ip is here a second time; allowed: one weight for each."),
    case("one weight in a list", {"x-binance-weight: {scope: ip, weight: 100}": "x-binance-weight: [{scope: ip, weight: 100}]"},
         "19:25: x-binance-weight is a list; at least 2 is needed."),
    case("three weights", {"x-binance-weight: {scope: ip, weight: 100}": "x-binance-weight: [{scope: ip, weight: 1}, {scope: uid, weight: 1}, {scope: ip, weight: 1}]"},
         "19:25: x-binance-weight is a list; at most 2 is allowed."),
    case("two weights, of which none can be", {"x-binance-weight: {scope: ip, weight: 100}": "x-binance-weight: [{scope: ip, weight: 1.0}, {scope: me, weight: 1}]"},
         "19:46: weight is written with a point; it must be a whole number.",
         "19:60: scope is 'me'; allowed: ip, uid."),
    case("an error code twice", {"paths:\n": "  - {code: -1000, name: AGAIN, description: A., x-binance-zh: 再, outcome: unknown, documented: true}\npaths:\n"},
         "11:12: the code -1000 is here a second time."),
    case("no operation", "openapi: 3.1.0\ninfo: {title: Test, version: 1.2.3}\nservers: [{url: https://api.example.com}]\npaths: {}\n",
         "4:8: there is no operation; write at least one."),
    case("two properties that look alike", {"tranId: {type: integer}": "tranId: {type: integer}\n        id: {type: integer}\n        ｉｄ: {type: integer}"},
         "73:9: the properties 'id' and 'ｉｄ' both become the field id."),
    case("two enum titles that look alike", {"{const: IN}": "{const: IN, title: ＯＵＴ}"},
         "66:11: the enum values 'IN' and 'OUT' both become the member OUT; give one a title."),
    case("two parameters that look alike", {"{name: account, in: path,": "{name: ｋｉｎｄ, in: query, schema: {type: integer}}\n        - {name: account, in: path,"},
         "27:11: the parameters 'ｋｉｎｄ' and 'kind' both become the argument kind."),
    # What a call does to wallets.
    case("two effects", with_effect("{collect: {from: [CASH], to: MAIN}, report: {by: kind, asset: asset, amount: tranId}}"),
         "23:25: x-binance-effect is a mapping; at most 1 is allowed, of: transfer, collect, report, history, balances, overview, permissions."),
    case("an effect that is none", with_effect("{}"),
         "23:25: x-binance-effect is an empty mapping; at least 1 is needed, of: transfer, collect, report, history, balances, overview, permissions."),
    case("an effect of another kind", with_effect("{move: {from: [CASH], to: MAIN}}"),
         "23:32: move is not supported in x-binance-effect; allowed: transfer, collect, report, history, balances, overview, permissions."),
    case("a transfer that lacks names, and has one too many", with_effect("{transfer: {by: kind, asset: asset, until: symbol}}"),
         "23:36: transfer lacks amount.",
         "23:36: transfer lacks receipt.",
         "23:68: until is not supported in transfer; allowed: by, asset, amount, receipt, from, to."),
    case("an effect on parameters and a field that do not exist", with_effect("{transfer: {by: kinds, asset: assets, amount: sum, receipt: tranid, from: pair}}"),
         "23:41: there is no parameter kinds; there are: account, kind, symbol, asset, amount. Did you mean kind?",
         "23:55: there is no parameter assets; there are: account, kind, symbol, asset, amount. Did you mean asset?",
         "23:71: there is no parameter sum; there are: account, kind, symbol, asset, amount.",
         "23:85: the response Receipt has no field tranid; there are: tranId. Did you mean tranId?",
         "23:99: there is no parameter pair; there are: account, kind, symbol, asset, amount."),
    case("an effect on parameters and a field of another kind", with_effect("{transfer: {by: amount, asset: amount, amount: asset, receipt: tranId, from: account}}") | {"tranId: {type: integer}": "tranId: {type: array, items: {type: integer}}", "{tranId: 1}": "{tranId: [1]}"},
         "23:41: the parameter amount is decimal; allowed here: string, integer.",
         "23:56: the parameter amount is decimal; allowed here: string.",
         "23:72: the parameter asset is string; allowed here: decimal.",
         "23:88: the field tranId of the response is list[int]; allowed here: int, str.",
         "23:102: the parameter account is integer; allowed here: string."),
    case("an effect by a parameter without an enum", with_effect("{transfer: {by: asset, asset: asset, amount: amount, receipt: tranId}}"),
         "23:41: the parameter asset has no enum, so no value of it names wallets."),
    case("an effect by a list", with_effect("{transfer: {by: kind, asset: asset, amount: amount, receipt: tranId}}") | {"schema: {$ref: '#/components/schemas/Kind'}": "schema: {type: array, items: {$ref: '#/components/schemas/Kind'}}"},
         "23:41: the parameter kind is a list; allowed here: string, integer."),
    case("an effect by a parameter that may be left out", with_effect(TRANSFER) | {"{name: kind, in: query, required: true,": "{name: kind, in: query,"},
         "23:41: the parameter kind may be left out; a transfer needs it: write required: true."),
    case("an effect by values of which one moves nothing", with_effect(TRANSFER) | {"{const: OUT}": "{const: OUT}\n        - {const: BACK}"},
         "23:41: each value of Kind needs x-binance-moves; without: OUT, BACK."),
    case("a transfer that does not tell which wallet is meant", with_effect("{transfer: {by: kind, asset: asset, amount: amount, receipt: tranId}}"),
         "23:26: there is one PAIR per symbol; write from: the parameter that tells which.",
         "23:26: there is one PAIR per symbol; write to: the parameter that tells which."),
    case("a transfer that tells which of one wallet is meant", with_effect(TRANSFER) | {"to: PAIR}": "to: CASH}"},
         "23:112: to is not needed: of these wallets, none has per: CASH, MAIN."),
    case("a transfer to a wallet that does not exist", with_effect(TRANSFER) | {"to: MAIN}": "to: MIAN}"},
         "70:58: there is no wallet MIAN; x-binance-wallets has: CASH, PAIR, MAIN."),
    case("a transfer that moves no funds", with_effect(TRANSFER) | {"x-binance-moves-funds: true": f"x-binance-moves-funds: false\n      x-binance-effect: {TRANSFER}"},
         "23:26: a transfer moves funds, so x-binance-moves-funds must be true."),
    case("an asset that stays twice", with_effect("{collect: {from: [CASH], to: MAIN, except: [BNB, BNB]}}"),
         "23:68: except is a list; nothing may be in it twice."),
    case("a collection of wallets that cannot be", with_effect("{collect: {from: [CASH, PAIR, MIAN], to: CASH, asset: assets}}"),
         "23:49: there is one PAIR per symbol; a collection cannot tell which.",
         "23:55: there is no wallet MIAN; x-binance-wallets has: CASH, PAIR, MAIN.",
         "23:66: CASH is one of the wallets that are emptied; allowed: another one.",
         "23:79: there is no parameter assets; there are: account, kind, symbol, asset, amount. Did you mean asset?"),
    case("a collection of nothing", with_effect("{collect: {from: [], to: CASH}}"),
         "23:42: from is an empty list; at least 1 is needed."),
    case("a report that moves funds", with_effect("{report: {by: kind, asset: asset, amount: tranId}}"),
         "23:26: a report moves nothing, so x-binance-moves-funds must be false.",
         "23:39: there is one PAIR per symbol; a report cannot tell which.",
         "23:52: the response Receipt has no field asset; there are: tranId.",
         "23:67: the field tranId of the response is int; allowed here: Decimal."),
    case("a report of a response without fields", with_effect("{report: {by: kind, asset: asset, amount: tranId}}") | {"schema: {$ref: '#/components/schemas/Receipt'}\n              example: {tranId: 1}": "schema: {type: array, items: {$ref: '#/components/schemas/Receipt'}}\n              example: []", "x-binance-moves-funds: true\n      x-binance-effect": "x-binance-moves-funds: false\n      x-binance-effect"},
         "23:39: there is one PAIR per symbol; a report cannot tell which.",
         "23:52: the response TransferResponse has no field asset; there are: none.",
         "23:67: the response TransferResponse has no field tranId; there are: none."),
    case("an effect beside wallets that cannot be read", with_effect(TRANSFER) | {"CASH: {description": "CASH: {words"},
         "8:9: CASH lacks description.",
         "8:17: words is not supported in CASH; allowed: description, x-binance-zh, per."),
)
# fmt: on


@pytest.mark.parametrize(("change", "lines"), ERRORS)
def test_an_error_is_printed_with_its_location_and_nothing_is_written(
    change: Mapping[str, str] | str | bytes, lines: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    check_errors(change, lines, capsys)


@pytest.mark.parametrize(
    "effect",
    [
        TRANSFER,
        "{collect: {from: [CASH], to: MAIN, asset: asset, except: [BNB]}}",
        "{collect: {from: [CASH, MAIN], to: OTHER}}",
    ],
)
def test_a_valid_effect_is_accepted(effect: str) -> None:
    other = {"x-binance-errors:\n": "  OTHER: {description: Other, x-binance-zh: 其他}\nx-binance-errors:\n"}
    assert run(changed(with_effect(effect) | other)) == 0


def test_a_list_in_json_that_is_required_has_an_example() -> None:
    old = "symbol, in: query, schema: {type: string, minLength: 3}, example: BTC"
    media = "{schema: {type: array, items: {type: string}}, example: [BTC, ETH]}"
    new = f"symbol, in: query, required: true, content: {{application/json: {media}}}"
    api = build(load("spec.yaml", changed({old: new})))
    assert api.operations[0].example["symbol"] == ["BTC", "ETH"]


def test_an_enum_value_of_two_words_is_sent_as_it_is_and_has_a_name() -> None:
    api = build(load("spec.yaml", changed({"{const: IN}": "{const: Margin call}"})))
    assert [(value.value, value.name) for value in api.enums[0].values] == [
        ("Margin call", "Margin_call"),
        ("OUT", "OUT"),
    ]
    kind = next(parameter for parameter in api.operations[0].parameters if parameter.wire == "kind")
    assert wire_texts(sent_parameter(kind), "Margin call") == ["Margin call"]


@pytest.mark.parametrize(
    "words", ["USDT", "recvWindow", "MAIN_C2C, C2C_MAIN", "-1021", "余额", "Portfolio Margin 余额"]
)
def test_code_and_names_in_capitals_are_the_same_in_chinese(words: str) -> None:
    old = "      summary: Balance\n      x-binance-zh: 余额\n"
    new = f"      summary: Balance\n      description: How much.\n      x-binance-zh: {{summary: 余额, description: '{words}'}}\n"
    assert run(changed({old: new})) == 0
