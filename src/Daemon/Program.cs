using Evenkeel.Daemon.Haproxy;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon;

/// <summary>One executable, three programs: the name it is called by decides (`haproxy`, `keepalived`, else `evenkeel`).</summary>
public static class Program
{
    public static int Main(string[] arguments)
    {
        var invocation = Invocation.OfThisProcess(arguments);
        if (invocation.ProgramName == "haproxy") return HaproxyProgram.Run(invocation);
        StandardStream.Write(StandardStream.Error, "evenkeel: nothing to run yet\n");
        return 1;
    }
}
