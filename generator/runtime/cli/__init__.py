"""The command line: a subcommand for each operation of the table, and what a journal and the wallets need beside them."""
