"""What holds for every vendor, model and template of the catalogue.

After a change of a template that is meant: `REWRITE_GOLDEN=1 pytest tests/unit/test_phones -k golden`, and
look at what git says of tests/unit/test_phones/golden.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from dialform.compiler.phones.catalogue import FORMATS, KINDS, Model, Vendor, vendors
from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Screen
from dialform.renderers.phones.index import index_of
from dialform.renderers.phones.render import named, render_phone
from dialform.renderers.phones.templating import template
from dialform.schema.devices import DeviceProfile
from dialform.schema.types import _codec
from dialform.schema.zones import zone_names
from dialform.values import replace

from . import samples
from .parsing import skeleton
from .settings import KEYS, SETTINGS

GOLDEN = Path(__file__).parent / "golden"
REWRITE = bool(os.environ.get("REWRITE_GOLDEN"))

MODELS = list(samples.every_model())
EVERY_MODEL = pytest.mark.parametrize(
    ("vendor", "model"), MODELS, ids=[f"{vendor.key}-{model.name}" for vendor, model in MODELS]
)
EVERY_VENDOR = pytest.mark.parametrize(
    "vendor", [samples.known(key) for key in vendors()], ids=vendors()
)

LARGEST = {
    (vendor.key, model.template): model
    for vendor, model in sorted(
        MODELS, key=lambda pair: (samples.room(pair[1]), pair[1].lines, pair[1].name)
    )
}
"""Of each vendor's template the model with the most keys and lines."""
EVERY_TEMPLATE = pytest.mark.parametrize(
    ("vendor", "model"),
    [(samples.known(key), model) for (key, _), model in sorted(LARGEST.items())],
    ids=["-".join(key) for key in sorted(LARGEST)],
)

SAMPLES = {"plain": samples.plain, "full": samples.full, "hostile": samples.hostile}

TWICE: dict[tuple[str, str], str] = {
    ("generic", "sip"): "in plain words for people, and in the file of an app",
    ("fanvil", "admin"): "of the web page, and of the phone's own menu",
    ("snom", "admin"): "of the web page, and of the phone's own menu",
}
"""Where a secret stands more than once: (vendor, admin, sip or token) and the reason."""


@EVERY_VENDOR
def test_a_vendors_table_says_only_what_there_is(vendor: Vendor) -> None:
    assert set(vendor.kinds) <= set(KINDS)
    assert {file.format for file in vendor.files} <= set(FORMATS)
    for model in vendor.models.values():
        assert model.lines >= 1 and model.keys >= 0, model.name
        assert [_codec(codec) for codec in model.codecs] == list(model.codecs), model.name
        assert bool(model.modules) == bool(model.most_modules), model.name
    known = {*SETTINGS, *KEYS}
    names = {key.rpartition("/")[2] for key in vendor.without}
    assert names <= known, f"[without] names no setting: {sorted(names - known)}"
    templates = {key.rpartition("/")[0] for key in vendor.without} - {""}
    assert templates <= vendor.templates
    assert all(reason.strip() for reason in vendor.without.values())


@EVERY_VENDOR
def test_what_its_phones_are_told_is_one_word_for_an_event(vendor: Vendor) -> None:
    """It becomes a header of a NOTIFY, and a line of what the switch is sent."""
    for event in (vendor.resync, vendor.reboot):
        assert re.fullmatch(r"(?:[a-z-]+(?:;[a-z]+=[a-z]+)*)?", event)


@EVERY_VENDOR
def test_the_page_of_vendors_has_a_section_of_it(vendor: Vendor) -> None:
    page = (GOLDEN.parents[3] / "docs" / "phone-vendors.md").read_text("utf-8")
    section = page.partition(f"\n## {vendor.name}")[2].partition("\n## ")[0]
    assert section, f"docs/phone-vendors.md has no '## {vendor.name}'"


@EVERY_VENDOR
def test_no_two_models_are_spelled_the_same(vendor: Vendor) -> None:
    for model in vendor.models.values():
        for name in (model.name, *model.also):
            assert vendor.model(name) == model, name


@EVERY_VENDOR
def test_every_template_that_is_named_exists(vendor: Vendor) -> None:
    for file in vendor.files:
        for one in vendor.templates:
            name = f"{vendor.key}/{file.template.format(template=one)}"
            assert template(file.format, name).name == name


@EVERY_VENDOR
def test_names_of_files_are_distinct_and_plain(vendor: Vendor) -> None:
    """Requests are matched whatever their capitals."""
    names = [
        named(pattern, samples.MAC).lower()
        for file in vendor.files
        for pattern in dict.fromkeys((file.name, *file.also))
    ]
    folded = {file.name.format(mac="", MAC="").lower() for file in vendor.files}
    assert len(folded) == len(vendor.files)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name) for name in names), names
    by_file = [
        {named(p, samples.MAC).lower() for p in (file.name, *file.also)} for file in vendor.files
    ]
    assert sum(map(len, by_file)) == len(set().union(*by_file)), "one name for two files"


@EVERY_MODEL
def test_every_model_renders_and_reads_in_its_format(vendor: Vendor, model: Model) -> None:
    for make in SAMPLES.values():
        phone = make(vendor.key, model.name)
        for file, made in zip(vendor.files, render_phone(phone), strict=True):
            assert made.secret
            assert skeleton(file.format, made.content or b"")


@EVERY_TEMPLATE
def test_whatever_people_write_adds_no_setting(vendor: Vendor, model: Model) -> None:
    """The frame of a file is the same for harmless texts and for odd ones."""
    calm = samples.hostile(vendor.key, model.name, "name", "text", "password")
    odd = samples.hostile(vendor.key, model.name)
    for file, one, other in zip(vendor.files, render_phone(calm), render_phone(odd), strict=True):
        assert skeleton(file.format, one.content or b"") == skeleton(
            file.format, other.content or b""
        ), file.name


@EVERY_MODEL
def test_secrets_stand_only_where_they_belong(vendor: Vendor, model: Model) -> None:
    phone = samples.full(vendor.key, model.name)
    text = samples.texts(phone)
    address = phone.url.partition("://")[2].rstrip("/")  # some say the scheme apart
    assert text.count(samples.TOKEN) == text.count(address), "a token outside of the phone's URL"
    assert samples.HTTP_PASSWORD not in text
    most = {"admin": [samples.ADMIN_PASSWORD], "sip": [line.password for line in phone.lines]}
    for kind, secrets in most.items():
        for secret in secrets:
            count = text.count(secret)
            assert count <= 1 or (vendor.key, kind) in TWICE, f"{kind} stands {count} times"
    assert not [secret for secret in sum(most.values(), [phone.token]) if secret in repr(phone)]


@EVERY_MODEL
def test_without_provisioning_there_is_no_address_and_no_token(
    vendor: Vendor, model: Model
) -> None:
    text = samples.texts(samples.full(vendor.key, model.name, url=""))
    assert samples.TOKEN not in text
    assert "provision/" not in text


@EVERY_TEMPLATE
@pytest.mark.parametrize("setting", [*SETTINGS, *KEYS])
def test_every_setting_is_seen_or_stands_in_without(
    vendor: Vendor, model: Model, setting: str
) -> None:
    """And what stands in `[without]` of vendor.toml really does nothing."""
    reasons = [vendor.without.get(setting), vendor.without.get(f"{model.template}/{setting}")]
    if setting in KEYS and not samples.room(model):
        pytest.skip("phones without keys")
    if (kind := setting.removeprefix("keys.")) in KINDS and kind not in vendor.kinds:
        pytest.skip(f"{vendor.name} has no keys of kind {kind}")
    if setting == "keys.by_line" and model.lines == 1:
        pytest.skip("phones with one line")
    seen = any(
        _changes(vendor, one, setting)
        for one in vendor.models.values()
        if one.template == model.template
    )
    if any(reasons):
        assert not seen, f"it is seen after all; take it out of [without]: {setting}"
    else:
        assert seen, (
            f"no file changes; if there is no parameter for it, say so in [without]: {setting}"
        )


def _changes(vendor: Vendor, model: Model, setting: str) -> bool:
    phone = samples.full(vendor.key, model.name)
    if setting in SETTINGS:
        before, after = phone, SETTINGS[setting](phone)
    else:
        if not phone.keys:
            return False
        before, after = (change(phone) for change in KEYS[setting])
    return samples.files(before) != samples.files(after)


@EVERY_TEMPLATE
def test_a_line_is_the_same_wherever_it_stands(vendor: Vendor, model: Model) -> None:
    """Every line of the phone, to the last one that the model has, is in its files."""
    lines = tuple(samples.line(str(2000 + number)) for number in range(model.lines))
    text = samples.texts(samples.plain(vendor.key, model.name, lines=lines))
    assert [one.extension for one in lines if one.password not in text] == []


@EVERY_MODEL
def test_keys_fill_the_phone_and_all_its_modules(vendor: Vendor, model: Model) -> None:
    """The last key of the last module has its place, and one key too many does no harm."""
    if "speed-dial" not in vendor.kinds or not samples.room(model):
        pytest.skip("no keys")
    module = max(model.modules, key=lambda name: model.modules[name], default="")
    count = samples.room(model)
    key = samples.keys(replace(vendor, kinds=("speed-dial",)), 1)[0]
    keys = tuple(replace(key, label=f"Key-{n}.", dial=f"77{n:04}") for n in range(count + 1))
    modules = (module,) * model.most_modules
    text = samples.texts(samples.plain(vendor.key, model.name, keys=keys, modules=modules))
    missing = [one.dial for one in keys[:count] if one.dial not in text]
    assert missing == [], f"{len(missing)} of {count}"
    assert keys[count].dial not in text


@EVERY_VENDOR
def test_the_index_knows_each_file_by_all_its_names(vendor: Vendor) -> None:
    phone = samples.full(vendor.key)
    made = list(render_phone(phone))
    tenant = SimpleNamespace(slug="acme", domain=samples.DOMAIN, phones=(phone,))
    (index,) = index_of(tenant, made)  # type: ignore[arg-type]
    text = (index.content or b"").decode()
    assert samples.TOKEN not in text and samples.HTTP_PASSWORD not in text
    for file in vendor.files:
        for pattern in (file.name, *file.also):
            assert f'"{named(pattern, phone.mac, phone.model).lower()}"' in text


@EVERY_TEMPLATE
@pytest.mark.parametrize("sample", SAMPLES)
def test_golden_files(vendor: Vendor, model: Model, sample: str) -> None:
    folder = GOLDEN / vendor.key / f"{model.template}-{sample}"
    made = samples.files(SAMPLES[sample](vendor.key, model.name))
    if REWRITE:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, content in made.items():
            (folder / name).write_bytes(content)
    kept = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}
    assert sorted(kept) == sorted(made)
    for name, content in made.items():
        assert content.decode() == kept[name].decode(), f"{folder}/{name}"


def test_every_golden_file_belongs_to_a_template() -> None:
    wanted = {
        GOLDEN / vendor / f"{template}-{sample}"
        for vendor, template in LARGEST
        for sample in SAMPLES
    }
    found = {path.parent for path in GOLDEN.rglob("*") if path.is_file()}
    assert found - wanted == set()


def annotation(model: Any, field: str) -> Any:
    return model.model_fields[field].annotation


@EVERY_TEMPLATE
def test_nothing_that_may_be_written_ends_in_a_fault(vendor: Vendor, model: Model) -> None:
    """Each value of what is chosen from a list, and what is odd but allowed: no lines, keys of lines that the
    phone has not, a server by its IPv6 address, a language and a country that nobody knows.
    """
    phone = samples.full(vendor.key, model.name)
    line = samples.line(server="[2001:db8::1]", port=5062)
    odd = [replace(key, line=48) for key in samples.keys(vendor, 9)]
    for changed in (
        *(replace(phone, dtmf=dtmf) for dtmf in get_args(annotation(DeviceProfile, "dtmf"))),
        *(
            replace(phone, lines=(replace(line, transport=transport, srtp=srtp),))
            for transport in get_args(annotation(DeviceProfile, "transport"))
            for srtp in ("off", "optional", "required")
        ),
        *(replace(phone, language=language) for language in ("xx", "zh-tw", "pt-br", "en-gb")),
        *(replace(phone, country=country) for country in ("AQ", "US", "DE")),
        *(replace(phone, codecs=(codec,)) for codec in model.codecs),
        *(replace(phone, ringtone=ring) for ring in ("0", "999999", "²", "a b.wav")),
        *(replace(phone, screen=Screen(n, max(1, n % 101), n)) for n in (0, 1, 7200)),
        replace(phone, keys=tuple(odd)),
        replace(phone, lines=(), keys=tuple(odd)),
        replace(phone, codes=Codes(), emergency_numbers=(), vlan=4094),
        replace(phone, firmware="https://[2001:db8::1]:8443/"),
    ):
        for file, made in zip(vendor.files, render_phone(changed), strict=True):
            assert skeleton(file.format, made.content or b"")


@EVERY_TEMPLATE
def test_every_clock_of_the_world_can_be_told(vendor: Vendor, model: Model) -> None:
    clocks = {clock.posix: clock for clock in map(clock_of, sorted(zone_names()))}
    phone = samples.plain(vendor.key, model.name)
    for clock in clocks.values():
        for file, made in zip(vendor.files, render_phone(replace(phone, clock=clock)), strict=True):
            assert skeleton(file.format, made.content or b""), clock.zone


@EVERY_MODEL
def test_no_value_of_ours_slips_in_as_it_is(vendor: Vendor, model: Model) -> None:
    """A `None` or an object of Python, where a template forgot a case."""
    for phone in (samples.plain(vendor.key, model.name), samples.full(vendor.key, model.name)):
        text = samples.texts(phone).replace(">None<", "")  # a word of Grandstream's
        assert not re.search(r"\b(?:None|Markup)\b|<function |object at 0x|\bdict_|\[\]", text)


def test_files_are_the_same_whatever_the_seed_of_hashes_is() -> None:
    """An order that comes of chance would tell phones again and again that their files changed."""
    code = (
        "import hashlib\n"
        "from tests.unit.test_phones import samples\n"
        "made = [sorted(samples.files(make(vendor.key, model.name)).items())\n"
        "        for vendor, model in {(v.key, m.template): (v, m) for v, m in samples.every_model()}.values()\n"
        "        for make in (samples.plain, samples.full)]\n"
        "print(hashlib.sha256(repr(made).encode()).hexdigest())\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(GOLDEN.parents[3])},
            check=True, capture_output=True, text=True, cwd=GOLDEN.parents[3],
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1
