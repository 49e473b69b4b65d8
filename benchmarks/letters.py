"""Generated messages: HTML beside plain text in Swedish, some with attachments that do not compress."""

from __future__ import annotations

import base64
import random

WORDS = (
    "avtal", "möte", "offert", "faktura", "projekt", "leverans", "ritning", "besiktning", "protokoll", "tidplan", "vecka", "bygg",
    "el", "vvs", "kök", "tak", "grund", "mark", "väg", "och", "vi", "ni", "med", "till", "från", "efter", "på",
)  # fmt: skip


def letter(chance: random.Random, number: int, *, words: int, attached_bytes: int = 0) -> bytes:
    """A message of up to so many words; `attached_bytes` is what each of its one to three attachments has at most, 0: none."""
    text = " ".join(chance.choices(WORDS, k=chance.randint(words // 20, words)))
    head = (
        f"Received: from mx{number % 7}.example by mail.norrsken.example (Postfix) with ESMTPS id {chance.getrandbits(60):X}\r\n"
        f" for <anna@norrsken.example>; Mon, {number % 28 + 1} Jun 2026 10:{number % 60:02}:07 +0200 (CEST)\r\n"
        f"From: =?utf-8?q?Anna_=C3=85str=C3=B6m?= <anna{number % 50}@norrsken.example>\r\n"
        f"To: Bengt <bengt@norrsken.example>, info@norrsken.example\r\nSubject: Re: {text[:30].encode().hex()[:20]} {number}\r\n"
        f"Date: Mon, {number % 28 + 1} Jun 2026 10:{number % 60:02}:00 +0200\r\nMessage-ID: <{number}@norrsken.example>\r\n"
        "MIME-Version: 1.0\r\n"
    )
    both = _alternative(text)
    if not attached_bytes:
        return (head + both).encode()
    parts = [f'{head}Content-Type: multipart/mixed; boundary="mix"\r\n\r\n--mix\r\n{both}'.encode()]
    parts += [_attachment(chance, index, attached_bytes) for index in range(chance.randint(1, 3))]
    return b"".join(parts) + b"\r\n--mix--\r\n"


def _alternative(text: str) -> str:
    lines = "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))
    kinds = (("plain", lines), ("html", f"<html><body><p>{lines}</p></body></html>"))
    parts = (
        f"--alt\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{content}\r\n"
        for kind, content in kinds
    )
    return f'Content-Type: multipart/alternative; boundary="alt"\r\n\r\n{"".join(parts)}--alt--\r\n'


def _attachment(chance: random.Random, index: int, at_most: int) -> bytes:
    data = base64.encodebytes(chance.randbytes(chance.randint(1_000, at_most))).replace(b"\n", b"\r\n")
    head = (
        f'\r\n--mix\r\nContent-Type: application/pdf; name="Ritning {index}.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="Ritning {index}.pdf"\r\n\r\n'
    )
    return head.encode() + data
