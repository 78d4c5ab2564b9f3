using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Node;

/// <summary>What `evenkeel` says about itself.</summary>
public static class NodeBanner
{
    public static string Version => $"""
        {ProductVersion.ProductName} {ProductVersion.Own}
        speaks HAProxy {ProductVersion.HaproxyBranch} and Keepalived {ProductVersion.KeepalivedBranch};
        called as haproxy or keepalived it has their command lines

        """;

    public const string Help = """
        evenkeel keeps a service reachable and its load even: a proxy and the address in front of it, as one.

          evenkeel run -f haproxy.cfg -k keepalived.conf
              Runs both on this node. The address is only claimed while the proxy answers.
              Leave -k out to run the proxy alone, -f out to hold an address alone;
              without both a demonstration runs on 127.0.0.1:8080.

          evenkeel check -f haproxy.cfg -k keepalived.conf
              Checks the files and says where they are wrong. Ends with 0 when both are right.

          evenkeel status
              Asks the running node who holds which address and why, and which servers are up.

          evenkeel events
              Prints the running node's last thousand decisions, with their reasons, and its last thousand advertisements.

          evenkeel plan -k new.conf
              Asks the running node what that file would change, and who would be master with the peers it hears now.

          evenkeel simulate -k a.conf -k b.conf [--years N] [--seed S]
              Runs the nodes of these files against each other in virtual time, with loss, splits, crashes and freezes, and
              says when a rule is broken or when weights can never move an address. FILE@ID takes a file with @ID lines.

          evenkeel reload
              Has the running node read its files again, and says what came of it. A wrong
              file changes nothing; connections, health and counters go on.

          evenkeel drain, evenkeel resume
              The addresses go to the peer and connections end with their next answer,
              before an upgrade say; and back.

        Options
          -f FILE|DIR      haproxy configuration; may be repeated
          -k FILE          keepalived configuration
          -p, --pid FILE   write the pid there
          -s, --socket S   where the running node answers (default /run/evenkeel/status.sock, and
                           /run/keepalived.sock: a keepalived answers beside its pid file)
          --json           status as JSON
          --years, --seed  of a simulation: virtual time (0.1) and which world (1)
          -h, --help       this text
          -v, --version    version

        """;
}
