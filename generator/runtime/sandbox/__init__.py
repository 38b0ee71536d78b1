"""A fake Binance, made from the operation table: it judges requests, keeps wallets, and fails on demand."""
