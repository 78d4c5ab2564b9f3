using System.Globalization;
using Evenkeel.Control.RuntimeApi;
using Evenkeel.Daemon.Processes;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.MasterWorker;

/// <summary>One operator on the master's socket: lines in, answers out, of the master's own commands or passed on to and from a worker.</summary>
/// <remarks>Owner: its own thread, which may wait; the master is asked by <see cref="Master.Ask{T}"/>.</remarks>
internal sealed partial class MasterSession(Master master, MasterStream client, CommandLevel level)
{
    private const int PassedBytes = 16_384;

    private CommandLevel _level = level;
    private PromptMode _prompt = PromptMode.NonInteractive;
    private bool _isPromptTimed;
    private bool _isExpert;
    private bool _isExperimental;
    private bool _isDebug;

    /// <summary>The worker all further commands are for; 0 is the master.</summary>
    private int _contextPid;

    public void Run()
    {
        using (client)
        {
            while (client.ReadLine() is { } line)
            {
                if (!RunLine(line) || _prompt == PromptMode.NonInteractive) return;
                if (_prompt == PromptMode.Prompt && !client.Write(Prompt())) return;
            }
        }
    }

    /// <returns>False when the session ends here.</returns>
    private bool RunLine(string line)
    {
        var announces = CommandSplitter.AnnouncesPayload(line, out _, out var ending);
        var payload = announces ? ReadPayload(ending) : "";
        var commands = MasterLine.Split(line);
        for (var i = 0; i < commands.Count; i++)
            if (!RunCommand(MasterCommand.Parse(commands[i]), i == commands.Count - 1 ? payload : "")) return false;
        return true;
    }

    /// <summary>The lines behind `&lt;&lt;`, with the one that ends them, for the worker to read again.</summary>
    private string ReadPayload(string ending)
    {
        var lines = new System.Text.StringBuilder();
        while (client.ReadLine() is { } line && lines.Length <= CliSession.MaxPayloadLength)
        {
            lines.Append(line).Append('\n');
            if (line == ending) break;
        }
        return lines.ToString();
    }

    private bool RunCommand(MasterCommand command, string payload)
    {
        if (command.Target == CommandTarget.Unnamed)
            return RunOwn(command.Text) ?? (_contextPid == 0 ? RunMasters(command.Text) : PassOn(_contextPid, command.Text, payload));
        var pid = 0;
        if (command.Target != CommandTarget.Master && (pid = FindPid(command)) == 0)
        {
            _ = client.Write($"Can't find the target PID matching the prefix '{command.Prefix}'\n");
            return _prompt != PromptMode.NonInteractive;
        }
        if (command.IsConversation && pid != 0) return Converse(pid, command.Text);
        if (command.Text.Length > 0) return pid == 0 ? RunMasters(command.Text) : PassOn(pid, command.Text, payload);
        _contextPid = pid;
        return true;
    }

    private int FindPid(MasterCommand command) => master.Ask(() => command.Target switch
    {
        // There is one worker of the newest configuration, and it has the number 1.
        CommandTarget.Worker when command.Number == 1 => master.Current?.Pid ?? 0,
        CommandTarget.Pid => master.Workers.FirstOrDefault(worker => worker.Pid == command.Number && worker.HasStarted)?.Pid ?? 0,
        _ => 0,
    });

    /// <summary>Commands about the session itself, which are the master's in any context.</summary>
    /// <returns>Null when it is none of them; false when the session ends.</returns>
    private bool? RunOwn(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return true;
        switch (words[0])
        {
            case "prompt":
                return SetPrompt(words);
            case "quit":
                return false;
            case "expert-mode":
                return Switch(words, ref _isExpert);
            case "experimental-mode":
                return Switch(words, ref _isExperimental);
            case "mcli-debug-mode":
                return Switch(words, ref _isDebug);
            case "user":
                _level = CommandLevel.User;
                return true;
            case "operator":
                if (_level < CommandLevel.Operator) return client.Write("Permission denied!\n");
                _level = CommandLevel.Operator;
                return true;
            default:
                return null;
        }
    }

    private bool Switch(string[] words, ref bool isOn)
    {
        if (_level < CommandLevel.Admin) return client.Write("Permission denied!\n");
        isOn = words.Length > 1 && words[1] == "on";
        return true;
    }

    private bool SetPrompt(string[] words)
    {
        var named = false;
        foreach (var word in words.Skip(1))
        {
            PromptMode? mode = word switch { "n" => PromptMode.NonInteractive, "i" => PromptMode.Interactive, "p" => PromptMode.Prompt, _ => null };
            if (word == "timed") _isPromptTimed = !_isPromptTimed;
            else if (mode is null) return client.Write(MasterHelp.Prompt);
            if (mode is not null) (_prompt, named) = (mode.Value, true);
        }
        if (named) return true;
        _prompt = words.Length == 1 && _prompt == PromptMode.Prompt ? PromptMode.NonInteractive : PromptMode.Prompt;
        return true;
    }

    private string Prompt()
    {
        var failed = master.Ask(() => (master.FailedReloads, master.UptimeMs));
        var name = _contextPid != 0 ? _contextPid.ToString(CultureInfo.InvariantCulture) : failed.FailedReloads > 0 ? "master[ReloadFailed]" : "master";
        var flags = (_isExperimental ? "x" : "") + (_isExpert ? "e" : "") + (_isDebug ? "d" : "");
        var up = TimeSpan.FromMilliseconds(failed.UptimeMs);
        var time = _isPromptTimed ? $"[{up.Days}:{up.Hours:00}:{up.Minutes:00}:{up.Seconds:00}] " : "";
        return $"{time}{name}{(flags.Length > 0 ? $"({flags})" : "")}> ";
    }

    /// <summary>One command to a worker, its answer back.</summary>
    private bool PassOn(int pid, string text, string payload)
    {
        using var worker = Connect(pid, PromptMode.NonInteractive);
        if (worker is null) return client.Write($"Can't find the target PID matching the prefix '@!{pid}'\n");
        if (!worker.Write(text + "\n" + payload)) return true;
        // A command that keeps its session open (`prompt`) finds that nobody says more.
        worker.EndWriting();
        var room = new byte[PassedBytes];
        Span<bool> ready = stackalloc bool[1];
        while (true)
        {
            Poll.Wait([worker.Descriptor], ready, -1);
            var count = worker.Read(room);
            if (count == 0) return true;
            if (count is { } bytes && !client.Write(room.AsSpan(0, bytes))) return false;
        }
    }

    /// <summary>`@@`: both sides talk until the worker ends the conversation, or the operator leaves.</summary>
    private bool Converse(int pid, string text)
    {
        using var worker = Connect(pid, text.Length > 0 ? PromptMode.NonInteractive : _prompt == PromptMode.NonInteractive ? PromptMode.Interactive : _prompt);
        if (worker is null) return client.Write($"Can't find the target PID matching the prefix '@@!{pid}'\n");
        if (text.Length > 0) _ = worker.Write(text + "\n");
        _ = worker.Write(client.TakeRest());
        var room = new byte[PassedBytes];
        Span<bool> ready = stackalloc bool[2];
        var clientEnded = false;
        while (true)
        {
            Poll.Wait([worker.Descriptor, clientEnded ? -1 : client.Descriptor], ready, -1);
            if (ready[0] && worker.Read(room) is { } answered)
            {
                if (answered == 0) return !clientEnded;
                if (!client.Write(room.AsSpan(0, answered))) return false;
            }
            if (!ready[1] || client.Read(room) is not { } typed) continue;
            clientEnded = typed == 0;
            if (clientEnded) worker.EndWriting();
            else _ = worker.Write(room.AsSpan(0, typed));
        }
    }

    private MasterStream? Connect(int pid, PromptMode prompt)
    {
        if (RecordSocket.CreateStreamPair(out var here, out var there).IsError) return null;
        var mode = _isExpert ? CommandMode.Expert : _isExperimental ? CommandMode.Experimental : CommandMode.Normal;
        var seat = new CommandSeat(_level, mode, prompt, _isPromptTimed);
        var connected = master.Ask(() => master.Workers.FirstOrDefault(worker => worker.Pid == pid)?.Connect(there, seat) ?? false);
        _ = there.Close();
        if (connected) return new MasterStream(here);
        _ = here.Close();
        return null;
    }
}
