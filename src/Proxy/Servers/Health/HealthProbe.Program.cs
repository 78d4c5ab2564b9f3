using Evenkeel.Linux;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Servers.Health;

/// <remarks>`option external-check`: a program is started, and how it ends is the answer (configuration.txt 4.2 "external-check command").</remarks>
internal sealed partial class HealthProbe
{
    /// <summary>What the original reports for a command that could not be started, and for one that a signal ended.</summary>
    private const int NotStarted = 255, Signaled = -1;

    private static readonly DescriptorMapping[] NoStreams =
        [new(DescriptorMapping.Null, 0), new(DescriptorMapping.Null, 1), new(DescriptorMapping.Null, 2)];

    private ChildProcess? _child;
    private ProgramEnd? _end;

    private void BeginProgram()
    {
        var started = Spawner.Start(new SpawnRequest
        {
            Path = _program.Model.Command,
            Arguments = ExternalCommand.Arguments(_server, _program.Model),
            Environment = ExternalCommand.Environment(_server, _program.Model, _owner.KeepsEnvironment),
            Descriptors = NoStreams,
            CloseFrom = 3,
            NewGroup = true,
        }, out _child);
        if (started.IsError || _child is null)
        {
            Finish(new(CheckStatus.ProcessError, CheckResult.Failed, NotStarted, Elapsed, ""));
            return;
        }
        _end = new ProgramEnd(this);
        if (_child.Descriptor < 0 || Loop.Register(_child.Descriptor, _end).IsError)
        {
            EndProgram();
            Finish(new(CheckStatus.SocketError, CheckResult.Failed, 0, Elapsed, "no descriptor to watch the command with"));
        }
    }

    private void OnProgramEnded()
    {
        if (_child is null || !_child.TryReap(out var status)) return;
        ForgetProgram();
        if (!_isRunning) return;
        var code = status.WasSignaled ? Signaled : status.Code;
        Finish(new(code == 0 ? CheckStatus.ProcessOk : CheckStatus.ProcessError, code == 0 ? CheckResult.Passed : CheckResult.Failed, code, Elapsed, ""));
    }

    /// <summary>It took too long: it ends, with all it has started.</summary>
    private void EndProgram()
    {
        if (_child is null) return;
        _ = _child.SignalGroup(Signal.SIGKILL);
        _ = _child.WaitForExit();
        ForgetProgram();
    }

    private void ForgetProgram()
    {
        if (_child!.Descriptor >= 0) Loop.Forget(_child.Descriptor);
        _child.Dispose();
        _child = null;
    }

    private sealed class ProgramEnd(HealthProbe probe) : IReadyHandler
    {
        public void OnReady(Readiness events) => probe.OnProgramEnded();

        public void OnFault(Exception bug) => probe.OnFault(bug);
    }
}

/// <summary>What the command of an external check is told: the arguments and variables of configuration.txt 4.2.</summary>
internal static class ExternalCommand
{
    private const string NotUsed = "NOT_USED";

    public static IReadOnlyList<string> Arguments(Server server, HealthCheckModel model)
    {
        var (address, port) = Listener(server.Backend);
        return [model.Command, address ?? NotUsed, port ?? NotUsed, Address(server.Address), Port(server) ?? NotUsed];
    }

    public static IReadOnlyList<string> Environment(Server server, HealthCheckModel model, bool keepsEnvironment)
    {
        var (address, port) = Listener(server.Backend);
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (keepsEnvironment)
            foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
                variables[(string)entry.Key] = (string?)entry.Value ?? "";
        variables["PATH"] = model.CommandPath;
        variables["HAPROXY_PROXY_NAME"] = server.Backend.Name;
        variables["HAPROXY_PROXY_ID"] = Number(server.Backend.Id);
        variables["HAPROXY_PROXY_ADDR"] = address ?? "";
        variables["HAPROXY_PROXY_PORT"] = port ?? "";
        variables["HAPROXY_SERVER_NAME"] = server.Name;
        variables["HAPROXY_SERVER_ID"] = Number(server.Id);
        variables["HAPROXY_SERVER_ADDR"] = Address(server.Address);
        variables["HAPROXY_SERVER_PORT"] = Port(server) ?? "";
        variables["HAPROXY_SERVER_MAXCONN"] = Number(server.MaxConnections);
        variables["HAPROXY_SERVER_CURCONN"] = Number(server.Slots.Current);
        variables["HAPROXY_SERVER_SSL"] = server.Model.Tls is { IsOn: true } ? "1" : "0";
        variables["HAPROXY_SERVER_PROTO"] = server.Backend.Model.Mode == ProxyMode.Http ? "h1" : "tcp";
        return [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
    }

    /// <summary>The first listening address of a `listen` section; a backend has none.</summary>
    private static (string? Address, string? Port) Listener(Backend backend)
    {
        foreach (var bind in backend.Twin?.Model.Binds ?? [])
        {
            if (bind.Address.Family == SocketFamily.Unix) return (bind.Address.Path, null);
            if (bind.Address.Address is { } address) return (address.ToString(), Number(bind.Address.Port));
        }
        return (null, null);
    }

    private static string Address(SocketAddressModel? address) =>
        address is null ? "" : address.Address is { } ip ? ip.ToString() : address.Path;

    private static string? Port(Server server) =>
        server.Address is { Address: not null } ? Number(server.CheckPort ?? server.Address.Port) : null;

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
