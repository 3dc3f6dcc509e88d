"""A tenant's administrator: what is theirs, and every way around it that comes to mind."""

import pytest

from .site import (
    ACCOUNT,
    DEMO,
    JANE,
    LINK,
    NORD,
    PBX,
    Files,
    add,
    allowed,
    denied,
    edit,
    review,
    without,
)

ALICE = "@alice-doe"


def move(key_line: str, source: str, target: str) -> Files:
    """The site with a line moved from one file to another."""
    return add(target, key_line, edit(source, key_line, ""))


class TestWhatIsTheirs:
    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ("timeout: 25, members", "timeout: 30, members", "acme ring group 600 timeout"),
            ("toll: international", "toll: premium", "acme extension 1002 toll"),
            ('"1003": {name: Carol Poe', '"1003": {name: Carol Poe, rotate: 2', "acme extension 1003 rotate"),
            ("name: Carol Poe, user: carol", "name: Carol Poe, user: carol, allow: [192.0.2.0/24]",
             "acme extension 1003 allow"),
            ("slots: {extensions: 2", "slots: {extensions: 3", "acme user bob slots.extensions"),
            ("permissions: [devices, voicemails, follow_me]", "permissions: [devices]",
             "acme user bob permissions"),
            ("{secret: acme-general}", "{secret: acme-front}", "acme mailbox 1999 pin"),
            ('{fax: "1050"}', '{external: "+12125550123"}',
             "acme inbound route +12125550150 fax external"),
            ("header: Acme Corp", "header: Acme", "acme fax account 1050 header"),
            ("do_not_call: [", 'do_not_call: ["+12125550112", ', "acme do-not-call list"),
            ('to: "+442079460000", expect: {refused', 'to: "+442079460001", expect: {refused',
             "acme call tests"),
        ],
    )  # fmt: skip
    def test_the_pbx(self, old: str, new: str, what: str) -> None:
        found = review(edit(PBX, old, new), ALICE)
        assert denied(found) == []
        assert allowed(found) == [what]

    def test_new_and_gone_objects(self) -> None:
        head = edit(PBX, '"1050": {name: Fax', '"1004": {name: Dora}\n  "1050": {name: Fax')
        head = edit(PBX, "  carol-web:", "  # carol-web:", head)
        found = review(head, ALICE)
        assert {(v.what, v.action, v.side) for v in found} == {
            ("acme extension 1004", "create", "head"),
            ("acme device carol-web", "delete", "base"),
        }
        assert denied(found) == []

    def test_a_user_of_theirs_with_a_handle_of_their_own(self) -> None:
        head = edit(PBX, "  carol: {", '  dora: {name: Dora, role: user, git: "@dora"}\n  carol: {')
        assert denied(review(head, ALICE)) == []

    def test_a_pbx_key_in_the_account_file(self) -> None:
        assert denied(review(add(ACCOUNT, "recording: {keep_days: 30}\n"), ALICE)) == []
        line = 'paging: {"950": {members: ["1001", "1002"]}}\n'
        assert denied(review(move(line, PBX, ACCOUNT), ALICE)) == []

    def test_sounds_in_their_folder_and_those_that_only_they_use(self) -> None:
        head = {**DEMO, "media/acme/new.wav": b"x", "media/welcome.wav": b"y"}
        assert denied(review(without("media/general.wav", head), ALICE)) == []

    def test_call_tests_that_are_all_theirs(self) -> None:
        text = 'calls:\n  - {tenant: acme, from: "1001", to: "1002", expect: {rings: ["1002"]}}\n'
        assert denied(review(add("calls.d/acme.yaml", text), ALICE)) == []

    def test_comments_and_layout(self) -> None:
        found = review(edit(ACCOUNT, "company: Acme", "company:  Acme"), ALICE)
        assert allowed(found) == ["acme comments and layout"]


class TestAccountMatters:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("company: Acme Corp", "company: Acme"),
            ("domain: acme.example.com", "domain: nordlicht.example.com"),
            ("concurrent_calls: 20", "concurrent_calls: 200"),
            ("monthly: 10000", "monthly: -1"),
            ("inbound_routes, realtime]", "inbound_routes]"),
            ("package: business", "package: callcenter"),
            ("since: 2026-11-01", "since: 2026-11-01, overrides: {extensions: 500}"),
            ('amount: "200.00"', 'amount: "2000.00"'),
            ("description: Fax", "description: Faxes"),
            ("status: active", "status: suspended"),
        ],
    )
    def test_are_not_theirs(self, old: str, new: str) -> None:
        found = review(edit(ACCOUNT, old, new), ALICE)
        assert allowed(found) == []
        assert len(found) == 1
        assert found[0].ruling.who == "an admin"

    @pytest.mark.parametrize("path", [PBX, "tenants.d/acme/aaa.yaml", "tenants.d/acme/zzz.yaml"])
    @pytest.mark.parametrize(
        "text",
        [
            "limits: {concurrent_calls: 500}\n", "permissions: [realtime]\n", "timezone: UTC\n",
            "caller_id: '+12125550150'\n", "revoke: []\n", "status: active\n", "payments: {}\n",
            "emergency: {location: elsewhere}\n", "numbers:\n  '+12125550151': {provider: backup}\n",
            "payments:\n  inv-1: {date: 2026-01-01, amount: '900'}\n",
        ],
    )  # fmt: skip
    def test_wherever_they_are_written(self, path: str, text: str) -> None:
        assert denied(review(add(path, text), ALICE))

    def test_may_not_move_to_a_file_that_others_approve(self) -> None:
        lines = (
            'limits: {daily: -1, monthly: 10000, concurrent_calls: 20, low_credit_alert: "25.00"}'
        )
        assert denied(review(move(lines, ACCOUNT, PBX), ALICE)) == [
            f"acme account limits: an account matter moves from {ACCOUNT} to {PBX}, "
            "where others approve it"
        ]

    def test_a_renamed_account_file(self) -> None:
        head = add("tenants.d/acme/contract.yaml", DEMO[ACCOUNT].decode(), without(ACCOUNT))
        found = denied(review(head, ALICE))
        assert found
        assert all("moves from" in one for one in found)

    def test_a_tenant_as_a_file_beside_its_folder(self) -> None:
        head = add("tenants.d/acme.yaml", "extensions:\n  '1001': {name: A}\n")
        assert denied(review(head, ALICE))
        whole = DEMO[ACCOUNT] + DEMO[PBX]
        assert denied(review({**DEMO, "tenants.d/acme.yaml": whole}, ALICE))

    def test_the_end_of_the_tenant(self) -> None:
        assert denied(review(without(ACCOUNT, without(PBX)), ALICE))

    def test_an_unknown_key_is_an_admins(self) -> None:
        assert denied(review(add(PBX, "limit: {daily: 1}\n"), ALICE))


class TestOthers:
    def test_another_tenants_object(self) -> None:
        found = review(edit(NORD, "Vertrieb & Verkauf", "Vertrieb"), ALICE)
        assert denied(found) == [
            "nordlicht ring group 600 name: @alice-doe is no user of nordlicht"
        ]
        assert found[0].ruling.who == "a tenant administrator of nordlicht, or an admin"
        assert (found[0].place.file, found[0].side) == (NORD, "head")

    @pytest.mark.parametrize(
        "head",
        [
            edit(JANE, "# A one-person", "# a one-person"),
            add("tenants.d/nordlicht/more.yaml", "contacts:\n  x: {name: X}\n"),
            add("tenants.d/newco.yaml", "company: New\n"),
            without(JANE),
            {**DEMO, "media/nordlicht/service.wav": b"x"},
            {**DEMO, "media/nordlicht/acme.wav": b"x"},
            {**DEMO, "media/shared.wav": b"x"},
            add("calls.d/x.yaml", 'calls: [{tenant: nordlicht, from: "1", to: "2", expect: {}}]\n'),
            add("calls.d/x.yaml", 'calls: [{from: "1", to: "2", expect: {}}]\n'),
        ],
    )
    def test_files_that_are_not_theirs(self, head: Files) -> None:
        found = review(head, ALICE)
        assert found
        assert allowed(found) == []

    def test_a_sound_that_two_tenants_use(self) -> None:
        both = edit(JANE, "media/janes-bakery/hold.wav", "media/hold.wav")
        head = {**both, "media/hold.wav": b"x"}
        assert denied(review(head, ALICE, fork=both)) == [
            "media media/hold.wav: more than one tenant uses it"
        ]

    @pytest.mark.parametrize(
        "written",
        ['"media/our\n    sound.wav"', '"media/our\\x20sound.wav"', "'media/our sound.wav'"],
    )
    def test_a_sound_that_another_tenant_names_in_an_odd_way(self, written: str) -> None:
        base = edit(JANE, "media/janes-bakery/hold.wav", written)
        base = edit(PBX, "media/hold.wav", "media/our sound.wav", base)
        base = {**base, "media/our sound.wav": b"x"}
        assert denied(review({**base, "media/our sound.wav": b"y"}, ALICE, fork=base))

    def test_a_sound_of_another_tenant(self) -> None:
        head = edit(PBX, "media/welcome.wav", "media/nordlicht/english.wav")
        assert denied(review(head, ALICE)) == [
            "acme IVR menu 700 greeting: media/nordlicht/ is another tenant's"
        ]

    @pytest.mark.parametrize(
        "ref",
        ["{secret: mycarrier}", "{secret: nordlicht-door}", "{env: ESL}", "{env: NORDLICHT_X}",
         "{secret: acmex}"],
    )  # fmt: skip
    def test_a_secret_of_another(self, ref: str) -> None:
        found = denied(review(edit(PBX, "{secret: acme-general}", ref), ALICE))
        assert len(found) == 1
        assert "is no secret of this tenant" in found[0]

    def test_a_secret_of_a_tenant_whose_name_begins_alike(self) -> None:
        base = add("tenants.d/acme-east.yaml", "company: East\n")
        head = edit(PBX, "{secret: acme-general}", "{secret: acme-east-door}", base)
        assert denied(review(head, ALICE, fork=base))
        assert not denied(review(edit(PBX, "acme-general", "acme-eastern", base), ALICE, fork=base))


class TestWhatGuardsTheTree:
    @pytest.mark.parametrize(
        "head",
        [
            edit("platform.yaml", 'admins: ["@ops"]', f'admins: ["@ops", "{ALICE}"]'),
            edit("platform.yaml", "# A plan past", "# Plan past"),
            edit("platform.yaml", "max_deletes: 20", "max_deletes: 2000"),
            edit("billing.yaml", "extensions: ", "extensions: 9"),
            edit("routes.yaml", "mycarrier", "backup"),
            edit("providers.d/backup.yaml", "host:", "port: 5066\nhost:"),
            without("platform.yaml"),
            add("keys/alice.pub", "ssh-ed25519 AAAA"),
            add("rates/more.csv", "x"),
            edit("CODEOWNERS", "@ops", ALICE),
            without("CODEOWNERS"),
            *(
                add(path, "x")
                for path in (
                    ".github/CODEOWNERS", ".github/workflows/dialform.yml", ".gitlab-ci.yml",
                    ".pre-commit-config.yaml", ".gitattributes", ".gitmodules", "README.md",
                    "tenants.d/acme/.gitattributes", "media/acme/.gitattributes",
                    "tenants.d/acme/notes.txt", "tenants.d/acme/deep/pbx.yaml",
                    "tenants.d/acme/.hidden.yaml", "schemas/tenant.schema.json", "Media/acme/x.wav",
                )
            ),
        ],
    )  # fmt: skip
    def test_is_an_admins(self, head: Files) -> None:
        found = review(head, ALICE)
        assert found
        assert allowed(found) == []
        assert denied(review(head, "@ops")) == []

    @pytest.mark.parametrize("path", [PBX, "media/acme/x.wav", "media/welcome.wav"])
    def test_a_link_is_no_file(self, path: str) -> None:
        head = {**DEMO, path: LINK + b"../../platform.yaml"}
        assert any("symbolic link" in one for one in denied(review(head, ALICE)))


class TestUsers:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("{name: Bob Roe, role: user", "{name: Bob Roe, role: tenant_admin"),
            ("{name: Bob Roe, role: user", "{name: Bob Roe, role: admin"),
            ("{name: Bob Roe, role: user", '{name: Bob Roe, git: "@ops", role: user'),
            ("{name: Bob Roe, role: user", '{name: Bob Roe, git: "@OPS", role: user'),
            ("{name: Bob Roe, role: user", '{name: Bob Roe, git: "@jane-omeara", role: user'),
            ("{name: Bob Roe, role: user", '{name: Bob Roe, git: "@Jane-Omeara", role: user'),
            ('git: "@alice-doe"', 'git: "@mallory"'),
            ("email: alice@acme.example", "email: mallory@acme.example"),
            ("role: tenant_admin", "role: admin"),
            ("  carol: {", "  eve: {name: Eve, role: tenant_admin}\n  carol: {"),
            ("  carol: {", '  eve: {name: Eve, git: "@ops"}\n  carol: {'),
            ("  alice: {", "  alicia: {"),
        ],
    )
    def test_who_is_an_administrator_is_an_admins_matter(self, old: str, new: str) -> None:
        found = review(edit(PBX, old, new), ALICE)
        assert denied(found)
        assert denied(review(edit(PBX, old, new), "@ops")) == []

    def test_a_handle_that_is_an_admins_may_not_get_another_address(self) -> None:
        """Else the address of somebody else would lead to the admin's handle."""
        base = edit(PBX, "{name: Bob Roe,", '{name: Bob Roe, git: "@ops", email: o@acme.example,')
        head = edit(PBX, "o@acme.example", "mallory@acme.example", base)
        assert denied(review(head, ALICE, fork=base))

    def test_no_more_than_the_tenant_holds(self) -> None:
        base = edit(ACCOUNT, "voicemails, conferences,", "voicemails,")
        head = edit(PBX, "[devices, voicemails, follow_me]", "[devices, conferences]", base)
        assert denied(review(head, ALICE, fork=base)) == [
            "acme user bob permissions: the tenant does not hold conferences"
        ]

    def test_not_even_with_the_tenants_permissions_in_the_same_change(self) -> None:
        base = edit(ACCOUNT, "voicemails, conferences,", "voicemails,")
        head = edit(PBX, "[devices, voicemails, follow_me]", "[devices, conferences]", DEMO)
        assert len(denied(review(head, ALICE, fork=base))) == 2

    def test_no_more_slots_than_the_package_has(self) -> None:
        head = edit(PBX, "slots: {extensions: 2, devices: 3", "slots: {extensions: 51, devices: 3")
        assert denied(review(head, ALICE)) == [
            "acme user bob slots.extensions: the users' slots for extensions would be 51, "
            "the tenant has 50"
        ]


class TestToday:
    """The base is today; where a branch began may be long ago."""

    def test_who_was_an_administrator_is_none_any_more(self) -> None:
        base = edit(PBX, "role: tenant_admin", "role: user")
        head = edit(PBX, "timeout: 25, members", "timeout: 30, members")
        assert denied(review(head, ALICE)) == []
        assert denied(review(head, ALICE, base=base))

    def test_who_became_an_administrator_since_is_guarded(self) -> None:
        base = edit(PBX, "{name: Bob Roe, role: user", "{name: Bob Roe, role: tenant_admin")
        head = edit(PBX, "{name: Bob Roe,", '{name: Bob Roe, git: "@mallory",')
        assert denied(review(head, ALICE)) == []
        assert denied(review(head, ALICE, base=base))

    def test_an_admin_by_the_change_is_none(self) -> None:
        head = edit("platform.yaml", 'admins: ["@ops"]', 'admins: ["@mallory"]')
        assert denied(review(head, "@mallory"))
        assert denied(review(head, "@ops")) == []


class TestUnclear:
    @pytest.mark.parametrize(
        "text",
        [
            "extensions: {\n", "<<<<<<< HEAD\n", "extensions: &x {}\n", "\tx: 1\n",
            "extensions:\n  '1001': {name: Twice}\n", "---\nlimits: {}\n", "x: *y\n",
            "version https://git-lfs.github.com/spec/v1\n", "\x07: 1\n",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("path", [PBX, "tenants.d/acme/a.yaml"])
    def test_what_cannot_be_read_for_certain(self, path: str, text: str) -> None:
        head = add(path, text)
        assert denied(review(head, ALICE))
        assert denied(review(head, "@ops")) == []

    def test_nothing_hides_behind_what_was_broken_before(self) -> None:
        """An extension that no model can hold, before and after: its change is seen all the same."""
        base = edit(PBX, "{name: Carol Poe, user: carol}", '{name: "C${x}", user: carol}')
        head = edit(
            PBX, '{name: "C${x}", user: carol}', '{name: "C${x}", user: carol, toll: premium}', base
        )
        assert denied(review(head, ALICE, fork=base))
        other = edit(PBX, "timeout: 25, members", "timeout: 30, members", base)
        assert denied(review(other, ALICE, fork=base)) == []
