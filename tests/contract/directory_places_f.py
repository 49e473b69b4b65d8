"""Microsoft 365, an Exchange on-premises and a machine's accounts, as directories of the contract suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import which

from skyflytt.directory.exchange import open_exchange
from skyflytt.directory.microsoft365 import open_microsoft365
from skyflytt.directory.port import Directory
from skyflytt.directory.ssh import open_ssh_accounts
from skyflytt.sandbox.servers.graph.settings import Sku
from tests.contract.directory_places import Place
from tests.directory.exchange.simulated import PASSWORD, running_exchange
from tests.directory.ssh.machine import running_machine
from tests.graph.simulator import BASIC, DOMAIN, E3, GLOBAL, SECRET, number, person, running_simulator

SERVER_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@contextmanager
def microsoft365(folder: Path) -> Iterator[Place]:
    people = (
        person(1, "it", licences=(E3, BASIC)), person(2, "anna", licences=(E3,)), person(3, "bo", licences=(E3,)),
        person(4, "cecilia"), person(5, "david", enabled=False),
    )  # fmt: skip
    skus = (Sku(id=E3, name="SPE_E3", enabled=2, warning=1), Sku(id=BASIC, name="O365_BUSINESS_ESSENTIALS", enabled=1))
    with running_simulator(folder) as simulator:

        @contextmanager
        def opened() -> Iterator[Directory]:
            simulator.begin_anew(users=people, skus=skus, roles={GLOBAL: (number(1),)}, page=2, stale_reads=3)
            directory = open_microsoft365(simulator.settings(), SECRET, simulator.patience)
            yield directory
            directory.close()

        holders = frozenset(f"{name}@{DOMAIN}" for name in ("it", "anna", "bo"))
        yield Place(opened, E3, holders, f"it@{DOMAIN}", lambda _: None)


@contextmanager
def exchange(folder: Path) -> Iterator[Place]:
    with running_exchange(folder) as place:

        @contextmanager
        def opened() -> Iterator[Directory]:
            place.begin_anew()
            directory = open_exchange(place.settings(), PASSWORD, place.patience)
            yield directory
            directory.close()

        yield Place(opened, "", frozenset(), "anna@norrsken.example", lambda _: None)


@contextmanager
def ssh_accounts(folder: Path) -> Iterator[Place]:
    with running_machine(folder, lambda package, binary: which(binary, path=SERVER_PATH) or package) as machine:

        @contextmanager
        def opened() -> Iterator[Directory]:
            machine.begin_anew()
            directory = open_ssh_accounts(machine.settings(), None)
            yield directory
            directory.close()

        yield Place(opened, "", frozenset(), "anna", lambda _: None)


PLACES: tuple[Callable[[Path], AbstractContextManager[Place]], ...] = (microsoft365, exchange, ssh_accounts)
