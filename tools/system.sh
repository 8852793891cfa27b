# Sourced by tools/install.sh: packages of Debian, taken where apt is there and allowed.

say() { printf '%s\n' "mezhved: $*"; }

# How to run apt-get: "", "sudo -n", or nothing at all (return 1).
apt_prefix() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        echo "env"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        echo "sudo -n env"
    else
        return 1
    fi
}

# apt_install PACKAGE...: 0 when installed. Lists are fetched only when the package cannot be had without.
apt_install() {
    local prefix
    prefix=$(apt_prefix) || return 1
    say "installing Debian's $*"
    local install="$prefix DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends"
    $install "$@" >/dev/null 2>&1 && return 0
    $prefix apt-get update -qq >/dev/null 2>&1
    $install "$@" >/dev/null
}
