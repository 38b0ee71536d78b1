"""What the package exports of the runtime, which is copied into it."""

from __future__ import annotations

from pathlib import Path

RUNTIME_EXPORTS = {
    "clock": "Clock SystemClock",
    "errors": "AuthenticationError BinanceError InsufficientBalance InvalidRequest IpBanned JournalError NotExecuted NotSent "
    "OutcomeUnknown ParameterRejected RateLimited Rejected TimestampOutOfWindow",
    "limiter": "AsyncLimiter Limiter LimiterDown MemoryLimiter",
    "observe": "Attempt",
    "operation": "Operation",
    "retry": "RetryPolicy",
    "sent": "Sent",
    "signer": "HmacSigner PemSigner Signer",
    "values": "Unlisted",
    "verdict": "Snapshot Verdict",
    "wire": "Response",
}
"""The names that the package exports of its runtime, by module."""
EXTRAS = {
    "AsyncRedisLimiter": ("redis_limiter", "redis"),
    "Journal": ("journal", "journal"),
    "JournalEntry": ("journal", "journal"),
    "OpenTelemetryHook": ("telemetry", "opentelemetry"),
    "RedisLimiter": ("redis_limiter", "redis"),
}
"""The names that need an extra: the module of the runtime, and the extra."""
RUNTIME = Path(__file__).parents[1] / "runtime"
