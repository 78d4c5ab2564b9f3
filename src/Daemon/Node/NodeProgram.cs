using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Node;

/// <summary>The `evenkeel` program: runs a node, checks its files, asks a running one.</summary>
public static class NodeProgram
{
    /// <summary>A node that takes longer to answer is in trouble, and saying so is the better answer.</summary>
    private const int StatusTimeoutMs = 2_000;

    /// <summary>Longer than the node itself waits for a reload.</summary>
    private const int CommandTimeoutMs = 35_000;

    public static int Run(Invocation invocation)
    {
        var seat = WorkerSeat.Take();
        var carried = CarriedState.Take();
        var line = NodeCommandLine.Parse(invocation.Arguments);
        if (line.Error is { } error) return Refuse(error);
        if (seat is not null) return RunWorker(seat, line);
        return line.Request switch
        {
            NodeRequest.Version => Answer(NodeBanner.Version),
            NodeRequest.Run => new NodeRun(line, invocation, carried).Run(),
            NodeRequest.Check => NodeCheck.Run(line),
            NodeRequest.Status => Ask(line, line.Json ? "json\n" : "text\n"),
            NodeRequest.Events => Ask(line, "events\n"),
            NodeRequest.Plan => Ask(line, $"plan {Path.GetFullPath(line.AddressFile!)}\n"),
            NodeRequest.Simulate => NodeSimulation.Run(line),
            NodeRequest.Reload => Command(line, "reload\n"),
            NodeRequest.Drain => Command(line, "drain\n"),
            NodeRequest.Resume => Command(line, "resume\n"),
            _ => Answer(NodeBanner.Help),
        };
    }

    private static int RunWorker(WorkerSeat seat, NodeCommandLine line) => seat.Role switch
    {
        WorkerSeat.ProxyRole => ProxyWorker.Run(seat, line),
        WorkerSeat.ReaderRole => NodeReader.Run(seat, line),
        WorkerSeat.AddressRole => AddressWorker.Run(seat, line),
        _ => Refuse($"there is no worker '{seat.Role}'"),
    };

    private static int Ask(NodeCommandLine line, string question)
    {
        var path = StatusSocket.Find(line.StatusSocket);
        var answer = StatusSocket.Ask(path, question, StatusTimeoutMs, out var problem);
        return answer is null
            ? Refuse($"no node answers at {path} ({problem}); start one with 'evenkeel run', or name its socket with -s")
            : Answer(answer);
    }

    /// <summary>Has the node do something, and says what came of it.</summary>
    private static int Command(NodeCommandLine line, string command)
    {
        var path = StatusSocket.Find(line.StatusSocket);
        var answer = StatusSocket.Ask(path, command, CommandTimeoutMs, out var problem);
        if (answer is null) return Refuse($"no node answers at {path} ({problem}); start one with 'evenkeel run', or name its socket with -s");
        var text = answer[(answer.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return answer.StartsWith("ok:", StringComparison.Ordinal) ? Answer(text) : Refuse(text.TrimEnd('\n'));
    }

    private static int Answer(string text)
    {
        StandardStream.Write(StandardStream.Output, text);
        return 0;
    }

    private static int Refuse(string text)
    {
        StandardStream.Write(StandardStream.Error, $"evenkeel: {text}\n");
        return 1;
    }
}
