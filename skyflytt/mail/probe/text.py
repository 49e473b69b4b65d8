"""A probe for people, and for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from skyflytt.concern.measured import Measured
from skyflytt.concern.words import hours, size
from skyflytt.mail.keys import folder_key
from skyflytt.mail.probe.facts import Probe


def as_data(probe: Probe) -> dict[str, Any]:
    """What `--json` gives."""
    facts = probe.facts
    data: dict[str, Any] = TypeAdapter(Probe).dump_python(probe, mode="json")
    del data["facts"]["target"], data["facts"]["archive"], data["facts"]["other_routes"]
    return data | {"messages": facts.messages, "size_bytes": facts.size_bytes}


def as_lines(probe: Probe) -> Iterator[str]:
    """One line for each fact; folders first."""
    for folder in probe.facts.folders:
        closed = f"  cannot be opened ({folder.refused})" if folder.refused else ""
        role = f"  {folder.role}" if folder.role else ""
        yield f"{folder.messages:>9}  {size(folder.size_bytes):>12}  {folder_key(folder.path)}{role}{closed}"
    yield f"{probe.facts.messages:>9}  {size(probe.facts.size_bytes):>12}  in all"
    yield ""
    for route in probe.routes:
        yield f"{route.name}: {route.state}{f' ({route.detail})' if route.detail else ''}"
    yield f"Messages come as: {probe.payload}{_ways(probe.facts.measured)}"
    yield from _limits(probe)
    for large in probe.facts.largest[:3]:
        yield f"Large: {size(large.size_bytes)}  {large.name}"
    yield from _passes(probe)
    yield from probe.remarks


def _ways(measured: Measured) -> str:
    """Where not all came the same way."""
    mime = measured.sampled - measured.sampled_streams - measured.sampled_built
    ways = ((measured.sampled_streams, "exported"), (measured.sampled_built, "with properties"), (mime, "MIME alone"))
    some = [f"{number} {words}" for number, words in ways if number]
    return f" ({', '.join(some)} of {measured.sampled} sampled)" if len(some) > 1 or measured.sampled_built else ""


def _limits(probe: Probe) -> Iterator[str]:
    tokens = "only what changed" if probe.capabilities.change_tokens else "the whole listing"
    yield f"A later pass is told {tokens}."
    if probe.capabilities.max_message_bytes is not None:
        yield f"Largest message that it takes: {size(probe.capabilities.max_message_bytes)}"


def _passes(probe: Probe) -> Iterator[str]:
    if not probe.passes:
        yield "How long it takes: not measured, since no message could be read."
        return
    estimate = probe.estimate
    yield (
        f"Measured on {estimate.sampled} messages: {estimate.items_per_second or 0:.1f} messages/s, "
        f"{size(int(estimate.bytes_per_second or 0))}/s; writing is taken to last as long as reading."
    )
    one_by_one = ", then ".join(f"{hours(one.hours)} for {one.messages:.0f} messages" for one in probe.passes)
    yield f"{len(probe.passes)} passes: {one_by_one}"
