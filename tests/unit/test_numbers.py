"""Numbers and dialling, compared with the phonenumbers library number by number."""

import re

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from dialform.compiler.dialling import (
    DialPattern,
    dial_patterns,
    inbound_forms,
    national_form,
    outbound_forms,
    translate,
)
from dialform.compiler.domestic import emergency_numbers, short_numbers
from dialform.compiler.numbers import Number, NumberError, check, parse_e164

COUNTRIES = ("US", "GB", "DE", "FR", "AU", "IN", "PK", "BR")
TYPES = {
    "fixed": PhoneNumberType.FIXED_LINE,
    "mobile": PhoneNumberType.MOBILE,
    "toll free": PhoneNumberType.TOLL_FREE,
    "premium": PhoneNumberType.PREMIUM_RATE,
    "shared": PhoneNumberType.SHARED_COST,
    "uan": PhoneNumberType.UAN,
    "voip": PhoneNumberType.VOIP,
    "personal": PhoneNumberType.PERSONAL_NUMBER,
}
EXAMPLES = [
    pytest.param(country, phonenumbers.national_significant_number(example), id=f"{country} {kind}")
    for country in COUNTRIES
    for kind, type_ in TYPES.items()
    if (example := phonenumbers.example_number_for_type(country, type_))
]
INTERNATIONAL = {
    "US": "011", "GB": "00", "DE": "00", "FR": "00", "AU": "0011", "IN": "00", "PK": "00",
    "BR": "0021",
}  # fmt: skip
NATIONAL = {
    "US": "1", "GB": "0", "DE": "0", "FR": "0", "AU": "0", "IN": "0", "PK": "0", "BR": "0",
}  # fmt: skip


def code(country: str) -> int:
    return phonenumbers.country_code_for_region(country)


def library(text: str, country: str) -> str | None:
    """What the library reads, as E.164 digits; None for what is no valid number."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]


def dialled(text: str, country: str) -> str | None:
    return translate(dial_patterns(country), text)


def agree(text: str, country: str) -> None:
    """What is matched is what the library reads, wherever that is a valid number."""
    got, known = dialled(text, country), library(text, country)
    if got is None or known is None or got == known:
        return
    # Another country's national prefix behind its code, as in 00 49 (0)30, is its own matter.
    assert not got.startswith(str(code(country))), f"{text} in {country}: {got}, not {known}"


def ranges(country: str) -> st.SearchStrategy[str]:
    """Valid national numbers of every type of a country."""
    metadata = PhoneMetadata.metadata_for_region(country)
    assert metadata is not None
    patterns = [
        desc.national_number_pattern
        for kind in ("fixed_line", "mobile", "toll_free", "premium_rate", "uan", "shared_cost")
        if (desc := getattr(metadata, kind)) and desc.national_number_pattern
    ]
    return st.one_of(
        [st.from_regex(re.compile(p, re.ASCII), fullmatch=True) for p in patterns]
    ).filter(lambda n: len(f"{code(country)}{n}") <= 15)


HEADS = ["", "0", "1", "00", "011", "0011", "0021", "021", "90", "+", "1831", "180020"]
NUMBERS = st.one_of([st.tuples(st.just(c), ranges(c)) for c in COUNTRIES])
DIGITS = st.text("0123456789", max_size=16)


class TestParse:
    @pytest.mark.parametrize(
        "text", ["+12125550199", "2125550199", "(212) 555-0199", "1.212.555.0199"]
    )
    def test_reads_what_people_write(self, text: str) -> None:
        assert parse_e164(text, "US") == Number(
            "+12125550199", "12125550199", 1, "2125550199", "US"
        )

    def test_a_national_prefix_in_brackets_is_none_of_the_number(self) -> None:
        assert parse_e164("+44 (0)20 7946 0000", "US").e164 == "+442079460000"

    def test_a_leading_zero_of_italy_is_kept(self) -> None:
        number = parse_e164("+390236618300", "US")
        assert (number.national, number.digits) == ("0236618300", "390236618300")

    def test_the_region_is_that_of_the_number(self) -> None:
        assert parse_e164("+15062345678", "US").region == "CA"
        assert parse_e164("+80012345678", "US").region == "001"
        assert parse_e164("+12115550100", "US").region == ""

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "no phone number"),
            ("+", "no phone number"),
            ("anonymous", "no phone number"),
            ("1-800-FLOWERS", "no phone number"),
            ("+1 212 555 0199 ext 3", "no phone number"),
            ("٢١٢٥٥٥٠١٩٩", "no phone number"),
            ("+12125550199\n", "no phone number"),
            ("+1212555019", "too short for a +1 number"),
            ("+121255501999", "too long for a +1 number"),
            ("5550199", "a local number: its area code is missing"),
            ("+99912345678", "without a country code that exists"),
            ("+49" + "3" * 14, "longer than the 15 digits of E.164"),
        ],
    )
    def test_says_why_a_text_is_no_number(self, text: str, reason: str) -> None:
        with pytest.raises(NumberError) as caught:
            parse_e164(text, "US")
        assert caught.value.reason == check(text, "US") == reason

    def test_a_national_number_needs_a_country(self) -> None:
        assert "country is not known" in check("2125550199", "XX")
        assert check("+12125550199", "XX") == "valid"

    @given(st.text(max_size=30), st.sampled_from([*COUNTRIES, "XX", ""]))
    def test_never_fails_otherwise(self, text: str, country: str) -> None:
        verdict = check(text, country)
        try:
            number = parse_e164(text, country)
        except NumberError as error:
            assert verdict == error.reason
        else:
            assert verdict in ("valid", "possible")
            assert re.fullmatch(r"\+[1-9]\d{1,14}", number.e164)
            assert number.e164 == f"+{number.country_code}{number.national}"


class TestCheck:
    @pytest.mark.parametrize(("country", "national"), EXAMPLES)
    def test_examples_are_valid(self, country: str, national: str) -> None:
        assert check(f"+{code(country)}{national}", "US") == "valid"

    def test_possible_is_not_valid(self) -> None:
        assert check("+12115550100", "US") == "possible"
        assert check("+442355501990", "GB") == "possible"

    @given(NUMBERS, st.lists(st.tuples(st.integers(0, 15), st.sampled_from("0123456789"))))
    def test_agrees_with_the_library_on_numbers_and_their_neighbours(
        self, number: tuple[str, str], changes: list[tuple[int, str]]
    ) -> None:
        digits = list(number[1])
        for at, digit in changes:
            digits[at % len(digits)] = digit
        text = f"+{code(number[0])}{''.join(digits)}"
        assert (check(text, "US") == "valid") == (library(text, "US") is not None)
        if check(text, "US") == "valid":
            parsed = phonenumbers.parse(text)
            got = parse_e164(text, "US")
            assert got.digits == library(text, "US")
            assert got.national == phonenumbers.national_significant_number(parsed)
            assert got.region == phonenumbers.region_code_for_number(parsed)

    @pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
    def test_agrees_with_the_library_in_every_region(self, region: str) -> None:
        for type_ in PhoneNumberType.values():
            example = phonenumbers.example_number_for_type(region, type_)
            if example is None:
                continue
            text = phonenumbers.format_number(example, PhoneNumberFormat.E164)
            for near in {
                text,
                *(text[:-1] + d for d in "0123456789"),
                *(
                    text[:i] + str((int(text[i]) + 1) % 10) + text[i + 1 :]
                    for i in range(2, len(text))
                ),
            }:
                assert (check(near, "US") == "valid") == (library(near, "US") is not None), near


class TestDialling:
    @pytest.mark.parametrize(("country", "national"), EXAMPLES)
    def test_every_way_to_dial_a_number_at_home(self, country: str, national: str) -> None:
        digits = f"{code(country)}{national}"
        assert dialled(f"+{digits}", country) == digits
        assert dialled(f"{INTERNATIONAL[country]}{digits}", country) == digits
        if len(national) > 6:
            assert dialled(f"{NATIONAL[country]}{national}", country) == digits
            assert library(f"{NATIONAL[country]}{national}", country) == digits

    @pytest.mark.parametrize("country", COUNTRIES)
    @pytest.mark.parametrize(("home", "national"), EXAMPLES)
    def test_every_number_from_abroad(self, country: str, home: str, national: str) -> None:
        digits = f"{code(home)}{national}"
        assert dialled(f"+{digits}", country) == digits
        assert dialled(f"{INTERNATIONAL[country]}{digits}", country) == digits
        assert library(f"{INTERNATIONAL[country]}{digits}", country) == digits

    @pytest.mark.parametrize(
        ("country", "text", "digits"),
        [
            ("US", "2125550199", "12125550199"),
            ("US", "12125550199", "12125550199"),
            ("CA", "4165550199", "14165550199"),
            ("GB", "02079460000", "442079460000"),
            ("GB", "+4402079460000", "442079460000"),
            ("GB", "004402079460000", "442079460000"),
            ("GG", "02079460000", "442079460000"),
            ("DE", "03012345678", "493012345678"),
            ("FR", "0123456789", "33123456789"),
            ("AU", "0212345678", "61212345678"),
            ("AU", "1300123456", "611300123456"),
            ("AU", "1800123456", "611800123456"),
            ("AU", "131008", "61131008"),
            ("BR", "40041234", "5540041234"),
            ("IN", "9812345678", "919812345678"),
            ("IN", "09812345678", "919812345678"),
            ("IN", "1800123456", "911800123456"),
            ("PK", "03012345678", "923012345678"),
            ("BR", "01511961234567", "5511961234567"),
            ("BR", "02111961234567", "5511961234567"),
            ("BR", "11961234567", "5511961234567"),
            ("BR", "08001234567", "558001234567"),
            ("ES", "912345678", "34912345678"),
            ("IT", "0236618300", "390236618300"),
            ("RU", "89161234567", "79161234567"),
            ("RU", "81012125550199", "12125550199"),
            ("AG", "12125550199", "12125550199"),
            ("AG", "4601234", "12684601234"),
            ("AR", "01115 23456789".replace(" ", ""), "5491123456789"),
        ],
    )
    def test_what_people_dial(self, country: str, text: str, digits: str) -> None:
        assert dialled(text, country) == library(text, country) == digits

    @pytest.mark.parametrize(
        ("country", "text"),
        [
            ("US", "5550199"),
            ("US", "1234567890"),
            ("US", "011"),
            ("US", "0112"),
            ("US", "*98"),
            ("US", "+1212a550199"),
            ("GB", "2079460000"),
            ("FR", "123456789"),
            ("DE", "3012345678"),
            ("AU", "183102 12345678".replace(" ", "")),
            ("AU", "18310212345678"),
            ("GB", "1800202079460000"),
            ("AU", "199123"),
            ("BR", "31234567"),
        ],
    )
    def test_what_is_not_dialled_so_matches_nothing(self, country: str, text: str) -> None:
        assert dialled(text, country) is None

    @given(NUMBERS, st.sampled_from(["", "0", "1", "00", "011", "0011", "0021", "021", "90"]))
    def test_a_match_is_what_the_library_reads(self, number: tuple[str, str], head: str) -> None:
        country, national = number
        for text in (head + national, f"{head}{code(country)}{national}"):
            agree(text, country)

    @given(st.sampled_from(COUNTRIES), DIGITS)
    def test_no_digits_at_all_are_read_otherwise(self, country: str, text: str) -> None:
        agree(text, country)

    @given(NUMBERS, st.sampled_from(HEADS), st.booleans())
    def test_what_the_library_reads_and_we_do_not_has_a_reason(
        self, number: tuple[str, str], head: str, whole: bool
    ) -> None:
        """The reasons of docs/dialling.md, and no others."""
        country, national = number
        text = f"{head}{code(country)}{national}" if whole else head + national
        known = library(text, country)
        if known is None or dialled(text, country) is not None:
            return
        bare = known == f"{code(country)}{text}"
        assert (
            (bare and country not in ("US", "IN"))  # nobody dials so, and it could be an extension
            or text.startswith(str(code(country)))  # the country's code without its plus
            or re.match(
                "183[12]|180020", text.lstrip("0")
            )  # would show what the caller wants hidden
            or len(text) < 7
            or len(known) > 15  # longer than E.164
            or re.fullmatch(short_numbers(country), text)
        ), (text, known)

    @pytest.mark.parametrize("country", COUNTRIES)
    def test_extensions_are_never_swallowed(self, country: str) -> None:
        patterns = [re.compile(p.regex) for p in dial_patterns(country)]
        texts = [f"{n:0{width}}" for width in (2, 3, 4) for n in range(10**width)]
        texts += [f"{n:0{width}}" for width in (5, 6) for n in range(0, 10**width, 37)]
        found = [t for t in texts if any(p.search(t) for p in patterns)]
        # Australia's 13 numbers are whole ones of six digits.
        assert [t for t in found if not (country == "AU" and t.startswith("13"))] == []

    @given(st.sampled_from(COUNTRIES), st.data())
    def test_short_numbers_are_never_swallowed(self, country: str, data: st.DataObject) -> None:
        metadata = PhoneMetadata.short_metadata_for_region(country)
        assert metadata is not None
        assert metadata.short_code is not None
        pattern = re.compile(metadata.short_code.national_number_pattern or "", re.ASCII)
        assert dialled(data.draw(st.from_regex(pattern, fullmatch=True)), country) is None

    @pytest.mark.parametrize("country", COUNTRIES)
    def test_emergency_numbers_are_never_swallowed(self, country: str) -> None:
        assert [n for n in emergency_numbers(country) if dialled(n, country)] == []

    def test_an_unknown_country_is_an_error(self) -> None:
        for ask in (dial_patterns, inbound_forms, outbound_forms, emergency_numbers):
            with pytest.raises(NumberError):
                ask("XX")

    def test_a_country_is_taken_in_any_case(self) -> None:
        assert dial_patterns("gb") == dial_patterns("GB")


class TestNationalForm:
    @pytest.mark.parametrize(
        ("e164", "country", "wanted"),
        [
            ("+12125550199", "US", "2125550199"),
            ("+14165550199", "US", "4165550199"),
            ("+12125550199", "CA", "2125550199"),
            ("+442079460000", "US", "011442079460000"),
            ("+442079460000", "GB", "02079460000"),
            ("+12125550199", "GB", "0012125550199"),
            ("+493012345678", "DE", "03012345678"),
            ("+33123456789", "FR", "0123456789"),
            ("+61212345678", "AU", "0212345678"),
            ("+611300123456", "AU", "1300123456"),
            ("+12125550199", "AU", "001112125550199"),
            ("+919812345678", "IN", "09812345678"),
            ("+923012345678", "PK", "03012345678"),
            ("+5511961234567", "BR", "11961234567"),
            ("+12125550199", "BR", "0012125550199"),
            ("+390236618300", "IT", "0236618300"),
            ("+375152450911", "BY", "80152450911"),
            ("+79161234567", "RU", "89161234567"),
            ("+12125550199", "RU", "81012125550199"),
        ],
    )
    def test_is_how_the_country_writes_it(self, e164: str, country: str, wanted: str) -> None:
        assert national_form(parse_e164(e164, country), country) == wanted

    @given(NUMBERS)
    def test_comes_back_as_the_number(self, number: tuple[str, str]) -> None:
        country, national = number
        digits = f"{code(country)}{national}"
        assume(library(f"+{digits}", country) == digits)
        written = national_form(parse_e164(f"+{digits}", country), country)
        assert translate(inbound_forms(country), written) == digits
        assert translate(inbound_forms(country), national) == digits

    @pytest.mark.parametrize("country", COUNTRIES)
    @pytest.mark.parametrize(("home", "national"), EXAMPLES)
    def test_can_be_dialled(self, country: str, home: str, national: str) -> None:
        if len(national) < 7 or (country == "BR" and home != "BR"):
            return  # Brazil has no international prefix without a carrier's own code.
        number = parse_e164(f"+{code(home)}{national}", country)
        assert dialled(national_form(number, country), country) == number.digits


class TestInboundForms:
    @pytest.mark.parametrize(("country", "national"), EXAMPLES)
    def test_take_a_number_with_and_without_prefix(self, country: str, national: str) -> None:
        digits = f"{code(country)}{national}"
        forms = inbound_forms(country)
        assert translate(forms, national) == digits
        assert translate(forms, NATIONAL[country] + national) == digits
        assert translate(forms, f"+{digits}") is None


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_patterns_of_every_region_are_fit_for_the_switch(region: str) -> None:
    for pattern in (*dial_patterns(region), *inbound_forms(region), *outbound_forms(region)):
        assert pattern.regex.startswith("^")
        assert pattern.regex.endswith("$")
        assert "${" not in pattern.regex
        assert len(pattern.regex) < 6000
        # FreeSWITCH reads `$15` as group 15, and has ten groups at most.
        assert re.fullmatch(r"\d*(\$[1-9])+", pattern.replacement)
        assert re.compile(pattern.regex).groups <= 9
    example = phonenumbers.example_number(region)
    if example is not None:
        digits = phonenumbers.format_number(example, PhoneNumberFormat.E164)[1:]
        assert dialled(f"+{digits}", region) == digits


def test_a_pattern_fills_in_only_the_groups_that_took_part() -> None:
    pattern = DialPattern("^(1)?(2)$", "9$1$2")
    assert (pattern.apply("2"), pattern.apply("12"), pattern.apply("3")) == ("92", "912", None)


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("US", ("112", "911")),
        ("GB", ("112", "999")),
        ("DE", ("110", "112")),
        ("FR", ("112", "15", "17", "18")),
        ("AU", ("000", "106", "112")),
        ("BR", ("112", "128", "190", "192", "193", "911")),
        ("GQ", ()),
    ],
)
def test_emergency_numbers(country: str, numbers: tuple[str, ...]) -> None:
    assert emergency_numbers(country) == numbers
