"""A real object store beside the tests: SeaweedFS with its S3 gateway, on loopback."""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

# Of all it can do, only what an S3 gateway needs is started, each part on a port of its own.
PARTS = (
    "master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port",
    "filer.port.grpc", "s3.port", "s3.port.grpc",
)  # fmt: skip
OFF = ("-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false")
WAITS = 300
KEYS = {
    "identities": [
        {
            "name": "tests",
            "credentials": [{"accessKey": "tests", "secretKey": "of the tests"}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
    ]
}


@pytest.fixture(scope="module")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run the store and return the options to reach it; its buckets are made when first named."""
    folder = tmp_path_factory.mktemp("objects")
    (folder / "keys.json").write_text(json.dumps(KEYS))
    ports = dict(zip(PARTS, free_ports(len(PARTS)), strict=True))
    command = [
        str(Path(sys.executable).with_name("weed")),
        "server",
        *(f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *("-filer", "-s3", "-s3.autoCreateBucket", f"-s3.config={folder}/keys.json", *OFF),
        *("-volume.max=4", "-master.volumeSizeLimitMB=64"),
        *(f"-filer.localSocket={folder}/filer.sock", f"-s3.localSocket={folder}/s3.sock"),
        *(f"-{part}={port}" for part, port in ports.items()),
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{ports['s3.port']}"
    try:
        wait_for(address, server)
        yield {
            "aws_access_key_id": "tests",
            "aws_secret_access_key": "of the tests",
            "aws_endpoint": address,
            "aws_region": "us-east-1",
            "aws_allow_http": "true",
            "aws_virtual_hosted_style_request": "false",
        }
    finally:
        server.kill()  # asked politely it first tidies up for half a minute
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(WAITS):
        assert server.poll() is None, "the object store ended before it answered"
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except urllib.error.HTTPError:
            return  # it answers, though not to somebody without a key
        except OSError:
            pass
        else:
            return
        time.sleep(0.1)
    raise AssertionError("the object store did not answer")
