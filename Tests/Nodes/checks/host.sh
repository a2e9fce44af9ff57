# shellcheck shell=bash
# What concerns the host: the bridge, several nodes at once, and that nothing stays. Needs `check` and `on`.

check_host() {
    check "all nodes reach the host's address over the bridge" nodes_reach_host
    check "four more nodes at once" several_at_once
    check "nodes reach each other and are told apart" nodes_reach_each_other
    check "a node that does not come up leaves nothing" failed_node_leaves_nothing
    check "an interrupted node leaves nothing" interrupted_node_leaves_nothing
    check "network down leaves nothing" network_leaves_nothing
}

nodes_reach_host() {
    local port # the others are wanted when the shell of this check ends
    folder=$(mktemp -d)
    echo "from the host" >"$folder/greeting"
    python3 -u -m http.server --bind "$host_address" --directory "$folder" 0 >"$folder/log" 2>&1 &
    server=$!
    trap 'kill "$server"; rm -rf "$folder"' EXIT
    wait_for 10 grep -q 'port' "$folder/log"
    port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$folder/log")
    for family in "${families[@]}"; do
        on "check-$family" "curl -sf --max-time 5 http://fabric:$port/greeting" | grep -x "from the host"
    done
}

several_at_once() {
    local index pids=() pid
    for index in 1 2 3 4; do
        "$here/node" up "many-$index" "${families[index % ${#families[@]}]}" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
    [ "$("$here/node" list | grep -c '^many-.* running$')" = 4 ]
}

nodes_reach_each_other() {
    local other
    other=$("$here/node" address many-2)
    on many-1 "timeout 5 bash -c 'read -r banner </dev/tcp/$other/22 && echo \$banner'" | grep '^SSH-2.0-'
    [ "$(on many-1 'hostname; cat /etc/machine-id')" != "$(on many-2 'hostname; cat /etc/machine-id')" ]
}

traces() { # NAME
    local pattern=$prefix-$1
    {
        compgen -G "/run/netns/$pattern"
        compgen -G "/sys/fs/cgroup/*/$pattern"
        compgen -G "/sys/fs/cgroup/$pattern"
        compgen -G "$fabric_folder/nodes/$1"
        grep -E "$fabric_folder/nodes/$1/" /proc/mounts
        pgrep -af "lib/container .*$prefix-${1/\*/[^ ]*} "
    } || true
}

leaves_nothing() { # NAME
    local left
    left=$(traces "$1")
    echo "$left"
    [ -z "$left" ]
}

failed_node_leaves_nothing() {
    # An address that is taken: the node's interface cannot be made.
    ip link add name "$prefix-$(next_index)" type dummy 2>/dev/null || ip link add name "$prefix-$(next_index)" type bridge
    local status=0
    "$here/node" up never "${families[0]}" || status=$?
    [ "$status" != 0 ]
    leaves_nothing never
}

next_index() {
    echo $((11 + $("$here/node" list | wc -l)))
}

interrupted_node_leaves_nothing() {
    local pid
    setsid "$here/node" up cut-off "${families[0]}" &
    pid=$!
    wait_for 20 has_processes cut-off
    kill -TERM -- "-$pid"
    wait "$pid" || true
    wait_for 10 leaves_nothing cut-off
    leaves_nothing cut-off
}

has_processes() {
    grep -q . "$(unified_cgroup "$prefix-$1")"/*/cgroup.procs
}

network_leaves_nothing() {
    "$here/network" down
    leaves_nothing '*'
    not ip link show dev "$bridge"
    ip -br link | not grep "^$prefix-"
}
