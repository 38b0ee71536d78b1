"""Compares operations: how they are called, what they cost, what they take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from typing import Any

from generator import ir
from generator.python_text import period

from .change import Changes, Impact, Sides, differing, paired
from .signatures import SignatureChange, changed

Pair = tuple[ir.Operation | None, ir.Operation | None]
_LOWER_LIMITS = ("minimum", "min_length", "min_items")
_UPPER_LIMITS = ("maximum", "max_length", "max_items")
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
    pairs = _matched(old, new)
    for before, after in pairs:
        if before and after:
            _Comparison(changes, before, after).all()
        elif before:
            at = Sides(changes.old.operation(before), ("paths",))
            what = f"{before.method} {before.path}"
            changes.add("breaking", "operation", f"gone: {what}", at, operation=before.name, values=(before.name, None))
        elif after:
            at = Sides(("paths",), changes.new.operation(after))
            what = f"{after.method} {after.path}"
            changes.add("feature", "operation", f"new: {what}", at, operation=after.name, values=(None, after.name))
    everywhere = Sides(("paths",), ("paths",))
    # A renamed operation stands under its new name on both sides.
    names = {before.name: after.name for before, after in pairs if before and after}
    were = [names.get(each.name, each.name) for each in old]
    changes.order("operations", everywhere, were, [each.name for each in new])
    return changed(pairs)


def _matched(old: tuple[ir.Operation, ...], new: tuple[ir.Operation, ...]) -> list[Pair]:
    """Pair operations by name; what is left over, by method and path: those were renamed."""
    pairs: list[Pair] = []
    by_name, by_endpoint = {each.name: each for each in new}, {(each.method, each.path): each for each in new}
    known = {each.name for each in old}
    for before in old:
        renamed = by_endpoint.get((before.method, before.path))
        after = by_name.get(before.name) or (renamed if renamed and renamed.name not in known else None)
        pairs.append((before, after))
    found = [after for _, after in pairs]
    return pairs + [(None, after) for after in new if after not in found]


class _Comparison:
    """One operation, before and after."""

    def __init__(self, changes: Changes, old: ir.Operation, new: ir.Operation) -> None:
        self.changes, self.old, self.new = changes, old, new
        self.at = Sides(changes.old.operation(old), changes.new.operation(new))

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
        sentence: str,
        values: tuple[str | None, str | None],
        *,
        at: Sides | None = None,
        subject: str = "",
    ) -> None:
        at = at or self.at
        self.changes.add(impact, fact, sentence, at, operation=self.new.name, subject=subject, values=values)

    def _moved(
        self, impact: Impact, fact: str, values: tuple[Any, Any], at: Sides | None = None, *, subject: str = ""
    ) -> None:
        """Note a value that is another one, if it is."""
        if values[0] != values[1]:
            old, new = (None if value is None else _written(value) for value in values)
            sentence = f"{fact} {'none' if old is None else old} -> {'none' if new is None else new}"
            self._add(impact, fact, sentence, (old, new), at=at, subject=subject)

    # How it is called

    def _call(self) -> None:
        old, new = self.old, self.new
        self._moved("breaking", "name", (old.name, new.name), self.at.below("operationId"))
        self._moved("facts", "path", (old.path, new.path), Sides(self.at.old[:2], self.at.new[:2]))
        self._moved("facts", "method", (old.method, new.method))
        harder = (new.keyed and not old.keyed) or (new.signed and not old.signed)
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
        self._moved("facts", "scope", (old.scope, new.scope), at.below("scope"))
        if old.weight != new.weight:
            rate = f"{old.calls_per_minute} -> {new.calls_per_minute} calls per minute"
            sentence = f"weight {old.weight} -> {new.weight} per {new.scope.upper()}: {rate}"
            self._add("facts", "weight", sentence, (str(old.weight), str(new.weight)), at=at.below("weight"))
        caps = self.old.call_limit, self.new.call_limit
        values = tuple(cap and f"{cap.calls} calls per {period(cap.seconds)}" for cap in caps)
        self._moved("facts", "call limit", (values[0], values[1]), self.at.below("x-binance-call-limit"))

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
                sentence = f"permission no longer needed: {before.name}"
                self._add("facts", "permission", sentence, (before.name, None), at=here)
            elif after:
                here = at.below(new.index(after))
                self._add("facts", "permission", f"permission needed: {after.name}", (None, after.name), at=here)
        self._order("permissions", at, old, new)

    def _order(self, what: str, at: Sides, old: Iterable[Any], new: Iterable[Any]) -> None:
        names = [[getattr(each, "wire", None) or each.name for each in side] for side in (old, new)]
        self.changes.order(what, at, *names, operation=self.new.name)

    def _conditions(self) -> None:
        """Compare for each parameter and the one it hangs on the values that make it required."""
        at = self.at.below("x-binance-requires")
        for key in dict.fromkeys([_hangs(each) for each in (*self.old.conditions, *self.new.conditions)]):
            before, after = _values(self.old, key), _values(self.new, key)
            sides = Sides((*at.old, _index(self.old, key)), (*at.new, _index(self.new, key)))
            for gone in (each for each in before if each not in after):
                where = Sides(sides.old, sides.new if after else at.new)
                sentence = f"no longer required when {key[1]} is {gone}"
                self._add("feature", "condition", sentence, (str(gone), None), at=where, subject=key[0])
            for added in (each for each in after if each not in before):
                sentence = f"required when {key[1]} is {added}"
                self._add("breaking", "condition", sentence, (None, str(added)), at=sides, subject=key[0])
            what = f"values of {key[1]} that require {key[0]}"
            self.changes.order(what, sides, before, after, operation=self.new.name)
        hang = [[" on ".join(_hangs(each)) for each in side.conditions] for side in (self.old, self.new)]
        self.changes.order("conditions", at, *map(dict.fromkeys, hang), operation=self.new.name)

    # What comes back

    def _answer(self) -> None:
        old, new, name = self.old, self.new, self.new.name
        at = self.at.below("responses", "200")
        content = at.below("content", "application/json")
        self._moved("breaking", "answer", (old.result.name, new.result.name), content.below("schema"))
        self.changes.text(at, old.result_text, new.result_text, subject="answer", operation=name)
        if old.response_example != new.response_example:
            values = _compact(old.response_example), _compact(new.response_example)
            sentence = f"example of the answer: {differing(*values)}"
            self._add("facts", "answer example", sentence, values, at=content.below("example"))

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
        for before, after in paired(self.old.parameters, self.new.parameters, lambda each: each.wire):
            if before and after:
                self._parameter(before, after, self._at_parameter(before.wire))
            elif before:
                at = Sides(self.changes.old.parameter(self.old, before.wire), within.new)
                self._add("breaking", "parameter", "parameter gone", (before.wire, None), at=at, subject=before.wire)
            elif after:
                at = Sides(within.old, self.changes.new.parameter(self.new, after.wire))
                impact: Impact = "breaking" if after.required else "feature"
                sentence = f"new {'required' if after.required else 'optional'} parameter"
                self._add(impact, "parameter", sentence, (None, after.wire), at=at, subject=after.wire)
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
        self._moved("breaking", "argument", (old.argument, new.argument), at.below("name"), subject=wire)
        self._moved("facts", "location", (old.location, new.location), at.below("in"), subject=wire)
        self._type(old, new, one.below("type"))
        if old.array and new.array:
            self._moved("facts", "array form", (old.array, new.array), at.below("explode"), subject=wire)
        self._moved("facts", "default", (old.default, new.default), schema.below("default"), subject=wire)
        self._moved("text", "example", (old.example, new.example), at.below("example"), subject=wire)
        self._rules(old, new, schema, one)
        self.changes.text(at, old.text, new.text, subject=wire, operation=self.new.name)
        self.changes.notes(at, old.notes, new.notes, subject=wire, operation=self.new.name)

    def _type(self, old: ir.Parameter, new: ir.Parameter, at: Sides) -> None:
        """Compare types. That a type takes `Unlisted` follows from what is listed or refused, which is told by itself."""
        if (_plain(old), old.wire_type) == (_plain(new), new.wire_type):
            return
        # A wider annotation takes less, too: an amount is not zero, and no other text than digits.
        impact: Impact = "facts" if _plain(old) == _plain(new) else "breaking"
        values = tuple(f"{each.wire_type} ({each.annotation})" for each in (old, new))
        self._moved(impact, "type", (values[0], values[1]), at, subject=new.wire)

    def _rules(self, old: ir.Parameter, new: ir.Parameter, schema: Sides, one: Sides) -> None:
        wire = new.wire
        for name in (*_LOWER_LIMITS, *_UPPER_LIMITS):
            limits = getattr(old.rules, name), getattr(new.rules, name)
            impact: Impact = "breaking" if _tighter(limits, lower=name in _LOWER_LIMITS) else "feature"
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
        for before, after in paired(self.old.stamps, self.new.stamps, lambda each: each.wire):
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
        self._order("parameters of the client itself", self.at.below("parameters"), self.old.stamps, self.new.stamps)


def _effect(effect: ir.Effect | None) -> str | None:
    """Return what a call does to wallets, but for the routes, which follow from the values of an enum."""
    if effect is None:
        return None
    told = [(each.name, getattr(effect, each.name)) for each in fields(effect) if each.name != "routes"]
    texts = [f"{name} {' '.join(value) if isinstance(value, tuple) else value}" for name, value in told if value]
    return f"{type(effect).__name__.lower()} ({', '.join(texts)})"


def _plain(parameter: ir.Parameter) -> str:
    return parameter.annotation.replace(" | Unlisted", "")


def _tighter(limits: tuple[Decimal | int | None, Decimal | int | None], *, lower: bool) -> bool:
    before, after = limits
    if after is None:
        return False
    return before is None or (after > before if lower else after < before)


def _hangs(condition: ir.Condition) -> tuple[str, str]:
    return condition.parameter, condition.other


def _values(operation: ir.Operation, key: tuple[str, str]) -> list[str | int]:
    return [value for each in operation.conditions if _hangs(each) == key for value in each.values]


def _index(operation: ir.Operation, key: tuple[str, str]) -> int:
    return next((index for index, each in enumerate(operation.conditions) if _hangs(each) == key), -1)


def _compact(example: str) -> str:
    return " ".join(example.split())


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
