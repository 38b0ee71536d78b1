"""What a caller gives becomes exactly that on the wire, or is refused with a sentence."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.runtime.operation import Parameter
from generator.runtime.values import Refused, Unlisted, wire_texts

AMOUNT = Parameter(name="amount", argument="amount", kind="decimal")
TEXT = Parameter(name="asset", argument="asset", kind="string", min_length=1, refused=("BNB",))
NUMBER = Parameter(
    name="recvWindow", argument="recv_window", kind="integer", minimum=Decimal(1), maximum=Decimal(60000)
)
LONG = Parameter(name="fromId", argument="from_id", kind="integer")
INT = Parameter(name="size", argument="size", kind="integer", bits=32)
OF_64_BITS = "a whole number of 64 bits goes from -9223372036854775808 to 9223372036854775807."
FLOAT = "and a float cannot hold most amounts exactly; write"
LONGEST = 100
"""Digits after the point of an amount."""
TOO_LONG = "has more than 100 digits before or after its point."
OTHER = "must be a Decimal, an int or decimal text, not"
NAME, EMAIL = r"^[^a-z\s]+$", r"^[^\s@]+@[^\s@]+$"
SWITCH = Parameter(name="flag", argument="flag", kind="boolean")
KIND = Parameter(name="type", argument="type", kind="string", choices=("MAIN_UMFUTURE", "UMFUTURE_MAIN"))
KINDS = "allowed: MAIN_UMFUTURE, UMFUTURE_MAIN."
DIRECTION = Parameter(name="type", argument="type", kind="integer", choices=(1, 2))


class Transfer(StrEnum):
    MAIN_UMFUTURE = "MAIN_UMFUTURE"


class Direction(IntEnum):
    IN = 1


ANY_EXPONENT = st.tuples(
    st.integers(0, 1), st.lists(st.integers(0, 9), max_size=30).map(tuple), st.integers(-(10**17), 10**17)
).map(Decimal)


def sent(parameter: Parameter, value: object) -> str:
    [text] = wire_texts(parameter, value)
    return text


def refusal(parameter: Parameter, value: object) -> str:
    with pytest.raises(Refused) as refused:
        wire_texts(parameter, value)
    return str(refused.value)


@given(
    st.decimals(min_value=Decimal("1e-20"), max_value=Decimal("1e20"), allow_nan=False, allow_infinity=False).filter(
        lambda amount: -int(amount.as_tuple().exponent) <= LONGEST
    )
)
def test_an_amount_arrives_as_the_same_number_and_never_with_an_exponent(amount: Decimal) -> None:
    text = sent(AMOUNT, amount)
    assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)
    assert Decimal(text) == amount
    assert Decimal(text).as_tuple().digits[-1:] == amount.as_tuple().digits[-1:]


@given(st.from_regex(r"[0-9]{1,20}(\.[0-9]{0,19}[1-9])?", fullmatch=True, alphabet=st.characters(codec="ascii")))
def test_decimal_text_arrives_digit_for_digit(text: str) -> None:
    assert sent(AMOUNT, f"1{text}") == f"1{text}"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (0.1, f'is the float 0.1, {FLOAT} Decimal("0.1") or "0.1".'),
        (1e-05, f'is the float 1e-05, {FLOAT} Decimal("0.00001") or "0.00001".'),
        (float("nan"), f'is the float nan, {FLOAT} Decimal("0.1") or "0.1".'),
        (True, "must be a Decimal, an int or decimal text, not bool True."),
        (None, "must be a Decimal, an int or decimal text, not NoneType None."),
        (b"1", "must be a Decimal, an int or decimal text, not bytes b'1'."),
        *[
            (text, f'is {text!r}; write digits with at most one point, such as "0.00001".')
            for text in ("1e-5", "1,5", "+1", "-1", " 1", "1\n", ".5", "1_000", "１", "")
        ],
        (Decimal("NaN"), "is NaN, which is not an amount."),
        (Decimal("sNaN"), "is sNaN, which is not an amount."),
        (Decimal("Infinity"), "is Infinity, which is not an amount."),
        (Decimal(-1), "is -1; an amount has no sign."),
        (Decimal("-0"), "is -0; an amount has no sign."),
        (-1, "is -1; an amount has no sign."),
        (0, "is 0; an amount is more than zero."),
        (Decimal("0.000"), "is 0.000; an amount is more than zero."),
        ("0.0", "is 0.0; an amount is more than zero."),
    ],
)
def test_what_is_not_an_amount_is_refused(value: object, sentence: str) -> None:
    assert refusal(AMOUNT, value) == sentence


class OtherFloat(float):
    """A float of another package, as numpy's float64 is one."""

    def __repr__(self) -> str:
        return f"np.float64({float(self)})"


class Scalar:
    """A number that is none of Python's, as numpy's others are."""

    def __init__(self, value: float, text: str = "") -> None:
        self._value, self._text = value, text

    def __float__(self) -> float:
        return float(self._value)

    def __repr__(self) -> str:
        return f"np.{self._value}"

    def __str__(self) -> str:
        return self._text or repr(self)


class Broken(Scalar):
    """Looks like a number, and is none."""

    def __float__(self) -> float:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (OtherFloat(12.5), f'is the float np.float64(12.5), {FLOAT} Decimal("12.5") or "12.5".'),
        (OtherFloat(3e-8), f'is the float np.float64(3e-08), {FLOAT} Decimal("0.00000003") or "0.00000003".'),
        (Scalar(0.10000000149011612, "0.1"), f'{OTHER} Scalar np.0.10000000149011612; write Decimal("0.1") or "0.1".'),
        (Scalar(12, "12"), f'{OTHER} Scalar np.12; write Decimal("12") or "12".'),
        (Scalar(12.5), f'{OTHER} Scalar np.12.5; write Decimal("12.5") or "12.5".'),
        (Fraction(25, 2), f'{OTHER} Fraction Fraction(25, 2); write Decimal("12.5") or "12.5".'),
        (Fraction(3), f'{OTHER} Fraction Fraction(3, 1); write Decimal("3") or "3".'),
        (Fraction(1, 3), f"{OTHER} Fraction Fraction(1, 3)."),
        (Scalar(-1), f"{OTHER} Scalar np.-1."),
        (Scalar(float("nan")), f"{OTHER} Scalar np.nan."),
        (Broken(1), f"{OTHER} Broken np.1."),
        (1j, f"{OTHER} complex 1j."),
        (float, f"{OTHER} type <class 'float'>."),
    ],
    ids=repr,
)
def test_the_refusal_of_another_number_writes_out_what_can_be_sent_for_it(value: object, sentence: str) -> None:
    assert refusal(AMOUNT, value) == sentence


@pytest.mark.parametrize(
    ("pattern", "text", "hint"),
    [
        (NAME, "usdt", " Did you mean 'USDT'?"),
        (NAME, " USDT", " Did you mean 'USDT'?"),
        (NAME, "usdt ", " Did you mean 'USDT'?"),
        (NAME, "币安b", " Did you mean '币安B'?"),
        (NAME, "US DT", ""),
        (NAME, "x" * 65, ""),
        (EMAIL, "nope", ""),
        (EMAIL, "a b@example.com", ""),
        (EMAIL, "a@b@example.com", ""),
        (EMAIL, " a@example.com", " Did you mean 'a@example.com'?"),
    ],
)
def test_text_of_another_form_is_refused_with_the_nearest_that_fits(pattern: str, text: str, hint: str) -> None:
    expected = f"is {text!r}, which does not have the form {pattern}.{hint}"
    assert refusal(Parameter("x", "x", "string", pattern=pattern), text) == expected


@pytest.mark.parametrize("zero", [0, Decimal("0.00"), "0.0"])
def test_an_amount_can_be_zero_where_its_minimum_says_so(zero: object) -> None:
    assert sent(msgspec.structs.replace(AMOUNT, minimum=Decimal(0)), zero) == str(zero)
    assert (
        refusal(msgspec.structs.replace(AMOUNT, minimum=Decimal("0.1")), zero)
        == f"is {zero}; an amount is more than zero."
    )
    assert (
        refusal(msgspec.structs.replace(AMOUNT, minimum=Decimal(0)), Decimal("-0.0"))
        == "is -0.0; an amount has no sign."
    )


def test_the_form_that_binance_takes_is_kept() -> None:
    limited = Parameter(name="amount", argument="amount", kind="decimal", pattern=r"^[0-9]{1,20}(\.[0-9]{1,20})?$")
    assert sent(limited, Decimal("1E-20")) == "0.00000000000000000001"
    assert refusal(limited, Decimal("1E-21")).startswith("is '0.000000000000000000001', which does not have the form")


@pytest.mark.parametrize(
    ("parameter", "value", "text"),
    [
        (TEXT, "USDT", "USDT"),
        (TEXT, " spaced ", " spaced "),
        (TEXT, "币安人生", "币安人生"),
        (TEXT, Unlisted("BNB"), "BNB"),
        (NUMBER, 1, "1"),
        (NUMBER, 60000, "60000"),
        (LONG, 2**63 - 1, "9223372036854775807"),
        (LONG, -(2**63), "-9223372036854775808"),
        (INT, 2**31 - 1, "2147483647"),
        (INT, -(2**31), "-2147483648"),
        (SWITCH, True, "true"),
        (SWITCH, False, "false"),
        (KIND, "MAIN_UMFUTURE", "MAIN_UMFUTURE"),
        (KIND, Transfer.MAIN_UMFUTURE, "MAIN_UMFUTURE"),
        (KIND, Unlisted("MAIN_MOON"), "MAIN_MOON"),
        (DIRECTION, 2, "2"),
        (DIRECTION, Direction.IN, "1"),
        (DIRECTION, Unlisted(3), "3"),
    ],
)
def test_a_good_value_is_sent_as_it_is(parameter: Parameter, value: object, text: str) -> None:
    assert sent(parameter, value) == text


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        (TEXT, "BNB", "may not be 'BNB': the endpoint does not take it."),
        (TEXT, "", "has 0 characters; at least 1 needed."),
        (TEXT, 5, "must be text (str), not int 5."),
        (TEXT, "US\x00DT", "has the control character U+0000 at position 2."),
        (TEXT, "USDT\n", "has the control character U+000A at position 4."),
        (TEXT, "\ud800", "has the control character U+D800 at position 0."),
        (NUMBER, 0, "is 0, less than the minimum 1."),
        (NUMBER, 60001, "is 60001, more than the maximum 60000."),
        (NUMBER, 5000.0, "must be a whole number (int), not float 5000.0."),
        (NUMBER, True, "must be a whole number (int), not bool True."),
        (NUMBER, "5000", "must be a whole number (int), not str '5000'."),
        (SWITCH, 1, "must be True or False, not int 1."),
        (SWITCH, "true", "must be True or False, not str 'true'."),
        (KIND, "MAIN_MOON", f"is 'MAIN_MOON'; {KINDS}"),
        (KIND, "main_umfuture", f"is 'main_umfuture'; {KINDS} Did you mean MAIN_UMFUTURE?"),
        (DIRECTION, 3, "is 3; allowed: 1, 2."),
        (DIRECTION, True, "must be a whole number (int), not bool True."),
        (KIND, Unlisted("MAIN\x7f"), "has the control character U+007F at position 4."),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence(parameter: Parameter, value: object, sentence: str) -> None:
    assert refusal(parameter, value) == sentence


@pytest.mark.parametrize(
    ("array", "kind", "value", "texts"),
    [
        ("repeat", "string", ["BTC", "ETH"], ["BTC", "ETH"]),
        ("repeat", "string", (), []),
        ("comma", "string", ["BTC", "ETH"], ["BTC,ETH"]),
        ("json", "string", ["BTC", 'a"b', "币"], ['["BTC","a\\"b","币"]']),
        ("json", "integer", [1, 2], ["[1,2]"]),
        ("json", "boolean", [True], ["[true]"]),
        ("json", "decimal", [Decimal("0.10")], ['["0.10"]']),
    ],
)
def test_several_values_are_written_as_the_endpoint_wants_them(
    array: Any, kind: Any, value: object, texts: list[str]
) -> None:
    parameter = Parameter(name="x", argument="x", kind=kind, array=array)
    assert wire_texts(parameter, value) == texts


@pytest.mark.parametrize(
    ("array", "value", "sentence"),
    [
        ("repeat", "BTC", "must be a list or a tuple, not str 'BTC'."),
        ("repeat", b"BTC", "must be a list or a tuple, not bytes b'BTC'."),
        ("repeat", {"BTC"}, "must be a list or a tuple, not set {'BTC'}."),
        ("comma", ["a,b"], "holds 'a,b', whose comma would be read as the end of an item."),
        ("json", [1], "must be text (str), not int 1."),
        ("repeat", ["a", "b", "c"], "has 3 items; at most 2 allowed."),
    ],
)
def test_a_list_that_would_be_misread_is_refused(array: Any, value: object, sentence: str) -> None:
    assert refusal(Parameter(name="x", argument="x", kind="string", array=array, max_items=2), value) == sentence


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        (NUMBER, 10**5000, f"is <int of 16610 bits>; {OF_64_BITS}"),
        (NUMBER, -(10**5000), f"is <int of 16610 bits>; {OF_64_BITS}"),
        (NUMBER, Unlisted(10**5000), f"is <int of 16610 bits>; {OF_64_BITS}"),
        (LONG, 2**63, f"is 9223372036854775808; {OF_64_BITS}"),
        (LONG, -(2**63) - 1, f"is -9223372036854775809; {OF_64_BITS}"),
        (INT, 2**31, "is 2147483648; a whole number of 32 bits goes from -2147483648 to 2147483647."),
        (INT, -(2**31) - 1, "is -2147483649; a whole number of 32 bits goes from -2147483648 to 2147483647."),
        (AMOUNT, 10**5000, TOO_LONG),
        (AMOUNT, Decimal("1E+200000000"), TOO_LONG),
        (AMOUNT, Decimal("-1E+200000000"), "is -1E+200000000; an amount has no sign."),
        (AMOUNT, Decimal("1E-200000000"), TOO_LONG),
        (AMOUNT, Decimal("0E+200000000"), TOO_LONG),
        (AMOUNT, "9" * 101, TOO_LONG),
        (AMOUNT, "0." + "9" * 101, TOO_LONG),
        (TEXT, 10**5000, "must be text (str), not int <int of 16610 bits>."),
        (SWITCH, 10**5000, "must be True or False, not int <int of 16610 bits>."),
    ],
    ids=range(16),
)
def test_a_number_without_end_is_refused_quickly_and_shortly(
    parameter: Parameter, value: object, sentence: str
) -> None:
    started = time.monotonic()
    assert refusal(parameter, value) == sentence
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (AMOUNT, 1e308),
        (AMOUNT, "x" * 10**6),
        (AMOUNT, Decimal("NaN" + "9" * 10**4)),
        (AMOUNT, b"x" * 10**6),
        (KIND, "x" * 10**6),
        (KIND, Unlisted("x" * 10**6 + "\n")),
        (DIRECTION, 10**99),
        (TEXT, ["x" * 100] * 10**5),
        (TEXT, [10**5000]),
        (TEXT, [[["x" * 99] * 9] * 9] * 9),
    ],
    ids=range(10),
)
def test_a_message_stays_short_whatever_was_given(parameter: Parameter, value: object) -> None:
    started = time.monotonic()
    assert len(refusal(parameter, value)) < 400
    assert time.monotonic() - started < 2


@given(st.integers() | st.binary(max_size=3000).map(int.from_bytes) | st.decimals() | ANY_EXPONENT)
def test_any_number_is_sent_or_refused_shortly(number: int | Decimal) -> None:
    for parameter in (AMOUNT, NUMBER):
        try:
            text = sent(parameter, number)
        except Refused as refused:
            text = str(refused)
        else:
            assert Decimal(text) == number
        assert len(text) < 300
