"""The rules of a mailbox's inbox and its delegates, asked by GetInboxRules and GetDelegate ([MS-OXWSRULES], [MS-OXWSDLGM]).

Servers let an account see its own, and a few with more rights those of others; what is refused is not told.
"""

from __future__ import annotations

from exchangelib import errors as ews

from skyflytt.errors.base import Failure
from skyflytt.mail.around import Around, InboxRule
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import Element, find_all, m, t, text_at

SENDING = ("ForwardToRecipients", "ForwardAsAttachmentToRecipients", "RedirectToRecipients")


def told_around(session: Session) -> Around:
    return Around(rules=_rules(session), delegates=_delegates(session))


def _rules(session: Session) -> tuple[InboxRule, ...] | None:
    try:
        with session.explained("the rules of the inbox"):
            answer = session.ask_one(m("GetInboxRules", m("MailboxSmtpAddress", session.mailbox)))
    except (Failure, ews.EWSError):
        return None
    return tuple(map(_rule, find_all(answer, "m:InboxRules/t:Rule")))


def _rule(element: Element) -> InboxRule:
    paths = (f"t:Actions/t:{action}/t:Address" for action in SENDING)
    addresses = [
        text_at(one, "t:EmailAddress") or text_at(one, "t:Name") for path in paths for one in find_all(element, path)
    ]
    return InboxRule(text_at(element, "t:DisplayName"), text_at(element, "t:IsEnabled") != "false", tuple(addresses))


def _delegates(session: Session) -> tuple[str, ...] | None:
    request = m("GetDelegate", m("Mailbox", t("EmailAddress", session.mailbox)), IncludePermissions="false")
    try:
        with session.explained("the delegates of the mailbox"):
            answers = session.ask(request, count=None)
    except (Failure, ews.EWSError):
        return None
    if not any(not isinstance(answer, Exception) for answer in answers):
        return None
    users = [one for answer in answers if not isinstance(answer, Exception) for one in find_all(answer, ".//t:UserId")]
    return tuple(text_at(one, "t:PrimarySmtpAddress") or text_at(one, "t:DisplayName") for one in users)
