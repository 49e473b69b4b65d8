"""What the demo's people find out about their program, so that its card is no longer open."""

from __future__ import annotations

from skyflytt.application.card import RestoreTest, open_points
from skyflytt.application.cards import cards, change_card
from skyflytt.ledger.ledger import Ledger


def settle(ledger: Ledger, project: str, owner: str, tester: str) -> list[str]:
    """Fill in what is open on each card; what was noted."""
    said = []
    for name, card in cards(ledger, project).items():
        if not dict(open_points(card)):
            continue
        settled = change_card(
            ledger,
            project,
            name,
            by=owner,
            activation_key_at=f"{owner}'s safe",
            restore=RestoreTest(by=tester, at=ledger.clock.now(), result="worked"),
            documentation="the handbook and the report forms, to the new provider",
            archive_at="with the accountant, on paper and as SIE files",
        )
        left = [words for _, words in open_points(settled)]
        said.append(f"{tester} restored the backup of {card.product}; {'; '.join(left) or 'its card is complete'}.")
    return said
