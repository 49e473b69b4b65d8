"""Every PST file of the corpus, read in, written out again, and seen by four readers that are not ours."""

from __future__ import annotations

import lzma
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from skyflytt.mail.export.pst import WrittenPst, write_items
from skyflytt.mail.items.pst import PstItems
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.pst.check import check_pst
from skyflytt.outlook.pst.reading import open_pst
from tests.outlook.readers import meant, pffexport, pst_extractor, readpst
from tests.outlook.readers.compare import Written, compare

DATA = Path(__file__).parents[2] / "data" / "pst"
# As pffexport lists them: mail, an appointment, a contact, a distribution list; attached messages are not counted.
ITEMS = {
    "alpha-beta-gamma-delta": 1, "ansi-32-bit": 1, "dist-list": 3, "empty": 0, "sample1": 1, "submessage": 1, "tika-testPST": 7,
}  # fmt: skip


class Copy(NamedTuple):
    original: Path
    path: Path
    result: WrittenPst
    items: Written


@pytest.fixture(scope="module", params=sorted(ITEMS))
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp(request.param)
    original, path = folder / "original.pst", folder / "copy.pst"
    packed = DATA / f"{request.param}.pst.xz"
    plain = DATA / f"{request.param}.pst"
    original.write_bytes(lzma.decompress(packed.read_bytes()) if packed.exists() else plain.read_bytes())
    with open_pst(original) as pst:
        source = PstItems(pst)
        result = write_items(source, path, name=pst.display_name, seed=b"copy")
        items = [
            (item.folder, item.message)
            for item in source.items()
            if isinstance(item.message, Message) and not item.associated
        ]
    assert len(items) == ITEMS[request.param]
    return Copy(original, path, result, items)


def test_nothing_is_lost(copy: Copy) -> None:
    assert copy.result.failures == ()
    assert copy.result.verification.differences == ()


def test_structure_is_sound(copy: Copy) -> None:
    assert list(check_pst(copy.path)) == []


def test_a_copy_of_the_copy_is_the_same(copy: Copy, tmp_path: Path) -> None:
    with open_pst(copy.path) as pst:
        write_items(PstItems(pst), tmp_path / "again.pst", name=pst.display_name, seed=b"copy")
    assert (tmp_path / "again.pst").read_bytes() == copy.path.read_bytes()


def test_pst_extractor(copy: Copy, pst_extractor_modules: Path) -> None:
    compare(pst_extractor.read(pst_extractor_modules, copy.path), copy.items, meant.by_pst_extractor)


def test_pffexport(copy: Copy, tmp_path: Path, require_debian: Callable[..., str]) -> None:
    require_debian("pff-tools", binary="pffexport")
    compare(pffexport.read(copy.path, tmp_path), copy.items, meant.by_pffexport)


def test_readpst(copy: Copy, tmp_path: Path, require_debian: Callable[..., str]) -> None:
    require_debian("pst-utils", binary="readpst")
    compare(readpst.read(copy.path, tmp_path), copy.items, meant.by_readpst)
