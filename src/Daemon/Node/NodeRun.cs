using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Node;

/// <summary>
/// `evenkeel run`: one supervisor, a proxy worker, an address worker. The address worker hears from the supervisor whether the proxy serves, so no script
/// has to watch it; at the end the address goes first, then the proxy.
/// </summary>
public sealed class NodeRun(NodeCommandLine line, Invocation invocation, CarriedState? carried)
{
    /// <summary>Requests in flight may take this long when the node stops.</summary>
    private const int StopGraceMs = 10_000;

    private readonly string _tag = $"evenkeel[{Environment.ProcessId}]";

    public int Run()
    {
        if (carried is null && line.PidFile is { } path && PidFile.Write(path, Environment.ProcessId, "-p") is { } problem)
        {
            Say($"cannot write the pid file {path}: {problem.Text}", true);
            if (problem.IsFatal) return 1;
        }
        using var supervisor = new Supervisor(
            new SupervisorPlan
            {
                Roles = Roles(),
                Environment = Spawner.OwnEnvironment(),
                StopGraceMs = StopGraceMs,
                Say = Say,
                AllStarted = () => Say(line.IsDemo ? Demonstration.Welcome : "running", false),
                ReadsConfiguration = !line.IsDemo,
                StatusSocket = line.StatusSocket ?? StatusSocket.DefaultPath,
            },
            invocation,
            carried);
        var status = supervisor.Run();
        if (line.PidFile is { } written) PidFile.Remove(written);
        if (status == 0) Say("stopped", false);
        return status;
    }

    /// <summary>In the order of a stop: the address leaves before what stands behind it.</summary>
    private List<string> Roles()
    {
        var roles = new List<string>();
        if (line.AddressFile is not null) roles.Add(WorkerSeat.AddressRole);
        if (!line.ProxyFiles.IsEmpty || line.IsDemo) roles.Add(WorkerSeat.ProxyRole);
        return roles;
    }

    private void Say(string text, bool isTrouble) =>
        StandardStream.Write(isTrouble ? StandardStream.Error : StandardStream.Output, $"{_tag}: {text}\n");
}
