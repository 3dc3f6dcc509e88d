"""What keeps lamps apart, tried on a database like the switch's. Whether the switch fills it so is
for the live suite."""

import sqlite3

import pytest

from dialform.renderers.freeswitch import render_host, render_tenant
from dialform.renderers.freeswitch.presence import MARK, guard

from . import samples

# The columns of sofia_glue.c.
TABLES = """
create table sip_registrations (call_id, sip_user, sip_host, presence_hosts, contact, status,
  ping_status, ping_count, ping_time, force_ping, rpid, expires, ping_expires, user_agent, server_user,
  server_host, profile_name, hostname, network_ip, network_port, sip_username, sip_realm, mwi_user,
  mwi_host, orig_server_host, orig_hostname, sub_host);
create table sip_presence (sip_user, sip_host, status, rpid, expires, user_agent, profile_name, hostname,
  network_ip, network_port, open_closed);
create table sip_dialogs (call_id, uuid, sip_to_user, sip_to_host, sip_from_user, sip_from_host,
  contact_user, contact_host, state, direction, user_agent, profile_name, hostname, contact, presence_id,
  presence_data, call_info, call_info_state, expires, status, rpid, sip_to_tag, sip_from_tag, rcd);
create table sip_subscriptions (proto, sip_user, sip_host, sub_to_user, sub_to_host, presence_hosts, event,
  contact, call_id, full_from, full_via, expires, user_agent, accept, profile_name, hostname, network_port,
  network_ip, version, orig_proto, full_to);
"""


@pytest.fixture
def database():
    with sqlite3.connect(":memory:") as found:
        found.executescript(TABLES)
        found.executescript(guard())
        insert(
            found,
            "sip_registrations",
            sip_user="1001.acme",
            sip_host="acme.example.com",
            sip_username="1001",
            sip_realm="acme.example.com",
            contact="<sip:1001@192.0.2.1:5060>",
            network_ip="192.0.2.1",
            network_port="5060",
        )
        yield found


def insert(database, table, **row):
    names, marks = ",".join(row), ",".join("?" * len(row))
    database.execute(f"insert into {table} ({names}) values ({marks})", tuple(row.values()))


def subscribe(database, **given):
    insert(
        database,
        "sip_subscriptions",
        **{
            "proto": "sip",
            "sip_user": "1001",
            "sub_to_user": "1002",
            "sub_to_host": "acme.example.com",
            "event": "dialog",
            "contact": "<sip:x@198.51.100.9>",
            "call_id": "c",
            "network_ip": "192.0.2.1",
            "network_port": "5060",
            "version": -1,
            **given,
        },
    )
    found = "select sub_to_host, event, contact, version from sip_subscriptions order by event"
    return database.execute(found).fetchall()


HERE = "<sip:1001@192.0.2.1:5060>"


def test_a_lamp_is_watched_under_its_marked_domain(database):
    assert subscribe(database) == [
        (f"acme.example.com{MARK}", "dialog", HERE, -1),
        ("acme.example.com", "dialog ", HERE, -1),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"sub_to_host": "janes.example.com"},
        {"sub_to_host": f"janes.example.com{MARK}"},
        {"sub_to_host": "192.0.2.2"},
        {"network_port": "5061"},
        {"network_ip": "192.0.2.2"},
        {"event": "presence"},
        {"event": "refer"},
        {"event": "dialog "},
    ],
)
def test_what_is_not_kept(database, given):
    assert subscribe(database, **given) == []


def test_messages_and_slots_are_kept_as_they_are(database):
    assert subscribe(database, event="message-summary") == [
        ("acme.example.com", "message-summary", HERE, -1)
    ]
    database.execute("delete from sip_subscriptions")
    assert subscribe(database, proto="park") == [("acme.example.com", "dialog", HERE, -1)]


def test_versions_go_on_together(database):
    subscribe(database)
    database.execute("update sip_subscriptions set version=version+1 where call_id='c'")
    database.execute(
        "update sip_subscriptions set version=version+1 where sub_to_host like ?", (f"%{MARK}",)
    )
    assert [row[0] for row in database.execute("select version from sip_subscriptions")] == [1, 1]


def test_a_renewal_from_elsewhere_changes_nothing(database):
    subscribe(database)
    database.execute("update sip_subscriptions set network_ip='192.0.2.9', contact='<sip:evil>'")
    database.execute("update sip_subscriptions set expires=9, contact='<sip:evil>'")
    found = database.execute("select network_ip, contact, expires from sip_subscriptions")
    assert found.fetchall() == [("192.0.2.1", HERE, 9)] * 2


def test_calls_are_known_by_our_own_mark(database):
    forged = {"sip_from_user": "1001", "sip_from_host": "acme.example.com", "call_info_state": ""}
    insert(database, "sip_dialogs", uuid="a", presence_id="1001@acme.example.com", **forged)
    insert(database, "sip_dialogs", uuid="b", presence_id=f"1002@acme.example.com{MARK}", **forged)
    database.execute(f"update sip_dialogs set presence_id='1003@x{MARK}' where uuid='a'")
    found = database.execute("select sip_from_user, sip_from_host, presence_id from sip_dialogs")
    assert found.fetchall() == [
        ("1003", f"x{MARK}", "1003@x"),
        ("1002", f"acme.example.com{MARK}", "1002@acme.example.com"),
    ]


def test_nothing_is_published_or_seized(database):
    insert(database, "sip_presence", sip_user="1001")
    insert(database, "sip_dialogs", call_info_state="seized")
    for table in ("sip_presence", "sip_dialogs"):
        assert database.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_what_came_before_the_triggers_is_forgotten():
    with sqlite3.connect(":memory:") as early:
        early.executescript(TABLES)
        subscribe(early)
        early.executescript(guard())
        assert early.execute("select count(*) from sip_subscriptions").fetchone() == (0,)


def test_the_profile_of_phones_runs_it_and_legs_carry_the_mark():
    files = render_host(samples.platform(), samples.host(), (), "r1")
    known = samples.settings(samples.xml(files, "internal.xml"))
    assert known["db-pre-trans-execute"] == guard()
    assert "\n" not in guard() and "${" not in guard() and "'" in guard()
    external = samples.settings(samples.xml(files, "external.xml"))
    assert external.get("manage-presence", "false") == "false"
    tenant = samples.tenant(extensions=(samples.extension("1001"),))
    directory = samples.content(render_tenant(tenant), "directory.xml")
    assert f"presence_id=${{dialed_user}}@${{dialed_domain}}{MARK}~" in directory
