"""What the contract does not ask: how it is done on a real mod_dav."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from skyflytt.errors.connection import PasswordRefused, ServerBusy
from skyflytt.errors.files import FileInUse, PathRefused
from skyflytt.files.copy import content_digest, copy_file
from skyflytt.files.local import open_local
from skyflytt.files.port import Entry
from skyflytt.files.webdav import WebdavStore, open_webdav
from skyflytt.files.webdav.connect import connected
from skyflytt.files.webdav.properties import EXCLUSIVE_LOCK
from skyflytt.files.webdav.requests import XML
from skyflytt.project.servers import LocalServer, WebdavServer
from tests.contract.file_places import Certificates, make_certificates, open_folder, webdav_settings
from tests.contract.test_file_store import AWKWARD
from tests.real.apache import TOKEN, Apache, running_apache

pytestmark = pytest.mark.real
PART = 8 << 20


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def apache(require_debian: Callable[..., str], certificates: Certificates) -> Iterator[Apache]:
    program = require_debian("apache2-bin", binary="apache2")
    with (
        open_folder("apache") as folder,
        open_folder("webdav") as content,
        running_apache(program, folder, content, certificates.certificate, certificates.key) as server,
    ):
        yield server


@pytest.fixture
def root(apache: Apache, request: pytest.FixtureRequest) -> Path:
    folder = apache.content / f"{request.node.originalname} å#%?"
    folder.mkdir()
    if apache.owner is not None:
        os.chown(folder, apache.owner, apache.owner)
    return folder


@pytest.fixture
def server(apache: Apache, certificates: Certificates, root: Path) -> dict[str, Any]:
    return {"kind": "webdav", "root": f"/{root.name}", **webdav_settings(apache, certificates)}


@pytest.fixture
def store(apache: Apache, server: dict[str, Any]) -> Iterator[WebdavStore]:
    with open_webdav(WebdavServer(**server), apache.password) as opened:
        yield opened


def put(store: WebdavStore, path: str, content: bytes = b"content") -> None:
    with store.write(path) as file:
        file.write(content)


def test_what_this_server_can(store: WebdavStore) -> None:
    can = store.capabilities
    assert (can.resumable_writes, can.digest, can.mtime_step_seconds) == (True, False, math.inf)


def test_digest_with_every_awkward_name(apache: Apache, server: dict[str, Any]) -> None:
    changed = WebdavServer(**(server | {"port": apache.digest_port, "auth": "digest"}))
    with open_webdav(changed, apache.password) as store:
        for name in AWKWARD:
            put(store, name, name.encode())
        found = [each for each in store.scan() if isinstance(each, Entry)]
        assert [each.path for each in found] == sorted(AWKWARD, key=str.encode)
        for name in AWKWARD:
            with store.read(name) as file:
                assert file.read() == name.encode()
            store.remove(name)
        assert list(store.scan()) == []


def test_a_wrong_digest_is_tried_once(apache: Apache, server: dict[str, Any]) -> None:
    changed = WebdavServer(**(server | {"port": apache.digest_port, "auth": "digest"}))
    with pytest.raises(PasswordRefused), open_webdav(changed, "fel"):
        pass
    with open_webdav(WebdavServer(**server), apache.password) as store:
        store.make_folder("end")
    refused = [line for line in apache.requests() if " 401 " in line and "test_a_wrong_digest" in line]
    # The first one has no sign-in yet: it fetches the nonce.
    assert [line.split(" ")[0] for line in refused] == ["PROPFIND", "PROPFIND"]


def test_a_scheme_that_the_server_does_not_take(apache: Apache, server: dict[str, Any]) -> None:
    changed = WebdavServer(**(server | {"port": apache.digest_port}))
    with pytest.raises(PasswordRefused, match="takes Digest"), open_webdav(changed, apache.password):
        pass


def test_a_token(server: dict[str, Any]) -> None:
    by_token = WebdavServer(**(server | {"auth": "bearer", "user": None}))
    with open_webdav(by_token, TOKEN) as store:
        put(store, "file")
    with pytest.raises(PasswordRefused), open_webdav(by_token, "another"):
        pass


def test_a_large_file_goes_up_in_parts(apache: Apache, store: WebdavStore, root: Path) -> None:
    content = os.urandom(2 * PART + 5)
    put(store, "in-parts", content)
    assert (root / "in-parts").read_bytes() == content
    puts = [line for line in apache.requests() if line.startswith("PUT") and "/in-parts " in line]
    assert [line.partition("/in-parts 20")[2][2:] for line in puts] == [
        "-",
        f"bytes {PART}-{2 * PART - 1}/*",
        f"bytes {2 * PART}-{2 * PART + 4}/*",
    ]


def test_what_was_cut_off_after_a_part_goes_on(store: WebdavStore, root: Path) -> None:
    content = os.urandom(PART + 3_000_000)

    def break_off() -> None:
        with store.write("big") as file:
            file.write(content[: PART + 1_000_000])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert (root / "big").stat().st_size == PART + 1_000_000
    with store.write("big", PART + 1_000_000) as file:
        file.write(content[PART + 1_000_000 :])
    assert (root / "big").read_bytes() == content


def test_a_small_file_costs_one_request(apache: Apache, store: WebdavStore) -> None:
    store.make_folder("f")
    put(store, "f/small")
    store.stat("f/small")
    methods = [line.split(" ")[0] for line in apache.requests(after="MKCOL")]
    assert methods in (["PUT"], ["PUT", "PROPFIND"])


def test_a_move_onto_a_folder_takes_nothing_from_it(store: WebdavStore, root: Path) -> None:
    put(store, "folder/inside")
    put(store, "other/inside")
    put(store, "file")
    for moved in ("file", "other"):
        with pytest.raises(PathRefused, match="folder"):
            store.rename(moved, "folder")
    assert (root / "folder/inside").read_bytes() == b"content"
    assert (root / "other/inside").read_bytes() == b"content"


def test_below_a_file_nothing_can_be(store: WebdavStore) -> None:
    put(store, "file")
    assert store.stat("file/x") is None
    with pytest.raises(PathRefused):
        store.make_folder("file/x")
    with pytest.raises(PathRefused):
        put(store, "file/x")
    with pytest.raises(PathRefused):
        store.rename("file", "file/x")
    with store.read("file") as file:
        assert file.read() == b"content"


def test_what_somebody_has_locked_is_in_use(apache: Apache, server: dict[str, Any], store: WebdavStore) -> None:
    put(store, "file")
    put(store, "folder/inside")
    store.make_folder("empty")
    with connected(WebdavServer(**server), apache.password) as other:
        tokens = {
            path: other.do("LOCK", path, {"Depth": "infinity", **XML}, EXCLUSIVE_LOCK).headers["lock-token"]
            for path in ("file", "folder", "empty")
        }
        for act in (
            lambda: put(store, "file"),
            lambda: put(store, "folder/inside"),
            lambda: put(store, "folder/new"),
            lambda: store.remove("file"),
            lambda: store.remove("empty"),
            lambda: store.rename("file", "elsewhere"),
        ):
            with pytest.raises(FileInUse):
                act()
        for path, token in tokens.items():
            other.do("UNLOCK", path, {"Lock-Token": token})
    store.remove("empty")
    put(store, "file", b"new")


def test_a_folder_that_was_not_empty_is_not_left_locked(store: WebdavStore) -> None:
    put(store, "folder/inside")
    with pytest.raises(PathRefused, match="not empty"):
        store.remove("folder")
    put(store, "folder/more")
    store.remove("folder/inside")
    store.remove("folder/more")
    store.remove("folder")
    assert list(store.scan()) == []


def test_a_folder_that_has_gone_is_made_again(store: WebdavStore, root: Path) -> None:
    put(store, "a/b/c")
    store.rename("a/b/c", "x/y/z")
    put(store, "a/b/d")
    assert sorted(path.name for path in root.rglob("*") if path.is_file()) == ["d", "z"]


def test_a_redirect_to_another_host_and_a_busy_server(apache: Apache, server: dict[str, Any]) -> None:
    elsewhere, busy = (WebdavServer(**(server | {"root": root})) for root in ("/elsewhere", "/busy"))
    with pytest.raises(PathRefused, match=r"example\.invalid"), open_webdav(elsewhere, apache.password):
        pass
    with pytest.raises(ServerBusy) as raised, open_webdav(busy, apache.password):
        pass
    assert raised.value.retry_after_s == 17


def test_an_idle_connection_that_the_server_closed(store: WebdavStore) -> None:
    put(store, "file")
    time.sleep(1.3)  # KeepAliveTimeout is one second
    assert store.stat("file") is not None


def test_a_copy_is_verified_though_its_time_is_not_kept(store: WebdavStore, tmp_path: Path) -> None:
    (tmp_path / "å.bin").write_bytes(os.urandom(PART + 1))
    with open_local(LocalServer(kind="local", root=tmp_path)) as source:
        entry = source.stat("å.bin")
        assert entry is not None
        copied = copy_file(source, store, entry, "mapp/å.bin")
        again = copy_file(source, store, entry, "mapp/å.bin", replace=True)
    assert copied == again
    assert copied.digest == content_digest(store, "mapp/å.bin")
    assert [each.path for each in store.scan() if isinstance(each, Entry)] == ["mapp", "mapp/å.bin"]
