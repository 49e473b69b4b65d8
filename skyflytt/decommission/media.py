"""A provider's certificate about storage media, attached as it came: the fields of NIST SP 800-88 Rev. 2, appendix C.

We delete objects; media are the provider's, and only the provider can say what was done to them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skyflytt.errors.decommission import MediaCertificateWrong
from skyflytt.evidence.lists import HashedFile, WrittenFile
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger

FOLDER = "media"


class Signatory(BaseModel):
    """Who did it, or who accepted it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: str = Field(min_length=1)
    position: str = Field(min_length=1)
    day: date
    location: str = Field(min_length=1)
    contact: str = ""


class MediaCertificate(BaseModel):
    """One medium. `validated_by` is the person who accepted the result, not the one who did the work."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    manufacturer: str = Field(min_length=1)
    model: str = Field(min_length=1)
    serial: str = Field(min_length=1)
    media_type: str = Field(min_length=1)
    media_source: str = Field(min_length=1)
    category_before: str = ""
    method: Literal["clear", "purge", "destroy"]
    technique: str = Field(min_length=1)
    tool: str = Field(min_length=1)
    tool_version: str = Field(min_length=1)
    verification: str = Field(min_length=1)
    done_by: Signatory
    validated_by: Signatory


def read_certificate(path: Path) -> MediaCertificate:
    """A certificate written as YAML or JSON. Raises `MediaCertificateWrong` with the fields that are missing or wrong."""
    try:
        return MediaCertificate.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))
        raise MediaCertificateWrong(path.name, "; ".join(wrong)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MediaCertificateWrong(path.name, " ".join(str(error).split())) from error


def attach(ledger: Ledger, project: str, path: Path, evidence: Path, document: Path | None, *, by: str) -> WrittenFile:
    """Put the certificate's fields (and the signed document, if there is one) into the evidence folder; the file of the fields."""
    certificate = read_certificate(path)
    name = hashlib.sha256(f"{certificate.manufacturer}\0{certificate.serial}".encode()).hexdigest()[:16]
    file = HashedFile(evidence / FOLDER / f"{name}.json")
    fields = certificate.model_dump(mode="json")
    file.write(json.dumps(fields, ensure_ascii=False, sort_keys=True, indent=2) + "\n")
    written = file.finish()
    if document is not None:
        shutil.copyfile(document, evidence / FOLDER / f"{name}{document.suffix.lower()}")
    data = {"sha256": written.sha256, "method": certificate.method}
    journal.append(ledger, project, actor=by, action="media-certificate-attached", subject=name, data=data)
    return written
