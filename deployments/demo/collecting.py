"""The customer collects its data as a customer does: with a program of its own, its secret and nothing else."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

from skyflytt.drop.curl_config import curl_config
from skyflytt.drop.place import place_of
from skyflytt.drop.verify import verify_drop
from skyflytt.errors.base import NeedsPerson
from skyflytt.evidence.lists import file_sha256
from skyflytt.files.ftps import open_ftps
from skyflytt.phase.drops import secret_file_of
from skyflytt.phase.migration import Migration
from skyflytt.project.servers import FtpsServer, S3Server

COLLECTED_FILES = 40
LINK = re.compile(r'<a href="([^"]+)"[^>]*>([^<]+)</a>')


class CollectedDiffers(NeedsPerson):
    """What the customer collected is not what the manifest says: {item}: {detail}"""

    code = "demo.collected-differs"
    advice = "Look at the drop: its contents changed after the manifest was written."


def collect(migration: Migration, drop: str) -> tuple[str, str]:
    """What was done, in a sentence, and the digest of the manifest that was fetched. Raises `CollectedDiffers`."""
    server = migration.project.server(migration.project.drop(drop).server)
    secret = secret_file_of(migration, drop).read_text()
    with tempfile.TemporaryDirectory(prefix="skyflytt-customer-") as made:
        folder = Path(made)
        if isinstance(server, S3Server):
            return _by_links(folder, server, secret)
        assert isinstance(server, FtpsServer)
        return _by_ftps(folder, server, place_of(migration.project, drop).login, secret)


def _by_ftps(folder: Path, server: FtpsServer, login: str, secret: str) -> tuple[str, str]:
    """Some of the files, over the whole of the drop: all two thousand would take longer than the rest of the demo's day."""
    fetch = _with_curl if shutil.which("curl") else _with_python
    fetch(folder, server, login, secret, ["manifest.csv"])
    rows = list(csv.DictReader(io.StringIO((folder / "manifest.csv").read_text("utf-8"))))
    chosen = {row["path"]: row["sha256"] for row in rows[:: max(1, len(rows) // COLLECTED_FILES)][:COLLECTED_FILES]}
    fetch(folder, server, login, secret, list(chosen))
    for path, sha256 in chosen.items():
        if file_sha256(folder / path) != sha256:
            raise CollectedDiffers(path, "another digest")
    with_what = "curl" if fetch is _with_curl else "ftplib"
    words = f"collected {len(chosen)} files and the manifest over FTPS with {with_what}; their digests agree"
    return words, file_sha256(folder / "manifest.csv")


def _by_links(folder: Path, server: S3Server, secret: str) -> tuple[str, str]:
    """Everything, by the links of the index page; then `skyflytt verify-drop` looks through the folder."""
    _curl(folder, server, curl_config([("index.html", secret)]))
    links = [
        (unescape(path), unescape(link)) for link, path in LINK.findall((folder / "index.html").read_text("utf-8"))
    ]
    _curl(folder, server, curl_config(links))
    found = verify_drop(folder)
    if not found.whole:
        raise CollectedDiffers(str([*found.missing, *found.altered][:3]), "verify-drop found them missing or altered")
    return (
        f"collected all {found.files} files by the links of an S3 drop, and verify-drop found them whole",
        found.receipt,
    )


def _with_curl(folder: Path, server: FtpsServer, login: str, secret: str, paths: list[str]) -> None:
    links = ((path, f"ftp://{server.host}:{server.port}/{quote(path)}") for path in paths)
    _curl(folder, server, "".join(_ftps_options(login, secret)) + curl_config(links))


def _ftps_options(login: str, secret: str) -> Iterator[str]:
    yield f'user = "{login}:{secret}"\n'
    yield "ssl-reqd\n"
    yield "ftp-method = nocwd\n"


def _curl(folder: Path, server: FtpsServer | S3Server, config: str) -> None:
    """The secret goes in by standard input, where no other program sees it."""
    command = ["curl", "--fail", "--silent", "--show-error", "--create-dirs", "--config", "-"]
    command += ["--cacert", str(server.ca_file)] if server.ca_file else []
    done = subprocess.run(command, cwd=folder, input=config.encode(), capture_output=True, check=False)
    if done.returncode:
        raise CollectedDiffers(f"{server.kind} drop", done.stderr.decode(errors="replace").strip())


def _with_python(folder: Path, server: FtpsServer, login: str, secret: str, paths: list[str]) -> None:
    """On a machine without curl."""
    with open_ftps(server, secret, user=login) as drop:
        for path in paths:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with drop.read(path) as reading, (folder / path).open("wb") as writing:
                shutil.copyfileobj(reading, writing)
