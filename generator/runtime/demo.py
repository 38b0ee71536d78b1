"""Makes one call of every operation with a client on a sandbox, and prints what was sent and what came back."""

from __future__ import annotations

from .client import SyncCaller
from .operation import Api
from .request import encode
from .sandbox import Sandbox


def run(api: Api, client: SyncCaller, sandbox: Sandbox) -> None:
    """Call every operation with the example of the table; the API key and the signature are shown as `***`."""
    for operation in api.operations.values():
        result = getattr(client, operation.name)(**operation.example)
        request = sandbox.requests[-1]
        query = "&".join(f"{encode(name)}={encode(value)}" for name, value in request.parameters).replace("%2A", "*")
        print(f"{operation.title}: client.{operation.name}(...)")
        print(f"  sent      {request.method} {request.path}{'?' if query else ''}{query}")
        print(f"            {'X-MBX-APIKEY: ***' if operation.keyed else 'without an API key'}")
        print(f"  answered  HTTP {request.status} {operation.response_example.decode()}")
        print(f"  returned  {result!r}")
    print(f"All {len(api.operations)} operations were called against the sandbox; nothing left this process.")
