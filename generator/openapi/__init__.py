"""Reads YAML into a document that knows where everything is written, and checks that it is supported OpenAPI."""
