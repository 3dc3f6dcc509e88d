"""Reads a QR code (ISO/IEC 18004) that nothing has damaged: no correction of errors, bytes only."""

_BLOCKS = {
    # Version: of the levels L, M, Q, H the number of data codewords of each block.
    3: ([55], [44], [17] * 2, [13] * 2),
    4: ([80], [32] * 2, [24] * 2, [9] * 4),
    5: ([108], [43] * 2, [15] * 2 + [16] * 2, [11] * 2 + [12] * 2),
    6: ([68] * 2, [27] * 4, [19] * 4, [15] * 4),
    7: ([78] * 2, [31] * 4, [14] * 2 + [15] * 4, [13] * 4 + [14]),
    8: ([97] * 2, [38] * 2 + [39] * 2, [18] * 4 + [19] * 2, [14] * 4 + [15] * 2),
}
_CENTRES = {3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42)}
_LEVELS = {0b01: 0, 0b00: 1, 0b11: 2, 0b10: 3}
_MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)
Matrix = list[list[bool]]


def drawn(text: str, border: int = 2) -> Matrix:
    """The modules of a code in half blocks, light on dark, without its border."""
    rows: Matrix = []
    for line in text.splitlines():
        rows.append([char in " ▄" for char in line])
        rows.append([char in " ▀" for char in line])
    wide = len(rows[0])  # the height is even, and so half a character more
    return [row[border : wide - border] for row in rows[border : wide - border]]


def read(matrix: Matrix) -> str:
    """What the code says."""
    size = len(matrix)
    version = (size - 17) // 4
    form = 0
    for column in (0, 1, 2, 3, 4):
        form = form * 2 + matrix[8][column]
    form ^= 0b10101
    blocks, mask = _BLOCKS[version][_LEVELS[form >> 3]], _MASKS[form & 7]
    codewords = _codewords(matrix, version, mask)
    data: list[list[int]] = [[] for _ in blocks]
    at = iter(codewords)
    for place in range(max(blocks)):
        for block, length in zip(data, blocks, strict=True):
            if place < length:
                block.append(next(at))
    bits = "".join(f"{one:08b}" for block in data for one in block)
    assert bits[:4] == "0100", "not bytes"
    count = int(bits[4:12], 2)
    raw = bits[12 : 12 + 8 * count]
    return bytes(int(raw[i : i + 8], 2) for i in range(0, len(raw), 8)).decode()


def _codewords(matrix: Matrix, version: int, mask: object) -> list[int]:
    size, bits = len(matrix), []
    columns = [c for c in range(size - 1, 0, -2) if c > 6] + [5, 3, 1]
    for turn, right in enumerate(columns):
        rows = range(size - 1, -1, -1) if turn % 2 == 0 else range(size)
        for row in rows:
            for column in (right, right - 1):
                if not _of_the_pattern(row, column, size, version):
                    bits.append(matrix[row][column] ^ mask(row, column))  # type: ignore[operator]
    whole = len(bits) // 8 * 8
    return [int("".join("01"[b] for b in bits[i : i + 8]), 2) for i in range(0, whole, 8)]


def _of_the_pattern(row: int, column: int, size: int, version: int) -> bool:
    """Whether a module is no data: finders, timing, form, version, alignment."""
    if 6 in (row, column):
        return True
    if (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9):
        return True
    if version >= 7 and ((row < 6 and column >= size - 11) or (column < 6 and row >= size - 11)):
        return True
    first, last = _CENTRES[version][0], _CENTRES[version][-1]
    for r in _CENTRES[version]:
        for c in _CENTRES[version]:
            if (r, c) in ((first, first), (first, last), (last, first)):
                continue
            if abs(row - r) <= 2 and abs(column - c) <= 2:
                return True
    return False
