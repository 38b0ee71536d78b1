"""Compares the generated package and documentation with the spec, which is read without the generator."""
