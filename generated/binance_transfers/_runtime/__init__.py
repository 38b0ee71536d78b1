# Copied from generator/runtime/__init__.py by python -m generator; edit it there.
"""The hand-written half of the package: it knows how to call Binance, and no endpoint by name."""
