# shellcheck shell=bash
# An rpm-managed root: the packages of a Debian root become rpm packages, and dnf installs those into a new root, so
# that database, history and reasons are as dnf makes them. dpkg and apt stay behind. Needs base.sh.

build_image() { # FOLDER SCRATCH
    local root=$1 scratch=$2
    local source=$scratch/debian packages=$scratch/packages
    debian_root "$source" rpm dnf
    configure_root "$source" wheel
    configure_rpm "$source"

    "$here/images/rpm-convert.py" "$source" "$scratch" "${chosen_packages[@]}" rpm dnf
    rpmbuild -bb --quiet --define "_topdir $scratch/rpmbuild" --define "_rpmdir $packages" \
        --define "_binary_payload w.ufdio" "$scratch/base.spec"
    rm -rf "$scratch/rpmbuild"
    createrepo_c --quiet "$packages"

    # The first package brings these two and has files that belong to the group shadow already.
    install -D -m 0644 -t "$root/etc" "$source/etc/passwd" "$source/etc/group"
    # Debian's rpm keeps its database below the home folder unless told.
    echo "%_dbpath /var/lib/rpm" >"$scratch/.rpmmacros"
    # shellcheck disable=SC2046
    HOME=$scratch dnf -y --quiet --installroot "$root" --releasever 9 --setopt reposdir=/nowhere \
        --setopt keepcache=0 --repofrompath "base,file://$packages" --repo base --nogpgcheck \
        install $(cat "$scratch/chosen")
    rm -rf "$packages" "$root"/var/cache/dnf "$root"/var/log/{dnf,hawkey}*

    # What Debian's maintainer scripts made belongs to no package; nothing of it may be overwritten with what does.
    tar -C "$source" --create --null --no-recursion --xattrs --acls --files-from "$scratch/unowned" |
        tar -C "$root" --extract --xattrs --acls --same-owner --skip-old-files
    rm -rf "$source"
}

configure_rpm() { # FOLDER
    local root=$1
    mkdir -p "$root"/etc/{rpm,yum.repos.d} "$root"/var/lib/{rpm,alternatives} "$root/usr/libexec"
    echo "%_dbpath /var/lib/rpm" >"$root/etc/rpm/macros"
    cat >"$root/etc/dnf/dnf.conf" <<'CONF'
[main]
gpgcheck=1
installonly_limit=3
clean_requirements_on_remove=True
best=True
skip_if_unavailable=False
CONF
    cat >"$root/etc/yum.repos.d/weft.repo" <<'CONF'
[weft]
name=Packages of Weft's tests
baseurl=file:///srv/packages
gpgcheck=0
CONF
    rm "$root/etc/debian_version"
    # So that tools take their way for RHEL; ansible looks for names of distributions in the whole text.
    cat >"$root/usr/lib/os-release" <<'TEXT'
NAME="RedHat"
PRETTY_NAME="Weft test node managed by rpm"
ID=rhel
ID_LIKE="fedora"
VERSION_ID="9.0"
TEXT
    # As on RHEL: what is enabled now is so by preset, a unit that a package brings stays disabled until somebody acts.
    chroot "$root" systemctl list-unit-files --state=enabled --no-legend | sed 's/^\([^ ]*\).*/enable \1/' \
        >"$root/usr/lib/systemd/system-preset/85-default.preset"
    echo "disable *" >"$root/usr/lib/systemd/system-preset/99-default-disable.preset"

    mv "$root/usr/bin/update-alternatives" "$root/usr/libexec/"
    mv "$root"/var/lib/dpkg/alternatives/* "$root/var/lib/alternatives/"
    cat >"$root/usr/sbin/alternatives" <<'SH'
#!/bin/sh
exec /usr/libexec/update-alternatives --admindir /var/lib/alternatives "$@"
SH
    chmod 0755 "$root/usr/sbin/alternatives"
    ln -s dnf-3 "$root/usr/bin/yum"
    ln -s alternatives "$root/usr/sbin/update-alternatives"
}

learn_repository() { # FOLDER
    chroot "$1" dnf --quiet makecache
}
