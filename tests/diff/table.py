"""All mutations."""

from __future__ import annotations

from .operation_mutations import OPERATION_MUTATIONS
from .other_mutations import OTHER_MUTATIONS

MUTATIONS = (*OPERATION_MUTATIONS, *OTHER_MUTATIONS)
