"""The accounts of the drop server: one JSON file each, read live by the server, so that opening, extending and closing need no restart.

State folder: `accounts/NAME.json` (written by whoever runs the drop), `access.jsonl` and `clock` (written by the server alone), `files/`
(what is handed over). No file holds a secret, only its salted scrypt hash.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, field_validator

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Permission(StrEnum):
    """What an account may do below its home."""

    OPERATOR = "operator"  # list, read, write, rename, delete, make folders, set times
    CUSTOMER = "customer"  # list, read


class SecretHash(BaseModel):
    """scrypt (RFC 7914) of a secret with its own salt."""

    model_config = ConfigDict(frozen=True)
    n: int = 2**14
    r: int = 8
    p: int = 1
    salt: Base64Bytes
    digest: Base64Bytes

    @classmethod
    def of(cls, secret: str) -> SecretHash:
        salt = secrets.token_bytes(16)
        digest = hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
        # Base64Bytes takes the encoded form as input.
        return cls.model_construct(n=2**14, r=8, p=1, salt=salt, digest=digest)

    def matches(self, secret: str) -> bool:
        given = hashlib.scrypt(
            secret.encode("utf-8", "surrogateescape"),
            salt=self.salt,
            n=self.n,
            r=self.r,
            p=self.p,
            dklen=len(self.digest),
        )
        return hmac.compare_digest(given, self.digest)


class DropAccount(BaseModel):
    """Who may enter the drop, where, and until when. `home` is a folder below the server's files, `/` for all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    secret: SecretHash
    home: PurePosixPath
    permission: Permission
    opens: AwareDatetime
    closes: AwareDatetime | None = None
    closed: bool = False

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a drop account; use a-z, 0-9 and . _ @ -, at most 64 characters")
        return name

    @field_validator("home")
    @classmethod
    def _home(cls, home: PurePosixPath) -> PurePosixPath:
        if ".." in home.parts:
            raise ValueError(f"home {home} must lie below the drop's files")
        return PurePosixPath("/") / home

    def refusal(self, now: datetime) -> str | None:
        """Why the account may do nothing at `now`, or None when it is open."""
        if self.closed:
            return "the drop has been closed"
        if now < self.opens:
            return f"the drop opens at {self.opens.isoformat()}"
        if self.closes is not None and now >= self.closes:
            return f"the drop ended at {self.closes.isoformat()}"
        return None


class Accounts:
    """The accounts in one state folder. Each write replaces a whole file; each read sees the latest one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, tuple[tuple[int, int, int], DropAccount]] = {}
        for name in ("accounts", "files"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def create(
        self,
        name: str,
        secret: str,
        *,
        home: str,
        permission: Permission,
        opens: datetime,
        closes: datetime | None = None,
    ) -> DropAccount:
        """Make the account and its home, or replace the account of that name (new secret, new times, open again)."""
        account = DropAccount(
            name=name, secret=SecretHash.of(secret), home=PurePosixPath(home), permission=permission,
            opens=opens, closes=closes,
        )  # fmt: skip
        self.home_of(account).mkdir(parents=True, exist_ok=True)
        self._write(account)
        return account

    def home_of(self, account: DropAccount) -> Path:
        return self.folder / "files" / account.home.relative_to("/")

    def names(self) -> list[str]:
        return sorted(path.stem for path in (self.folder / "accounts").glob("*.json"))

    def get(self, name: str) -> DropAccount:
        """Raises KeyError when there is no such account."""
        if not NAME.fullmatch(name):
            raise KeyError(name)
        path = self.folder / "accounts" / f"{name}.json"
        try:
            state = path.stat()
            version = (state.st_mtime_ns, state.st_size, state.st_ino)
            known = self._read.get(name)
            if known is None or known[0] != version:
                known = (version, DropAccount.model_validate_json(path.read_bytes()))
                self._read[name] = known
        except FileNotFoundError as missing:
            raise KeyError(name) from missing
        return known[1]

    def extend(self, name: str, closes: datetime) -> DropAccount:
        """Move the end; a closed account stays closed."""
        return self._change(name, closes=closes)

    def close(self, name: str) -> DropAccount:
        """For good: the server ends the account's sessions at once and takes no new one."""
        return self._change(name, closed=True)

    def remove(self, name: str) -> None:
        """Forget the account; files and access log stay."""
        (self.folder / "accounts" / f"{self.get(name).name}.json").unlink()

    def show_clock(self, now: datetime) -> None:
        """The server that serves this folder lets others see what time it has."""
        _replace(self.folder / "clock", now.isoformat())

    def server_clock(self) -> datetime | None:
        """The hour that the server showed last, some seconds old at most while it runs; None where none ever served this folder."""
        try:
            return datetime.fromisoformat((self.folder / "clock").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _change(self, name: str, **change: object) -> DropAccount:
        account = self.get(name).model_copy(update=change)
        self._write(account)
        return account

    def _write(self, account: DropAccount) -> None:
        _replace(self.folder / "accounts" / f"{account.name}.json", account.model_dump_json(indent=2))


def new_secret() -> str:
    """144 random bits in 24 characters that survive mail, paper and URLs, and that no program takes for an option."""
    while (secret := secrets.token_urlsafe(18)).startswith("-"):
        pass
    return secret


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
