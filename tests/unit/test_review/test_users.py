"""Users and end users: what is theirs of what is theirs, and nothing else."""

import pytest

from .site import DEMO, PBX, add, allowed, denied, edit, review

BOB, CAROL = "acme/bob", "acme/carol"
EXTENSION = 'toll: international, no_answer: {voicemail: "1002"}, busy'


def mailbox(text: str) -> dict[str, bytes]:
    return edit(PBX, "attach: true}", "attach: true, " + text + "}")


class TestWhatIsTheirs:
    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ("attach: true}", "attach: true, rotate: 2}", "extension 1002 voicemail.rotate"),
            ("attach: true}", 'attach: true, pin: {age: "x"}}', "extension 1002 voicemail.pin"),
            ("attach: true}", "attach: true, greeting: media/acme/bob.wav}",
             "extension 1002 voicemail.greeting"),
            ('no_answer: {voicemail: "1002"}, busy', 'no_answer: {external: "+19175550100"}, busy',
             "extension 1002 no_answer.voicemail no_answer.external"),
            ('toll: international, no_answer: {voicemail: "1002"}, busy: {voicemail: "1002"}',
             "toll: international", "extension 1002 no_answer busy"),
            ("user: bob, pickup_group", 'user: bob, unregistered: {extension: "1001"}, pickup_group',
             "extension 1002 unregistered"),
            ("timeout: 20, confirm: true", "timeout: 30, confirm: true",
             "follow-me 1002 destinations"),
            ("label: Bob's desk", "label: Bob", "device aabbcc112233 label"),
            ("profile: office, user: bob", "profile: office, keys: [{type: dnd}], user: bob",
             "device aabbcc112233 keys"),
        ],
    )  # fmt: skip
    def test_bobs(self, old: str, new: str, what: str) -> None:
        head = edit(PBX, old, new)
        assert allowed(review(head, BOB)) == [f"acme {what}"]
        assert allowed(review(head, CAROL)) == []

    def test_a_follow_me_that_comes_and_goes(self) -> None:
        head = edit(PBX, 'follow_me:\n  "1002"', 'follow_me:\n  "1003"')
        assert allowed(review(head, BOB)) == ["acme follow-me 1002"]
        assert allowed(review(head, CAROL)) == ["acme follow-me 1003"]

    def test_a_greeting_with_its_file(self) -> None:
        head = {**mailbox("greeting: media/acme/bob.wav"), "media/acme/bob.wav": b"x"}
        assert denied(review(head, BOB)) == []

    def test_a_mailbox_with_their_extensions_number(self) -> None:
        base = edit(PBX, "voicemails:\n", 'voicemails:\n  "1003": {email: c@acme.example}\n')
        head = edit(PBX, "{email: c@acme.example}", "{email: c@acme.example, rotate: 5}", base)
        assert denied(review(head, CAROL, fork=base)) == []
        assert denied(review(head, BOB, fork=base))


class TestWhatIsNot:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("toll: international", "toll: premium"),
            ("{name: Bob Roe, user: bob", "{name: Bob, user: bob"),
            ("user: bob, pickup_group", "user: bob, rotate: 2, pickup_group"),
            ("user: bob, pickup_group", 'user: bob, caller_id: "+12125550150", pickup_group'),
            ("user: bob, pickup_group", "user: bob, allow: [192.0.2.0/24], pickup_group"),
            ("email: bob@acme.example, attach", "email: mallory@example.com, attach"),
            ("attach: true}", "attach: true, pin: {secret: acme-general}}"),
            ("attach: true}", "attach: true, pin: {env: ACME_X}}"),
            ("attach: true}", "attach: true, greeting: media/nordlicht/service.wav}"),
            ("{name: Carol Poe, user: carol}", "{name: Carol Poe, user: bob}"),
            ("{name: Fax, type: fax}", "{name: Fax, type: fax, user: bob}"),
            ("user: bob, lines", "user: carol, lines"),
            ("lines: [{extension: \"1002\"}]", "lines: [{extension: \"1001\"}]"),
            ("profile: office, user: bob", "user: bob"),
            ("model: t46s", "model: t48s"), ("vendor: yealink, model: t46s", "vendor: webphone"),
            ("profile: office, user: bob", "profile: office, rotate: 2, user: bob"),
            ("profile: office, user: bob", "profile: office, modules: [exp40], user: bob"),
            ("keys: [{type: blf, value: \"1001\"}, {type: park", "keys: [{type: park"),
            ("label: Carol's browser", "label: Bob's browser"),
            ("role: user, permissions: [devices", "role: end_user, permissions: [devices"),
            ("permissions: [devices, voicemails", "permissions: [devices, conferences, voicemails"),
            ("slots: {extensions: 2", "slots: {extensions: 3"),
            ("timeout: 25, members", "timeout: 30, members"),
            ("greeting: media/general.wav", "greeting: media/welcome.wav"),
            ('- {from: "1003"', '# dialform: ignore[DF1204] so\n  - {from: "1003"'),
            ("# Mailboxes that", "# mailboxes that"),
        ],
    )  # fmt: skip
    def test_bobs(self, old: str, new: str) -> None:
        head = edit(PBX, old, new)
        found = review(head, BOB)
        assert found
        assert allowed(found) == []

    def test_a_mailbox_of_ones_own_where_there_was_none(self) -> None:
        head = edit(
            PBX, "{name: Carol Poe, user: carol}", "{name: C, user: carol, voicemail: true}"
        )
        assert len(denied(review(head, CAROL))) == 1

    @pytest.mark.parametrize(
        "path", ["media/acme/other.wav", "media/general.wav", "media/nordlicht/service.wav"]
    )
    def test_a_sound_that_is_no_greeting_of_theirs(self, path: str) -> None:
        assert denied(review({**DEMO, path: b"x"}, BOB))

    def test_a_sound_that_a_menu_plays_too(self) -> None:
        base = edit(PBX, "greeting: media/welcome.wav", "greeting: media/acme/bob.wav")
        base = edit(PBX, "attach: true}", "attach: true, greeting: media/acme/bob.wav}", base)
        base = {**base, "media/acme/bob.wav": b"x"}
        assert denied(review({**base, "media/acme/bob.wav": b"y"}, BOB, fork=base))

    def test_an_extension_that_was_theirs(self) -> None:
        base = edit(PBX, "{name: Bob Roe, user: bob", "{name: Bob Roe, user: carol")
        head = edit(PBX, "attach: true}", "attach: true, rotate: 2}")
        assert denied(review(head, BOB)) == []
        assert denied(review(head, BOB, base=base))

    def test_their_users_own_number_in_another_tenant(self) -> None:
        base = add(
            "tenants.d/twin.yaml", 'company: T\nextensions: {"1002": {name: B, user: bob}}\n'
        )
        head = edit("tenants.d/twin.yaml", "user: bob", "user: bob, busy: {hangup: true}", base)
        assert denied(review(head, BOB, fork=base)) == [
            "twin extension 1002 busy: acme/bob is no user of twin"
        ]
