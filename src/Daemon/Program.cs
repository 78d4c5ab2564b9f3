using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Keepalived;
using Evenkeel.Daemon.Node;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon;

/// <summary>One executable, three programs: the name it is called by decides (`haproxy`, `keepalived`, else `evenkeel`).</summary>
public static class Program
{
    public static int Main(string[] arguments)
    {
        var invocation = Invocation.OfThisProcess(arguments);
        return invocation.ProgramName switch
        {
            "haproxy" => HaproxyProgram.Run(invocation),
            "keepalived" => KeepalivedProgram.Run(invocation),
            _ => NodeProgram.Run(invocation),
        };
    }
}
