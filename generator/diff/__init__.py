"""Compares two states of the spec in the API's own terms, and finds which version must follow.

revisions: a file or a git revision -> Spec, its document and its representation.
walk: two Specs -> their changes; it walks the records of both and asks the table about each field.
table: (record, field) -> what a difference asks of the version and how it is worded: a row of a kind in rows, or one with
a rule of its own, also in notes and conditions.
versions: the impacts of the changes -> the least version that may follow.
formats: changes, signatures and the next version -> text for a terminal, a pull request, a program, GitHub, CHANGELOG.md.
"""
