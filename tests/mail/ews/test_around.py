"""Rules and delegates, as Exchange tells them, and servers that do not."""

from __future__ import annotations

import pytest

from skyflytt.mail.around import Around, InboxRule
from tests.mail.ews.scripted import Scripted, envelope, plain_fault

pytestmark = pytest.mark.real
OK = "<m:ResponseCode>NoError</m:ResponseCode>"
RULES = envelope(
    f'<m:GetInboxRulesResponse ResponseClass="Success">{OK}<m:OutlookRuleBlobExists>true</m:OutlookRuleBlobExists><m:InboxRules>'
    "<t:Rule><t:RuleId>1</t:RuleId><t:DisplayName>Kopia</t:DisplayName><t:IsEnabled>true</t:IsEnabled><t:Actions>"
    "<t:RedirectToRecipients><t:Address><t:Name>Anna</t:Name><t:EmailAddress>anna@hemma.example</t:EmailAddress></t:Address>"
    "</t:RedirectToRecipients></t:Actions></t:Rule>"
    "<t:Rule><t:RuleId>2</t:RuleId><t:DisplayName>Av</t:DisplayName><t:IsEnabled>false</t:IsEnabled></t:Rule>"
    "</m:InboxRules></m:GetInboxRulesResponse>"
)


def delegates(*addresses: str) -> str:
    users = "".join(
        f'<m:DelegateUserResponseMessageType ResponseClass="Success">{OK}<m:DelegateUser><t:UserId><t:SID>S-1</t:SID>'
        f"<t:PrimarySmtpAddress>{address}</t:PrimarySmtpAddress></t:UserId></m:DelegateUser></m:DelegateUserResponseMessageType>"
        for address in addresses
    )
    messages = f"<m:ResponseMessages>{users}</m:ResponseMessages>" if users else ""
    return envelope(
        f'<m:GetDelegateResponse ResponseClass="Success">{OK}{messages}'
        "<m:DeliverMeetingRequests>DelegatesAndMe</m:DeliverMeetingRequests></m:GetDelegateResponse>"
    )


def test_rules_and_delegates(scripted: Scripted) -> None:
    scripted.answers["GetInboxRules"] = lambda _: RULES
    scripted.answers["GetDelegate"] = lambda _: delegates("b@exchange.example", "c@exchange.example")
    with scripted.opened() as mailbox:
        told = mailbox.around()
    assert told.rules == (InboxRule("Kopia", True, ("anna@hemma.example",)), InboxRule("Av", False))
    assert told.delegates == ("b@exchange.example", "c@exchange.example")


def test_nobody_and_nothing(scripted: Scripted) -> None:
    scripted.answers["GetInboxRules"] = lambda _: envelope(
        f'<m:GetInboxRulesResponse ResponseClass="Success">{OK}</m:GetInboxRulesResponse>'
    )
    scripted.answers["GetDelegate"] = lambda _: delegates()
    with scripted.opened() as mailbox:
        assert mailbox.around() == Around(rules=(), delegates=())


def test_what_is_refused_or_unknown_is_not_told(scripted: Scripted) -> None:
    scripted.answers["GetInboxRules"] = lambda _: envelope(
        '<m:GetInboxRulesResponse ResponseClass="Error"><m:MessageText>no</m:MessageText>'
        "<m:ResponseCode>ErrorAccessDenied</m:ResponseCode></m:GetInboxRulesResponse>"
    )
    scripted.answers["GetDelegate"] = lambda _: plain_fault("unknown operation")
    with scripted.opened() as mailbox:
        assert mailbox.around() == Around()
        assert [folder.path for folder in mailbox.folders()] == [("INBOX",)]
