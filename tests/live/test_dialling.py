"""What people dial, number by number, as they do in four countries."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from dialform.compiler.dialling import dial_patterns
from dialform.compiler.domestic import short_numbers

from .conftest import Carriers, Extension
from .desk import desk
from .scene import play
from .switch import Switch

NATIONAL, ANYWHERE = "3101", "3102"
TOLL, UNKNOWN, NO_ROUTE = "toll", "not_found", "no_route"


@dataclass(frozen=True)
class Dialled:
    """What a phone dials, and the number that is called, or the name of the refusal."""

    phone: str
    number: str
    comes: str


US = [
    *(Dialled(NATIONAL, n, "+12125550177") for n in ("2125550177", "12125550177", "+12125550177",
                                                    "01112125550177")),
    Dialled(NATIONAL, "8005550177", "+18005550177"),
    # Seven digits are of the area that the phone's own number is of.
    Dialled(NATIONAL, "5550177", "+12125550177"),
    Dialled(ANYWHERE, "5550177", "+17185550177"),
    Dialled(NATIONAL, "9115550", UNKNOWN),
    Dialled(NATIONAL, "5550", UNKNOWN),
    Dialled(NATIONAL, "311", "311"),
    Dialled(NATIONAL, "911", "911"),
    Dialled(NATIONAL, "933", "933"),
    Dialled(NATIONAL, "411", NO_ROUTE),
    Dialled(NATIONAL, "011442079460000", TOLL),
    Dialled(ANYWHERE, "011442079460000", "+442079460000"),
    Dialled(NATIONAL, "+442079460000", TOLL),
    # Jamaica is abroad though it shares the code, Canada is not.
    Dialled(NATIONAL, "18765550177", TOLL),
    Dialled(ANYWHERE, "18765550177", "+18765550177"),
    Dialled(NATIONAL, "14165550177", "+14165550177"),
    Dialled(ANYWHERE, "19005550177", TOLL),
]  # fmt: skip
GB = [
    *(Dialled(NATIONAL, n, "+442079460000") for n in ("02079460000", "+442079460000", "00442079460000",
                                                     "+4402079460000", "004402079460000")),
    Dialled(NATIONAL, "07400123456", "+447400123456"),
    Dialled(NATIONAL, "08001111", "+448001111"),
    Dialled(NATIONAL, "03331234567", "+443331234567"),
    Dialled(ANYWHERE, "09012345678", TOLL),
    Dialled(NATIONAL, "2079460000", UNKNOWN),
    Dialled(NATIONAL, "79460000", UNKNOWN),
    Dialled(NATIONAL, "101", "101"),
    Dialled(NATIONAL, "116123", "116123"),
    Dialled(NATIONAL, "111", NO_ROUTE),
    Dialled(NATIONAL, "999", "999"),
    Dialled(NATIONAL, "0012125550177", TOLL),
    Dialled(ANYWHERE, "0012125550177", "+12125550177"),
    Dialled(NATIONAL, "01112125550177", UNKNOWN),
    Dialled(ANYWHERE, "+494066969100", "+494066969100"),
]  # fmt: skip
DE = [
    *(Dialled(NATIONAL, n, "+493023125200") for n in ("03023125200", "+493023125200", "00493023125200",
                                                     "+4903023125200")),
    Dialled(NATIONAL, "01713920045", "+491713920045"),
    Dialled(NATIONAL, "08001234567", "+498001234567"),
    Dialled(NATIONAL, "01801123456", "+491801123456"),
    Dialled(ANYWHERE, "09001234567", TOLL),
    Dialled(NATIONAL, "3023125200", UNKNOWN),
    Dialled(NATIONAL, "5551234", UNKNOWN),
    Dialled(NATIONAL, "110", "110"),
    Dialled(NATIONAL, "112", "112"),
    Dialled(NATIONAL, "115", "115"),
    Dialled(NATIONAL, "116117", "116117"),
    Dialled(NATIONAL, "11833", NO_ROUTE),
    Dialled(NATIONAL, "0012125550177", TOLL),
    Dialled(ANYWHERE, "0012125550177", "+12125550177"),
    Dialled(ANYWHERE, "00442079460000", "+442079460000"),
]  # fmt: skip
AU = [
    *(Dialled(NATIONAL, n, "+61255500377") for n in ("0255500377", "+61255500377", "001161255500377",
                                                    "55500377")),
    Dialled(NATIONAL, "0412345678", "+61412345678"),
    Dialled(NATIONAL, "131008", "+61131008"),
    Dialled(NATIONAL, "1300123456", "+611300123456"),
    Dialled(NATIONAL, "1800123456", "+611800123456"),
    Dialled(ANYWHERE, "1902123456", TOLL),
    Dialled(NATIONAL, "000", "000"),
    Dialled(NATIONAL, "1223", "1223"),
    Dialled(NATIONAL, "1225", NO_ROUTE),
    Dialled(NATIONAL, "1900123", UNKNOWN),
    Dialled(NATIONAL, "001112125550177", TOLL),
    Dialled(ANYWHERE, "001112125550177", "+12125550177"),
    Dialled(NATIONAL, "0012125550177", UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tenant", "numbers"),
    [("dial-us", US), ("dial-gb", GB), ("dial-de", DE), ("dial-au", AU)],
    ids=["US", "GB", "DE", "AU"],
)
def test_what_people_dial(
    extension: Extension,
    carriers: Carriers,
    switch: Switch,
    tenant: str,
    numbers: list[Dialled],
) -> None:
    async def dial() -> None:
        found = []
        # The first test after a start is quicker than the carrier's registration.
        await switch.becomes("sofia status gateway mycarrier", r"Status\s+UP", 45.0)
        async with desk(extension, f"{tenant}/{NATIONAL}", f"{tenant}/{ANYWHERE}") as phones:
            for one in numbers:
                caller = next(phone for phone in phones if phone.user == one.phone)
                call = await caller.call(one.number)
                if one.comes.strip("+").isdigit():
                    await call.answered(10.0)
                    await call.hangup()
                else:
                    assert await call.refused(10.0) in (403, 404), one
                sent = [m for m in caller.sent if m.method == "INVITE"][-1].get("Call-ID")
                (leg,) = await switch.cdrs_where(1, 10.0, sip_call_id=sent)
                marks = leg["variables"]
                found.append(
                    Dialled(
                        one.phone,
                        one.number,
                        marks.get("dialform_refused") or marks.get("dialform_called", ""),
                    )
                )
        assert found == numbers
        reached = sum(len(carrier.invites) for carrier in carriers)
        assert reached == sum(one.comes.strip("+").isdigit() for one in numbers)

    play(dial(), 180.0)


COUNTRIES = ("US", "GB", "DE", "FR", "AU", "IN", "PK", "BR")


def samples(country: str) -> list[str]:
    """An example of every type of a country as it is dialled there, and what is nearly one."""
    found = {"1001", "600", "*98", "911", "112", "000", "0", "5550177", "131008", "116117", "3103"}
    for kind in PhoneNumberType.values():
        example = phonenumbers.example_number_for_type(country, kind)
        if example is None:
            continue
        e164 = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        national = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
        digits = "".join(c for c in national if c.isdigit())
        found |= {
            e164,
            digits,
            e164[1:],
            f"00{e164[1:]}",
            f"011{e164[1:]}",
            digits[:-1],
            f"{digits}0",
        }
    return sorted(found)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_switch_reads_the_patterns_as_we_do(switch: Switch, country: str) -> None:
    """Each pattern over each sample, in the switch's own PCRE."""
    patterns = [(p.regex, p.replacement, p) for p in dial_patterns(country)]
    short = short_numbers(country)
    for text in samples(country):
        for regex, replacement, pattern in patterns:
            ours = pattern.apply(text) or "-"
            theirs = switch.api(f"regex m:~{text}~{regex}~{replacement.replace('$', '%')}~n")
            assert theirs.strip().replace("-ERR no reply", "-") == ours, (text, regex)
        ours = str(bool(re.fullmatch(short, text))).lower()
        assert switch.api(f"regex m:~{text}~^(?:{short})$").strip() == ours, text
