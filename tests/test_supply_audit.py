"""Known vulnerabilities are named where a service answers, and where none does that is said, by the real pip-audit."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.supply.audit import asked, audit, read
from tests.supply.constraints import CONSTRAINTS, ROOT, NotMade

LIST = f"jinja2==3.1.2 --hash=sha256:{64 * 'a'}\nzipp==4.1.2 --hash=sha256:{64 * 'b'}\n"


def fault(name: str) -> dict[str, object]:
    """A vulnerability as OSV tells of it."""
    affected = {
        "package": {"name": name, "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.3"}]}],
    }
    return {"id": "PYSEC-2024-1", "summary": "a fault", "aliases": ["CVE-2024-1"], "affected": [affected]}


@contextmanager
def service(vulnerable: str, status: int = 200) -> Iterator[str]:
    """A service that speaks as OSV does and knows of one library with a fault; gives its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = question["package"]["name"]
            answer = json.dumps({"vulns": [fault(name)]} if name == vulnerable else {}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


def osv(address: str) -> tuple[str, ...]:
    return ("--vulnerability-service=osv", f"--osv-url={address}")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "constraints.txt"
    path.write_text(LIST)
    return path


def test_a_vulnerable_release_is_named_and_fails_the_audit(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with service("jinja2") as address:
        assert audit([osv(address)], file) == 1
    named, counted = capsys.readouterr().out.splitlines()
    assert named == "vulnerable: jinja2 3.1.2: PYSEC-2024-1, mended in 3.1.3"
    assert counted == "audited: 2 of 2 releases, 1 known vulnerabilities"


def test_releases_without_a_known_fault_pass_and_are_counted() -> None:
    """Of the program's own list, by the command as the checks give it."""
    with service("none") as address:
        run = subprocess.run(
            [sys.executable, "-m", "tests.supply", "--audit", "--osv", address],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    count = (ROOT / CONSTRAINTS).read_text("utf-8").count("==")
    assert (run.returncode, run.stdout) == (
        0,
        f"audited: {count} of {count} releases, no known vulnerabilities\n",
    ), run.stderr


def test_where_no_service_answers_it_is_said_that_nothing_was_audited(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with service("jinja2") as address:
        pass
    with service("jinja2", status=503) as broken:
        assert audit([osv(address), osv(broken)], file) == 0
    assert capsys.readouterr().out.startswith("NOT audited: no service of vulnerabilities answered")


def test_the_next_service_is_asked_where_the_first_does_not_answer(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with service("none") as gone:
        pass
    with service("zipp") as address:
        assert audit([osv(gone), osv(address)], file) == 1
    assert "zipp 4.1.2" in capsys.readouterr().out


def test_an_audit_that_goes_wrong_by_itself_does_not_pass_as_one_without_an_answer(file: Path) -> None:
    with pytest.raises(NotMade, match="pip-audit ended with"):
        asked(("--no-such-option",), file)


def test_a_release_the_service_does_not_know_does_not_count_as_audited() -> None:
    found = read([{"name": "zipp", "skip_reason": "not found"}, {"name": "rich", "version": "15.0.0", "vulns": []}])
    assert (found.releases, found.unknown, found.vulnerable) == (1, ("zipp",), ())
