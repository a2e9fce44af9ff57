# shellcheck shell=bash
# Each node has a cgroup of its own in every hierarchy that systemd uses; without one, nodes would share the root cgroup.

cgroup_folders() { # NAME
    local tree
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        echo "/sys/fs/cgroup/$1"
        return
    fi
    for tree in systemd unified memory pids; do
        if [ -d "/sys/fs/cgroup/$tree" ]; then echo "/sys/fs/cgroup/$tree/$1"; fi
    done
}

# The folder in the unified hierarchy, which can be killed and asked as a whole.
unified_cgroup() { # NAME
    cgroup_folders "$1" | grep -E '^/sys/fs/cgroup/(unified/)?[^/]+$'
}

# join_cgroup NAME PID
join_cgroup() {
    local folder
    for folder in $(cgroup_folders "$1"); do
        mkdir -p "$folder"
        echo "$2" >"$folder/cgroup.procs"
    done
}

cgroup_is_empty() { # NAME
    local events
    events=$(unified_cgroup "$1")/cgroup.events
    [ ! -e "$events" ] || grep -qx 'populated 0' "$events"
}

# Ends every process of NAME at once, as a power cut does.
kill_cgroup() {
    local switch
    switch=$(unified_cgroup "$1")/cgroup.kill
    [ -e "$switch" ] || return 0
    echo 1 >"$switch"
    wait_for 20 cgroup_is_empty "$1" || fail "processes of $1 do not end; see $(dirname "$switch")"
}

remove_cgroup() {
    wait_for 10 remove_cgroup_folders "$1" || fail "the cgroup folders of $1 stay: $(cgroup_folders "$1" | tr '\n' ' ')"
}

remove_cgroup_folders() {
    local folder
    for folder in $(cgroup_folders "$1"); do
        [ -d "$folder" ] || continue
        find "$folder" -depth -type d -exec rmdir {} + || return 1
    done
}
