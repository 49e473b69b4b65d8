"""Ask whether a locked dependency has a known vulnerability: `python .ci/audit.py`, or `make audit`.

Exit status: 0 none is known, 1 at least one is, 3 UNKNOWN: nobody could be asked, about all or some of them. pip-audit by itself
says "No known vulnerabilities found" then too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
# What pip-audit asks for each dependency is asked for one first: a source without such data would be asked hundreds of times.
SOURCE = "https://pypi.org/pypi"
SAMPLE = "prefect"
SAMPLE_PATIENCE_S = 5.0
PATIENCE_S = 240.0
CLEAN, VULNERABLE, UNKNOWN = 0, 1, 3


def main() -> int:
    if why := no_data(sample()):
        print(f"UNKNOWN: {sample()} {why}. Nothing is known of {LOCK.name}, neither good nor bad.")
        return UNKNOWN
    try:
        found = ask()
    except subprocess.TimeoutExpired:
        print(f"UNKNOWN: the answers did not come within {PATIENCE_S:.0f} s.")
        return UNKNOWN
    if found is None:
        return UNKNOWN
    code, said = verdict(found)
    print(said)
    return code


def sample() -> str:
    """The address of what is known of one locked dependency."""
    locked = re.search(rf"^{SAMPLE}==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return f"{SOURCE}/{SAMPLE}/{locked[1] if locked else ''}/json"


def no_data(address: str, patience_s: float = SAMPLE_PATIENCE_S) -> str:
    """Why the source cannot be used, in a few words; empty when it can."""
    try:
        with urllib.request.urlopen(address, timeout=patience_s) as answer:
            known = json.load(answer)
    except urllib.error.HTTPError as error:
        return f"answers {error.code}"
    except (OSError, ValueError) as error:
        return f"gives no answer ({getattr(error, 'reason', error)})"
    return "" if "vulnerabilities" in known else "has no vulnerability data"


def ask() -> list[dict[str, Any]] | None:
    """What pip-audit has found of each dependency, or None, with its words printed, when it found nothing out."""
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "10", "--format", "json"]
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        print(f"UNKNOWN: pip-audit ended with {done.returncode}.\n{done.stderr.strip()[-2000:]}")
        return None


def verdict(dependencies: list[dict[str, Any]]) -> tuple[int, str]:
    """Exit status and words. One that is vulnerable counts, whatever is unknown of others."""
    bad = [(one, flaw) for one in dependencies for flaw in one.get("vulns", [])]
    dark = [one for one in dependencies if "skip_reason" in one]
    lines = [f"{one['name']} {one['version']}: {flaw['id']}, mended in {_mended(flaw)}" for one, flaw in bad]
    if dark:
        lines.append(f"UNKNOWN: nothing is known of {len(dark)} of {len(dependencies)}: {dark[0]['skip_reason']}")
    if not lines:
        lines.append(f"No vulnerability is known of any of the {len(dependencies)} locked dependencies.")
    return (VULNERABLE if bad else UNKNOWN if dark else CLEAN), "\n".join(lines)


def _mended(flaw: dict[str, Any]) -> str:
    return ", ".join(flaw.get("fix_versions", [])) or "no version yet"


if __name__ == "__main__":
    sys.exit(main())
