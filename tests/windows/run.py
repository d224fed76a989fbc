"""The program as officers have it, for Windows, run by Wine: `python3 tests/windows/run.py`.

It is compiled with the target x86_64-pc-windows-gnu and has to write the same bytes as the program for this machine,
make only what differs after an edit, leave a whole site behind when it is killed, keep two builds apart, and preview.
What is tried is the demonstration. `--tests` runs the tests of the library by Wine as well.

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
        if "--tests" in sys.argv:
            wine.tests()
        here, there = project(scratch, "here"), project(scratch, "there")
        native = [ROOT / "target/debug/site"]
        done(run(native, here, "build", "--today", TODAY))
        done(run(wine.site, there, "build", "--today", TODAY, env=wine.env))
        same_bytes(here / "public", there / "public")
        nothing_changed(wine, there)
        one_edit(wine, native, there)
        killed(wine, there)
        two_at_once(wine, there)
        preview(wine, there)
        wine.end()
    print("All passed.")


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
        run(self.site, scratch, "--version", env=self.env)
        libraries = scratch / "prefix/drive_c/windows/system32"
        if not (libraries / "bcryptprimitives.dll").exists():
            source = scratch / "random.c"
            source.write_text(RANDOM)
            library = libraries / "bcryptprimitives.dll"
            subprocess.run(["x86_64-w64-mingw32-gcc", "-shared", "-o", library, source, "-ladvapi32"], check=True)
        version = run(self.site, scratch, "--version", env=self.env)
        assert version.stdout.startswith("site "), version

    def tests(self):
        listed = ["cargo", "test", "--locked", "--target", TARGET, "--lib", "--no-run", "--message-format", "short"]
        told = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stderr
        [binary] = re.findall(r"Executable .*\((.*\.exe)\)", told)
        shutil.copy(ROOT / binary, self.folder / "tests.exe")
        subprocess.run(["wine", self.folder / "tests.exe"], cwd=ROOT, env=self.env, check=True)

    def kill(self):
        # By a regular expression that does not match the command it stands in.
        subprocess.run(["pkill", "-9", "-f", f"{self.folder}/sit[e].exe"], check=False)

    def end(self):
        subprocess.run(["wineserver", "-k"], env=self.env, check=False)


def project(scratch, name):
    folder = Path(scratch) / name
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
    told = done(run(wine.site, folder, "build", "--today", TODAY, env=wine.env))
    assert "新增 0，修改 0，删除 0" in told, told
    assert before == {path: path.stat().st_mtime_ns for path in (folder / "public").rglob("*")}
    print("ok     nothing is written where nothing changed")


def edit(folder, text):
    with open(folder / EDITED, "a", encoding="utf-8", newline="\r\n") as page:
        page.write(f"\n{text}\n")


def one_edit(wine, native, folder):
    edit(folder, "又写了一句。")
    told = done(run(wine.site, folder, "build", "--today", TODAY, env=wine.env))
    changed = int(re.search("修改 ([0-9]+)", told)[1])
    assert 0 < changed < 40, told
    verified = done(run(wine.site, folder, "verify", env=wine.env))
    # Whoever verifies, and wherever.
    assert verified == done(run(native, folder, "verify")), verified
    print(f"ok     after an edit {changed} files are other ones, and the fingerprint is the same on both systems")


def killed(wine, folder):
    chance, stopped = random.Random(7), 0
    for number in range(KILLS):
        edit(folder, f"第 {number} 次被打断。")
        words = [str(word) for word in [*wine.site, "build", "--today", TODAY]]
        building = subprocess.Popen(words, cwd=folder, env=wine.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 2))
        wine.kill()
        stopped += building.wait() != 0
        done(run(wine.site, folder, "list", env=wine.env))
        done(run(wine.site, folder, "verify", env=wine.env))
    done(run(wine.site, folder, "build", "--today", TODAY, env=wine.env))
    left = [path.name for path in folder.iterdir() if path.name.startswith(".public") and "lock" not in path.name]
    assert not left, left
    assert stopped > KILLS / 4, f"only {stopped} builds were still at work"
    print(f"ok     a whole site stands after {stopped} builds that were killed")


def two_at_once(wine, folder):
    edit(folder, "两个一起。")
    words = [str(word) for word in [*wine.site, "build", "--today", TODAY]]
    both = [subprocess.Popen(words, cwd=folder, env=wine.env, stdout=subprocess.PIPE, encoding="utf-8") for _ in "ab"]
    told = [one.communicate(timeout=PATIENCE)[0] for one in both]
    codes = sorted(one.returncode for one in both)
    # One that came when the other had ended finds nothing to do.
    assert codes == [0, 0] or (codes == [0, 1] and any("E305" in text for text in told)), (codes, told)
    done(run(wine.site, folder, "verify", env=wine.env))
    print(f"ok     two builds at once end with {codes}")


def preview(wine, folder):
    words = [str(word) for word in [*wine.site, "serve", "--today", TODAY, "--port", "8231"]]
    serving = subprocess.Popen(words, cwd=folder, env=wine.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
