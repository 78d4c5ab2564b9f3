# bash completion for evenkeel(8)
_evenkeel() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local commands="run check status reload drain resume help version"
    case $before in
        -f|-k|-p|--pid|-s|--socket) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    esac
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    local options="-h --help"
    case ${COMP_WORDS[1]} in
        run) options+=" -f -k -p --pid -s --socket" ;;
        check) options+=" -f -k" ;;
        reload|drain|resume) options+=" -s --socket" ;;
        status) options+=" -s --socket --json" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
}
complete -o filenames -F _evenkeel evenkeel
