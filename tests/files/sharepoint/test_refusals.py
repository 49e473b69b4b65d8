"""What a library does not take, or takes no more, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from skyflytt.errors.base import Permanent
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.files import FileChanging, FileInUse, PathRefused
from skyflytt.errors.graph import GraphAnswerWrong, TokenRefused
from skyflytt.errors.sharepoint import LibraryReadOnly
from skyflytt.files.port import EntryKind
from skyflytt.files.sharepoint import SharepointStore, open_sharepoint
from skyflytt.patience import Patience
from skyflytt.project.servers import SharepointServer
from skyflytt.sandbox.servers.graph.drive_state import Drive
from skyflytt.sandbox.servers.graph.faults import Fault
from tests.contract.sharepoint_place import settings
from tests.files.sharepoint.conftest import Opener
from tests.graph.simulator import SECRET, Simulator


def put(store: SharepointStore, path: str, content: bytes = b"content") -> None:
    with store.write(path) as file:
        file.write(content)


NAMES = [
    "a:b",
    "con",
    "~$lås.docx",
    "slut.",
    " först",
    "desktop.ini",
    "x_vti_y",
    "forms",
    "a/CON.txt",
    "tab\there",
    "å" * 256,
]


@pytest.mark.parametrize("name", NAMES)
def test_forbidden_names_are_refused_before_anything_is_sent(
    store: SharepointStore, graph: Simulator, name: str
) -> None:
    graph.site.asked.clear()
    for act in (lambda: put(store, name), lambda: store.make_folder(name)):
        with pytest.raises(PathRefused, match="takes no names"):
            act()
    assert not graph.site.asked


def test_the_simulator_refuses_them_too(store: SharepointStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skyflytt.files.sharepoint.store.check_new", lambda path, _space: path)
    for name in NAMES[:-1]:
        with pytest.raises(PathRefused):
            put(store, name)
    with pytest.raises(PathRefused, match="pathIsTooLong"):
        put(store, "x" * 240 + "/" + "y" * 200) if store.make_folder("x" * 240) is None else None


def test_400_characters_of_path_are_the_most(store: SharepointStore) -> None:
    above = store.library.above
    assert above == "sites/Projekt/Delade dokument"
    folder = "f" * 200
    room = 400 - len(above) - len(folder) - 2
    put(store, f"{folder}/{'x' * room}")
    with pytest.raises(PathRefused, match="400"):
        put(store, f"{folder}/{'x' * (room + 1)}")
    server = settings_of(store)
    assert server.address_path == above, "the rules for names count what the library counts"


def settings_of(_store: SharepointStore) -> SharepointServer:
    return SharepointServer(
        kind="sharepoint",
        tenant="t",
        client_id="c",
        site="norrsken.sharepoint.com/sites/Projekt",
        library="Delade dokument",
    )


@pytest.mark.parametrize("lock", ["read-only", "locked"])
def test_a_library_that_became_read_only_stops_the_step(store: SharepointStore, drive: Drive, lock: str) -> None:
    put(store, "mapp/fil")
    drive.start = drive.start.model_copy(update={"lock": lock})
    acts: list[Callable[[], object]] = [
        lambda: put(store, "ny"),
        lambda: put(store, "stor", bytes(5 << 20)),
        lambda: store.make_folder("mapp 2"),
        lambda: store.rename("mapp", "mapp 3"),
    ]
    for act in acts:
        with pytest.raises(LibraryReadOnly, match="Delade"):
            act()
    with store.read("mapp/fil") as file:
        assert file.read() == b"content"


def test_a_file_that_is_locked_is_in_use(store: SharepointStore, drive: Drive) -> None:
    put(store, "fil")
    found = drive.at(drive.root, "fil")
    assert found is not None
    found.locked = True
    for act in (lambda: put(store, "fil", b"new"), lambda: store.rename("fil", "fil2"), lambda: store.remove("fil")):
        with pytest.raises(FileInUse):
            act()


def test_a_folder_that_is_forbidden_is_that_folders_matter(graph: Simulator, store: SharepointStore) -> None:
    graph.faults(
        Fault(request="PUT .*hemlig.*", status=403, code="accessDenied", message="no", retry_after=None, times=9)
    )
    put(store, "öppen/fil")
    store.make_folder("hemlig")
    with pytest.raises(PathRefused, match="accessDenied"):
        put(store, "hemlig/fil")


def test_what_changed_since_it_was_looked_at_stays(graph: Simulator, store: SharepointStore) -> None:
    put(store, "fil")
    graph.faults(Fault(request="DELETE .*", status=412, code="resourceModified", message="no", retry_after=None))
    with pytest.raises(FileChanging):
        store.remove("fil")


def test_an_error_inside_200_is_an_error(graph: Simulator, store: SharepointStore) -> None:
    for kind in ("error-200", "no-json"):
        graph.faults(Fault(kind=kind, request="GET .*children", code="generalException", message="sorry"))  # type: ignore[arg-type]
        with pytest.raises((Permanent, ServerBusy)):
            list(store.scan())
    graph.faults(Fault(kind="no-json", request="PUT .*", times=1))
    with pytest.raises(GraphAnswerWrong):
        put(store, "fil")


def test_a_link_to_another_host_gets_no_token(graph: Simulator, store: SharepointStore) -> None:
    graph.faults(Fault(kind="link", request="GET .*children", to="https://example.invalid/v1.0/x"))
    with pytest.raises(GraphAnswerWrong, match="example"):
        list(store.scan())


def test_a_token_that_ran_out_is_renewed_and_a_revoked_one_told(graph: Simulator, store: SharepointStore) -> None:
    graph.tokens.expire()
    put(store, "fil")
    graph.faults(Fault(request="GET .*", status=401, code="InvalidAuthenticationToken", retry_after=None, times=9))
    with pytest.raises(TokenRefused):
        store.stat("fil")


def test_pages_are_followed_and_odd_items_are_no_files(opened: Opener, ruled: Callable[..., Drive]) -> None:
    drive = ruled(page=2)
    with opened() as store:
        for number in range(5):
            put(store, f"fil {number}")
        drive.made(drive.root, "Anteckningar", "2026-01-01T00:00:00Z", is_folder=True).package = "oneNote"
        kinds = [entry.kind for entry in store.scan()]
    assert kinds == [EntryKind.OTHER, *[EntryKind.FILE] * 5]


def test_the_pace_is_kept_below_the_limit(opened: Opener, graph: Simulator, ruled: Callable[..., Drive]) -> None:
    """The headers are obeyed: nothing is ever refused, though far more is asked than a minute takes."""
    ruled(rate_limit=20)
    graph.waits.clear()

    def sleep(seconds: float) -> None:
        graph.waits.append(seconds)
        graph.clock.advance(timedelta(seconds=seconds))

    with open_sharepoint(settings(graph), SECRET, Patience(sleep=sleep)) as store:
        for number in range(60):
            assert store.stat(f"fil {number}") is None
    assert graph.site.rate.refused == 0
    assert sum(graph.waits) > 60
