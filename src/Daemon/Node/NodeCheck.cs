using Evenkeel.Config.Keepalived;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Keepalived;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Processes;

namespace Evenkeel.Daemon.Node;

/// <summary>`evenkeel check`: both configurations, each complaint in its original's words, one verdict.</summary>
public static class NodeCheck
{
    public static int Run(NodeCommandLine line)
    {
        var proxyIsRight = line.ProxyFiles.IsEmpty || CheckProxy(line);
        var addressIsRight = line.AddressFile is null || CheckAddresses(line.AddressFile);
        if (!proxyIsRight || !addressIsRight) return 1;
        StandardStream.Write(StandardStream.Output, "The configuration is valid.\n");
        return 0;
    }

    private static bool CheckProxy(NodeCommandLine line)
    {
        var console = new HaproxyConsole(Environment.ProcessId, Invocation.OwnExecutable, quiet: false, StandardStream.Write);
        return HaproxyConfiguration.Load(new HaproxyCommandLine { Files = line.ProxyFiles }, console) is not null;
    }

    /// <summary>Scripts without script security are the original's status 6 and run all the same: said, but no reason to refuse.</summary>
    private static bool CheckAddresses(string file)
    {
        var configuration = new KeepalivedConfiguration(file, null);
        if (configuration.IsMissing)
        {
            Say($"{file}: there is no such file");
            return false;
        }
        var result = configuration.Test(text => Say($"{file}: {text}"));
        foreach (var warning in result.StartWarnings) Say($"{file}: {warning}");
        foreach (var refusal in result.StartRefusals) Say($"{file}: {refusal}");
        return result is { Model: not null, StartRefusals.IsEmpty: true, ExitCode: KeepalivedResult.ExitOk or KeepalivedResult.ExitSecurity };
    }

    private static void Say(string text) => StandardStream.Write(StandardStream.Error, text + "\n");
}
