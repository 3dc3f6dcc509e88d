"""The way into the `dialform` command: usage errors, broken pipes and Ctrl-C end here."""

import errno
import gc
import os
import sys

import click

from dialform.cli.app import dialform
from dialform.cli.exits import Exit

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status. A fault of ours stays a traceback."""
    before = sys.stdout
    try:
        status = dialform.main(arguments, prog_name="dialform", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return Exit.USAGE
    except click.UsageError as error:
        error.show()
        return Exit.USAGE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        return 130
    except BrokenPipeError:
        return _nobody_reads()
    except OSError as error:
        if error.errno not in _FULL:
            raise
        click.echo(f"Error: It cannot be written: {error.strerror}.", err=True)
        _nobody_reads()
        return Exit.OUR_ERROR
    except SystemExit:
        # click turns a broken pipe into exit status 1, and wraps the stream that broke.
        if sys.stdout is before:
            raise
        return _nobody_reads()
    return status if isinstance(status, int) else Exit.CLEAN


def _nobody_reads() -> int:
    """Whoever read our output has gone (`| head`): say nothing, and let nothing be flushed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return Exit.CLEAN


def script() -> None:
    """The console script."""
    # A short life: looking for circles of garbage, mostly among what was just imported, takes a
    # fifth of the time of a small compile, and finds next to nothing.
    gc.disable()
    sys.exit(main())
