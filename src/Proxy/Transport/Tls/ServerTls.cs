using System.Buffers;
using System.Text;
using Evenkeel.Linux.Tls;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Transport.Tls;

/// <summary>How to speak TLS with one server. Shared by all workers.</summary>
public sealed class ServerTls
{
    /// <summary>Longest name sent, with its terminating zero.</summary>
    public const int MaxName = 256;

    private static readonly SearchValues<byte> DigitsAndDots = SearchValues.Create("0123456789."u8);

    private readonly TlsServerModel _model;
    private readonly RuleBinder _binder;
    private readonly BoundExpression? _sni;
    private volatile bool _isForTraffic;
    private readonly byte[] _verifyHost;
    private readonly byte[] _checkName;

    internal ServerTls(TlsServerModel model, TlsContext context, bool verifies, RuleBinder binder)
    {
        (_model, Context, Verifies, _binder) = (model, context, verifies, binder);
        _isForTraffic = model.IsOn;
        _sni = model.Sni is { } sni ? binder.Samples.Bind(sni) : null;
        _verifyHost = Terminated(model.VerifyHost);
        _checkName = Terminated(model.CheckSni);
    }

    public TlsContext Context { get; }

    /// <summary>The server's certificate has to be good, and for the right name.</summary>
    public bool Verifies { get; }

    /// <summary>`ssl`, or what `set server ... ssl` made of it.</summary>
    public bool IsForTraffic => _isForTraffic;

    /// <summary>`set server ... ssl` has been used.</summary>
    public bool WasSwitched { get; private set; }

    /// <summary>`set server ... ssl on|off`: holds for connections opened from now on. Any thread.</summary>
    public void Switch(bool isOn)
    {
        _isForTraffic = isOn;
        WasSwitched = true;
    }

    /// <summary>`check-ssl`.</summary>
    public bool IsForChecks => _model.Checks;

    /// <summary>`ssl` as configured: probes follow it, whatever was switched since.</summary>
    public bool IsConfiguredForTraffic => _model.IsOn;

    public bool Resumes => !_model.NoReuse;

    /// <summary>The name probes ask for, zero-terminated; empty when they name none.</summary>
    public ReadOnlySpan<byte> CheckName => _checkName;

    /// <summary>Probes that have no such name ask for the Host's (`check-sni-auto`).</summary>
    public bool ChecksAskForHost => _checkName.Length == 0 && _model.CheckSniIsAutomatic;

    /// <summary>Writes a Host's name, zero-terminated.</summary>
    /// <returns>Bytes written with the zero; 0 for an address.</returns>
    public static int WriteHost(ReadOnlySpan<byte> host, Span<byte> name) => Write(NameOf(host), name);

    /// <summary>The name the certificate must have when <paramref name="sent"/> was asked for; both zero-terminated.</summary>
    public ReadOnlySpan<byte> Expected(ReadOnlySpan<byte> sent) => !Verifies ? default : _verifyHost.Length > 0 ? _verifyHost : sent;

    /// <summary>Writes the name to ask for on behalf of a stream, zero-terminated.</summary>
    /// <returns>Bytes written with the zero; 0 when none is sent.</returns>
    public int WriteName(Stream stream, Span<byte> name)
    {
        ReadOnlySpan<byte> value = default;
        if (_sni is not null)
        {
            var context = _binder.Context(stream.Worker.Index);
            context.Begin(stream, isResponse: false);
            var sample = default(Sample);
            if (_sni.TryEvaluateAs(SampleType.String, context, ref sample)) value = sample.Bytes;
        }
        else if (_model.SniIsAutomatic && stream.IsHttp && stream.Request.Find(KnownHeader.Host) is >= 0 and var host)
        {
            value = NameOf(stream.Request.Value(host));
        }

        return Write(value, name);
    }

    /// <summary>As <see cref="WriteName"/> for a connection that serves no stream: lines of a log. On the first worker's loop.</summary>
    public int WriteOwnName(long nowMs, Span<byte> name)
    {
        if (_sni is null) return 0;
        var context = _binder.Context(0);
        context.Begin(nowMs);
        var sample = default(Sample);
        return _sni.TryEvaluateAs(SampleType.String, context, ref sample) ? Write(sample.Bytes, name) : 0;
    }

    private static int Write(ReadOnlySpan<byte> value, Span<byte> name)
    {
        if (value.IsEmpty || value.Length >= name.Length || value.Contains((byte)0)) return 0;
        value.CopyTo(name);
        name[value.Length] = 0;
        return value.Length + 1;
    }

    /// <summary>A Host's name without its port; nothing for an address, which has no place in SNI (RFC 6066 §3).</summary>
    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> host)
    {
        var colon = host.IndexOf((byte)':');
        if (host.StartsWith((byte)'[')) return default;
        var name = colon < 0 ? host : host[..colon];
        return name.IndexOfAnyExcept(DigitsAndDots) < 0 ? default : name;
    }

    private static byte[] Terminated(string? name) => name is null ? [] : Encoding.ASCII.GetBytes(name + '\0');
}
