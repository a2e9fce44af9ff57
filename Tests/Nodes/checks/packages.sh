# shellcheck shell=bash
# What the package managers must do on $node, the same steps for both. Needs `check` and `on`.

check_rpm_packages() {
    check "rpm -Va is clean" prints_nothing 'rpm -Va'
    check "dnf knows what was chosen, what came along, and no orphans" rpm_reasons
    check "dnf install brings a dependency, an account and a unit" rpm_install
    check "the daemon runs and serves" daemon_serves
    check "dnf update reaches the dependency, keeps edits, leaves .rpmnew" rpm_update
    check "dnf downgrade" rpm_downgrade
    check "dnf remove takes the dependency, leaves .rpmsave" rpm_remove
    check "alternatives" alternatives_switch 'dnf -y -q install' 'dnf -y -q remove'
    check "rpm -Va is clean again" prints_nothing 'rpm -Va'
    check "dnf's history names who" rpm_history
}

check_deb_packages() {
    check "dpkg -V is clean" prints_nothing 'dpkg -V'
    check "apt knows what was chosen, what came along, and no orphans" deb_reasons
    check "apt-get install brings a dependency, an account and a unit" deb_install
    check "the daemon runs and serves" daemon_serves
    check "apt-get install of a newer one reaches the dependency, keeps edits" deb_update
    check "apt-get downgrade" deb_downgrade
    check "apt-get remove, autoremove and purge" deb_remove
    check "alternatives" alternatives_switch 'apt-get -qq install' 'apt-get -qq purge'
    check "dpkg -V is clean again" prints_nothing 'dpkg -V'
}

prints_nothing() {
    local output
    output=$(on "$node" "{ $1; } 2>&1 || true; echo 'end of list'")
    echo "$output"
    [ "$output" = "end of list" ]
}

daemon_serves() {
    on "$node" 'echo hello >/var/lib/example-web/index.html
        test "$(systemctl show --value -p Type -p ActiveState example-web | sort | tr "\n" " ")" = "active simple "
        test "$(ps -o user= -C example-web)" = example-web'
    wait_for 10 curl -sf --max-time 2 -o /dev/null "http://$("$here/node" address "$node"):8080/index.html"
}

rpm_reasons() {
    on "ann@$node" 'dnf repoquery --userinstalled --qf "%{name}" | sort >/tmp/chosen
        for name in sudo vim openssh-server; do grep -x $name /tmp/chosen; done
        for name in zlib1g libc6 libpam0g; do not grep -x $name /tmp/chosen; done
        test "$(dnf repoquery --installed --qf "%{reason}" zlib1g)" = dependency
        test -z "$(sudo dnf -q autoremove --assumeno)"'
}

rpm_install() {
    on "ann@$node" 'sudo dnf -y -q install example-web-1.0 example-common-1.0
        sudo dnf -y -q mark remove example-common
        getent passwd example-web
        test "$(stat -c %U:%G:%a /etc/example-web/web.conf)" = root:example-web:640
        test "$(systemctl is-enabled example-web)" = disabled
        sudo systemctl enable --quiet --now example-web
        sudo rpm -V example-web example-common
        dnf repoquery --userinstalled --qf "%{name}" | grep -x example-web
        dnf repoquery --userinstalled --qf "%{name}" | not grep -x example-common'
}

rpm_update() {
    on "ann@$node" 'sudo sed -i s/8080/8081/ /etc/example-web/web.conf
        sudo dnf -y -q update example-web
        rpm -q example-web-2.0 example-common-2.0
        test -e /etc/example-web/web.conf.rpmnew
        sudo grep -q 8081 /etc/example-web/web.conf
        systemctl is-active example-web
        sudo rm /etc/example-web/web.conf.rpmnew'
}

rpm_downgrade() {
    on "ann@$node" 'sudo dnf -y -q downgrade example-web-1.0 example-common-1.0
        rpm -q example-web-1.0 example-common-1.0
        dnf repoquery --userinstalled --qf "%{name}" | not grep -x example-common'
}

rpm_remove() {
    on "ann@$node" 'sudo dnf -y -q remove example-web
        not rpm -q example-web
        not rpm -q example-common
        test -e /etc/example-web/web.conf.rpmsave
        not systemctl cat example-web 2>/dev/null
        sudo rm -r /etc/example-web'
}

rpm_history() {
    on "$node" 'dnf history info last' | grep -E '^User .*<ann>$'
    on "$node" 'sqlite3 /var/lib/dnf/history.sqlite "select user_id, cmdline from trans"' |
        grep -Fx '1000|-y -q downgrade example-web-1.0 example-common-1.0'
}

deb_reasons() {
    on "ann@$node" 'apt-mark showmanual >/tmp/chosen
        for name in sudo vim openssh-server; do grep -x $name /tmp/chosen; done
        for name in zlib1g libc6 libpam0g; do not grep -x $name /tmp/chosen; done
        test -z "$(sudo apt-get -qq --simulate autoremove)"'
}

deb_install() {
    on "ann@$node" 'sudo apt-get -qq install example-web=1.0-1 example-common=1.0-1
        sudo apt-mark auto example-common
        getent passwd example-web
        test "$(stat -c %U:%G:%a /etc/example-web/web.conf)" = root:example-web:640
        test "$(systemctl is-enabled example-web)" = enabled
        sudo dpkg -V example-web example-common
        apt-mark showmanual | grep -x example-web
        apt-mark showmanual | not grep -x example-common'
}

deb_update() {
    on "ann@$node" 'sudo sed -i s/8080/8081/ /etc/example-web/web.conf
        sudo apt-get -qq -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install example-web
        dpkg-query -W -f "\${Version} " example-web example-common | grep -x "2.0-1 2.0-1 "
        test -e /etc/example-web/web.conf.dpkg-dist
        sudo grep -q 8081 /etc/example-web/web.conf
        systemctl is-active example-web
        sudo rm /etc/example-web/web.conf.dpkg-dist'
}

deb_downgrade() {
    on "ann@$node" 'sudo apt-get -qq --allow-downgrades -o Dpkg::Options::=--force-confold \
            install example-web=1.0-1 example-common=1.0-1
        dpkg-query -W -f "\${Version} " example-web example-common | grep -x "1.0-1 1.0-1 "
        sudo apt-mark auto example-common'
}

deb_remove() {
    on "ann@$node" 'sudo apt-get -qq remove example-web
        test -e /etc/example-web/web.conf
        sudo apt-get -qq autoremove
        dpkg-query -W -f "\${db:Status-Status}" example-common | not grep -x installed
        sudo apt-get -qq purge example-web example-common
        test ! -e /etc/example-web/web.conf'
}

alternatives_switch() { # INSTALL REMOVE
    on "ann@$node" "tool=\$(command -v /usr/sbin/alternatives || command -v update-alternatives)
        sudo $1 example-pager-plain example-pager-colour
        readlink -f /usr/bin/example-pager | grep -x /usr/bin/example-pager-colour
        sudo \$tool --set example-pager /usr/bin/example-pager-plain
        readlink -f /usr/bin/example-pager | grep -x /usr/bin/example-pager-plain
        sudo $2 example-pager-plain example-pager-colour
        test ! -e /usr/bin/example-pager"
}
