"""Spans: one for each attempt, below the caller's own, and nothing secret in them."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, Tracer

from generator.runtime.observe import Attempt
from generator.runtime.telemetry import OpenTelemetryHook


def attempt(**changes: object) -> Attempt:
    known: dict[str, object] = {
        "operation": "transfer",
        "method": "POST",
        "path": "/sapi/v1/asset/transfer",
        "parameters": {"type": "MAIN_FUNDING", "asset": "USDT", "amount": "1"},
        "call_id": "0123456789abcdef",
        "number": 1,
        "started": 1_700_000_000.25,
        "duration": 0.5,
        "outcome": "executed",
        "status": 200,
        "code": None,
        "used_weight": 900,
        "headers": {"x-mbx-uuid": "u"},
        "error": None,
    }
    return Attempt(**(known | changes))  # type: ignore[arg-type]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter) -> Tracer:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("test")


def test_an_attempt_is_a_client_span_below_the_current_one(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    with tracer.start_as_current_span("night run"):
        OpenTelemetryHook(tracer)(attempt())
    span, parent = exporter.get_finished_spans()
    assert (span.name, span.kind, span.start_time, span.end_time) == (
        "transfer",
        SpanKind.CLIENT,
        1_700_000_000_250_000_000,
        1_700_000_000_750_000_000,
    )
    assert span.parent is not None
    assert parent.context is not None
    assert span.parent.span_id == parent.context.span_id
    assert span.attributes == {
        "http.request.method": "POST",
        "url.path": "/sapi/v1/asset/transfer",
        "http.response.status_code": 200,
        "binance.attempt": 1,
        "binance.outcome": "executed",
        "binance.used_weight": 900,
    }


def test_an_unknown_outcome_is_an_error(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    OpenTelemetryHook(tracer)(
        attempt(outcome="unknown", status=None, used_weight=None, error="OutcomeUnknown", code=-1007)
    )
    [span] = exporter.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes is not None
    assert span.attributes["error.type"] == "OutcomeUnknown"
    assert span.attributes["binance.code"] == -1007
