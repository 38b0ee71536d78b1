"""Turns the intermediate representation into the bytes of every generated file, and writes or compares them."""
