using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>Version, build report and usage of the `haproxy` command line. Scripts read the first line, TARGET and the features; the rest is ours.</summary>
public static class HaproxyBanner
{
    private const string Claim = $"compatible with HAProxy {ProductVersion.HaproxyBranch}";

    public static string Short => $"""
        HAProxy version {ProductVersion.Haproxy} {ProductVersion.ReleaseDate} - {ProductVersion.ProductName} {ProductVersion.Own}, {Claim}
        Status: first releases - compare with your present setup before production.
        Running on: {Kernel}

        """;

    public const string Usage = """
        Usage : haproxy [-f <cfgfile|cfgdir>]* [ -vdVD ] [ -n <maxconn> ] [ -N <maxpconn> ]
                [ -p <pidfile> ] [ -m <max megs> ] [ -C <dir> ] [-- <cfgfile>*]

        Configuration
                -f <file|dir>    read a file, or every *.cfg file of a directory; may be repeated
                -- <file>*       all that follows are configuration files
                -C <dir>         change to a directory before reading
                -c               check the configuration and exit; with -V say so when it is valid
                -cc <condition>  evaluate a condition and exit: 0 true, 1 false, 2 error
                -dW              treat any warning as an error
                -dC[key]         print the configuration; with a key without what betrays names and addresses
                -dD              also report suspicious but valid statements
                -dr              go on when a server's name does not resolve
                -dV              do not verify server certificates
                -dK<class>       list the registered keywords
                -L <name>        name of the local peer (default: the host name)
                -4               use IPv4 addresses only

        Process
                -D               run as a daemon
                -d, -db          stay in the foreground; -d also shows traffic
                -p <file>        write the pid there
                -sf, -st <pid>*  tell old processes to finish, or to stop at once
                -x <socket>      take the listening sockets over from a running process
                -W, -Ws          master-worker mode, -Ws for systemd
                -S <bind>        command socket of the master
                -n <number>      most connections of the process
                -N <number>      most connections of one proxy
                -m <megabytes>   most memory

        Output
                -v, -vv          version, build details
                -vq, -vqs, -vqb  version word, short version, branch
                -V, -q           more, or no messages

        """;

    public const string MemoryDebugHelp = """
        -dM[<byte>][,<keyword>...] is accepted for compatibility and changes nothing:
        memory here is not poisoned, its pools are not merged and cannot fail on purpose.

        """;

    public static string Details(string features) => $"""
        Build options :
          TARGET  = linux-glibc
          CC      = .NET {Environment.Version} NativeAOT
          OPTIONS = USE_EPOLL=1 USE_THREAD=1 USE_PCRE2=1 USE_PCRE2_JIT=1

        Feature list : {features}

        Default settings :
          bufsize = 16384, maxrewrite = 1024, maxpollevents = 256

        Built with multi-threading support (default={Environment.ProcessorCount}).

        Available polling systems :
              epoll : pref=300,  test result OK
        Total: 1 (1 usable), will use epoll.

        Available multiplexer protocols :
        (protocols marked as <default> cannot be specified using 'proto' keyword)
          <default> : mode=HTTP  side=FE|BE  mux=H1    flags=HTX
                 h1 : mode=HTTP  side=FE|BE  mux=H1    flags=HTX|NO_UPG
          <default> : mode=TCP   side=FE|BE  mux=PASS  flags=
               none : mode=TCP   side=FE|BE  mux=PASS  flags=NO_UPG


        """;

    private static string Kernel => Read("ostype") + " " + Read("osrelease") + " " + Read("version");

    private static string Read(string name)
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/" + name).Trim();
        }
        catch (IOException)
        {
            return "?";
        }
    }
}
