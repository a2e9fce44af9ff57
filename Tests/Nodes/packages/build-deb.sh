# shellcheck shell=bash
# A description as a Debian package. Needs describe.sh.

build_package() { # FOLDER NAME VERSION
    mkdir "$tree/DEBIAN"
    write_control "$2" "$3" >"$tree/DEBIAN/control"
    write_conffiles >"$tree/DEBIAN/conffiles"
    (cd "$tree" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    local script
    for script in preinst postinst prerm postrm; do
        {
            printf '#!/bin/sh\nset -e\n'
            "$script"
        } >"$tree/DEBIAN/$script"
        chmod 0755 "$tree/DEBIAN/$script"
    done
    dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$1/$2_$3-1_all.deb"
}

build_index() {
    (
        cd "$1" || exit
        dpkg-scanpackages --multiversion . >Packages
        apt-ftparchive release . >Release.new
        mv Release.new Release
    )
}

write_control() { # NAME VERSION
    local depends="" entry
    for entry in "${needs[@]}"; do
        # shellcheck disable=SC2086
        set -- "$1" "$2" $entry
        depends+=", $3${4:+ (>= $4)}"
    done
    cat <<CONTROL
Package: $1
Version: $2-1
Architecture: all
Maintainer: Weft's tests <tests@weft.invalid>
Section: misc
Priority: optional
${account:+Pre-Depends: adduser
}${depends:+Depends: ${depends#, }
}Description: $summary
 For tests of Weft.
CONTROL
}

write_conffiles() {
    local entry kind mode path group
    for entry in "${files[@]}"; do
        read -r kind mode path group <<<"$entry"
        if [ "$kind" != plain ]; then echo "$path"; fi
    done
}

preinst() {
    if [ -n "$account" ]; then
        cat <<SH
if [ "\$1" = install ] || [ "\$1" = upgrade ]; then
    adduser --quiet --system --group --no-create-home --home / $account
fi
SH
    fi
}

# As debhelper writes it: owners at the first installation only, units by deb-systemd-helper.
postinst() {
    local entry kind mode path group owner
    echo 'if [ "$1" = configure ]; then'
    echo 'if [ -z "$2" ]; then'
    for entry in "${files[@]}"; do
        read -r kind mode path group <<<"$entry"
        if [ "$group" != root ]; then echo "chgrp $group $path; chmod $mode $path"; fi
    done
    for entry in "${folders[@]}"; do
        read -r mode path owner <<<"$entry"
        if [ "$owner" != root ]; then echo "chown $owner:$owner $path; chmod $mode $path"; fi
    done
    printf ':\nfi\n'
    for entry in "${alternatives[@]}"; do echo "update-alternatives --install $entry"; done
    for entry in "${units[@]}"; do
        cat <<SH
deb-systemd-helper unmask $entry >/dev/null
if deb-systemd-helper --quiet was-enabled $entry; then
    deb-systemd-helper enable $entry >/dev/null
else
    deb-systemd-helper update-state $entry >/dev/null
fi
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload
    if [ -n "\$2" ]; then action=restart; else action=start; fi
    deb-systemd-invoke \$action $entry >/dev/null
fi
SH
    done
    echo "fi"
}

prerm() {
    local entry
    for entry in "${units[@]}"; do
        echo "if [ \"\$1\" = remove ] && [ -d /run/systemd/system ]; then deb-systemd-invoke stop $entry >/dev/null; fi"
    done
    for entry in "${alternatives[@]}"; do
        # shellcheck disable=SC2086
        set -- $entry
        echo "if [ \"\$1\" = remove ]; then update-alternatives --remove $2 $3; fi"
    done
}

postrm() {
    local entry
    for entry in "${units[@]}"; do
        cat <<SH
if [ "\$1" = remove ] && [ -d /run/systemd/system ]; then systemctl --system daemon-reload; fi
if [ "\$1" = purge ]; then deb-systemd-helper purge $entry >/dev/null; fi
SH
    done
}
