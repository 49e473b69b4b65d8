"""Where passwords and keys come from: the environment, a file only its owner can read, or a person at the terminal.

No value is ever part of a `repr`, an exception or a log line.
"""

from __future__ import annotations

import getpass
import json
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import yaml

from skyflytt.errors.base import NeedsPerson
from skyflytt.project.secret_keys import variable_of

FILE_VARIABLE = "SKYFLYTT_SECRETS_FILE"


class SecretMissing(NeedsPerson):
    """There is no secret for {item}: {detail}"""

    code = "secrets.missing"
    advice = (
        "Set the environment variable, or add the key to a JSON or YAML file of mode 0600 and name that file in SKYFLYTT_SECRETS_FILE, "
        "or start the command at a terminal, where it asks."
    )

    def __init__(self, key: str, *fallbacks: str) -> None:
        self.keys = (key, *fallbacks)
        places = " nor ".join(
            f"{variable_of(name)} in the environment nor {name} in the secrets file" for name in self.keys
        )
        super().__init__(key, f"neither {places} is set")

    def __reduce__(self) -> tuple[object, ...]:
        return SecretMissing, self.keys


class SecretsFileUnusable(NeedsPerson):
    """The secrets file {item} is not used: {detail}"""

    code = "secrets.file-unusable"
    advice = "Make it a JSON or YAML mapping of keys to quoted texts that only its owner can read (chmod 600)."


class Secrets(Protocol):
    """Looks up secrets by key (`servers.old-mail`, `mailboxes.anna.source`).

    `get` gives the first that it has of `key` and `fallbacks`, never an empty text; raises `SecretMissing` when it has none.
    An implementation never shows a value in its `repr` or in an error.
    """

    def get(self, key: str, *fallbacks: str) -> str: ...


class EnvironmentSecrets:
    """Secrets in environment variables: `servers.old-mail` is `SKYFLYTT_SECRET_SERVERS_OLD_MAIL`. An empty one counts as unset."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment

    def get(self, key: str, *fallbacks: str) -> str:
        for name in (key, *fallbacks):
            if value := self._environment.get(variable_of(name)):
                return value
        raise SecretMissing(key, *fallbacks)


class FileSecrets:
    """Secrets in a JSON or YAML file of mode 0600, with keys either dotted (`servers.old-mail: …`) or nested.

    The file is read once. Raises `SecretsFileUnusable` when others may read it, or when it is not a mapping of texts.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = dict(flattened(path, parsed(path, read_private(path))))

    def __repr__(self) -> str:
        return f"FileSecrets({str(self._path)!r})"

    def get(self, key: str, *fallbacks: str) -> str:
        for name in (key, *fallbacks):
            if value := self._values.get(name):
                return value
        raise SecretMissing(key, *fallbacks)


class PromptSecrets:
    """Asks the person at the terminal, once per key and process; without a terminal it has nothing."""

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}

    def __repr__(self) -> str:
        return "PromptSecrets()"

    def get(self, key: str, *fallbacks: str) -> str:
        for name in (key, *fallbacks):
            if name in self._answers:
                return self._answers[name]
        answer = getpass.getpass(f"Secret for {key}: ") if sys.stdin.isatty() else ""
        if not answer:
            raise SecretMissing(key, *fallbacks)
        self._answers[key] = answer
        return answer


class _FirstOf:
    def __init__(self, sources: tuple[Secrets, ...]) -> None:
        self._sources = sources

    def __repr__(self) -> str:
        return f"first_of{self._sources!r}"

    def get(self, key: str, *fallbacks: str) -> str:
        for source in self._sources:
            try:
                return source.get(key, *fallbacks)
            except SecretMissing:
                continue
        raise SecretMissing(key, *fallbacks)


def first_of(*sources: Secrets) -> Secrets:
    """Secrets from the first of `sources` that has one of the keys."""
    return _FirstOf(sources)


def secrets_of_this_machine() -> Secrets:
    """Environment, then the file that `SKYFLYTT_SECRETS_FILE` names, then the terminal."""
    named = os.environ.get(FILE_VARIABLE)
    files = (FileSecrets(Path(named)),) if named else ()
    return first_of(EnvironmentSecrets(), *files, PromptSecrets())


def read_private(path: Path) -> str:
    try:
        with path.open("rb") as file:
            # Asked of the open file, so that it cannot be exchanged in between.
            mode = os.fstat(file.fileno()).st_mode
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SecretsFileUnusable(
                    str(path), f"its mode is {stat.S_IMODE(mode):04o}, so that others than its owner can use it"
                )
            raw = file.read()
    except OSError as error:
        raise SecretsFileUnusable(str(path), error.strerror or type(error).__name__) from error
    # Errors of decoding and parsing carry the content, so they are never chained to ours.
    text: str | None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise SecretsFileUnusable(str(path), "it is not UTF-8")
    return text


def parsed(path: Path, text: str) -> Any:
    line: int | None = None
    try:
        # With BaseLoader every value is the text that stands there: no password turns into a number or a boolean.
        return json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.BaseLoader)
    except json.JSONDecodeError as error:
        line = error.lineno
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
    raise SecretsFileUnusable(str(path), f"line {line} is not valid {'JSON' if path.suffix == '.json' else 'YAML'}")


def flattened(path: Path, data: Any, above: str = "") -> list[tuple[str, str]]:
    if isinstance(data, str) and above:
        return [(above, data)]
    if not isinstance(data, Mapping):
        raise SecretsFileUnusable(
            str(path), f"{above or 'the whole file'} is not {'a text' if above else 'a mapping of keys'}"
        )
    return [
        pair for key, value in data.items() for pair in flattened(path, value, f"{above}.{key}" if above else str(key))
    ]
