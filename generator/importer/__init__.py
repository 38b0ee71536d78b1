"""Drafts the YAML of an operation that the spec lacks from what Binance publishes about it."""
