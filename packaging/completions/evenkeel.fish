# fish completion for evenkeel(8)
complete -c evenkeel -f -n __fish_use_subcommand -a run -d 'run a node'
complete -c evenkeel -f -n __fish_use_subcommand -a check -d 'check configuration files'
complete -c evenkeel -f -n __fish_use_subcommand -a status -d 'ask the running node'
complete -c evenkeel -n '__fish_seen_subcommand_from run check' -s f -r -d 'haproxy configuration'
complete -c evenkeel -n '__fish_seen_subcommand_from run check' -s k -r -d 'keepalived configuration'
complete -c evenkeel -n '__fish_seen_subcommand_from run' -s p -l pid -r -d 'pid file'
complete -c evenkeel -n '__fish_seen_subcommand_from run status' -s s -l socket -r -d 'status socket'
complete -c evenkeel -f -n '__fish_seen_subcommand_from status' -l json -d 'answer in JSON'
