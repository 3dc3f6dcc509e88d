"""The directory: who may log in, as whom, and what a call of theirs carries."""

import dataclasses

from dialform.compiler.resolved import Emergency
from dialform.renderers.freeswitch import registration, render_tenant

from . import samples


def _user(tenant, number):
    users = samples.xml(render_tenant(tenant), "directory.xml").iter("user")
    return next(user for user in users if user.get("id") == number)


def test_each_user_stands_on_one_line():
    extensions = tuple(samples.extension(str(n)) for n in range(1001, 1021))
    text = samples.content(render_tenant(samples.tenant(extensions=extensions)), "directory.xml")
    lines = [line for line in text.splitlines() if "<user" in line]
    assert sum("<user id=" in line and line.endswith("</user>") for line in lines) == 20


def test_no_password_and_no_pin_is_written_in_clear():
    tenant = samples.tenant(
        extensions=(samples.extension("1001", mailbox="1001"),),
        mailboxes=(samples.mailbox("1001", pin="860153"),),
    )
    files = render_tenant(tenant)
    text = samples.content(files, "directory.xml")
    assert "860153" not in text
    assert 'name="password"' not in text and 'name="vm-password"' not in text
    pin = samples.settings(_user(tenant, "1001"))["vm-a1-hash"]
    assert pin == samples.ha1(f"1001:{samples.DOMAIN}:860153")
    assert [a.secret for a in files if a.path.endswith("directory.xml")] == [True]


def test_an_empty_password_never_logs_in():
    domain = samples.xml(render_tenant(samples.tenant()), "directory.xml").find("domain")
    assert samples.settings(domain.find("params"))["allow-empty-password"] == "false"
    broken = samples.tenant(extensions=(samples.extension("1001", a1_hash=""),))
    assert samples.settings(_user(broken, "1001"))["sip-forbid-register"] == "true"


def test_a_mailbox_without_extension_is_no_account():
    box = samples.mailbox("1999", of_extension=False)
    params = samples.settings(_user(samples.tenant(mailboxes=(box,)), "1999"))
    assert params["sip-forbid-register"] == "true"
    assert params["a1-hash"] == box.a1_hash


def test_a_phone_is_filed_under_a_name_that_only_its_tenant_gives():
    # mod_sofia files a registration under To and checks the password of the realm in Authorization.
    variables = samples.settings(_user(samples.tenant(), "1001"), "variable")
    assert variables["sip-force-extension"] == registration("acme", "1001")
    assert registration("acme", "1001") != registration("globex", "1001")
    domain = samples.xml(render_tenant(samples.tenant()), "directory.xml").find("domain")
    dial = samples.settings(domain.find("params"))["dial-string"]
    assert "sofia_contact(*/${dialed_user}.acme@${dialed_domain})" in dial


def test_an_extension_may_be_bound_to_networks():
    entry = samples.extension("1001", allow=("198.51.100.0/24", "203.0.113.7/32"))
    params = samples.settings(_user(samples.tenant(extensions=(entry,)), "1001"))
    assert params["auth-acl"] == "198.51.100.0/24,203.0.113.7/32"


def test_a_call_carries_its_extension_s_rights_and_names():
    entry = samples.extension(
        "1001", toll="premium", caller_id="+12125550150", caller_id_name="Front desk"
    )
    tenant = samples.tenant(extensions=(entry,))
    own = samples.settings(_user(tenant, "1001"), "variable")
    assert own["dialform_toll"] == "premium"
    assert own["dialform_cid"] == "+12125550150"
    assert own["dialform_cid_name"] == "Front desk"
    assert own["effective_caller_id_name"] == "Person 1001"
    shared = samples.settings(
        samples.xml(render_tenant(tenant), "directory.xml").find("domain/variables"), "variable"
    )
    assert shared["user_context"] == "acme"
    assert shared["force_transfer_context"] == "acme.transferred"
    assert shared["sip_copy_custom_headers"] == "false"
    assert "dialform_tenant" in shared["export_vars"].split(",")


def test_what_is_the_tenant_s_stands_once():
    alike = tuple(samples.extension(str(n), caller_id="+12125550199") for n in range(1001, 1011))
    text = samples.content(render_tenant(samples.tenant(extensions=alike)), "directory.xml")
    for name in ("dialform_cid", "dialform_toll", "dialform_emergency_cid", "user_context"):
        assert text.count(f'name="{name}"') == 1


def test_emergency_details_are_repeated_only_where_they_differ():
    near, far = samples.extension("1001"), samples.extension("1002")
    far = dataclasses.replace(far, emergency=Emergency("+12125550102", "Warehouse, Gate 2"))
    tenant = samples.tenant(extensions=(near, far))
    assert "dialform_emergency_cid" not in samples.settings(_user(tenant, "1001"), "variable")
    own = samples.settings(_user(tenant, "1002"), "variable")
    assert own["dialform_emergency_cid"] == "+12125550102"
    assert own["dialform_emergency_location"] == "Warehouse, Gate 2"


def test_voicemail_goes_by_mail_as_the_mailbox_says():
    box = samples.mailbox("1001", email="bob@acme.example", attach=False, keep=False)
    entry = samples.extension("1001", mailbox="1001")
    tenant = samples.tenant(extensions=(entry,), mailboxes=(box,))
    params = samples.settings(_user(tenant, "1001"))
    assert params["vm-mailto"] == "bob@acme.example"
    assert params["vm-attach-file"] == "false"
    assert params["vm-keep-local-after-email"] == "false"


def test_without_mail_no_message_is_dropped_as_sent():
    box = samples.mailbox("1001", email="bob@acme.example", keep=False)
    entry = samples.extension("1001", mailbox="1001")
    tenant = samples.tenant(extensions=(entry,), mailboxes=(box,), mail=False)
    params = samples.settings(_user(tenant, "1001"))
    assert "vm-mailto" not in params and "vm-keep-local-after-email" not in params


def test_an_extension_without_mailbox_has_none():
    assert samples.settings(_user(samples.tenant(), "1001"))["vm-enabled"] == "false"
