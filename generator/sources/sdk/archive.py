"""Opens a wheel without unpacking it: every part is bounded, and nothing of it is written or run."""

from __future__ import annotations

import ast
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from time import thread_time

LARGEST_WHEEL = 1_200_000
"""No wheel of Binance's has a quarter of as many bytes."""
_MOST_FILES = 5_000
_LARGEST_MODULE = 400_000
_MOST_CODE = 2_600_000
_MOST_LINES = 10_000
_MOST_TOKENS = 40_000
_MOST_TOKENS_IN_ALL = 360_000
"""Each is about four times what the largest module, or wheel, of the three packages has; tokens are what takes time."""
_SECONDS = 0.8
"""All wheels of Binance's are read in a third of it, and what the other limits let through in half of it."""
_TOKEN = re.compile(rb"[A-Za-z0-9_]+|[^A-Za-z0-9_\s]")
_MODULE = re.compile(r"(?:[A-Za-z0-9_]+/)+[A-Za-z0-9_]+\.py")
_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
_FIELD = re.compile(r"^(Name|Version): *([A-Za-z0-9][A-Za-z0-9._+!-]{0,99})\r?$", re.MULTILINE)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others unpack to any size at once."""


class CannotReadWheel(Exception):
    """A wheel, or a module of it, cannot be read; the message says why."""


@dataclass(slots=True)
class Archive:
    """A wheel whose modules are read one by one."""

    distribution: str
    version: str
    _zip: zipfile.ZipFile
    _left: int = _MOST_CODE
    _tokens_left: int = _MOST_TOKENS_IN_ALL
    _trees: dict[str, ast.Module] = field(default_factory=dict)
    _began: float = field(default_factory=thread_time)

    @property
    def name(self) -> str:
        """Return its name in messages."""
        return f"{self.distribution} {self.version}"

    def modules(self) -> Iterator[str]:
        """Yield the names of the modules, in the order of their names."""
        yield from sorted(name for name in self._zip.NameToInfo if _MODULE.fullmatch(name))

    def tree(self, module: str) -> ast.Module:
        """Return the syntax tree of a module.

        Raises:
            CannotReadWheel: It is too large, damaged, or no Python.
        """
        self.check_time()
        if module not in self._trees:
            source = _content(self._zip, module, min(_LARGEST_MODULE, self._left))
            self._left -= len(source)
            tokens = len(_TOKEN.findall(source))
            if tokens > min(_MOST_TOKENS, self._tokens_left):
                raise _too_much(module)
            self._tokens_left -= tokens
            self._trees[module] = _parsed(module, source)
        return self._trees[module]

    def check_time(self) -> None:
        """Give up where reading takes longer than it does for any wheel of Binance's.

        Raises:
            CannotReadWheel: It does.
        """
        if thread_time() - self._began > _SECONDS:
            raise CannotReadWheel(f"reading it takes more than {_SECONDS:g} s, which no wheel of Binance's does.")

    def __contains__(self, module: str) -> bool:
        """Return whether there is such a module."""
        return module in self._zip.NameToInfo and bool(_MODULE.fullmatch(module))


def open_wheel(content: bytes) -> Archive:
    """Open a wheel.

    Raises:
        CannotReadWheel: It is no wheel, or larger than any.
    """
    if len(content) > LARGEST_WHEEL:
        raise CannotReadWheel(f"it has more than {LARGEST_WHEEL} bytes, which no wheel of Binance's has.")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise CannotReadWheel("it is no wheel, or a damaged one.") from None
    if len(archive.NameToInfo) > _MOST_FILES:
        raise CannotReadWheel(f"it has more than {_MOST_FILES} files, which no wheel of Binance's has.")
    metadata = next((name for name in archive.NameToInfo if _METADATA.fullmatch(name)), None)
    text = _content(archive, metadata, _LARGEST_MODULE).decode("utf-8", "replace") if metadata else ""
    fields = dict(reversed(_FIELD.findall(text.partition("\n\n")[0])))
    if set(fields) != {"Name", "Version"}:
        raise CannotReadWheel("it is no wheel: it has no METADATA with a name and a version.")
    return Archive(fields["Name"], fields["Version"], archive)


def _content(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    info = archive.NameToInfo[name]
    if info.compress_type not in _METHODS:
        raise CannotReadWheel(f"{name}: it is compressed in a way that no wheel of Binance's is.")
    try:
        with archive.open(info) as file:
            content = file.read(most + 1)  # the size that the wheel states may be wrong
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        raise CannotReadWheel(f"{name}: it is damaged.") from None
    if len(content) > most:
        raise _too_much(name)
    return content


def _too_much(name: str) -> CannotReadWheel:
    return CannotReadWheel(f"{name}: there is more code than any wheel of Binance's has.")


def _parsed(module: str, source: bytes) -> ast.Module:
    if source.count(b"\n") + source.count(b";") > _MOST_LINES:
        raise CannotReadWheel(f"{module}: it has more than {_MOST_LINES} lines, which no module of Binance's has.")
    try:
        return ast.parse(source.decode("utf-8"))
    except UnicodeDecodeError as error:
        message = f"the byte 0x{source[error.start]:02x} is not UTF-8."
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        message = "it is no Python, or nested too deeply to be read."
    raise CannotReadWheel(f"{module}: {message}")
