using System.Net.Sockets;
using Evenkeel.Model.Vrrp;

namespace Evenkeel.Config.Keepalived.Drafts;

/// <summary>`virtual_server` while it is read: only what its checks need, because nothing runs it yet.</summary>
internal sealed class VirtualServerDraft
{
    /// <summary>`[ADDRESS]`, `FWM n` or `[GROUP]`.</summary>
    public required string Name { get; init; }

    public bool IsFirewallMark { get; init; }

    public bool IsGroup { get; init; }

    public AddressFamily? Family { get; set; }

    public long Port { get; init; }

    public string? Protocol { get; set; }

    public string? Scheduler { get; set; }

    public string? Method { get; set; }

    public bool IsPersistent { get; set; }

    public bool OnePacketScheduling { get; set; }

    public long Quorum { get; set; } = 1;

    public long Hysteresis { get; set; }

    public List<RealServerDraft> Servers { get; } = [];

    public RealServerDraft? Server { get; set; }

    /// <summary>The protocol is part of the name once it is known.</summary>
    public string Title => IsFirewallMark ? Name : IsGroup ? $"{Name}:{Port}" : $"{Name}:{Protocol ?? "none"}:{Port}";
}

/// <summary>`real_server` while it is read.</summary>
internal sealed class RealServerDraft(string address, long port, AddressFamily family)
{
    public AddressFamily Family => family;

    public string Address => address;

    public long Port => port;

    public long Weight { get; set; } = 1;

    /// <summary>State of the checker block being read.</summary>
    public CheckerDraft Checker { get; set; } = new();
}

/// <summary>One checker block while it is read.</summary>
internal sealed class CheckerDraft
{
    public int Urls { get; set; }

    public bool UrlHasPath { get; set; }

    public CommandModel? Script { get; set; }

    public ScriptUser? User { get; set; }

    public bool UserFailed { get; set; }

    public bool HasFile { get; set; }
}
