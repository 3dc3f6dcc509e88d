"""Where secrets come from: a folder of files, the environment, age, or the master secret."""

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from dialform.compiler.age import Identity, decrypt, encrypt, read_identities, sealed
from dialform.compiler.derive import PUBLIC_KEY, derive, htdigest, keyed
from dialform.compiler.secret_errors import (
    AgeError,
    BadContentError,
    EmptySecretError,
    MissingFileError,
    MissingVariableError,
    SecretError,
    UnsafeNameError,
)

__all__ = ["Reference", "SecretError", "SecretStore", "encrypt", "htdigest", "open_store"]

Reference = str | Mapping[str, str]

MASTER = "master"
IDENTITY = "age.key"

_LARGEST = 64 * 1024
_SHORTEST_MASTER = 16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def open_store(directory: Path | None, environ: Mapping[str, str]) -> "SecretStore":
    """The store over a folder (`--secrets`), else `$CREDENTIALS_DIRECTORY`, else over none.

    Raises SecretError where the folder is missing or its master secret is shorter than 16 bytes.
    """
    named = environ.get("CREDENTIALS_DIRECTORY")
    if directory is None and named:
        directory = Path(named)
    return SecretStore(directory, environ)


class SecretStore:
    """Resolves and derives secrets; never shows one in its repr, its errors or its pickles.

    Without a folder (CI) what would come from it is a deterministic placeholder, and so is what is
    derived without a master secret. `placeholders` tells whether any was given out so far: a caller
    that caches results must keep it with them.
    """

    def __init__(self, directory: Path | None, environ: Mapping[str, str]) -> None:
        self.placeholders = False
        self._directory = directory
        self._environ = environ
        self._identities: list[Identity] | None = None
        if directory is not None and not _is_folder(directory):
            raise MissingFileError(
                f"the secrets folder {directory} does not exist",
                "name it with --secrets, or unset CREDENTIALS_DIRECTORY",
            )
        self._master = self._read_master()

    def __repr__(self) -> str:
        return f"<SecretStore {self._directory or 'without a folder'}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a SecretStore is not pickled: open it again in the other process")

    @property
    def folder(self) -> Path | None:
        """Where it reads from; None where it gives placeholders alone."""
        return self._directory

    @property
    def has_master(self) -> bool:
        """Whether derived secrets are real ones."""
        return self._master is not None

    def resolve(self, ref: Reference, kind: str = "sip") -> str:
        """The secret behind `{"secret": name}`, `{"env": NAME}`, `{"age": text}` or a plain text.

        `kind` shapes a placeholder only, as `derive` does. Raises SecretError.
        """
        form, text = _form(ref)
        match form:
            case "secret":
                return self._from_file(text, kind)
            case "env":
                return self._from_environ(text, kind)
            case "age":
                return self._from_age(text, kind)
            case _:
                return _checked(text, "the secret")

    def derive(self, tenant: str, object_: str, kind: str, rotate: int = 1) -> str:
        """The derived secret of a tenant's object: 6 digits for kind `pin`, else 24 characters.

        A placeholder, which everybody can compute, where there is no master secret.
        """
        if self._master is None:
            self.placeholders = True
        return derive(self._master or PUBLIC_KEY, tenant, object_, kind, rotate)

    def key(self, purpose: str) -> bytes:
        """A key of its own for a purpose. Everybody can compute it where there is no master secret."""
        return keyed(self._master or PUBLIC_KEY, "key", purpose)

    def digest(self, ref: Reference) -> str:
        """A digest for cache keys, of a reference's value or of a text that `derive` gave.

        Keyed by the master secret, so that nobody finds a PIN by trying all. Without one: plain
        texts and placeholders, which are no secrets, by a public key; files by what `stat` says of
        them; variables by chance, so that they never hit the cache. Raises SecretError.
        """
        form, text = _form(ref)
        if self._master is None:
            if form == "env" and text in self._environ:
                return os.urandom(16).hex()
            if form == "secret" and self._directory is not None:
                _named(text, _NAME)
                return keyed(PUBLIC_KEY, "digest", form, text, self._stat(text)).hex()
            if form == "age":
                key = self._stat(IDENTITY) if self._directory is not None else b""
                return keyed(PUBLIC_KEY, "digest", form, text, key).hex()
        return keyed(self._master or PUBLIC_KEY, "digest", self.resolve(ref)).hex()

    def fingerprint(self, variables: Iterable[str] = ()) -> str:
        """A digest of the whole folder, and of the named variables, for a cache key.

        It changes when any file of the folder changes. With a master secret it is keyed by it;
        without, no content goes into it but what `stat` says. Raises SecretError.
        """
        parts: list[str | bytes] = []
        for name in self._names():
            parts += [name, self._content(name) if self._master else self._marks(name)]
        for name in sorted(set(variables)):
            parts += ["env", name, self.digest({"env": name}) if name in self._environ else ""]
        where = "folder" if self._directory is not None else "none"
        return keyed(self._master or PUBLIC_KEY, "fingerprint", where, *parts).hex()

    def _from_file(self, name: str, kind: str) -> str:
        _named(name, _NAME)
        if name.casefold() in (MASTER, IDENTITY):
            raise UnsafeNameError(
                f"the file '{name}' is the key to all other secrets and no secret of a site",
                "put this secret into a file of its own",
            )
        if self._directory is None:
            return self._placeholder("secret", name, kind)
        return _checked(_text(self._read(name), f"'{name}'"), f"'{name}'")

    def _from_environ(self, name: str, kind: str) -> str:
        _named(name, _VARIABLE)
        value = self._environ.get(name)
        if value is not None:
            return _checked(value, f"the variable {name}")
        if self._directory is None:
            return self._placeholder("env", name, kind)
        raise MissingVariableError(
            f"the variable {name} is not set", f"set {name}, or use {{secret: …}} with a file"
        )

    def _from_age(self, text: str, kind: str) -> str:
        raw = sealed(text)
        if self._directory is None:
            return self._placeholder("age", text, kind)
        return _checked(_text(decrypt(raw, self._own_identities()), "the age value"), "it")

    def _placeholder(self, form: str, text: str, kind: str) -> str:
        self.placeholders = True
        return derive(PUBLIC_KEY, f"{{{form}}}", text, kind)

    def _read_master(self) -> bytes | None:
        if not self._has(MASTER):
            return None
        master = _line(self._read(MASTER))
        if len(master) < _SHORTEST_MASTER:
            raise BadContentError(
                f"the master secret is shorter than {_SHORTEST_MASTER} bytes",
                "make one: head -c 32 /dev/urandom | base64 > master",
            )
        return master

    def _own_identities(self) -> Sequence[Identity]:
        if self._identities is None:
            if not self._has(IDENTITY):
                raise AgeError(
                    f"there is no age identity '{IDENTITY}' in the secrets folder",
                    f"put the host's AGE-SECRET-KEY-… into a file '{IDENTITY}' there",
                )
            text = _text(self._read(IDENTITY), f"'{IDENTITY}'")
            self._identities = read_identities(text.splitlines())
        return self._identities

    def _names(self) -> list[str]:
        """The entries of the folder that a reference could name; others do not count."""
        if self._directory is None:
            return []
        try:
            return sorted(e.name for e in self._directory.iterdir() if _NAME.fullmatch(e.name))
        except OSError as error:
            raise _unreadable(f"the secrets folder {self._directory}", error) from None

    def _has(self, name: str) -> bool:
        # A dangling link counts: a master that is there but broken must not mean placeholders.
        return name in self._names()

    def _content(self, name: str) -> bytes:
        """A file's content, for the fingerprint; of what can be no secret what can be had."""
        try:
            return self._read(name)
        except (MissingFileError, UnsafeNameError):
            return b""
        except BadContentError:
            return self._stat(name)

    def _path(self, name: str) -> Path:
        """A file of the folder; links lead within it only (as Kubernetes lays secrets out)."""
        if self._directory is None:
            raise AssertionError("a file without a folder")
        try:
            root = self._directory.resolve()
            path = (root / name).resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: a loop of links
            raise MissingFileError(
                f"there is no secret '{name}' in {self._directory}",
                f"write it into the file {self._directory / name}",
            ) from None
        if not path.is_relative_to(root):
            raise UnsafeNameError(f"the secret '{name}' is a link out of the secrets folder")
        return path

    def _marks(self, name: str) -> bytes:
        with contextlib.suppress(MissingFileError, UnsafeNameError):
            return self._stat(name)
        return b""

    def _stat(self, name: str) -> bytes:
        """What changes when a file does, without its content."""
        try:
            found = self._path(name).stat()
        except OSError as error:
            raise _unreadable(f"the secret '{name}'", error) from None
        marks = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        return repr(marks).encode()

    def _read(self, name: str) -> bytes:
        path = self._path(name)
        try:
            # Unblocked, because opening a pipe would wait for its writer.
            with open(path, "rb", opener=_unblocked) as file:
                regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                raw = file.read(_LARGEST + 1) if regular else b""
        except OSError as error:
            raise _unreadable(f"the secret '{name}'", error) from None
        if not regular:
            raise BadContentError(f"the secret '{name}' is no regular file")
        if len(raw) > _LARGEST:
            raise BadContentError(f"the secret '{name}' is longer than {_LARGEST // 1024} KiB")
        return raw


def _form(ref: Reference) -> tuple[str, str]:
    if isinstance(ref, str):
        return "plain", ref
    if len(ref) == 1 and (form := next(iter(ref))) in ("secret", "env", "age"):
        return form, ref[form]
    raise BadContentError("a secret is one of {secret: …}, {env: …}, {age: …} or a text")


def _is_folder(directory: Path) -> bool:
    try:
        return directory.is_dir()
    except OSError as error:
        raise _unreadable(f"the secrets folder {directory}", error) from None


def _unblocked(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _named(name: str, pattern: re.Pattern[str]) -> None:
    if not pattern.fullmatch(name):
        # The text is not repeated: it may be the secret itself, written where its name belongs.
        raise UnsafeNameError(
            "this is no name of a secret",
            "letters, digits and '_'" + (", '-', '.'" if pattern is _NAME else "") + " only",
        )


def _checked(text: str, what: str) -> str:
    """The text of one line, else SecretError."""
    if not text:
        raise EmptySecretError(f"{what} is empty")
    if len(text) > _LARGEST:
        raise BadContentError(f"{what} is longer than {_LARGEST // 1024} KiB")
    if any(c in text for c in "\0\r\n"):
        raise BadContentError(
            f"{what} has several lines or a NUL in it", "a secret is one line of text"
        )
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise BadContentError(f"{what} is no UTF-8 text")
    return text


def _line(raw: bytes) -> bytes:
    """The bytes without the one newline that editors put at the end."""
    return raw.removesuffix(b"\n").removesuffix(b"\r") if raw.endswith(b"\n") else raw


def _text(raw: bytes, what: str) -> str:
    # The decoder's error carries the bytes: it must not become the context of ours.
    text = None
    with contextlib.suppress(UnicodeDecodeError):
        text = _line(raw).decode("utf-8")
    if text is None:
        raise BadContentError(f"{what} is no UTF-8 text")
    return text


def _unreadable(what: str, error: OSError) -> SecretError:
    return MissingFileError(f"{what} cannot be read: {error.strerror or 'an I/O error'}")
