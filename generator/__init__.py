"""Turns the spec into the package and its documentation, in one direction.

    openapi   the spec as YAML with the location of every node; what is not supported is an error with line and column
    ir        every decision about names, types and order, as frozen records that know where they were written
    render    the records as files: Python from templates/, models by datamodel-code-generator, pages, a copy of runtime/,
              plain OpenAPI for other tools, and the JSON Schema of a spec for editors

Three more commands stand on these:

    sources   reads what Binance publishes, in each format, into facts
    diff      compares two states of the spec, and says which version a change asks for
    drift     compares the facts of pages with the spec, reports where they differ, and updates the spec
    importer  drafts the YAML of an endpoint that the spec lacks, from its pages

runtime/ is the hand-written part of the package, which is copied as it is; the other layers use its records and checks, so
that both know a fact once. vocabulary has Binance's words, console writes to terminals, and drafts writes what a page states
in the spec's form, for drift and importer. An error in a spec is a Problem with its location; all of them are raised together
as a SpecError.
"""
