"""Shows every error in the form of a spec: its location, what is wrong, what is allowed."""

from __future__ import annotations

import contextlib
import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from generator.__main__ import main
from generator.ir.build import build
from generator.openapi.document import at, children
from generator.openapi.load import load
from generator.openapi.patterns import pattern_problem
from generator.openapi.problems import SpecError
from tests import confirmed_specs
from tests.broken_specs import TRANSFER, VALID, case, changed, check_errors, run, with_effect

pytestmark = pytest.mark.usefixtures("_here")

# A change and its messages are beside each other, however long.
# fmt: off
ERRORS = (
    case("bytes that are not UTF-8", b"openapi: 3.1.0\ninfo: {title: \xff}\n",
         "2:15: the byte 0xff is not UTF-8."),
    case("an empty file", "# Nothing yet.\n",
         "1:1: the file is empty; an OpenAPI 3.1 document is needed."),
    case("a list", "- openapi: 3.1.0\n",
         "1:1: an OpenAPI document is a mapping that begins with openapi: 3.1.0."),
    case("a quote that is not closed", {"url: https://api": "url: 'https://api"},
         "23:69: this is not YAML: while parsing a block mapping (began in line 4), did not find expected key. The text in quotes that ends here began in line 4; is a quote missing there?"),
    case("a quote that is not closed up to the end", 'openapi: 3.1.0\ninfo: "Test\npaths: {}\n',
         "4:1: this is not YAML: while scanning a quoted scalar (began in line 2), found unexpected end of stream."),
    case("a bracket that is not closed", "servers: [\n  {url: https://api.example.com},\npaths: {}\ninfo: {}\n",
         "4:1: this is not YAML: while parsing a flow sequence (began in line 1), did not find expected ',' or ']'. Put a text that holds a colon, comma or bracket in quotes, and write a space after a key's colon."),
    case("a text with a colon and no quotes", {"      summary: Balance\n": "      summary: Balance: all\n"},
         "41:23: this is not YAML: mapping values are not allowed in this context. Put a text that holds a colon, comma or bracket in quotes, and write a space after a key's colon."),
    case("a text with a colon and no quotes in braces", {"description: Spot wallet": "description: Spot: wallet"},
         "8:27: this is not YAML: while parsing a flow mapping, did not find expected ',' or '}'. Put a text that holds a colon, comma or bracket in quotes, and write a space after a key's colon."),
    case("a full-width colon after a key", {"      x-binance-zh: 余额\n": "      x-binance-zh： 余额\n"},
         "42:7: this is not YAML: while scanning a simple key, could not find expected ':'. The full-width ： is text here; where YAML needs the sign, write : and a space."),
    case("a full-width comma between keys", {"description: Spot wallet, ": "description: Spot wallet， "},
         "8:48: this is not YAML: while parsing a flow mapping, did not find expected ',' or '}'. The full-width ， is text here; where YAML needs the sign, write , and a space. Put a text that holds a colon, comma or bracket in quotes, and write a space after a key's colon."),
    case("a full-width colon in braces", {"x-binance-zh: 现货钱包": "x-binance-zh：现货钱包"},
         "8:36: x-binance-zh：现货钱包 is one word; write a plain colon and a space: x-binance-zh: 现货钱包"),
    case("a key without a space after its colon", {"      summary: Balance\n": "      summary:Balance\n"},
         "41:7: this is not YAML: while scanning a simple key, could not find expected ':'. Write a colon and a space after a key."),
    case("keys without a space after their colons in braces", {"{scope: ip, weight: 100}": "{scope:ip, weight:100}"},
         "19:26: scope:ip is one word; write a plain colon and a space: scope: ip",
         "19:36: weight:100 is one word; write a plain colon and a space: weight: 100"),
    case("a tab as indentation", {"  - url:": "\t- url:"},
         "4:1: a tab cannot stand here; indent with spaces."),
    case("an alias of nothing", {"security: []": "security: *none"},
         "43:17: this is not YAML: found undefined alias."),
    case("an alias of an anchor", {"security: []\n      x-binance-security: NONE\n      x-binance-weight: {scope: ip, weight: 1}": "security: []\n      x-binance-security: NONE\n      x-binance-weight: &w {scope: ip, weight: 1}\n      description: *w"},
         "46:7: an alias (*name) is not supported; write the value again, or use a $ref."),
    case("a tag of its own", {"title: Test,": "title: !mine Test,"},
         "2:15: the tag !mine is not supported; write a plain value."),
    case("two documents", {"components:\n": "---\ncomponents:\n"},
         "55:1: this is not YAML: expected a single document in the stream, but found another document."),
    case("a response code without quotes", {"        '200':\n          description: Done.": "        200:\n          description: Done."},
         "31:9: the key 200 is not text; write it in quotes."),
    case("keys that are there twice", {"      operationId: transfer\n      summary: Transfer\n": "      operationId: transfer\n      summary: Transfer\n      operationId: other\n      summary: Other\n"},
         "16:7: the key operationId is here a second time; the first is in line 14.",
         "17:7: the key summary is here a second time; the first is in line 15."),
    case("a character that YAML refuses", {"title: Test,": "title: Te\x07st,"},
         "2:17: U+0007 is not allowed in YAML."),
    case("a character that YAML refuses, behind Chinese ones", {"title: Test,": "title: 资金划转\x07st,"},
         "2:19: U+0007 is not allowed in YAML."),
    case("a number that is too large", {"weight: 1200": "weight: 1e999"},
         "6:16: '1e999' is not a number that can be read."),
    case("a key that is a list", {"info: {title": "? [a, b]\n: x\ninfo: {title"},
         "2:3: this key is not text; write it in quotes."),
    case("a document that is too deep", {"example: {tranId: 1}": f"example: {'[' * 900}{']' * 900}"},
         "37:81: this is more than 64 levels deep."),
    case("a default outside its enum", {"        - {const: OUT}": "        - {const: OUT}\n      default: NO"},
         "67:16: default is 'NO'; allowed: IN, OUT."),
    case("a default of another type than its schema's", {"    Receipt:\n": "    Amount: {type: string, default: 5}\n    Receipt:\n"},
         "67:37: default is 5; it must be text."),
    case("whole numbers that are written with a point", {"weight: 1200, ": "weight: 1200.0, ", "minLength: 3": "minLength: 3.0", "weight: 100}": "weight: 100.0}"},
         "6:16: weight is written with a point; it must be a whole number.",
         "19:45: weight is written with a point; it must be a whole number.",
         "27:71: minLength is written with a point; it must be a whole number."),
    case("an example that fits none of the alternatives", {"tranId: {type: integer}": "tranId: {oneOf: [{type: integer}, {type: array, items: {type: integer}}]}", "example: {tranId: 1}": "example: {tranId: x}"},
         "37:33: the example does not fit its schema: tranId is 'x', which fits none of its alternatives, or several."),
    *(
        case(f"the pattern {pattern}", {"minLength: 3": f"pattern: '{pattern}', default: {'a' * 60}-"},
             "27:69: the pattern can take for ever on a text that does not fit; a group that is repeated may hold no repetition and no |.")
        for pattern in ("^(a+)+$", "(a|a)*$", "((a+)b?)*$", "(?:a{1,}){2,}$", "(?P<x>a?){60}$")
    ),
    case("another version of OpenAPI", {"openapi: 3.1.0": "openapi: 3.0.3"},
         "1:10: openapi is '3.0.3'; this generator reads OpenAPI 3.1: write openapi: 3.1.0."),
    case("a version that is a number", {"openapi: 3.1.0": "openapi: 3.1"},
         "1:10: openapi is 3.1; this generator reads OpenAPI 3.1: write openapi: 3.1.0."),
    case("no info", {"info: {title: Test, version: 1.2.3, x-binance-zh: 测试}\n": ""},
         "1:1: the document lacks info."),
    case("no title", {"title: Test, version: 1.2.3, x-binance-zh: 测试": "version: 1.2.3"},
         "2:7: info lacks title."),
    case("no servers", {"servers:\n  - url: https://api.example.com\n": "servers: []\n"},
         "3:10: servers is an empty list; at least 1 is needed."),
    case("paths that are a list", "openapi: 3.1.0\ninfo: {title: Test, version: 1.2.3}\nservers: [{url: https://api.example.com}]\npaths: []\n",
         "4:8: paths is an empty list; it must be a mapping."),
    case("a parameter without a name", {"{name: account, in: path,": "{in: path,"},
         "25:11: the parameter lacks name."),
    case("required that is text", {"{name: account, in: path, required: true,": "{name: account, in: path, required: 'yes',"},
         "25:47: required is 'yes'; it must be true or false."),
    case("a length below zero", {"minLength: 3": "minLength: -1"},
         "27:71: minLength is -1; it must be 0 or more."),
    case("a type that does not exist", {"tranId: {type: integer}": "tranId: {type: int}"},
         "71:24: type is 'int'; allowed: string, number, integer, boolean, array, object, null."),
    case("a component name with a blank", {"    Kind:\n": "    Unused Kind: {type: string}\n    Kind:\n"},
         "62:18: Unused Kind cannot be a name in schemas; it must be ASCII letters, digits and the marks . _ -, such as TransferType."),
    case("a misspelt key of OpenAPI", {"summary: Balance": "sumary: Balance"},
         "39:5: this operation lacks summary: the title of Binance's page.",
         "41:7: sumary is not supported in an operation; allowed: operationId, tags, summary, description, security, parameters, responses. Did you mean summary?"),
    case("an unknown x- key", {"x-binance-moves-funds: true": "x-binance-move-funds: true"},
         "13:5: a POST must say x-binance-moves-funds: true or false.",
         "20:7: x-binance-move-funds is not a known key; known: x-binance-rate-limits, x-binance-wallets, x-binance-errors, x-binance-weight, x-binance-call-limit, x-binance-security, x-binance-permissions, x-binance-moves-funds, x-binance-effect, x-binance-confirm, x-binance-paging, x-binance-when-unknown, x-binance-success, x-binance-requires, x-binance-exclusive, x-binance-window, x-binance-source, x-binance-newer, x-binance-moves, x-binance-note, x-binance-zh. Did you mean x-binance-moves-funds?"),
    case("an x- key in the wrong place", {"info: {title: Test,": "info: {title: Test, x-binance-weight: {scope: ip, weight: 1},"},
         "2:21: x-binance-weight does not belong in info; it goes on: operation."),
    case("an unknown scope and a weight of nothing", {"{scope: ip, weight: 100}": "{scope: IP, weight: 0}"},
         "19:33: scope is 'IP'; allowed: ip, uid.",
         "19:45: weight is 0; it must be 1 or more."),
    case("a key inside an x- key that does not exist", {"{scope: ip, weight: 100}": "{scope: ip, weight: 100, budgets: 1}"},
         "19:59: budgets is not supported in x-binance-weight; allowed: scope, weight."),
    case("a date that does not exist", {"page, read: '2026-01-02'}}\n      parameters": "page, read: '2026-02-30'}}\n      parameters"},
         "23:68: read is '2026-02-30'; it must be a date."),
    case("a page without https", {"{en: {url: https://example.com/page, read: '2026-01-02'}}\n      parameters": "{en: {url: example.com, read: '2026-01-02'}}\n      parameters"},
         "23:36: url is 'example.com'; it must begin with https://, such as https://developers.binance.com/docs/wallet."),
    case("a note that explains nothing there is", {"{const: IN}": "{const: IN, x-binance-note: [{description: A, x-binance-zh: 甲, explains: [{page: zh, fact: worth, says: 1}]}]}"},
         "65:92: page is 'zh'; allowed: en, zh-CN, sdk, schema, catalogue.",
         "65:102: fact is 'worth'; allowed: address, title, security, weight, call limit, permission, parameter, type, required, values, value, minimum and 6 more.",
         "65:115: says is 1; it must be text."),
    case("a note that explains nothing", {"{const: IN}": "{const: IN, x-binance-note: [{description: A, x-binance-zh: 甲, explains: [{page: en}]}, {description: A, x-binance-zh: 甲, explains: []}]}"},
         "65:85: an item of explains lacks fact.",
         "65:85: an item of explains lacks says.",
         "65:143: explains is an empty list; at least 1 is needed."),
    case("Chinese that is blank", {"x-binance-zh: 余额\n": "x-binance-zh: ' '\n"},
         "42:21: x-binance-zh is ' ', which does not fit its description: The Chinese of the summary, title or description beside it; an object of them where there is more than one."),
    case("a reference to nothing", {"schemas/Receipt'": "schemas/Reciept'"},
         "36:30: #/components/schemas/Reciept leads nowhere; components/schemas has: Kind, Receipt. Did you mean Receipt?"),
    case("a reference to another file", {"'#/components/schemas/Receipt'": "other.yaml"},
         "36:30: $ref is 'other.yaml'; here it must begin with #/components/schemas/."),
    case("keys beside the $ref of a parameter",
         {"- $ref: '#/components/parameters/timestamp'": "- {$ref: '#/components/parameters/timestamp', required: true}"},
         "29:11: this is not valid OpenAPI: Unevaluated properties are not allowed ('required' was unexpected)."),
    case("a style that a query does not have", {"{name: timestamp, in: query": "{name: timestamp, style: simple, in: query"},
         '60:41: this is not valid OpenAPI: "simple" is not one of "form", "spaceDelimited" or 2 other candidates.'),
    case("a scope that is not text", {"{apiKey: [], sign": "{apiKey: [1], sign"},
         '17:28: this is not valid OpenAPI: 1 is not of type "string".'),
    case("a required property twice", {"required: [tranId]": "required: [tranId, tranId]"},
         "69:17: required is a list; nothing may be in it twice."),
    case("a timestamp in the path", {"{name: timestamp, in: query": "{name: timestamp, in: path"},
         "60:38: the timestamp is sent in the query string; write in: query."),
    case("a reference to another kind", {"'#/components/schemas/Kind'": "'#/components/parameters/timestamp'"},
         "26:66: $ref is '#/components/parameters/timestamp'; here it must begin with #/components/schemas/."),
    case("references in a circle", {"    Kind:\n": "    Round: {$ref: '#/components/schemas/About'}\n    About: {$ref: '#/components/schemas/Round'}\n    Kind:\n"},
         "62:19: #/components/schemas/About leads in a circle.",
         "63:19: #/components/schemas/Round leads in a circle."),
    case("an enum value without const", {"- {const: IN}": "- {title: IN}"},
         "65:9: each branch of oneOf needs a const: it lists the values to send."),
    case("a request body", {"      security: []\n": "      security: []\n      requestBody: {content: {}}\n"},
         "44:7: requestBody is not supported in an operation; Binance takes every parameter in the query string; write it under parameters."),
    case("allOf", {"tranId: {type: integer}": "tranId: {allOf: [{type: integer}]}"},
         "71:18: allOf is not supported in a schema; write the constraint out, or give the value a named schema."),
    case("a path with a blank", {"/sapi/v1/balance:": "/sapi/v1/my balance:"},
         "38:3: the path '/sapi/v1/my balance' is not supported; allowed: parts of ASCII letters, digits and -._~, or such a name in braces, each after a slash."),
    case("a key with a line break", {"summary: Balance": 'summary: Balance\n      "sum\\nm\\u202Eary": Saldo'},
         "42:7: sum<U+000A>m<U+202E>ary is not supported in an operation; allowed: operationId, tags, summary, description, security, parameters, responses. Did you mean summary?"),
    case("a key of OpenAPI that is not supported", {"version: 1.2.3,": "version: 1.2.3, licence: MIT,"},
         "2:37: licence is not supported in info; allowed: title, version, description."),
    case("gaps that a draft left", {
             "x-binance-moves-funds: true": "x-binance-moves-funds: '??? say whether a call moves funds: true or false.'",
             "summary: Balance\n      x-binance-zh: 余额\n": "summary: Balance\n      x-binance-zh: ???\n",
             "tranId: {type: integer}": "'??? name': {type: integer}",
         },
         "20:30: a gap is left to fill: say whether a call moves funds: true or false. Write what belongs here in the place of ???.",
         "42:21: a gap is left to fill. Write what belongs here in the place of ???.",
         "71:9: a gap is left to fill: name. Write what belongs here in the place of ???."),
    case("errors of every stage", {
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


def contents(folder: str) -> dict[str, tuple[bytes, int]]:
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in Path(folder).rglob("*.*")}


@pytest.mark.parametrize(("change", "lines"), ERRORS)
def test_an_error_is_printed_with_its_location_and_nothing_is_written(
    change: Mapping[str, str] | str | bytes, lines: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    check_errors(change, lines, capsys)


@pytest.mark.parametrize("pattern", ["^[0-9]+([.][0-9]+)?$", r"^(\(|[(+])$", "^([A-Z]{2}_){3}$", "^(?:A|B)$", "(?i)a+"])
def test_a_pattern_that_ends_soon_is_accepted(pattern: str) -> None:
    assert pattern_problem(pattern) is None


def test_the_unchanged_spec_has_no_errors() -> None:
    assert run(VALID.encode()) == 0
    assert run(VALID.encode(), "--check") == 0


def test_the_package_of_before_stays_byte_for_byte_when_the_spec_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    run(VALID.encode())
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


# Whatever is in the spec, the generator never ends in a traceback.

_WORDS = (
    "", "x", "$ref", "type", "object", "array", "properties", "items", "oneOf", "const", "enum", "string", "integer",
    "number", "boolean", "null", "default", "example", "schema", "content", "not", "pattern", "(", "format", "required",
    "additionalProperties", "name", "in", "path", "query", "explode", "style", "minimum", "description", "{a}", "200",
    "x-binance-zh", "x-binance-note", "#/", "#/components/schemas/Receipt", "#/components/parameters/timestamp",
    "#/components/schemas/Receipt/properties/tranId", "\u202e",
)  # fmt: skip
_VALUES = (0, 1, -1, 10**30, 10**400, True, False, None, 0.5, 1e300)


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    for key, below in children(value):
        yield (*path, key)
        yield from paths(below, (*path, key))


RIGHT = yaml.safe_load(changed(with_effect(TRANSFER)))
PATHS = list(paths(RIGHT))
any_value = st.recursive(
    st.sampled_from((*_WORDS, *_VALUES)) | st.sampled_from(PATHS).map(lambda path: at(RIGHT, path)),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), below, max_size=3),
    max_leaves=8,
)
any_change = st.tuples(st.sampled_from(PATHS), st.sampled_from(["remove", "replace", "add"]), any_value)


Change = tuple[tuple[str | int, ...], str, Any]


def after(changes: list[Change], word: str) -> Any:
    spec = copy.deepcopy(RIGHT)
    for (*above, last), change, value in changes:
        holder = at(spec, tuple(above))
        node = dict(children(holder)).get(last)
        if node is None:
            continue
        if change == "remove":
            del holder[last]
        elif change == "add" and isinstance(node, dict):
            node[word] = copy.deepcopy(value)
        elif change == "add" and isinstance(node, list):
            node.append(copy.deepcopy(value))
        else:
            holder[last] = copy.deepcopy(value)
    return spec


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(any_change, min_size=1, max_size=4), st.sampled_from(_WORDS))
def test_no_spec_ends_in_a_traceback(changes: list[Change], word: str) -> None:
    with contextlib.suppress(SpecError):
        build(load("spec.yaml", json.dumps(after(changes, word)).encode()))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(any_change, st.sampled_from(_WORDS))
def test_what_is_accepted_is_valid_openapi_to_others_too(change: Change, word: str) -> None:
    spec = after([change], word)
    with contextlib.suppress(SpecError):
        build(load("spec.yaml", json.dumps(spec).encode()))
        validate(spec, cls=OpenAPIV31SpecValidator)


def scalars(value: object) -> Iterator[tuple[str | int, ...]]:
    return (path for path in paths(value) if not isinstance(at(value, path), (dict, list)))


@pytest.mark.parametrize("path", list(scalars(yaml.safe_load(VALID))), ids=lambda path: "/".join(map(str, path)))
def test_a_gap_anywhere_is_the_only_error(path: tuple[str | int, ...], capsys: pytest.CaptureFixture[str]) -> None:
    spec = yaml.safe_load(VALID)
    at(spec, path[:-1])[path[-1]] = "??? what"
    assert run(json.dumps(spec).encode()) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.partition(" ")[2] == "a gap is left to fill: what. Write what belongs here in the place of ???."


def test_a_gap_anywhere_among_operations_that_name_each_other_is_the_only_error() -> None:
    whole = yaml.safe_load(confirmed_specs.TEXT)
    whole["paths"]["/move"]["post"]["x-binance-permissions"] = [{"name": "enableMoving", "description": "It may."}]
    others = {}
    times = Counter(str(at(whole, path)) for path in scalars(whole))
    for path in scalars(whole):
        if times[str(at(whole, path))] == 1:
            continue  # nothing else names it
        spec = copy.deepcopy(whole)
        at(spec, path[:-1])[path[-1]] = "??? what"
        with pytest.raises(SpecError) as refused:
            build(load("spec.yaml", json.dumps(spec).encode()))
        others[path] = [problem.message for problem in refused.value.problems if problem.kind != "gap"]
    assert {path: messages for path, messages in others.items() if messages} == {}
