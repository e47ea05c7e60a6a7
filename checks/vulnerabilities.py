"""Known vulnerabilities of what constraints.txt pins: ``nox -s vulnerabilities``.

It asks the package index that uv is set up for, about each version, and keeps the
answers in `ANSWERS`. With ``--offline`` it asks nobody and reads what was kept. It ends
with status 1 if a version is vulnerable or was withdrawn; where ``CI`` is set, also if
the index does not know it, as some mirrors know the newest versions only.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PINS = Path("constraints.txt")
ANSWERS = Path(".nox/vulnerabilities.json")

#: Questions that are asked at a time, and how long an answer may take, in seconds.
AT_A_TIME = 4
PATIENCE = 30


def pinned(text: str) -> dict[str, str]:
    """Return the version of each name in a list of requirements."""
    return dict(re.findall(r"^([\w.-]+)==([\w.!+-]+)", text, re.MULTILINE))


def index() -> str:
    """Return the address of the index, without its last part."""
    command = ["uv", "pip", "compile", "--quiet", "--emit-index-url", "-"]
    done = subprocess.run(command, input="", capture_output=True, text=True, check=True)
    found = re.search(r"^--index-url (\S+?)/simple/?$", done.stdout, re.MULTILINE)
    if found is None:
        sys.exit("uv names no index that could be asked")
    return found[1]


def ask(address: str) -> Any:  # noqa: ANN401 - whatever JSON it is
    """Return what the index answers, or None if it has no answer."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - it is the index's that uv names
            return json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        raise


def look_up(base: str, name: str, version: str) -> dict[str, Any] | None:
    """Return what an index knows of a version: its vulnerabilities, its withdrawal."""
    said = ask(f"{base}/pypi/{name}/{version}/json")
    if said is None:  # some mirrors only tell of the newest version
        said = ask(f"{base}/pypi/{name}/json")
    if said is None or said["info"]["version"] != version:
        return None
    return {
        "version": version,
        "withdrawn": said["info"].get("yanked") or False,
        "vulnerabilities": [
            {key: each.get(key) for key in ("id", "summary", "details", "fixed_in")}
            for each in said["vulnerabilities"]
            if not each.get("withdrawn")
        ],
    }


def is_unknown(version: str, known: dict[str, Any] | None) -> bool:
    """Tell whether the index has said nothing of a version."""
    return known is None or known["version"] != version


def troubles(pins: dict[str, str], answers: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each version that should not be used."""
    for name, version in pins.items():
        known = answers.get(name)
        if known is None or is_unknown(version, known):
            continue
        if known["withdrawn"]:
            yield f"{name} {version}: it was withdrawn"
        for each in known["vulnerabilities"]:
            what = each["summary"] or (each["details"] or "").partition("\n")[0]
            mended = ", ".join(each["fixed_in"] or []) or "no version"
            yield f"{name} {version}: {each['id']}, mended in {mended}: {what}"


def main(arguments: list[str]) -> int:
    """Print what is known against a version; return 1 if there is something."""
    parser = argparse.ArgumentParser(prog="vulnerabilities")
    parser.add_argument("--offline", action="store_true", help="read what was kept")
    pins = pinned(PINS.read_text(encoding="utf-8"))
    if not parser.parse_args(arguments).offline:
        base = index()
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            told = pool.map(lambda pin: look_up(base, *pin), pins.items())
            kept = {
                "asked": datetime.now(UTC).isoformat(timespec="seconds"),
                "answers": dict(zip(pins, told, strict=True)),
            }
        ANSWERS.parent.mkdir(exist_ok=True)
        ANSWERS.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    elif not ANSWERS.is_file():
        sys.exit("no answers were kept: run `nox -s vulnerabilities` with a network")
    kept = json.loads(ANSWERS.read_text(encoding="utf-8"))
    found = list(troubles(pins, kept["answers"]))
    unknown = [
        f"{name} {version}: the index has said nothing of it"
        for name, version in pins.items()
        if is_unknown(version, kept["answers"].get(name))
    ]
    for line in (*found, *unknown):
        print(line)
    numbers = f"{len(found)} troubles, {len(unknown)} unknown"
    print(f"{len(pins)} versions, {numbers}; asked {kept['asked']}")
    return 1 if found or (unknown and "CI" in os.environ) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
