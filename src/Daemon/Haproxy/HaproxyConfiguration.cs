using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Daemon.Machine;
using Evenkeel.Model;
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
        if (model is null || !TlsSetup.Check(model, world, console.Alert, console.Warning)) return null;
        if (console.Warnings == 0 || !(line.ZeroWarning || model.Global.ZeroWarning)) return model;
        console.Alert("Some warnings were found and 'zero-warning' is set. Aborting.");
        return null;
    }

    /// <summary>Only the files, not what becomes of them.</summary>
    public static ConfigurationModel? Read(HaproxyCommandLine line, HaproxyConsole console, IWorld world)
    {
        var diagnostics = new DiagnosticList { Added = console.Print, Silenced = () => console.IsQuiet |= !line.Verbose };
        var options = new HaproxyOptions
        {
            IgnoresResolutionFailures = line.IgnoreUnresolvedNames,
            SkipsServerVerification = line.NoServerVerify,
            LocalPeer = line.LocalPeer,
            IsDiagnostic = line.Diagnostics,
        };
        return HaproxyParser.Parse(line.Files, options, world, Signatures.Registry, diagnostics);
    }
}
