"""Rehearsals and real funds: a journal takes one for the other in neither direction."""

from __future__ import annotations

import httpx
import pytest

from binance_transfers import Journal, JournalError, OutcomeUnknown
from tests.sandbox.table import NOW

from .binance import CALL, SETTLED, Binance
from .test_storage import execute

ELSEWHERE = "to a sandbox, or to this machine"


class Everywhere(httpx.BaseTransport):
    """Sends what is for Binance to the sandbox, which a client does not know."""

    def __init__(self, binance: Binance) -> None:
        self._transport = binance.sandbox.transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)


@pytest.mark.parametrize("rehearses_first", [True, False])
@pytest.mark.parametrize("reopened", [True, False])
def test_a_journal_of_rehearsals_is_refused_with_real_funds_and_the_reverse(
    binance: Binance,
    location: str,
    rehearses_first: bool,  # noqa: FBT001
    reopened: bool,  # noqa: FBT001
) -> None:
    real, local = binance.client(transport=Everywhere(binance)), binance.client(base_url="http://127.0.0.1:9")
    rehearsing = binance.client()
    clients = [rehearsing, real] if rehearses_first else [real, rehearsing]
    went, goes = (ELSEWHERE, "to Binance") if rehearses_first else ("to Binance", ELSEWHERE)
    with Journal(location) as first, Journal(location) as second, Journal(location, account="other") as other:
        assert first.once("a", clients[0].user_universal_transfer, **CALL) is not None
        journal = second if reopened else first
        refused = [clients[1]] if rehearses_first else [clients[1], local]
        for client in refused:
            for use in (
                lambda client: journal.once("a", client.user_universal_transfer, **CALL),
                lambda client: journal.once("b", client.user_universal_transfer, **CALL),
                journal.recover,
            ):
                with pytest.raises(JournalError) as caught:
                    use(client)
                assert str(caught.value).partition(" cannot be used: ")[2] == (
                    f"the transfers of the account 'default' in it went {went}, and this client sends {goes}; "
                    "give rehearsals a journal, or an account, of their own."
                )
        assert binance.moved == 1
        assert other.once("a", clients[1].user_universal_transfer, **CALL) is not None
        assert journal.once("a", clients[0].user_universal_transfer, **CALL) is not None
    assert binance.moved == 2


def test_a_journal_from_before_accounts_were_kept_is_bound_at_its_next_use(binance: Binance, location: str) -> None:
    with Journal(location) as journal:
        journal.once("a", binance.client().user_universal_transfer, **CALL)
    execute(location, "DROP TABLE binance_transfers_accounts")
    with Journal(location) as journal:
        journal.once("a", binance.client().user_universal_transfer, **CALL)
        with pytest.raises(
            JournalError, match="went to a sandbox, or to this machine, and this client sends to Binance"
        ):
            journal.recover(binance.client(transport=Everywhere(binance)))


def test_rehearsals_one_after_the_other_with_a_sandbox_each_share_a_journal(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        binance = Binance(monkeypatch, now=NOW + number)
        client = binance.client()
        assert journal.once(f"{number} kept", client.user_universal_transfer, **CALL) is not None
        binance.clock.now += SETTLED
        binance.sandbox.inject("lost", executed=True)
        with pytest.raises(OutcomeUnknown):
            journal.once(f"{number} lost", client.user_universal_transfer, **CALL)
        binance.clock.now += SETTLED
        assert journal.once(f"{number} lost", client.user_universal_transfer, **CALL) is not None
        assert binance.moved == 2
