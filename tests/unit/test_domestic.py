"""What a number is to a country's people, compared with the phonenumbers library."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType, shortnumberinfo

from dialform.compiler.dialling import dial_patterns, translate
from dialform.compiler.domestic import (
    emergency_numbers,
    home_numbers,
    local_number,
    local_numbers,
    premium_numbers,
    short_numbers,
)
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.routes import toll_of
from dialform.schema.route import Route

COUNTRIES = ("US", "GB", "DE", "FR", "AU", "IN", "PK", "BR")
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
AUTO = Route.model_validate({"prefix": "+", "toll": "auto", "providers": ["north"]})


def short(country: str, text: str) -> bool:
    return re.fullmatch(short_numbers(country), text) is not None


class TestShortNumbers:
    @pytest.mark.parametrize(
        ("country", "numbers"),
        [
            ("US", ("211", "311", "411", "511", "611", "711", "811", "911", "988", "112")),
            ("GB", ("101", "111", "116123", "118118", "123", "999")),
            ("DE", ("110", "112", "115", "116117", "11833")),
            ("FR", ("15", "17", "18", "112", "3103", "3600", "118712", "1013")),
            ("AU", ("000", "106", "112", "1223", "12456")),
            ("IN", ("100", "108", "112", "1912", "198")),
            ("PK", ("15", "1122", "115", "117")),
            ("BR", ("100", "190", "156", "10315")),
        ],
    )
    def test_those_that_people_know(self, country: str, numbers: tuple[str, ...]) -> None:
        assert [n for n in numbers if not short(country, n)] == []

    @pytest.mark.parametrize("country", COUNTRIES)
    def test_all_of_two_and_three_digits_are_the_library_s(self, country: str) -> None:
        for text in (f"{n:0{width}}" for width in (2, 3) for n in range(10**width)):
            number = phonenumbers.PhoneNumber(
                country_code=phonenumbers.country_code_for_region(country),
                national_number=int(text),
                italian_leading_zero=text.startswith("0"),
                number_of_leading_zeros=len(text) - len(str(int(text))) or None,
            )
            known = shortnumberinfo.is_valid_short_number_for_region(number, country)
            assert short(country, text) == known, text

    @pytest.mark.parametrize("country", COUNTRIES)
    def test_of_longer_ones_all_are_the_library_s_and_few_are_missing(self, country: str) -> None:
        """What is missing is for text messages or one carrier's customers."""
        metadata = PhoneMetadata.short_metadata_for_region(country)
        assert metadata is not None and metadata.short_code is not None
        known = re.compile(metadata.short_code.national_number_pattern or "")
        odd = [
            re.compile(desc.national_number_pattern)
            for desc in (metadata.sms_services, metadata.carrier_specific)
            if desc and desc.national_number_pattern
        ]
        for text in (f"{n:0{width}}" for width in (4, 5, 6) for n in range(0, 10**width, 7)):
            wanted = bool(known.fullmatch(text)) and not any(p.fullmatch(text) for p in odd)
            assert short(country, text) == wanted, text

    @pytest.mark.parametrize("country", COUNTRIES)
    def test_emergency_numbers_are_among_them(self, country: str) -> None:
        assert [n for n in emergency_numbers(country) if not short(country, n)] == []

    @pytest.mark.parametrize("country", COUNTRIES)
    def test_none_is_a_whole_number_too(self, country: str) -> None:
        patterns = dial_patterns(country)
        every = (f"{n:0{width}}" for width in range(2, 7) for n in range(0, 10**width, 3))
        assert [t for t in every if short(country, t) and translate(patterns, t)] == []


class TestAtHome:
    @pytest.mark.parametrize("region", REGIONS)
    def test_examples_of_every_type_are_at_home_in_their_own_country(self, region: str) -> None:
        for kind in PhoneNumberType.values():
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None or phonenumbers.region_code_for_number(example) != region:
                continue
            digits = phonenumbers.format_number(example, PhoneNumberFormat.E164)[1:]
            assert re.fullmatch(home_numbers(region), digits), digits
            premium = bool(re.fullmatch(premium_numbers(region) or "(?!)", digits))
            assert premium == (phonenumbers.number_type(example) == PhoneNumberType.PREMIUM_RATE)

    @pytest.mark.parametrize("country", COUNTRIES)
    def test_no_other_country_is_at_home(self, country: str) -> None:
        code = phonenumbers.country_code_for_region(country)
        for region in REGIONS:
            example = phonenumbers.example_number(region)
            if example is None or region == country:
                continue
            digits = phonenumbers.format_number(example, PhoneNumberFormat.E164)[1:]
            if re.fullmatch(home_numbers(country), digits):
                # Only who shares the code and has no area code of its own: Canada, Guernsey.
                assert example.country_code == code
                assert not PhoneMetadata.metadata_for_region(region).leading_digits  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("country", "number", "toll"),
        [
            ("US", "+12125550177", "national"),
            ("US", "+14165550177", "national"),
            ("US", "+18765550177", "international"),
            ("US", "+19005550177", "premium"),
            ("US", "+442079460000", "international"),
            ("JM", "+18765550177", "national"),
            ("JM", "+12125550177", "international"),
            ("DE", "+494066969100", "national"),
            ("DE", "+499001234567", "premium"),
            ("DE", "+12125550177", "international"),
            ("GB", "+449012345678", "premium"),
            ("AU", "+61131008", "national"),
            ("US", "311", "national"),
        ],
    )
    def test_the_toll_class_goes_by_the_tenant_s_country(
        self, country: str, number: str, toll: str
    ) -> None:
        assert toll_of(AUTO, number, country) == toll


class TestLocalNumbers:
    @pytest.mark.parametrize(
        ("country", "caller", "dialled", "digits"),
        [
            ("US", "+12125550199", "5550177", "12125550177"),
            ("CA", "+14165550199", "5550177", "14165550177"),
            ("US", "+442079460000", "5550177", None),
            ("US", "+12125550199", "9115550", None),
            ("US", "+12125550199", "1555017", None),
            ("US", "+12125550199", "555017", None),
            ("AU", "+61255500310", "55500377", "61255500377"),
            ("AU", "+61412345678", "55500377", None),
            ("BR", "+551131234567", "31234568", "551131234568"),
            ("BR", "+551131234567", "961234567", "5511961234567"),
            ("DE", "+494066969100", "5551234", None),
            ("GB", "+442079460000", "79460001", None),
            ("JM", "+18765550199", "5550177", None),
        ],
    )
    def test_the_area_is_the_caller_s(
        self, country: str, caller: str, dialled: str, digits: str | None
    ) -> None:
        assert local_number(dialled, parse_e164(caller, country), country) == digits

    @given(st.sampled_from(("US", "AU", "BR")), st.text("0123456789", max_size=12))
    def test_none_is_anything_else(self, country: str, text: str) -> None:
        caller = {"US": "+12125550199", "AU": "+61255500310", "BR": "+551131234567"}[country]
        digits = local_number(text, parse_e164(caller, country), country)
        if digits is not None:
            assert translate(dial_patterns(country), text) is None or country == "BR"
            assert not short(country, text)
            assert len(text) >= 7


@pytest.mark.parametrize("region", REGIONS)
def test_the_expressions_of_every_region_are_fit_for_the_switch(region: str) -> None:
    local = local_numbers(region)
    for regex in (home_numbers(region), premium_numbers(region), short_numbers(region)):
        assert re.compile(regex).groups == 0
        assert "${" not in regex and "~" not in regex
        assert len(regex) < 6000
    if local is not None:
        assert re.compile(local.regex).groups == 2


def test_an_unknown_country_is_an_error() -> None:
    for ask in (home_numbers, premium_numbers, short_numbers, local_numbers):
        with pytest.raises(NumberError):
            ask("XX")
