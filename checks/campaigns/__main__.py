"""Run campaigns: all of them in full, one as it is asked for, or the gate's part."""

import pkgutil
import subprocess
import sys

import checks.campaigns

NAMES = sorted(
    module.name
    for module in pkgutil.iter_modules(checks.campaigns.__path__)
    if not module.name.startswith("_")
)

# The gate's part: how many cases of each. What is not here is not in the gate, as it
# measures times, or runs what the gate runs anyway.
QUICK = {
    "clock_programs": ["--count", "150"],
    "loop_programs": ["--count", "150"],
    "mutants": ["--count", "20"],
    "recordings": ["--count", "100", "--seed", "20200"],
}


def main(arguments: list[str]) -> int:
    """Run what is asked for, and say what came of each."""
    match arguments:
        case []:
            chosen: dict[str, list[str]] = {name: [] for name in NAMES}
        case ["--quick"]:
            chosen = {name: QUICK[name] for name in NAMES if name in QUICK}
        case [name, *options] if name in NAMES:
            chosen = {name: options}
        case _:
            print(f"campaigns: --quick, or a name: {', '.join(NAMES)}", file=sys.stderr)
            return 2
    failed = []
    for name, options in chosen.items():
        print(f"== {name} {' '.join(options)}", flush=True)
        command = [sys.executable, "-m", f"checks.campaigns.{name}", *options]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed {failed or ''}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
