"""Finds out what became of a transfer: which reads are made, and when. `history` and `balances` judge what they return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

from .balances import changes, judge_balances, names_of, wallet_name, wallets_of
from .call import Call
from .clock import Clock
from .errors import InvalidRequest
from .flow import Flow, Sleep
from .history import LATE, Facts, Moment, Search, Span, judge
from .operation import Api, Balances, Confirmation, Operation, Transfer
from .own_calls import LONGEST_WINDOW, OwnCall, OwnCalls
from .pages import Pages
from .question import Question, arguments_of, confirmed_by_balances
from .server_time import SERVER_TIME
from .short_repr import short_repr
from .verdict import Amounts, Row, Snapshot, Verdict

Command = TypeVar("Command")

_BETWEEN = 1.0
"""Seconds between the two readings that absence takes."""
_SHORTEST = 0.001


class Reconciler(Generic[Command]):
    """Makes the reads that a verdict needs, each as a call of the client."""

    def __init__(
        self,
        api: Api,
        clock: Clock,
        own_calls: OwnCalls,
        start: Callable[[Operation[Any], Mapping[str, object]], Call[Any]],
        carry_out: Callable[[Call[Any]], Flow[Command, Any]],
    ) -> None:
        self._api, self._clock, self._own_calls = api, clock, own_calls
        self._start, self._carry_out = start, carry_out

    def reconcile(self, question: Question) -> Flow[Command | Sleep, Verdict]:
        """Return the verdict, and remember what it says for the verdicts on other calls."""
        sent = question.sent
        own = self._own_calls.find(sent) or self._of_another(question)
        if own.verdict is not None and own.id not in (question.exclude or ()):
            return own.verdict
        if (receipt := own.receipt if sent.receipt is None else sent.receipt) is not None:
            return Verdict("executed", "The receipt was read.", receipt)
        if (confirmation := question.operation.confirmation) is None:
            return _unconfirmed(question.operation)
        if (history := confirmation.history) is not None:
            search = Search(sent, question.operation, confirmation, history, question.exclude)
            verdict, id_ = yield from self._by_history(search, own, question.wait)
        else:
            verdict, id_ = (yield from self._by_balances(question, confirmation, own)), None
        if verdict.outcome == "executed":
            verdict = replace(verdict, receipt=_receipt(question.operation, id_))
        own.learn_verdict(verdict, id_)
        return verdict

    def _of_another(self, question: Question) -> OwnCall:
        """Remember a call that this client did not send, so that one row is not taken for two of them."""
        sent, operation = question.sent, question.operation
        recv_window = LONGEST_WINDOW if sent.recv_window is None else sent.recv_window
        call = OwnCall(
            sent.call_id or "", operation, sent.parameters, sent.sent_at, recv_window, "unknown", is_own=question.is_own
        )
        call.corrected, call.receipt, call.code = None, sent.receipt, sent.code
        self._own_calls.add(call)
        return call

    def snapshot(self, name: str, arguments: Mapping[str, object]) -> Flow[Command, Snapshot]:
        """Return what the wallets hold that a call is going to touch."""
        operation, confirmation = confirmed_by_balances(self._api, name)
        allowed = [parameter.argument for parameter in operation.parameters]
        if other := next((argument for argument in arguments if argument not in allowed), None):
            problem = f"{name} has no argument {short_repr(other)}; allowed: {', '.join(allowed) or 'none'}."
            raise InvalidRequest((problem,), operation=name)
        parameters = self._start(operation, arguments).prepared.parameters
        taken_at = self._clock.milliseconds()
        balances = yield from self._balances(operation, confirmation, parameters)
        return Snapshot(name, parameters, taken_at, self._clock.milliseconds(), balances)

    def _moment(self) -> Flow[Command, Moment]:
        call = self._start(SERVER_TIME, {})
        response = yield from self._carry_out(call)
        half = round(call.taken() * 500)
        return Moment(response.time, response.time + half - self._clock.milliseconds(), half + 1)

    def _by_history(
        self, search: Search, own: OwnCall, wait: float
    ) -> Flow[Command | Sleep, tuple[Verdict, str | None]]:
        read_before = False
        while True:
            moment = yield from self._moment()
            span = Span.of(search.sent, search.confirmation.settle, moment, self._own_calls.corrected_since(own))
            # No row lies in the future, and an end there may be refused.
            until = min(span.until + LATE, max(span.until, moment.now))
            rows, is_complete = yield from self._rows(search, span.since, until)
            facts = self._facts(search, own, span, moment.now, rows, is_complete=is_complete)
            judged = judge(replace(facts, is_confirmed=read_before))
            if judged is None:
                read_before, pause = True, _BETWEEN
            else:
                again = judged[0].ask_again_at
                if again is None or wait <= 0:
                    return judged
                read_before, pause = False, min(wait, max(_SHORTEST, (again - moment.now) / 1000))
                wait -= pause
            yield Sleep(pause)

    def _rows(self, search: Search, since: int, until: int) -> Flow[Command, tuple[list[Row], bool]]:
        """Return all rows of a time, and whether none can be missing."""
        history, read = search.history, self._api.operations[search.history.operation]
        values = {name: search.sent_to_find.get(parameter) for name, parameter in history.send.items()}
        arguments = arguments_of(read, {**values, history.since: since, history.until: until})
        if read.paging is None:
            response = yield from self._carry_out(self._start(read, arguments))
            return _listed(response, history.rows), True
        pages, rows = Pages(read, arguments), dict[str, Row]()
        while not pages.finished:
            response = yield from self._carry_out(self._start(read, pages.arguments))
            page: list[Row] = msgspec.to_builtins(pages.rows(response))
            rows |= {str(row[history.id]): row for row in page}
        return list(rows.values()), pages.total is None or len(rows) >= pages.total

    def _facts(
        self, search: Search, own: OwnCall, span: Span, now: int, rows: list[Row], *, is_complete: bool
    ) -> Facts:
        sent, others = search.sent, [call for call in self._own_calls if call is not own]
        rivals = search.rivals(span, others)
        return Facts(
            sent=sent,
            span=span,
            now=now,
            days=search.history.days,
            candidates=search.candidates(rows, span, others),
            calls=1 + len(rivals),
            rank=sum(call.sent_at < sent.sent_at for call in rivals),
            are_others_known=own.is_own or search.exclude is not None,
            is_complete=is_complete,
            is_accepted=self._is_pending(sent.code),
            is_confirmed=False,
        )

    def _by_balances(self, question: Question, confirmation: Confirmation, own: OwnCall) -> Flow[Command, Verdict]:
        sent, before = question.sent, question.before
        wallets = names_of(question.operation, sent.parameters)
        after = yield from self._balances(question.operation, confirmation, sent.parameters)
        if wallets is None:
            return Verdict("undecided", "The spec does not say which wallets the call touches.")
        evidence = changes(wallets, before.balances if before else None, after)
        if before is None:
            return Verdict("undecided", "What the wallets held before the call is not known.", None, evidence)
        if before.ended_at > sent.sent_at:
            return Verdict("undecided", "The balances before were read after the call was made.", None, evidence)
        if {*before.balances} != {*wallets}:
            return Verdict("undecided", "The balances before are not of the wallets of the call.", None, evidence)
        if self._others_touch({*wallets}, before.taken_at - confirmation.settle * 1000, own):
            return Verdict("undecided", "Another call of this client touches the same wallets.", None, evidence)
        return judge_balances(question.operation, sent, wallets, before.balances, after)

    def _others_touch(self, wallets: set[str], since: int, own: OwnCall) -> bool:
        """Return whether another call of this client may have changed these balances since, or become visible."""
        if not self._own_calls.reaches(since - LONGEST_WINDOW):
            return True
        for call in self._own_calls:
            # What Binance accepted and did not execute at once is executed at any time.
            is_past = call.latest < since and not self._is_pending(call.code)
            if call is own or call.outcome == "not_executed" or is_past:
                continue
            touched = names_of(call.operation, call.parameters)
            if touched is None or not wallets.isdisjoint(touched):
                return True
        return False

    def _is_pending(self, code: int | None) -> bool:
        known = self._api.errors.get(code) if code is not None else None
        return known is not None and known.pending

    def _balances(
        self, operation: Operation[Any], confirmation: Confirmation, parameters: Mapping[str, object]
    ) -> Flow[Command, Amounts]:
        """Return what the wallets of a call hold, from as many reads as that takes."""
        balances: dict[str, dict[str, Decimal]] = {}
        owners = wallets_of(operation, parameters) or []
        for name in confirmation.balances:
            read = self._api.operations[name]
            effect = read.effect
            if not isinstance(effect, Balances):
                continue
            covered = [(wallet, owner) for wallet, owner in owners if wallet in effect.wallets.values()]
            for owner in dict.fromkeys(owner for _, owner in covered):
                arguments = arguments_of(read, {effect.owner: owner} if effect.owner else {})
                response = yield from self._carry_out(self._start(read, arguments))
                for row in _listed(response, effect.rows):
                    for field, wallet in effect.wallets.items():
                        if (wallet, owner) in covered:
                            held = balances.setdefault(wallet_name(wallet, owner), {})
                            held[row[effect.asset]] = held.get(row[effect.asset], Decimal(0)) + Decimal(row[field])
        return {wallet_name(*wallet): balances.get(wallet_name(*wallet), {}) for wallet in owners}


def _unconfirmed(operation: Operation[Any]) -> Verdict:
    reason = f"No read that this client knows confirms {operation.name}."
    return Verdict("undecided", f"{reason} {operation.when_unknown}".rstrip())


def _listed(response: object, rows: str | None) -> list[Row]:
    plain: Any = msgspec.to_builtins(response)
    listed: list[Row] = plain if rows is None else plain[rows]
    return listed


def _receipt(operation: Operation[Any], id_: str | None) -> Any | None:
    """Return the receipt that an executed call has, where its fields are known: the id, and constants of the spec."""
    effect = operation.effect
    constants = {name: values[0] for name, values in operation.success.items() if len(values) == 1}
    ids: list[object] = [None] if id_ is None else [id_, int(id_)] if id_.isdecimal() else [id_]
    for value in ids:
        fields = constants | ({effect.receipt: value} if isinstance(effect, Transfer) else {})
        try:
            return operation.decoder.decode(msgspec.json.encode(fields))
        except msgspec.MsgspecError:
            continue
    return None
