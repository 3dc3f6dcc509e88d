"""A fax machine: a FreeSWITCH of its own with nothing but spandsp, somewhere on loopback.

It calls a number and sends a TIFF, takes calls and receives, or is registered as an extension.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from xml.sax.saxutils import quoteattr

from .ports import free_port, free_range
from .sip import Address
from .switch import Switch

_MODULES = (
    "mod_logfile", "mod_json_cdr", "mod_event_socket", "mod_sofia", "mod_commands", "mod_dptools",
    "mod_dialplan_xml", "mod_tone_stream", "mod_opus", "mod_spandsp",
)  # fmt: skip
_RTP = 200

Actions = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    """An extension that a machine is: who, its password, and where it registers."""

    user: str
    domain: str
    password: str
    proxy: Address


class FaxMachine:
    """Start it, tell it how to take calls (`receives`), and have it send (`sends`)."""

    def __init__(self, folder: Path, host: str, port: int = 0, line: Line | None = None) -> None:
        self.address = (host, port or free_port(host))
        self.inbox = folder / "in"
        self._folder, self._line = folder, line
        self._esl, self._rtp = free_port(), free_range(_RTP, host)
        self._taking: Actions = self._receiving({"fax_enable_t38": "true"})
        self.switch = Switch(folder / "conf", folder / "state")

    def __enter__(self) -> Self:
        self.inbox.mkdir(parents=True, exist_ok=True)
        self._write()
        self.switch.__enter__()
        if self._line:
            self.switch.until(self._registered, 10.0, "the machine is not let in")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._line:
            self.switch.api("sofia profile machine killgw line")
        self.switch.__exit__(kind, error, traceback)

    def _registered(self) -> bool:
        return "REGED" in self.switch.api("sofia status gateway line")

    # How it takes calls.

    def receives(self, **variables: str) -> None:
        """From now on every call is answered and received into `inbox`, with these variables."""
        self.takes(self._receiving(variables))

    def takes(self, actions: Actions) -> None:
        """From now on every call runs through these applications."""
        self._taking = actions
        self._write()
        assert self.switch.api("reloadxml").startswith("+OK [Success]")

    def _receiving(self, variables: Mapping[str, str]) -> Actions:
        given = [("set", f"{name}={value}") for name, value in variables.items()]
        file = f"{self.inbox}/${{uuid}}.tif"
        return [("answer", ""), *given, ("rxfax", file), ("hangup", "")]

    def received(self) -> list[Path]:
        """What it has received, oldest first."""
        return sorted(self.inbox.glob("*.tif"), key=lambda path: path.stat().st_mtime_ns)

    # How it sends.

    async def sends(
        self,
        number: str,
        sheets: Path,
        to: Address | None = None,
        *,
        caller: str = "+19175550100",
        wait: float = 0.0,
        **variables: str,
    ) -> dict[str, str]:
        """Calls a number, over its line or at an address, and sends; returns its leg's variables.

        `wait` is how many seconds it says nothing, not even its tone, after the answer.
        """
        leg = str(uuid.uuid4())
        marks = {
            "origination_uuid": leg, "origination_caller_id_number": caller,
            "ignore_early_media": "true", "fax_enable_t38_request": "false", **variables,
        }  # fmt: skip
        way = (
            f"sofia/gateway/line/{number}"
            if to is None
            else f"sofia/machine/{number}@{to[0]}:{to[1]}"
        )
        given = ",".join(f"{name}={value}" for name, value in marks.items())
        silence = f"sleep:{round(wait * 1000)}," if wait else ""
        said = await self.switch.ask(f"originate {{{given}}}{way} '{silence}txfax:{sheets}' inline")
        assert said.startswith("+OK"), said
        (record,) = await self.switch.cdrs_where(1, within=100.0, uuid=leg)
        found: dict[str, str] = record["variables"]
        return found

    # What it runs.

    def _write(self) -> None:
        conf = self._folder / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "freeswitch.xml").write_text(self._document(), "utf-8")

    def _document(self) -> str:
        host, port = self.address
        rtp = {
            "rtp-start-port": self._rtp,
            "rtp-end-port": self._rtp + _RTP - 1,
            "loglevel": "debug",
        }
        socket = {"listen-ip": "127.0.0.1", "listen-port": self._esl, "password": "machine"}
        records = {"log-b-leg": "true", "prefix-a-leg": "false", "encode-values": "false",
                   "rotate": "false", "log-dir": self._folder / "cdr"}  # fmt: skip
        fax = {"use-ecm": "true", "ident": "_undef_", "header": "_undef_"}
        profile = {
            "sip-ip": host, "rtp-ip": host, "sip-port": port, "context": "public", "auth-calls": "false",
            "inbound-codec-prefs": "PCMU,PCMA,OPUS", "outbound-codec-prefs": "PCMU,PCMA",
            "rtp-timer-name": "soft",
        }  # fmt: skip
        modules = "".join(f"<load module={quoteattr(name)}/>" for name in _MODULES)
        taking = "".join(
            f"<action application={quoteattr(app)} data={quoteattr(data)}/>"
            for app, data in self._taking
        )
        log = '<profiles><profile name="default"><mappings><map name="all" value="debug,info,notice,warning,err,crit,alert"/></mappings></profile></profiles>'
        return f"""<?xml version="1.0"?>
<document type="freeswitch/xml">
<section name="configuration">
{_settings("modules.conf", {}, f"<modules>{modules}</modules>")}
{_settings("switch.conf", rtp)}
{_settings("logfile.conf", {"rollover": 0}, log)}
{_settings("event_socket.conf", socket)}
{_settings("json_cdr.conf", records)}
<configuration name="spandsp.conf"><fax-settings>{_params(fax)}</fax-settings></configuration>
<configuration name="sofia.conf"><profiles><profile name="machine">
<gateways>{self._gateway()}</gateways><settings>{_params(profile)}</settings>
</profile></profiles></configuration>
</section>
<section name="dialplan"><context name="public"><extension name="call"><condition>
{taking}
</condition></extension></context></section>
</document>
"""

    def _gateway(self) -> str:
        if (line := self._line) is None:
            return ""
        given = {
            "username": line.user, "password": line.password, "realm": line.domain,
            "from-domain": line.domain, "proxy": f"{line.proxy[0]}:{line.proxy[1]}",
            "register": "true", "expire-seconds": 600,
        }  # fmt: skip
        return f'<gateway name="line">{_params(given)}</gateway>'


def _settings(name: str, params: Mapping[str, Any], more: str = "") -> str:
    inside = f"<settings>{_params(params)}</settings>"
    return f"<configuration name={quoteattr(name)}>{inside}{more}</configuration>"


def _params(params: Mapping[str, Any]) -> str:
    return "".join(
        f"<param name={quoteattr(name)} value={quoteattr(str(value))}/>"
        for name, value in params.items()
    )
