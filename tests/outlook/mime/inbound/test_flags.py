from __future__ import annotations

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mime import Delivery, from_mime
from skyflytt.outlook.mime.inbound.flags import state_of
from tests.outlook.mime.inbound.written import PNG, file, mail


def test_unread_read_and_draft() -> None:
    assert state_of(frozenset()) == {tags.MESSAGE_FLAGS: 0}
    assert state_of(frozenset({"\\SEEN", "\\Recent", "\\Deleted"})) == {tags.MESSAGE_FLAGS: 1}
    assert state_of(frozenset({"\\Draft", "\\Seen"})) == {tags.MESSAGE_FLAGS: 9}


def test_attachments_show_in_the_flags() -> None:
    message = from_mime(mail(file(PNG, "image/png; name=a.png")), Delivery(flags=frozenset({"\\Seen"})))
    assert message.properties[tags.MESSAGE_FLAGS] == 0x11


def test_follow_up() -> None:
    found = state_of(frozenset({"\\Flagged"}))
    assert (found[tags.FLAG_STATUS], found[tags.FOLLOWUP_ICON]) == (2, 6)


def test_what_was_done_with_it() -> None:
    answered, forwarded = state_of(frozenset({"\\Answered"})), state_of(frozenset({"$Forwarded"}))
    assert (answered[tags.LAST_VERB_EXECUTED], answered[tags.ICON_INDEX]) == (102, 0x105)
    assert (forwarded[tags.LAST_VERB_EXECUTED], forwarded[tags.ICON_INDEX]) == (104, 0x106)
    both = state_of(frozenset({"\\Answered", "$forwarded"}))
    assert both[tags.LAST_VERB_EXECUTED] == 102
    assert both[KEYWORDS] == ("$Forwarded",)


def test_keywords_are_categories() -> None:
    assert state_of(frozenset({"Invoices", "$Label1", "\\Seen"}))[KEYWORDS] == ("$Label1", "Invoices")
