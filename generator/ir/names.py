"""Makes Python names of Binance's. The lists are frozen: a word added here renames something that people already call."""

from __future__ import annotations

import re
import unicodedata

KEYWORDS = frozenset(
    [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
        "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
        "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]
)  # fmt: skip
ARGUMENTS_TAKEN = KEYWORDS | {"self"}
METHODS_TAKEN = KEYWORDS | {
    # What a client has besides operations, now or by plan.
    *("base_url", "clock", "close", "from_env", "last_headers", "limiter", "reconcile", "snapshot"),
    *("capture_responses", "synchronize_clock", "used_weights", "warm_up", "with_options"),
    # Names of the operation table, which holds each operation under its name in capitals.
    *("api", "error_codes", "operations"),
    # Annotations in the class body would find the method instead.
    *("bool", "bytes", "dict", "float", "int", "list", "object", "set", "str", "tuple", "type"),
}
FIELDS_TAKEN = KEYWORDS | {"field"}  # called in the class body of a model
CLASSES_TAKEN = frozenset(
    # Imported by models.py, or exported beside the models.
    [
        "Annotated", "Any", "Decimal", "Literal", "Meta", "Struct", "TypeAlias", "UNSET", "UnsetType", "Union",
        "Optional", "Enum", "StrEnum", "IntEnum", "Api", "AsyncClient", "AsyncLimiter", "AsyncRedisLimiter",
        "OpenTelemetryHook", "Attempt", "AuthenticationError", "BinanceError", "CallLimit", "Client", "Clock",
        "Condition", "ErrorCode", "HmacSigner", "InsufficientBalance", "InvalidRequest", "IpBanned", "Limiter",
        "LimiterDown", "MemoryLimiter", "NotExecuted", "NotSent", "OPERATIONS", "Operation", "OutcomeUnknown",
        "Parameter", "ParameterRejected", "PemSigner", "RateLimited", "RedisLimiter", "Rejected", "Response", "RetryPolicy",
        "Sandbox", "Sequence", "Signer", "Source", "SystemClock", "TYPE_CHECKING", "TimestampOutOfWindow",
        "Unlisted", "Weight", "False", "None", "True",
    ]
)  # fmt: skip
MEMBERS_TAKEN = KEYWORDS | frozenset(
    # Attributes of str, int and Enum, which a member must not hide.
    [
        "as_integer_ratio", "bit_count", "bit_length", "capitalize", "casefold", "center", "conjugate", "count",
        "denominator", "encode", "endswith", "expandtabs", "find", "format", "format_map", "from_bytes", "imag",
        "index", "is_integer", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier",
        "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower",
        "lstrip", "maketrans", "mro", "name", "numerator", "partition", "real", "removeprefix", "removesuffix",
        "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines",
        "startswith", "strip", "swapcase", "title", "to_bytes", "translate", "upper", "value", "zfill",
    ]
)  # fmt: skip

_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*")
_INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs")


def snake(name: str, taken: frozenset[str], if_digit_first: str) -> str | None:
    """Return `name` in snake_case as a Python name, or `None` where nothing of it can be used."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return _safe(re.sub(r"[\W_]+", "_", words).strip("_").lower(), taken, if_digit_first)


def method(name: str) -> str | None:
    """Return the name of an operation's method, or `None` where it gives none. ASCII: capitals keep it apart too."""
    return snake(name, METHODS_TAKEN, "call_") if name.isascii() else None


def iterator(method_name: str) -> str:
    """Return the name of the method that yields the rows of all pages of an operation."""
    return f"iter_{method_name}"


def member(value: str | int) -> str | None:
    """Return an enum member's name that keeps the spelling of its value, or `None` where nothing of it can be used."""
    text = f"MINUS_{-value}" if isinstance(value, int) and value < 0 else str(value)
    return _safe(re.sub(r"[\W_]+", "_", text).strip("_"), MEMBERS_TAKEN, "VALUE_")


def pascal(name: str) -> str:
    """Return `name` in UpperCamelCase, ASCII only."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", words))


def is_class_name(name: str) -> bool:
    """Return whether a component's name can be the name of a class as it is."""
    return bool(_CLASS.fullmatch(name))


def invisible(text: str) -> int | None:
    """Return the position of the first blank or invisible character, if there is one."""
    indexes = (index for index, character in enumerate(text) if unicodedata.category(character) in _INVISIBLE)
    return next(indexes, None)


def _safe(name: str, taken: frozenset[str], if_digit_first: str) -> str | None:
    name = unicodedata.normalize("NFKC", name)
    if name[:1].isdigit():
        name = if_digit_first + name
    if name in taken:
        name += "_"
    return name if name.isidentifier() else None
