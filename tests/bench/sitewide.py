"""What all tenants of a generated site share: platform, carriers, routes, prices and media."""

import array
import math
import wave
from pathlib import Path

from .yamltext import block

PACKAGES = ("business", "enterprise")

PLATFORM = """\
platform: bench
domain: pbx.example.com
country: US
timezone: America/New_York
currency: USD
hosts:
  pbx1:
    address: 203.0.113.10
    bind: 0.0.0.0
    ports: {internal: 5060, tls: 5061, external: 5080, wss: 5067, rtp: 16384-32768}
    esl: {host: 127.0.0.1, port: 8021, password: {secret: esl}}
    tenants: ["*"]
    wave: 0
feature_codes: {voicemail: "*98", forward_on: "*72", forward_off: "*73", dnd_on: "*78",
                dnd_off: "*79", blind_transfer: "*2", attended_transfer: "*4", conference: "*3", park: "*5",
                pickup: "*8", directory: "*411", intercom: "*90", agent_login: "*22",
                agent_logout: "*23"}
defaults: {ring_timeout: 25, codecs: [OPUS, PCMU, PCMA], toll: national}
emergency: {caller_id: "+12125550101", location: New York, notify: [noc@pbx.example.com]}
provisioning: {base_url: "https://pbx.example.com/provision/"}
mail: {smtp: "smtp://127.0.0.1:25", from: pbx@example.com}
admins: ["@ops"]
safety: {max_deletes: 20, max_delete_percent: 20, max_changes_percent: 60}
"""

ROUTES = """\
routes:
  us-voice: {service: voice, prefix: "+1", toll: national, providers: [mycarrier, backup],
             plan: standard}
  gb-voice: {service: voice, prefix: "+44", toll: national, providers: [mycarrier, backup]}
  de-voice: {service: voice, prefix: "+49", toll: national, providers: [mycarrier, backup]}
  world: {service: voice, prefix: "+", except: ["+1900"], toll: international,
          providers: [mycarrier]}
  us-fax: {service: fax, prefix: "+1", providers: [mycarrier]}
  world-fax: {service: fax, prefix: "+", providers: [mycarrier]}
  emergency-us: {service: voice, exact: ["911"], toll: emergency, providers: [mycarrier, backup]}
  emergency-gb: {service: voice, exact: ["999"], toll: emergency, providers: [mycarrier, backup]}
  emergency-de: {service: voice, exact: ["110"], toll: emergency, providers: [mycarrier, backup]}
  emergency-eu: {service: voice, exact: ["112"], toll: emergency, providers: [mycarrier, backup]}
"""

MYCARRIER = """\
host: sip.mycarrier.example
port: 5060
transport: udp
username: "12125550100"
password: {secret: mycarrier}
register: true
addresses: [198.51.100.10]
caller_id: "+12125550100"
caller_id_in: from
number_format: e164
codecs: [PCMU, PCMA]
max_channels: 600
active: true
"""

BACKUP = """\
host: sip.backup.example
port: 5060
transport: udp
register: false
addresses: [198.51.100.20, 198.51.100.21]
caller_id: "+12125550102"
caller_id_in: pai
number_format: digits
codecs: [PCMA, PCMU]
max_channels: 300
active: true
"""

RATES = """\
rates:
  us: {service: voice, prefix: "+1", per_minute: "0.0100", first: 60, next: 60}
  fax: {service: fax, prefix: "+", per_page: "0.05"}
  conf: {service: conference, per_minute: "0.002"}
  world: {file: rates/world.csv}
plans:
  standard: {rates: [us, fax, conf, world]}
"""

WORLD = """\
service,prefix,per_minute,first,next,connect,from
voice,+44,0.0150,60,1,0,2026-01-01
voice,+447,0.0720,60,1,0,2026-01-01
voice,+49,0.0160,60,1,0,2026-01-01
voice,+4915,0.0780,60,1,0,2026-01-01
voice,+,0.4500,60,60,0.0500,2026-01-01
"""


def sitewide(extensions: int, phones: int) -> dict[str, str]:
    """The shared files by their paths; the packages have room for tenants of this size."""
    return {
        "platform.yaml": PLATFORM,
        "routes.yaml": ROUTES,
        "billing.yaml": _packages(extensions, phones) + RATES,
        "rates/world.csv": WORLD,
        "providers.d/mycarrier.yaml": MYCARRIER,
        "providers.d/backup.yaml": BACKUP,
    }


def _packages(extensions: int, phones: int) -> str:
    text = "packages:\n"
    for n, name in enumerate(PACKAGES, start=1):
        slots = {
            "extensions": extensions + 20 * n,
            "devices": phones + 30 * n,
            "ring_groups": 5 * n,
            "call_queues": 2 * n,
            "ivr_menus": 2 * n,
            "voicemails": extensions + 20 * n,
            "conferences": 2 * n,
            "music_on_hold": n,
        }
        included = {"voice_minutes": 1000 * n, "fax_pages": 100 * n, "conference_minutes": 500 * n}
        body = block({"slots": slots, "included": included})
        text += f"  {name}:\n" + "".join(f"    {line}\n" for line in body.splitlines())
    return text


def write_media(folder: Path) -> None:
    """Write short real WAV files (8 kHz, mono, 16 bit) that greetings and music refer to."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, hertz in (("welcome", 523), ("submenu", 659), ("hold", 392)):
        turn = 2 * math.pi * hertz / 8000
        samples = array.array("h", (int(6000 * math.sin(turn * t)) for t in range(1600)))
        with wave.open(str(folder / f"{name}.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(samples.tobytes())
