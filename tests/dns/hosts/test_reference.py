"""The table of hosts in the documentation says what their capabilities say."""

from __future__ import annotations

from pathlib import Path

from skyflytt.dns.hosts import HOST_KINDS, cloudflare, loopia, rfc2136, route53
from skyflytt.dns.port import Capabilities

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "zone-hosts.md"
KNOWN: dict[str, Capabilities] = {
    "rfc2136": rfc2136.CAPABILITIES,
    "route53": route53.CAPABILITIES,
    "cloudflare": cloudflare.CAPABILITIES,
    "loopia": loopia.CAPABILITIES,
}


def test_the_table_is_true() -> None:
    rows = {
        cells[0].strip("`"): cells[2:]
        for line in PAGE.read_text("utf-8").splitlines()
        if (cells := [cell.strip() for cell in line.strip("|").split("|")]) and line.startswith("| `")
    }
    assert tuple(rows) == HOST_KINDS
    for kind, can in KNOWN.items():
        atomic, guarded, ttl, calls = rows[kind]
        assert (atomic == "yes", guarded == "itself") == (can.atomic, can.guarded)
        assert ttl == ("as the server" if kind == "rfc2136" else f"{can.min_ttl_s} s")
        assert calls == (str(can.calls_per_minute) if can.calls_per_minute else "no limit")
