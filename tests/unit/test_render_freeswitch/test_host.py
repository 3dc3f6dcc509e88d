"""The files of a host: what it listens on, loads, and keeps secret."""

from dialform.compiler.resolved_host import Mail, Redis
from dialform.renderers.freeswitch import (
    boot_command,
    prompt_files,
    render_host,
    sound_folder,
    trunks,
)

from . import samples

NOBODY = ()


def _files(platform=None, host=None, tenants=NOBODY, revision="r1"):
    return render_host(platform or samples.platform(), host or samples.host(), tenants, revision)


def _modules(**fields):
    root = samples.xml(_files(samples.platform(**fields)), "modules.conf.xml")
    return [load.get("module") for load in root.iter("load")]


def _settings(name, **kinds):
    return samples.settings(samples.xml(_files(**kinds), name))


def test_the_revision_stands_in_one_file():
    before, after = (
        {a.path: a.content for a in _files(revision=revision)} for revision in ("", "0a1b2c")
    )
    assert [path for path in before if before[path] != after[path]] == ["freeswitch/freeswitch.xml"]
    assert b'data="dialform_revision=0a1b2c"' in after["freeswitch/freeswitch.xml"]


def test_the_live_tree_can_be_asked_for_its_revision():
    """Not by a variable: the preprocessor sets it of broken XML as well."""
    (top,) = (a.content for a in _files() if a.path == "freeswitch/freeswitch.xml")
    inside = top.partition(b'<section name="configuration">')[2].partition(b"</section>")[0]
    assert b'<configuration name="dialform.conf">' in inside
    assert b'<param name="revision" value="r1"/>' in inside


def _stamps(**fields):
    platform = samples.platform(
        providers=(samples.provider(**{"register": True, "username": "me", "password": "x", **fields}),),
        stamp_key=b"a key",
    )  # fmt: skip
    root = samples.xml(_files(platform), "external.xml")
    return [v.attrib for v in root.iter("variable") if v.get("name") == "dialform_stamp"]


def test_a_gateway_says_of_which_version_it_is():
    """Another for whatever changes it, with a password's weakness hidden behind a key; inbound only."""
    (first,) = _stamps()
    assert first["direction"] == "inbound"
    assert _stamps() == [first]
    for changed in ({"password": "y"}, {"username": "you"}, {"port": 5090}, {"register": False},
                    {"host": "192.0.2.99"}, {"caller_id_in": "pai"}):  # fmt: skip
        assert _stamps(**changed)[0]["value"] != first["value"], changed
    for same in ({"max_channels": 3}, {"number_format": "digits"}, {"addresses": ("192.0.2.9",)}):
        assert _stamps(**same) == [first], same


def test_without_the_key_nobody_computes_a_stamp():
    gateway = trunks.gateways(samples.platform(providers=(samples.provider(),)), samples.host())[0]
    assert gateway.stamp(b"one") != gateway.stamp(b"other")


def test_carriers_get_no_header_of_the_switch_s_own():
    profile = samples.xml(_files(), "external.xml")
    found = {param.get("name"): param.get("value") for param in profile.iter("param")}
    assert found["pass-callee-id"] == "false"


def test_who_is_held_is_not_sent_to_a_stream_that_is_not_there():
    (top,) = (a.content for a in _files() if a.path == "freeswitch/freeswitch.xml")
    assert b'data="hold_music=' in top


def test_files_with_passwords_are_marked():
    secret = {a.path for a in _files() if a.secret}
    carrier = samples.provider(register=True, username="me", password="carrierpassword")
    for artifact in _files(samples.platform(providers=(carrier,))):
        for word in (b"opensesame", b"carrierpassword"):
            assert word not in (artifact.content or b"") or artifact.path in secret


def test_cdrs_are_written_before_any_other_module_keeps_them():
    modules = _modules()
    assert modules.index("mod_json_cdr") < modules.index("mod_sofia")
    known = _settings("json_cdr.conf.xml")
    assert known == {
        "log-b-leg": "true",
        "prefix-a-leg": "false",
        "encode-values": "false",
        "rotate": "false",
        "log-dir": "$${log_dir}/json_cdr",
    }
    assert _settings("json_cdr.conf.xml", host=samples.host(cdr="/spool"))["log-dir"] == "/spool"


def test_codecs_bring_their_modules():
    assert "mod_opus" in _modules() and "mod_g729" not in _modules()
    assert "mod_g729" in _modules(providers=(samples.provider(codecs=("G729",)),))
    assert "mod_opus" not in _modules(codecs=("PCMA",))


def test_redis_brings_its_module_and_its_address():
    assert "mod_hiredis" not in _modules()
    assert "mod_hiredis" in _modules(redis=Redis("127.0.0.1", 6379, ""))
    platform = samples.platform(redis=Redis("192.0.2.9", 6380, "pa@ss"))
    known = _settings("hiredis.conf.xml", platform=platform)
    assert (known["hostname"], known["port"], known["password"]) == ("192.0.2.9", "6380", "pa@ss")
    # A Redis that is down must not silence the phones.
    assert known["ignore-connect-fail"] == "true"


def test_the_core_s_database_needs_its_module_first():
    platform = samples.platform(core_db="postgresql://fs@192.0.2.9/fs")
    files = _files(platform)
    assert "mod_pgsql" in samples.content(files, "pre_load_modules.conf.xml")
    known = samples.settings(samples.xml(files, "switch.conf.xml"))
    assert known["core-db-dsn"] == platform.core_db


def test_voicemail_is_mailed_by_our_own_command():
    mail = Mail("smtp://127.0.0.1:25/?a=1&b=[x]", "pbx@example.com")
    known = _settings("switch.conf.xml", platform=samples.platform(mail=mail))
    # The switch hands `PROGRAM -f FROM ARGUMENTS TO` to a shell.
    assert known["mailer-app"] == "dialform sendmail"
    assert known["mailer-app-args"] == "--smtp 'smtp://127.0.0.1:25/?a=1&b=[x]'"
    assert _settings("switch.conf.xml")["mailer-app"] == "true"


def test_only_the_time_zones_in_use_are_listed():
    tenants = (samples.summary("acme", timezones=("Europe/Berlin", "Asia/Tokyo")),)
    zones = samples.xml(_files(tenants=tenants), "timezones.conf.xml").iter("zone")
    assert {zone.get("name"): zone.get("value") for zone in zones} == {
        "Asia/Tokyo": "JST-9",
        "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
        "UTC": "UTC0",
    }


def test_the_event_socket_listens_to_its_own_host_only():
    files = _files(host=samples.host(esl_host="10.0.0.5", esl_port=8099))
    known = samples.settings(samples.xml(files, "event_socket.conf.xml"))
    assert (known["listen-ip"], known["listen-port"]) == ("10.0.0.5", "8099")
    lists = samples.xml(files, "acl.conf.xml")
    (allowed,) = lists.findall(f".//list[@name='{known['apply-inbound-acl']}']")
    assert allowed.get("default") == "deny"
    assert {n.get("cidr") for n in allowed} == {"127.0.0.0/8", "::1/128", "10.0.0.5/32"}


def test_rtp_ports_are_whole_pairs():
    known = _settings("switch.conf.xml", host=samples.host(rtp_first=16385, rtp_last=32767))
    assert (known["rtp-start-port"], known["rtp-end-port"]) == ("16386", "32766")


# The SIP profiles.


def test_every_profile_has_a_timer_and_follows_no_redirection_by_itself():
    for name in ("internal", "external"):
        known = _settings(f"{name}.xml")
        assert known["rtp-timer-name"] == "soft"
        assert known["manual-redirect"] == "true"
        assert known["channel-xml-fetch-on-nightmare-transfer"] == "true"


def test_nobody_gets_past_the_phones_profile_without_a_password():
    known = _settings("internal.xml")
    assert known["auth-calls"] == "true"
    assert known["accept-blind-reg"] == known["accept-blind-auth"] == "false"
    assert known["challenge-realm"] == "auto_from"
    assert known["inbound-reg-force-matching-username"] == "true"
    # Whose user is not known is refused like any stranger.
    assert known["context"] == "public"
    assert known["tls-version"] == "tlsv1.2,tlsv1.3"


def test_carriers_neither_log_in_nor_transfer():
    known = _settings("external.xml")
    assert known["disable-register"] == known["disable-transfer"] == "true"
    assert known["context"] == "public"
    assert "tls-sip-port" not in known
    carrier = samples.platform(providers=(samples.provider(transport="tls"),))
    assert _settings("external.xml", platform=carrier)["tls-sip-port"] == "5081"


def test_an_address_behind_nat_is_what_the_world_is_told():
    plain = _settings("internal.xml")
    assert plain["sip-ip"] == plain["rtp-ip"] == "203.0.113.10"
    assert "ext-sip-ip" not in plain
    behind = _settings("internal.xml", host=samples.host(bind="10.0.0.5"))
    assert (behind["sip-ip"], behind["ext-rtp-ip"]) == ("10.0.0.5", "203.0.113.10")
    anywhere = _settings("internal.xml", host=samples.host(bind="0.0.0.0"))
    assert (anywhere["sip-ip"], anywhere["ext-sip-ip"]) == ("$${local_ip_v4}", "203.0.113.10")
    named = _settings("external.xml", host=samples.host(address="pbx.example.com", bind="0.0.0.0"))
    assert (named["ext-sip-ip"], named["ext-rtp-ip"]) == ("pbx.example.com", "host:pbx.example.com")


def test_folders_that_a_host_names_are_used():
    host = samples.host(sounds="/snd", recordings="/rec", storage="/sto", certs="/crt")
    text = samples.content(_files(host=host), "freeswitch.xml")
    for name, path in (("sounds", "/snd"), ("recordings", "/rec"), ("storage", "/sto")):
        assert f'data="{name}_dir={path}"' in text
    assert _settings("internal.xml", host=host)["tls-cert-dir"] == "/crt"
    assert _settings("voicemail.conf.xml", host=host)["storage-dir"] == "/sto/voicemail/default"


def test_the_switch_is_started_with_all_three_folders():
    command = boot_command(samples.host(), "/srv/conf")
    options = dict(zip(command[3::2], command[4::2], strict=True))
    assert options == {
        "-conf": "/srv/conf",
        "-log": "/var/log/freeswitch",
        "-db": "/var/lib/freeswitch/db",
    }
    named = boot_command(samples.host(log="/l", db="/d", certs="/c"))
    assert named[-6:] == ["-log", "/l", "-db", "/d", "-certs", "/c"]


# What it says.

MACROS = (
    "abort ack change_pass_fail change_pass_success choose_greeting choose_greeting_fail "
    "config_menu disk_quota_exceeded enter_id enter_pass fail_auth forward_message_enter_extension "
    "forward_prepend goodbye greeting_selected hello invalid_extension listen_file_check menu "
    "message_count play_greeting record_file_check record_greeting record_message record_name "
    "record_urgent_check say_date say_message_number say_name say_number say_phone_number"
)
"""mod_voicemail.c: every macro that it plays."""


def test_every_macro_of_voicemail_is_there_in_every_language():
    tenants = (samples.summary("acme", language="fr"), samples.summary("globex", language="de"))
    files = _files(tenants=tenants)
    for language in ("en", "fr", "de"):
        root = samples.xml(files, f"lang/{language}.xml")
        names = {macro.get("name") for macro in root.iter("macro")}
        said = {name for name in names if name.startswith("voicemail_")}
        assert said == {f"voicemail_{name}" for name in MACROS.split()}


def test_a_language_without_sounds_speaks_english():
    assert sound_folder("de") == sound_folder("en") == "en/us/callie"
    assert sound_folder("pt-br") == "pt/BR/karina"
    tenants = (samples.summary("acme", language="fr"),)
    modules = samples.content(_files(tenants=tenants), "modules.conf.xml")
    assert 'module="mod_say_fr"' in modules and 'module="mod_say_en"' in modules


def test_prompts_lists_all_that_is_played():
    listed = prompt_files(samples.platform(), (samples.summary("acme", language="sv"),))
    played = {
        step.get("data")
        for step in samples.xml(_files(), "lang/en.xml").iter("action")
        if step.get("function") == "play-file" and "$" not in step.get("data")
    }
    assert {f"en/us/callie/{name}" for name in played} <= set(listed)
    assert "en/us/callie/digits/1.wav" in listed and "sv/se/jakob/voicemail/vm-hello.wav" in listed
    assert listed == sorted(listed)
