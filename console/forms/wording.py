"""Labels, help and units of the fields that a tenant's people see, in words for people who run no switch."""

from collections.abc import Mapping

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What a form says of a field. `help` is "" where the label says all of it.

    `unit` stands behind a number; `blank` says what holds where nothing is chosen or typed.
    """

    label: str
    help: str = ""
    unit: str = ""
    blank: str = ""


_PREFIX = Words("Put before the caller's name", "Phones show it when they ring, as in “Sales:”.")
_PIN_VERSION = Words(
    "PIN version", "A higher number makes a new PIN, where the system made the old one."
)

TENANT: Mapping[str, Words] = {
    # People and their phones.
    "Extension.name": Words("Name", "Shown on the phones of those whom it calls."),
    "Extension.user": Words("Belongs to", "", "", "Nobody"),
    "Extension.type": Words("Used for"),
    "Extension.password": Words(
        "Phone password", "What its phones sign in with. Phones that are set up from here know it."),
    "Extension.rotate": Words(
        "Password version", "A higher number makes a new password, where the system made the old one."),
    "Extension.voicemail": Words("Mailbox", "Callers can leave a message for this extension."),
    "Extension.caller_id": Words("Number shown outside", "", "", "The company's main number"),
    "Extension.caller_id_name": Words("Name shown outside", "", "", "The company's name"),
    "Extension.toll": Words("May call", "", "", "The usual of this system"),
    "Extension.ring_timeout": Words("Rings for", "", "seconds", "As usual"),
    "Extension.no_answer": Words("If nobody answers", "", "", "Its mailbox, else the call ends"),
    "Extension.busy": Words("If it is busy", "", "", "Its mailbox, else the call ends"),
    "Extension.unregistered": Words(
        "If no phone is connected", "Its phones are switched off, or without network.", "",
        "Its mailbox, else the call ends"),
    "Extension.emergency": Words("Another place for emergency calls",
                                 "Tick this where the phone is not at the company's own address."),
    "Extension.record": Words("Record"),
    "Extension.max_calls": Words(
        "Calls at once", "One more that comes finds it busy, one more that it makes is refused.", "calls",
        "Any"),
    "Extension.directory": Words("List it in the directory", "Callers and colleagues can find it by name."),
    "Extension.pickup_group": Words(
        "Pickup groups", "Who shares a group may answer the others' ringing phones. One name a line."),
    "Extension.srtp": Words("Encrypt the sound", "Browser phones always do."),
    "Extension.allow": Words(
        "Networks of its phones", "One a line, as in 198.51.100.0/24. Empty: from anywhere."),
    "Emergency.caller_id": Words("Number for the emergency service", "They call back to it."),
    "Emergency.location": Words("Where help has to go"),
    "Emergency.notify": Words("Tell by mail", "Mail addresses, one a line."),
    "Mailbox.name": Words("Name", "", "", "The extension's name"),
    "Mailbox.pin": Words("PIN", "What is entered to hear messages on a phone: 4 to 10 digits."),
    "Mailbox.rotate": _PIN_VERSION,
    "Mailbox.email": Words("Mail messages to", "", "", "Its owner's mail address"),
    "Mailbox.attach": Words("Attach the message to the mail"),
    "Mailbox.keep": Words("Keep it in the mailbox after mailing"),
    "Mailbox.greeting": Words("Greeting", "What callers hear first.", "", "The usual one"),
    "Mailbox.users": Words("Who else may listen here",
                           "Besides its owner. On a phone, whoever knows the PIN may."),
    "FollowMe.when": Words("When", "“Always” lets the own phones stay silent."),
    "FollowMe.strategy": Words("Order"),
    "FollowMe.destinations": Words("Numbers to try"),
    "FollowMeStep.number": Words("Number", "An extension, or an outside number."),
    "FollowMeStep.timeout": Words("Rings for", "", "seconds"),
    "FollowMeStep.delay": Words("Wait before it rings", "", "seconds"),
    "FollowMeStep.confirm": Words("Must press a key to take the call", "So no mobile's mailbox takes it."),
    "User.name": Words("Name"),
    "User.email": Words("Mail address", "Invitations and voicemail go there."),
    "User.role": Words("Role", "A tenant administrator may change all that the tenant has, a user what is "
                               "theirs and was allowed; an end user has a softphone and faxes."),
    "User.git": Words("Name in merge requests", "For people who change the site's files, as in @alice."),
    "User.slots": Words("May own at most", "How many of each kind may belong to this user."),
    # Devices.
    "Device.label": Words("Name", "As in “Reception” or “Alice's desk”."),
    "Device.vendor": Words("Maker", "“generic” is any softphone, “webphone” a browser."),
    "Device.model": Words("Model", "", "", "None"),
    "Device.template": Words("Settings of another model", "For models that are not listed.", "", "Its own"),
    "Device.profile": Words("Profile", "What it has in common with other phones.", "", "None"),
    "Device.user": Words("Belongs to", "", "", "Nobody"),
    "Device.lines": Words("Lines", "Who the phone is, in this order."),
    "Device.keys": Words("Keys", "The phone's own, behind those of its profile."),
    "Device.modules": Words("Expansion modules", "The maker's names, one a line."),
    "Device.rotate": Words(
        "Version of its secrets", "A higher number gives the phone another address to fetch its settings "
        "from, and another password of its web page."),
    "Line.extension": Words("Extension"),
    "Line.server": Words("Another server", "Only behind special routers.", "", "The usual one"),
    "Line.label": Words("Beside the key", "", "", "The extension's name"),
    "Line.ringtone": Words("Ringtone", "", "", "The phone's own"),
    "Key.type": Words("What it does"),
    "Key.value": Words("For which number", "Do not disturb and empty keys need none; for a line key it is "
                                           "which line, from 1."),
    "Key.label": Words("Beside the key"),
    "Key.line": Words("Dials by line"),
    "DeviceProfile.description": Words("What it is for"),
    "DeviceProfile.codecs": Words("Sound formats (codecs)", "The best first. None: the usual ones."),
    "DeviceProfile.dtmf": Words("How key presses are sent", "The usual one is right for almost all."),
    "DeviceProfile.transport": Words("How phones connect"),
    "DeviceProfile.timezone": Words("Time zone of the clock", "", "", "The company's"),
    "DeviceProfile.language": Words("Language of the screen", "As in en or de.", "", "The company's"),
    "DeviceProfile.keys": Words("Keys", "Of every phone, behind its lines and before its own keys."),
    "DeviceProfile.ntp": Words("Time server", "", "", "The usual one"),
    "DeviceProfile.vlan": Words("Voice network (VLAN)", "", "", "None"),
    "DeviceProfile.ringtone": Words("Ringtone", "A number from 1, or the maker's name of one."),
    "DeviceProfile.screen": Words("Screen"),
    "DeviceProfile.admin_password": Words("Password of the phones' web page"),
    "DeviceProfile.firmware": Words("Firmware", "The address that phones fetch it from.", "", "None"),
    "Screen.backlight": Words("Stays lit for", "0: always.", "seconds", "As usual"),
    "Screen.brightness": Words("Brightness", "", "%", "As usual"),
    "Screen.screensaver": Words("Screen saver after", "0: never.", "seconds", "As usual"),
    # Where calls go.
    "RingGroup.name": Words("Name"),
    "RingGroup.strategy": Words("How it rings"),
    "RingGroup.timeout": Words("Rings for", "All members together.", "seconds"),
    "RingGroup.members": Words("Who rings"),
    "RingGroup.no_answer": Words("If nobody answers", "", "", "The call ends"),
    "RingGroup.caller_id_prefix": _PREFIX,
    "Member.number": Words("Number", "An extension, or an outside number."),
    "Member.delay": Words("Starts after", "", "seconds"),
    "Member.timeout": Words("Rings for", "", "seconds", "As long as all"),
    "CallQueue.name": Words("Name"),
    "CallQueue.strategy": Words("Who is called next"),
    "CallQueue.agents": Words("Agents", "Who takes the calls. They log in and out on their phones."),
    "CallQueue.max_wait": Words("Longest wait", "0: as long as it takes.", "seconds"),
    "CallQueue.wrap_up": Words("Rest after a call", "For agents without their own.", "seconds"),
    "CallQueue.level_wait": Words(
        "Next level joins after", "How long callers wait for one level alone.", "seconds"),
    "CallQueue.timeout": Words("After the longest wait", "", "", "The call ends"),
    "CallQueue.no_agent": Words("While no agent is logged in", "", "", "Callers wait"),
    "CallQueue.music": Words("Music for who waits", "", "", "The usual one, else a ringing tone"),
    "CallQueue.announce_position": Words("Tell callers their place"),
    "CallQueue.announce_every": Words("Tell it again every", "", "seconds"),
    "CallQueue.caller_id_prefix": _PREFIX,
    "Agent.number": Words("Extension", "It rings there as long as the extension says."),
    "Agent.level": Words("Level", "1 is called first."),
    "Agent.position": Words("Place in the level", "", "", "As listed"),
    "Agent.wrap_up": Words("Rest after a call", "", "seconds", "The queue's"),
    "IvrMenu.name": Words("Name"),
    "IvrMenu.greeting": Words("Greeting", "The sound file that says what each key does."),
    "IvrMenu.short_greeting": Words("Greeting when it repeats", "", "", "The same again"),
    "IvrMenu.timeout": Words("Wait for the first key", "", "seconds"),
    "IvrMenu.digit_timeout": Words("Wait for the next key", "", "seconds"),
    "IvrMenu.max_failures": Words(
        "Wrong keys until it gives up", "Then the call goes on as if nothing were pressed.", "keys"),
    "IvrMenu.max_timeouts": Words("Play the greeting", "To who presses nothing.", "times"),
    "IvrMenu.direct_dial": Words("Callers may dial an extension here"),
    "IvrMenu.options": Words("Keys", "What each does. A key may have several digits."),
    "IvrMenu.invalid": Words("On a wrong key", "", "", "The greeting plays again"),
    "IvrMenu.no_input": Words("If nothing is pressed", "", "", "The call ends"),
    "IvrMenu.caller_id_prefix": _PREFIX,
    "Schedule.open": Words(
        "Open hours", "One a line, as in Mon-Fri 09:00-17:00. Without days it is every day."),
    "Schedule.closed": Words(
        "Closed days", "One a line: 2026-12-25, or 12-31 for every year. They are closed all the same."),
    "Schedule.timezone": Words("Time zone", "", "", "The company's"),
    "Conference.name": Words("Name"),
    "Conference.pin": Words("PIN to come in", "4 to 10 digits. Without one nobody is asked."),
    "Conference.moderator_pin": Words(
        "PIN of the moderator", "4 to 10 digits. Where there is no other PIN, all others press #."),
    "Conference.max_members": Words("Most people in it", "", "people", "Any"),
    "Conference.greeting": Words("Greeting", "What everybody hears who comes in.", "", "None"),
    "Conference.music": Words("Music for who is alone or waits", "", "", "The usual one"),
    "Conference.record": Words("Record what is said", "Everybody is told."),
    "Conference.wait_for_moderator": Words("Wait for the moderator", "Till then nobody hears the others."),
    "Conference.announce": Words("Say who comes and goes"),
    "MusicOnHold.files": Words("Sound files", "Played one after the other, again and again."),
    "MusicOnHold.shuffle": Words("In random order"),
    "Paging.name": Words("Name", "What the phones show."),
    "Paging.members": Words("Extensions", "Whose loudspeakers speak."),
    "Parking.lot": Words("Number to park at", "Calls that are transferred there wait in a free place."),
    "Parking.slots": Words("Places", "First and last number, as in 5901-5910. Who dials one takes the call."),
    "Parking.timeout": Words("Comes back after", "To who parked it.", "seconds"),
    "Parking.call_back": Words("Call back with the place", "Who parks a call is called and told where."),
    "Block.inbound": Words(
        "Blocked callers", "Numbers, one a line. +1900* is all that begin so, “anonymous” who shows none."),
    "Recording.announcement": Words("Announcement", "What both sides hear when a recorded call begins.", "",
                                    "None"),
    "Recording.keep_days": Words("Keep recordings for", "", "days", "For ever"),
    # Codes.
    "FeatureCodes.voicemail": Words("Hear the own mailbox"),
    "FeatureCodes.forward_on": Words("Forward all calls"),
    "FeatureCodes.forward_off": Words("End forwarding"),
    "FeatureCodes.dnd_on": Words("Do not disturb"),
    "FeatureCodes.dnd_off": Words("May be disturbed again"),
    "FeatureCodes.blind_transfer": Words("Hand over the call"),
    "FeatureCodes.attended_transfer": Words("Ask first, then hand over"),
    "FeatureCodes.directory": Words("Find somebody by name"),
    "FeatureCodes.conference": Words(
        "Make it a conference", "Others join by this code and the extension behind it."),
    "FeatureCodes.park": Words("Park the call"),
    "FeatureCodes.pickup": Words(
        "Answer a colleague's ringing phone", "With an extension behind it: that one's."),
    "FeatureCodes.intercom": Words("Speak through a phone's loudspeaker", "With its extension behind it."),
    "FeatureCodes.agent_login": Words("Take calls of the own queues"),
    "FeatureCodes.agent_logout": Words("Take no more of them"),
    # Faxes and the address book.
    "FaxAccount.deliver_to": Words("Mail received faxes to", "As a PDF."),
    "FaxAccount.header": Words("Line at the top of each page", "", "", "The company's name"),
    "FaxAccount.number": Words("Fax number", "Without one the account sends nothing.", "", "None"),
    "FaxAccount.station_id": Words(
        "Sender on the other machine", "Up to 20 digits, letters and blanks.", "", "The fax number"),
    "FaxAccount.users": Words(
        "Who may use it", "To send and read, as their permissions say. Tenant administrators always may."),
    "FaxAccount.cover": Words("Cover page", "A template file.", "", "None"),
    "FaxAccount.retries": Words("Try again", "Where sending fails.", "times"),
    "FaxAccount.resolution": Words("Print quality"),
    "FaxAccount.t38": Words("Fax over IP (T.38)", "Where both sides can; else faxes go as sound."),
    "FaxAccount.ecm": Words("Error correction (ECM)", "Where the other machine can."),
    "FaxDocument.file": Words("File", "PDF, text, PNG, JPEG, TIFF or DOCX."),
    "FaxDocument.name": Words("Name"),
    "Fax.keep_days": Words("Keep faxes for", "Received and sent ones. 0: for ever.", "days"),
    "Contact.name": Words("Name"),
    "Contact.phone": Words("Phone number"),
    "Contact.fax": Words("Fax number"),
    "Contact.email": Words("Mail address"),
    "Contact.groups": Words("Groups", "One a line. A fax to a group goes to all of it."),
    "Tenant.do_not_call": Words(
        "Numbers that nobody may dial", "One a line. +1900* is all that begin so."),
    "Tenant.calls": Words("Call tests", "A change is merged by itself only while all of them pass."),
    "Tenant.inbound_routes": Words("Where calls go"),
    "CallTest.name": Words("What it shows"),
    "CallTest.caller": Words("Who calls", "An extension, an outside number, or “anonymous”."),
    "CallTest.to": Words("Dials"),
    "CallTest.at": Words("When", "As in 2026-12-24T10:00.", "", "Now"),
    "CallTest.press": Words("Then presses", "Keys; behind a comma those for the next menu."),
    "CallTest.tenant": Words("Tenant", "Only in files that hold tests of many.", "", "This one"),
    "CallTest.given": Words("What holds at that time"),
    "CallTest.expect": Words("What must come of it"),
    "Given.busy": Words("Busy"),
    "Given.unregistered": Words("Without a phone on the network"),
    "Given.no_answer": Words("Let it ring", "Nobody answers of whom nothing is said."),
    "Given.do_not_disturb": Words("Want no calls"),
    "Given.forward": Words("Forward their calls", "Whose calls go where."),
    "Given.gateway_down": Words("Carriers that are down"),
    "Given.answers": Words("Answer", "Who, and after how many seconds."),
    "Given.logged_out": Words("Agents that are not logged in"),
    "Given.calls": Words("Calls there are already", "Of the company, or of an extension or carrier."),
    "Given.limit": Words("The daily or monthly limit is reached"),
    "Given.credit": Words("The credit is used up, and blocks"),
    "Given.fax": Words("A fax machine calls"),
    "Expect.rings": Words("These ring", "Exactly these, on the whole way or at one place of it."),
    "Expect.answered_by": Words("Answered by"),
    "Expect.voicemail": Words("Comes to mailbox"),
    "Expect.ivr": Words("Comes to IVR menu"),
    "Expect.queue": Words("Comes to call queue"),
    "Expect.conference": Words("Comes to conference"),
    "Expect.fax": Words("Comes to fax account"),
    "Expect.trunk": Words("Goes out by carrier"),
    "Expect.as_": Words("Number shown outside", "“anonymous” for none."),
    "Expect.refused": Words("Refused, because", "", "", "Not refused"),
    "Expect.plays": Words("Plays", "A sound file of the site, or of the switch."),
    "Expect.not_reaches": Words("Does not come to"),
    "Expect.hangup": Words("Ends with", "A reason, as in busy."),
}  # fmt: skip
"""By model and field."""
