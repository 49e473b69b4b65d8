"""The model says what follows from the figures, and refuses figures without what it needs."""

from __future__ import annotations

import pytest

from benchmarks.capacity import Asked, model

ROW = {
    "mailboxes": 100,
    "messages": 500,
    "latency_ms": 0,
    "plain_s": 100.0,
    "plain_cpu_s": 100.0,
    "flow_s": 104.0,
    "spread_s": 105.0,
    "ledger_bytes": 50_000 * 600,
    "archive_bytes": 50_000 * 500,
    "source_bytes": 50_000 * 1_000,
    "task_runs": 200,
}


def test_it_computes_what_is_asked() -> None:
    far = ROW | {"latency_ms": 40, "plain_s": 250.0}
    table = model({"overhead": [ROW, far]}, Asked(10_000, 50_000, 4))
    # 500 million messages of 2 ms on 16 processors; 50 messages a second from each of 32 mailboxes.
    assert "| processors | 2.00 ms for a message | 17.4 hours |" in table
    assert "| a source 40 ms away, 32 mailboxes at a time | 50.0 messages/s from a mailbox | 3.6 days |" in table
    assert "| the ledger | 600 bytes for a message | 300.0 GB |" in table
    assert "| archives | 500 bytes for one of 1,000 | 37.8 TB at most, with 75 kB a message |" in table


def test_it_needs_the_work_alone() -> None:
    with pytest.raises(ValueError, match="without delay"):
        model({"overhead": []}, Asked(10, 10, 1))
