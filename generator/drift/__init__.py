"""Holds copies of Binance's pages against the spec, and edits the spec where they differ."""
