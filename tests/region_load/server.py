"""The server they tell: made with so many desks, and what it has used of the machine when they are done."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import psycopg

from storage.region import joining
from tests.postgres import Server

HALLS, CAPACITY = 60, 40
SETTINGS = """
fsync = on
max_connections = {most}
shared_buffers = 128MB
max_wal_size = 2GB
"""
_TICK = os.sysconf("SC_CLK_TCK")
SPARE = 20


@contextmanager
def server(desks: int) -> Iterator[tuple[Server, list[tuple[str, str, str]]]]:
    """A region with locations to share, and the name, role and password of each desk."""
    with Server(settings=SETTINGS.format(most=max(60, desks + SPARE))) as pg:
        with psycopg.connect(pg.owner(), autocommit=True) as conn:
            conn.execute("CREATE DATABASE region")
        made = joining.init(pg.owner("region"), name="Twente", desks=tuple(f"Desk {n:03}" for n in range(desks)))
        with psycopg.connect(pg.owner("region"), autocommit=True) as conn:
            conn.execute(
                "INSERT INTO doorstroom.location (name, municipality, capacity)"
                " SELECT 'Hal ' || n, 'Almelo', %s FROM generate_series(0, %s) n",
                [CAPACITY, HALLS - 1],
            )
        yield pg, [(one.desk, one.role, one.password) for one in made.let_in]


def cpu_s(pg: Server) -> float:
    """Seconds of processor that its processes have used, and those of it that ended."""
    used = 0
    for pid in pg.processes:
        fields = _stat(pid)
        used += int(fields[11]) + int(fields[12])
    fields = _stat(pg.processes[0])
    return (used + int(fields[13]) + int(fields[14])) / _TICK


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["0"] * 20


def memory_kb(pg: Server) -> tuple[int, int]:
    """What all its processes have, shared pages counted once; and of that what is theirs alone."""
    whole = own = 0
    for pid in pg.processes:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
        whole += sizes["Pss"]
        own += sizes["Private_Clean"] + sizes["Private_Dirty"]
    return whole, own


@contextmanager
def pooled(pg: Server, desks: list[tuple[str, str, str]], mode: str) -> Iterator[dict[str, str]]:
    """Its address through PgBouncer, where that is installed; pools are of one role each."""
    program = shutil.which("pgbouncer")
    if program is None:
        raise SystemExit("PgBouncer is not installed: apt install pgbouncer")
    folder = Path(tempfile.mkdtemp(prefix="pool-", dir="/tmp"))
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    (folder / "users").write_text("".join(f'"{role}" "{password}"\n' for _name, role, password in desks))
    (folder / "ini").write_text(
        f"[databases]\nregion = host=127.0.0.1 port={pg.port} dbname=region\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = {folder}/users\npool_mode = {mode}\n"
        f"max_client_conn = {len(desks) + SPARE}\ndefault_pool_size = 1\nserver_idle_timeout = 5\n"
        f"ignore_startup_parameters = extra_float_digits\nlogfile = {folder}/log\n"
    )
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if os.getuid() == 0:
        shutil.chown(folder, "nobody")
    running = subprocess.Popen(
        [program, "-q", str(folder / "ini")], stdin=subprocess.DEVNULL, user="nobody" if os.getuid() == 0 else None
    )
    try:
        until = monotonic() + 10
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            assert monotonic() < until, "the pool does not answer"
            sleep(0.05)
        yield {"host": "127.0.0.1", "port": str(port), "dbname": "region"}
    finally:
        running.terminate()
        running.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)
