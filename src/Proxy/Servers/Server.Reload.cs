using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers;

/// <remarks>What a reload does to a server that lives on, and to one that the configuration no longer has. All of it under the change lock.</remarks>
public sealed partial class Server
{
    private volatile bool _isRemoved;

    /// <summary>The configuration has it no more: it gets no new stream, and ends with those it has.</summary>
    public bool IsRemoved => _isRemoved;

    /// <summary>
    /// Takes another configuration into use. What was set by command (address, weight, limits, maintenance, a check switched off) stays where the file says
    /// the same as before; health and counters always stay.
    /// </summary>
    /// <returns>False when connections made under the old configuration are of no use any more.</returns>
    internal bool Adopt(ServerSetup next, int index, long nowMs)
    {
        Index = index;
        var (before, model) = (Model, next.Model);
        if (ReferenceEquals(_setup, next)) return true;
        if (model.Address != before.Address) _address = model.Address;
        if (model.CheckAddress != before.CheckAddress) _checkAddress = model.CheckAddress;
        if (model.CheckPort != before.CheckPort) _checkPort = model.CheckPort ?? 0;
        if (model.HostName != before.HostName) CommandedHostName = null;
        if (model.MaxConnections != before.MaxConnections) MaxConnections = model.MaxConnections ?? 0;
        if (model.Weight != before.Weight) Volatile.Write(ref _userWeight, model.Weight);
        if (model.Agent != before.Agent)
            (_agentAddress, _agentPort, _agentQuestion) = (model.Agent.Address, model.Agent.Port, model.Agent.Question);
        _setup = next;
        _name = model.Name;
        _isRemoved = false;
        NameForCookies();
        AdoptHealth(before, model, nowMs);
        AdoptAdmin(before, model, nowMs);
        return ConnectsAlike(before, model);
    }

    /// <summary>The configuration has it no more: who waits for it looks for another one.</summary>
    internal void Remove()
    {
        _isRemoved = true;
        _ = EvictQueue();
    }

    private void AdoptHealth(ServerModel before, ServerModel model, long nowMs)
    {
        var wasUp = Health.IsUp;
        (Health.Rise, Health.Fall) = (model.Rise, model.Fall);
        if (before.Check != model.Check)
        {
            Health.IsConfigured = Health.IsEnabled = model.Check;
            Health.Value = model.Check && !InMaintenance ? model.Rise : 0;
            ChangeOperating(OperatingState.Running, ChangeCause.Command, null, nowMs);
        }
        else if ((before.Rise, before.Fall) != (model.Rise, model.Fall)) Health.Value = wasUp ? model.Rise + model.Fall - 1 : 0;
        if (before.Agent.IsOn != model.Agent.IsOn)
        {
            Agent.IsConfigured = Agent.IsEnabled = model.Agent.IsOn;
            Agent.Value = 1;
            if (!Health.IsEnabled || Health.IsUp) ChangeOperating(OperatingState.Running, ChangeCause.Command, null, nowMs);
        }
    }

    private void AdoptAdmin(ServerModel before, ServerModel model, long nowMs)
    {
        var (add, remove) = (AdminState.Ready, AdminState.Ready);
        if (before.Disabled != model.Disabled)
        {
            const AdminState Configured = AdminState.ForcedMaintenance | AdminState.ConfiguredMaintenance;
            if (model.Disabled) add |= Configured;
            else remove |= Configured;
        }
        if (LacksAddress(before) != LacksAddress(model))
        {
            if (LacksAddress(model)) add |= AdminState.ResolutionMaintenance;
            else remove |= AdminState.ResolutionMaintenance;
        }
        ChangeAdmin(add, remove, nowMs);
    }

    private static bool LacksAddress(ServerModel model) => model.HostName is not null && model.Address is null;

    /// <summary>A connection begins the same way under both.</summary>
    private static bool ConnectsAlike(ServerModel before, ServerModel model) =>
        before.Source == model.Source && before.ProxyHeader == model.ProxyHeader && before.Socks4 == model.Socks4 && SpeaksAlike(before.Tls, model.Tls);

    private static bool SpeaksAlike(TlsServerModel? before, TlsServerModel? model)
    {
        if (before is null || model is null) return before == model;
        if (!before.Alpn.SequenceEqual(model.Alpn) || !before.Settings.Excluded.SequenceEqual(model.Settings.Excluded)) return false;
        if (before.Sni?.Text != model.Sni?.Text) return false;
        return Plain(before) == Plain(model);

        // Lists and expressions have been compared; what is left compares by value.
        static TlsServerModel Plain(TlsServerModel tls) => tls with { Alpn = [], Sni = null, Settings = tls.Settings with { Excluded = [] } };
    }
}
