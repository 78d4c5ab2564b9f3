using System.Buffers;
using System.Globalization;
using System.Text;
using Evenkeel.Control.Stats;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Servers.Health;
using Evenkeel.Proxy.Services;

namespace Evenkeel.Control.Metrics;

/// <summary>
/// `http-request use-service prometheus-exporter`: the statistics in the text form Prometheus reads (exposition format 0.0.4), under the names of the
/// original's exporter. Shared by all workers; keeps nothing between scrapes.
/// </summary>
public sealed class PrometheusService(ControlPlane plane) : IService
{
    /// <summary>What `use-service` calls it.</summary>
    public const string ServiceName = "prometheus-exporter";

    private static readonly (string Scope, StatKinds Kind, StatObject Object, char Letter)[] Scopes =
    [
        ("frontend", StatKinds.Frontends, StatObject.Frontend, 'F'), ("listener", StatKinds.Listeners, StatObject.Listener, 'L'),
        ("backend", StatKinds.Backends, StatObject.Backend, 'B'), ("server", StatKinds.Servers, StatObject.Server, 'S'),
    ];

    private static readonly string[] ServerStates = ["DOWN", "UP", "MAINT", "DRAIN", "NOLB"];
    private static readonly string[] ProxyStates = ["DOWN", "UP"];
    private static readonly string[] ListenerStates = ["WAITING", "OPEN", "FULL"];

    private static readonly string[] CheckStates =
    [
        "HANA", "SOCKERR", "L4OK", "L4TOUT", "L4CON", "L6OK", "L6TOUT", "L6RSP", "L7TOUT", "L7RSP", "L7OK", "L7OKC", "L7STS", "PROCERR", "PROCTOUT", "PROCOK",
    ];

    private static readonly (StatField Field, string Code)[] ResponseClasses =
    [
        (StatField.Hrsp1xx, "1xx"), (StatField.Hrsp2xx, "2xx"), (StatField.Hrsp3xx, "3xx"), (StatField.Hrsp4xx, "4xx"), (StatField.Hrsp5xx, "5xx"),
        (StatField.HrspOther, "other"),
    ];

    public void Serve(Evenkeel.Proxy.Streams.Stream stream, ServiceReply reply)
    {
        var method = stream.Request.Method;
        if (!method.SequenceEqual("GET"u8) && !method.SequenceEqual("HEAD"u8))
        {
            reply.Start(405);
            reply.Header("allow"u8, "GET, HEAD"u8);
            return;
        }

        reply.Start(200);
        reply.Header("cache-control"u8, "no-cache"u8);
        reply.Header("content-type"u8, "text/plain; version=0.0.4"u8);
        Write(Encoding.Latin1.GetString(stream.Request.Target), reply, stream.Worker.Loop.NowMs);
    }

    /// <summary>Writes what a scrape of a target gets; apart from the network for tests.</summary>
    public void Write(string target, IBufferWriter<byte> body, long nowMs)
    {
        var request = MetricsRequest.Parse(target);
        if (request.HasScope("global")) WriteProcess(request, body, nowMs);
        foreach (var scope in Scopes)
            if (request.HasScope(scope.Scope)) WriteObjects(request, scope.Scope, scope.Kind, scope.Letter, body, nowMs);
    }

    private void WriteProcess(MetricsRequest request, IBufferWriter<byte> body, long nowMs)
    {
        var values = InfoReading.Read(plane, nowMs);
        var text = new StringBuilder();
        foreach (var metric in MetricTable.Process)
        {
            var name = "haproxy_process_" + metric.Name;
            if (!request.HasMetric(name)) continue;
            var index = IndexOf(metric.Field);
            AppendHead(text, name, InfoFields.All[index].Description, metric.IsCounter);
            text.Append(name);
            if (values[index].Text is { } words) AppendLabel(text.Append('{'), metric.Field == "node" ? "node" : "version", words).Append("} 1");
            else text.Append(' ').Append(values[index].Number);
            text.Append('\n');
        }

        Encoding.Latin1.GetBytes(text.ToString(), body);
    }

    /// <summary>The form wants all samples of a metric together, the statistics come object by object: each metric collects its own text.</summary>
    private void WriteObjects(MetricsRequest request, string scope, StatKinds kinds, char letter, IBufferWriter<byte> body, long nowMs)
    {
        var metrics = MetricTable.Objects.Where(metric => metric.Kinds.Contains(letter, StringComparison.Ordinal)).OrderBy(static metric => metric.Field)
            .Select(metric => (Metric: metric, Name: $"haproxy_{scope}_{metric.Name}", Text: new StringBuilder()))
            .Where(each => request.HasMetric(each.Name)).ToList();
        var selection = new StatSelection { Kinds = kinds, Servers = request.NoMaintenance ? ServerFilter.NoMaintenance : ServerFilter.All };
        var labels = new StringBuilder();
        foreach (var row in selection.Read(new StatRow(), plane.Proxies, nowMs))
        {
            AppendLabel(labels.Clear(), "proxy", row.Text(StatField.Pxname));
            if (row.Object == StatObject.Server) AppendLabel(labels.Append(','), "server", row.Text(StatField.Svname));
            if (row.Object == StatObject.Listener) AppendLabel(labels.Append(','), "listener", row.Text(StatField.Svname));
            var isHttp = row.Text(StatField.Mode) == "http";
            foreach (var (metric, name, text) in metrics)
                if (isHttp || !IsOfHttp(metric.Name)) AppendSamples(text, name, metric, labels.ToString(), row);
        }

        foreach (var (metric, name, text) in metrics)
        {
            if (text.Length == 0) continue;
            var head = new StringBuilder();
            AppendHead(head, name, StatFields.Of(metric.Field).Description, metric.IsCounter);
            Encoding.Latin1.GetBytes(head.ToString(), body);
            foreach (var chunk in text.GetChunks()) Encoding.Latin1.GetBytes(chunk.Span, body);
        }
    }

    private void AppendSamples(StringBuilder text, string name, StatMetric metric, string labels, StatRow row)
    {
        switch (metric.Field)
        {
            case StatField.Hrsp1xx:
                foreach (var (field, code) in ResponseClasses) AppendSample(text, name, labels, "code", code, row.Number(field));
                break;
            case StatField.Status:
                var states = row.Object switch { StatObject.Server => ServerStates, StatObject.Listener => ListenerStates, _ => ProxyStates };
                var current = StateOf(row);
                foreach (var state in states) AppendSample(text, name, labels, "state", state, state == current ? 1 : 0);
                break;
            case StatField.CheckStatus:
                if (!row[StatField.CheckStatus].IsSet) break;
                var status = row.Text(StatField.CheckStatus).TrimStart('*', ' ');
                foreach (var state in CheckStates) AppendSample(text, name, labels, "state", state, state == status ? 1 : 0);
                break;
            case StatField.AggServerStatus or StatField.AggServerCheckStatus:
                AppendCounts(text, name, labels, ServerStates, row, static server => StateOf(ServerStatusText.Of(server)));
                break;
            case StatField.AggCheckStatus:
                AppendCounts(text, name, labels, CheckStates, row,
                    static server => server.Health is { IsEnabled: true } health && !server.InMaintenance ? CheckStatusText.Code(health.Last.Status) : "");
                break;
            case StatField.CheckCode or StatField.CheckDuration when !row[StatField.CheckStatus].IsSet:
                break;
            default:
                AppendNumber(text.Append(name).Append('{').Append(labels).Append("} "), metric, row[metric.Field]);
                text.Append('\n');
                break;
        }
    }

    /// <summary>How many servers of a backend are in each state.</summary>
    private void AppendCounts(StringBuilder text, string name, string labels, string[] states, StatRow row, Func<Server, string> stateOf)
    {
        var servers = plane.Proxies.FindBackend(row.Text(StatField.Pxname))?.Servers ?? [];
        foreach (var state in states) AppendSample(text, name, labels, "state", state, servers.Count(server => stateOf(server) == state));
    }

    private static string StateOf(string serverStatus) => serverStatus == "no check" ? "UP" : serverStatus.Split(' ')[0];

    /// <summary>The state in the exporter's words, which know less than the status column.</summary>
    private static string StateOf(StatRow row)
    {
        var status = row.Text(StatField.Status);
        return row.Object switch
        {
            StatObject.Frontend => status == "STOP" ? "DOWN" : "UP",
            StatObject.Server => StateOf(status),
            _ => status.Split(' ')[0],
        };
    }

    private static void AppendNumber(StringBuilder text, StatMetric metric, StatValue value)
    {
        if (!value.IsSet) text.Append("NaN");
        else if (IsMilliseconds(metric.Field)) text.Append((value.Number / 1000m).ToString("0.000000", CultureInfo.InvariantCulture));
        else text.Append(value.Number);
    }

    private static bool IsMilliseconds(StatField field) => field is StatField.Qtime or StatField.Ctime or StatField.Rtime or StatField.Ttime
        or StatField.QtimeMax or StatField.CtimeMax or StatField.RtimeMax or StatField.TtimeMax or StatField.CheckDuration;

    private static bool IsOfHttp(string metric) =>
        metric.StartsWith("http_", StringComparison.Ordinal) || metric.StartsWith("intercepted_", StringComparison.Ordinal);

    private static void AppendSample(StringBuilder text, string name, string labels, string label, string value, long number)
    {
        AppendLabel(text.Append(name).Append('{').Append(labels).Append(','), label, value).Append("} ").Append(number).Append('\n');
    }

    private static StringBuilder AppendLabel(StringBuilder text, string name, string value) => text.Append(name).Append("=\"")
        .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal))
        .Append('"');

    private static void AppendHead(StringBuilder text, string name, string description, bool isCounter) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(description).Append("\n# TYPE ").Append(name).Append(isCounter ? " counter\n" : " gauge\n");

    private static int IndexOf(string field)
    {
        for (var i = 0; i < InfoFields.All.Length; i++)
            if (InfoFields.All[i].Name == field) return i;
        throw new InvalidOperationException("no line of 'show info' is called " + field);
    }
}
