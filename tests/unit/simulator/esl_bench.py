"""A simulated switch on a time that the test moves, with one client, and the folder it was recorded with."""

import asyncio
import re
from pathlib import Path

from dialform.simulator.esl.client import Client
from dialform.simulator.esl.framing import Reader
from dialform.simulator.esl.serial import Stamped
from dialform.simulator.served import SimulatedSwitch
from dialform.simulator.state.gateways import Answer

RECORDED = Path(__file__).parent / "recorded"
START = 1795343370.0

ROOT = """<document type="freeswitch/xml">
  <X-PRE-PROCESS cmd="set" data="domain=127.0.0.1"/>
  <section name="configuration">
    <X-PRE-PROCESS cmd="include" data="autoload_configs/*.xml"/>
  </section>
  <section name="dialplan">
    <context name="default"/>
  </section>
  <section name="directory">
    <X-PRE-PROCESS cmd="include" data="directory.xml"/>
  </section>
</document>
"""
DIRECTORY = """    <domain name="127.0.0.1">
      <groups><group name="default"><users>
        <user id="1001"><params><param name="password" value="pw1001"/></params>\
<variables><variable name="user_context" value="default"/></variables></user>
      </users></group></groups>
    </domain>
"""
MODULES = "event_socket sofia commands hash db expr callcenter local_stream voicemail spandsp"
SOCKET = """<configuration name="event_socket.conf">
  <settings>
    <param name="listen-ip" value="127.0.0.1"/>
    <param name="password" value="ClueCon"/>
  </settings>
</configuration>
"""
CORE = """<configuration name="switch.conf">
  <settings>
    <param name="max-sessions" value="200"/>
    <param name="sessions-per-second" value="100"/>
  </settings>
</configuration>
"""
SOFIA = """<configuration name="sofia.conf">
  <profiles>
    <profile name="test">
      <gateways>
        GATEWAYS
      </gateways>
      <settings>
        <param name="sip-ip" value="127.0.0.1"/>
        <param name="rtp-ip" value="127.0.0.1"/>
        <param name="sip-port" value="5070"/>
        <param name="context" value="default"/>
        <param name="codec-prefs" value="OPUS,PCMU,PCMA"/>
      </settings>
    </profile>
  </profiles>
</configuration>
"""


def gateway(name: str, user: str, register: str = "false") -> str:
    """A gateway as the recorded folder had them."""
    values = {"proxy": "127.0.0.1:5999", "username": user, "password": "x", "register": register}
    params = "".join(f'<param name="{key}" value="{value}"/>' for key, value in values.items())
    return f'<gateway name="{name}">{params}</gateway>\n'


TWO = gateway("gw1", "u1") + gateway("gw2", "u2", "true")
THREE = TWO + gateway("gw3", "u3")


class Bench:
    """The switch of the recordings. `sent` and `until` drive it, `heard` is what came back."""

    def __init__(self, conf: Path) -> None:
        self.conf = conf
        folder = conf / "autoload_configs"
        folder.mkdir(parents=True)
        modules = "".join(f'<load module="mod_{name}"/>' for name in MODULES.split())
        self.write("freeswitch.xml", ROOT)
        self.write("directory.xml", DIRECTORY)
        self.write(
            "autoload_configs/modules.conf.xml",
            f'<configuration name="modules.conf"><modules>{modules}</modules></configuration>\n',
        )
        self.write("autoload_configs/event_socket.conf.xml", SOCKET)
        self.write("autoload_configs/switch.conf.xml", CORE)
        self.gateways(TWO)
        self.at = START
        variables = {"hostname": "vm", "local_ip_v4": "192.0.2.2", "local_ip_v6": "fd00::2"}
        variables["mod_dir"] = "/usr/fs/lib/freeswitch/mod"
        self.switch = _Quiet(conf, variables=variables, seed=1, now=lambda: self.at)
        self.switch.live.carriers.otherwise = Answer(503, "Service Unavailable", 0.0)
        self.switch.live.boot()
        self.forward(25)
        self.heard = b""
        self.client = Client(self.switch, self._hear)
        self.switch.client = self.client
        self.switch.events.subscribe(lambda event: self.client.tell(self.switch.stamp(event)))

    def _hear(self, data: bytes) -> None:
        self.heard += data

    def write(self, name: str, text: str) -> None:
        """A file of the folder."""
        (self.conf / name).write_text(text)

    def gateways(self, text: str) -> None:
        """What the folder says of gateways from now on."""
        self.write("autoload_configs/sofia.conf.xml", SOFIA.replace("GATEWAYS", text))

    def forward(self, seconds: float) -> None:
        """Time passes."""
        self.at += seconds
        self.switch.advance()

    def say(self, data: bytes, wait: float = 0.0, known: bool = True, pause: float = 0.01) -> bytes:
        """Sends bytes and gives all that came back. `known`: the client has logged in before.

        `pause` are the seconds between two commands, `wait` those after the last.
        """
        return asyncio.run(self._say(data, wait, known, pause))

    async def _say(self, data: bytes, wait: float, known: bool, pause: float) -> bytes:
        self.heard = b""
        self.client._authorised = known
        if not known:
            self.client.greet()
        for request in Reader().feed(data):
            await self.client.take(request)
            if not self.client.running:
                self.client.part()
                break
            await asyncio.sleep(0)
            self.forward(pause)
        for _ in range(5):
            await asyncio.sleep(0)
        self.forward(wait)
        return self.heard

    def api(self, command: str) -> str:
        """The reply to one command."""
        said = self.say(f"api {command}\n\n".encode())
        return said.partition(b"\n\n")[2].decode()


class _Quiet(SimulatedSwitch):
    """Without a socket: there is one client, and it is told by hand."""

    client: Client | None = None

    def publish(self, event: Stamped) -> None:
        if self.client:
            self.client.tell(event)


_VARYING = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"\d-\d+(@|%40)127\.0\.0\.1", "UUID"),
    (r"(Event-Date-Local|Event-Date-GMT): .*", r"\1: TIME"),
    (r'"(Event-Date-Local|Event-Date-GMT)":"[^"]*"', r'"\1":"TIME"'),
    (r'(Event-Date-Timestamp|Event-Sequence)("?:"?) ?\d+', r"\1\2 N"),
    (r"near line \d+", "near line N"),
    (r"Content-Length: \d+", "Content-Length: N"),
    (r"UP \d+ years?.*? microseconds?", "UP N"),
    (r"(min idle cpu) [\d./]*", r"\1 N"),
    (r"(Uptime  \t)\d+", r"\1N"),
    (r"(<uptime-usec>)\d+", r"\1N"),
    (r"(retry: |<retry>)\d+s", r"\1Ns"),
    (r"wait \d+ seconds?", "wait N seconds"),
    (r"exp\([^)]*\) expsecs\(\d+\)", "exp(TIME) expsecs(N)"),
    (r'"Content-Length":"\d+"', '"Content-Length":"N"'),
    (r'("expires":"|<expires>)\d+', r"\1N"),
)  # fmt: skip


def masked(data: bytes) -> str:
    """The text with all that differs from one run to the next put aside."""
    text = data.decode()
    for pattern, put in _VARYING:
        text = re.sub(pattern, put, text)
    return text


def frames(data: bytes) -> list[tuple[dict[str, str], bytes]]:
    """The messages: headers and body. Fails where a length is wrong."""
    found = []
    while data:
        head, gap, data = data.partition(b"\n\n")
        assert gap, f"no end of {head!r}"
        headers = dict(line.split(": ", 1) for line in head.decode().split("\n"))
        size = int(headers.get("Content-Length", 0))
        assert len(data) >= size
        found.append((headers, data[:size]))
        data = data[size:]
    return found


_CHANCE = re.compile(rb"HEARTBEAT|RE_SCHEDULE|ADD_SCHEDULE|DEL_SCHEDULE|gateway_state")


def told(data: bytes) -> list[str]:
    """The messages without what came in between by chance, masked."""
    kept = []
    for headers, body in frames(data):
        if headers["Content-Type"].startswith("text/event") and _CHANCE.search(body):
            continue
        head = "".join(f"{name}: {value}\n" for name, value in headers.items())
        kept.append(masked(f"{head}\n".encode() + body))
    return kept
