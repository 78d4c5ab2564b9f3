using System.Globalization;
using Evenkeel.Config.Keepalived;
using Evenkeel.Daemon.Machine;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Keepalived;

/// <summary>The `keepalived` program: answers, `-t`, and the daemon: a small parent and the VRRP process below it.</summary>
public static class KeepalivedProgram
{
    public static int Run(Invocation invocation)
    {
        var seat = WorkerSeat.Take();
        var line = KeepalivedCommandLine.Parse(invocation.Arguments);
        if (seat?.Role == WorkerSeat.AddressRole) return RunAddresses(seat, line);
        if (!line.Unexpected.IsEmpty) Say(StandardStream.Output, $"Unexpected argument(s): {string.Join(' ', line.Unexpected)} ");
        if (line.Error is { } error) return Refuse(error, 1);
        foreach (var mistake in line.Mistakes) Say(StandardStream.Error, mistake);
        if (line.ShowHelp) return Answer(StandardStream.Error, KeepalivedBanner.Usage(invocation.Name));
        if (line.ShowVersion) return Answer(StandardStream.Error, KeepalivedBanner.Version);
        if (line.SignalFunction is { } function) return TellSignal(function);
        if (line.FileModeMask is { } mask) _ = ProcessRights.SetFileModeMask((uint)mask);
        return line.TestConfiguration ? Test(line) : Start(line, invocation, seat);
    }

    private static int RunAddresses(WorkerSeat seat, KeepalivedCommandLine line)
    {
        ProcessRights.SetName("keepalived");
        return new AddressPlane(seat, KeepalivedConfiguration.Of(line), new KeepalivedLog(line, KeepalivedLog.VrrpIdentity))
        {
            ReleasesOnStop = !line.KeepAddressesOnStop,
            IsDaemon = !line.Foreground,
            FileModeMask = line.FileModeMask,
        }.Run();
    }

    private static int TellSignal(string function)
    {
        if (KeepalivedBanner.SignalOf(function) is not { } signal) return Refuse($"Unknown sigfunc {function}", 1);
        return Answer(StandardStream.Output, signal.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    private static int Test(KeepalivedCommandLine line)
    {
        var complaints = new List<string>();
        var configuration = KeepalivedConfiguration.Of(line);
        var status = configuration.Test(complaints.Add).ExitCode;
        if (line.EveryFileRequired && configuration.IsMissing) status = KeepalivedExit.NoPermission;
        var text = string.Concat(complaints.Select(complaint => complaint + "\n"));
        if (line.TestLog is null) StandardStream.Write(StandardStream.Error, text);
        else if (!TryWrite(line.TestLog, text, out var problem)) return Refuse($"cannot write {line.TestLog}: {problem}", 1);
        return status;
    }

    private static bool TryWrite(string path, string text, out string problem)
    {
        problem = "";
        try
        {
            File.WriteAllText(path, text);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = FileTrouble.OfWriting(failure, path);
            return false;
        }
    }

    private static int Start(KeepalivedCommandLine line, Invocation invocation, WorkerSeat? seat)
    {
        var environment = Spawner.OwnEnvironment();
        if (seat is null && !line.Foreground)
            return Daemonizer.Launch(invocation, environment, (_, status) => { if (status.WasSignaled) Refuse($"the daemon ended by {status}", 1); });
        return new KeepalivedRun(line, invocation, environment).Run(seat);
    }

    private static int Answer(int descriptor, string text)
    {
        StandardStream.Write(descriptor, text);
        return 0;
    }

    private static int Refuse(string text, int status)
    {
        Say(StandardStream.Error, text);
        return status;
    }

    private static void Say(int descriptor, string text) => StandardStream.Write(descriptor, text + "\n");
}
