"""Runs calls in processes of their own, with limits of time and memory: what breaks one breaks no other.

Limits belong to a process. A signal handler of Python's is not enough: it waits for the end of a call into C,
and WeasyPrint's drawing of SVG catches what it raises. So the parent kills, and a kernel limit holds memory.

The parent starts its processes by ``fork`` on Linux, which costs milliseconds, and by ``spawn`` elsewhere. It
should have one thread when it does. Each process leads a process group; none survives the end of the parent.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import re
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pipeline import desk
from pipeline.errors import is_memory_error, summary_of

if TYPE_CHECKING:  # the command line loads this module for its defaults
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

DEFAULT_SECONDS: Final = 900
"""Time limit of one article. An article of 750 pages takes about three minutes."""

DEFAULT_MEGABYTES: Final = 4096
"""Memory limit of one article. An article of 750 pages takes about 800."""

FORKS: Final = sys.platform == "linux"  # with all that this process has loaded
T = TypeVar("T")
_Channel = tuple[Any, Callable[[], object]]
_INTERRUPTIONS: Final = frozenset((signal.SIGINT, signal.SIGTERM))
_INTERRUPTED: Final = 130
_STOP: Final = object()
"""The outcome of a process that was interrupted."""
_FILES: Final = 65_536  # that a process may have open: a packet opens every file that goes into it
_GRACE: Final = 1.0  # seconds between asking a process to end and killing it
_BEAT: Final = 0.5  # seconds between two looks at the state of a process
_GROWTH: Final = 1000  # megabytes per second by which a process may grow, at most
_KEPT: Final = 20_000
"""Bytes kept of what a process writes on its standard error."""
_NO_MEMORY: Final = re.compile(rb"alloc|out of memory|MemoryError|new thread|creating thread", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """What one call may use; 0 is no limit.

    :param seconds: time by the clock.
    :param megabytes: memory of its own, in units of 2**20 bytes (Linux: ``RLIMIT_DATA``).
    """

    seconds: float = DEFAULT_SECONDS
    megabytes: int = DEFAULT_MEGABYTES


@dataclass(frozen=True)
class Place:
    """How far a process has come.

    :param what: words such as “setting pages”.
    :param line: the line of the source that it has reached, from 1, where that says something.
    :param page: the page that it has reached, from 1, likewise.
    """

    what: str = ""
    line: int | None = None
    page: int | None = None


@dataclass(frozen=True)
class Broken:
    """A call that came to no result.

    :param cause: ``time``, ``memory``, ``crash`` (a signal ended the process), ``killed`` (from outside) or
        ``error`` (an exception).
    :param place: what it was doing.
    :param detail: the signal or the exception.
    """

    cause: str
    place: Place = Place()
    detail: str = ""


_place_reached: Callable[[], Place] = Place
watcher: Callable[[Place], object] = repr  # is told in the parent how far a process has come
_reporter: _Reporter | None = None
"""What sends messages to the parent, if this process was started here."""


def set_activity(what: str, **reached: Callable[[], int | None]) -> None:
    """Say what this process does from now on, for the message that is needed if it breaks.

    :param reached: functions that give the fields of `Place` at any moment; another thread calls them.
    """
    global _place_reached  # noqa: PLW0603
    _place_reached = lambda: Place(what, **{name: function() for name, function in reached.items()})  # noqa: E731
    if _reporter is not None:
        _reporter.report()


def place() -> Place:
    """How far this process has come, by what `set_activity` was given last."""
    with contextlib.suppress(Exception):
        return _place_reached()
    return Place()


def run(
    function: Callable[..., T],
    calls: Sequence[tuple[Any, ...]],
    limits: Limits,
    jobs: int = 1,
    beside: _Channel | None = None,
) -> Generator[T | Broken, None, None]:
    """Call a function several times, each time in a process of its own; results come in the order of `calls`.

    :param function: a function of a module; its result must be picklable.
    :param calls: the arguments of each call.
    :param jobs: how many processes may work at once.
    :param beside: another channel, and what is called when it has something: with a true answer, all end.
    :raises KeyboardInterrupt: when the command was interrupted; all processes have ended then.
    """
    waiting = list(enumerate(calls))
    running: list[_Process] = []
    ended: dict[int, T | Broken] = {}
    try:
        for number in range(len(calls)):
            while number not in ended:
                while waiting and len(running) < jobs:
                    _start(function, *waiting.pop(0), limits, running)
                if _listen(running, beside):
                    return
                for process in [process for process in running if process.outcome is not None]:
                    process.end()
                    running.remove(process)
                    if process.outcome is _STOP:
                        raise KeyboardInterrupt
                    ended[process.number] = process.outcome[0]
            yield ended.pop(number)
    finally:
        _end_all(running)


# In the parent -------------------------------------------------------------------------------------------


@dataclass
class _Process:
    """A call that is under way.

    :param outcome: a tuple with the result in it; ``None`` while there is none.
    """

    number: int
    process: BaseProcess
    results: Connection
    errors: Connection
    limits: Limits
    deadline: float
    place: Place = Place()
    megabytes: float = 0
    next_look: float = 0
    written: bytes = b""
    outcome: Any = None

    def listen(self, ready: Sequence[Any]) -> None:
        """Take in what the process says, and look at its memory and at the clock."""
        if time.monotonic() >= self.next_look:
            self._look_at_memory()
        if self.errors in ready:
            self._take_errors()
        if self.results in ready:
            try:
                kind, *rest = self.results.recv()
            except (EOFError, OSError):
                self._post_mortem()
                return
            if kind == "place":
                self.place = rest[0]
                watcher(self.place)
            else:
                self.outcome = (rest[0],)
        elif time.monotonic() >= self.deadline:
            self.outcome = (Broken("time", self.place),)

    def _take_errors(self) -> None:
        part = b""
        with contextlib.suppress(OSError):
            part = os.read(self.errors.fileno(), 65536)
        self.written = (self.written + part)[-_KEPT:]
        if not part:
            self.errors.close()

    def _look_at_memory(self) -> None:
        """Note how much is used: a process that has no memory left may die before it can say so itself."""
        with contextlib.suppress(OSError, ValueError, IndexError):  # not Linux, or it has ended
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii", errors="replace")
            self.megabytes = int(status.split("VmData:")[1].split()[0]) / 1024
        left = (self.limits.megabytes - self.megabytes) / _GROWTH if self.limits.megabytes else _BEAT
        self.next_look = time.monotonic() + min(max(0.01, left), _BEAT)

    def _post_mortem(self) -> None:
        """The process has ended without a result: say why."""
        self.process.join(_GRACE)
        while not self.errors.closed and self.errors.poll():
            self._take_errors()
        code = self.process.exitcode
        if code == _INTERRUPTED:
            self.outcome = _STOP
            return
        name = _signal_name(code)
        short = self.limits.megabytes and self.megabytes > 0.85 * self.limits.megabytes
        if name in ("SIGXCPU", "SIGALRM"):
            cause = "time"
        elif short or _NO_MEMORY.search(self.written):
            cause = "memory"
        else:
            cause = "killed" if name in ("SIGKILL", "SIGTERM", "SIGHUP") else "crash"
        self.outcome = (Broken(cause, self.place, name),)

    def end(self) -> None:
        """Make sure that the process and its group have ended."""
        process, pid = self.process, self.process.pid
        if isinstance(self.outcome, tuple) and not isinstance(self.outcome[0], Broken):
            process.join(_GRACE)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not process.is_alive():
                break
            assert pid is not None
            _kill_group(pid, number)
            process.join(_GRACE)
        self.results.close()
        self.errors.close()


def _kill_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it does not lead a group yet
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _end_all(running: list[_Process]) -> None:
    """Ask all processes to end at once, and then wait for each."""
    for process in running:
        if process.process.is_alive() and process.process.pid is not None:
            _kill_group(process.process.pid, signal.SIGTERM)
    for process in running:
        process.end()


def _signal_name(code: int | None) -> str:
    try:
        return signal.Signals(-(code or 0)).name
    except ValueError:
        return f"exit code {code}"


def _start(
    function: Callable[..., Any], number: int, given: tuple[Any, ...], limits: Limits, running: list[_Process]
) -> None:
    import multiprocessing

    context = multiprocessing.get_context("fork" if FORKS else "spawn")
    results, sender = context.Pipe(duplex=False)
    errors, stderr = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_work, args=(function, given, limits, sender, stderr, os.getpid(), desk.current())
    )
    # An interruption waits until the process is in the list, and in the process until it can end in silence.
    kept = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
    try:
        process.start()
        deadline = time.monotonic() + limits.seconds if limits.seconds else float("inf")
        running.append(_Process(number, process, results, errors, limits, deadline))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, kept)
        sender.close()
        stderr.close()


def _listen(running: list[_Process], beside: _Channel | None) -> bool:
    """Wait until a process says something or comes to its deadline; say whether all are to end."""
    from multiprocessing.connection import wait

    channels = [*[item.results for item in running], *([] if beside is None else beside[:1])]
    channels += [item.errors for item in running if not item.errors.closed]
    left = min(min(item.deadline, item.next_look) for item in running) - time.monotonic()
    ready = wait(channels, max(0.0, left))
    for item in running:
        item.listen(ready)
    return beside is not None and beside[0] in ready and bool(beside[1]())


# In the process ------------------------------------------------------------------------------------------


@dataclass
class _Reporter:
    """Sends messages to the parent: one at a time, from two threads."""

    sender: Connection
    reported: Place | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, *message: object) -> None:
        with self.lock:
            self.sender.send(message)

    def report(self) -> None:
        """Send how far this process has come, if that is news."""
        now = place()
        if now != self.reported:
            self.reported = now
            self.send("place", now)


def _work(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    limits: Limits,
    sender: Connection,
    stderr: Connection,
    parent: int,
    where: desk.Desk,
) -> None:
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    _hear_interruptions()
    # Libraries in C write there when they give up, and no author should see it.
    os.dup2(stderr.fileno(), 2)
    sys.stderr = os.fdopen(2, "w", errors="replace", closefd=False)
    faulthandler.enable(sys.stderr)
    global _reporter, _place_reached  # noqa: PLW0603
    _place_reached = Place  # not what the parent does
    _reporter = reporter = _Reporter(sender)
    # Before the limits are set: a thread that has no memory to begin with is waited for without an end.
    threading.Thread(target=_beat, args=(reporter, parent), daemon=True).start()
    try:
        _set_limits(limits)
        with desk.at(where):
            outcome = function(*arguments)
    except Exception as error:
        if is_memory_error(error):
            outcome = Broken("memory", place())
        else:
            outcome = Broken("error", place(), summary_of(error))
    reporter.send("result", outcome)


def _hear_interruptions() -> None:
    """An interruption ends this process without a word."""
    if signal.sigpending() & _INTERRUPTIONS:
        os._exit(_INTERRUPTED)
    for number in _INTERRUPTIONS:
        signal.signal(number, lambda *_: sys.exit(_INTERRUPTED))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTIONS)


def _set_limits(limits: Limits) -> None:
    wanted = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, _FILES)]
    if limits.megabytes:
        # Address space holds mapped fonts too, and is no measure of what is used.
        kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        wanted.append((kind, limits.megabytes << 20))
    if limits.seconds:
        # In case that the parent can't look at the clock. Threads may use more than the clock shows.
        wanted.append((resource.RLIMIT_CPU, 2 * int(limits.seconds) + 10))
    for kind, value in wanted:
        hard = resource.getrlimit(kind)[1]
        if hard not in (-1, resource.RLIM_INFINITY):
            value = min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, hard))


def _beat(reporter: _Reporter, parent: int) -> None:
    """Tell the parent from time to time how far this process has come, and end when the parent has gone."""
    while os.getppid() == parent:
        try:
            reporter.report()
        except MemoryError:
            pass  # the call itself meets it too, and says so
        except OSError:
            break
        time.sleep(_BEAT)
    os._exit(_INTERRUPTED)
