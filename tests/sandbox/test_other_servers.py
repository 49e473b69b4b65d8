"""S3, post office and drop server of the sandbox, through ordinary clients."""

from __future__ import annotations

import email
import email.policy
import json
import smtplib
import ssl
from email.message import EmailMessage

import boto3

from skyflytt.project.load import load_project
from skyflytt.sandbox.state import Sandbox
from tests.drop.serving import Client


def test_the_bucket_takes_and_gives(sandbox: Sandbox) -> None:
    access, _, secret = sandbox.secret("servers.handover-s3").partition(":")
    client = boto3.client(
        "s3",
        endpoint_url=f"https://localhost:{sandbox.servers['handover-s3'].port}",
        region_name="eu-north-1",
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        verify=str(sandbox.ca_file),
    )
    client.put_object(Bucket="handover", Key="å/1", Body=b"hej")
    assert client.get_object(Bucket="handover", Key="å/1")["Body"].read() == b"hej"


def test_sent_mail_can_be_read_in_a_folder(sandbox: Sandbox) -> None:
    message = EmailMessage()
    message["From"] = "skyflytt@nyamolnet.example"
    message["To"] = "anna.astrom@norrskenbygg.example"
    message["Subject"] = "Överlämningen är öppen"
    message.set_content("Hej Anna!\n")
    with smtplib.SMTP("localhost", sandbox.servers["post"].port) as client:
        client.send_message(message)
    line = json.loads((sandbox.post / "index.jsonl").read_text().splitlines()[-1])
    kept = email.message_from_bytes((sandbox.post / line["file"]).read_bytes(), policy=email.policy.default)
    assert line["to"] == ["anna.astrom@norrskenbygg.example"]
    assert line["subject"] == kept["subject"] == "Överlämningen är öppen"
    assert kept.get_content() == "Hej Anna!\r\n" or kept.get_content() == "Hej Anna!\n"


def test_the_operator_enters_the_drop(sandbox: Sandbox) -> None:
    with Client(context=ssl.create_default_context(cafile=str(sandbox.ca_file)), encoding="utf-8") as client:
        client.connect("localhost", sandbox.servers["handover"].port, timeout=10)
        client.login("operator", sandbox.secret("servers.handover"))
        client.prot_p()
        assert client.nlst() == []


def test_the_project_file_is_valid(sandbox: Sandbox) -> None:
    project = load_project(sandbox.project_file)
    assert project.project == "norrsken"
    assert len(project.mailboxes) == 4
    assert sandbox.secret("servers.old-files") not in sandbox.project_file.read_text()
