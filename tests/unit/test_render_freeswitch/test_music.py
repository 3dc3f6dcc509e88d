"""Music on hold and recorded calls as files of the switch."""

import json
import re
from typing import Any

from dialform.compiler.resolved import Artifact, Music, Recording, Tenant
from dialform.renderers.freeswitch.host import render_host
from dialform.renderers.freeswitch.music import silence, stream
from dialform.renderers.freeswitch.tenant import render_tenant

from . import samples
from .samples import content, settings, xml

DEFAULT = Music("default", ("media/a.wav", "media/b.wav"), shuffle=False)
ANY = Music("any", ("media/c.ogg", "media/d.WAV"), shuffle=True)


def with_music(*music: Music, **fields: Any) -> list[Artifact]:
    return render_tenant(samples.tenant(music=music, **fields))


class TestMusic:
    def test_a_stream_is_named_for_its_tenant(self) -> None:
        found = xml(with_music(DEFAULT, ANY), "music.xml").findall("directory")
        assert [(d.get("name"), d.get("path")) for d in found] == [
            ("acme.default", "$${conf_dir}/tenants/acme/music/default"),
            ("acme.any", "$${conf_dir}/tenants/acme/music/any"),
        ]
        assert [settings(d).get("shuffle") for d in found] == [None, "true"]
        assert stream("acme", "any") == "local_stream://acme.any"

    def test_files_in_order_are_one_file_and_others_lie_side_by_side(self) -> None:
        copies = {
            a.path: (a.copy_of, *a.then) for a in with_music(DEFAULT, ANY) if "/music/" in a.path
        }
        folder = "freeswitch/tenants/acme/music"
        assert copies == {
            f"{folder}/default/001.wav": ("media/a.wav", "media/b.wav"),
            f"{folder}/any/001.ogg": ("media/c.ogg",),
            f"{folder}/any/002.wav": ("media/d.WAV",),
        }

    def test_every_leg_is_told_what_plays_on_hold(self) -> None:
        route = samples.did("+12125550199", samples.target("extension", "1001"))
        files = with_music(DEFAULT, inbound_routes=(route,))
        held = "local_stream://acme.default"
        directory = settings(xml(files, "directory.xml"), "variable")
        assert directory["hold_music"] == held
        assert "hold_music" in directory["export_vars"].split(",")
        dialplan = content(files, "dialplan.xml")
        assert f'data="hold_music={held}"' in dialplan
        assert f"transfer_ringback={held};" in dialplan

    def test_a_tenant_without_music_has_no_word_of_it(self) -> None:
        for files in (with_music(), with_music(ANY)):
            assert "local_stream" not in content(files, "dialplan.xml")
            assert "hold_music" not in settings(xml(files, "directory.xml"), "variable")
        assert [a.path for a in with_music() if "music" in a.path] == []

    def test_the_host_has_a_stream_of_silence(self) -> None:
        files = render_host(samples.platform(), samples.host(), [], "r1")
        found = xml(files, "local_stream.conf.xml").findall(".//directory")
        assert [(d.get("name"), d.get("path")) for d in found] == [
            ("default", "$${conf_dir}/music/silence")
        ]
        (file,) = [a for a in files if a.path == "freeswitch/music/silence/silence.wav"]
        assert file.content == silence()
        assert not any(silence()[44:])
        assert "mod_local_stream" in content(files, "/modules.conf.xml")


def recording(*kinds: tuple[str, tuple[str, ...]], **fields: Any) -> Tenant:
    people = tuple(samples.extension(number, record=record) for number, record in kinds)
    return samples.tenant(extensions=people, **fields)


class TestRecording:
    def test_nothing_is_emitted_where_nothing_is_recorded(self) -> None:
        files = render_tenant(recording(("1001", ()), recording=Recording("media/a.wav", 30)))
        for name in ("dialplan.xml", "directory.xml"):
            assert "record" not in content(files, name)

    def test_legs_look_as_they_are_bridged_and_answered(self) -> None:
        files = render_tenant(recording(("1001", ("inbound",)), ("1002", ())))
        directory = settings(xml(files, "directory.xml"), "variable")
        look = "execute_extension record XML acme.flow"
        assert directory["execute_on_pre_bridge_record"] == look
        assert directory["execute_on_answer_record"] == look

    def test_which_legs_are_recorded(self) -> None:
        tenant = recording(
            ("1001", ("inbound", "outbound", "internal")), ("1002", ("outbound",)), ("1003", ())
        )
        expression = re.search(
            r'expression="(\^\(\?\|[^"]+)"', content(render_tenant(tenant), "dialplan.xml")
        )
        assert expression
        # Python has no branch reset; which group it is does not matter here.
        legs = re.compile(expression[1].replace("(?|", "(?:"))
        for said, recorded in {
            "1001:internal": True,
            "1001:inbound": True,
            "1002:outbound": True,
            "1002:inbound": False,
            "1002:internal": False,
            "1003:inbound": False,
            "11001:inbound": False,
            ":inbound": False,
            "1001:": False,
            "1001:-ERR No such channel!\n": False,
        }.items():
            assert bool(legs.search(said)) is recorded, said

    def test_the_file_lies_in_its_tenants_folder(self) -> None:
        text = content(render_tenant(recording(("1001", ("inbound",)))), "dialplan.xml")
        zone = "America/New_York"
        assert (
            f"dialform_recording=$${{recordings_dir}}/acme/${{strftime_tz({zone} %Y-%m)}}/"
            f"${{strftime_tz({zone} %Y-%m-%d_%H-%M-%S)}}_$1_${{uuid}}.wav" in text
        )
        assert "RECORD_BRIDGE_REQ=true" in text
        assert "announcement" not in text

    def test_an_announcement_is_told_to_both(self) -> None:
        tenant = recording(("1001", ("internal",)), recording=Recording("media/told.wav"))
        text = content(render_tenant(tenant), "dialplan.xml")
        path = "$${conf_dir}/tenants/acme/media/told.wav"
        assert f"${{uuid_broadcast($1 {path} aleg)}}" in text
        for leg in ("uuid", "bridge_uuid"):
            assert f'execute_extension" data="tell-${{{leg}}} XML acme.flow' in text

    def test_the_host_says_how_long_recordings_are_kept(self) -> None:
        tenants = [samples.summary("acme", keep_days=30), samples.summary("bravo")]
        files = render_host(samples.platform(), samples.host(recordings="/srv/rec"), tenants, "r1")
        data = json.loads(content(files, "recordings.json"))
        assert data == {"folder": "/srv/rec", "keep_days": {"acme": 30}}
        files = render_host(samples.platform(), samples.host(), tenants, "r1")
        assert json.loads(content(files, "recordings.json"))["folder"].startswith("/var/lib/")
