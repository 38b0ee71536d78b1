"""The pages of a response, asked for one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from .operation import Operation


class Pages:
    """Which page to ask for next, and whether there is one."""

    def __init__(self, operation: Operation[Any], arguments: Mapping[str, object]) -> None:
        paging = operation.paging
        if paging is None:
            raise ValueError(f"{operation.name} has no pages.")
        names = {parameter.name: parameter.argument for parameter in operation.parameters}
        size = arguments.get(names[paging.size])
        self._page, self._size = names[paging.page], paging.largest if size is None else size
        self._given = {**arguments, names[paging.size]: self._size}
        model: Any = operation.decoder.type
        fields = {field.encode_name: field.name for field in msgspec.structs.fields(model)}
        self._rows, self._total = fields[paging.rows], fields.get(paging.total or "")
        self._number, self._seen = 1, 0
        self.finished = False
        """Whether the last page was read."""
        self.total: int | None = None
        """The number of rows on all pages, as the last page states it."""

    @property
    def arguments(self) -> dict[str, object]:
        """The arguments of the next call."""
        return {**self._given, self._page: self._number}

    def rows(self, response: Any) -> Sequence[Any]:
        """Return the rows of the page that was asked for."""
        rows: Sequence[Any] = getattr(response, self._rows) or ()
        total = getattr(response, self._total) if self._total else None
        self._number, self._seen = self._number + 1, self._seen + len(rows)
        self.total = total if isinstance(total, int) else None
        more = self._seen < total if isinstance(total, int) else len(rows) == self._size
        self.finished = not (rows and more)
        return rows
