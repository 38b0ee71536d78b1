"""Makes a transfer in a process of its own, to be interrupted from outside, and writes what came of it."""

from __future__ import annotations

import signal
import sys

from binance_transfers import BinanceError, Client, TransferType

from .server import KEY, SECRET


def main() -> None:
    """Transfer, and write what interrupted it, and what that says."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell starts jobs in the background without it.
    url, asset = sys.argv[1:]
    with Client(KEY, SECRET, base_url=url) as client:
        try:
            client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset=asset, amount="1.50")
        except KeyboardInterrupt as interruption:
            cause = interruption.__cause__
            assert isinstance(cause, BinanceError)
            kind, operation, sent = type(cause).__name__, cause.operation, cause.parameters["asset"]
            sys.stdout.write(f"{type(interruption).__name__} from {kind} of {operation} with {sent}\n")


if __name__ == "__main__":
    main()
