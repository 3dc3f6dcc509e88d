"""`python -m dialform.fax.documents.inside TASK`: asked in JSON on stdin, answered on stdout."""

import importlib
import json
import os
import signal
import sys

from dialform.fax.documents.inside import Wrong

TASKS = ("pictures", "received", "text", "cover", "office", "preview")


def main() -> None:
    """Do a task; an answer with `wrong` is a sentence about the file."""
    task, asked = sys.argv[1], json.load(sys.stdin)
    assert task in TASKS
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python would go on, with another error
    try:
        answer = importlib.import_module(f"{__package__}.{task}").run(asked)
    except Wrong as wrong:
        answer = {"wrong": str(wrong)}
    except MemoryError:
        answer = {"wrong": "{name} takes more memory than a document may have."}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # what a library still has to say when it ends is of no use


if __name__ == "__main__":
    main()
