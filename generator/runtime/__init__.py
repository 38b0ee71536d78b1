"""The hand-written half of the package: it knows how to call Binance, and no endpoint by name."""
