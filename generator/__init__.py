"""Turns the spec into the package and its documentation: load, build, render, write."""
