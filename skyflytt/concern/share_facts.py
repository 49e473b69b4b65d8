"""What counting finds out about one share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from skyflytt.concern.largest import Sized
from skyflytt.concern.measured import Amount, Measured
from skyflytt.concern.sample import NOTHING, Sample

OLD_CLIENTS_FILE_BYTES = 2 * 1024**3
"""Above it, old programs and 32-bit clients fail."""
SHAREPOINT_FILE_BYTES = 250 * 1024**3
WINDOWS_PATH_LENGTH = 250
"""Windows ends at 260 (MAX_PATH), drive letter and closing NUL included."""
SHAREPOINT_PATH_LENGTH = 400
CROWDED_ENTRIES = 5_000
"""The view of a folder in SharePoint ends there; file servers and Explorer become slow."""
DEEP_LEVELS = 15
"""Folders below each other; by then, a path has little room for names."""
OLD_YEARS = 5


@dataclass(frozen=True, slots=True)
class Long:
    """A path or name, and how long it is; `units` are UTF-16 code units, which Windows and SharePoint count."""

    text: str
    characters: int
    units: int
    bytes: int


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What lies in an application's backup folder and comes along; `path` is below the share."""

    application: str
    path: str
    files: int
    size_bytes: int
    newest: datetime | None
    newest_file: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Whether the new home's server could be opened; if not, the failure's code and sentence. `free_bytes`: None where it does not tell."""

    reachable: bool
    free_bytes: int | None = None
    failure_code: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """Everything but `excluded_*` is of what comes along. Samples hold paths that are readable for a person.

    `refused_names` counts by code of `NAME_RULES`; `names_refused` counts each name once. `case_twins` are names that differ from
    another one of their folder in capitals only, `form_twins` in their Unicode normal form only. `target_kind` is the kind
    of the share's target (a key of `skyflytt.files.names.kinds.KINDS`); names that it does not keep are shown with those that they would
    be given ("a:b → a_b-2c4x7q3k"). `links` stay behind, `kept_links` are made at the target. Folders of `own_rights_folders` have other
    rights than the folder above them, files of `own_rights_files` others than their folder gives. `databases`, `mail_files`, `secrets` and
    `open_now` are told by their names. `from_the_future` were modified after the discovery, `old_*` not for `OLD_YEARS` years.
    """

    share: str
    files: int = 0
    folders: int = 0
    size_bytes: int = 0
    excluded_items: int = 0
    excluded_bytes: int = 0
    largest: tuple[Sized, ...] = ()
    longest_path: Long | None = None
    longest_name: Long | None = None
    names_refused: Sample = NOTHING
    refused_names: Mapping[str, Sample] = field(default_factory=dict)
    case_twins: Sample = NOTHING
    not_nfc: Sample = NOTHING
    form_twins: Sample = NOTHING
    links: Sample = NOTHING
    kept_links: Sample = NOTHING
    own_rights_folders: Sample = NOTHING
    own_rights_files: Sample = NOTHING
    hard_links: Sample = NOTHING
    other_kinds: Sample = NOTHING
    unreadable: Sample = NOTHING
    empty: Sample = NOTHING
    over_2_gb: Sample = NOTHING
    over_250_gb: Sample = NOTHING
    paths_over_250: Sample = NOTHING
    paths_over_400: Sample = NOTHING
    target_kind: str | None = None
    not_kept: Sample = NOTHING
    not_kept_by_rule: Mapping[str, Sample] = field(default_factory=dict)
    awkward: Sample = NOTHING
    awkward_by_rule: Mapping[str, Sample] = field(default_factory=dict)
    databases: Sample = NOTHING
    mail_files: Sample = NOTHING
    secrets: Sample = NOTHING
    open_now: Sample = NOTHING
    crowded: Sample = NOTHING
    deep: Sample = NOTHING
    from_the_future: Sample = NOTHING
    old_files: int = 0
    old_bytes: int = 0
    target: PlaceFacts | None = None
    newest: datetime | None = None
    recent_files: int = 0
    recent_bytes: int = 0
    backups: tuple[BackupFacts, ...] = ()
    measured: Measured = field(default_factory=Measured)

    def amount(self) -> Amount:
        return Amount(
            "share", self.share, self.files, self.size_bytes, self.recent_files, self.recent_bytes, self.measured
        )
