using Evenkeel.Config.Text;
using Evenkeel.Daemon.Machine;
using Evenkeel.Daemon.MasterWorker;
using Evenkeel.Daemon.Processes;
using Evenkeel.Daemon.Serving;
using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>The `haproxy` program: answers, checks, conditions, and the proxy itself in the foreground or as a daemon.</summary>
public static class HaproxyProgram
{
    /// <summary>Set in the environment of a master and its workers (configuration.txt 2.4).</summary>
    private const string MasterVariable = "HAPROXY_MWORKER";

    public static int Run(Invocation invocation)
    {
        var seat = WorkerSeat.Take();
        var carried = CarriedState.Take();
        var line = HaproxyCommandLine.Parse(invocation.Arguments);
        var console = new HaproxyConsole(Environment.ProcessId, invocation.Path, line.Quiet && !line.Verbose, StandardStream.Write);
        if (line.Error is { } error) return Refuse(console, error);
        if (line.Request == HaproxyRequest.EvaluateCondition) return Evaluate(line.Condition!, console);
        if (line.Request is not (HaproxyRequest.Run or HaproxyRequest.Check)) return Answer(line.Request);
        // Who started this one, or was this process before, has gone there already.
        if (seat is null && carried is null && line.Directory is { } directory && ProcessRights.ChangeDirectory(directory) is { IsError: true } changed)
            return Refuse(console, $"Could not change to directory {directory} : {ErrnoText.Of(changed.Errno)}");
        if (line is { MasterSocket: not null, MasterWorker: false, Request: HaproxyRequest.Run })
            return Refuse(console, "a master CLI socket was defined, but master-worker mode (-W) is not enabled.");
        if (line.DumpKeywords is { } classes && seat is null) StandardStream.Write(StandardStream.Output, KeywordListing.Of(classes));
        if (line.Request == HaproxyRequest.Check && seat is null) return Check(line, console);
        return carried is null ? Start(line, invocation, seat, console) : RunMaster(line, invocation, Spawner.OwnEnvironment(), null, console, carried);
    }

    private static int Refuse(HaproxyConsole console, string text)
    {
        console.Alert(text);
        return 1;
    }

    private static int Answer(HaproxyRequest request)
    {
        var (output, error, status) = request switch
        {
            HaproxyRequest.Version => (HaproxyBanner.Short, "", 0),
            HaproxyRequest.VersionDetails => (HaproxyBanner.Short + HaproxyBanner.Details(FeatureLine), "", 0),
            HaproxyRequest.VersionWord => (ProductVersion.Haproxy + "\n", "", 0),
            HaproxyRequest.BranchWord => (ProductVersion.HaproxyBranch + "\n", "", 0),
            HaproxyRequest.MemoryDebugHelp => (HaproxyBanner.MemoryDebugHelp, "", 0),
            _ => (HaproxyBanner.Short, HaproxyBanner.Usage, 1),
        };
        StandardStream.Write(StandardStream.Output, output);
        StandardStream.Write(StandardStream.Error, error);
        return status;
    }

    /// <summary>The features of `-vv`: `+` for what this program has, `-` for what it has not.</summary>
    private static string FeatureLine => string.Join(' ', ProductFeatures.All.Select(feature => (feature.Present ? "+" : "-") + feature.Name));

    /// <summary>`-cc`: 0 true, 1 false, 2 not understood.</summary>
    private static int Evaluate(string condition, HaproxyConsole console)
    {
        var evaluator = new ConditionalExpression(name => Environment.GetEnvironmentVariable(name) is not null);
        var value = evaluator.Evaluate(QuotedVariables.Expand(condition, Environment.GetEnvironmentVariable), out var failure);
        if (value is not null) return value.Value ? 0 : 1;
        console.Alert($"Failed to evaluate condition: {failure.Text}");
        return 2;
    }

    private static int Check(HaproxyCommandLine line, HaproxyConsole console)
    {
        if (HaproxyConfiguration.Load(line, console) is null) return 1;
        if (console.Warnings > 0) console.Answer("Warnings were found.");
        if (line.Verbose) console.Answer("Configuration file is valid");
        return 0;
    }

    private static int Start(HaproxyCommandLine line, Invocation invocation, WorkerSeat? seat, HaproxyConsole console)
    {
        if (seat is { Role: WorkerSeat.ReaderRole }) return new ReaderRun(line, console, seat).Run(HaproxyRun.NoVirtualAddresses);
        if (seat is { Role: WorkerSeat.WorkerRole or WorkerSeat.SuccessorRole }) return RunWorker(line, invocation, seat, console);
        // The daemon reads the configuration itself, so what this process says while it reads is kept back until it is known who will run.
        var environment = Spawner.OwnEnvironment();
        if (seat is null && line.RunsInBackground(null)) return Launch(invocation, environment, console);
        if (line.MasterWorker) return StartMaster(line, invocation, environment, seat, console);

        var mayDaemonize = seat is null && !line.Debug && !line.Foreground;
        if (mayDaemonize) console.HoldBack();
        var model = HaproxyConfiguration.Load(line, console);
        if (mayDaemonize && line.RunsInBackground(model?.Global)) return Launch(invocation, environment, console);
        console.LetGo();
        return model is null ? 1 : new HaproxyRun(model, line, invocation, console).Run(seat);
    }

    /// <summary>The master leaves the files to its workers; only whether it is to leave the terminal it has to find out beforehand.</summary>
    private static int StartMaster(
        HaproxyCommandLine line, Invocation invocation, IReadOnlyList<string> environment, WorkerSeat? seat, HaproxyConsole console)
    {
        if (seat is null && !line.SystemdNotify && !line.Debug && !line.Foreground)
        {
            var silent = new HaproxyConsole(Environment.ProcessId, invocation.Path, quiet: true, StandardStream.Write);
            var model = HaproxyConfiguration.Load(line, silent);
            if (line.RunsInBackground(model?.Global)) return Launch(invocation, environment, console);
        }
        return RunMaster(line, invocation, environment, seat, console, carried: null);
    }

    private static int RunMaster(HaproxyCommandLine line, Invocation invocation, IReadOnlyList<string> environment, WorkerSeat? seat, HaproxyConsole console,
        CarriedState? carried)
    {
        const string Mark = MasterVariable + "=1";
        Environment.SetEnvironmentVariable(MasterVariable, "1");
        using var master = new Master(line, invocation, [.. environment.Where(static word => word != Mark), Mark], console, carried);
        return master.Run(seat);
    }

    private static int RunWorker(HaproxyCommandLine line, Invocation invocation, WorkerSeat seat, HaproxyConsole console)
    {
        var world = new RecordingWorld(new ThisMachine());
        var model = HaproxyConfiguration.Load(line, console, world);
        if (model is { Global.Daemon: true } && line.SystemdNotify)
            console.Warning("config : 'daemon' is not compatible with -Ws (master-worker mode for systemd), ignoring.");
        if (model is not null) return new HaproxyRun(model, line, invocation, console) { Record = world.Record }.Run(seat);
        _ = seat.Channel.Send(new ProcessRecord(RecordType.StartupLog, 0, console.Said));
        return 1;
    }

    private static int Launch(Invocation invocation, IReadOnlyList<string> environment, HaproxyConsole console)
    {
        console.Forget();
        return Daemonizer.Launch(invocation, environment, (pid, status) =>
        {
            if (pid == 0) console.Alert("cannot start the background process: not enough descriptors, memory or processes (see ulimit -a)");
            else console.Alert(status.WasSignaled ? $"Process {pid} exited by signal {status.Signal}" : $"Process {pid} exited with code {status.Code} (Exit)");
        });
    }
}
