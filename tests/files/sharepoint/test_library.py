"""Which library it is, and what is said where it is not there or may not be opened."""

from __future__ import annotations

from typing import Any

import pytest

from skyflytt.errors.files import PathMissing, PathRefused
from skyflytt.errors.graph import ApplicationRefused, ConsentMissing, TenantUnknown
from skyflytt.errors.sharepoint import LibraryMissing
from skyflytt.files.sharepoint.first_read import first_read
from skyflytt.graph import open_graph
from skyflytt.sandbox.servers.graph.drive_state import Drive
from tests.contract.sharepoint_place import SITE, settings
from tests.files.sharepoint.conftest import Opener
from tests.graph.simulator import APP, DOMAIN, SECRET, Simulator


@pytest.mark.parametrize(
    ("which", "drive_id"),
    [
        ({}, "b!projekt"),
        ({"library": "delade DOKUMENT"}, "b!projekt"),
        ({"library": "Ritningar", "site": f"https://{SITE}/"}, "b!ritningar"),
        ({"library": None}, "b!projekt"),
        ({"site": None, "library": None}, "b!hem"),
        ({"site": None, "library": None, "user": f"bengt@{DOMAIN}"}, "b!bengt"),
        ({"site": None, "library": None, "drive": "b!ritningar"}, "b!ritningar"),
    ],
)
def test_a_library_is_found(opened: Opener, which: dict[str, Any], drive_id: str) -> None:
    with opened(**which) as store:
        assert store.library.drive_id == drive_id
        assert list(store.scan()) == []


@pytest.mark.parametrize(
    ("which", "failure", "says"),
    [
        ({"library": "Ritning"}, LibraryMissing, "Delade dokument, Ritningar"),
        ({"site": "norrsken.sharepoint.com/sites/Projket"}, LibraryMissing, "could not be found"),
        ({"site": None, "library": None, "user": f"david@{DOMAIN}"}, LibraryMissing, "mysite not found"),
        ({"site": None, "library": None, "drive": "b!none"}, LibraryMissing, "itemNotFound"),
        ({"root": "/Avtal"}, PathMissing, "no such folder"),
        ({"tenant": "nordsken.example"}, TenantUnknown, "no such tenant"),
    ],
)
def test_what_is_not_there(opened: Opener, which: dict[str, Any], failure: type[Exception], says: str) -> None:
    with pytest.raises(failure, match=says), opened(**which):
        pass


def test_a_file_is_no_root(opened: Opener) -> None:
    with opened() as store, store.write("fil") as file:
        file.write(b"x")
    with pytest.raises(PathRefused, match="not a folder"), opened(root="/fil"):
        pass


def test_a_permission_that_is_missing(graph: Simulator, opened: Opener) -> None:
    poor = graph.state.tenant.applications[0].model_copy(update={"permissions": ("User.Read.All",)})
    graph.tokens.tenant = graph.state.tenant = graph.state.tenant.model_copy(update={"applications": (poor,)})
    try:
        with pytest.raises(ConsentMissing, match=r"Sites\.ReadWrite\.All"), opened():
            pass
    finally:
        whole = poor.model_copy(update={"permissions": type(poor)(client_id=APP).permissions})
        graph.state.tenant = graph.state.tenant.model_copy(update={"applications": (whole,)})


def test_a_wrong_secret_is_tried_once(graph: Simulator, opened: Opener) -> None:
    with pytest.raises(ApplicationRefused) as told, opened(secret="fel~hemlighet"):
        pass
    assert "fel~hemlighet" not in str(told.value)
    assert not graph.site.asked


def test_the_first_read(graph: Simulator, opened: Opener, drive: Drive) -> None:
    with opened() as store, store.write("fil.txt") as file:
        file.write(b"x")
    with open_graph(settings(graph), SECRET, graph.patience) as client:
        steps = list(first_read(client, settings(graph), SECRET))
        assert [step.what for step in steps] == [
            "the library", "its first level", "the bytes of a file", "its changes", "its recycle bin",
        ]  # fmt: skip
        assert all(step.holds for step in steps)
        missing = list(first_read(client, settings(graph, library="Ritning"), SECRET))
    assert [(step.holds, "Correct `site`" in step.advice) for step in missing] == [(False, True)]


def test_room_is_told(opened: Opener, drive: Drive) -> None:
    with opened() as store:
        assert store.free_bytes() == drive.start.total_bytes
