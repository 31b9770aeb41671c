"""Runs calls on the workers of a Dask scheduler, as `pipeline.limits` runs them on this machine.

A worker needs the same program and sees the same folders at the same places (a file server's). It hands each
call to a process of ours that has one thread and forks, so that limits hold there as they do here. Dask gives
a call to another worker when one has gone.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from pipeline import limits
from pipeline.errors import ClusterError, reason_of, summary_of
from pipeline.files.content_store import program_parts
from pipeline.limits import Broken, Limits, Place

if TYPE_CHECKING:
    from distributed import Client, Future

INSTALL: Final = 'pip install "despatch[dask]"'
CONNECT: Final = 10.0
"""Seconds that a scheduler, and its first worker, are waited for."""

_ENVIRONMENT: Final = ("DESPATCH_CACHE", "SOURCE_DATE_EPOCH")
"""Variables that an edition, or the place where it is kept, depends on."""
_SERVE: Final = "from pipeline.cluster import serve; serve()"
_NAMED: Final = 3
"""How many differences between two machines are named."""
T = TypeVar("T")


def run(
    function: Callable[..., T],
    calls: Sequence[tuple[Any, ...]],
    allowed: Limits,
    address: str,
    prepare: Callable[[], object] = int,
) -> Generator[T | Broken, None, None]:
    """Call a function several times on the workers of a scheduler; results come in the order of `calls`.

    :param function: a function of a module; arguments and result must be picklable.
    :param allowed: for each call.
    :param address: of the scheduler, such as ``tcp://10.0.0.5:8786``.
    :param prepare: is called once in each process that makes calls: what it loads, each call has.
    :raises ClusterError: when there is no scheduler or worker, or one has another program.
    :raises KeyboardInterrupt: when the command was interrupted; calls that have not begun are given up.
    """
    with _client(address) as client:
        _compare_programs(client)
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        here = str(Path.cwd()), environment
        futures = [
            client.submit(_work, pickle.dumps((prepare, function, call, allowed)), *here, pure=False)
            for call in calls
        ]
        try:
            for future in futures:
                yield _outcome(future)
        finally:
            client.cancel(futures, force=True)  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        import dask
        import distributed
    except ImportError:
        raise ClusterError(f"what speaks with Dask is an extra: {INSTALL}") from None
    import logging

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with dask.config.set({"distributed.comm.timeouts.connect": CONNECT}):
        try:
            client = distributed.Client(  # type: ignore[no-untyped-call]
                address, timeout=CONNECT, set_as_default=False
            )
        except (OSError, ValueError, RuntimeError):
            message = f"no Dask scheduler answers at {address}: is “dask scheduler” running there?"
            raise ClusterError(message) from None
        with client:
            try:
                client.wait_for_workers(1, timeout=CONNECT)
            except TimeoutError:
                message = f"the Dask scheduler at {address} has no workers: start “dask worker {address}”"
                raise ClusterError(message) from None
            yield client


def _compare_programs(client: Client) -> None:
    """Editions are the same bytes only where the program and its packages are.

    :raises ClusterError: when a worker has others.
    """
    own = set(program_parts())
    try:
        others = client.run(program_parts)
    except Exception as error:  # what fails in a worker is raised here as it was there
        raise ClusterError(f"a Dask worker has no Despatch like this one: {summary_of(error)}") from None
    for name, parts in sorted(others.items()):
        different = sorted(own.symmetric_difference(parts))
        if different:
            named = ", ".join(different[:_NAMED]) + (", …" if len(different) > _NAMED else "")
            raise ClusterError(
                f"the Dask worker {name} has other packages, which would make other bytes: {named}; "
                "install the same"
            )


def _outcome(future: Future[Any]) -> Any:
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    try:
        return future.result()
    except (KilledWorker, FutureCancelledError):
        return Broken("killed", Place(), "its Dask workers have gone")


# In a worker ---------------------------------------------------------------------------------------------

_own = threading.local()


def _work(call: bytes, folder: str, environment: dict[str, str]) -> Any:
    """In a thread of a worker: hand a call to the process of this thread, started where there is none."""
    for _ in range(2):
        process = getattr(_own, "process", None)
        if process is None or process.poll() is not None:
            _own.process = process = subprocess.Popen(
                [sys.executable, "-c", _SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump((call, folder, environment), process.stdin)
            process.stdin.flush()
            return pickle.load(process.stdout)
        except (EOFError, OSError):
            process.kill()
            process.wait()
    return Broken("killed", Place(), "its process has gone twice")


def serve() -> None:
    """Be the process of a worker's thread: make the calls that come in at the standard input, one by one."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)  # what a library prints does not belong to the answer
    prepared: set[bytes] = set()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            _answer(incoming, outgoing, prepared)


def _answer(incoming: IO[bytes], outgoing: IO[bytes], prepared: set[bytes]) -> None:
    call, folder, environment = pickle.load(incoming)
    for name in _ENVIRONMENT:
        os.environ.pop(name, None)
    os.environ.update(environment)
    outcome: Any
    try:
        os.chdir(folder)
        prepare, function, arguments, allowed = pickle.loads(call)
        known = pickle.dumps(prepare)
        if known not in prepared:
            prepare()
            prepared.add(known)
        (outcome,) = limits.run(function, [arguments], allowed)
    except OSError as error:
        outcome = Broken("error", Place(), f"{folder}: {reason_of(error)}")
    pickle.dump(outcome, outgoing)
    outgoing.flush()
