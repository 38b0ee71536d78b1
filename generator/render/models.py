"""The one call of datamodel-code-generator: from the models of responses to msgspec Structs."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from datamodel_code_generator import InputFileType, generate
from datamodel_code_generator.enums import DataModelType, OpenAPIScope
from datamodel_code_generator.format import PythonVersion

from generator.ir import types as ir

from .escaping import visible

_DOCSTRING = '"""The responses of Binance, as immutable records."""'


def models_source(api: ir.Api, header: str) -> str:
    """Return the source of models.py, before formatting."""
    if not api.models:
        return f"{header}\n\n__all__: list[str] = []\n"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": {model.name: model.schema for model in api.models}},
    }
    aliases = {
        f"{model.name}.{field.wire}": field.name
        for model in api.models
        for field in model.fields or ()
        if field.name != field.wire
    }
    source = generate(
        json.loads(json.dumps(document), object_hook=_harmless),
        input_file_type=InputFileType.OpenAPI,
        openapi_scopes=[OpenAPIScope.Schemas],
        output_model_type=DataModelType.MsgspecStruct,
        target_python_version=PythonVersion.PY_311,
        # It is formatted with the rest.
        formatters=[],
        disable_timestamp=True,
        custom_file_header=f"{header}\n{_DOCSTRING}",
        aliases=aliases,
        extra_template_data=defaultdict(dict, {"#all#": {"base_class_kwargs": {"frozen": True}}}),
        keyword_only=True,
        # An absent field is UNSET and a null is None, so that the two stay apart.
        strict_nullable=True,
        strict_refs=True,
        use_annotated=False,
        use_double_quotes=True,
        use_field_description=True,
        use_schema_description=True,
        use_single_line_docstring=True,
    )
    if not isinstance(source, str):
        raise TypeError("datamodel-code-generator did not return one file")
    return f"{source}\n\n__all__ = {sorted((model.name for model in api.models), key=str.lower)!r}\n"


def _harmless(node: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping of a schema with its description made safe to print."""
    description = node.get("description")
    return {**node, "description": visible(description)} if isinstance(description, str) else node
