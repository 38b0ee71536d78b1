# Copied from generator/runtime/telemetry.py by python -m generator; edit it there.
"""A span for each attempt, for OpenTelemetry; needs the extra `opentelemetry`."""

from __future__ import annotations

from opentelemetry import trace

from .observe import Attempt

_MICROSECONDS = 1_000_000


class OpenTelemetryHook:
    """Records each attempt as a client span below the current one: `Client(..., on_attempt=OpenTelemetryHook())`.

    A span is named for its operation and holds method, path, status and outcome; no parameter, key or signature.
    """

    def __init__(self, tracer: trace.Tracer | None = None) -> None:
        self._tracer = tracer or trace.get_tracer("binance_transfers")

    def __call__(self, attempt: Attempt) -> None:
        """Record one attempt."""
        started = round(attempt.started * _MICROSECONDS) * 1000
        span = self._tracer.start_span(attempt.operation, kind=trace.SpanKind.CLIENT, start_time=started)
        known = {
            "http.request.method": attempt.method,
            "url.path": attempt.path,
            "http.response.status_code": attempt.status,
            "error.type": attempt.error,
            "binance.attempt": attempt.number,
            "binance.outcome": attempt.outcome,
            "binance.code": attempt.code,
            "binance.used_weight": attempt.used_weight,
        }
        span.set_attributes({name: value for name, value in known.items() if value is not None})
        if attempt.error is not None:
            span.set_status(trace.StatusCode.ERROR, attempt.error)
        span.end(started + round(attempt.duration * _MICROSECONDS) * 1000)
