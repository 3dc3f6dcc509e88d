"""What every file must be in its format, whoever's it is. Vendors' own tests read them closer."""

from xml.etree import ElementTree


def skeleton(form: str, content: bytes) -> list[object]:
    """What of a file is not what people wrote: XML's elements and attributes, the count of lines elsewhere.

    Raises where the file is not of its format.
    """
    if form == "xml":
        root = ElementTree.fromstring(content)
        return [(one.tag, tuple(sorted(one.attrib))) for one in root.iter()]
    text = content.decode("utf-8")
    assert not [c for c in text if c < " " and c != "\n"], "a control character"
    assert text.endswith("\n"), "the last line does not end"
    assert len(text.splitlines()) == text.count("\n"), "a line end of another kind"
    return [text.count("\n")]
