"""Accounts, mobile devices and server-side PST of an Exchange on-premises, by PowerShell remoting ([MS-PSRP] over [MS-WSMV])."""

from skyflytt.directory.exchange.organisation import CAPABILITIES, ExchangeDirectory, open_exchange
from skyflytt.directory.exchange.shell import Cmdlet, ExchangeShell, open_shell

__all__ = ["CAPABILITIES", "Cmdlet", "ExchangeDirectory", "ExchangeShell", "open_exchange", "open_shell"]
