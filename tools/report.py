"""Say with what the set-up works: which GOST provider, and whether the transform is compiled."""

from __future__ import annotations

import sys

from mezhved.gost import load_provider
from mezhved.smev3 import transform
from tools import drawing


def main() -> None:
    """Print one line per choice, in the words of the set-up."""
    write = sys.stdout.write
    if load_provider("auto").name == "openssl":
        write("mezhved: GOST cryptography by OpenSSL's gost-engine\n")
    else:
        write(
            "mezhved: no gost-engine (Debian's libengine-gost-openssl) here and no right to install it: "
            "going on with the pure Python provider, which is right but slow\n"
        )
    if transform.IMPLEMENTATION == "compiled":
        write("mezhved: the signature transform is compiled\n")
    else:
        write("mezhved: the signature transform could not be compiled: its pure Python form is used\n")
    problem = drawing.problem()
    write(f"mezhved: {problem}\n" if problem else "mezhved: documents can be printed as PDF\n")


if __name__ == "__main__":
    main()
