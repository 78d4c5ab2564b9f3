using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Short forms of rows for fetches without arguments.</summary>
internal static class Fetch
{
    public static FetchRow Integer(string name, SampleSource source, Func<SampleContext, long?> value) =>
        new(new FetchSignature(name, SampleType.Integer, source, []), (context, _, ref sample) =>
        {
            if (value(context) is not { } number) return false;
            sample.SetInteger(number);
            return true;
        });

    public static FetchRow Boolean(string name, SampleSource source, Func<SampleContext, bool?> value) =>
        new(new FetchSignature(name, SampleType.Boolean, source, []), (context, _, ref sample) =>
        {
            if (value(context) is not { } holds) return false;
            sample.SetBoolean(holds);
            return true;
        });

    /// <summary>A text of the configuration or the process, turned into bytes once for each distinct string.</summary>
    public static FetchRow Text(string name, SampleSource source, Func<SampleContext, string?> value) =>
        new(new FetchSignature(name, SampleType.String, source, []), (context, _, ref sample) =>
        {
            if (value(context) is not { } text) return false;
            if (!System.Text.Encoding.UTF8.TryGetBytes(text, context.Scratch.Free, out var written)) return false;
            sample.SetString(context.Scratch.Keep(written));
            return true;
        });

    public static FetchRow Of(string name, SampleType type, SampleSource source, SampleFunction function) =>
        new(new FetchSignature(name, type, source, []), function);

    /// <summary>The same row under another name.</summary>
    public static FetchRow Named(this FetchRow row, string name) => row with { Signature = row.Signature with { Name = name } };
}
