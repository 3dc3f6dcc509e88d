"""Whatever is written of phones: every mistake is a finding at its place, and the rest is compiled."""

import json
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.compiler.phones.catalogue import KINDS, vendor_of, vendors
from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.fitting import fit, room
from dialform.compiler.phones.known import known_of
from dialform.compiler.secrets import open_store
from dialform.compiler.unit import Context, TenantResult, compile_tenant
from dialform.renderers import site as renderer
from dialform.schema.diagnostic import Severity
from dialform.schema.zones import zone_names

from .tenants import MAC, scope

_MODELS = [
    (key, model)
    for key in vendors()
    if (vendor := vendor_of(key)) is not None
    for model in vendor.models
]
_NUMBERS = st.sampled_from(
    ["1001", "1002", "1009", "950", "5901", "911", "*98", "+12125550177", "x", "", "2"]
)
_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20
)
KEYS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(KINDS)},
        optional={"value": _NUMBERS, "label": _TEXTS, "line": st.integers(1, 3)},
    ),
    max_size=6,
)  # fmt: skip
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "codecs": st.lists(st.sampled_from(["OPUS", "PCMU", "G722", "SPEEX", "VP8"]), max_size=3),
        "dtmf": st.sampled_from(["rfc2833", "info", "inband", "auto"]),
        "transport": st.sampled_from(["udp", "tcp", "tls"]),
        "timezone": st.sampled_from(["Europe/Dublin", "Asia/Kolkata", "America/Sao_Paulo", "UTC"]),
        "language": st.sampled_from(["en", "de", "zh", "pt-BR", "is"]),
        "keys": KEYS, "ntp": st.just("ntp.example.com"), "vlan": st.integers(1, 4094),
        "ringtone": _TEXTS, "firmware": st.just("https://files.example.com/a.rom"),
        "screen": st.fixed_dictionaries({}, optional={"backlight": st.integers(0, 7200),
                                                      "brightness": st.integers(1, 100),
                                                      "screensaver": st.integers(0, 21600)}),
    },
)  # fmt: skip
DEVICES = st.fixed_dictionaries(
    {"vendor": st.sampled_from([*vendors(), "yealnik", "webphone"]), "label": st.just("D")},
    optional={
        "model": st.sampled_from([model for _, model in _MODELS]), "template": st.just("odd"),
        "keys": KEYS, "modules": st.lists(st.sampled_from(["exp40", "d7", "none"]), max_size=3),
        "lines": st.lists(
            st.fixed_dictionaries({"extension": st.sampled_from(["1001", "1002", "1009"])}),
            max_size=3,
        ),
    },
)  # fmt: skip
MACS = st.sampled_from([MAC, "80-5E-C0-A0-00-05", "ffffffffffff", "000000000000", "a-slug"])
_SITE = {
    "company": "Acme", "permissions": ["devices"],
    "extensions": {"1001": {"name": "Alice"}, "1002": {"name": "Bob"}},
    "paging": {"950": {"members": ["1001"]}}, "parking": {"lot": "5900", "slots": "5901-5903"},
}  # fmt: skip
_STORE = open_store(None, {})


def compiled(tenant: dict[str, Any]) -> TenantResult:
    # As JSON, which is YAML: written plainly some texts are read otherwise by one parser or another.
    text = json.dumps(tenant, indent=1, ensure_ascii=False)
    view = scope().view
    context = Context(view, _STORE, lambda path: b"", renderer.render_tenant)
    return compile_tenant("acme", [("tenants.d/acme.yaml", text.encode())], context)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(MACS, DEVICES, max_size=3),
    st.dictionaries(st.sampled_from(["a", "b"]), PROFILES, max_size=2),
    st.sampled_from(["a", "b", "c", None]),
)
def test_nothing_that_is_written_is_a_fault_of_ours(
    devices: dict[str, Any], profiles: dict[str, Any], profile: str | None
) -> None:
    named = {key: {**one, "profile": profile} if profile else one for key, one in devices.items()}
    result = compiled({**_SITE, "devices": named, "device_profiles": profiles})
    assert all(one.line and one.column and one.file for one in result.diagnostics)
    # A finding in one device hides none of another.
    told = Counter(one.code for one in result.diagnostics)
    assert told["DF1614"] == len(
        [
            k
            for k, one in devices.items()
            if k in ("f" * 12, "0" * 12) and one["vendor"] != "webphone"
        ]
    )
    assert told["DF1601"] == sum(one["vendor"] == "yealnik" for one in devices.values())


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(_MODELS), PROFILES, KEYS, st.integers(0, 2))
def test_what_has_no_error_is_rendered(
    model: tuple[str, str], profile: dict[str, Any], keys: list[Any], lines: int
) -> None:
    vendor, name = model
    device = {"label": "D", "vendor": vendor, "model": name, "profile": "a", "keys": keys,
              "lines": [{"extension": "1001"}] * lines}  # fmt: skip
    result = compiled({**_SITE, "devices": {MAC: device}, "device_profiles": {"a": profile}})
    errors = [one for one in result.diagnostics if one.severity is Severity.ERROR]
    files = [file for file in result.artifacts if file.path.startswith("provisioning/")]
    assert bool(files) != bool(errors), errors


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_MODELS), KEYS, KEYS, st.integers(0, 6))
def test_keys_fit_and_its_own_come_last(
    model: tuple[str, str], shared: list[Any], own: list[Any], lines: int
) -> None:
    device = {"vendor": model[0], "model": model[1], "lines": [{"extension": "1001"}] * lines,
              "keys": [{"type": key["type"]} for key in own]}  # fmt: skip
    one = scope(device=device, profile={"keys": [{"type": key["type"]} for key in shared]})
    (phone,) = known_of(one.tenant)
    found = fit(phone.vendor, phone.model, phone.profile, phone.device)
    most = room(phone.model, [])
    assert len(found.keys) <= most
    kept = len(own) if found.over is None else found.over
    assert [key.type for key in found.keys[len(found.keys) - kept :]] == [
        key["type"] for key in own[:kept]
    ]
    assert (found.over is not None) == (kept < len(own))
    # Nothing of the profile is left out for want of room while there is some.
    if any(why == "no room" for _, why in found.left):
        assert len(found.keys) == most


def test_every_zone_that_can_be_written_is_a_clock() -> None:
    for zone in zone_names():
        clock = clock_of(zone)
        assert -12 * 60 <= clock.offset <= 14 * 60, zone
        assert bool(clock.saving) == bool(clock.start) == bool(clock.end), zone
