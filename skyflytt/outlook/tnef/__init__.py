"""winmail.dat: the Transport-Neutral Encapsulation Format ([MS-OXTNEF])."""

from skyflytt.outlook.tnef.message import read_tnef

__all__ = ["read_tnef"]
