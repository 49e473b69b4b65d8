"""`skyflytt files sync`: a folder of files to its new home, as often as wanted."""

from __future__ import annotations

from skyflytt.cli.files.options import (
    Bandwidth,
    Connections,
    DetectBy,
    Exclude,
    KeepNames,
    LedgerFile,
    Links,
    ListAnew,
    PassMode,
    Source,
    Target,
)
from skyflytt.cli.options import AsJson, CaFile, OnlyAdd, RemovalLimit, SecretsFile


def sync(
    source: Source,
    target: Target,
    ledger: LedgerFile,
    *,
    exclude: Exclude = None,
    symlinks: Links = "skip",
    mode: PassMode = None,
    detect: DetectBy = "size-mtime",
    list_anew: ListAnew = False,
    only_add: OnlyAdd = False,
    removal_limit: RemovalLimit = None,
    keep_names: KeepNames = False,
    connections: Connections = None,
    bandwidth: Bandwidth = None,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring a folder to its new home; again, and only what changed is done. Every copy is read back and compared.

    Until --only-add is given once, moves, changes and deletions at the source are followed, for files that this ledger brought.
    May be interrupted at any moment. Exit status 1 when a file could not be moved; each is named.
    """
    from skyflytt.cli.files.outcome import show_pass  # noqa: PLC0415
    from skyflytt.cli.person import person  # noqa: PLC0415
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.cli.secret import file_secret_of  # noqa: PLC0415
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.files.address import pair  # noqa: PLC0415
    from skyflytt.files.alone import Meaning, name_of, names_at, open_alone  # noqa: PLC0415
    from skyflytt.files.between import between, local_limiter  # noqa: PLC0415
    from skyflytt.files.detection import Detect  # noqa: PLC0415
    from skyflytt.files.symlinks import Symlinks  # noqa: PLC0415
    from skyflytt.ledger.schema import Mode  # noqa: PLC0415

    left, home = pair(source, target, ca_file)
    secrets = file_secret_of(left, "source", secrets_file), file_secret_of(home, "target", secrets_file)
    clock = clock_from_environment()
    open_both = between(left, home, secrets, local_limiter(bandwidth or (), clock))
    with bars() as shown, open_alone(ledger, name=name_of(left, home), clock=clock) as alone:
        if only_add:
            alone.only_add(person())
        account = alone.sync(
            open_both,
            shown.of("copied"),
            exclude=exclude or (),
            removal_limit=removal_limit,
            connections=connections or min(left.connections, home.connections),
            space=None if keep_names else names_at(home),
            meaning=Meaning(Symlinks(symlinks), Detect(detect), Mode(mode) if mode else None, list_anew),
        )
        failed = list(alone.failed(account))
    places = {"source": left.shown, "target": home.shown, "ledger": str(ledger)}
    show_pass(account, failed, places, as_json=as_json)
