# shellcheck shell=bash
# What both families must show on $node. Needs `check` and `on`.

check_system() {
    check "systemd is running, no unit failed" system_runs
    check "userspace is up within 5 s (systemd-analyze)" boot_is_quick
    check "an ssh login is a session of logind until logout" session_comes_and_goes
    check "loginuid is the admin's, through sudo too" loginuid_is_kept
    check "both admins have sudo, root has ssh" admins_may
    check "tools of admins are there" tools_are_there
    check "inotify tells of writes, renames and removals below /etc" inotify_tells
    check "extended attributes and ACLs can be set" attributes_can_be_set
    check "files behave as on a disk: inode kept, folder renamed" files_behave
    check "accounts can be added, cron and syslog work" services_work
}

check_power() {
    check "an orderly reboot" "$here/node" reboot "$node"
    check "after a power cut and a start /etc is as it was" power_cut
}

system_runs() {
    on "$node" 'systemctl --failed; test "$(systemctl is-system-running)" = running'
}

boot_is_quick() {
    on "$node" 'systemd-analyze
        systemd-analyze | grep -E "Startup finished in ([0-4]\.[0-9]+s|[0-9]+ms) "'
}

session_comes_and_goes() {
    local pid
    coproc login { exec timeout 30 ssh -F "$ssh_config" "ann@$node" 'echo ready; read -r line'; }
    pid=$login_PID
    read -r -t 10 -u "${login[0]}" line
    on "$node" 'loginctl list-sessions --no-legend' | grep -w ann
    echo end >&"${login[1]}"
    wait "$pid"
    wait_for 10 has_no_session ann
}

has_no_session() {
    on "$node" 'loginctl list-sessions --no-legend' | not grep -w "$1"
}

loginuid_is_kept() {
    on "bob@$node" 'uid=$(id -u)
        test "$(cat /proc/self/loginuid)" = "$uid"
        test "$(sudo -n cat /proc/self/loginuid)" = "$uid"
        test "$(sudo -n su root -c "cat /proc/self/loginuid")" = "$uid"'
    on "$node" 'test "$(cat /proc/self/loginuid)" = 0; test "$(cat /proc/1/loginuid)" = 4294967295'
}

admins_may() {
    local admin
    for admin in "${admins[@]}"; do
        on "$admin@$node" 'sudo -n id -un' | grep -x root
    done
    on "$node" 'id -un' | grep -x root
}

tools_are_there() {
    on "$node" 'for tool in python3 perl vim nano ed sed awk setfacl setfattr crontab logrotate visudo sshd ssh curl \
        useradd chage tar diff less ip alternatives; do
            if ! command -v $tool && [ $tool != alternatives ]; then echo "$tool is missing"; exit 1; fi
        done'
}

inotify_tells() {
    on "$node" 'python3 -' <"$here/checks/inotify.py"
}

attributes_can_be_set() {
    on "$node" 'touch /etc/marked
        setfattr -n user.weft -v yes /etc/marked
        setfacl -m u:ann:r /etc/marked
        getfattr -n user.weft --only-values /etc/marked | grep -x yes
        getfacl -p /etc/marked | grep -x "user:ann:r--"
        rm /etc/marked'
}

# On an overlay, the first write copies a file from the image, and folders of the image cannot be renamed unless told.
files_behave() {
    on "$node" 'before=$(stat -c %d:%i /etc/shells)
        echo "# more" >>/etc/shells
        test "$(stat -c %d:%i /etc/shells)" = "$before"
        sed -i "\$d" /etc/shells
        python3 -c "import os; os.rename(\"/etc/skel\", \"/etc/skel.old\"); os.rename(\"/etc/skel.old\", \"/etc/skel\")"
        name=$(printf "/etc/latin\351"); touch "$name"; rm "$name"'
}

services_work() {
    on "$node" 'useradd -m carol; id carol; userdel -r carol
        systemctl is-active cron rsyslog systemd-logind dbus
        logger weft-check
        for try in 1 2 3 4 5 6 7 8 9 10; do grep -q weft-check /var/log/syslog && break; sleep 0.2; done
        grep -q weft-check /var/log/syslog'
}

power_cut() {
    on "$node" 'echo "before the cut" >/etc/kept; chmod 0600 /etc/kept; systemctl mask --quiet cron'
    "$here/node" kill "$node"
    "$here/node" list | grep -x "$node .* off"
    "$here/node" start "$node"
    on "$node" 'test "$(cat /etc/kept)" = "before the cut"; test "$(stat -c %a /etc/kept)" = 600
        not systemctl is-active cron; rm /etc/kept; systemctl unmask --quiet cron'
    [ "$family" = deb ] || on "$node" 'rpm -q sudo; rpmdb --verifydb'
}
