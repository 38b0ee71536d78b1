"""Reads how the pages of a response are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from . import types as ir
from .node import Node
from .references import by_wire, find_field, find_parameter, find_rows

KEY = "x-binance-paging"


def read_paging(operation: Node, parameters: Iterable[ir.Parameter], response: ir.Model) -> ir.Paging | None:
    """Return how pages are asked for, or `None` where there are none."""
    if KEY not in operation:
        return None
    node, known = operation[KEY], by_wire(parameters)
    find_parameter(node.get("page"), known, node["page"].error, "integer")
    size = find_parameter(node.get("size"), known, node["size"].error, "integer")
    if size and size.rules.maximum is None:
        node.error(f"the parameter {size.wire} has no maximum; write the most rows of a page there.", "size")
    if "total" in node:
        find_field(node.get("total"), response, node["total"].error, "int")
    row = find_rows(node, response)
    if row is None or size is None or size.rules.maximum is None:
        return None
    return ir.Paging(
        page=node.get("page"),
        size=node.get("size"),
        largest=int(size.rules.maximum),
        rows=node.get("rows"),
        total=node.get("total"),
        row=ir.PythonType(row.name),
        spec_path=node.path,
    )
