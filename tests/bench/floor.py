"""The bare floor: parse the YAML with the C event parser, write the same bytes. Nothing more."""

import os
import sys
import time
from pathlib import Path

from _ruamel_yaml import CParser


def main() -> None:
    """floor.py SITE RELEASED TARGET: seconds for reading every file and writing the released bytes."""
    site, released, target = (Path(argument) for argument in sys.argv[1:4])
    files = [p for folder in ("tenants.d", "providers.d") for p in (site / folder).rglob("*.yaml")]
    files += list(site.glob("*.yaml"))
    contents = [
        (path.relative_to(released), path.read_bytes(), path.stat().st_mode)
        for path in released.rglob("*")
        if path.is_file()
    ]
    start = time.perf_counter()
    for path in files:
        parser = CParser(path.read_bytes().decode())
        while parser.check_event():
            parser.get_event()
    made = set()
    for name, content, mode in contents:
        place = target / name
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & 0o777)
        os.write(descriptor, content)
        os.close(descriptor)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
