"""What every test of this folder needs: the server, and clients that are made quickly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.test_proxy import certificate

from .harness import Faults, faulty_server

__all__ = ["certificate"]


@pytest.fixture(scope="module", autouse=True)
def _no_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let new clients trust nobody: reading the certificates takes most of the time that it takes to make one."""
    empty: Path = tmp_path_factory.mktemp("certificates")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(empty))
        yield


@pytest.fixture(scope="module")
def faults() -> Iterator[Faults]:
    with faulty_server() as running:
        yield running
