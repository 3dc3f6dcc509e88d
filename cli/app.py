"""The command and its groups. Each command's module is imported when it runs, not before."""

import click

import dialform as package
from dialform.cli.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "validate": ("check", "Check the site and report every finding."),
    "compile": ("compile", "Compile the site to out/."),
    "plan": ("plan", "Show what a change does to the switch and to calls."),
    "apply": ("apply", "Apply a saved plan, if everything is still as it was planned."),
    "agent": ("agent", "Run the agent: git to the switch, proven, or rolled back."),
    "status": ("status", "Show what the agent of this host is doing."),
    "drift": ("drift", "Compare git, disk and switch now."),
    "rollback": ("rollback", "Go back to an earlier generation; git is not needed."),
    "suspend": ("suspend", "Let the agent change nothing for a while."),
    "resume": ("resume", "Let a suspended agent go on; try a failed commit again."),
    "trace": ("trace", "Follow a call through the compiled files, without calling."),
    "test": ("test", "Run the call tests."),
    "simulate": ("simulate", "Run a simulated switch with an event socket."),
    "cdr": ("cdr", "Show a tenant's calls: when, from, to, how long, how it ended, its cost."),
    "live": ("live", "Look at what is up on the switch, and handle calls."),
    "device": ("device.group", "Phones: their addresses, enrolment, and who has fetched what."),
    "provision": ("provision", "Serve phones their configuration."),
    "console": ("console.group", "The portal: the phone system in a browser."),
    "fax": ("fax.group", "Faxes: send them, follow them, read what came in."),
    "billing": ("billing.group", "Rate calls, book usage, and show what is owed."),
    "doctor": ("doctor", "Look for what is wrong, and say why and how to mend it."),
    "explain": ("explain", "Explain a finding's code."),
    "schema": ("schema", "Print the JSON Schema of a file, for editors."),
    "init": ("init", "Make a new site."),
    "fmt": ("fmt", "Lay out the site's YAML files alike."),
    "graph": ("graph", "Draw a tenant's call flow: Mermaid, SVG, Graphviz or JSON."),
    "review": ("review", "Say whether somebody's role allows a change, object by object."),
    "codeowners": ("codeowners", "Write CODEOWNERS from the roles."),
    "rename": ("rename", "Give an object another number or name, wherever it is named."),
    "prompts": ("prompts", "List the prompts that can be played, and which are missing."),
    "media": ("media", "Convert sound files to what every telephone plays."),
    "recordings": ("recordings", "List recorded calls, and remove those that are too old."),
    "secret": ("secret", "Set, show, rotate and list secrets."),
    "completion": ("completion", "Print the script that completes commands in your shell."),
    "sendmail": ("sendmail", "Hand a mail on standard input to the mail server."),
}
"""Command → the module of this folder that holds it, and one line of help. A new command is a line."""

_HIDDEN = {"sendmail"}


@click.command(
    cls=LazyGroup,
    table=COMMANDS,
    hidden=_HIDDEN,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package.__version__, "-V", "--version", prog_name="dialform")
def dialform() -> None:
    """A phone system as a pull request: YAML in git becomes a running FreeSWITCH."""
