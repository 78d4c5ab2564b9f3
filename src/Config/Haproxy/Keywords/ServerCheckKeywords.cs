using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<ServerLine>;

/// <summary>The options of `server` lines about how a server's health is found out (configuration.txt 5.2).</summary>
internal static class ServerCheckKeywords
{
    public static Row[] Rows =>
    [
        Does("check", line => line.Model = line.Model with { Check = true }),
        Does("no-check", line => line.Model = line.Model with { Check = false }),
        Does("addr", CheckAddress),
        Does("port", CheckPort),
        Does("inter", line => ServerKeywords.Interval(line, "inter", ms => line.Model = line.Model with { IntervalMs = ms })),
        Does("fastinter", line => ServerKeywords.Interval(line, "fastinter", ms => line.Model = line.Model with { FastIntervalMs = ms })),
        Does("downinter", line => ServerKeywords.Interval(line, "downinter", ms => line.Model = line.Model with { DownIntervalMs = ms })),
        Does("rise", line => AtLeastOne(line, "rise", "'rise' has to be", count => line.Model = line.Model with { Rise = count })),
        Does("fall", line => AtLeastOne(line, "fall", "'fall' has to be", count => line.Model = line.Model with { Fall = count })),
        Does("agent-check", line => Agent(line, agent => agent with { IsOn = true })),
        Does("no-agent-check", line => Agent(line, agent => agent with { IsOn = false })),
        Does("agent-addr", AgentAddress),
        Does("agent-port", AgentPort),
        Does("agent-inter", line => ServerKeywords.Interval(line, "agent-inter", ms => Agent(line, agent => agent with { IntervalMs = ms }))),
        Does("agent-send", AgentSend),
        Does("error-limit", line => AtLeastOne(line, "error-limit", "error-limit has to be", count => line.Model = line.Model with { ErrorLimit = count })),
        Does("observe", Observe),
        Does("on-error", OnError),
        Does("init-state", InitState),
        Does("healthcheck", HealthCheck),
    ];

    /// <summary>What can only be said of the whole line.</summary>
    public static void Conclude(ServerLine line)
    {
        var server = line.Model;
        if (server is { Check: true, Track: not null }) line.Fail("unable to enable checks and tracking at the same time!");
        else if (server is { InitialState: not InitialState.None, Track: not null }) line.Fail("unable to set init-state and tracking at the same time!");
        else if (server.Agent is { IsOn: true, Port: <= 0 }) line.Fail($"server {server.Name} does not have agent port. Agent check has been disabled.");
    }

    private static Row Does(string name, Action<ServerLine> read) => new(name, KeywordSupport.Implemented, (line, _) => read(line));

    private static void Agent(ServerLine line, Func<AgentModel, AgentModel> change) =>
        line.Model = line.Model with { Agent = change(line.Model.Agent) };

    private static void AtLeastOne(ServerLine line, string option, string opening, Action<int> take)
    {
        var text = line.TakeArgument();
        var count = Units.LenientInteger(text);
        if (text.Length == 0) line.Fail($"'{option}' expects an integer argument..");
        else if (count <= 0) line.Fail($"{opening} > 0..");
        else take(count);
    }

    private static void CheckAddress(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0)
        {
            line.Fail("'addr' expects <ipv4|ipv6> as argument..");
            return;
        }
        var address = AddressText.TryParse(text, AddressRules.Port | AddressRules.Resolve, line.Context.World, out var error);
        if (address is null) line.Fail($"'addr' : {error}.");
        else line.Model = line.Model with { CheckAddress = address.ToModel(address.Port), CheckPort = address.Port > 0 ? address.Port : line.Model.CheckPort };
    }

    private static void CheckPort(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'port' expects a port number as argument..");
        else line.Model = line.Model with { CheckPort = Units.LenientInteger(text) is > 0 and var port ? port : null };
    }

    private static void AgentAddress(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'agent-addr' expects an address as argument..");
        else if (AddressText.TryParse(text, AddressRules.Resolve, line.Context.World, out _) is not { } address)
            line.Fail($"parsing agent-addr failed. Check if '{text}' is correct address..");
        else Agent(line, agent => agent with { Address = address.ToModel(0) });
    }

    private static void AgentPort(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'agent-port' expects a port number as argument..");
        else Agent(line, agent => agent with { Port = Units.LenientInteger(text) });
    }

    private static void AgentSend(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'agent-send' expects a string as argument..");
        else Agent(line, agent => agent with { Question = text });
    }

    private static void Observe(ServerLine line)
    {
        var word = line.TakeArgument();
        ObserveMode? mode = word switch { "none" => ObserveMode.None, "layer4" => ObserveMode.Layer4, "layer7" => ObserveMode.Layer7, _ => null };
        if (word.Length == 0) line.Fail("'observe' expects <mode> as argument..");
        else if (mode is null) line.Fail($"'observe' expects one of 'none', 'layer4', 'layer7' but got '{word}'.");
        else if (mode == ObserveMode.Layer7 && line.Proxy.Mode != ProxyMode.Http)
            Remark(line, "'layer7' can only be used in http proxies..");
        else line.Model = line.Model with { Observe = mode.Value };
    }

    private static void OnError(ServerLine line)
    {
        var word = line.TakeArgument();
        ErrorReaction? reaction = word switch
        {
            "fastinter" => ErrorReaction.FastInterval,
            "fail-check" => ErrorReaction.FailCheck,
            "sudden-death" => ErrorReaction.SuddenDeath,
            "mark-down" => ErrorReaction.MarkDown,
            _ => null,
        };
        if (reaction is null) line.Fail($"'on-error' expects one of 'fastinter', 'fail-check', 'sudden-death' or 'mark-down' but got '{word}'.");
        else line.Model = line.Model with { OnError = reaction.Value };
    }

    private static void InitState(ServerLine line)
    {
        var word = line.TakeArgument();
        InitialState? state = word switch
        {
            "none" => InitialState.None,
            "fully-up" => InitialState.FullyUp,
            "up" => InitialState.Up,
            "down" => InitialState.Down,
            "fully-down" => InitialState.FullyDown,
            _ => null,
        };
        if (state is null) line.Fail($"'init-state' expects one of 'none', 'fully-up', 'up', 'down', or 'fully-down' but got '{word}'.");
        else line.Model = line.Model with { InitialState = state.Value };
    }

    /// <summary>A missing name is said, and no more: the original goes on with the backend's checks.</summary>
    private static void HealthCheck(ServerLine line)
    {
        var name = line.TakeArgument();
        if (name.Length > 0) line.Model = line.Model with { HealthCheckName = name };
        else Remark(line, "'healthcheck' expects a healthcheck name as argument..");
    }

    private static void Remark(ServerLine line, string text) => line.Context.Diagnostics.Remark(Severity.Alert, line.Context.Position,
        $"config : [{line.Context.Position}] : 'server {line.Proxy.Name}/{line.Model.Name}' : {text}");
}
