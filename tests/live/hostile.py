"""Headers by which a caller would pass for somebody else, or for the switch itself."""

HOSTILE = [
    ("P-Asserted-Identity", '"President" <sip:+19995550000@example.com>'),
    ("P-Preferred-Identity", "<sip:+19995550000@example.com>"),
    ("Remote-Party-ID", '"President" <sip:+19995550000@x>;party=calling;privacy=off;screen=yes'),
    ("P-Charge-Info", "<sip:+19995550000@example.com>"),
    ("Privacy", "id"),
    ("Referred-By", "<sip:1002@acme.example.com>"),
    ("Diversion", "<sip:+19995550000@example.com>;reason=unconditional"),
    ("X-dialform_tenant", "lab"),
    ("X-FS-Display-Number", "+19995550000"),
    ("X-Caller", "dialform_trunk=backup"),
    ("Alert-Info", "<http://example.com/x>"),
]
