"""Grade a directory of golden cases: python -m tests.golden DIRECTORY."""

import sys
from pathlib import Path

from tests.golden.running import run

SHOWN = 5


def main(directory: Path) -> int:
    """Print every failure, then one line of counts; 1 if any failed or none was graded."""
    passed = failed = 0
    for result in run(directory):
        if result.passed:
            passed += 1
            continue
        failed += 1
        for wrong in result.mismatches[:SHOWN]:
            print(  # noqa: T201 - the output of this program
                f"{result.case}/{result.expectation} {wrong.field}: reference {wrong.reference}, "
                f"value {wrong.value}, relative error {wrong.relative_error:.3g}"
            )
    print(f"{passed + failed} expectations, {passed} passed, {failed} failed")  # noqa: T201
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.golden DIRECTORY")
    sys.exit(main(Path(sys.argv[1])))
