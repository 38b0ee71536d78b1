"""Compares two specs: what belongs to the whole of them here, the rest in its own modules."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple

from generator.ir import types as ir
from generator.openapi.document import Document
from generator.openapi.problems import join_names

from .change import Change, Changes, Impact, Sides, paired
from .locations import Places
from .operations import compare_operations, matched
from .signatures import SignatureChange
from .types import compare_enums, compare_models

_REFUSAL = "not_executed"
_PLAIN_EXCEPTION = "Rejected"


class Spec(NamedTuple):
    """A state of the spec."""

    document: Document
    api: ir.Api


class Comparison(NamedTuple):
    """What is different."""

    changes: tuple[Change, ...]
    signatures: tuple[SignatureChange, ...]


def compare(old: Spec, new: Spec) -> Comparison:
    """Return every change of what the generator makes something of."""
    changes = Changes(Places(*old), Places(*new))
    before, after = old.api, new.api
    if before.languages != after.languages:
        _languages(changes, before, after)
        before, after = _in_english(before), _in_english(after)
    _info(changes, before, after)
    _servers(changes, before.servers, after.servers)
    _budgets(changes, before, after)
    _wallets(changes, before.wallets, after.wallets)
    signatures = compare_operations(changes, before.operations, after.operations)
    compare_enums(changes, before.enums, after.enums)
    compare_models(changes, before.models, after.models)
    _errors(changes, before.errors, after.errors)
    return Comparison(changes.all(), signatures)


def _languages(changes: Changes, old: ir.Api, new: ir.Api) -> None:
    values = join_names(old.languages), join_names(new.languages)
    message = f"languages of the documentation: {values[0]} -> {values[1]}"
    changes.add("text", "languages", message, Sides(("info",), ("info",)), values=values)


def _in_english(record: Any) -> Any:
    """Return a representation without its Chinese, where only one of two has any."""
    if isinstance(record, ir.Text):
        return ir.Text(record.en)
    if isinstance(record, tuple):
        return tuple(map(_in_english, record))
    if not is_dataclass(record) or isinstance(record, type):
        return record
    return replace(record, **{each.name: _in_english(getattr(record, each.name)) for each in fields(record)})


def _info(changes: Changes, old: ir.Api, new: ir.Api) -> None:
    at = Sides(("info",), ("info",))
    changes.text(at, old.title, new.title, key="title", subject="info")
    changes.text(at, old.text, new.text, subject="info")


def _servers(changes: Changes, old: tuple[ir.Server, ...], new: tuple[ir.Server, ...]) -> None:
    at = Sides(("servers",), ("servers",))
    for before, after in paired(old, new, lambda each: each.url):
        if before and after:
            here = Sides(("servers", old.index(before)), ("servers", new.index(after)))
            changes.text(here, before.text, after.text, subject=f"server {after.url}")
        elif before:
            here = Sides(("servers", old.index(before)), ("servers",))
            changes.add("facts", "server", f"server gone: {before.url}", here, values=(before.url, None))
        elif after:
            here = at.below(new.index(after))
            changes.add("facts", "server", f"new server: {after.url}", here, values=(None, after.url))
    if old[0].url != new[0].url:
        message = f"requests go to {new[0].url} by default, not to {old[0].url}"
        changes.add("facts", "default server", message, at.below(0), values=(old[0].url, new[0].url))
    elif [each.url for each in old] != [each.url for each in new]:
        changes.order("servers", at, (each.url for each in old), (each.url for each in new))


def _budgets(changes: Changes, old: ir.Api, new: ir.Api) -> None:
    at = Sides(("x-binance-rate-limits",), ("x-binance-rate-limits",))
    for before, after in paired(old.budgets, new.budgets, lambda each: each.scope):
        scope = before.scope if before else after.scope if after else ""
        values = _budget(before), _budget(after)
        if values[0] != values[1]:
            message = f"budget per {scope.upper()} {values[0] or 'none'} -> {values[1] or 'none'}"
            here = at.below(scope) if after else Sides((*at.old, scope), at.new)
            message += _effect(old, new, scope)
            changes.add("facts", "budget", message, here, values=values)
    changes.order("budgets", at, (each.scope for each in old.budgets), (each.scope for each in new.budgets))


def _budget(budget: ir.Budget | None) -> str | None:
    return f"{budget.weight} in {budget.seconds} seconds" if budget else None


def _effect(old: ir.Api, new: ir.Api, scope: str) -> str:
    """Return what a budget means for the operations that are counted against it."""
    found = [
        f"{after.name} {before.weight.calls_per_minute} -> {after.weight.calls_per_minute}"
        for before, after in matched(old.operations, new.operations)
        if before
        and after
        and before.weight.scope == after.weight.scope == scope
        and before.weight.calls_per_minute != after.weight.calls_per_minute
    ]
    return f"; calls per minute: {join_names(found)}" if found else ""


def _wallets(changes: Changes, old: tuple[ir.Wallet, ...], new: tuple[ir.Wallet, ...]) -> None:
    at = Sides(("x-binance-wallets",), ("x-binance-wallets",))
    for before, after in paired(old, new, lambda each: each.name):
        if before and after:
            changes.text(at.below(after.name), before.text, after.text, subject=f"wallet {after.name}")
            if before.per != after.per:
                message = f"told apart by {before.per or 'nothing'} -> {after.per or 'nothing'}"
                values, subject = (before.per, after.per), f"wallet {after.name}"
                changes.add("facts", "wallet", message, at.below(after.name, "per"), subject=subject, values=values)
        elif before:
            here = Sides((*at.old, before.name), at.new)
            changes.add("breaking", "wallet", f"wallet gone: {before.name}", here, values=(before.name, None))
        elif after:
            here = at.below(after.name)
            changes.add("feature", "wallet", f"new wallet: {after.name}", here, values=(None, after.name))
    changes.order("wallets", at, (each.name for each in old), (each.name for each in new))


def _errors(changes: Changes, old: tuple[ir.ErrorCode, ...], new: tuple[ir.ErrorCode, ...]) -> None:
    at = Sides(("x-binance-errors",), ("x-binance-errors",))
    for before, after in paired(old, new, lambda each: each.code):
        if before and after:
            here = Sides((*at.old, old.index(before)), (*at.new, new.index(after)))
            _error(changes, before, after, here)
        elif before:
            here = Sides((*at.old, old.index(before)), at.new)
            message, values = f"no longer known: {_told(before)}", (_told(before), None)
            changes.add("breaking", "error code", message, here, subject=f"error {before.code}", values=values)
        elif after:
            # An answer with a code that is not known mostly proves a refusal; a known code can say otherwise.
            impact: Impact = "facts" if after.outcome == _REFUSAL else "breaking"
            here, subject, told = at.below(new.index(after)), f"error {after.code}", _told(after)
            changes.add(impact, "error code", f"new: {told}", here, subject=subject, values=(None, told))
    changes.order("error codes", at, (each.code for each in old), (each.code for each in new))


def _told(error: ir.ErrorCode) -> str:
    return f"{error.name}, {error.outcome}" + ("" if error.exception == _PLAIN_EXCEPTION else f", {error.exception}")


def _error(changes: Changes, old: ir.ErrorCode, new: ir.ErrorCode, at: Sides) -> None:
    subject = f"error {new.code}"
    caught = new.outcome != _REFUSAL or old.exception == _PLAIN_EXCEPTION
    facts: tuple[tuple[str, Impact, str, str], ...] = (
        ("name", "facts", old.name, new.name),
        ("outcome", "breaking", old.outcome, new.outcome),
        ("exception", "facts" if caught else "breaking", old.exception, new.exception),
        ("documented", "facts", str(old.documented).lower(), str(new.documented).lower()),
    )
    for fact, impact, before, after in facts:
        if before != after:
            message = f"{fact} {before} -> {after}"
            changes.add(impact, fact, message, at.below(fact), subject=subject, values=(before, after))
    changes.text(at, old.text, new.text, subject=subject)
