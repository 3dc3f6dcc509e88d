"""`dialform test`."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, proofs
from dialform.cli.exits import Exit
from dialform.schema.tree import Tree, scan

if TYPE_CHECKING:
    from dialform.proof.collect import Case
    from dialform.proof.run import Caller
    from dialform.proof.runner import Result

Style = Callable[[str, str], str]


@click.command("test")
@click.argument("patterns", nargs=-1, metavar="[PATTERN]...")
@common.SITE
@common.SECRETS
@proofs.OUT
@proofs.HOST
@click.option("--tenant", multiple=True, metavar="SLUG", help="Only this tenant's tests.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write a report in JUnit's XML as well.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text")
@click.option("--verbose", "-v", is_flag=True, help="A line for each test.")
@click.option("--exitfirst", "-x", is_flag=True, help="Stop at the first test that fails.")
def command(
    patterns: Sequence[str], site: Path | None, secrets: Path | None, out: Path | None,
    host: str | None, tenant: Sequence[str], junit: Path | None, form: str, verbose: bool,
    exitfirst: bool,
) -> int:  # fmt: skip
    """Run the call tests: `calls:` of the tenants, and calls.d/. Exits 6 where one fails.

    A PATTERN is a part of a test's name, tenant, numbers or file, or a glob over them.
    """
    tree = scan(common.site_root(site))
    for slug in tenant:
        proofs.known_tenant(tree, slug)
    from dialform.proof.collect import tenants_with_tests
    from dialform.proof.run import Caller
    from dialform.proof.sources import Sources

    def wanted() -> Sequence[str]:
        # A test of calls.d/ may be of any tenant; its number says so only once all are compiled.
        return tenant or (list(tree.tenants) if tree.calls else tenants_with_tests(tree))

    compiled = proofs.compiled_site(tree, out, secrets, wanted)
    sources = Sources(tree)
    caller = Caller(sources, compiled, proofs.known_host(compiled, sources.hosts, host))
    cases = _cases(tree, caller, patterns, tenant)
    report = _Report(caller, proofs.dress(sys.stdout), verbose)
    results = []
    for result in _results(cases, caller):
        results.append(result)
        if form == "text":
            report.tell(result)
        if exitfirst and not result.passed:
            break
    _finish(results, report, form, junit)
    return Exit.CLEAN if all(result.passed for result in results) else Exit.CALL_TESTS_FAILED


def _cases(
    tree: Tree, caller: "Caller", patterns: Sequence[str], tenants: Sequence[str]
) -> "list[Case]":
    from dialform.proof.collect import chosen, collect
    from dialform.proof.ground import owner_of

    hosts = caller.compiled.hosts(caller.sources.hosts)

    def owner(number: str) -> str:
        confs = (caller.compiled.conf(host) for host in hosts)
        return next((found for conf in confs if (found := owner_of(conf, number))), "")

    cases = collect(caller.sources, owner)
    found = chosen(cases, patterns, tenants)
    if cases and not found and patterns:
        raise click.UsageError(f"None of {len(cases)} call tests fits {' or '.join(patterns)}.")
    return found


def _results(cases: "Sequence[Case]", caller: "Caller") -> "Iterator[Result]":
    from dialform.proof.runner import run

    return run(cases, caller, datetime.now(UTC))


class _Report:
    """Tells results as a test runner does: dots or lines, then the failures."""

    def __init__(self, caller: "Caller", style: Style, verbose: bool) -> None:
        self.caller = caller
        self.style = style
        self.verbose = verbose
        self.last = ""

    def tell(self, result: "Result") -> None:
        """A result as soon as it is there."""
        good = result.passed
        if self.verbose:
            word = self.style("passed" if good else "FAILED", "good" if good else "bad")
            place = self.style(_place(result), "place")
            self._say(f"{word}  {result.case.id}  {place}\n")
            return
        if result.case.place.file != self.last:
            self._say(("\n" if self.last else "") + f"{result.case.place.file} ")
            self.last = result.case.place.file
        self._say(self.style("." if good else "F", "good" if good else "bad"))

    def close(self, results: "Sequence[Result]") -> None:
        """The failures with their traces, and the sum."""
        if not results:
            self._say("no call tests: write some under `calls:` of a tenant, or in calls.d/\n")
            return
        if not self.verbose:
            self._say("\n")
        failed = [result for result in results if not result.passed]
        for result in failed:
            self._failure(result)
        seconds = sum(result.seconds for result in results)
        passed = f"{len(results) - len(failed)} passed"
        sums = f"{passed}, {len(failed)} failed" if failed else passed
        self._say("\n" * bool(failed) + self.style(sums, "bad" if failed else "good"))
        self._say(f" in {seconds:.2f} s\n")

    def _failure(self, result: "Result") -> None:
        self._say(f"\n{self.style('FAILED', 'bad')}  {result.case.id}\n")
        self._say(f"{self.style(_place(result), 'place')}\n")
        for reason in result.reasons:
            self._say(f"  {self.style(reason, 'bad')}\n")
        if told := _trace(self.caller, result, self.style):
            indented = "\n".join(f"  {line}".rstrip() for line in told.splitlines())
            self._say(f"\n{indented}\n")

    def _say(self, text: str) -> None:
        click.echo(text, nl=False, color=True)


def _place(result: "Result") -> str:
    return f"{result.case.place.file}:{result.case.place.line}"


def _trace(caller: "Caller", result: "Result", style: Style | None = None) -> str:
    from dialform.proof.paint import plain
    from dialform.proof.runner import trace_of

    return trace_of(result, caller, style or plain)


def _finish(
    results: "Sequence[Result]", report: _Report, form: str, junit_file: Path | None
) -> None:
    from dialform.proof.junit import junit

    if form == "text":
        report.close(results)
    elif form == "junit":
        click.echo(junit(results, lambda one: _trace(report.caller, one)), nl=False)
    else:
        click.echo(json.dumps(_data(results, report), indent=2, ensure_ascii=False))
    if junit_file is not None:
        text = junit(results, lambda one: _trace(report.caller, one))
        try:
            junit_file.write_text(text, "utf-8")
        except OSError as error:
            raise click.ClickException(f"cannot write {junit_file}: {error.strerror}") from error


def _data(results: "Sequence[Result]", report: _Report) -> dict[str, Any]:
    from dialform.proof.facts import facts
    from dialform.proof.story import tell

    tests = []
    for result in results:
        case, made = result.case, result.made
        failed = None if result.passed else result.reasons
        trace = facts(tell(made, report.caller.sources)) if made and failed else None
        tests.append(
            {
                "tenant": case.tenant, "name": case.title, "file": case.place.file,
                "line": case.place.line, "passed": result.passed, "reasons": failed or [],
                "trace": trace, "seconds": round(result.seconds, 4),
            }
        )  # fmt: skip
    failed_count = sum(not result.passed for result in results)
    return {"tests": tests, "passed": len(results) - failed_count, "failed": failed_count}
