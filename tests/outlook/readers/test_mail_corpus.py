"""Every message of the mail corpus, written to a PST file and seen by four readers that are not ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from skyflytt.outlook.mime import Delivery, from_mime
from skyflytt.outlook.pst.verification import verify_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.contract.mail_messages import corpus
from tests.outlook.readers import meant, pffexport, pst_extractor, readpst
from tests.outlook.readers.compare import Written, compare


@pytest.fixture(scope="module")
def written() -> Written:
    return [(("Inbox", *name.split("/")[:-1]), from_mime(raw, Delivery())) for name, raw in corpus().items()]


@pytest.fixture(scope="module")
def pst(written: Written, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.pst"
    with create_pst(path, name="corpus", seed=b"corpus") as writer:
        for folder, message in written:
            writer.add(folder, message)
    return path


def test_libpff(pst: Path, written: Written) -> None:
    found = verify_pst([pst], written)
    assert found.differences == ()
    assert sum(folder.found for folder in found.folders) == len(written) > 180


def test_pst_extractor(pst: Path, written: Written, pst_extractor_modules: Path) -> None:
    compare(pst_extractor.read(pst_extractor_modules, pst), written, meant.by_pst_extractor)


def test_pffexport(pst: Path, written: Written, tmp_path: Path, require_debian: Callable[..., str]) -> None:
    require_debian("pff-tools", binary="pffexport")
    compare(pffexport.read(pst, tmp_path), written, meant.by_pffexport)


def test_readpst(pst: Path, written: Written, tmp_path: Path, require_debian: Callable[..., str]) -> None:
    require_debian("pst-utils", binary="readpst")
    compare(readpst.read(pst, tmp_path), written, meant.by_readpst)
