"""The harness itself, without a switch: what it reads, what it sends, two phones face to face."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from . import audio, digest, dtmf
from .phone import Phone, answers, refuses, rings
from .ports import free_port
from .scene import play, scene
from .sdp import Audio
from .sip import Framer, Message, NameAddr, SipError, Uri, name_addr
from .site import HERE, Site, secret_text

INVITE = (
    b"INVITE sip:+12125550199@127.0.0.1:5080;gw=north SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.21:5060;branch=z9hG4bK776;rport\r\n"
    b'f: "\xc3\x86r\xc3\xb8 \\"Dock\\" <&>" <sip:1001@a.example;user=phone>;tag=88\r\n'
    b"t: <sip:+12125550199@127.0.0.1>\r\n"
    b"i: a84b4c76e66710\r\n"
    b"CSeq: 314159 INVITE\r\n"
    b"X-One: first\r\n"
    b"X-Two: folded\r\n  here\r\n"
    b"X-One: second\r\n"
    b"l: 4\r\n\r\nbody"
)


class TestMessages:
    def test_headers_keep_their_order_and_compact_names_grow(self) -> None:
        message = Message.parse(INVITE)
        names = [name for name, _ in message.headers]
        assert names[:4] == ["Via", "From", "To", "Call-ID"]
        assert message.all("x-one") == ["first", "second"]
        assert message.get("X-Two") == "folded here"
        assert (message.method, message.cseq, message.branch) == ("INVITE", 314159, "z9hG4bK776")
        assert message.body == b"body"

    def test_display_name_is_decoded(self) -> None:
        sender = Message.parse(INVITE).addr("From")
        assert sender.name == 'Ærø "Dock" <&>'
        assert (sender.uri.user, sender.uri.param("user"), sender.param("tag")) == (
            "1001",
            "phone",
            "88",
        )

    def test_request_uri_parameters_are_seen(self) -> None:
        uri = Message.parse(INVITE).uri
        assert (uri.user, uri.host, uri.port, uri.param("gw")) == (
            "+12125550199",
            "127.0.0.1",
            5080,
            "north",
        )

    @pytest.mark.parametrize("name", ["", "Bob", 'a "b" \\c', "Ærø <Dock & Co> O'B 🛳"])
    def test_names_survive_writing_and_reading(self, name: str) -> None:
        assert NameAddr.parse(name_addr("sip:1@a", name)) == NameAddr(name, Uri("sip", "1", "a"))

    def test_parameters_without_brackets_belong_to_the_header(self) -> None:
        parsed = NameAddr.parse("sip:1001@a;tag=7")
        assert (parsed.uri.params, parsed.param("tag")) == ((), "7")

    def test_message_survives_encoding_with_a_length_of_its_own(self) -> None:
        again = Message.parse(Message.parse(INVITE).encode())
        assert again.get("Content-Length") == "4"
        assert again.body == b"body"

    def test_responses_copy_what_they_must(self) -> None:
        answer = Message.parse(INVITE).response(486, tag="99")
        assert answer.start == "SIP/2.0 486 Busy Here"
        assert answer.addr("To").param("tag") == "99"
        assert (answer.get("Via"), answer.get("CSeq")) == (
            "SIP/2.0/UDP 127.0.0.21:5060;branch=z9hG4bK776;rport",
            "314159 INVITE",
        )

    @pytest.mark.parametrize("data", [b"", b"hello\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
    def test_what_is_no_sip_is_refused(self, data: bytes) -> None:
        with pytest.raises(SipError):
            Message.parse(data)

    def test_stream_is_cut_by_length_at_any_chunk_size(self) -> None:
        stream = INVITE + b"\r\n\r\n" + INVITE
        for size in (1, 7, len(stream)):
            framer, found = Framer(), []
            for start in range(0, len(stream), size):
                found += framer.feed(stream[start : start + size])
            assert [message.body for message in found] == [b"body", b"body"]


class TestDigest:
    def test_rfc_2617_example(self) -> None:
        challenge = digest.Challenge.parse(
            'Digest realm="testrealm@host.com", qop="auth,auth-int", '
            'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
            'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
        )
        value = digest.answer(
            challenge,
            user="Mufasa",
            password="Circle Of Life",
            method="GET",
            uri="/dir/index.html",
            cnonce="0a4f113b",
        )
        assert 'response="6629fae49393a05397450978507c4ef1"' in value
        assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in value
        assert "nc=00000001" in value

    @pytest.mark.parametrize(
        ("algorithm", "expected"),
        [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ],
    )
    def test_rfc_7616_examples(self, algorithm: str, expected: str) -> None:
        challenge = digest.Challenge(
            "http-auth@example.org",
            "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            algorithm,
            "auth",
        )
        value = digest.answer(
            challenge,
            user="Mufasa",
            password="Circle of Life",
            method="GET",
            uri="/dir/index.html",
            cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        )
        assert f'response="{expected}"' in value

    def test_without_qop_the_old_form_is_used(self) -> None:
        value = digest.answer(
            digest.Challenge("r", "n"), user="u", password="p", method="REGISTER", uri="sip:r"
        )
        assert "qop" not in value
        assert "cnonce" not in value


class TestAudio:
    @pytest.mark.parametrize("kind", [0, 8])
    def test_g711_keeps_a_tone(self, kind: int) -> None:
        heard = audio.decode(kind, audio.encode(kind, audio.tone(440, 0.2)))
        assert audio.hears(heard, 440)
        assert not audio.hears(heard, 600)
        assert abs(audio.rms(heard) - 8000 / 2**0.5) < 100

    @pytest.mark.parametrize(("kind", "silence"), [(0, 0xFF), (8, 0xD5)])
    def test_silence_is_the_code_of_the_standard(self, kind: int, silence: int) -> None:
        assert audio.encode(kind, [0]) in (bytes([silence]), bytes([silence & 0x7F]))
        assert audio.rms(audio.decode(kind, bytes([silence] * 160))) < audio.SILENT

    def test_known_codes(self) -> None:
        # ITU-T G.191's tables: loudest and quietest of either sign.
        assert [audio.ULAW[code] for code in (0x00, 0x80, 0x7F, 0xFF)] == [-32124, 32124, 0, 0]
        assert [audio.ALAW[code] for code in (0x2A, 0xAA, 0x55, 0xD5)] == [-32256, 32256, -8, 8]


class TestDtmf:
    def test_a_press_ends_three_times_with_one_duration(self) -> None:
        packets = dtmf.burst("5", 100)
        assert [packet.end for packet in packets] == [False] * 4 + [True] * 3
        assert [packet.duration for packet in packets] == [160, 320, 480, 640, 800, 800, 800]

    def test_payload_is_the_rfc_s(self) -> None:
        assert dtmf.Event("#", True, 800).encode() == bytes([11, 0x8A, 0x03, 0x20])
        assert dtmf.Event.decode(bytes([11, 0x8A, 0x03, 0x20])) == dtmf.Event("#", True, 800)

    def test_repeated_packets_are_one_digit_and_the_same_key_twice_is_two(self) -> None:
        keys = dtmf.Keys()
        for timestamp in (1000, 3000):
            for packet in dtmf.burst("1"):
                keys.take(7, timestamp, packet.encode())
        assert keys.digits == "11"


class TestDescriptions:
    def test_offer_survives(self) -> None:
        offer = Audio(("127.0.0.9", 4000), ("PCMA", "PCMU"), 96, "sendonly")
        assert Audio.parse(offer.encode()) == offer

    def test_answer_takes_their_first_codec_and_event_number(self) -> None:
        offer = Audio(("127.0.0.9", 4000), ("PCMA", "PCMU"), 96, "sendonly")
        answer = offer.answered_by(Audio(("127.0.0.8", 5000)))
        assert answer == Audio(("127.0.0.8", 5000), ("PCMA",), 96, "recvonly")

    def test_nothing_in_common_is_an_error(self) -> None:
        body = b"v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 5 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n"
        with pytest.raises(SipError, match="no codec"):
            Audio.parse(body).answered_by(Audio(("127.0.0.8", 5000)))


def pair(**called: object) -> tuple[Phone, Phone]:
    """A caller whose proxy is the called phone itself."""
    bob = Phone("bob", "b.example", proxy=("127.0.0.1", 9), bind="127.0.0.12", **called)  # type: ignore[arg-type]
    alice = Phone("alice", "a.example", proxy=("127.0.0.1", 9), bind="127.0.0.11", name="Ærø <&>")
    return alice, bob


class TestTwoPhones:
    @scene
    async def test_call_with_audio_and_dtmf_both_ways(self) -> None:
        alice, bob = pair(behaviour=answers(after=0.1, hertz=600))
        async with bob, alice:
            alice.proxy = bob.address
            call = await alice.call("sip:bob@b.example", params=";gw=x", headers=[("X-Id", "7")])
            call.media.play(440)
            taken = await bob.rung()
            await call.answered()
            assert taken.invite.uri.param("gw") == "x"
            assert taken.invite.get("X-Id") == "7"
            assert taken.invite.addr("From").name == "Ærø <&>"
            assert await call.media.hears(600)
            assert await taken.media.hears(440)
            assert not await call.media.hears(440, within=0.3)
            await call.press("12#")
            assert await taken.media.receives("12#")
            await taken.press("9")
            assert await call.media.receives("9")
            ends = [packet for packet in taken.media.keys.packets if packet.end]
            assert len(ends) == 9
            await taken.hangup()
            await call.ended()
        assert bob.requests("ACK")

    @pytest.mark.parametrize("status", [403, 486, 503, 603])
    def test_refusals_arrive_and_are_acknowledged(self, status: int) -> None:
        async def refused() -> None:
            alice, bob = pair(behaviour=refuses(status))
            async with bob, alice:
                alice.proxy = bob.address
                call = await alice.call("sip:bob@b.example")
                assert await call.refused() == status
                await asyncio.sleep(0.1)
                assert bob.requests("ACK")
                assert len([m for m in bob.sent if m.status == status]) == 1

        play(refused())

    @scene
    async def test_cancel_ends_the_ringing(self) -> None:
        alice, bob = pair(behaviour=rings())
        async with bob, alice:
            alice.proxy = bob.address
            call = await alice.call("sip:bob@b.example")
            ringing = await bob.rung()
            await call.ringing()
            await call.cancel()
            await ringing.ended()
            assert (call.status, ringing.status) == (487, 487)

    @scene
    async def test_hold_and_take_back(self) -> None:
        alice, bob = pair(behaviour=answers(hertz=600))
        async with bob, alice:
            alice.proxy = bob.address
            call = await alice.call("sip:bob@b.example")
            await call.answered()
            assert (await call.hold()).status == 200
            await asyncio.sleep(0.2)
            assert not await call.media.hears_sound(within=0.3)
            assert (await call.hold("sendrecv")).status == 200
            assert await call.media.hears(600)
            assert (await call.refer("sip:carol@c.example")).status == 202

    @scene
    async def test_call_without_offer_gets_one(self) -> None:
        alice, bob = pair(behaviour=answers(hertz=600))
        async with bob, alice:
            alice.proxy = bob.address
            call = await alice.call("sip:bob@b.example", offer=False)
            answer = await call.answered()
            assert Audio.parse(answer.body).codecs == ("PCMU", "PCMA")
            call.media.play(440)
            assert await (await bob.rung()).media.hears(440)
            assert await call.media.hears(600)

    @scene
    async def test_lost_requests_are_repeated(self) -> None:
        alice, bob = pair()
        async with alice:
            bob.port = free_port("127.0.0.12")
            alice.proxy = ("127.0.0.12", bob.port)
            waiting = asyncio.create_task(alice.request("OPTIONS", "sip:bob@b.example"))
            await asyncio.sleep(0.7)
            async with bob:
                assert (await waiting).status == 200
        assert len(alice.sent) > 1

    @scene
    async def test_registering_phone_serves_as_registrar(self) -> None:
        alice, bob = pair(registrar=True)
        async with bob, alice:
            alice.proxy = bob.address
            answer = await alice.register(expires=120)
            assert answer.status == 200
            assert answer.get("Expires") == "120"
            assert bob.requests("REGISTER")[0].addr("Contact").uri.user == "alice"

    def test_fault_in_a_behaviour_fails_the_scene(self) -> None:
        async def broken(call: object) -> None:
            raise ZeroDivisionError

        async def calls() -> None:
            alice, bob = pair(behaviour=broken)
            async with bob, alice:
                alice.proxy = bob.address
                await alice.call("sip:bob@b.example")
                await bob.rung()
                await asyncio.sleep(0.1)

        with pytest.raises(ZeroDivisionError):
            play(calls())


class TestSite:
    def test_demo_site_moves_to_loopback_with_all_its_secrets(self, tmp_path: Path) -> None:
        site = Site.demo(tmp_path)
        with site.edit("platform.yaml") as platform:
            host = platform["hosts"]["pbx1"]
        assert host["bind"] == HERE
        assert host["ports"]["internal"] == site.ports["internal"]
        assert (site.secrets / "master").stat().st_mode & 0o777 == 0o600
        assert (site.secrets / "esl").read_text().strip() == secret_text("esl")
        assert site.carriers
        for name, (address, port) in site.carriers.items():
            with site.edit(f"providers.d/{name}.yaml") as provider:
                assert (provider["host"], provider["port"]) == (address, port)
        assert len(set(site.carriers.values())) == len(site.carriers)

    def test_domain_is_the_tenant_s_own_or_below_the_platform_s(self, tmp_path: Path) -> None:
        site = Site.demo(tmp_path)
        (site.source / "tenants.d" / "solo.yaml").write_text("company: Solo\n")
        assert site.domain("solo") == "solo.pbx.example.com"
        with site.edit("tenants.d/solo.yaml") as tenant:
            tenant["domain"] = "solo.example.com"
        assert site.domain("solo") == "solo.example.com"
