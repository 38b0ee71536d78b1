"""The generated package is the spec, no more and no less."""

from __future__ import annotations

from . import client_checks, module_checks, table_checks
from .package import Package
from .reader import Spec


def test_each_operation_is_one_method_of_both_clients_and_one_entry_of_the_table(spec: Spec, package: Package) -> None:
    assert list(client_checks.methods(spec, package)) == []


def test_methods_take_the_parameters_of_the_spec_and_return_its_models(spec: Spec, package: Package) -> None:
    assert list(client_checks.signatures(spec, package)) == []


def test_docstrings_tell_what_a_call_does_costs_needs_and_where_that_was_read(spec: Spec, package: Package) -> None:
    assert list(client_checks.docstrings(spec, package)) == []


def test_the_example_of_each_docstring_is_a_valid_call(spec: Spec, package: Package) -> None:
    assert list(client_checks.examples(spec, package)) == []


def test_the_table_has_every_fact_and_every_rule_of_each_operation(spec: Spec, package: Package) -> None:
    assert list(table_checks.operations(spec, package)) == []


def test_nobody_can_change_the_table(spec: Spec, package: Package) -> None:
    assert list(table_checks.frozen(spec, package)) == []


def test_enums_have_the_values_of_the_spec_in_its_order(spec: Spec, package: Package) -> None:
    assert list(table_checks.enums(spec, package)) == []


def test_models_have_the_fields_of_the_spec_under_their_wire_names(spec: Spec, package: Package) -> None:
    assert list(table_checks.models(spec, package)) == []


def test_every_error_code_keeps_its_outcome_and_its_exception(spec: Spec, package: Package) -> None:
    assert list(table_checks.errors(spec, package)) == []


def test_version_servers_and_wallets_are_those_of_the_spec(spec: Spec, package: Package) -> None:
    assert list(table_checks.root(spec, package)) == []


def test_each_public_module_exports_its_public_names_and_no_other(spec: Spec, package: Package) -> None:
    assert list(module_checks.exports(spec, package)) == []


def test_the_package_is_marked_as_typed_and_as_generated(spec: Spec, package: Package) -> None:
    assert list(module_checks.marks(spec, package)) == []
