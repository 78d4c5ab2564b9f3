using System.Text;
using Evenkeel.Control.RuntimeApi;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.MasterWorker;

/// <content>The master's own commands.</content>
internal sealed partial class MasterSession
{
    /// <returns>False when the session ends.</returns>
    private bool RunMasters(string text)
    {
        if (RunOwn(text) is { } done) return done;
        var words = CommandSplitter.Split(text)[0];
        switch (words)
        {
            case ["reload", ..]: return Reload(isHard: false);
            case ["hard-reload", ..]: return Reload(isHard: true);
            case ["show", "proc", ..]: return Operators(() => master.Ask(() => ProcessList.Text(master, words.Count > 2 && words[2] == "debug")));
            case ["show", "startup-logs", ..]: return Operators(() => master.Ask(() => master.StartupLog));
            case ["show", "env", ..]: return Operators(() => Variables(words.Count > 2 ? words[2] : null));
            case ["show", "version", ..]: return client.Write(ProductVersion.Haproxy + "\n\n");
            case ["show", "cli", "level", ..]: return client.Write($"{_level.ToString().ToLowerInvariant()}\n\n");
            case ["show", "cli", "sockets", ..]: return client.Write("# socket lvl processes\n\n");
            case ["echo", ..]: return client.Write(string.Join(' ', words.Skip(1)) + "\n\n");
            case ["help", ..]: return client.Write(MasterHelp.All([.. words.Skip(1)]) + "\n");
            default: return client.Write(MasterHelp.Unknown(words) + "\n");
        }
    }

    private bool Operators(Func<string> answer)
    {
        if (_level < CommandLevel.Operator) return client.Write("Permission denied\n\n");
        var text = answer();
        return client.Write(text.EndsWith('\n') ? text + "\n" : text + "\n\n");
    }

    /// <summary>Waits for the outcome, says it, and ends the session as the original does.</summary>
    private bool Reload(bool isHard)
    {
        if (_level < CommandLevel.Operator) return client.Write("Permission denied\n\n");
        using var known = new ManualResetEventSlim();
        var outcome = "";
        _ = master.Ask(() =>
        {
            master.RequestReload(isHard, new ReloadAsker(client.Descriptor, text =>
            {
                outcome = text;
                known.Set();
            }));
            return 0;
        });
        known.Wait();
        _ = client.Write(outcome + "\n");
        return false;
    }

    private static string Variables(string? name)
    {
        var text = new StringBuilder();
        foreach (var variable in Linux.Processes.Spawner.OwnEnvironment())
            if (name is null || variable.StartsWith(name + "=", StringComparison.Ordinal)) text.Append(variable).Append('\n');
        return text.Length == 0 ? "Variable not found" : text.ToString();
    }
}
