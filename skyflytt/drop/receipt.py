"""The customer's receipt: the digest of the manifest that it fetched. Or a waiver, by name."""

from __future__ import annotations

import json
import re

from skyflytt.drop.rows import DropRow, change_in, drop_row, drop_rows
from skyflytt.errors.drop import DropUnknown, ReceiptDoesNotMatch
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.approvals import approve, waiver_of

SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def confirm_receipt(ledger: Ledger, project: str, name: str, digest: str, *, by: str) -> DropRow:
    """Take the digest that the customer `by` sent back (a line of `sha256sum` or Get-FileHash will do), open drop or closed.

    Raises `ReceiptDoesNotMatch` for any other digest; the attempt is journalled too. The same receipt again changes nothing.
    """
    row = drop_row(ledger, project, name)
    if row.manifest_digest is None:
        raise DropUnknown(f"{project}/{name}", "it was never opened, so there is nothing to confirm")
    sent = SHA256.findall(digest.casefold())
    if row.manifest_digest not in sent:
        data = {"digests": sent[:3]}
        journal.append(ledger, project, actor=by, action="receipt-refused", subject=name, data=data)
        raise ReceiptDoesNotMatch(f"{project}/{name}", _what_came(ledger, project, sent))
    if row.receipt is None:
        _record(ledger, project, row, by)
    return drop_row(ledger, project, name)


def confirm_any(ledger: Ledger, project: str, digest: str, *, by: str) -> list[DropRow]:
    """As `confirm_receipt`, for the drop whose manifest the digest is of: several, where they handed over the same.

    Raises `DropUnknown` where no drop was opened, else `ReceiptDoesNotMatch`.
    """
    opened = [row for row in drop_rows(ledger, project).values() if row.manifest_digest is not None]
    if not opened:
        raise DropUnknown(project, "no drop was opened, so there is nothing to confirm")
    sent = SHA256.findall(digest.casefold())
    meant = [row for row in opened if row.manifest_digest in sent] or opened[:1]
    return [confirm_receipt(ledger, project, row.name, digest, by=by) for row in meant]


def waive_receipt(ledger: Ledger, project: str, name: str, *, by: str) -> bool:
    """`by` stands for going on without a receipt; False when this person had already said so."""
    drop_row(ledger, project, name)
    return approve(ledger, project, waiver_of(name), by)


def _what_came(ledger: Ledger, project: str, sent: list[str]) -> str:
    if not sent:
        return "no SHA-256 came back"
    others = [row.name for row in drop_rows(ledger, project).values() if row.manifest_digest in sent]
    return f"it is the receipt for the drop {others[0]}" if others else "another digest came back"


def _record(ledger: Ledger, project: str, row: DropRow, by: str) -> None:
    receipt = {"by": by, "at": ledger.clock.now().isoformat(), "digest": row.manifest_digest}
    with ledger.writing() as connection:
        change_in(connection, project, row.name, {"receipt": json.dumps(receipt, ensure_ascii=False, sort_keys=True)})
        data = {"manifest": row.manifest_digest}
        journal.append_in(
            connection, ledger, project, actor=by, action="receipt-confirmed", subject=row.name, data=data
        )
