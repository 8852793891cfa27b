"""Whether documents can be printed here: exit code 0 where Pango and a font with Cyrillic letters are."""

from __future__ import annotations

import shutil
import subprocess
import sys

from mezhved.infotypes.rendering import pdf_problem


def problem() -> str | None:
    """Return what is missing for PDF, None where nothing is."""
    missing = pdf_problem()
    if missing is not None:
        return str(missing)
    listing = shutil.which("fc-list")
    if listing is None:
        return None
    found = subprocess.run([listing, ":lang=ru", "family"], capture_output=True, check=False)  # noqa: S603
    if found.returncode == 0 and not found.stdout.strip():
        return "no font here has Cyrillic letters: PDF will show boxes (install Debian's fonts-dejavu-core)"
    return None


if __name__ == "__main__":
    sys.exit(problem() is not None)
