"""What a folder is for, by its name, where the server does not say (RFC 6154 SPECIAL-USE)."""

from __future__ import annotations

from collections.abc import Iterable

from skyflytt.mail.port import FolderPath, FolderRole

WELL_KNOWN_NAMES: dict[FolderRole, tuple[str, ...]] = {
    # English (Dovecot, Gmail, Outlook, Apple), Swedish, Norwegian, German, Serbian (Latin and Cyrillic); best known first.
    FolderRole.SENT: (
        "Sent", "Sent Items", "Sent Mail", "Sent Messages", "Skickat", "Skickade objekt", "Skickade", "Sendte elementer",
        "Sendt", "Sendte", "Gesendet", "Gesendete Elemente", "Gesendete Objekte", "Poslato", "Poslate stavke", "Послато",
        "Послате ставке",
    ),
    FolderRole.DRAFTS: (
        "Drafts", "Draft", "Utkast", "Kladder", "Entwürfe", "Nacrti", "Radne verzije", "Нацрти", "Радне верзије",
    ),
    FolderRole.TRASH: (
        "Trash", "Deleted Items", "Deleted Messages", "Deleted", "Bin", "Papperskorgen", "Borttaget", "Borttagna objekt",
        "Papirkurv", "Papirkorg", "Slettede elementer", "Papierkorb", "Gelöschte Elemente", "Gelöschte Objekte", "Otpad",
        "Izbrisane stavke", "Korpa za otpatke", "Отпад", "Избрисане ставке",
    ),
    FolderRole.JUNK: (
        "Junk", "Junk E-mail", "Junk Email", "Spam", "Bulk Mail", "Skräppost", "Søppelpost", "Søppel-e-post", "Junk-E-Mail",
        "Neželjena pošta", "Bezvredna pošta", "Нежељена пошта",
    ),
    FolderRole.ARCHIVE: ("Archive", "Archives", "Arkiv", "Archiv", "Arhiva", "Архива"),
}  # fmt: skip

_ROLE_OF = {
    name.casefold(): (role, rank) for role, names in WELL_KNOWN_NAMES.items() for rank, name in enumerate(names)
}


def with_guessed_roles(
    told: dict[FolderPath, FolderRole | None], above: Iterable[FolderPath] = ((),)
) -> dict[FolderPath, FolderRole | None]:
    """Roles as told by the server, completed by the best known name where nobody holds the role yet; each role at most once.

    Only folders directly below one of `above` are guessed: a project's own "Sent" deep down is just a name.
    """
    roles = dict(told)
    roles.update({path: FolderRole.INBOX for path in told if path == ("INBOX",)})
    parents, best = set(above), dict[FolderRole, tuple[int, FolderPath]]()
    for path in told:
        role, rank = _ROLE_OF.get(path[-1].casefold(), (None, 0))
        if role and path[:-1] in parents and role not in roles.values() and (role not in best or rank < best[role][0]):
            best[role] = (rank, path)
    roles.update({path: role for role, (_, path) in best.items() if roles[path] is None})
    return roles
