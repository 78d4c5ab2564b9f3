using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Files;
using Evenkeel.Model;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>Command line + files -> model, with everything said on the way: what `-c` judges and what a start needs is the same.</summary>
public static class HaproxyConfiguration
{
    /// <returns>Null when it is refused; why has been said.</returns>
    /// <param name="world">What is asked while it is read; null asks this machine.</param>
    public static ConfigurationModel? Load(HaproxyCommandLine line, HaproxyConsole console, IWorld? world = null)
    {
        world ??= new ThisMachine();
        var model = Read(line, console, world);
        if (model is null || !TlsSetup.Check(model, world, console.Alert, console.Warning))
        {
            // The originals' words name the file; what to do about it they leave to the operator.
            foreach (var remedy in FileTrouble.RemediesIn(console.Alerts)) console.Notice(remedy);
            return null;
        }
        if (console.Warnings == 0 || !(line.ZeroWarning || model.Global.ZeroWarning)) return model;
        console.Alert("Some warnings were found and 'zero-warning' is set. Aborting.");
        return null;
    }

    /// <summary>Only the files, not what becomes of them.</summary>
    /// <param name="inForce">What its patterns read is not read again where it is the same.</param>
    public static ConfigurationModel? Read(HaproxyCommandLine line, HaproxyConsole console, IWorld world, ConfigurationModel? inForce = null)
    {
        var diagnostics = new DiagnosticList { Added = console.Print, Silenced = () => console.IsQuiet |= !line.Verbose };
        var dump = line.DumpConfiguration is { } key
            ? new ConfigurationDump(new Anonymizer(key), static text => StandardStream.Write(StandardStream.Output, text)) : null;
        return HaproxyParser.Parse(line.Files, OptionsOf(line) with { Dump = dump }, world, Signatures.Registry, diagnostics, inForce);
    }

    /// <summary>What the files say now, read by what changed in them (<see cref="HaproxyParser.ParseChanges"/>).</summary>
    /// <returns>Null when it takes <see cref="Load"/> to judge them.</returns>
    public static ConfigurationModel? ReadChanges(HaproxyCommandLine line, ConfigurationModel before, IWorld world)
    {
        var said = false;
        void Say(string text) => said = true;
        var model = HaproxyParser.ParseChanges(before, line.Files, OptionsOf(line), world, Signatures.Registry);
        return model is not null && TlsSetup.Check(model, world, Say, Say) && !said ? model : null;
    }

    private static HaproxyOptions OptionsOf(HaproxyCommandLine line) => new()
    {
        IgnoresResolutionFailures = line.IgnoreUnresolvedNames,
        SkipsServerVerification = line.NoServerVerify,
        LocalPeer = line.LocalPeer,
        IsDiagnostic = line.Diagnostics,
    };
}
