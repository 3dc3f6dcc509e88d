"""What reads strangers' files, inside of the sandbox: one task a module, each from files to files."""


class Wrong(Exception):  # noqa: N818 - it says what is wrong with a file
    """The file is not as it should be: one sentence, for whoever sent it; `{name}` stands for the file."""
