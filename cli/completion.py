"""`dialform completion`."""

import click
from click.shell_completion import get_completion_class

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> int:
    """Print the script that completes dialform's commands and options.

    For example, in ~/.bashrc: eval "$(dialform completion bash)"
    """
    from dialform.cli.app import dialform

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(dialform, {}, "dialform", "_DIALFORM_COMPLETE").source())
    return 0
