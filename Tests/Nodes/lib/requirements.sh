# shellcheck shell=bash
# Installs what is missing on the host to build and boot nodes.

install_requirements() {
    # shellcheck source=/dev/null
    [ "$(. /etc/os-release && echo "$VERSION_CODENAME")" = bookworm ] || fail "nodes are built on Debian 12 (bookworm)"
    local wanted=(mmdebstrap systemd-container rpm dnf createrepo-c dpkg-dev apt-utils zstd python3
        iproute2 openssh-client util-linux procps)
    local missing=() package
    for package in "${wanted[@]}"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    echo "installing: ${missing[*]}" >&2
    timeout 300 apt-get update -qq
    DEBIAN_FRONTEND=noninteractive timeout 600 \
        apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
