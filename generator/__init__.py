"""Turns the spec into the package and its documentation, in one direction.

    load     spec file -> Document: YAML with the place of every node (document), held against the part of OpenAPI
             that is supported (grammar) and the schema of our own keys (sentences says what is wrong)
    build    Document -> Api: parameters, enums and models (schemas), names, conditions, effects, examples; all of it is ir
    render   Api -> bytes: Python from templates/ (python_text, escaping), models.py by datamodel-code-generator
             (models), pages from templates/docs/ (docs, markdown), and a copy of runtime/
    write    bytes -> generated/, or a comparison with it

pages/ and drift/ stand before that line: pages reads copies of Binance's documentation, in each format (markdown, plain,
html) down to blocks, and those into facts; drift finds out what a page is (claims), holds it against the spec (facts,
compare, notes), reports it, takes over into the YAML what needs no person (mechanical, apply, edit), and drafts the YAML
of an endpoint that the spec lacks (endpoint, answer, draft).

changes/ stands beside that line: it compares two states of the spec, and says which version a change asks for.

A mistake anywhere is a Problem with its line and column; all of them are raised together as a SpecError (problems).
"""
