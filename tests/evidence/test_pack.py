"""The pack of a real deletion: it verifies, it is the same bytes twice, and whatever is changed in it is found."""

from __future__ import annotations

import json
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyflytt.cli import run
from skyflytt.decommission.absence import AbsenceCheck, Verdict, note_checks
from skyflytt.decommission.copies import residual_copies, state_copy
from skyflytt.decommission.record import deletion_record, write_record
from skyflytt.errors.evidence import EvidenceNotWhole, PackMissing, PublicKeyWrong, SigningKeyThere, SigningKeyWrong
from skyflytt.evidence import container
from skyflytt.evidence.checks import CHECKS
from skyflytt.evidence.keys import fingerprint, key_of_operator, load_key, make_key, public_pem, read_public
from skyflytt.evidence.pack import LISTING, SIGNATURE, write_pack
from skyflytt.evidence.verify import Verification, verify_pack
from skyflytt.evidence.write import write_evidence
from tests.decommission.test_erase import Move, erase_both, move, moved_once

__all__ = ["move", "moved_once"]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TRUSTED = fingerprint(KEY)


@dataclass(frozen=True)
class Made:
    """A pack and the folder that it was made of; `files` are those in the zip."""

    pack: Path
    folder: Path

    @property
    def files(self) -> list[str]:
        with zipfile.ZipFile(self.pack) as archive:
            return archive.namelist()


def certified(there: Move) -> Path:
    """Everything deleted, looked at from outside with nothing left unmeasured, recorded."""
    ledger, folder = there.ledger, there.root / "evidence"
    erase_both(there, there.permit(there.approved().hash))
    checks = [AbsenceCheck(check, "share 2", Verdict.PASS, "good") for check in ("item", "sign-in", "dns", "licences")]
    note_checks(ledger, "norrsken", checks, by="advance")
    state_copy(ledger, "norrsken", "provider-backups", date(2026, 12, 31), by="Anna Åström", reason="their letter")
    write_record(folder, deletion_record(ledger, "norrsken", {}, residual_copies(ledger, "norrsken", {})))
    (folder / "certificate.en.html").write_text("<p>gone</p>")
    write_evidence(ledger, "norrsken", folder)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, moved_once: object) -> Iterator[Made]:
    root = tmp_path_factory.mktemp("pack")
    building = (
        move.__wrapped__(moved_once, root)
        if hasattr(move, "__wrapped__")
        else move.__pytest_wrapped__.obj(moved_once, root)
    )  # type: ignore[attr-defined]
    folder = certified(next(building))
    pack = root / "norrsken.zip"
    write_pack(folder, pack, KEY)
    yield Made(pack, folder)
    next(building, None)


def failed(found: Verification) -> list[str]:
    return [part.name for part in (*found.of_pack, *found.of_exit) if part.verdict is Verdict.FAILED]


def test_it_verifies_in_every_part(made: Made) -> None:
    found = verify_pack(made.pack, TRUSTED)
    assert [part for part in (*found.of_pack, *found.of_exit) if part.verdict is not Verdict.PASS] == []
    assert (found.verdict, found.project, found.fingerprint) == (Verdict.PASS, "norrsken", TRUSTED)
    assert [part.name for part in found.of_exit] == list(CHECKS)


def test_the_same_evidence_and_key_give_the_same_bytes(made: Made, tmp_path: Path) -> None:
    again = write_pack(made.folder, tmp_path / "again.zip", KEY)
    assert again.path.read_bytes() == made.pack.read_bytes()


def test_a_signer_that_nobody_vouched_for_is_unknown_and_another_one_failed(made: Made) -> None:
    assert verify_pack(made.pack).pack is Verdict.UNKNOWN
    assert verify_pack(made.pack).exit is Verdict.PASS
    other = verify_pack(made.pack, fingerprint(Ed25519PrivateKey.generate()))
    assert (other.verdict, failed(other)) == (Verdict.FAILED, ["signer"])
    assert {part.verdict for part in other.of_exit} == {Verdict.UNKNOWN}


def rewritten(made: Made, target: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The pack with other contents, put together as a pack is."""
    with zipfile.ZipFile(made.pack) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    change(contents)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in contents.items():
            archive.writestr(container.zip_info(name, len(content)), content)
    return target


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]


def test_a_flipped_bit_in_any_file_is_found(made: Made, tmp_path: Path) -> None:
    chance = Random(7)
    for name in made.files:
        with zipfile.ZipFile(made.pack) as archive:
            size = archive.getinfo(name).file_size
        for at in {0, size - 1, chance.randrange(size)}:

            def change(contents: dict[str, bytes], name: str = name, at: int = at) -> None:
                contents[name] = flipped(contents[name], at)

            found = verify_pack(rewritten(made, tmp_path / "changed.zip", change), TRUSTED)
            assert found.pack is Verdict.FAILED, (name, at)
            assert found.exit is Verdict.UNKNOWN, (name, at)


def test_a_flipped_bit_anywhere_in_the_zip_is_found(made: Made, tmp_path: Path) -> None:
    whole, chance, target = made.pack.read_bytes(), Random(11), tmp_path / "changed.zip"
    for at in sorted(
        {0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(120)), *range(len(whole) - 60, len(whole))}
    ):
        target.write_bytes(flipped(whole, at))
        assert verify_pack(target, TRUSTED).pack is Verdict.FAILED, at


@pytest.mark.parametrize("cut", [1, 22, 500, 0.5, 0.999])
def test_a_truncated_pack_is_found(made: Made, tmp_path: Path, cut: float) -> None:
    whole = made.pack.read_bytes()
    keep = len(whole) - int(cut) if cut >= 1 else int(len(whole) * (1 - cut))
    (tmp_path / "cut.zip").write_bytes(whole[:keep])
    assert failed(verify_pack(tmp_path / "cut.zip", TRUSTED)) == ["container"]


def resigned(contents: dict[str, bytes]) -> None:
    """A forger's own listing and signature for what is there, with a key of his own."""
    import hashlib  # noqa: PLC0415

    from skyflytt.evidence.pack import PUBLIC_KEY, SIGNED_PREFIX  # noqa: PLC0415

    own = Ed25519PrivateKey.from_private_bytes(bytes(32))
    contents[PUBLIC_KEY] = public_pem(own)
    listing = json.loads(contents[LISTING])
    listing["key_sha256"] = fingerprint(own).replace(" ", "")
    files = {name: text for name, text in contents.items() if name not in (LISTING, SIGNATURE)}
    listing["files"] = [
        {"name": name, "size_bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
        for name, text in files.items()
    ]
    contents[LISTING] = json.dumps(listing).encode()
    contents[SIGNATURE] = own.sign(SIGNED_PREFIX + contents[LISTING])


def forget_remaining(contents: dict[str, bytes]) -> None:
    record = json.loads(contents["deletion-record.json"])
    contents["deletion-record.json"] = json.dumps({**record, "objects": 1}).encode()
    resigned(contents)


def other_journal(contents: dict[str, bytes]) -> None:
    contents["journal.jsonl"] = contents["journal.jsonl"].replace(b"Anna", b"Hans")
    resigned(contents)


def without_an_approval(contents: dict[str, bytes]) -> None:
    contents["approvals.json"] = json.dumps(json.loads(contents["approvals.json"])[:1]).encode()
    resigned(contents)


def without_an_object(contents: dict[str, bytes]) -> None:
    contents["plan/share-homes.jsonl"] = b"".join(contents["plan/share-homes.jsonl"].splitlines(keepends=True)[1:])
    resigned(contents)


def left_at_started(contents: dict[str, bytes]) -> None:
    rows = json.loads(contents["deletions.json"])
    contents["deletions.json"] = json.dumps([{**rows[0], "state": "started"}, *rows[1:]]).encode()
    resigned(contents)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda contents: contents.pop("journal.jsonl"), "files"),
        (lambda contents: contents.update({"manifests/share-more.csv": b"key\n"}), "files"),
        (lambda contents: contents.pop(SIGNATURE), "signature"),
        (lambda contents: contents.update({SIGNATURE: b"x" * 64}), "signature"),
        (lambda contents: contents.pop(LISTING), "files"),
        (lambda contents: contents.update({LISTING: b"[]"}), "files"),
        (resigned, "signer"),
        (forget_remaining, "signer"),
    ],
)
def test_a_missing_or_added_file_or_another_signature_is_found(
    made: Made, tmp_path: Path, change: Callable[[dict[str, bytes]], object], part: str
) -> None:
    assert part in failed(verify_pack(rewritten(made, tmp_path / "changed.zip", change), TRUSTED))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (forget_remaining, "deletions"),
        (other_journal, "journal"),
        (without_an_approval, "approvals"),
        (without_an_object, "plan"),
        (left_at_started, "deletions"),
    ],
)
def test_a_story_that_does_not_hold_is_found_even_when_it_is_signed(
    made: Made, tmp_path: Path, change: Callable[[dict[str, bytes]], object], part: str
) -> None:
    found = verify_pack(rewritten(made, tmp_path / "changed.zip", change))
    assert found.pack is Verdict.UNKNOWN
    assert part in failed(found)


def tricked(made: Made, target: Path, name: str, content: bytes = b"x", **fields: object) -> Path:
    """The pack with one more entry, of the forger's own making."""
    shutil.copy(made.pack, target)
    with zipfile.ZipFile(target, "a") as archive:
        info = container.zip_info("a", len(content))
        info.filename = name
        for field, value in fields.items():
            setattr(info, field, value)
        archive.writestr(info, content)
    return target


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/evil",
        "a/../../evil",
        "C:\\evil",
        "a\\b",
        "./a",
        "a//b",
        "a/",
        "",
        "con\n",
        "åäö",
        ".hidden",
        "PACK.JSON",
        LISTING,
    ],
)
def test_names_that_lead_elsewhere_are_refused(made: Made, tmp_path: Path, name: str) -> None:
    with pytest.warns() if name == LISTING else does_not_matter():
        pack = tricked(made, tmp_path / "tricked.zip", name)
    before = sorted(tmp_path.iterdir())
    assert failed(verify_pack(pack, TRUSTED)) == ["container"]
    assert sorted(tmp_path.iterdir()) == before


class does_not_matter:  # noqa: N801 - reads as a sentence
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize(
    "fields",
    [
        {"compress_type": zipfile.ZIP_BZIP2},
        {"compress_type": zipfile.ZIP_LZMA},
        {"compress_type": zipfile.ZIP_DEFLATED},
        {"comment": b"hello"},
        {"extra": b"\x01\x00\x00\x00"},
        {"create_system": 0},
        {"external_attr": 0o120777 << 16},
        {"date_time": (2026, 1, 1, 0, 0, 0)},
    ],
)
def test_entries_that_a_pack_does_not_have_are_refused(made: Made, tmp_path: Path, fields: dict[str, object]) -> None:
    assert failed(verify_pack(tricked(made, tmp_path / "tricked.zip", "a", **fields), TRUSTED)) == ["container"]


def test_bombs_are_refused_before_they_unpack(made: Made, tmp_path: Path) -> None:
    bomb = tricked(made, tmp_path / "bomb.zip", "a", bytes(40_000_000), compress_type=zipfile.ZIP_DEFLATED)
    (part, *_) = verify_pack(bomb, TRUSTED).of_pack
    assert (part.verdict, part.found) == (Verdict.FAILED, "a would unpack to 40000000 bytes")
    whole = bytearray(bomb.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):  # and where it lies about its size
        at = whole.rfind(signature)
        struct.pack_into("<L", whole, at + offset, 2_000_000)
    bomb.write_bytes(whole)
    assert failed(verify_pack(bomb, TRUSTED)) == ["container"]


@pytest.mark.parametrize("extra", [b"PK\x05\x06" + bytes(18), b"\0"])
@pytest.mark.parametrize("front", [True, False])
def test_bytes_before_or_after_the_zip_are_refused(made: Made, tmp_path: Path, extra: bytes, front: bool) -> None:
    whole = made.pack.read_bytes()
    (tmp_path / "more.zip").write_bytes(extra + whole if front else whole + extra)
    assert failed(verify_pack(tmp_path / "more.zip", TRUSTED)) == ["container"]


def test_a_long_list_is_deflated_and_no_bit_of_it_is_without_meaning(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.folder, tmp_path / "evidence")
    long = b"".join(b"%064x,%d\n" % (Random(n).getrandbits(256), n) for n in range(15_000))
    (tmp_path / "evidence" / "dns").mkdir()
    (tmp_path / "evidence" / "dns" / "long.csv").write_bytes(long)
    index = json.loads((tmp_path / "evidence" / "evidence.json").read_text())
    import hashlib  # noqa: PLC0415

    index["files"].append({"name": "dns/long.csv", "size_bytes": len(long), "sha256": hashlib.sha256(long).hexdigest()})
    (tmp_path / "evidence" / "evidence.json").write_text(json.dumps(index))
    pack = write_pack(tmp_path / "evidence", tmp_path / "long.zip", KEY).path
    assert verify_pack(pack, TRUSTED).verdict is Verdict.PASS
    with zipfile.ZipFile(pack) as archive:
        info = archive.getinfo("dns/long.csv")
    assert info.compress_size < 0.7 * info.file_size
    last = info.header_offset + 30 + len(info.filename) + info.compress_size - 1
    whole, chance = pack.read_bytes(), Random(3)
    for at in (last, *(chance.randrange(last - info.compress_size + 1, last) for _ in range(10))):
        for bit in range(8) if at == last else (3,):
            pack.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            assert verify_pack(pack, TRUSTED).pack is Verdict.FAILED, (at, bit)


def test_what_is_no_zip_is_failed_and_what_is_not_there_is_bad_input(tmp_path: Path) -> None:
    for content in (b"", b"PK", b"not a zip", zlib.compress(b"x"), bytes(100)):
        (tmp_path / "no.zip").write_bytes(content)
        assert failed(verify_pack(tmp_path / "no.zip", TRUSTED)) == ["container"]
    with pytest.raises(PackMissing):
        verify_pack(tmp_path / "there-is-none.zip")


def test_evidence_before_a_deletion_is_unknown_not_good(move: Move, tmp_path: Path) -> None:
    found = verify_pack(write_pack(move.root / "evidence", tmp_path / "early.zip", KEY).path, TRUSTED)
    assert (found.pack, found.exit) == (Verdict.PASS, Verdict.UNKNOWN)
    told = {part.name: part.verdict for part in found.of_exit}
    assert {name for name, verdict in told.items() if verdict is Verdict.UNKNOWN} == {
        "holds", "approvals", "warnings", "deletions", "absence",
    }  # fmt: skip


def test_broken_evidence_is_never_signed(move: Move, tmp_path: Path) -> None:
    (move.root / "evidence" / "accounts.json").write_text("[]")
    with pytest.raises(EvidenceNotWhole, match=r"accounts\.json was altered"):
        write_pack(move.root / "evidence", tmp_path / "never.zip", KEY)
    assert list(tmp_path.glob("*.zip")) == []


def test_the_private_key_is_its_owners_and_never_in_a_pack(made: Made, tmp_path: Path) -> None:
    key = make_key(tmp_path / "keys" / "evidence-key.pem")
    path = tmp_path / "keys" / "evidence-key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert fingerprint(load_key(path)) == fingerprint(key)
    secret = load_key(path).private_bytes_raw()
    pack = write_pack(made.folder, tmp_path / "own.zip", key).path.read_bytes()
    assert secret not in pack
    assert b"PRIVATE" not in pack
    with pytest.raises(SigningKeyThere):
        make_key(path)
    path.chmod(0o640)
    with pytest.raises(SigningKeyWrong, match="0640"):
        load_key(path)
    assert fingerprint(key_of_operator(tmp_path / "work")) == fingerprint(key_of_operator(tmp_path / "work"))


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", b"\0\xff"])
def test_keys_that_are_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.pem").write_bytes(content)
    (tmp_path / "key.pem").chmod(0o600)
    with pytest.raises(SigningKeyWrong):
        load_key(tmp_path / "key.pem")
    with pytest.raises(PublicKeyWrong):
        read_public(content, "key.pem")


def test_the_command_says_it_with_its_status(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "signer.pem").write_bytes(public_pem(KEY))
    (tmp_path / "cut.zip").write_bytes(made.pack.read_bytes()[:-1])
    for arguments, status, words in (
        ([made.pack, "--key", tmp_path / "signer.pem"], 0, "PASS: the pack PASS, the exit PASS"),
        ([made.pack, "--fingerprint", TRUSTED.upper()], 0, "PASS: the pack PASS, the exit PASS"),
        ([made.pack], 3, "UNKNOWN: the pack UNKNOWN, the exit PASS"),
        ([tmp_path / "cut.zip", "--fingerprint", TRUSTED], 1, "FAILED: the pack FAILED, the exit UNKNOWN"),
    ):
        assert run(["verify", *map(str, arguments)]) == status
        assert capsys.readouterr().out.splitlines()[-1] == words
    assert run(["verify", str(made.pack), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["exit"]) == ("UNKNOWN", "PASS")


@pytest.mark.parametrize(
    "arguments",
    [
        ["{folder}/none.zip"],
        ["{pack}", "--key", "{pack}"],
        ["{pack}", "--key", "{folder}/none.pem"],
        ["{pack}", "--key", "a", "--fingerprint", "b"],
    ],
)
def test_bad_input_of_the_command(made: Made, tmp_path: Path, arguments: list[str]) -> None:
    # A pack given as the key holds the signer's own: that vouches for nobody.
    assert run(["verify", *(one.format(folder=tmp_path, pack=made.pack) for one in arguments)]) == 2


def test_keys_and_packs_by_command(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, public, pack = (str(tmp_path / name) for name in ("key.pem", "public.pem", "own.zip"))
    assert run(["evidence", "key", key, "--public", public]) == 0
    shown = capsys.readouterr().out.strip()
    assert run(["evidence", "fingerprint", key]) == 0
    assert capsys.readouterr().out.strip() == shown
    assert run(["evidence", "pack", str(made.folder), pack, "--key", key]) == 0
    assert run(["verify", pack, "--key", public]) == 0
    assert run(["evidence", "key", key]) == 2
