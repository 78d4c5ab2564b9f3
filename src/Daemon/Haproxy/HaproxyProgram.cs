using Evenkeel.Config.Text;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;
using Evenkeel.Model.Process;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>The `haproxy` program: answers, checks, conditions, and the proxy itself in the foreground or as a daemon.</summary>
public static class HaproxyProgram
{
    public static int Run(Invocation invocation)
    {
        var seat = WorkerSeat.Take();
        var line = HaproxyCommandLine.Parse(invocation.Arguments);
        var console = new HaproxyConsole(Environment.ProcessId, invocation.Path, line.Quiet && !line.Verbose, StandardStream.Write);
        if (line.Error is { } error) return Refuse(console, error);
        if (line.Request == HaproxyRequest.EvaluateCondition) return Evaluate(line.Condition!, console);
        if (line.Request is not (HaproxyRequest.Run or HaproxyRequest.Check)) return Answer(line.Request);
        if (line.Directory is { } directory && ProcessRights.ChangeDirectory(directory) is { IsError: true } changed)
            return Refuse(console, $"Could not change to directory {directory} : {ErrnoText.Of(changed.Errno)}");
        if (Unsupported(line) is { } option) return Refuse(console, $"option '{option}' is not supported yet.");
        return line.Request == HaproxyRequest.Check ? Check(line, console) : Start(line, invocation, seat, console);
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
        var value = evaluator.Evaluate(condition, out var failure);
        if (value is not null) return value.Value ? 0 : 1;
        console.Alert($"Failed to evaluate condition: {failure.Text}");
        return 2;
    }

    private static string? Unsupported(HaproxyCommandLine line) =>
        line.SystemdNotify ? "-Ws"
        : line.MasterWorker ? "-W"
        : line.MasterSocket is not null ? "-S"
        : line.HandOverSocket is not null and not "/dev/null" ? "-x"
        : line.DumpConfiguration is not null ? "-dC"
        : null;

    private static int Check(HaproxyCommandLine line, HaproxyConsole console)
    {
        if (HaproxyConfiguration.Load(line, console) is null) return 1;
        if (console.Warnings > 0) console.Answer("Warnings were found.");
        if (line.Verbose) console.Answer("Configuration file is valid");
        return 0;
    }

    private static int Start(HaproxyCommandLine line, Invocation invocation, WorkerSeat? seat, HaproxyConsole console)
    {
        // The daemon reads the configuration itself, so what this process says while it reads is kept back until it is known who will run.
        var environment = Spawner.OwnEnvironment();
        var mayDaemonize = seat is null && !line.Debug && !line.Foreground;
        if (mayDaemonize && line.Daemon) return Launch(invocation, environment, console);

        if (mayDaemonize) console.HoldBack();
        var model = HaproxyConfiguration.Load(line, console);
        if (mayDaemonize && model is { Global.Daemon: true }) return Launch(invocation, environment, console);
        console.LetGo();
        return model is null ? 1 : new HaproxyRun(model, line, invocation, console).Run(seat);
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
