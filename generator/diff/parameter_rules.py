"""The rows of parameters and conditions: what a call may hold, and what a difference asks of programs that made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from generator.ir import types as ir
from generator.openapi.document import at, find, follow
from generator.openapi.problems import Path

from .change import Impact, Sides
from .revisions import Spec
from .rows import Pair, by_key, paired

Requirement = tuple[str, str, str | int]
"""The parameter that must be given, the one that it depends on, and the value of that one; parameters by wire name."""


def entry(spec: Spec, operation: ir.Operation, parameter: ir.Parameter | ir.ClientParameter) -> Path:
    """Return which entry of an operation's list a parameter is; the signature is in none."""
    data, within = spec.document.data, (*operation.spec_path, "parameters")
    entries = ((*within, index) for index in range(len(at(data, within) or ())))
    return next((path for path in entries if follow(data, path)[0] == parameter.spec_path), parameter.spec_path)


def type_(pair: Pair, _name: str) -> Iterable[Pair]:
    """Compare the types of a parameter, in the words of Binance and of Python."""
    old, new, schema = pair.old, pair.new, _single(pair)
    if (old.annotation, old.wire_type) == (new.annotation, new.wire_type):
        # Both types of a list are the same whatever its numbers are.
        pair.differ(_widened(pair), "bits", (old.rules.bits, new.rules.bits), schema.below("format"))
        return ()
    impact: Impact = "breaking"
    if old.annotation == new.annotation:
        impact = _widened(pair)
    elif old.wire_type == new.wire_type and new.annotation.without("Unlisted") == old.annotation:
        impact = "feature"
    # Any other annotation takes less, also a wider one: an amount is not zero, and no other text than digits.
    values = [f"{parameter.wire_type} ({parameter.annotation})" for parameter in (old, new)]
    specs = (pair.changes.old, pair.changes.new)
    names = [find(spec.document.data, (*path, "$ref"))[1] for spec, path in zip(specs, schema, strict=True)]
    keys = ["$ref" if name and names[0] != names[1] else "type" for name in names]
    pair.differ(impact, "type", values, Sides((*schema.old, keys[0]), (*schema.new, keys[1])))
    return ()


def _single(pair: Pair) -> Sides:
    """Return where the schemas of single values are: of a list, those of its items."""
    old, new = ((*record.schema_path, *["items"] * bool(record.array)) for record in (pair.old, pair.new))
    return Sides(old, new)


def _widened(pair: Pair) -> Impact:
    """Return the impact of another number of bits; none is refused for it where a maximum keeps to the fewer."""
    old, new = pair.old.rules, pair.new.rules
    beyond = 1 << (min(old.bits, new.bits) - 1)
    if old.bits == new.bits or any(side.maximum is not None and side.maximum < beyond for side in (old, new)):
        return "facts"
    return "breaking" if new.bits < old.bits else "feature"


def array_form(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare how lists are sent; between commas, an item can have none."""
    old, new = pair.values(name)
    if old and new:
        refused = new == "comma" and pair.new.kind == "string" and not pair.new.enum
        pair.differ("breaking" if refused else "facts", "array form", (old, new), pair.below("explode"))
    return ()


def rules(pair: Pair, name: str) -> Iterable[Pair]:
    """Return what the values of a parameter must keep."""
    old, new = pair.values(name)
    yield replace(pair, old=old, new=new, at=_single(pair), parent=pair)


def limit(name: str, *, lower: bool = False) -> Callable[[Pair], Impact]:
    """Return what gives the impact of another limit; at least zero is no limit where nothing is less."""

    def impact(pair: Pair) -> Impact:
        old, new = pair.values(name)
        if lower and (name != "minimum" or pair.parent.new.kind == "decimal"):
            old, new = (None if value is not None and value <= 0 else value for value in (old, new))
        if old == new:
            return "facts"
        tighter = new is not None and (old is None or (new > old if lower else new < old))
        return "breaking" if tighter else "feature"

    return impact


def pattern(pair: Pair) -> Impact:
    """Return the impact of another pattern."""
    return "feature" if pair.new.pattern is None else "breaking"


def refused(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare which values are refused."""
    (old, new), at = pair.values(name), pair.below("not")
    for value in (value for value in old if value not in new):
        here = at if new else Sides(at.old, pair.at.new)
        pair.add("feature", "refused value", f"{value} is no longer refused", (str(value), None), here)
    for value in (value for value in new if value not in old):
        pair.add("breaking", "refused value", f"{value} is refused now", (None, str(value)), at)
    replace(pair, subject="").in_order("refused values", at, old, new)
    return ()


def conditions(pair: Pair, _name: str) -> Iterable[Pair]:
    """Compare which values of which parameter make another one required."""
    old, new = (by_key(side.parameters, "wire") for side in (pair.old, pair.new))
    names = {before: after for before, after in paired(old, new, "argument") if before and after}
    parameters = {names.get(wire, wire): parameter for wire, parameter in old.items()}, new
    at, old, new = pair.below("x-binance-requires"), _requirements(pair.old, names), _requirements(pair.new, {})
    for key in dict.fromkeys([*old, *new]):
        parameter, other, value = key
        here, when = Sides(_entry(at.old, old, key), _entry(at.new, new, key)), f"required when {other} is {value}"
        if key not in new:
            impact: Impact = "feature" if parameter in parameters[1] and _binds(key, parameters, 1) else "facts"
            replace(pair, subject=parameter).add(impact, "condition", f"no longer {when}", (str(value), None), here)
        elif key not in old:
            impact = "breaking" if _binds(key, parameters, 0) else "facts"
            replace(pair, subject=parameter).add(impact, "condition", when, (None, str(value)), here)
    for first, other in dict.fromkeys(key[:2] for key in new):
        values = ([key[2] for key in side if key[:2] == (first, other)] for side in (old, new))
        here = Sides(_entry(at.old, old, (first, other, "")), _entry(at.new, new, (first, other, "")))
        pair.in_order(f"values of {other} that require {first}", here, *values)
    pair.in_order("conditions", at, *(dict.fromkeys(" on ".join(key[:2]) for key in side) for side in (old, new)))
    return ()


def _requirements(operation: ir.Operation, names: Mapping[str, str]) -> dict[Requirement, Path]:
    """Return what is required when, each with where it is written; `names` are the names of parameters now."""
    return {
        (names.get(rule.parameter, rule.parameter), names.get(rule.other, rule.other), value): rule.spec_path
        for rule in operation.conditions
        for value in rule.values
    }


def _entry(within: Path, requirements: Mapping[Requirement, Path], wanted: Requirement) -> Path:
    """Return where a requirement is written, or the first one of the same two parameters, or any."""
    near = [path for key, path in requirements.items() if key[:2] == wanted[:2]]
    return requirements.get(wanted, near[0] if near else within)


def _binds(key: Requirement, parameters: Sequence[Mapping[str, ir.Parameter]], side: int) -> bool:
    """Return whether a condition is about calls that can be made on the side (0 old, 1 new) that does not have it."""
    parameter, other, value = key
    if any(parameter in known and known[parameter].required for known in parameters):
        return False
    depends = parameters[side].get(other)
    return depends is not None and (not depends.choices or value in depends.choices)
