"""The project file in the page on domains is one that can be planned by."""

from __future__ import annotations

import yaml
from pydantic import TypeAdapter

from skyflytt.dns.wanted import decisions
from skyflytt.project.domains import CustomerDomain
from skyflytt.project.servers import Server
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "how-to" / "cut-over-a-domain.md"


def test_its_project_file_is_valid() -> None:
    text = next(block.text for block in blocks(PAGE) if block.language == "yaml")
    data = yaml.safe_load(text)
    TypeAdapter(dict[str, Server]).validate_python(data["servers"])
    (domain,) = [CustomerDomain.model_validate(one) for one in data["domains"]]
    assert domain.host in data["servers"]
    assert len(decisions(f"{domain.name}.", domain.records)) == len(domain.records) == 7
