"""Compares two states of the spec in the API's own terms, and says what the version must be.

revisions: a file or a git revision -> Spec, its document and its representation.
compare: two Specs -> the changes of the whole (servers, budgets, wallets, error codes), and those that operations
(operations, parameters) and types (enums, models) find; each is a Change with its class and its place.
places: where in the YAML a fact stands, through every $ref.
versions: the classes of the changes -> the least version that may follow.
report: changes, signatures and the verdict -> text for a terminal, a pull request, a program, GitHub, CHANGELOG.md.
"""
