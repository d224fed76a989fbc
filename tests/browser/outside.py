"""Programs of others that judge the site: fetched once from their registries, and only as `outside.lock.json` knows them."""

import base64
import hashlib
import io
import json
import shutil
import sys
import tarfile
import threading
import time
import urllib.request
from pathlib import Path

from chromium import Failure
from house import ROOT

ATTEMPTS = 4
# Two tests may want the same at once.
FETCHING = threading.Lock()
LOCK = json.loads((Path(__file__).parent / "outside.lock.json").read_text(encoding="utf-8"))


def package(name):
    """The package as it was published, below `target`; what comes has to have the known hash."""
    with FETCHING:
        return _package(name)


def _package(name):
    known = LOCK[name]
    kept = ROOT / "target" / known["address"].rsplit("/", 1)[1]
    if not kept.is_file():
        data = fetched(known["address"])
        kept.parent.mkdir(exist_ok=True)
        # Whole or not at all, whoever interrupts.
        half = kept.with_suffix(".half")
        half.write_bytes(data)
        half.replace(kept)
    hashed = base64.b64encode(hashlib.sha512(kept.read_bytes()).digest()).decode()
    if f"sha512-{hashed}" != known["integrity"]:
        kept.unlink()
        raise Failure(f"{known['address']} is not what it was")
    return kept


def fetched(address):
    """The bytes behind an address; registries may be away for a moment."""
    for attempt in range(ATTEMPTS):
        try:
            with urllib.request.urlopen(address, timeout=120) as answer:
                return answer.read()
        except OSError as error:
            if attempt + 1 == ATTEMPTS:
                raise Failure(f"{address} cannot be fetched: {error}") from None
            time.sleep(5 * (attempt + 1))


def member(name, path):
    """The bytes of one file of an npm package."""
    with tarfile.open(fileobj=io.BytesIO(package(name).read_bytes())) as archive:
        return archive.extractfile(f"package/{path}").read()


def imported(name, *others):
    """A Python package with those it needs, straight from their wheels."""
    for each in (name, *others):
        wheel = str(package(each))
        if wheel not in sys.path:
            sys.path.append(wheel)
    return __import__(name)


def checker(scratch):
    """How the Nu Html Checker is called, whose jar also holds Jing."""
    if not shutil.which("java"):
        raise Failure("java is not installed: install default-jre-headless (`.ci/run` does)")
    jar = scratch / "vnu.jar"
    if not jar.is_file():
        jar.write_bytes(member("vnu-jar", "build/dist/vnu.jar"))
    return ["java", "-Xss4m", "-cp", str(jar)]
