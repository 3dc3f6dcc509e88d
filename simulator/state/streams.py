"""Music on hold: mod_local_stream's sources, each a folder that is played round and round."""

from collections.abc import Callable, Iterator
from pathlib import Path

from dialform.simulator.clock import Clock
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.reading.markup import Element
from dialform.simulator.state.gateways import number, truth
from dialform.simulator.state.hashed import listed
from dialform.values import dataclass

GONE_AFTER = 0.12
"""Seconds from `stop` until the stream is no more; it plays its buffer to the end."""
LOOK = 1.0
"""Seconds that a thread needs to find out that its folder is missing, at most."""


@dataclass(slots=True)
class Stream:
    """One source."""

    name: str
    location: str
    params: dict[str, str]
    stopped: bool = False
    listeners: int = 0

    @property
    def rate(self) -> int:
        """Samples a second."""
        return number(self.params.get("rate", "8000"))

    @property
    def interval(self) -> int:
        """Milliseconds; what the switch does not know becomes 20."""
        wanted = number(self.params.get("interval", "20"))
        return wanted if wanted and wanted % 10 == 0 and 1 <= wanted <= 120 else 20

    @property
    def channels(self) -> int:
        """1 mono, 2 stereo."""
        return number(self.params.get("channels", "1"))

    @property
    def prebuf(self) -> int:
        """Bytes that are read ahead."""
        return number(self.params.get("prebuf", "0")) or 65536

    @property
    def samples(self) -> int:
        """Samples of one interval."""
        return self.rate * self.interval // 1000

    @property
    def shuffle(self) -> bool:
        """Whether the order of files is by chance."""
        return truth(self.params.get("shuffle", ""))


class Streams:
    """All streams. `configuration` gives the tree that holds now."""

    def __init__(self, clock: Clock, configuration: Callable[[], Configuration]) -> None:
        self._clock, self._configuration = clock, configuration
        self._all: dict[str, Stream] = {}

    def __iter__(self) -> Iterator[Stream]:
        return (self._all[name] for name in listed(self._all))

    def find(self, name: str) -> Stream | None:
        """A stream by its name."""
        return self._all.get(name)

    def start_all(self) -> None:
        """Boots: every stream of the configuration."""
        for name, element in self._configuration().streams().items():
            self._launch(name, element)

    def start(self, name: str) -> bool:
        """False: the configuration has none. True says nothing about the folder."""
        if (stream := self._all.get(name)) is not None:
            stream.stopped = False
            # The thread has seen the stop already: it ends whatever is said now.
            return True
        element = self._configuration().streams().get(name)
        if element is None:
            return False
        self._launch(name, element)
        return True

    def stop(self, stream: Stream) -> None:
        """It is gone a moment later, even when it is started again before."""
        stream.stopped = True
        self._clock.later(GONE_AFTER, lambda: self._remove(stream))

    def _remove(self, stream: Stream) -> None:
        if self._all.get(stream.name) is stream:
            del self._all[stream.name]

    def _launch(self, name: str, element: Element) -> None:
        params = {p.get("name"): p.get("value") for p in element.all("param")}
        location = element.get("path")
        # The thread finds a missing folder at once; whoever asks right away may still see it.
        if Path(location).is_dir():
            self._all[name] = Stream(name, location, params)
