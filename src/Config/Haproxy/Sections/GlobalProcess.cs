using System.Globalization;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Global keywords about the process itself: rights, limits, names, life time.</summary>
internal static class GlobalProcess
{
    /// <summary>For switches whose effect here is the same on and off.</summary>
    public static void Nothing(GlobalSection section, Statement statement) => section.Context.HasTooMany(statement, 0);

    public static void Daemon(GlobalSection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Model = section.Model with { Daemon = true };
    }

    public static void MasterWorker(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (statement.Has(1) && statement[1] != "no-exit-on-failure") section.Context.Alert("'master-worker' only supports 'no-exit-on-failure' option");
        else if (!statement.Has(1))
            section.Context.Alert("support for 'master-worker' was removed in version 3.5. Use -W or -Ws in the startup script instead.\n");
    }

    public static void PidFile(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.Alert("'pidfile' expects a file name as an argument.");
        else if (!section.Context.HasTooMany(statement, 1)) section.Model = section.Model with { PidFile = statement[1] };
    }

    public static void LocalPeer(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.Alert("'localpeer' expects a name as an argument.\n");
        else section.Model = section.Model with { LocalPeer = statement[1] };
    }

    public static void Chroot(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.Alert("'chroot' expects a directory as an argument.\n");
        else if (!section.Context.HasTooMany(statement, 1)) section.Model = section.Model with { Chroot = statement[1] };
    }

    /// <summary>Digits in front count, as in the original; what follows them does not.</summary>
    public static void AnonymizingKey(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.AlertTight("a key is expected after 'anonkey'.");
        else if (Units.LeadingNumber(statement[1]) is var key and >= 0 and <= uint.MaxValue) section.Model = section.Model with { AnonymizingKey = (uint)key };
        else section.Context.AlertTight($"'anonkey' value must be within range 0-4294967295 (was '{statement[1]}').");
    }

    public static void DnsFamily(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        var families = DnsFamilies.None;
        foreach (var word in statement[1].Split(','))
        {
            DnsFamilies? family = word switch { "ipv4" => DnsFamilies.IPv4, "ipv6" => DnsFamilies.IPv6, "auto" => DnsFamilies.Auto, _ => null };
            if (family is null)
            {
                section.Context.Alert($"'dns-accept-family' expects a comma-delimited list of 'ipv4' and 'ipv6' but got '{word}'.");
                return;
            }
            families |= family.Value;
        }
        section.Context.Draft.DnsFamilies = families;
    }

    public static void Description(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1)) section.Context.AlertTight("'description' expects a string argument.");
        else section.Model = section.Model with { Description = statement.Rest(1) };
    }

    public static void Node(GlobalSection section, Statement statement)
    {
        var isValid = statement.Has(1) && statement[1].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        if (isValid) section.Model = section.Model with { Node = statement[1] };
        else section.Context.AlertTight("'node' requires valid node name - non-empty string with digits(0-9), letters(A-Z, a-z), dot(.), hyphen(-) or "
            + "underscode(_).");
    }

    public static void ExposeExperimental(GlobalSection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Context.Draft.Experiments.AreAllowed = true;
    }

    public static void Quiet(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 0)) return;
        section.Model = section.Model with { Quiet = true };
        section.Context.Diagnostics.Silenced?.Invoke();
    }

    public static void ZeroWarning(GlobalSection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Model = section.Model with { ZeroWarning = true };
    }

    public static void ExternalCheck(GlobalSection section, Statement statement)
    {
        if (statement.Has(1) && statement[1] != "preserve-env")
            section.Context.Alert($"'external-check' only supports 'preserve-env' as an argument, found '{statement[1]}'.");
        else
        {
            section.Context.Draft.AllowsExternalCheck = true;
            section.Model = section.Model with { ExternalChecksKeepEnvironment = statement.Has(1) };
        }
    }

    public static void InsecureForkWanted(GlobalSection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Context.Draft.AllowsInsecureFork = !statement.IsNegated;
    }

    public static void SslServerVerify(GlobalSection section, Statement statement)
    {
        if (statement[1] is not ("none" or "required")) section.Context.Alert("'ssl-server-verify' expects 'none' or 'required' as argument.");
        else section.Context.Draft.ServersAreNotVerified = statement[1] == "none";
    }

    public static void MaxConn(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'maxconn' expects an integer argument.");
        else if (!Units.TryInteger(statement[1], out var value)) section.Context.Alert($"cannot parse 'maxconn' value '{statement[1]}', an integer is "
            + "expected.");
        else section.Model = section.Model with { MaxConnections = value > 0 ? value : null };
    }

    public static void UlimitN(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'ulimit-n' expects an integer argument.");
        else section.Model = section.Model with { UlimitDescriptors = PositiveOrNull(statement[1]) };
    }

    public static void FdHardLimit(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'fd-hard-limit' expects an integer argument.");
        else section.Model = section.Model with { DescriptorHardLimit = PositiveOrNull(statement[1]) };
    }

    private static int? PositiveOrNull(string text) => Units.LenientInteger(text) is > 0 and var value ? value : null;

    /// <summary>`setcap cap_net_raw,cap_net_admin`; words behind the list are ignored, as the original does.</summary>
    public static void SetCapabilities(GlobalSection section, Statement statement)
    {
        const string Supported = "Supported ones are: cap_net_raw, cap_net_admin, cap_net_bind_service and cap_sys_admin.";
        string[] names = statement.Has(1) ? statement[1].Split(',') : [];
        if (names.Length == 0) section.Context.Alert($"'setcap' : missing capability name(s).  {Supported}");
        else if (names.Any(static name => name is not ("cap_net_raw" or "cap_net_admin" or "cap_net_bind_service" or "cap_sys_admin")))
            section.Context.Alert($"'setcap' : unsupported capability '{names[0]}'.  {Supported}");
        else section.Model = section.Model with { Capabilities = [.. names] };
    }

    public static void SetDumpable(GlobalSection section, Statement statement)
    {
        var word = statement.Has(1) ? statement[1] : "on";
        if (word is not ("on" or "off" or "libs"))
        {
            section.Context.AlertTight($"'set-dumpable' only supports 'on' and 'off' as an argument, found '{word}'.");
            return;
        }
        if (section.Context.HasTooMany(statement, 1)) return;
        section.Model = section.Model with { IsDumpable = word != "off" && !statement.IsNegated };
    }

    public static void SpreadChecks(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        var value = Units.LenientInteger(statement[1]);
        if (!statement.Has(1)) section.Context.AlertTight("'spread-checks' expects an integer argument (0..50).");
        else if (value is < 0 or > 50) section.Context.AlertTight("'spread-checks' needs a positive value in range 0..50.");
        else section.Model = section.Model with { SpreadChecksPercent = value };
    }

    public static void MaxSpreadChecks(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.AlertTight("'max-spread-checks' expects an integer argument (0..50).");
        else if (section.Context.TryTime(statement[1], 1, out var ms, out var unexpected) != UnitError.None)
            section.Context.AlertTight($"unsupported character '{unexpected}' in 'max-spread-checks' (wants an integer delay).");
        else section.Model = section.Model with { MaxSpreadChecksMs = ms };
    }

    public static void User(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (section.Context.World.UserId(statement[1]) is { } id) section.Model = section.Model with { User = statement[1], UserId = id };
        else section.Context.Alert($"cannot find user id for '{statement[1]}' (0:Success)");
    }

    public static void Group(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (section.Context.World.GroupId(statement[1]) is { } id) section.Model = section.Model with { Group = statement[1], GroupId = id };
        else section.Context.Alert($"cannot find group id for '{statement[1]}' (0:Success)");
    }

    public static void Uid(GlobalSection section, Statement statement)
    {
        if (TryId(section, statement, "user", out var id)) section.Model = section.Model with { UserId = id };
    }

    public static void Gid(GlobalSection section, Statement statement)
    {
        if (TryId(section, statement, "group", out var id)) section.Model = section.Model with { GroupId = id };
    }

    private static bool TryId(GlobalSection section, Statement statement, string named, out uint id)
    {
        id = 0;
        if (section.Context.HasTooMany(statement, 1)) return false;
        if (!statement.Has(1)) section.Context.Alert($"'{statement.Keyword}' expects an integer argument.");
        else if (uint.TryParse(statement[1], CultureInfo.InvariantCulture, out id)) return true;
        else
            section.Context.Warning($" {statement.Keyword}: string '{statement[1]}' is not a number.\n   | You might want to use the '{named}' "
                + $"parameter to use a system {named} name.");
        return false;
    }

    public static void HardStopAfter(GlobalSection section, Statement statement)
    {
        if (TryTime(section, statement) is { } ms) section.Model = section.Model with { HardStopAfterMs = ms };
    }

    public static void Grace(GlobalSection section, Statement statement)
    {
        if (TryTime(section, statement) is { } ms) section.Model = section.Model with { GraceMs = ms };
    }

    public static void CloseSpreadTime(GlobalSection section, Statement statement)
    {
        if (statement[1] == "infinite") section.Model = section.Model with { CloseSpreadMs = Timeout.Infinite };
        else if (TryTime(section, statement) is { } ms) section.Model = section.Model with { CloseSpreadMs = ms };
    }

    public static void MaxReloads(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        var value = Units.LenientInteger(statement[1]);
        if (!statement.Has(1)) section.Context.Alert("'mworker-max-reloads' expects an integer argument.\n");
        else if (value < 0) section.Context.Alert("'mworker-max-reloads' expects a positive value or zero.\n");
        else section.Model = section.Model with { MaxReloads = value };
    }

    public static void NoReusePort(GlobalSection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Model = section.Model with { NoReusePort = true };
    }

    public static void StrictLimits(GlobalSection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Model = section.Model with { StrictLimits = !statement.IsNegated };
    }

    private static int? TryTime(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1))
        {
            section.Context.Alert($"'{statement.Keyword}' expects <time> as argument.\n");
            return null;
        }
        switch (section.Context.TryTime(statement[1], 1, out var ms, out var unexpected))
        {
            case UnitError.Overflow:
                section.Context.Alert($"timer overflow in argument '{statement[1]}' to '{statement.Keyword}' (maximum value is 2147483647 ms or ~24.8 days)");
                return null;
            case UnitError.Unexpected:
                section.Context.Alert($"unexpected character '{unexpected}' in argument to <{statement.Keyword}>.\n");
                return null;
            default:
                return ms;
        }
    }
}
