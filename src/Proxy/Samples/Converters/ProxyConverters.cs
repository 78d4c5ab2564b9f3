using System.Text;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Samples.Fetches;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Proxies and servers named by a value, captures in the middle of an expression (configuration.txt 7.3.1 "nbsrv", "capture-req").</summary>
internal static class ProxyConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("fe_exists", SampleType.String, SampleType.Boolean, []), (context, _, ref sample) =>
        {
            sample.SetBoolean(context.Proxies?.FindFrontend(Encoding.Latin1.GetString(sample.Bytes)) is not null);
            return true;
        }),
        new(new ConverterSignature("nbsrv", SampleType.String, SampleType.Integer, []), (context, _, ref sample) =>
        {
            if (context.Proxies?.FindBackend(Encoding.Latin1.GetString(sample.Bytes)) is not { } backend) return false;
            sample.SetInteger(ProxyFetches.UsableServers(backend));
            return true;
        }),
        new(new ConverterSignature("srv_is_up", SampleType.String, SampleType.Boolean, []), (context, _, ref sample) =>
        {
            if (Find(context, sample.Bytes) is not { } server) return false;
            sample.SetBoolean(server.IsUp);
            return true;
        }),
        new(new ConverterSignature("srv_queue", SampleType.String, SampleType.Integer, []), (context, _, ref sample) =>
        {
            if (Find(context, sample.Bytes) is not { } server) return false;
            sample.SetInteger(server.Queue.Length.Current);
            return true;
        }),
        Capture("capture-req", isRequest: true),
        Capture("capture-res", isRequest: false),
    ];

    /// <summary>`backend/server`, or a server of the backend the stream goes to.</summary>
    private static Server? Find(SampleContext context, ReadOnlySpan<byte> name)
    {
        var slash = name.IndexOf((byte)'/');
        var backend = slash < 0 ? context.Stream?.Backend : context.Proxies?.FindBackend(Encoding.Latin1.GetString(name[..slash]));
        return backend?.FindServer(Encoding.Latin1.GetString(name[(slash + 1)..]));
    }

    /// <summary>A place that is not declared is left out silently.</summary>
    private static ConverterRow Capture(string name, bool isRequest) =>
        new(new ConverterSignature(name, SampleType.String, SampleType.String, [Takes.Integer]), (context, arguments, ref sample) =>
        {
            if (context.Stream is not { } stream) return false;
            var index = (int)arguments.Number(0);
            var declared = isRequest ? stream.Frontend.Model.RequestCaptures : stream.Frontend.Model.ResponseCaptures;
            if ((uint)index >= (uint)declared.Length) return false;
            var slots = isRequest ? stream.RuleState.RequestCaptures : stream.RuleState.ResponseCaptures;
            slots.Set(index, sample.Bytes, declared[index].MaxLength);
            return true;
        });
}
