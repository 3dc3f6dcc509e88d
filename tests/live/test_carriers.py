"""The carriers of the harness, without a switch: SIPp, its traces, and our phone face to face."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import trunk
from .phone import Phone, answers, refuses
from .ports import free_port
from .scene import play, scene
from .site import HERE
from .trace import read_trace

INVITE = (
    b"INVITE sip:+12125550199@127.0.0.21:5080 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bK776\r\n"
    b"X-One: first\r\n"
    b"Content-Length: 4\r\n\r\nbody"
)
TRACE = (
    b"----------------------------------------------- 2026-11-23 15:09:11.981253\n"
    b"UDP message sent (20 bytes):\n\n"
    b"ACK  SIP/2.0\r\n\r\n\r\n\r\n\n"
    b"----------------------------------------------- 2026-11-23 15:09:11.981799\n"
    b"UDP message received [%d] bytes :\n\n%s\n"
    b"-----------------------------------------------\n"
    b"Unexpected UDP message received:\n\n%s\n"
)


class TestTraces:
    def test_received_messages_are_read_once_and_to_the_byte(self) -> None:
        found = read_trace(TRACE % (len(INVITE), INVITE, INVITE))
        assert [message.body for message in found] == [b"body"]

    def test_message_still_being_written_waits(self) -> None:
        data = TRACE % (len(INVITE), INVITE, INVITE)
        assert read_trace(data[: data.index(b"X-One")]) == []


@pytest.mark.skipif(trunk.find_sipp() is None, reason="no SIPp")
class TestCarriers:
    """SIPp and our phone face to face."""

    @staticmethod
    def carrier(folder: Path) -> trunk.Carrier:
        return trunk.Carrier(("127.0.0.21", free_port("127.0.0.21")), folder)

    @scene
    async def test_answering_carrier_echoes_and_its_invite_is_kept(self, tmp_path: Path) -> None:
        with self.carrier(tmp_path).start(trunk.answers(after=0.1, codec="PCMA")) as carrier:
            async with Phone("1001", "a.example", proxy=carrier.address, name="Ærø") as alice:
                call = await alice.call(
                    "+12125550100", headers=[("P-Asserted-Identity", "<sip:7@a>")]
                )
                call.media.play(440)
                await call.answered()
                assert await call.media.hears(440)
            invite = await carrier.called()
        assert invite.uri.user == "+12125550100"
        assert invite.addr("From").name == "Ærø"
        assert invite.addr("P-Asserted-Identity").uri.user == "7"

    @pytest.mark.parametrize("status", [486, 503])
    def test_rejecting_carrier(self, tmp_path: Path, status: int) -> None:
        async def rejected() -> None:
            with self.carrier(tmp_path).start(trunk.rejects(status)) as carrier:
                async with Phone("1001", "a.example", proxy=carrier.address) as alice:
                    call = await alice.call("+12125550100")
                    assert await call.refused() == status
                    # The next run's trace starts empty.
                    carrier.start(trunk.rings())
                    assert carrier.invites == []

        play(rejected())

    @scene
    async def test_ringing_carrier_is_cancelled(self, tmp_path: Path) -> None:
        with self.carrier(tmp_path).start(trunk.rings()) as carrier:
            async with Phone("1001", "a.example", proxy=carrier.address) as alice:
                call = await alice.call("+12125550100")
                await call.ringing()
                await call.cancel()
            assert call.status == 487
            await carrier.gets("ACK")
            assert [m.method for m in carrier.received()] == ["INVITE", "CANCEL", "ACK"]

    @pytest.mark.parametrize(("password", "status"), [("right", 200), ("wrong", 403)])
    def test_registering_carrier_checks_the_password(
        self, tmp_path: Path, password: str, status: int
    ) -> None:
        async def registered() -> None:
            with self.carrier(tmp_path).start(trunk.registers("acct", "right")) as carrier:
                async with Phone("acct", "carrier", password, proxy=carrier.address) as switch:
                    assert (await switch.register()).status == status

        play(registered())

    @scene
    async def test_every_carrier_takes_a_register(self, tmp_path: Path) -> None:
        for manner in (trunk.answers(), trunk.rejects(), trunk.rings()):
            with self.carrier(tmp_path).start(manner) as carrier:
                async with Phone("acct", "carrier", proxy=carrier.address) as switch:
                    assert (await switch.register()).status == 200
                    assert (await switch.request("OPTIONS", "sip:carrier")).status == 200

    @scene
    async def test_call_from_a_carrier(self, tmp_path: Path) -> None:
        async with Phone("did", "b.example", proxy=(HERE, 9), behaviour=answers()) as phone:
            outcome = await trunk.call_in(
                phone.address,
                "+12125550199",
                source="127.0.0.21",
                folder=tmp_path,
                name="Ærø",
                headers=[("X-One", "1"), ("X-Two", "2")],
                params=";gw=north",
                talk=0.1,
            )
            invite = (await phone.rung()).invite
            phone.behaviour = refuses(403)
            refused = await trunk.call_in(
                phone.address, "911", source="127.0.0.21", folder=tmp_path
            )
        assert (outcome.status, refused.status) == (200, 403)
        assert (invite.uri.user, invite.uri.param("gw")) == ("+12125550199", "north")
        assert (invite.get("X-One"), invite.get("X-Two")) == ("1", "2")
        assert invite.addr("From").name == "Ærø"
        assert invite.addr("From").uri.user == "+19175550100"
