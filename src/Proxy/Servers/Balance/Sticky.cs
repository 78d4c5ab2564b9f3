namespace Evenkeel.Proxy.Servers.Balance;

/// <summary>
/// `balance sticky`: the first server of the line takes everything until it goes; one that comes back stands at the end of the line
/// (configuration.txt 4.2 "balance").
/// </summary>
internal sealed class Sticky : Balancer
{
    private readonly Server[] _line;

    public Sticky(ServerSet set, Sticky? previous) : base(set)
    {
        var stayed = (previous?._line ?? []).Where(server => Array.IndexOf(set.Servers, server) >= 0).ToList();
        _line = [.. stayed, .. set.Servers.Where(server => !stayed.Contains(server))];
    }

    public override Server? Pick(IBalanceInput input)
    {
        foreach (var server in _line)
            if (server.HasRoom && server != input.ServerToAvoid) return server;
        return TheOneToAvoid(input);
    }
}
