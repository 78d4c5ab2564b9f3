using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.Netlink;

/// <content>Routes and policy rules.</content>
public sealed unsafe partial class RouteNetlink
{
    private const int SOL_NETLINK = 270;
    private const int NETLINK_ADD_MEMBERSHIP = 1;
    private const int RTNLGRP_IPV4_ROUTE = 7;
    private const int RTNLGRP_IPV4_RULE = 8;
    private const int RTNLGRP_IPV6_ROUTE = 11;
    private const int RTNLGRP_IPV6_RULE = 19;
    private const ushort RTM_NEWROUTE = 24;
    private const ushort RTM_DELROUTE = 25;
    private const ushort RTM_NEWRULE = 32;
    private const ushort RTM_DELRULE = 33;
    private const ushort NLM_F_EXCL = 0x200;
    private const ushort NLM_F_APPEND = 0x800;
    private bool _hearsRoutes;

    /// <summary>Sinks are told of routes and rules that go away from now on. Not from the start: a router with a full table changes it all day.</summary>
    public void HearRoutes()
    {
        if (_hearsRoutes)
            return;
        _hearsRoutes = true;
        foreach (var group in (ReadOnlySpan<int>)[RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE])
        {
            var number = group;
            _ = SocketCalls.SetOption(_events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &number, sizeof(int));
        }
    }

    /// <returns>EEXIST when the very same route is there; ENETUNREACH when no interface leads to its gateway.</returns>
    public SysResult AddRoute(RouteRequest route) => Change(RTM_NEWROUTE, route, (ushort)(NLM_F_CREATE | route.Order switch
    {
        RouteOrder.OnlyIfNone => NLM_F_EXCL,
        RouteOrder.Append => NLM_F_APPEND,
        _ => 0,
    }));

    /// <returns>ESRCH when it is not there.</returns>
    public SysResult RemoveRoute(RouteRequest route) => Change(RTM_DELROUTE, route, 0);

    public SysResult AddRule(RuleRequest rule) => Change(RTM_NEWRULE, rule, NLM_F_CREATE | NLM_F_EXCL);

    /// <returns>ENOENT when it is not there.</returns>
    public SysResult RemoveRule(RuleRequest rule) => Change(RTM_DELRULE, rule, 0);

    private SysResult Change(ushort type, RouteRequest route, ushort flags)
    {
        var sent = SendRequest(RouteMessages.Build(_buffer, type, (ushort)(NLM_F_REQUEST | NLM_F_ACK | flags), ++_sequence, route));
        return sent.IsError ? sent : ReadAnswer(null);
    }

    private SysResult Change(ushort type, RuleRequest rule, ushort flags)
    {
        var sent = SendRequest(RouteMessages.Build(_buffer, type, (ushort)(NLM_F_REQUEST | NLM_F_ACK | flags), ++_sequence, rule));
        return sent.IsError ? sent : ReadAnswer(null);
    }
}
