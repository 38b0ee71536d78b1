"""Compares operations: how they are called, what they cost, what they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any, NamedTuple

from generator.ir import types as ir
from generator.openapi.problems import Path
from generator.render.python_text import period

from .change import Changes, Impact, Sides, differing, paired
from .signatures import SignatureChange, changed

Pair = tuple[ir.Operation | None, ir.Operation | None]
Requirement = tuple[str, str, str | int]
"""The parameter that must be given, the one that it hangs on, and the value of that one; parameters by wire name."""
_LOWER_LIMITS = ("minimum", "min_length", "min_items")
_UPPER_LIMITS = ("maximum", "max_length", "max_items")
_EFFECTS = {ir.Transfer: "transfer", ir.Collection: "collect", ir.Report: "report"}
_EFFECT_KEYS = {"sources": "from", "target": "to", "excluded": "except", "source_owner": "from", "target_owner": "to"}
"""The words of x-binance-effect, where the representation has others."""
_KEYWORDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_items": "minItems",
    "max_items": "maxItems",
}


def compare_operations(
    changes: Changes, old: tuple[ir.Operation, ...], new: tuple[ir.Operation, ...]
) -> tuple[SignatureChange, ...]:
    """Compare all operations, and return the signatures that changed."""
    pairs = matched(old, new)
    for before, after in pairs:
        if before and after:
            _Comparison(changes, before, after).all()
        elif before:
            _whole(changes, before, gone=True)
        elif after:
            _whole(changes, after, gone=False)
    everywhere = Sides(("paths",), ("paths",))
    # A renamed operation stands under its new name on both sides.
    names = {before.name: after.name for before, after in pairs if before and after}
    were = [names.get(each.name, each.name) for each in old]
    changes.order("operations", everywhere, were, [each.name for each in new])
    return changed(pairs)


def matched(old: tuple[ir.Operation, ...], new: tuple[ir.Operation, ...]) -> list[Pair]:
    """Pair operations by name; what is left over, by method and path: those were renamed."""
    pairs = paired(old, new, lambda each: each.name, lambda each: (each.method, each.path))
    return list(pairs)


def _whole(changes: Changes, operation: ir.Operation, *, gone: bool) -> None:
    """Note an operation that came or went, and each fact that a reviewer of it decides by."""
    path: Path = changes.old.operation(operation) if gone else changes.new.operation(operation)
    impact: Impact = "breaking" if gone else "feature"
    what = f"{operation.method} {operation.path}"
    told = [_Fact("operation", f"gone: {what}" if gone else f"new: {what}", operation.name)]
    for each in (*told, *_facts(operation, "was " if gone else "")):
        here = (*path, *each.at)
        at = Sides(here, ("paths",)) if gone else Sides(("paths",), here)
        values = (each.value, None) if gone else (None, each.value)
        whose = {"operation": operation.name, "subject": each.subject}
        changes.add(impact, each.fact, each.message, at, values=values, **whose)


class _Fact(NamedTuple):
    """What is told of an operation that came or went."""

    fact: str
    message: str
    value: str
    at: Path = ()
    """Where it stands, from the operation on."""
    subject: str = ""


def _facts(operation: ir.Operation, was: str) -> Iterator[_Fact]:
    """Yield what the operation costs, asks for and does; `was` stands before what is so no longer."""
    security, weight = operation.security, operation.weight
    yield _Fact("security", f"security {was}{security}", security, ("x-binance-security",))
    cost = f"{weight.weight} per {weight.scope.upper()}: {weight.calls_per_minute} calls per minute"
    yield _Fact("weight", f"weight {was}{cost}", str(weight.weight), ("x-binance-weight",))
    if cap := _cap(operation.call_limit):
        yield _Fact("call limit", f"call limit {was}{cap}", cap, ("x-binance-call-limit",))
    for index, permission in enumerate(operation.permissions):
        message = f"permission {was}needed: {permission.name}"
        yield _Fact("permission", message, permission.name, ("x-binance-permissions", index))
    moves = _written(operation.moves_funds)
    yield _Fact("moves funds", f"moves funds {was}{moves}", moves, ("x-binance-moves-funds",))
    if effect := _effect(operation.effect):
        yield _Fact("effect", f"effect {was}{effect}", effect, ("x-binance-effect",))
    for index, each in enumerate(operation.conditions):
        values = ", ".join(map(str, each.values))
        message = f"{was}required when {each.other} is {values}"
        yield _Fact("condition", message, values, ("x-binance-requires", index), each.parameter)


class _Comparison:
    """One operation, before and after."""

    def __init__(self, changes: Changes, old: ir.Operation, new: ir.Operation) -> None:
        self.changes, self.old, self.new = changes, old, new
        self.at = Sides(changes.old.operation(old), changes.new.operation(new))
        pairs = paired(old.parameters, new.parameters, lambda each: each.wire, lambda each: each.argument)
        self.pairs = list(pairs)

    def all(self) -> None:
        """Compare everything."""
        self._call()
        self._words()
        self._limits()
        self._permissions()
        self._conditions()
        self._answer()
        self._pages()
        self._parameters()
        self._stamps()

    def _add(
        self,
        impact: Impact,
        fact: str,
        message: str,
        values: tuple[str | None, str | None],
        *,
        at: Sides | None = None,
        subject: str = "",
    ) -> None:
        at = at or self.at
        self.changes.add(impact, fact, message, at, operation=self.new.name, subject=subject, values=values)

    def _moved(
        self, impact: Impact, fact: str, values: tuple[Any, Any], at: Sides | None = None, *, subject: str = ""
    ) -> None:
        """Note a value that is another one, or written in another way, if it is."""
        if repr(values[0]) != repr(values[1]):
            old, new = (None if value is None else _written(value) for value in values)
            if old == new:
                old, new = map(repr, values)
            impact = "text" if values[0] == values[1] else impact
            message = f"{fact} {'none' if old is None else old} -> {'none' if new is None else new}"
            self._add(impact, fact, message, (old, new), at=at, subject=subject)

    # How it is called

    def _call(self) -> None:
        old, new = self.old, self.new
        self._moved("breaking", "name", (old.name, new.name), self.at.below("operationId"))
        self._moved("facts", "path", (old.path, new.path), Sides(self.at.old[:2], self.at.new[:2]))
        self._moved("facts", "method", (old.method, new.method))
        harder = (new.requires_key and not old.requires_key) or (new.requires_signature and not old.requires_signature)
        security = self.at.below("x-binance-security")
        self._moved("breaking" if harder else "facts", "security", (old.security, new.security), security)
        moves = self.at.below("x-binance-moves-funds")
        self._moved("breaking", "moves funds", (old.moves_funds, new.moves_funds), moves)
        effects = _effect(old.effect), _effect(new.effect)
        self._moved("facts", "effect", effects, self.at.below("x-binance-effect"))

    def _words(self) -> None:
        old, new, name = self.old, self.new, self.new.name
        self.changes.text(self.at, old.title, new.title, key="summary", operation=name)
        self.changes.text(self.at, old.text, new.text, operation=name)
        unknown = self.at.below("x-binance-when-unknown")
        self.changes.text(unknown, old.when_unknown, new.when_unknown, subject="when unknown", operation=name)
        self.changes.notes(self.at, old.notes, new.notes, operation=name)

    def _limits(self) -> None:
        old, new, at = self.old.weight, self.new.weight, self.at.below("x-binance-weight")
        rate = f"{old.calls_per_minute} -> {new.calls_per_minute} calls per minute"
        if old.scope != new.scope:
            message = f"scope {old.scope} -> {new.scope}" + (f": {rate}" if old.weight == new.weight else "")
            self._add("facts", "scope", message, (old.scope, new.scope), at=at.below("scope"))
        if old.weight != new.weight:
            message = f"weight {old.weight} -> {new.weight} per {new.scope.upper()}: {rate}"
            self._add("facts", "weight", message, (str(old.weight), str(new.weight)), at=at.below("weight"))
        caps = _cap(self.old.call_limit), _cap(self.new.call_limit)
        self._moved("facts", "call limit", caps, self.at.below("x-binance-call-limit"))

    def _permissions(self) -> None:
        at = self.at.below("x-binance-permissions")
        old, new = self.old.permissions, self.new.permissions
        for before, after in paired(old, new, lambda each: each.name):
            if before and after:
                here = Sides((*at.old, old.index(before)), (*at.new, new.index(after)))
                whose = {"subject": before.name, "operation": self.new.name}
                self.changes.text(here, before.text, after.text, **whose)
            elif before:
                here = Sides((*at.old, old.index(before)), at.new)
                message = f"permission no longer needed: {before.name}"
                self._add("facts", "permission", message, (before.name, None), at=here)
            elif after:
                here = at.below(new.index(after))
                self._add("facts", "permission", f"permission needed: {after.name}", (None, after.name), at=here)
        self._order("permissions", at, old, new)

    def _order(self, what: str, at: Sides, old: Iterable[Any], new: Iterable[Any]) -> None:
        names = [[getattr(each, "wire", None) or each.name for each in side] for side in (old, new)]
        self.changes.order(what, at, *names, operation=self.new.name)

    def _conditions(self) -> None:
        """Compare which values of which parameter make another one required."""
        at = self.at.below("x-binance-requires")
        old = _requirements(self.old, {before.wire: after.wire for before, after in self.pairs if before and after})
        new = _requirements(self.new, {})
        for key in dict.fromkeys([*old, *new]):
            parameter, other, value = key
            here = Sides(_entry(at.old, old, key), _entry(at.new, new, key))
            if key not in new:
                impact: Impact = "feature" if self._has(parameter) and self._bears(key, 1) else "facts"
                message = f"no longer required when {other} is {value}"
                self._add(impact, "condition", message, (str(value), None), at=here, subject=parameter)
            elif key not in old:
                impact = "breaking" if self._bears(key, 0) else "facts"
                message = f"required when {other} is {value}"
                self._add(impact, "condition", message, (None, str(value)), at=here, subject=parameter)
        for hang in dict.fromkeys(key[:2] for key in new):
            values = ([key[2] for key in side if key[:2] == hang] for side in (old, new))
            sides = Sides(*(_entry(path, side, (*hang, "")) for path, side in zip(at, (old, new), strict=True)))
            what = f"values of {hang[1]} that require {hang[0]}"
            self.changes.order(what, sides, *values, operation=self.new.name)
        hangs = (dict.fromkeys(" on ".join(key[:2]) for key in side) for side in (old, new))
        self.changes.order("conditions", at, *hangs, operation=self.new.name)

    def _has(self, wire: str) -> bool:
        return any(each.wire == wire for each in self.new.parameters)

    def _bears(self, requirement: Requirement, side: int) -> bool:
        """Return whether a condition is about calls that can be made on the side (0 old, 1 new) that does not have it."""
        parameter, other, value = requirement
        pairs = {each.wire: pair for pair in self.pairs for each in pair if each}
        if any(each and each.required for each in pairs.get(parameter, ())):
            return False
        depends = pairs.get(other, (None, None))[side]
        return depends is not None and (not depends.choices or value in depends.choices)

    # What comes back

    def _answer(self) -> None:
        old, new, name = self.old, self.new, self.new.name
        at = self.at.below("responses", "200")
        content = at.below("content", "application/json")
        self._moved("breaking", "answer", (old.result.name, new.result.name), content.below("schema"))
        self.changes.text(at, old.result_text, new.result_text, subject="answer", operation=name)
        if old.response_example != new.response_example:
            values = _compact(old.response_example), _compact(new.response_example)
            message = f"example of the answer: {differing(*values)}"
            self._add("facts", "answer example", message, values, at=content.below("example"))

    def _pages(self) -> None:
        at = self.at.below("x-binance-source")
        languages: list[ir.Language] = [*dict.fromkeys([*self.old.pages, *self.new.pages])]
        for language in languages:
            before, after = self.old.pages.get(language), self.new.pages.get(language)
            here, subject = at.below(language), f"page {language}"
            if before and after:
                self._moved("text", "address", (before.url, after.url), here.below("url"), subject=subject)
                self._moved("text", "page date", (before.read, after.read), here.below("read"), subject=subject)
            elif before:
                self._add(
                    "text", "page", "no longer named", (before.url, None), at=Sides(here.old, at.new), subject=subject
                )
            elif after:
                self._add("text", "page", f"new, of {after.read}", (None, after.url), at=here, subject=subject)
        self.changes.order("pages", at, self.old.pages, self.new.pages, operation=self.new.name)

    # What it takes

    def _parameters(self) -> None:
        within = self.at.below("parameters")
        for before, after in self.pairs:
            if before and after:
                places = (
                    self.changes.old.parameter(self.old, before.wire),
                    self.changes.new.parameter(self.new, after.wire),
                )
                self._parameter(before, after, Sides(*places))
            elif before:
                at = Sides(self.changes.old.parameter(self.old, before.wire), within.new)
                self._add("breaking", "parameter", "parameter gone", (before.wire, None), at=at, subject=before.wire)
            elif after:
                at = Sides(within.old, self.changes.new.parameter(self.new, after.wire))
                impact: Impact = "breaking" if after.required else "feature"
                message = f"new {'required' if after.required else 'optional'} parameter"
                self._add(impact, "parameter", message, (None, after.wire), at=at, subject=after.wire)
        self._order("parameters", within, self.old.parameters, self.new.parameters)

    def _at_parameter(self, wire: str) -> Sides:
        return Sides(self.changes.old.parameter(self.old, wire), self.changes.new.parameter(self.new, wire))

    def _parameter(self, old: ir.Parameter, new: ir.Parameter, at: Sides) -> None:
        wire = new.wire
        schema = Sides(self.changes.old.schema(at.old), self.changes.new.schema(at.new))
        one = Sides(*((*path, "items") if each.array else path for each, path in zip((old, new), schema, strict=True)))
        harder = new.required and not old.required
        self._moved(
            "breaking" if harder else "feature",
            "required",
            (old.required, new.required),
            at.below("required"),
            subject=wire,
        )
        self._moved("facts", "wire name", (old.wire, new.wire), at.below("name"), subject=wire)
        self._moved("breaking", "argument", (old.argument, new.argument), at.below("name"), subject=wire)
        self._moved("facts", "location", (old.location, new.location), at.below("in"), subject=wire)
        self._type(old, new, one)
        if old.array and new.array:
            # Between commas, an item can have none.
            refused = new.array == "comma" and new.kind == "string" and not new.enum
            forms = old.array, new.array
            self._moved("breaking" if refused else "facts", "array form", forms, at.below("explode"), subject=wire)
        self._moved("facts", "default", (old.default, new.default), schema.below("default"), subject=wire)
        self._moved("text", "example", (old.example, new.example), at.below("example"), subject=wire)
        self._rules(old, new, schema, one)
        self.changes.text(at, old.text, new.text, subject=wire, operation=self.new.name)
        self.changes.notes(at, old.notes, new.notes, subject=wire, operation=self.new.name)

    def _type(self, old: ir.Parameter, new: ir.Parameter, one: Sides) -> None:
        if (old.annotation, old.wire_type) == (new.annotation, new.wire_type):
            # The type of a list does not tell them.
            bits = old.rules.bits, new.rules.bits
            self._moved(_widened(old.rules, new.rules), "bits", bits, one.below("format"), subject=new.wire)
            return
        impact: Impact = "breaking"
        if old.annotation == new.annotation:
            impact = _widened(old.rules, new.rules)
        elif old.wire_type == new.wire_type and new.annotation.replace(" | Unlisted", "") == old.annotation:
            impact = "feature"
        # Any other annotation takes less, also a wider one: an amount is not zero, and no other text than digits.
        values = tuple(f"{each.wire_type} ({each.annotation})" for each in (old, new))
        named = self.changes.old.value((*one.old, "$ref")), self.changes.new.value((*one.new, "$ref"))
        at = one.below("type") if named[0] == named[1] else Sides(_named(one.old, named[0]), _named(one.new, named[1]))
        self._moved(impact, "type", (values[0], values[1]), at, subject=new.wire)

    def _rules(self, old: ir.Parameter, new: ir.Parameter, schema: Sides, one: Sides) -> None:
        wire = new.wire
        for name in (*_LOWER_LIMITS, *_UPPER_LIMITS):
            limits = getattr(old.rules, name), getattr(new.rules, name)
            unsigned = name != "minimum" or new.kind == "decimal"
            impact = _limited(limits, lower=name in _LOWER_LIMITS, unsigned=unsigned)
            keyword = _KEYWORDS[name]
            at = (schema if name.endswith("_items") else one).below(keyword)
            self._moved(impact, keyword, limits, at, subject=wire)
        patterns = old.rules.pattern, new.rules.pattern
        self._moved(
            "breaking" if patterns[1] is not None else "feature",
            "pattern",
            patterns,
            one.below("pattern"),
            subject=wire,
        )
        at = one.below("not")
        for value in (each for each in old.rules.refused if each not in new.rules.refused):
            here = at if new.rules.refused else Sides(at.old, one.new)
            self._add(
                "feature", "refused value", f"{value} is no longer refused", (str(value), None), at=here, subject=wire
            )
        for value in (each for each in new.rules.refused if each not in old.rules.refused):
            self._add("breaking", "refused value", f"{value} is refused now", (None, str(value)), at=at, subject=wire)
        self.changes.order("refused values", at, old.rules.refused, new.rules.refused, operation=self.new.name)

    def _stamps(self) -> None:
        for before, after in paired(self.old.client_parameters, self.new.client_parameters, lambda each: each.wire):
            if before and after:
                at, wire = self._at_parameter(after.wire), after.wire
                self._moved("facts", "required", (before.required, after.required), at.below("required"), subject=wire)
                types = before.wire_type, after.wire_type
                self._moved("facts", "type", types, at.below("schema", "type"), subject=wire)
                self.changes.text(at, before.text, after.text, subject=wire, operation=self.new.name)
                self.changes.notes(at, before.notes, after.notes, subject=wire, operation=self.new.name)
            elif before:
                at = Sides(self.changes.old.parameter(self.old, before.wire), self.at.new)
                self._add(
                    "facts", "stamp", "no longer sent by the client", (before.wire, None), at=at, subject=before.wire
                )
            elif after:
                at = self._at_parameter(after.wire)
                self._add("facts", "stamp", "sent by the client", (None, after.wire), at=at, subject=after.wire)
        self._order(
            "parameters of the client itself",
            self.at.below("parameters"),
            self.old.client_parameters,
            self.new.client_parameters,
        )


def _effect(effect: ir.Effect | None) -> str | None:
    """Return what a call does to wallets, but for the routes, which follow from the values of an enum."""
    if effect is None:
        return None
    told = [(each.name, getattr(effect, each.name)) for each in fields(effect) if each.name != "routes"]
    texts = [
        f"{_EFFECT_KEYS.get(name, name)} {' '.join(value) if isinstance(value, tuple) else value}"
        for name, value in told
        if value
    ]
    return f"{_EFFECTS[type(effect)]} ({', '.join(texts)})"


def _cap(limit: ir.CallLimit | None) -> str | None:
    return f"{limit.calls} calls per {period(limit.seconds)}" if limit else None


def _named(schema: Path, reference: str | None) -> Path:
    """Return where a schema says its type: by another schema's name, or itself."""
    return (*schema, "$ref" if reference else "type")


def _limited(limits: tuple[Decimal | int | None, Decimal | int | None], *, lower: bool, unsigned: bool) -> Impact:
    """Return what another limit is for programs; at least zero is no limit where nothing is less."""
    before, after = (None if each is not None and lower and unsigned and each <= 0 else each for each in limits)
    if before == after:
        return "facts"
    if after is None:
        return "feature"
    tighter = before is None or (after > before if lower else after < before)
    return "breaking" if tighter else "feature"


def _widened(old: ir.Rules, new: ir.Rules) -> Impact:
    """Return what another number of bits is for programs; none is refused for it where a maximum keeps to the fewer."""
    beyond = 1 << (min(old.bits, new.bits) - 1)
    if old.bits == new.bits or any(each.maximum is not None and each.maximum < beyond for each in (old, new)):
        return "facts"
    return "breaking" if new.bits < old.bits else "feature"


def _requirements(operation: ir.Operation, names: Mapping[str, str]) -> dict[Requirement, int]:
    """Return what is required when, each with the index of its entry; `names` are the names of parameters now."""
    return {
        (names.get(each.parameter, each.parameter), names.get(each.other, each.other), value): index
        for index, each in enumerate(operation.conditions)
        for value in each.values
    }


def _entry(path: Path, requirements: Mapping[Requirement, int], wanted: Requirement) -> Path:
    """Return where a requirement is written, or the first one of the same two parameters, or any."""
    near = [index for each, index in requirements.items() if each[:2] == wanted[:2]]
    found = requirements.get(wanted, near[0] if near else None)
    return path if found is None else (*path, found)


def _compact(example: str) -> str:
    return " ".join(example.split())


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
