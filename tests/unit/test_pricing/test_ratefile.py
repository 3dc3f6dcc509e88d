"""Files of prices: what is read, and where each mistake is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.pricing.ratefile import MAX_FINDINGS, MAX_ROWS, read_rates
from dialform.compiler.terms import Price

HEAD = "service,prefix,per_minute,first,next,connect,from,until\n"
GOOD = "voice,+44,0.0150,60,1,0.05,2026-01-01,\n"


def told(text: str | bytes) -> list[tuple[str, int, int, int]]:
    """Code, line, column and end of each finding."""
    raw = text.encode() if isinstance(text, str) else text
    found = read_rates("rates/a.csv", raw).findings
    assert all(one.file == "rates/a.csv" for one in found)
    return [(one.code, one.line, one.column, one.end) for one in found]


def said(text: str) -> str:
    return " ".join(f"{d.message} {d.hint}" for d in read_rates("a.csv", text.encode()).findings)


class TestGoodRows:
    def test_each_column_lands_in_its_place(self) -> None:
        text = (
            "from,until,direction,service,prefix,per_minute,per_page,first,next,connect,minimum,free\n"
            "2026-01-01,2026-06-30,outbound,voice,+4420,0.015,,30,6,0.05,0.1,false\n"
            ",,inbound,fax,+1,,0.05,,,,,\n"
            ",,,conference,,0.002,,,,,,\n"
            ",,,voice,311,,,,,,,true\n"
        )
        file = read_rates("a.csv", text.encode())
        assert file.findings == []
        assert file.prices("world") == (
            Price("world:1", "voice", "outbound", "+4420", 15_000, 30, 6, 50_000, 100_000, False,
                  "2026-01-01", "2026-06-30"),
            Price("world:2", "fax", "inbound", "+1", 50_000),
            Price("world:3", "conference", "outbound", "", 2_000),
            Price("world:4", "voice", "outbound", "311", 0, free=True),
        )  # fmt: skip

    def test_a_column_that_is_not_there_is_as_in_a_rate_without_that_key(self) -> None:
        file = read_rates("a.csv", b"service,prefix,per_minute\nvoice,+44,0.0150\n")
        assert file.prices("r") == (Price("r:1", "voice", "outbound", "+44", 15_000),)

    @pytest.mark.parametrize(
        "text",
        [
            HEAD.replace("\n", "\r\n") + GOOD.replace("\n", "\r\n"),
            "\ufeff" + HEAD + GOOD,
            HEAD + "\n" + GOOD.rstrip("\n"),
            HEAD + 'voice,"+44","0.0150",60,1,0.05,2026-01-01,\n',
            HEAD + " voice , +44 , 0.0150 ,60,1, 0.05,2026-01-01, \n",
        ],
        ids=[
            "Windows",
            "a mark of its order",
            "an empty line, none at the end",
            "quotes",
            "spaces",
        ],
    )
    def test_what_spreadsheets_make_of_it_is_read_the_same(self, text: str) -> None:
        file = read_rates("a.csv", text.encode())
        assert file.findings == []
        assert file.prices("r") == (
            Price("r:1", "voice", "outbound", "+44", 15_000, 60, 1, 50_000, start="2026-01-01"),
        )

    @given(st.integers(0, 9_999_999_999), st.integers(0, 999_999))
    def test_no_digit_of_a_price_is_lost(self, whole: int, part: int) -> None:
        text = f"service,prefix,per_minute,free\nvoice,+,{whole}.{part:06d},{str(not whole + part).lower()}\n"
        (price,) = read_rates("a.csv", text.encode()).prices("r")
        assert price.price == whole * 1_000_000 + part


class TestColumns:
    def test_an_unknown_one_is_told_with_the_nearest(self) -> None:
        text = "service,prefix,per_minut,first\n"
        assert told(text) == [("DF1501", 1, 16, 25)]
        assert "per_minute" in said(text)

    def test_all_unknown_ones_at_once(self) -> None:
        assert [column for _, _, column, _ in told("servce,prefix,rate,x\n")] == [1, 15, 20]

    @pytest.mark.parametrize("gone", ["service", "prefix", "per_minute"])
    def test_a_missing_one(self, gone: str) -> None:
        names = [name for name in ("service", "prefix", "per_minute") if name != gone]
        assert gone in said(",".join(names) + "\n")

    def test_one_that_stands_there_twice(self) -> None:
        assert told("service,prefix,per_minute,prefix\n") == [("DF1501", 1, 27, 33)]

    def test_another_sign_between_them(self) -> None:
        assert "commas" in said("service;prefix;per_minute\n")

    def test_an_empty_file(self) -> None:
        assert told("") == [("DF1501", 1, 1, 1)]


class TestCells:
    @pytest.mark.parametrize(
        ("row", "column", "end"),
        [
            ("voise,+44,0.01,60,1,0,,", 1, 6),
            ("voice,44+,0.01,60,1,0,,", 7, 10),
            ("voice,4412345,0.01,60,1,0,,", 7, 14),
            ("voice,+44,0.01 EUR,60,1,0,,", 11, 19),
            ("voice,+44,-0.01,60,1,0,,", 11, 16),
            ("voice,+44,0.0000001,60,1,0,,", 11, 20),
            ("voice,+44,1e-2,60,1,0,,", 11, 15),
            ("voice,+44,NaN,60,1,0,,", 11, 14),
            ("voice,+44,0.01,0,1,0,,", 16, 17),
            ("voice,+44,0.01,60,3601,0,,", 19, 23),
            ("voice,+44,0.01,60,1.5,0,,", 19, 22),
            ("voice,+44,0.01,60,1,,2026-02-30,", 22, 32),
            ("voice,+44,0.01,60,1,,1.2.2026,", 22, 30),
        ],
    )
    def test_one_that_is_wrong_is_told_at_its_place(self, row: str, column: int, end: int) -> None:
        assert told(HEAD + GOOD + row + "\n") == [("DF1503", 3, column, end)]

    def test_all_of_them_at_once(self) -> None:
        found = told(HEAD + "voise,44+,x,0,1,0,,\n" + GOOD + "voice,+33,0.01,60,1,0,never,\n")
        assert [(line, column) for _, line, column, _ in found] == [
            (2, 1), (2, 7), (2, 11), (2, 13), (4, 23),
        ]  # fmt: skip

    def test_the_place_counts_quotes(self) -> None:
        assert told(HEAD + '"voice","+44","x",60,1,0,,\n') == [("DF1503", 2, 15, 18)]

    @pytest.mark.parametrize(
        ("row", "count"), [("voice,+44", 2), ("voice,+44,0,0150,60,1,0,2026-01-01,", 9)]
    )
    def test_a_row_with_another_number_of_cells(self, row: str, count: int) -> None:
        assert [code for code, *_ in told(HEAD + row + "\n" + GOOD)] == ["DF1502"]
        assert str(count) in said(HEAD + row + "\n")

    def test_a_quote_that_nothing_ends_costs_one_row(self) -> None:
        text = HEAD + 'voice,"+33,0.01,60,1,0,,\n' + GOOD
        assert told(text) == [("DF1502", 2, 1, 25)]
        assert len(read_rates("a.csv", text.encode()).rows) == 1


class TestSense:
    @pytest.mark.parametrize(
        ("head", "row", "code"),
        [
            ("service,prefix,per_minute", "voice,+1,0", "DF1508"),
            ("service,prefix,per_minute", "voice,+1,", "DF1503"),
            ("service,prefix,per_minute", "voice,,0.01", "DF1503"),
            ("service,prefix,per_minute", "conference,+1,0.01", "DF1503"),
            ("service,prefix,per_minute", "conference,rubbish,0.01", "DF1503"),
            ("service,prefix,per_minute", "fax,+1,0.01", "DF1503"),
            ("service,prefix,per_minute,per_page", "fax,+1,0.01,0.05", "DF1503"),
            ("service,prefix,per_minute,free", "voice,+1,0.01,true", "DF1509"),
            ("service,prefix,per_minute,connect,free", "voice,+1,0,0.01,true", "DF1509"),
            ("service,prefix,per_minute,from,until", "voice,+1,1,2026-02-01,2026-01-31", "DF1505"),
        ],
    )
    def test_what_cannot_be_together(self, head: str, row: str, code: str) -> None:
        assert [found for found, *_ in told(f"{head}\n{row}\n")] == [code]

    @pytest.mark.parametrize(
        ("head", "row"),
        [
            ("service,prefix,per_minute,connect", "voice,+1,0,0.05"),
            ("service,prefix,per_minute,minimum", "voice,+1,0,0.05"),
            ("service,prefix,per_minute,free", "voice,+1,0,true"),
            ("service,prefix,per_minute,free", "conference,,,true"),
            ("service,prefix,per_minute,from,until", "voice,+1,1,2026-02-01,2026-02-01"),
        ],
    )
    def test_what_can(self, head: str, row: str) -> None:
        assert told(f"{head}\n{row}\n") == []


class TestLimits:
    def test_a_hundred_thousand_rows_are_read(self) -> None:
        rows = "".join(f"voice,+{n},0.01\n" for n in range(MAX_ROWS))
        file = read_rates("a.csv", f"service,prefix,per_minute\n{rows}".encode())
        assert (len(file.rows), file.findings) == (MAX_ROWS, [])

    def test_one_more_is_too_many(self) -> None:
        rows = "".join(f"voice,+{n},0.01\n" for n in range(MAX_ROWS + 5))
        found = told(f"service,prefix,per_minute\n{rows}")
        assert [(code, line) for code, line, *_ in found] == [("DF1504", MAX_ROWS + 2)]

    def test_of_very_many_mistakes_the_first_are_told_and_the_others_counted(self) -> None:
        file = read_rates("a.csv", b"service,prefix,per_minute\n" + b"voice,+1,x\n" * 5_000)
        assert len(file.findings) == MAX_FINDINGS + 1
        assert str(5_000 - MAX_FINDINGS) in file.findings[-1].message

    def test_bytes_that_are_no_text_are_told_with_their_line(self) -> None:
        assert told(HEAD.encode() + b"voice,+1,\xff\n")[0][:2] == ("DF0111", 2)

    def test_a_pointer_of_lfs_is_no_file(self) -> None:
        assert told("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")[0][0] == "DF0204"

    @given(st.binary(max_size=400))
    def test_nothing_that_is_in_it_raises(self, raw: bytes) -> None:
        read_rates("a.csv", raw)
        read_rates("a.csv", HEAD.encode() + raw)

    @given(st.lists(st.text('voice+4,."\n\r 0123456789-', max_size=40), max_size=8))
    def test_nothing_that_looks_like_it_raises(self, lines: list[str]) -> None:
        for one in read_rates("a.csv", (HEAD + "\n".join(lines)).encode()).findings:
            assert one.line >= 1
            assert one.column >= 1


def test_a_first_line_of_very_many_columns_is_one_mistake() -> None:
    (found,) = read_rates("rates/x.csv", b"voice," * 200_000).findings
    assert (found.code, found.line) == ("DF1501", 1)
    assert "200,001 columns" in found.message


def test_a_file_of_empty_lines_is_not_taken_apart() -> None:
    made = read_rates("rates/x.csv", b"service,prefix,per_minute\n" + b"\n" * 2_000_000)
    assert [one.code for one in made.findings] == ["DF1504"]
    assert made.lines == []
