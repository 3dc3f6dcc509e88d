"""JUnit's XML, as CI systems read it: a suite a tenant, a case a call test, the trace in a failure."""

import re
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from dialform.proof.runner import Result

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[Result], trace: Callable[[Result], str]) -> str:
    """The report. `trace` gives the trace of a result."""
    root = Element("testsuites", _counts(results, "dialform"))
    tenants = dict.fromkeys(result.case.tenant for result in results)
    for tenant in tenants:
        own = [result for result in results if result.case.tenant == tenant]
        suite = SubElement(root, "testsuite", _counts(own, tenant))
        for result in own:
            _case(suite, result, trace)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "unicode") + "\n"


def _case(suite: Element, result: Result, trace: Callable[[Result], str]) -> None:
    place = result.case.place
    facts = {
        "classname": result.case.tenant, "name": result.case.title, "file": place.file,
        "line": str(place.line), "time": f"{result.seconds:.3f}",
    }  # fmt: skip
    case = SubElement(suite, "testcase", {name: _clean(value) for name, value in facts.items()})
    if result.passed:
        return
    kind = "error" if result.problem else "failure"
    message = "; ".join(result.reasons)
    told = SubElement(case, kind, {"message": _clean(message), "type": "CallTest"})
    told.text = _clean(f"{place.file}:{place.line}\n{message}\n\n{trace(result)}")


def _counts(results: Sequence[Result], name: str) -> dict[str, str]:
    errors = sum(bool(result.problem) for result in results)
    failures = sum(not result.passed for result in results) - errors
    return {
        "name": _clean(name), "tests": str(len(results)), "failures": str(failures),
        "errors": str(errors), "skipped": "0",
        "time": f"{sum(result.seconds for result in results):.3f}",
    }  # fmt: skip


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
