# shellcheck shell=bash
# What both families have: a Debian root with the tools of admins, two admin accounts, and nothing that wakes up by itself.

# What somebody chose; all else in an image is there as a dependency.
chosen_packages=(bash coreutils systemd systemd-sysv dbus libpam-systemd openssh-server openssh-client sudo passwd
    iproute2 procps python3 perl vim nano ed less diffutils acl attr cron rsyslog logrotate curl libsqlite3-0)

# debian_root FOLDER PACKAGE…: the mirrors are those of the host.
debian_root() {
    local root=$1 sources=/etc/apt/sources.list.d/debian.sources
    shift
    [ -e "$sources" ] || sources=/etc/apt/sources.list
    local wanted=("${chosen_packages[@]}" "$@")
    timeout 600 mmdebstrap --quiet --variant=minbase --mode=root --format=directory --dpkgopt=force-unsafe-io \
        --include="$(IFS=, && echo "${wanted[*]}")" bookworm "$root" "$sources"
    rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/etc/{apt/apt.conf.d,dpkg/dpkg.cfg.d}/99mmdebstrap \
        "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/etc/ssh/ssh_host_*
}

# configure_root FOLDER ADMIN_GROUP
configure_root() {
    local root=$1 group=$2 admin timer
    chroot "$root" groupadd -f -r "$group"
    for admin in "${admins[@]}"; do
        chroot "$root" useradd -m -s /bin/bash -G "$group" "$admin"
    done
    echo "%$group ALL=(ALL:ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/admins"
    chmod 0440 "$root/etc/sudoers.d/admins"
    chmod 0644 "$root/etc/hostname" "$root/etc/resolv.conf"
    : >"$root/etc/resolv.conf" # a name server that does not answer costs ten seconds in each dnf run
    : >"$root/etc/machine-id"
    echo "LANG=C.UTF-8" >"$root/etc/default/locale"

    # They would load and change a node at a moment of their own.
    for timer in "$root"/etc/systemd/system/timers.target.wants/*; do
        chroot "$root" systemctl --quiet disable "${timer##*/}"
    done
}
