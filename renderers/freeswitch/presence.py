"""Presence: whose lamps a phone may watch, and who may change what they show.

mod_sofia checks the password of the realm that a SUBSCRIBE names, and then watches whatever To names:
any customer could watch any other (sofia_presence.c, sofia_presence_handle_sip_i_subscribe). It takes
a PUBLISH from anybody, without a password, and tells all who watch the name in its From
(sofia_presence_handle_sip_i_publish). And a call's own row names its caller by its From, which is
free (sofia.c). All three go through tables of the profile's SQLite database, so triggers in it decide:

- A subscription is kept only of a phone that is registered in the domain that it watches, from the
  same address and port; `sip_realm` of a registration is the realm whose password it gave.
- Its NOTIFYs go to the address that was registered, whatever its Contact says: a forged source
  address gains nothing.
- Only the events `dialog` and `message-summary` are kept.
- A lamp is watched under its domain with `MARK` behind it. The switch names its own legs so
  (`presence_id`), and nobody else can: the host of a SIP URI ends at its first `;` (url.c). The row
  as it was asked for stays beside it for the first NOTIFY, under an event's name that no other
  event has.
- A row of a call is known by its `presence_id` alone, never by From.
- What PUBLISH and shared lines (`seized`) write is dropped.

The triggers themselves: templates/presence.sql.
"""

from pathlib import Path

MARK = ";lamp"
"""Follows the domain in the `presence_id` of a leg: a URI parameter that From cannot have."""

_VERSION = "1"
"""Part of the triggers' names. Raise it with any change, and drop the former ones: a database outlives
its switch.
"""

_SQL = Path(__file__).parent / "templates" / "presence.sql"

_PHONE = (
    "from sip_registrations r where r.network_ip=new.network_ip and r.network_port=new.network_port"
    " and lower(r.sip_realm)=lower(replace({row}.sub_to_host,'MARK',''))"
)
_CONTACT = "(select r.contact PHONE(new) order by r.sip_username=new.sip_user desc limit 1)"


def guard() -> str:
    """The SQL that the profile runs before each of its transactions (`db-pre-trans-execute`)."""
    lines = (line.strip() for line in _SQL.read_text("utf-8").splitlines())
    sql = " ".join(line for line in lines if line and not line.startswith("--"))
    sql = sql.replace("CONTACT", _CONTACT)
    for row in ("new", "old"):
        sql = sql.replace(f"PHONE({row})", _PHONE.format(row=row))
    return sql.replace("MARK", MARK).replace("VERSION", _VERSION)
