# Copied from generator/runtime/sandbox/__init__.py by python -m generator; edit it there.
"""A fake Binance, made from the operation table: it checks requests, keeps wallets, and fails on demand."""
