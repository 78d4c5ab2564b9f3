using System.Diagnostics;
using System.Globalization;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Keepalived;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Files;
using Evenkeel.Vrrp.Simulation;

namespace Evenkeel.Daemon.Node;

/// <summary>
/// `evenkeel simulate`: the keepalived.conf files of several nodes, read side by side, then run in a world of faults in virtual time. Exit status 0 when
/// nothing was found, 1 when a rule was broken or an address can never move, 2 when a file cannot be read.
/// </summary>
internal static class NodeSimulation
{
    private const double SecondsPerYear = 365.25 * 24 * 3_600;

    public static int Run(NodeCommandLine line)
    {
        var nodes = new List<WorldNode>();
        foreach (var argument in line.AddressFiles)
        {
            if (Read(argument, nodes.Count) is not { } node) return 2;
            nodes.Add(node);
        }
        var findings = ElectionAnalysis.Of(nodes);
        foreach (var finding in findings) Say($"{finding.Group}: {finding.Text}");
        if (findings.Any(f => f.Splits))
        {
            Say("not simulated: these nodes do not hear each other");
            return 1;
        }
        var clock = Stopwatch.StartNew();
        var report = World.Run(new WorldOptions(nodes, line.Seed) { DurationUs = (long)(line.Years * SecondsPerYear * 1e6) });
        Print(report, clock.Elapsed.TotalSeconds, line.Seed);
        var isSound = report.Violations.Count == 0 && !findings.Any(f => f.BreaksFailover);
        Say(isSound ? "nothing was found" : report.Violations.Count > 0 ? "a rule was broken" : "the configurations need a change");
        return isSound ? 0 : 1;
    }

    /// <summary>`FILE`, or `FILE@ID` where one file with `@id` lines serves several nodes.</summary>
    private static WorldNode? Read(string argument, int index)
    {
        var at = argument.LastIndexOf('@');
        var hasId = at > 0 && !File.Exists(argument);
        var file = hasId ? argument[..at] : argument;
        var problems = new List<string>();
        var diagnostics = new DiagnosticList();
        diagnostics.Added = said =>
        {
            // Who may change scripts on another machine is not to be seen from here.
            if (said.Severity > Severity.Notice && !said.Text.StartsWith("SECURITY VIOLATION", StringComparison.Ordinal)) problems.Add(said.Text);
        };
        var options = new KeepalivedOptions { ConfigId = hasId ? argument[(at + 1)..] : null };
        var result = File.Exists(file) ? KeepalivedParser.Parse(file, options, new ElsewhereMachine(), diagnostics) : null;
        foreach (var problem in problems) StandardStream.Write(StandardStream.Error, $"{problem}\n");
        if (result?.Model is not { } model)
        {
            StandardStream.Write(StandardStream.Error, $"evenkeel: {file} {(result is null ? "does not exist" : "cannot be read")}\n");
            return null;
        }
        if (model.Instances.IsEmpty) StandardStream.Write(StandardStream.Error, $"evenkeel: {file} has no vrrp_instance\n");
        var name = hasId ? argument[(at + 1)..] : Path.GetFileNameWithoutExtension(file);
        return model.Instances.IsEmpty ? null : new WorldNode(name.Length > 0 ? name : $"node{index + 1}", model);
    }

    private static void Print(WorldReport report, double seconds, int seed)
    {
        var rate = report.Faults / Math.Max(seconds, 0.001);
        var years = report.VirtualSeconds / SecondsPerYear;
        Say(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {years:F3} years in {seconds:F1} s, {report.Rounds:N0} rounds, ")
            + string.Create(CultureInfo.InvariantCulture, $"{report.AdvertisementsSent:N0} advertisements, {report.Transitions:N0} changes of state, ")
            + string.Create(CultureInfo.InvariantCulture, $"{report.Faults:N0} faults ({rate:N0} a second), ")
            + string.Create(CultureInfo.InvariantCulture, $"{report.PacketFaults:N0} packets lost, doubled or late"));
        Say("fault              times   no answer from the address, ms: median      longest");
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            var tally = report.OutagesAfter(kind);
            var outage = tally.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{tally.MedianMs,38:F1} {tally.MaximumMs,12:F1}");
            if (report.FaultsOf(kind) > 0)
                Say(string.Create(CultureInfo.InvariantCulture, $"{Word(kind),-14} {report.FaultsOf(kind),9:N0} {outage}"));
        }
        foreach (var violation in report.Violations) Say($"BROKEN {violation}");
    }

    private static string Word(FaultKind kind) => kind switch
    {
        FaultKind.PowerOff => "power off",
        FaultKind.ProcessDies => "process dies",
        FaultKind.CleanStop => "clean stop",
        FaultKind.InterfaceDown => "interface down",
        FaultKind.TrackerFails => "tracker fails",
        FaultKind.ProxyUnready => "proxy unready",
        FaultKind.OneWayLink => "one-way link",
        FaultKind.LossyNetwork => "lossy network",
        FaultKind.SlowNetwork => "slow network",
        FaultKind.PacketLost => "packet lost",
        FaultKind.PacketDoubled => "packet doubled",
        FaultKind.PacketLate => "packet late",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static void Say(string text) => StandardStream.Write(StandardStream.Output, text + "\n");
}
