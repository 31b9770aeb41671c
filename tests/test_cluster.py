"""Articles that the workers of a Dask scheduler build: real processes, as ``dask`` starts them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import article_store, cluster
from pipeline.build import Order
from pipeline.cli import main
from pipeline.desk import desk_of
from tests.support.paths import REPOSITORY

HEAD = "{title}\n{line}\n\n:date: 2020-02-02\n:language: en\n\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a desk with four articles, of which the last takes long."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    for name, paragraphs in {"one": 1, "two": 2, "three": 3, "long": 120}.items():
        text = HEAD.format(title=name, line="=" * len(name)) + ("Word and word. " * 50 + "\n\n") * paragraphs
        (tmp_path / "source" / f"{name}.rst").write_text(text)
    return tmp_path


@contextlib.contextmanager
def dask(*commands: str, folder: Path, **environment: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Programs of Dask's, ended afterwards."""
    started = []
    known = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
    }
    try:
        for command in commands:
            program, *words = command.split()
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", f"distributed.cli.dask_{program}", *words],
                    cwd=folder,
                    env=known | environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        yield started
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f"scheduler --host 127.0.0.1 --port {port} --no-dashboard --no-show"
    with dask(command, folder=tmp_path_factory.mktemp("scheduler")):
        yield f"tcp://127.0.0.1:{port}"


def worker(address: str, name: str) -> str:
    return f"worker {address} --nworkers 1 --nthreads 1 --no-dashboard --name {name} --host 127.0.0.1"


def build(*words: str) -> int:
    return main(["build", *words, *(f"source/{name}.rst" for name in ("one", "two", "three", "long"))])


def editions(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.slow
def test_workers_make_the_same_bytes_and_a_killed_one_costs_no_article(
    desk: Path, scheduler: str, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build("-o", "here", "--no-cache", "--jobs", "1") == 0
    elsewhere = tmp_path_factory.mktemp("worker")
    with dask(worker(scheduler, "a"), worker(scheduler, "b"), folder=elsewhere) as workers:
        command = [
            sys.executable,
            "-m",
            "pipeline",
            "build",
            "-o",
            "there",
            "--no-cache",
            "--dask",
            scheduler,
        ]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
        articles = [f"source/{name}.rst" for name in ("long", "one", "two", "three")]
        asked = subprocess.Popen([*command, *articles], cwd=desk, env=environment, stderr=subprocess.PIPE)
        place = wait_for_the_long_one(scheduler)
        os.killpg(workers["ab".index(place)].pid, signal.SIGKILL)
        assert asked.wait(300) == 0, asked.stderr and asked.stderr.read()
    assert editions(desk / "there") == editions(desk / "here")
    assert len(editions(desk / "there")) == 8


def wait_for_the_long_one(address: str) -> str:
    """The name of the worker that has begun with the first article, which takes long."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        for _ in range(600):
            info = client.scheduler_info(n_workers=-1)["workers"].values()
            busy = [
                str(item["name"])
                for item in info
                if item["metrics"].get("executing") or item["metrics"].get("task_counts", {}).get("executing")
            ]
            if busy:
                time.sleep(1)
                return busy[0]
            time.sleep(0.1)
    raise AssertionError("no worker has begun")


@pytest.mark.slow
def test_limits_hold_and_faults_are_told_as_here(
    desk: Path, scheduler: str, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    (desk / "source" / "two.rst").write_text(HEAD.format(title="two", line="===") + "A call [#none]_.\n")
    with (desk / "source" / "long.rst").open("a") as file:
        file.write(("Word and word. " * 50 + "\n\n") * 3000)
    with dask(worker(scheduler, "a"), folder=tmp_path_factory.mktemp("worker")):
        assert build("--dask", scheduler, "--time-limit", "5", "--to", "epub") == 1
        out, err = capfd.readouterr()
        assert re.search(r"source/long\.rst(:\d+)?: error \[limit-time\]: it took more than 5 sec", err)
        assert "source/two.rst:7: error [note-undefined]" in err
        assert "build/one.epub  1 chapter" in out
        assert main(["build", "source/one.rst", "--to", "epub"]) == 0
        assert "unchanged" in capfd.readouterr().out


@pytest.mark.slow
def test_a_worker_with_other_packages_is_refused(
    desk: Path, scheduler: str, tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path_factory.mktemp("worker")
    (other / "fonttools-9.9.dist-info").mkdir()
    with dask(worker(scheduler, "a"), folder=other, PYTHONPATH=f"{REPOSITORY}:{other}"):
        assert build("--dask", scheduler) == 1
    err = capfd.readouterr().err
    assert "has other packages, which would make other bytes: fonttools-9.9.dist-info; " in err
    assert err.count("\n") == 1
    assert not (desk / "build").exists()


def test_a_machine_that_has_another_text_builds_nothing(desk: Path) -> None:
    task = article_store._task(Path("source/one.rst"), Order(), desk_of(Path("source/one.rst")), {})
    result, kept = article_store._build_there(task, "another checksum")
    assert (result.failed, kept) == (True, None)
    (finding,) = result.findings
    assert str(finding).startswith("source/one.rst: error [file-elsewhere]: a Dask worker (")


def test_a_scheduler_that_does_not_answer_is_one_line(
    desk: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 0.3)
    assert build("--dask", "tcp://127.0.0.1:1") == 1
    assert capfd.readouterr().err == (
        "despatch: no Dask scheduler answers at tcp://127.0.0.1:1: is “dask scheduler” running there?\n"
    )
    assert build("--dask", "here") == 1
    assert "no Dask scheduler answers at here" in capfd.readouterr().err


def test_without_the_extra_the_command_says_what_to_type(
    desk: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert build("--dask", "tcp://127.0.0.1:1") == 1
    assert capfd.readouterr().err == f"despatch: what speaks with Dask is an extra: {cluster.INSTALL}\n"
