"""Makes one call of every operation with a client on a sandbox, and prints what was sent and what came back."""

from __future__ import annotations

from .client import SyncCaller
from .operation import Api
from .sandbox import Sandbox


def run(api: Api, client: SyncCaller, sandbox: Sandbox) -> None:
    """Call every operation with the example of the table; the signature is shown as `***`."""
    for operation in api.operations.values():
        result = getattr(client, operation.name)(**operation.example)
        request = sandbox.requests[-1]
        query = "&".join(f"{name}={value}" for name, value in request.parameters)
        print(f"{operation.name}")
        print(f"  sent      {request.method} {request.path}{'?' if query else ''}{query}")
        print(f"  answered  {request.status} {operation.response_example.decode()}")
        print(f"  returned  {result!r}")
    print(f"{len(api.operations)} operations called.")
