"""Secrets: read, derived, decrypted, and never shown."""

import hashlib
import hmac
import os
import pickle
import re
import traceback
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.derive import _ALPHABET as BASE58
from dialform.compiler.derive import _password, derive, is_mixed, is_trivial, keyed
from dialform.compiler.secret_errors import (
    AgeError,
    BadContentError,
    EmptySecretError,
    MissingFileError,
    MissingVariableError,
    SecretError,
    UnsafeNameError,
)
from dialform.compiler.secrets import Reference, SecretStore, encrypt, htdigest, open_store

MASTER = "correct-horse-battery-staple"
PASSWORD = re.compile(r"[1-9A-HJ-NP-Za-km-z]{24}")
TEXT = st.text(max_size=12)
KEY = MASTER.encode()

Fill = Callable[..., SecretStore]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Opens a store over a folder with the given files, and an environment."""

    def open_with(files: dict[str, str | bytes], **environ: str) -> SecretStore:
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            (tmp_path / name).write_bytes(raw)
        return open_store(tmp_path, environ)

    return open_with


class TestFiles:
    @pytest.mark.parametrize("content", ["hunter2", "hunter2\n", "hunter2\r\n"])
    def test_a_file_is_read_without_its_last_newline(self, fill: Fill, content: str) -> None:
        store = fill({"mycarrier": content})
        assert store.resolve({"secret": "mycarrier"}) == "hunter2"
        assert not store.placeholders

    def test_other_blanks_belong_to_the_secret(self, fill: Fill) -> None:
        assert fill({"a": " x \n"}).resolve({"secret": "a"}) == " x "

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            ("", EmptySecretError),
            ("\n", EmptySecretError),
            ("a\nb", BadContentError),
            ("a\n\n", BadContentError),
            ("a\rb", BadContentError),
            ("a\0b", BadContentError),
            (b"\xff\xfe-hunter2", BadContentError),
            ("x" * (64 * 1024 + 1), BadContentError),
        ],
    )
    def test_what_is_no_line_of_text_is_refused(
        self, fill: Fill, content: str | bytes, error: type[SecretError]
    ) -> None:
        with pytest.raises(error):
            fill({"a": content}).resolve({"secret": "a"})

    def test_the_largest_secret_is_taken(self, fill: Fill) -> None:
        assert len(fill({"a": "x" * 64 * 1024}).resolve({"secret": "a"})) == 64 * 1024

    def test_a_missing_file_is_named_with_a_way_out(self, fill: Fill) -> None:
        with pytest.raises(MissingFileError) as caught:
            fill({}).resolve({"secret": "mycarrier"})
        assert "'mycarrier'" in caught.value.reason
        assert "mycarrier" in caught.value.hint

    @pytest.mark.parametrize(
        "name", ["", ".", "..", "../x", "/etc/passwd", "a/b", ".a", "-a", "a b", "ä", "a\n", "a\0"]
    )
    def test_a_name_that_is_no_plain_name_is_refused_and_not_repeated(
        self, fill: Fill, name: str
    ) -> None:
        with pytest.raises(UnsafeNameError) as caught:
            fill({}).resolve({"secret": name})
        assert name in ("", ".", "-a", "a b") or name not in caught.value.reason

    @pytest.mark.parametrize("name", ["master", "age.key", "Master"])
    def test_the_keys_themselves_are_no_secrets_of_a_site(self, fill: Fill, name: str) -> None:
        with pytest.raises(UnsafeNameError):
            fill({"master": MASTER}).resolve({"secret": name})

    def test_a_link_out_of_the_folder_is_refused(self, fill: Fill, tmp_path: Path) -> None:
        inside = tmp_path / "inside"
        inside.mkdir()
        (tmp_path / "outside").write_text("hunter2")
        (inside / "a").symlink_to("../outside")
        with pytest.raises(UnsafeNameError):
            open_store(inside, {}).resolve({"secret": "a"})

    def test_links_within_the_folder_are_followed(self, tmp_path: Path) -> None:
        """Kubernetes lays secrets out so: name → ..data/name, ..data → ..2026_11_01."""
        (tmp_path / "..2026").mkdir()
        (tmp_path / "..2026" / "a").write_text("hunter2")
        (tmp_path / "..data").symlink_to("..2026")
        (tmp_path / "a").symlink_to("..data/a")
        assert open_store(tmp_path, {}).resolve({"secret": "a"}) == "hunter2"

    def test_what_is_no_file_is_an_error_and_never_waited_for(
        self, fill: Fill, tmp_path: Path
    ) -> None:
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "folder").mkdir()
        (tmp_path / "loop").symlink_to("loop")
        store = fill({})
        for name in ("pipe", "folder", "loop"):
            with pytest.raises(SecretError):
                store.resolve({"secret": name})

    def test_a_missing_folder_is_an_error(self, tmp_path: Path) -> None:
        for directory, environ in (
            (tmp_path / "no", {}),
            (None, {"CREDENTIALS_DIRECTORY": str(tmp_path / "no")}),
        ):
            with pytest.raises(MissingFileError):
                open_store(directory, environ)

    def test_the_folder_is_the_option_else_the_credentials(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "x").write_text(name)
        environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "a")}
        assert open_store(None, environ).resolve({"secret": "x"}) == "a"
        assert open_store(tmp_path / "b", environ).resolve({"secret": "x"}) == "b"


class TestEnvironment:
    def test_a_variable_is_read(self, fill: Fill) -> None:
        assert fill({}, PW="hunter2").resolve({"env": "PW"}) == "hunter2"
        assert open_store(None, {"PW": "hunter2"}).resolve({"env": "PW"}) == "hunter2"

    def test_an_unset_one_is_an_error_on_a_host(self, fill: Fill) -> None:
        with pytest.raises(MissingVariableError):
            fill({}).resolve({"env": "PW"})

    def test_an_empty_one_is_an_error_everywhere(self, fill: Fill) -> None:
        for store in (fill({}, PW=""), open_store(None, {"PW": ""})):
            with pytest.raises(EmptySecretError):
                store.resolve({"env": "PW"})

    def test_bytes_that_are_no_text_are_refused(self) -> None:
        with pytest.raises(BadContentError):
            open_store(None, {"PW": "a\udcff"}).resolve({"env": "PW"})

    @pytest.mark.parametrize("name", ["", "A B", "A=B", "1A", "A-B"])
    def test_a_name_that_is_none_is_refused(self, fill: Fill, name: str) -> None:
        with pytest.raises(UnsafeNameError):
            fill({}).resolve({"env": name})


class TestAge:
    @pytest.fixture
    def identity(self) -> pyrage.x25519.Identity:
        return pyrage.x25519.Identity.generate()

    def test_what_is_encrypted_can_be_read(
        self, fill: Fill, identity: pyrage.x25519.Identity
    ) -> None:
        text = encrypt("hünter2", [str(identity.to_public())])
        assert "\n" not in text
        store = fill({"age.key": f"# created today\n\n{identity}\n"})
        assert store.resolve({"age": text}) == "hünter2"

    def test_every_recipient_can_read_it(
        self, fill: Fill, identity: pyrage.x25519.Identity
    ) -> None:
        other = pyrage.x25519.Identity.generate()
        text = encrypt("hunter2", [str(i.to_public()) for i in (other, identity)])
        assert fill({"age.key": f"{identity}"}).resolve({"age": text}) == "hunter2"

    @pytest.mark.parametrize("join", ["\n", " ", "\r\n"])
    def test_armour_is_accepted_even_folded_into_one_line(
        self, fill: Fill, identity: pyrage.x25519.Identity, join: str
    ) -> None:
        armoured = pyrage.encrypt(b"hunter2\n", [identity.to_public()], armored=True).decode()
        store = fill({"age.key": str(identity)})
        assert store.resolve({"age": join.join(armoured.splitlines())}) == "hunter2"

    def test_another_identity_cannot(self, fill: Fill, identity: pyrage.x25519.Identity) -> None:
        other = pyrage.x25519.Identity.generate()
        text = encrypt("hunter2", [str(other.to_public())])
        with pytest.raises(AgeError):
            fill({"age.key": str(identity)}).resolve({"age": text})

    def test_a_host_without_identity_says_so(
        self, fill: Fill, identity: pyrage.x25519.Identity
    ) -> None:
        text = encrypt("hunter2", [str(identity.to_public())])
        with pytest.raises(AgeError, match=r"age\.key"):
            fill({}).resolve({"age": text})

    @pytest.mark.parametrize("content", ["", "# nothing\n", "AGE-SECRET-KEY-1NONSENSE", "hunter2"])
    def test_a_broken_identity_file_is_an_error(
        self, fill: Fill, identity: pyrage.x25519.Identity, content: str
    ) -> None:
        text = encrypt("x", [str(identity.to_public())])
        with pytest.raises(AgeError) as caught:
            fill({"age.key": content}).resolve({"age": text})
        assert not content or content not in str(caught.value)

    @given(
        st.one_of(st.text(), st.binary().map(lambda b: __import__("base64").b64encode(b).decode()))
    )
    def test_rubbish_is_an_error_and_nothing_else(self, text: str) -> None:
        identity = pyrage.x25519.Identity.generate()
        store = SecretStore(None, {})
        store._directory, store._identities = Path("/nowhere"), [identity]
        with pytest.raises(AgeError):
            store.resolve({"age": text})

    @pytest.mark.parametrize(
        "bad", ["", "age1nonsense", "ssh-ed25519 nonsense", "AGE-SECRET-KEY-1"]
    )
    def test_a_recipient_that_is_none_is_refused_and_not_repeated(self, bad: str) -> None:
        with pytest.raises(AgeError) as caught:
            encrypt("hunter2", [bad])
        assert not bad or bad not in str(caught.value.args)

    def test_nobody_is_no_recipient(self) -> None:
        with pytest.raises(AgeError):
            encrypt("hunter2", [])


class TestPlain:
    def test_a_plain_text_is_itself(self, fill: Fill) -> None:
        assert fill({}).resolve("hunter2") == "hunter2"

    @pytest.mark.parametrize("ref", [{}, {"file": "x"}, {"secret": "a", "env": "b"}])
    def test_what_is_no_reference_is_refused(self, fill: Fill, ref: dict[str, str]) -> None:
        with pytest.raises(BadContentError):
            fill({}).resolve(ref)


class TestPlaceholders:
    REFS: tuple[Reference, ...] = (
        {"secret": "a"}, {"secret": "b"}, {"env": "a"}, {"age": "YWdl"}, {"age": "YWdm"},
    )  # fmt: skip

    def test_without_a_folder_each_reference_has_its_own_every_time_the_same(self) -> None:
        once, again = open_store(None, {}), open_store(None, {})
        values = [once.resolve(ref) for ref in self.REFS]
        assert len(set(values)) == len(values)
        assert values == [again.resolve(ref) for ref in self.REFS]
        assert once.placeholders
        assert all(PASSWORD.fullmatch(value) for value in values)

    @pytest.mark.parametrize("ref", REFS)
    def test_any_one_marks_the_store(self, ref: Reference) -> None:
        store = open_store(None, {})
        assert not store.placeholders
        store.resolve(ref)
        assert store.placeholders

    def test_a_placeholder_has_the_shape_of_what_it_stands_for(self) -> None:
        assert re.fullmatch(r"\d{6}", open_store(None, {}).resolve({"secret": "a"}, "pin"))

    def test_without_a_master_what_is_derived_is_a_placeholder(self, fill: Fill) -> None:
        on_host, in_ci = fill({"a": "x"}), open_store(None, {})
        assert on_host.derive("acme", "1001", "sip") == in_ci.derive("acme", "1001", "sip")
        assert on_host.placeholders
        assert not on_host.has_master

    def test_with_one_it_is_not(self, fill: Fill) -> None:
        store = fill({"master": MASTER})
        assert store.derive("acme", "1001", "sip") != open_store(None, {}).derive(
            "acme", "1001", "sip"
        )
        assert not store.placeholders
        assert store.has_master

    def test_a_plain_text_and_a_set_variable_are_none(self) -> None:
        store = open_store(None, {"PW": "hunter2"})
        store.resolve("hunter2")
        store.resolve({"env": "PW"})
        assert not store.placeholders


class TestDerive:
    def test_a_short_master_is_refused(self, fill: Fill) -> None:
        with pytest.raises(BadContentError, match="16 bytes"):
            fill({"master": "fifteen bytes.."})
        with pytest.raises(BadContentError):
            fill({"master": ""})

    def test_sixteen_bytes_are_taken_and_need_not_be_text(self, fill: Fill) -> None:
        assert fill({"master": bytes(range(240, 256))}).has_master

    def test_a_master_that_is_a_broken_link_is_an_error_not_a_placeholder(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "master").symlink_to("gone")
        with pytest.raises(SecretError):
            open_store(tmp_path, {})

    def test_the_newline_of_an_editor_changes_nothing(self, fill: Fill) -> None:
        one = fill({"master": MASTER}).derive("acme", "1001", "sip")
        assert fill({"master": MASTER + "\n"}).derive("acme", "1001", "sip") == one

    def test_the_values_are_fixed_for_ever(self, fill: Fill) -> None:
        """A change here changes every password of every site."""
        store = fill({"master": MASTER})
        assert store.derive("acme", "1001", "sip") == "aj2rpHbUcaHERB2B8nxhpczy"
        assert store.derive("acme", "1001", "pin") == "717852"

    @given(st.binary(max_size=100), st.text(max_size=100), st.binary(max_size=100))
    def test_the_key_of_a_purpose_is_an_hmac(self, key: bytes, text: str, raw: bytes) -> None:
        """RFC 2104, as the standard library has it, over each part behind its length."""
        parts = (b"dialform/1/any", text.encode("utf-8", "surrogatepass"), raw)
        message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        assert keyed(key, "any", text, raw) == hmac.digest(key, message, "sha256")

    @given(st.binary(min_size=32, max_size=32))
    def test_a_password_is_its_digits_of_base_58_the_lowest_first(self, digest: bytes) -> None:
        number, digits = int.from_bytes(digest, "big"), ""
        for _ in range(24):
            number, rest = divmod(number, 58)
            digits += BASE58[rest]
        assert _password(digest) == digits

    @given(TEXT, TEXT, st.sampled_from(["sip", "web", "box", "pin"]), st.integers(1, 99))
    def test_is_deterministic_and_has_its_shape(
        self, tenant: str, object_: str, kind: str, rotate: int
    ) -> None:
        value = derive(KEY, tenant, object_, kind, rotate)
        assert value == derive(KEY, tenant, object_, kind, rotate)
        assert re.fullmatch(r"\d{6}", value) if kind == "pin" else PASSWORD.fullmatch(value)

    def test_the_password_of_a_phones_own_page_is_of_all_kinds_of_characters(self) -> None:
        """Cisco's multiplatform phones refuse another; one in sixty would have no digit."""
        made = [derive(KEY, "acme", f"{number:012x}", "admin") for number in range(2000)]
        assert all(PASSWORD.fullmatch(value) and is_mixed(value) for value in made)
        plain = [derive(KEY, "acme", f"{number:012x}", "http") for number in range(2000)]
        assert not all(map(is_mixed, plain))

    @given(
        *(st.tuples(TEXT, TEXT, st.sampled_from(["sip", "box"]), st.integers(1, 99)),) * 2,
    )
    def test_whatever_differs_changes_the_password(
        self, one: tuple[str, str, str, int], other: tuple[str, str, str, int]
    ) -> None:
        assert (derive(KEY, *one) == derive(KEY, *other)) == (one == other)

    @given(TEXT, TEXT, TEXT)
    def test_parts_do_not_run_together(self, a: str, b: str, c: str) -> None:
        if b:
            assert derive(KEY, a + b, c, "sip") != derive(KEY, a, b + c, "sip")
            assert keyed(KEY, "x", a + b, c) != keyed(KEY, "x", a, b + c)

    @given(st.binary(min_size=16), st.binary(min_size=16))
    def test_another_master_gives_another_password(self, one: bytes, other: bytes) -> None:
        # HMAC pads a short key with zeros and hashes a long one (RFC 2104).
        if one.rstrip(b"\0") != other.rstrip(b"\0"):
            assert derive(one, "a", "b", "sip") != derive(other, "a", "b", "sip")

    @given(TEXT, TEXT, st.integers(1, 99))
    def test_a_pin_is_never_trivial(self, tenant: str, object_: str, rotate: int) -> None:
        assert not is_trivial(derive(KEY, tenant, object_, "pin", rotate))

    @pytest.mark.parametrize("pin", ["000000", "777777", "012345", "123456", "987654", "890123"])
    def test_what_is_trivial(self, pin: str) -> None:
        assert is_trivial(pin)

    @pytest.mark.parametrize("pin", ["471100", "123457", "112233", "135790"])
    def test_what_is_not(self, pin: str) -> None:
        assert not is_trivial(pin)

    def test_a_trivial_pin_is_derived_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = iter(["111111", "234567", "471108"])
        monkeypatch.setitem(derive.__globals__["_SHAPES"], "pin", lambda digest: next(made))
        assert derive(KEY, "a", "b", "pin") == "471108"


class TestDigest:
    def test_follows_the_value_wherever_it_comes_from(self, fill: Fill) -> None:
        store = fill({"master": MASTER, "a": "hunter2"}, PW="hunter2")
        digest = store.digest("hunter2")
        assert store.digest({"secret": "a"}) == store.digest({"env": "PW"}) == digest
        assert store.digest("hunter3") != digest

    def test_is_keyed_by_the_master(self, fill: Fill, tmp_path: Path) -> None:
        one = fill({"master": MASTER}).digest("4711")
        assert fill({"master": MASTER + "!"}).digest("4711") != one

    @pytest.mark.parametrize("master", [{}, {"master": MASTER}])
    def test_nobody_finds_a_pin_in_it_by_hashing_all(
        self, fill: Fill, master: dict[str, str | bytes]
    ) -> None:
        store = fill({"a": "4711", **master}, PIN="4711")
        public = open_store(None, {})
        told = {store.digest({"secret": "a"}), store.digest({"env": "PIN"})}
        for pin in (b"4711", b"4711\n"):
            assert not told & {f(pin).hexdigest() for f in (hashlib.sha256, hashlib.md5)}
        assert public.digest("4711") not in told

    def test_without_a_master_a_changed_file_still_shows(self, fill: Fill, tmp_path: Path) -> None:
        store = fill({"a": "4711"})
        one = store.digest({"secret": "a"})
        assert store.digest({"secret": "a"}) == one
        (tmp_path / "a").write_text("471108")
        assert store.digest({"secret": "a"}) != one

    def test_without_a_master_a_variable_never_hits(self) -> None:
        store = open_store(None, {"PIN": "4711"})
        assert store.digest({"env": "PIN"}) != store.digest({"env": "PIN"})

    def test_without_any_secret_it_is_the_same_everywhere(self) -> None:
        one, other = open_store(None, {}), open_store(None, {})
        for ref in ("plain", {"secret": "a"}, {"env": "A"}, {"age": "YWdl"}):
            assert one.digest(ref) == other.digest(ref)

    def test_a_bad_name_or_a_missing_file_is_an_error_here_too(self, fill: Fill) -> None:
        for ref in ({"secret": "../x"}, {"secret": "gone"}, {"env": "GONE"}, {"age": "YWdl"}):
            with pytest.raises(SecretError):
                fill({}).digest(ref)


class TestFingerprint:
    @pytest.mark.parametrize("master", [{}, {"master": MASTER}])
    def test_changes_when_any_file_does(
        self, fill: Fill, tmp_path: Path, master: dict[str, str | bytes]
    ) -> None:
        seen = {(store := fill({"a": "1", "b": "2", **master})).fingerprint()}
        assert store.fingerprint() in seen
        (tmp_path / "a").write_text("one")
        seen.add(store.fingerprint())
        (tmp_path / "c").write_text("3")
        seen.add(store.fingerprint())
        (tmp_path / "c").rename(tmp_path / "d")
        seen.add(store.fingerprint())
        (tmp_path / "d").unlink()
        (tmp_path / "b").unlink()
        seen.add(store.fingerprint())
        assert len(seen) == 5

    def test_with_a_master_only_content_counts(self, tmp_path: Path) -> None:
        """systemd writes the credentials anew at every start of the service."""
        told = set()
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            for name, content in (("master", MASTER), ("x", "1")):
                (tmp_path / folder / name).write_text(content)
            told.add(open_store(tmp_path / folder, {}).fingerprint())
        assert len(told) == 1

    def test_names_and_contents_do_not_run_together(self, tmp_path: Path) -> None:
        told = set()
        for i, files in enumerate(({"a": "bc"}, {"ab": "c"}, {"a": "", "bc": ""})):
            folder = tmp_path / str(i)
            folder.mkdir()
            for name, content in {"master": MASTER, **files}.items():
                (folder / name).write_text(content)
            told.add(open_store(folder, {}).fingerprint())
        assert len(told) == 3

    def test_takes_the_variables_that_a_site_names(self, fill: Fill) -> None:
        one, other = fill({"master": MASTER}, A="1"), fill({"master": MASTER}, A="2")
        assert one.fingerprint() == other.fingerprint()
        assert one.fingerprint(["A"]) != other.fingerprint(["A"])
        assert one.fingerprint(["B"]) == other.fingerprint(["B"])

    def test_what_is_no_secret_does_not_stop_it(self, fill: Fill, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "folder").mkdir()
        (tmp_path / "loop").symlink_to("loop")
        (tmp_path / "out").symlink_to("/etc/passwd")
        (tmp_path / ".hidden").write_text("x")
        (tmp_path / "large").write_bytes(b"x" * 100_000)
        for files in ({}, {"master": MASTER}):
            assert fill(files).fingerprint()

    def test_without_a_folder_it_is_always_the_same(self) -> None:
        assert open_store(None, {}).fingerprint() == open_store(None, {"A": "b"}).fingerprint()


class TestNothingShows:
    SECRETS = ("hunter2-and-more", MASTER, "AGE-SECRET-KEY-1HUNTER2")

    def store(self, fill: Fill) -> SecretStore:
        return fill(
            {
                "master": MASTER,
                "age.key": "AGE-SECRET-KEY-1HUNTER2",
                "lines": "hunter2-and-more\nsecond",
                "latin": "hunter2-and-more é".encode("latin-1"),
                "nul": "hunter2-and-more\0",
            },
            BAD="hunter2-and-more\n",
        )

    def test_not_in_the_repr_of_a_store(self, fill: Fill) -> None:
        store = self.store(fill)
        for text in (repr(store), str(store), f"{store}"):
            assert not any(secret in text for secret in self.SECRETS)

    @pytest.mark.parametrize(
        "ref",
        [
            {"secret": "lines"},
            {"secret": "latin"},
            {"secret": "nul"},
            {"secret": "hunter2-and-more!"},
            {"secret": "../hunter2-and-more"},
            {"env": "BAD"},
            {"env": "hunter2-and-more"},
            {"age": "hunter2-and-more"},
            {"age": "aHVudGVyMi1hbmQtbW9yZQ=="},
            "hunter2-and-more\n",
        ],
    )
    def test_not_in_an_error_or_its_traceback(self, fill: Fill, ref: Reference) -> None:
        with pytest.raises(SecretError) as caught:
            self.store(fill).resolve(ref)
        error: BaseException | None = caught.value
        while error is not None:
            told = repr(error) + repr(getattr(error, "object", "")) + repr(error.args)
            assert not any(secret in told for secret in self.SECRETS)
            error = error.__context__
        told = "".join(traceback.format_exception_only(caught.value))
        assert not any(secret in told for secret in self.SECRETS)

    @given(st.text(min_size=8))
    def test_not_in_the_repr_whatever_it_is(self, secret: str) -> None:
        store = SecretStore(None, {"PW": secret})
        assert repr(store) == "<SecretStore without a folder>"

    def test_a_store_is_not_pickled(self, fill: Fill) -> None:
        with pytest.raises(TypeError):
            pickle.dumps(self.store(fill))

    def test_an_error_survives_a_trip_between_processes(self) -> None:
        error = pickle.loads(pickle.dumps(MissingFileError("reason", "hint")))
        assert (type(error), error.reason, error.hint) == (MissingFileError, "reason", "hint")


def test_the_a1_hash_is_what_freeswitch_computes() -> None:
    # RFC 2617, section 3.5: the HA1 of its example.
    assert htdigest("Mufasa", "testrealm@host.com", "Circle Of Life") == (
        "939e7578ed9e3c518a452acee763bce9"
    )
