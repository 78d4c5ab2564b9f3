namespace Evenkeel.Linux.Netlink;

/// <summary>Switches of the kernel's IP layer that belong to one interface: /proc/sys/net/ipv4/conf and its like (ip-sysctl).</summary>
public static class InterfaceFlag
{
    public const string PromoteSecondaries = "ipv4/conf/{0}/promote_secondaries";
    public const string ForwardsIPv6 = "ipv6/conf/{0}/forwarding";

    public static bool IsOn(string interfaceName, string flag)
    {
        try
        {
            return File.ReadAllText(PathOf(interfaceName, flag)).Trim() != "0";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <returns>True when the flag was changed: it was the other way before, and the kernel took it.</returns>
    public static bool Set(string interfaceName, string flag, bool on)
    {
        if (IsOn(interfaceName, flag) == on) return false;
        try
        {
            File.WriteAllText(PathOf(interfaceName, flag), on ? "1" : "0");
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The name is the kernel's own or the operator's: one with a slash in it is nobody's.</summary>
    private static string PathOf(string interfaceName, string flag) =>
        "/proc/sys/net/" + flag.Replace("{0}", interfaceName.Replace('/', '.'), StringComparison.Ordinal);
}
