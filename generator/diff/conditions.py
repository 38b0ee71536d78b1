"""Compares which parameters a call needs together, or may not have together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf

from generator.ir import types as ir
from generator.openapi.problems import SpecPath

from .change import Change, Impact
from .rows import Pair, Sides, matched

Requirement = tuple[str, str, str | int]
"""The parameter that must be given, the one that it depends on, and the value of that one; parameters by wire name."""


def conditions(pair: Pair, _name: str) -> Iterator[Change]:
    """Compare the conditions of two operations."""
    parameters = matched(pair.old.parameters, pair.new.parameters, "wire", "argument")
    before, after = {name: old for name, old, _ in parameters if old}, {name: new for name, _, new in parameters if new}
    names = {old.wire: name for name, old, _ in parameters if old}
    at, old, new = pair.below("x-binance-requires"), _requirements(pair.old, names), _requirements(pair.new, {})
    for key in dict.fromkeys([*old, *new]):
        added, (parameter, other, value) = key in new, key
        if added and key in old:
            continue
        always = any(parameter in known and known[parameter].required for known in (before, after))
        depends = (before if added else after).get(other)
        # A call that was always refused, or that no program could make, says nothing of those that were made.
        binds = parameter in after and not always and depends and (not depends.choices or value in depends.choices)
        impact: Impact = "facts" if not binds else "breaking" if added else "feature"
        message = f"{'' if added else 'no longer '}required when {other} is {value}"
        here = Sides(_entry(at.old, old, key), _entry(at.new, new, key))
        yield replace(pair, subject=parameter).on_one_side(impact, "condition", message, str(value), here, added=added)
    for first, other in dict.fromkeys(key[:2] for key in new):
        orders = ([key[2] for key in side if key[:2] == (first, other)] for side in (old, new))
        here = Sides(_entry(at.old, old, (first, other, "")), _entry(at.new, new, (first, other, "")))
        yield from pair.in_order(f"values of {other} that require {first}", here, *orders)
    yield from pair.in_order(
        "conditions", at, *(dict.fromkeys(" on ".join(key[:2]) for key in side) for side in (old, new))
    )


def exclusive(pair: Pair, _name: str) -> Iterator[Change]:
    """Compare which parameters exclude each other."""
    parameters = matched(pair.old.parameters, pair.new.parameters, "wire", "argument")
    names = {old.wire: name for name, old, _ in parameters if old}
    both = {name for name, old, new in parameters if old and new}
    old = {frozenset(names.get(name, name) for name in rule.parameters): rule for rule in pair.old.exclusive}
    new = {frozenset(rule.parameters): rule for rule in pair.new.exclusive}
    at = pair.below("x-binance-exclusive")
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        rule = after or before
        here = Sides(before.spec_path if before else at.old, after.spec_path if after else at.new)
        if before and after:
            impact: Impact = "breaking" if after.required else "feature"
            values = before.required, after.required
            label = f"one of {', '.join(after.parameters)} required:"
            yield from pair.differ(impact, values, here.below("required"), "exclusive", label=label)
            listed = [names.get(name, name) for name in before.parameters]
            yield from pair.in_order("parameters that exclude each other", here, listed, after.parameters)
        elif rule:
            # A call that no program could make yet says nothing of those that were made.
            binds = key <= both or (rule.required and bool(key & both))
            impact = "facts" if not binds else "breaking" if after else "feature"
            text = exclusive_text(rule)
            message = f"{'' if after else 'no longer '}{text}"
            yield pair.on_one_side(impact, "exclusive", message, text, here, added=after is not None)
    yield from pair.in_order("exclusive parameters", at, map(sorted, old), map(sorted, new))


def exclusive_text(rule: ir.Exclusive) -> str:
    """Return which parameters exclude each other, in words."""
    return f"{'exactly' if rule.required else 'at most'} one of {', '.join(rule.parameters)}"


def window_text(operation: ir.Operation) -> str | None:
    """Return the longest time between two parameters, in words."""
    window = operation.window
    return f"{window.days} days from {window.start} to {window.end}" if window else None


def window_impact(pair: Pair) -> Impact:
    """Return the impact of another longest time between two parameters."""
    old, new = (side.window.days if side.window else inf for side in (pair.old, pair.new))
    return "breaking" if new < old else "feature" if new > old else "facts"


def _requirements(operation: ir.Operation, names: Mapping[str, str]) -> dict[Requirement, SpecPath]:
    """Return what is required when, each with where it is written; `names` are the names of parameters now."""
    return {
        (names.get(rule.parameter, rule.parameter), names.get(rule.other, rule.other), value): rule.spec_path
        for rule in operation.conditions
        for value in rule.values
    }


def _entry(within: SpecPath, requirements: Mapping[Requirement, SpecPath], wanted: Requirement) -> SpecPath:
    """Return where a requirement is written, or the first one of the same two parameters, or any."""
    near = [path for key, path in requirements.items() if key[:2] == wanted[:2]]
    return requirements.get(wanted, near[0] if near else within)
