#!/usr/bin/env bash
# The failover lab: two nodes, a switch, a client and three servers, each in a network namespace of its own.
#
#     client 192.168.1.50 ----+
#     servers .21 .22 .23 ----+-- switch --+-- node-a 192.168.1.11 (eth0)
#                                          +-- node-b 192.168.1.12 (eth0)       address of the service: 192.168.1.100
#
# Each node has a PID namespace too, so that `pidof` sees only its own processes, and dies as a machine does: all at once.
#
# usage: lab.sh up | down | start NODE | stop NODE | fail WHAT | heal | status | probe [options of evenkeel-probe http]
#        WHAT: node-a node-b    power off               link-a link-b    its interface goes down
#              kill-a kill-b    SIGKILL of everything   stop-a stop-b    SIGTERM of the daemon
#              script-a ...     the process its check script looks for ends
#              proxy-a ...      SIGKILL of the proxy alone              server-1 .. server-3
#
# LAB_WORK   folder for everything written (default artifacts/lab)
# LAB_PREFIX of the namespaces' names (default ek)
# KIND_A, KIND_B   evenkeel (one program, both files) | names (called as keepalived and as haproxy) | debian (the distribution's two programs)
# CONF_A, CONF_B, CONF_PROXY   configuration files (default examples/pair)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
work=${LAB_WORK:-$root/artifacts/lab}
prefix=${LAB_PREFIX:-ek}
bin=${LAB_BIN:-$root/artifacts/bin}
probe=${LAB_PROBE:-$root/artifacts/bin/evenkeel-probe}
address=192.168.1.100
mkdir -p "$work"

ns() { echo "$prefix-$1"; }
inside() { local name=$1; shift; ip netns exec "$(ns "$name")" "$@"; }
kind_of() { local key=KIND_${1^^}; echo "${!key:-evenkeel}"; }
conf_of() { local key=CONF_${1^^}; echo "${!key:-$root/examples/pair/keepalived-$1.conf}"; }

plug() { # namespace address...: a cable from the namespace's eth0 to the switch
    local name=$1 one; shift
    ip netns add "$(ns "$name")"
    ip -n "$(ns "$name")" link set lo up
    ip -n "$(ns switch)" link add "p-$name" type veth peer name eth0 netns "$(ns "$name")"
    ip -n "$(ns switch)" link set "p-$name" master br0 up
    for one; do ip -n "$(ns "$name")" addr add "$one/24" dev eth0; done
    ip -n "$(ns "$name")" link set eth0 up
}

up() {
    ip netns add "$(ns switch)"
    ip -n "$(ns switch)" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n "$(ns switch)" link set br0 up
    plug a 192.168.1.11
    plug b 192.168.1.12
    plug client 192.168.1.50
    plug servers 192.168.1.21 192.168.1.22 192.168.1.23
    local n
    for n in 1 2 3; do start_server $n; done
}

down() {
    local name
    for name in a b; do power_off $name; done
    for name in 1 2 3; do end_pid "$work/server-$name.pid"; done
    for name in a b client servers switch; do ip netns del "$(ns $name)" 2>/dev/null || true; done
}

start_server() {
    ip netns exec "$(ns servers)" "$probe" serve "server-$1" "192.168.1.2$1:80" >"$work/server-$1.log" 2>&1 &
    echo $! >"$work/server-$1.pid"
}

end_pid() { # file: ends the process whose number is in it, at once
    [ -f "$1" ] || return 0
    kill -9 "$(cat "$1")" 2>/dev/null || true
    rm -f "$1"
}

# The first process of a node's PID namespace: starts what the node runs, then waits. When it ends the kernel ends everything in the namespace.
node_script() {
    local node=$1 dir=$work/$1
    case $(kind_of "$node") in
        evenkeel) daemons="'$bin/evenkeel' run -f '$dir/haproxy.cfg' -k '$dir/keepalived.conf' >'$dir/evenkeel.log' 2>&1 & echo \$! >'$dir/main.inner'" ;;
        names) daemons="'$bin/haproxy' -db -f '$dir/haproxy.cfg' >'$dir/haproxy.log' 2>&1 & echo \$! >'$dir/proxy.inner'
            '$bin/keepalived' -n -l -D -f '$dir/keepalived.conf' -p '$dir/main.pid' -r '$dir/vrrp.pid' >'$dir/keepalived.log' 2>&1 & echo \$! >'$dir/main.inner'" ;;
        debian) daemons="/usr/sbin/haproxy -db -f '$dir/haproxy.cfg' >'$dir/haproxy.log' 2>&1 & echo \$! >'$dir/proxy.inner'
            /usr/sbin/keepalived -n -l -D -f '$dir/keepalived.conf' -p '$dir/main.pid' -r '$dir/vrrp.pid' >'$dir/keepalived.log' 2>&1 & echo \$! >'$dir/main.inner'" ;;
    esac
    cat >"$dir/init.sh" <<INIT
#!/bin/bash
trap : TERM INT
mount -t tmpfs none /run
'$dir/apache2' infinity & echo \$! >'$dir/apache2.inner'
$daemons
while :; do sleep 3600 & wait \$!; done
INIT
}

start() {
    local node=$1 dir=$work/$1
    rm -rf "$dir"; mkdir -p "$dir"          # no pid file of an earlier life
    cp "$(conf_of "$node")" "$dir/keepalived.conf"
    sed "s#/tmp/evenkeel-pair.sock#$dir/stats.sock#" "${CONF_PROXY:-$root/examples/pair/haproxy.cfg}" >"$dir/haproxy.cfg"
    cp "$(command -v sleep)" "$dir/apache2"          # a process of that name is all the check script asks for
    node_script "$node"
    # unshare forks: the init is its child, and dies with it.
    ip netns exec "$(ns "$node")" unshare --pid --fork --kill-child --mount-proc bash "$dir/init.sh" >"$dir/init.log" 2>&1 &
    echo $! >"$dir/outer.pid"
}

init_of() { pgrep -P "$(cat "$work/$1/outer.pid")" 2>/dev/null | head -n 1; }

signal_inside() { # node signal name-of-inner-file: sends a signal to a process by its number inside the node
    local node=$1 init
    init=$(init_of "$node") || return 0
    nsenter -t "$init" -p -m kill "-$2" "$(cat "$work/$node/$3.inner")" 2>/dev/null || true
}

power_off() {
    local dir=$work/$1
    [ -f "$dir/outer.pid" ] || return 0
    end_pid "$dir/outer.pid"
    for _ in $(seq 100); do [ -n "$(ip netns pids "$(ns "$1")" 2>/dev/null)" ] || break; sleep 0.02; done
}

stop() { # the daemon ends in order, then the node
    signal_inside "$1" TERM main
    signal_inside "$1" TERM proxy
    sleep 1
    power_off "$1"
}

fail() {
    case $1 in
        node-[ab]) ip -n "$(ns switch)" link set "p-${1#node-}" down; power_off "${1#node-}" ;;
        link-[ab]) ip -n "$(ns "${1#link-}")" link set eth0 down ;;
        kill-[ab]) power_off "${1#kill-}" ;;
        stop-[ab]) signal_inside "${1#stop-}" TERM main ;;
        script-[ab]) signal_inside "${1#script-}" KILL apache2 ;;
        proxy-[ab]) kill_proxy "${1#proxy-}" ;;
        server-[123]) end_pid "$work/$1.pid" ;;
        *) echo "lab: unknown fault '$1'; see the head of $0" >&2; return 2 ;;
    esac
}

kill_proxy() {
    local node=$1
    if [ -f "$work/$node/proxy.inner" ]; then signal_inside "$node" KILL proxy; return; fi
    local pid
    for pid in $(ip netns pids "$(ns "$node")"); do
        if [ "$(cat "/proc/$pid/comm")" = evenkeel-proxy ]; then kill -9 "$pid"; fi
    done
}

heal() {
    local node n
    for node in a b; do
        ip -n "$(ns switch)" link set "p-$node" up
        ip -n "$(ns "$node")" link set eth0 up
        if [ -z "$(init_of "$node" || true)" ]; then
            ip -n "$(ns "$node")" addr del $address/32 dev eth0 2>/dev/null || true
            start "$node"
        elif ! daemon_alive "$node"; then
            power_off "$node"; start "$node"
        else
            restart_apache "$node"
        fi
    done
    for n in 1 2 3; do [ -f "$work/server-$n.pid" ] || start_server $n; done
}

daemon_alive() {
    local init
    init=$(init_of "$1")
    nsenter -t "$init" -p -m kill -0 "$(cat "$work/$1/main.inner")" 2>/dev/null
}

restart_apache() {
    local node=$1 init dir=$work/$1
    init=$(init_of "$node")
    if ! nsenter -t "$init" -p -m kill -0 "$(cat "$dir/apache2.inner")" 2>/dev/null; then
        nsenter -t "$init" -p -m -n bash -c "'$dir/apache2' infinity >/dev/null 2>&1 & echo \$! >'$dir/apache2.inner'"
    fi
}

holder() { # prints the nodes that carry the address
    local node
    for node in a b; do
        if ip -n "$(ns $node)" -o addr show to $address 2>/dev/null | grep -q .; then echo "node-$node"; fi
    done
}

status() {
    echo "address $address is on: $(holder | paste -sd ' ' -)"
    local node
    for node in a b; do
        printf 'node-%s (%s): ' "$node" "$(kind_of "$node")"
        if [ -n "$(init_of "$node" 2>/dev/null || true)" ]; then echo running; else echo off; fi
    done
}

case ${1:-} in
    up) up ;;
    down) down ;;
    start | stop) "$1" "${2:?a or b}" ;;
    fail) fail "${2:?what}" ;;
    heal) heal ;;
    holder) holder ;;
    status) status ;;
    probe) shift; inside client "$probe" http "http://$address/" --expect '^server-[123]$' "$@" ;;
    *) sed -n '2,24p' "${BASH_SOURCE[0]}" | sed 's/^# \{0,1\}//' ;;
esac
