# shellcheck shell=bash
# A description as an rpm package. Needs describe.sh.

build_package() { # FOLDER NAME VERSION
    local spec=$scratch/$2-$3.spec
    write_spec "$2" "$3" >"$spec"
    rpmbuild -bb --quiet --define "_topdir $scratch/rpmbuild" --define "_rpmdir $1" "$spec"
}

build_index() {
    createrepo_c --quiet "$1"
}

write_spec() { # NAME VERSION
    local name=$1 version=$2 entry
    cat <<SPEC
Name: $name
Version: $version
Release: 1
Summary: $summary
License: Apache-2.0
BuildArch: noarch
AutoReqProv: no
SPEC
    for entry in "${needs[@]}"; do
        # shellcheck disable=SC2086
        set -- $entry
        echo "Requires: $1${2:+ >= $2}"
    done
    if [ -n "$account" ]; then echo "Requires(pre): shadow-utils"; fi
    printf '%%description\n%s, for tests of Weft.\n%%install\ncp -a "%s/." "%%{buildroot}/"\n' "$summary" "$tree"
    scriptlets
    echo "%files"
    for entry in "${files[@]}"; do file_entry "$entry"; done
    for entry in "${folders[@]}"; do folder_entry "$entry"; done
}

file_entry() {
    local kind mode path group
    read -r kind mode path group <<<"$1"
    case $kind in
    plain) kind="" ;;
    kept) kind="%config(noreplace) " ;;
    replaced) kind="%config " ;;
    esac
    echo "$kind%attr($mode, root, $group) $path"
}

folder_entry() {
    local mode path owner
    read -r mode path owner <<<"$1"
    echo "%dir %attr($mode, $owner, $owner) $path"
}

# What the macros of systemd and alternatives stand for on RHEL 9.
scriptlets() {
    local entry
    if [ -n "$account" ]; then
        cat <<SPEC
%pre
getent group $account >/dev/null || groupadd -r $account
getent passwd $account >/dev/null || useradd -r -g $account -d / -s /sbin/nologin -c "$summary" $account
SPEC
    fi
    echo "%post"
    for entry in "${units[@]}"; do
        echo "systemctl daemon-reload || :"
        echo "if [ \$1 = 1 ]; then systemctl --no-reload --quiet preset $entry || :; fi"
    done
    for entry in "${alternatives[@]}"; do echo "alternatives --install $entry"; done
    echo "%preun"
    for entry in "${units[@]}"; do
        echo "if [ \$1 = 0 ]; then systemctl --no-reload --quiet disable --now $entry || :; fi"
    done
    for entry in "${alternatives[@]}"; do
        # shellcheck disable=SC2086
        set -- $entry
        echo "if [ \$1 = 0 ]; then alternatives --remove $2 $3; fi"
    done
    echo "%postun"
    for entry in "${units[@]}"; do
        echo "systemctl daemon-reload || :"
        echo "if [ \$1 -ge 1 ]; then systemctl try-restart $entry || :; fi"
    done
}
