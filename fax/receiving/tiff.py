"""As much of TIFF as says whether there is a page in a file (TIFF 6.0, section 2)."""

_ORDERS = {b"II*\0": "little", b"MM\0*": "big"}


def has_page(content: bytes) -> bool:
    """Whether the header names a directory that lies in the file: without one nobody can read a page.

    The switch writes a page's directory when the page is whole (t4_rx.c); one that died in the first page of
    a fax leaves a file without any.
    """
    order = _ORDERS.get(content[:4])
    if order is None or len(content) < 8:
        return False
    first = int.from_bytes(content[4:8], "little" if order == "little" else "big")
    return 8 <= first < len(content)
