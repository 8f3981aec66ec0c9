#!/usr/bin/env python3
"""Builds what a release holds, for one target: an archive with the program, licences, README, manual pages and completions.

    scripts/package.py --target x86_64-unknown-linux-musl --out dist   # one archive; needs that target's standard library
    scripts/package.py --wheel maturin --out dist                       # the wheel of this machine's target, by maturin
    scripts/package.py --sdist maturin --out dist                       # the sources, for pip on other machines
    scripts/package.py --sums dist                                      # SHA256SUMS of all that is there
    scripts/package.py --is-version 1.2.3                               # whether everything says so

Programs for Linux are static, with glibc as with musl, and run on any distribution; those for Windows need no runtime. The same sources give the same archive:
names are sorted, and times are SOURCE_DATE_EPOCH, or the first day of 1980.
"""

import argparse
import gzip
import hashlib
import io
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHELLS = {"bash": "preflight.bash", "zsh": "_preflight", "fish": "preflight.fish", "powershell": "_preflight.ps1"}
BESIDE = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"]


def version():
    """The version in Cargo.toml."""
    return re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.M).group(1)


def host():
    """The target that this machine's compiler builds for."""
    out = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return re.search(r"^host: (.*)$", out, re.M).group(1)


def flags(target):
    """The environment in which a target is built."""
    environment = dict(os.environ)
    if "-linux-" in target or target.endswith("-msvc"):
        before = environment.get("RUSTFLAGS", "").split()
        environment["RUSTFLAGS"] = " ".join([*before, "-C", "target-feature=+crt-static"])
    return environment


def build(target):
    """Builds the program; where it is."""
    command = ["cargo", "build", "--release", "--locked", "--target", target]
    subprocess.run(command, check=True, cwd=ROOT, env=flags(target))
    folder = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return folder / target / "release" / ("preflight.exe" if "windows" in target else "preflight")


def contents(program):
    """What the archive holds: name, bytes, and whether it is run."""
    yield program.name, program.read_bytes(), True
    for name in BESIDE:
        yield name, (ROOT / name).read_bytes(), False
    for shell, name in SHELLS.items():
        out = subprocess.run([program, "completions", shell], check=True, capture_output=True).stdout
        yield f"completions/{name}", out, False
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "man", "--into", folder], check=True)
        for page in pathlib.Path(folder).iterdir():
            yield f"man/man1/{page.name}", page.read_bytes(), False


def tar(path, folder, files, when):
    """Writes a tar.gz."""
    with (
        open(path, "wb") as out,
        gzip.GzipFile("", "wb", 9, out, when) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, data, run in files:
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size, info.mtime, info.mode = len(data), when, 0o755 if run else 0o644
            archive.addfile(info, io.BytesIO(data))


def zipped(path, folder, files, when):
    """Writes a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, run in files:
            info = zipfile.ZipInfo(f"{folder}/{name}", time.gmtime(when)[:6])
            info.external_attr = (0o755 if run else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)


def package(target, out):
    """Builds a target and packs it; where the archive is."""
    program = build(target)
    when = max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800)
    folder = f"preflight-{version()}-{target}"
    files = sorted(contents(program))
    out.mkdir(parents=True, exist_ok=True)
    path = out / (folder + (".zip" if "windows" in target else ".tar.gz"))
    (zipped if "windows" in target else tar)(path, folder, files, when)
    return path


def wheel(maturin, target, out):
    """Builds the wheel of a target, of the same program as the archive's."""
    command = [maturin, "build", "--release", "--locked", "--target", target, "--out", out.resolve()]
    subprocess.run(command, check=True, cwd=ROOT, env=flags(target))


def sdist(maturin, out):
    """Packs the sources from which pip builds where there is no wheel."""
    subprocess.run([maturin, "sdist", "--out", out.resolve()], check=True, cwd=ROOT)


def is_version(wanted):
    """Holds every place that names the version against one."""
    hooks = (ROOT / "pre-commit" / "pyproject.toml").read_text(encoding="utf-8")
    job = (ROOT / "templates" / "preflight.gitlab-ci.yml").read_text(encoding="utf-8")
    said = {
        "Cargo.toml": version(),
        "the version in pre-commit/pyproject.toml": re.search(r'^version = "(.*)"$', hooks, re.M).group(1),
        "the wheel of pre-commit/pyproject.toml": re.search(r'"policy-preflight==(.*)"', hooks).group(1),
        "templates/preflight.gitlab-ci.yml": re.search(r'PREFLIGHT_VERSION: "(.*)"', job).group(1),
    }
    wrong = [f"{place} says {own}" for place, own in said.items() if own != wanted]
    if wrong:
        sys.exit(f"the version is {wanted}, but " + ", ".join(wrong))


def sums(folder):
    """Writes SHA256SUMS of the files of a folder; where it is."""
    path = folder / "SHA256SUMS"
    files = sorted(file for file in folder.iterdir() if file.is_file() and file != path)
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    if not lines:
        sys.exit(f"{folder} holds nothing")
    path.write_bytes("".join(lines).encode())
    return path


def main():
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", help="what is built; this machine's where nothing is said")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("dist"), help="where the archive goes")
    parser.add_argument("--wheel", metavar="MATURIN", help="build the wheel instead")
    parser.add_argument("--sdist", metavar="MATURIN", help="pack the sources instead")
    parser.add_argument("--sums", type=pathlib.Path, metavar="FOLDER", help="write SHA256SUMS of a folder instead")
    parser.add_argument("--is-version", metavar="VERSION", help="only hold the version against what is said everywhere")
    arguments = parser.parse_args()
    target, out = arguments.target or host(), arguments.out
    if arguments.is_version:
        is_version(arguments.is_version)
    elif arguments.sums:
        print(sums(arguments.sums))
    elif arguments.sdist:
        sdist(arguments.sdist, out)
    elif arguments.wheel:
        wheel(arguments.wheel, target, out)
    else:
        print(package(target, out))


if __name__ == "__main__":
    main()
