# Copied from generator/runtime/cli/__init__.py by python -m generator; edit it there.
"""The command line: a subcommand for each operation of the table, and what a journal and the wallets need beside them."""
