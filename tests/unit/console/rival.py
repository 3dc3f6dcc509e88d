"""A tenant beside acme whose every identifier is its own, and whose every text is markup.

Whoever of acme meets one of its identifiers has come too far; where a page shows one of its texts as more
than text, a stranger's words run in somebody's browser.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from dialform.billing.facts.fact import Fact
from dialform.fax.queue import Inbox, Queue
from dialform.fax.queue.values import New, Received, Sheets

from .stage import Stage, compile_site, git, prepare

SLUG = "rival"
ELEMENT, ATTRIBUTE = "zzxss", "onzz"
NAME = f"'><{ELEMENT} {ATTRIBUTE}=1>{{{{7*7}}}}</{ELEMENT}>"
"""What a name may be: without a double quote, which a caller's name cannot hold."""
TEXT = f"\"'></title></textarea></option></script><{ELEMENT} {ATTRIBUTE}=1>&lt;b&gt;"

SITE: dict[str, Any] = {
    "company": NAME,
    "contact": "rival@rival.example",
    "permissions": [
        "send_fax", "receive_fax", "fax_setting", "contacts", "fpbx_extension", "devices",
        "ring_groups", "call_queues", "ivr_menus", "voicemails", "conferences", "music_on_hold",
        "follow_me", "inbound_routes", "realtime",
    ],
    "subscription": {"package": "business", "plan": "standard", "since": "2026-11-01"},
    "payments": {"rival-1": {"date": "2026-11-03", "amount": "50.00", "note": TEXT}},
    "emergency": {"caller_id": "+12125550288", "location": TEXT},
    "numbers": {
        "+12125550288": {"provider": "mycarrier", "description": TEXT},
        "+12125550289": {"provider": "mycarrier", "description": TEXT},
    },
    "users": {
        "rita": {"name": NAME, "email": "rita@rival.example", "role": "tenant_admin"},
        "ruth": {
            "name": NAME, "role": "user", "email": "ruth@rival.example",
            "permissions": ["devices", "voicemails", "follow_me", "realtime"],
            "slots": {"extensions": 2, "devices": 3, "voicemails": 2},
        },
        "rolf": {"name": NAME, "role": "end_user", "permissions": ["send_fax", "receive_fax"]},
    },
    "extensions": {
        "3001": {"name": NAME, "user": "rita", "voicemail": True, "caller_id": "+12125550288"},
        "3002": {"name": NAME, "user": "ruth", "voicemail": {"email": "ruth@rival.example"}},
        "3003": {"name": NAME, "user": "rolf"},
        "3050": {"name": NAME, "type": "fax"},
    },
    "voicemails": {"3999": {"name": NAME, "email": "office@rival.example"}},
    "ring_groups": {
        "660": {"name": NAME, "timeout": 25, "members": ["3001", "3002"], "no_answer": {"voicemail": "3999"}}
    },
    "call_queues": {
        "880": {
            "name": NAME, "agents": ["3001", "3002"], "max_wait": 300,
            "timeout": {"voicemail": "3999"}, "no_agent": {"voicemail": "3999"},
        }
    },
    "conferences": {"990": {"name": NAME, "pin": "94711"}},
    "music_on_hold": {"rivalmusic": {"files": ["media/hold.wav"]}},
    "schedules": {"rivaloffice": {"open": ["Mon-Fri 09:00-17:00"]}},
    "ivr_menus": {
        "770": {
            "name": NAME, "greeting": "media/welcome.wav", "invalid": {"repeat": True},
            "options": {"1": {"ring_group": "660"}, "2": {"queue": "880"}},
            "no_input": {"extension": "3001"},
        }
    },
    "inbound_routes": {
        "+12125550288": {
            "schedule": "rivaloffice", "open": {"ivr": "770"}, "closed": {"voicemail": "3999"},
        },
        "+12125550289": {"fax": "3050"},
    },
    "follow_me": {
        "3002": {"when": ["busy"], "destinations": [{"number": "+19175550166", "timeout": 20}]}
    },
    "device_profiles": {
        "rivalprofile": {
            "description": TEXT, "codecs": ["PCMU"],
            "keys": [{"type": "speed-dial", "value": "+12125550177", "label": NAME}],
        }
    },
    "devices": {
        "aabbcc999999": {
            "label": NAME, "vendor": "yealink", "model": "t46s", "profile": "rivalprofile",
            "user": "ruth", "lines": [{"extension": "3002"}],
        },
        "rival-web": {
            "label": NAME, "vendor": "webphone", "user": "rolf", "lines": [{"extension": "3003"}],
        },
    },
    "fax": {
        "accounts": {
            "3050": {"deliver_to": "fax@rival.example", "number": "+12125550289", "users": ["rolf"]}
        },
        "documents": {"rivaldoc": {"name": NAME, "file": "media/acme/directions.txt"}},
    },
    "contacts": {"rivalcontact": {"name": NAME, "fax": "+12125550187", "groups": ["rivals"]}},
    "do_not_call": ["+12125550188"],
    "block": {"inbound": ["+1901*"]},
    "paging": {"955": {"members": ["3001", "3002"]}},
    "parking": {"lot": "5500", "slots": "5501-5510"},
    "calls": [{"from": "3001", "to": "3003", "expect": {"rings": ["3003"]}}],
}  # fmt: skip

SUBJECTS = {"tenant_admin": "rival/rita", "user": "rival/ruth", "end_user": "rival/rolf"}


def prepared_with_rival(folder: Path) -> Path:
    """`prepare`, with the rival in it."""
    made = prepare(folder)
    site = made / "site"
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in SITE.items()]
    (site / "tenants.d" / f"{SLUG}.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    git(site, "add", "--all")
    git(site, "commit", "--quiet", "--message", f"Add {TEXT}")
    git(site, "push", "--quiet", "origin", "main")
    shutil.rmtree(made / "out")
    compile_site(site, made / "out", made / "secrets")
    return made


BEGAN = 1_794_000_000_000_000
"""When the calls below began, in microseconds."""


def seed(stage: Stage) -> None:
    """Calls and faxes of both tenants. Strangers choose what a fax calls itself, and what a caller is named."""
    database = stage.ledger.database
    legs = (("alice", "acme", "1001"), ("bob", "acme", "1002"), ("rita", SLUG, "3001"))
    facts = [
        Fact(
            f"call-{who}", kind="call", host="pbx1", tenant=tenant, started=BEGAN,
            answered=BEGAN + 5_000_000, ended=BEGAN + 65_000_000, direction="outbound", trunk="mycarrier",
            number="+12125550100", extension=number, call=f"call-{who}", peer=TEXT, object=TEXT,
        )
        for who, tenant, number in legs
    ]  # fmt: skip
    stage.ledger.book(facts, now=BEGAN)
    sheets = Sheets("d" * 64, "letter.pdf", 2, b"II*\0fine", b"II*\0standard")
    queue, inbox = Queue(database), Inbox(database)
    common: dict[str, Any] = {"retries": 3, "coarse": False, "now": BEGAN}
    for tenant, account, who in (("acme", "1050", "carol"), (SLUG, "3050", "rolf")):
        news = [New("+12125550177", TEXT)]
        queue.submit(
            sheets, tenant, account, news, title=TEXT, batch=f"batch-{tenant}", by=who, **common
        )
        inbox.take(Received(
            f"fax-{tenant}", tenant, account, "pbx1", BEGAN, caller=TEXT, did="+12125550150", station_id=TEXT,
            pages=2, ok=True, result=TEXT, seconds=61, file="", size=0, mailed=0, mail="", tries=0,
        ))  # fmt: skip


__all__ = [
    "ATTRIBUTE",
    "ELEMENT",
    "NAME",
    "SITE",
    "SLUG",
    "SUBJECTS",
    "TEXT",
    "prepared_with_rival",
]
