namespace Evenkeel.Linux.Processes;

/// <summary>What of root's rights a process that changes its user keeps (capabilities(7)).</summary>
/// <remarks>Capabilities belong to a thread: threads that are started afterwards inherit those of the thread that calls here, older ones keep none.</remarks>
public static unsafe class Capabilities
{
    private const int PR_SET_KEEPCAPS = 8;
    private const uint Version3 = 0x20080522;

    /// <summary>The kernel's numbers.</summary>
    private static readonly Dictionary<string, int> Numbers = new(StringComparer.Ordinal)
    {
        ["cap_net_bind_service"] = 10, ["cap_net_admin"] = 12, ["cap_net_raw"] = 13, ["cap_sys_admin"] = 21,
    };

    /// <summary>The change of user that follows takes nothing away yet.</summary>
    public static SysResult KeepOverUserChange() => LibC.Result(LibC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0));

    /// <summary>Has these, and no others, from now on.</summary>
    public static SysResult Restrict(IEnumerable<string> names)
    {
        ulong wanted = 0;
        foreach (var name in names) wanted |= 1UL << Numbers[name];
        // struct __user_cap_header_struct { version, pid }, then twice { effective, permitted, inheritable }: the low and the high 32.
        var header = stackalloc uint[] { Version3, 0 };
        var (low, high) = ((uint)wanted, (uint)(wanted >> 32));
        var data = stackalloc uint[] { low, low, 0, high, high, 0 };
        return LibC.Result(LibC.capset(header, data));
    }
}
