using Evenkeel.Daemon.Keepalived;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Node;

/// <summary>The address plane of `evenkeel run`: the same as under keepalived, but it follows the proxy beside it when there is one.</summary>
public static class AddressWorker
{
    public static int Run(WorkerSeat seat, NodeCommandLine line)
    {
        ProcessRights.SetName("evenkeel-vrrp");
        var log = new KeepalivedLog(new KeepalivedCommandLine { LogConsole = true }, KeepalivedLog.VrrpIdentity);
        return new AddressPlane(seat, new KeepalivedConfiguration(line.AddressFile!, null), log) { FollowsProxy = !line.ProxyFiles.IsEmpty }.Run();
    }
}
