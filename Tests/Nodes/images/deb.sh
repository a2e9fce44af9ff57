# shellcheck shell=bash
# A dpkg-managed root. Needs base.sh.

build_image() { # FOLDER SCRATCH
    local root=$1 taken
    debian_root "$root" apt apt-utils adduser python3-apt
    configure_root "$root" sudo

    # mmdebstrap marks every package of its first stage as chosen.
    chroot "$root" apt-mark auto '.*' >/dev/null
    chroot "$root" apt-mark manual "${chosen_packages[@]}" apt apt-utils adduser python3-apt >/dev/null
    taken=$(chroot "$root" apt-get --simulate --quiet=2 autoremove | sed -n 's/^Remv \([^ ]*\).*/\1/p')
    if [ -n "$taken" ]; then
        # shellcheck disable=SC2086
        chroot "$root" apt-mark manual $taken >/dev/null
    fi
    echo "deb [trusted=yes] file:/srv/packages ./" >"$root/etc/apt/sources.list.d/weft.list"
}

# What depends on the repository: its lists, as on a machine that has run for a while.
learn_repository() { # FOLDER
    chroot "$1" apt-get update -qq
}
