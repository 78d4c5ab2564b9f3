using Evenkeel.Linux;
using Evenkeel.Linux.Nftables;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Vrrp.Addresses;

/// <summary>
/// `no_accept`: while this node is master without owning the addresses, packets to and from them are dropped by nf_tables; only forwarding goes on.
/// Owner: the worker's thread.
/// </summary>
/// <remarks>A kernel without nf_tables is said once, and the addresses are accepted: better an address that answers than none.</remarks>
internal sealed class AcceptMode(IVrrpLog log) : IDisposable
{
    private readonly HashSet<DroppedAddress> _dropped = [];
    private FilterSocket? _socket;
    private DropRuleSettings? _table;
    private bool _refused;

    /// <summary>Whether the instance asks for it.</summary>
    public static bool IsWantedBy(VrrpInstanceModel instance) => !instance.Accept && instance.Priority != 255;

    /// <summary>Makes the tables when somebody will need them, in place of those a process that died has left.</summary>
    public void Prepare(KeepalivedModel model)
    {
        if (_table is not null || _refused || !model.Instances.Any(IsWantedBy)) return;
        var settings = new DropRuleSettings(model.Global.FilterTable, model.Global.FilterPriority, model.Global.FilterCounters);
        _socket ??= FilterSocket.Open(out var opened) ?? Refuse<FilterSocket>(opened);
        if (_socket is null) return;
        foreach (var isIPv6 in (ReadOnlySpan<bool>)[false, true])
        {
            _ = _socket.Run(batch => DropRules.DeleteTable(batch, isIPv6, settings.Table));
            var added = _socket.Run(batch => DropRules.AddTable(batch, isIPv6, settings));
            if (added.IsOk) continue;
            Refuse<object>(added);
            return;
        }
        _table = settings;
    }

    /// <summary>Adds or takes back the rules for addresses; what is so already is left so.</summary>
    public void Change(IReadOnlyList<VirtualAddress> addresses, bool drop)
    {
        if (_table is null) return;
        var changes = addresses.Select(Of).Where(a => drop ? _dropped.Add(a) : _dropped.Remove(a)).ToList();
        foreach (var isIPv6 in (ReadOnlySpan<bool>)[false, true])
        {
            var some = changes.Where(a => a.IsIPv6 == isIPv6).ToList();
            if (some.Count == 0) continue;
            var changed = _socket!.Run(batch => DropRules.ChangeElements(batch, isIPv6, _table.Table, drop, some));
            if (changed.IsError && !changed.Is(Errno.EEXIST) && !changed.Is(Errno.ENOENT))
                log.Write(VrrpLogLevel.Error, $"changing the firewall's drop rules failed: {ErrnoText.Of(changed.Errno)}");
        }
    }

    private static DroppedAddress Of(VirtualAddress address) =>
        new(address.Model.Address, address.Address is { IsIPv6: true, IsLinkLocal: true } ? address.Interface.Index : 0);

    private T? Refuse<T>(SysResult why) where T : class
    {
        _refused = true;
        log.Write(VrrpLogLevel.Error, $"no_accept cannot be kept, nf_tables refuses ({ErrnoText.Of(why.Errno)}): packets to the addresses are accepted");
        return null;
    }

    /// <summary>Takes the tables away.</summary>
    public void Dispose()
    {
        if (_table is not null)
        {
            foreach (var isIPv6 in (ReadOnlySpan<bool>)[false, true])
                _ = _socket!.Run(batch => DropRules.DeleteTable(batch, isIPv6, _table.Table));
        }
        _table = null;
        _socket?.Dispose();
        _socket = null;
    }
}
