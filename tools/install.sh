#!/bin/bash
# Makes .venv with the locked dependencies and the `mezhved` command. Run by `make install`; safe to run again.
#
# What a bare Debian lacks is taken by apt where that is allowed (root, or sudo that asks for no password);
# where it is not, the set-up says what stays without and goes on.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/system.sh

# The lock file alone decides what is installed: no constraints, targets or paths that this machine happens to set.
export PIP_CONSTRAINT=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_USER PIP_REQUIREMENT PIP_BUILD_CONSTRAINT VIRTUAL_ENV

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_venv() {
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv --clear .venv
    elif apt_install python3-venv && "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv --clear .venv
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear --without-pip .venv
        "$python" -m pip --python .venv/bin/python install --quiet pip
    elif command -v uv >/dev/null; then
        uv venv --quiet --clear --seed --python "$python" .venv
    elif command -v virtualenv >/dev/null; then
        virtualenv --quiet --clear --python "$python" .venv
    else
        say "this Python can make no virtual environment: install python3-venv (or pip, uv, virtualenv) and call again" >&2
        exit 1
    fi
}

python=$(find_python) || {
    apt_install python3 || true
    python=$(find_python) || {
        say "Python 3.11 or newer is needed; name it by PYTHON=/path/to/python3" >&2
        exit 1
    }
}

if ! { [ -x .venv/bin/python ] && new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    say "making .venv with $("$python" --version)"
    make_venv
fi

say "installing the locked dependencies"
.venv/bin/python -m pip install --quiet --require-hashes -r requirements/dev.txt
# The fuzzer has wheels for few systems; without it `make fuzz` says so and the tests replay its corpus.
.venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/fuzz.txt 2>/dev/null ||
    say "no fuzzer (atheris) for this Python and system: the tests replay the kept corpus instead"

# The transform is compiled where a compiler and Python's headers are; everything works without, only slower.
headers=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("include"))')
if [ ! -e "$headers/Python.h" ] && [ "$(readlink -f .venv/bin/python)" = "$(readlink -f /usr/bin/python3)" ]; then
    apt_install python3-dev || say "no Python headers (Debian's python3-dev) and no right to install them"
fi
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .

if ! compgen -G '/usr/lib/*/engines-*/gost.so' >/dev/null; then
    apt_install libengine-gost-openssl || true
fi

# PDF is drawn by Pango, with a font that has Cyrillic letters; without them everything else works.
if ! .venv/bin/python -m tools.drawing 2>/dev/null; then
    apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core || true
fi

# The cabinet is tried in a real browser. It is large (about 400 MB) and for the tests alone: without it they say so
# and are skipped, everything else works.
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
    apt_install chromium || say "no chromium and no right to install it: the tests in a browser will be skipped"
fi

.venv/bin/python -m tools.report
touch .venv/.installed
