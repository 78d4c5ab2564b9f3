using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Node;

/// <summary>The proxy of `evenkeel run`.</summary>
public static class ProxyWorker
{
    public static int Run(WorkerSeat seat, NodeCommandLine line)
    {
        ProcessRights.SetName("evenkeel-proxy");
        _ = seat.Channel.Send(new ProcessRecord(RecordType.Failed, 1, $"cannot serve {string.Join(' ', line.ProxyFiles)} yet"));
        return 1;
    }
}
