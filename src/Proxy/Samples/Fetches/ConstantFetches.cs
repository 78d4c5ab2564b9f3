using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>Constants, dates, chance and the process (configuration.txt 7.3.2).</summary>
internal static class ConstantFetches
{
    private const long NsPerSecond = 1_000_000_000;

    public static readonly FetchRow[] Rows =
    [
        Fetch.Boolean("always_true", SampleSource.Constant, _ => true),
        Fetch.Boolean("always_false", SampleSource.Constant, _ => false),
        Constant("str", SampleType.String, ArgumentKind.String, text => text, (arguments, ref sample) => sample.SetString(arguments.Bytes(0))),
        Constant("meth", SampleType.Method, ArgumentKind.String, text => text, (arguments, ref sample) =>
        {
            sample.Type = SampleType.Method;
            sample.Bytes = arguments.Bytes(0);
        }),
        Constant("int", SampleType.Integer, ArgumentKind.Integer, text => text, (arguments, ref sample) => sample.SetInteger(arguments.Number(0))),
        Constant("bool", SampleType.Boolean, ArgumentKind.String, text => text is "true" or "1", (arguments, ref sample) =>
            sample.SetBoolean((bool)arguments.State!))
            .Checked(arguments => arguments[0].Text is "true" or "false" or "0" or "1" ? null : "Expects 'true', 'false', '0' or '1'"),
        Constant("bin", SampleType.Binary, ArgumentKind.String, Convert.FromHexString, (arguments, ref sample) => sample.SetBinary((byte[])arguments.State!))
            .Checked(arguments => arguments[0].IsEmpty ? "(null)" : HexComplaint(arguments[0].Text)),
        Constant("ipv4", SampleType.IPv4, ArgumentKind.IPv4, Address, (arguments, ref sample) => sample.SetIPv4((uint)(UInt128)arguments.State!)),
        Constant("ipv6", SampleType.IPv6, ArgumentKind.IPv6, Address, (arguments, ref sample) => sample.SetIPv6((UInt128)arguments.State!)),
        new(new FetchSignature("env", SampleType.String, SampleSource.Constant, [Takes.Text]), Environment)
        {
            Prepare = (arguments, _) => System.Environment.GetEnvironmentVariable(arguments[0].Text) is { } value
                ? System.Text.Encoding.UTF8.GetBytes(value) : null,
        },
        new(new FetchSignature("date", SampleType.Integer, SampleSource.Constant, [Takes.Integer.Optional(), Takes.Text.Optional()])
        {
            Check = arguments => TimeUnits.Check(arguments, 1),
        }, Date)
        {
            Prepare = (arguments, _) => TimeUnits.PerSecond(arguments, 1),
        },
        Fetch.Integer("date_us", SampleSource.Constant, context => context.RealtimeNs / 1000 % 1_000_000),
        new(new FetchSignature("rand", SampleType.Integer, SampleSource.Constant, [Takes.Integer.Optional()]), Random),
        new(new FetchSignature("uuid", SampleType.String, SampleSource.Constant, [Takes.Integer.Optional()])
        {
            Check = arguments => arguments.Length == 0 || arguments[0].Number is 4 or 7 ? null : $"Unsupported UUID version: '{arguments[0].Text}'",
        }, Uuid),
        Fetch.Text("hostname", SampleSource.Constant, _ => System.Environment.MachineName),
        Fetch.Integer("pid", SampleSource.Constant, _ => System.Environment.ProcessId),
        Fetch.Integer("proc", SampleSource.Constant, _ => 1),
        Fetch.Integer("nbproc", SampleSource.Constant, _ => 1),
        Fetch.Integer("tgroup", SampleSource.Constant, context => context.Session?.Worker.Group ?? 0),
        Fetch.Integer("thread", SampleSource.Constant, context => context.Session?.Worker.Index ?? 0),
        Fetch.Integer("cpu_usage_proc", SampleSource.Constant, context => context.Proxies?.Process.BusyPercent(null)),
        Fetch.Integer("cpu_usage_grp", SampleSource.Constant, context => context.Proxies?.Process.BusyPercent(context.Session?.Worker.Group)),
        Fetch.Integer("cpu_usage_thr", SampleSource.Constant, OwnUsage),
        Fetch.Boolean("quic_enabled", SampleSource.Constant, _ => false),
    ];

    private static long? OwnUsage(SampleContext context) => context.Session?.Worker.Loop.LastPeriod is var (idle, busy)
        ? Servers.ProcessStatistics.Percent(idle, busy) : null;

    private delegate void SetConstant(BoundArguments arguments, ref Sample sample);

    private static FetchRow Constant(string name, SampleType type, ArgumentKind kind, Func<string, object?> prepare, SetConstant set) =>
        new(new FetchSignature(name, type, SampleSource.Constant, [new ArgumentSpec(kind)]), (_, arguments, ref sample) =>
        {
            set(arguments, ref sample);
            return true;
        })
        {
            Prepare = (arguments, _) => arguments.Length == 0 ? prepare("") : prepare(arguments[0].Text),
        };

    private static FetchRow Checked(this FetchRow row, ArgumentCheck check) => row with { Signature = row.Signature with { Check = check } };

    private static object? Address(string text)
    {
        UInt128 value = 0;
        foreach (var b in IPAddress.Parse(text).GetAddressBytes()) value = (value << 8) | b;
        return value;
    }

    private static string? HexComplaint(string text)
    {
        foreach (var c in text)
            if (!char.IsAsciiHexDigit(c)) return string.Create(CultureInfo.InvariantCulture, $"an hex digit is expected (found '{c}')");
        return text.Length % 2 == 0 ? null : "an even number of hex digit is expected";
    }

    private static bool Environment(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        if (arguments.State is not byte[] value) return false;
        sample.SetString(value);
        return true;
    }

    private static bool Date(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var perSecond = (long)arguments.State!;
        sample.SetInteger(context.RealtimeNs / (NsPerSecond / perSecond) + arguments.Number(0) * perSecond);
        return true;
    }

    private static bool Random(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var number = context.Session is { } session ? session.Worker.NextRandom() : (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
        var range = arguments.Number(0);
        sample.SetInteger(range > 0 ? (long)(((UInt128)number * (UInt128)range) >> 32) : number);
        return true;
    }

    private static bool Uuid(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        var version = (byte)arguments.Number(0, otherwise: 4);
        if (version == 7)
        {
            var milliseconds = context.RealtimeNs / 1_000_000;
            for (var i = 0; i < 6; i++) bytes[i] = (byte)(milliseconds >> (40 - 8 * i));
        }
        bytes[6] = (byte)((bytes[6] & 0x0F) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        if (!new Guid(bytes, bigEndian: true).TryFormat(context.Scratch.Free, out var written)) return false;
        sample.SetString(context.Scratch.Keep(written));
        return true;
    }
}
