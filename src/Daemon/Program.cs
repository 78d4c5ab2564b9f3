using System.Text;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Keepalived;
using Evenkeel.Daemon.Machine;
using Evenkeel.Daemon.Node;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon;

/// <summary>One executable, three programs: the name it is called by decides (`haproxy`, `keepalived`, else `evenkeel`).</summary>
public static class Program
{
    public static int Main(string[] arguments)
    {
        var invocation = Invocation.OfThisProcess(arguments);
        try
        {
            return invocation.ProgramName switch
            {
                "haproxy" => HaproxyProgram.Run(invocation),
                "keepalived" => KeepalivedProgram.Run(invocation),
                _ => NodeProgram.Run(invocation),
            };
        }
        catch (Exception failure) when (FileTrouble.IsLackOfDescriptors(failure))
        {
            // Only at a start: what serves already handles each lack where it happens. The console of .NET would want a descriptor for itself.
            var line = $"{invocation.ProgramName}: cannot start: {FileTrouble.OfDescriptors}.\n";
            _ = OutputDescriptor.Open(StandardStream.Error).Write(Encoding.UTF8.GetBytes(line));
            return 1;
        }
    }
}
