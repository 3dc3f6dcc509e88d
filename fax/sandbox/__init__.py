"""A place for programs that read strangers' files: no network, few files, little time and memory."""
