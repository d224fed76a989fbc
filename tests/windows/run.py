"""The program as officers have it, for Windows, run by Wine: `python3 tests/windows/run.py`.

It is compiled with the target x86_64-pc-windows-gnu and has to write the same bytes as the program for this machine,
make only what differs after an edit, leave a whole site behind when it is killed, keep two builds apart, and preview.
What is tried is the demonstration.

Needed: `rustup target add x86_64-pc-windows-gnu`, gcc-mingw-w64-x86-64 and wine64 (Debian's names). `.ci/run` does not
call this: it compiles everything a second time.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = "x86_64-pc-windows-gnu"
TODAY = "2022-09-20"
BUILD = ["build", "--today", TODAY]
EDITED = "content/news/jinzhong-tasters.md"
KILLS = 20
PATIENCE = 300

# Wine before 9 lacks this library, from which Rust takes random numbers.
RANDOM = """
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) { return SystemFunction036(bytes, (ULONG)count); }
"""


def main():
    for program in ["cargo", "x86_64-w64-mingw32-gcc", "wine"]:
        if not shutil.which(program):
            sys.exit(f"there is no {program}; see the head of this file")
    subprocess.run(["cargo", "build", "--locked"], cwd=ROOT, check=True)
    subprocess.run(["cargo", "build", "--locked", "--target", TARGET], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(prefix="site-windows-", ignore_cleanup_errors=True) as scratch:
        wine = Wine(Path(scratch))
        try:
            tried(Path(scratch), wine)
        finally:
            wine.end()
    print("All passed.")


def tried(scratch, wine):
    here, there = project(scratch, "here"), project(scratch, "there")
    native = [ROOT / "target/debug/site"]
    done(run(native, here, *BUILD))
    wine.says(there, *BUILD)
    same_bytes(here / "public", there / "public")
    nothing_changed(wine, there)
    one_edit(wine, native, there)
    killed(wine, there)
    two_at_once(wine, there)
    preview(wine, there)


class Wine:
    """A Windows of its own with the program in it."""

    def __init__(self, scratch):
        self.folder = scratch / "bin"
        self.folder.mkdir()
        shutil.copy(ROOT / "target" / TARGET / "debug/site.exe", self.folder)
        self.env = {**os.environ, "WINEPREFIX": str(scratch / "prefix"), "WINEARCH": "win64", "WINEDEBUG": "-all",
                    "DISPLAY": ""}
        self.site = ["wine", self.folder / "site.exe"]
        # The first start makes the prefix; what it says does not count, for want of the library.
        self.run(scratch, "--version")
        libraries = scratch / "prefix/drive_c/windows/system32"
        if not (libraries / "bcryptprimitives.dll").exists():
            source = scratch / "random.c"
            source.write_text(RANDOM)
            library = libraries / "bcryptprimitives.dll"
            subprocess.run(["x86_64-w64-mingw32-gcc", "-shared", "-o", library, source, "-ladvapi32"], check=True)
        version = self.says(scratch, "--version")
        assert version.startswith("site "), version

    def run(self, folder, *words):
        return run(self.site, folder, *words, env=self.env)

    def says(self, folder, *words):
        return done(self.run(folder, *words))

    def start(self, folder, *words, out=subprocess.DEVNULL):
        words = [str(word) for word in [*self.site, *words]]
        return subprocess.Popen(words, cwd=folder, env=self.env, stdout=out, stderr=subprocess.DEVNULL, encoding="utf-8")

    def kill(self):
        # By a regular expression that does not match the command it stands in.
        subprocess.run(["pkill", "-9", "-f", f"{self.folder}/sit[e].exe"], check=False)

    def end(self):
        subprocess.run(["wineserver", "-k"], env=self.env, check=False)


def project(scratch, name):
    folder = scratch / name
    for part in ["content", "themes"]:
        shutil.copytree(ROOT / part, folder / part)
    return folder


def run(program, folder, *words, env=None):
    words = [str(word) for word in [*program, *words]]
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, encoding="utf-8", errors="replace",
                          timeout=PATIENCE)


def done(result):
    """What a command said that must have gone well."""
    if result.returncode:
        sys.exit(f"{result.args} ended with {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout + result.stderr


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def same_bytes(here, there):
    one, other = files(here), files(there)
    differing = sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
    if differing:
        sys.exit(f"{len(differing)} files are not the same on both systems: {differing[:10]}")
    print(f"ok     the same bytes on both systems ({len(one)} files)")


def nothing_changed(wine, folder):
    before = {path: path.stat().st_mtime_ns for path in (folder / "public").rglob("*")}
    told = wine.says(folder, *BUILD)
    assert "新增 0，修改 0，删除 0" in told, told
    assert before == {path: path.stat().st_mtime_ns for path in (folder / "public").rglob("*")}
    print("ok     nothing is written where nothing changed")


def edit(folder, text):
    with open(folder / EDITED, "a", encoding="utf-8", newline="\r\n") as page:
        page.write(f"\n{text}\n")


def one_edit(wine, native, folder):
    edit(folder, "又写了一句。")
    told = wine.says(folder, *BUILD)
    changed = int(re.search("修改 ([0-9]+)", told)[1])
    assert 0 < changed < 40, told
    verified = wine.says(folder, "verify")
    # Whoever verifies, and wherever.
    assert verified == done(run(native, folder, "verify")), verified
    print(f"ok     after an edit {changed} files are other ones, and the fingerprint is the same on both systems")


def killed(wine, folder):
    chance, stopped = random.Random(7), 0
    for number in range(KILLS):
        edit(folder, f"第 {number} 次被打断。")
        building = wine.start(folder, *BUILD)
        time.sleep(chance.uniform(0.3, 2))
        wine.kill()
        stopped += building.wait() != 0
        wine.says(folder, "list")
        wine.says(folder, "verify")
    wine.says(folder, *BUILD)
    left = [path.name for path in folder.iterdir() if path.name.startswith(".public") and "lock" not in path.name]
    assert not left, left
    assert stopped > KILLS / 4, f"only {stopped} builds were still at work"
    print(f"ok     a whole site stands after {stopped} builds that were killed")


def two_at_once(wine, folder):
    # One that comes when the other has ended finds nothing to do, so that it may take more than one attempt.
    for attempt in range(10):
        edit(folder, f"两个一起，第 {attempt} 次。")
        both = [wine.start(folder, *BUILD, out=subprocess.PIPE) for _ in "ab"]
        told = [one.communicate(timeout=PATIENCE)[0] for one in both]
        codes = sorted(one.returncode for one in both)
        wine.says(folder, "verify")
        if codes == [0, 1] and any("E305" in text for text in told):
            print("ok     of two builds at once one is refused")
            return
        assert codes == [0, 0], (codes, told)
    sys.exit("two builds were never kept apart")


def preview(wine, folder):
    serving = wine.start(folder, "serve", "--today", TODAY, "--port", "8231")
    try:
        page = "http://127.0.0.1:8231/news/jinzhong-tasters/index.html"
        until(lambda: "两个一起" in fetched(page))
        edit(folder, "预览里看得见。")
        until(lambda: "预览里看得见" in fetched(page))
    finally:
        wine.kill()
        serving.wait()
    print("ok     the preview follows an edit")


def fetched(page):
    try:
        return urllib.request.urlopen(page, timeout=5).read().decode()
    except OSError:
        return ""


def until(holds):
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > 60:
            sys.exit("the preview does not show what was written")
        time.sleep(0.2)


if __name__ == "__main__":
    main()
