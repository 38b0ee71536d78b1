"""A fake Binance, made from the operation table: it checks requests, keeps wallets, and fails on demand."""
