"""Compares copies of Binance's pages with the spec, and updates the spec where they differ."""
